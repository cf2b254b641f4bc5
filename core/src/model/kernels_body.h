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

static void k_masked_max(size_t n, const double *x, const double *mask, double *lanes) {
  v8 most = AT(lanes, 0);
  EACH8(i, n) {
    v8 value = CAT(x, i) * CAT(mask, i);
    most = MAX8(value, most);
  }
  AT(lanes, 0) = most;
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
                          double *export, double *consumption, double *network_import,
                          double *network_export, pvs_flow_lanes *sums) {
  const v8 zero = {0};
  v8 generation = AT(sums->generation, 0), imports = AT(sums->import, 0),
     exports = AT(sums->export, 0), coincidence = AT(sums->coincidence, 0);
  EACH8(i, n) {
    v8 l = CAT(load, i), g = CAT(gen, i);
    v8 net = g - l;
    v8 in = MAX8(-net, zero), out = MAX8(net, zero), own = MIN8(g, l);
    AT(import, i) = in;
    AT(export, i) = out;
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

static void k_flow_load(size_t n, const double *load, double *import, double *export,
                        double *network_import, double *network_export, pvs_flow_lanes *sums) {
  const v8 zero = {0};
  v8 imports = AT(sums->import, 0), exports = AT(sums->export, 0),
     coincidence = AT(sums->coincidence, 0);
  EACH8(i, n) {
    v8 l = CAT(load, i);
    v8 in = MAX8(l, zero), out = MAX8(-l, zero);
    AT(import, i) = in;
    AT(export, i) = out;
    AT(network_import, i) += in;
    AT(network_export, i) += out;
    imports += in;
    exports += out;
    coincidence += MIN8(l, zero);
  }
  AT(sums->import, 0) = imports;
  AT(sums->export, 0) = exports;
  AT(sums->coincidence, 0) = coincidence;
}

static void k_flow_net(size_t n, const double *load, const double *gen, const double *net,
                       const double *log, double *import, double *export, double *consumption,
                       double *network_import, double *network_export, pvs_flow_lanes *sums) {
  const v8 zero = {0};
  v8 generation = AT(sums->generation, 0), imports = AT(sums->import, 0),
     exports = AT(sums->export, 0), coincidence = AT(sums->coincidence, 0);
  EACH8(i, n) {
    v8 l = CAT(load, i), g = CAT(gen, i), x = CAT(net, i), served = g + CAT(log, i);
    v8 in = MAX8(-x, zero), out = MAX8(x, zero);
    AT(import, i) = in;
    AT(export, i) = out;
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

static inline double least(double a, double b) {
  return a < b ? a : b;
}

/* Stores what it can of `offered` kWh; returns what was not stored. */
static inline double charge(const pvs_battery *b, pvs_battery_state *s, double offered,
                            double *log) {
  double in =
      least(least(b->top_kwh - s->level_kwh, b->charge_max_in_kwh), offered * b->efficiency);
  s->level_kwh += in;
  double taken = in / b->efficiency;
  if (in > 0)
    s->cycles += 0.5 * in / b->cycle_kwh;
  s->losses_kwh += taken * (1 - b->efficiency);
  *log = -taken;
  return offered - taken;
}

/* Gives what it can of `wanted` kWh. */
static inline double discharge(const pvs_battery *b, pvs_battery_state *s, double wanted,
                               double *log) {
  double out = 0;
  if (s->level_kwh > b->floor_kwh) {
    out = least(least(wanted, s->level_kwh - b->floor_kwh), b->discharge_max_kwh);
    s->level_kwh -= out;
    s->cycles += 0.5 * out / b->cycle_kwh;
  }
  *log = out;
  return out;
}

static void k_dispatch(size_t n, const pvs_battery *battery, pvs_battery_state *state,
                       const uint8_t *flags, const double *gen, const double *load, double *net,
                       double *log, double *level) {
  const pvs_battery b = *battery;
  pvs_battery_state s = *state;
  for (size_t t = 0; t < n; t++) {
    double g = gen[t], x, step = 0;
    unsigned may = flags[t];
    if (b.prioritise && !(may & PVS_MAY_DISCHARGE)) {
      if (g > 0)
        g = charge(&b, &s, g, &step);
      x = g - load[t];
    } else {
      x = g - load[t];
      if (b.prioritise) {
        if (x < -b.threshold_kwh)
          x += discharge(&b, &s, -x, &step);
        else if (x > 0)
          x = charge(&b, &s, x, &step);
      } else {
        if (x > 0)
          x = charge(&b, &s, x, &step);
        if (x < -b.threshold_kwh && (may & PVS_MAY_DISCHARGE))
          x += discharge(&b, &s, -x, &step);
      }
    }
    bool grid = (may & PVS_MAY_CHARGE) && !(b.prioritise && (may & PVS_MAY_DISCHARGE));
    if (grid && x <= 0)
      x -= b.charge_max_kwh - charge(&b, &s, b.charge_max_kwh, &step);
    net[t] = x;
    log[t] = step;
    level[t] = s.level_kwh;
  }
  *state = s;
}

const pvs_kernels PVS_LEVEL = {
    .name = PVS_LEVEL_TEXT,
    .sum = k_sum,
    .dot = k_dot,
    .masked_max = k_masked_max,
    .difference = k_difference,
    .part = k_part,
    .served = k_served,
    .add = k_add,
    .scale = k_scale,
    .split = k_split,
    .flow_static = k_flow_static,
    .flow_load = k_flow_load,
    .flow_net = k_flow_net,
    .dispatch = k_dispatch,
};
