/* The kernels' one source, compiled once for each SIMD level: the including file defines PVS_LEVEL
 * (a name) and PVS_LEVEL_TEXT. A vector of eight doubles is one, two or four registers; lanes never
 * mix, no operation is reassociated or fused, so every level gives the same bits. */
#include "model/kernels.h"
#include <string.h>

typedef double v8 __attribute__((vector_size(64), aligned(64), may_alias));
typedef int64_t m8 __attribute__((vector_size(64), aligned(64)));

#define EACH8(i, n) for (size_t i = 0; i < (n); i += PVS_LANES)
#define AT(p, i)    (*(v8 *)((p) + (i)))
#define CAT(p, i)   (*(const v8 *)((p) + (i)))
/* Same choice as `a > b ? a : b` and `a < b ? a : b` in every lane. */
#define SELECT(mask, a, b) ((v8)(((mask) & (m8)(a)) | (~(mask) & (m8)(b))))
#define MAX8(a, b)         SELECT((m8)((a) > (b)), a, b)
#define MIN8(a, b)         SELECT((m8)((a) < (b)), a, b)

static void k_sum(size_t n, const double *x, double *lanes) {
  v8 sum = AT(lanes, 0);
  EACH8(i, n) sum += CAT(x, i);
  AT(lanes, 0) = sum;
}

static void k_dot(size_t n, const double *x, const double *y, double *lanes) {
  v8 sum = AT(lanes, 0);
  EACH8(i, n) sum += CAT(x, i) * CAT(y, i);
  AT(lanes, 0) = sum;
}

static void k_accumulate(size_t n, const double *restrict x, double *restrict y) {
  for (size_t i = 0; i < n; i++)
    y[i] += x[i];
}

static void k_maximum(size_t n, const double *restrict x, double *restrict y) {
  for (size_t i = 0; i < n; i++)
    y[i] = x[i] > y[i] ? x[i] : y[i];
}

static void k_add(size_t n, const double *x, double *y) {
  EACH8(i, n) AT(y, i) += CAT(x, i);
}

static void k_difference(size_t n, const double *x, const double *y, double *z) {
  EACH8(i, n) AT(z, i) = CAT(x, i) - CAT(y, i);
}

static void k_part(size_t n, const double *net, double *import, double *export,
                   double *import_lanes, double *export_lanes) {
  const v8 zero = {0};
  v8 imports = AT(import_lanes, 0), exports = AT(export_lanes, 0);
  EACH8(i, n) {
    v8 x = CAT(net, i);
    v8 in = MAX8(-x, zero), out = MAX8(x, zero);
    AT(import, i) = in;
    AT(export, i) = out;
    imports += in;
    exports += out;
  }
  AT(import_lanes, 0) = imports;
  AT(export_lanes, 0) = exports;
}

static void k_served(size_t n, const double *load, const double *gen, const double *log,
                     double *lanes) {
  v8 sum = AT(lanes, 0);
  EACH8(i, n) {
    v8 l = CAT(load, i), given = CAT(log, i);
    if (gen)
      given = CAT(gen, i) + given;
    sum += MIN8(l, given);
  }
  AT(lanes, 0) = sum;
}

static void k_scale(size_t n, const double *x, double a, double b, double *y) {
  EACH8(i, n) {
    v8 once = CAT(x, i) * a;
    AT(y, i) = once * b;
  }
}

static void k_split(size_t n, const double *pv, const double *load, const double *total,
                    double n_sharers, double *y) {
  const v8 zero = {0};
  EACH8(i, n) {
    v8 whole = CAT(total, i);
    m8 none = (m8)(whole == zero);
    v8 divisor = SELECT(none, zero + 1.0, whole);
    v8 by_load = CAT(pv, i) * (CAT(load, i) / divisor);
    v8 equal = CAT(pv, i) / n_sharers;
    AT(y, i) = SELECT(none, equal, by_load);
  }
}

static void k_flow_static(size_t n, const double *load, const double *gen, double *import,
                          double *consumption, double *network_import, double *network_export,
                          pvs_flow_lanes *sums) {
  const v8 zero = {0};
  v8 generation = AT(sums->generation, 0), imports = AT(sums->import, 0),
     exports = AT(sums->export, 0), coincidence = AT(sums->coincidence, 0);
  EACH8(i, n) {
    v8 l = CAT(load, i), g = CAT(gen, i);
    v8 net = g - l;
    v8 in = MAX8(-net, zero), out = MAX8(net, zero), own = MIN8(g, l);
    AT(import, i) = in;
    if (consumption)
      AT(consumption, i) = own;
    AT(network_import, i) += in;
    AT(network_export, i) += out;
    generation += g;
    imports += in;
    exports += out;
    coincidence += own;
  }
  AT(sums->generation, 0) = generation;
  AT(sums->import, 0) = imports;
  AT(sums->export, 0) = exports;
  AT(sums->coincidence, 0) = coincidence;
}

static void k_flow_net(size_t n, const double *load, const double *gen, const double *net,
                       const double *log, double *import, double *consumption,
                       double *network_import, double *network_export, pvs_flow_lanes *sums) {
  const v8 zero = {0};
  v8 generation = AT(sums->generation, 0), imports = AT(sums->import, 0),
     exports = AT(sums->export, 0), coincidence = AT(sums->coincidence, 0);
  EACH8(i, n) {
    v8 l = CAT(load, i), g = CAT(gen, i), x = CAT(net, i), served = g + CAT(log, i);
    v8 in = MAX8(-x, zero), out = MAX8(x, zero);
    AT(import, i) = in;
    if (consumption)
      AT(consumption, i) = MIN8(g, l);
    AT(network_import, i) += in;
    AT(network_export, i) += out;
    generation += g;
    imports += in;
    exports += out;
    coincidence += MIN8(l, served);
  }
  AT(sums->generation, 0) = generation;
  AT(sums->import, 0) = imports;
  AT(sums->export, 0) = exports;
  AT(sums->coincidence, 0) = coincidence;
}

#include "model/kernels_dispatch.h"

const pvs_kernels PVS_LEVEL = {
    .name = PVS_LEVEL_TEXT,
    .sum = k_sum,
    .dot = k_dot,
    .accumulate = k_accumulate,
    .maximum = k_maximum,
    .difference = k_difference,
    .part = k_part,
    .served = k_served,
    .add = k_add,
    .scale = k_scale,
    .split = k_split,
    .flow_static = k_flow_static,
    .flow_net = k_flow_net,
    .dispatch = k_dispatch,
    .dispatch_lanes = k_dispatch_lanes,
};
