/* The code of the kernels, compiled once for each SIMD level: the including file defines PVS_LEVEL
 * (a name), PVS_LEVEL_TEXT, PVS_WIDTH (doubles in a register: 8, 4 or 2), PVS_LANES_FROM (see
 * kernels.h) and operations on such registers:
 *
 *   PVS_MAX(a, b), PVS_MIN(a, b)   in every lane the same choice as a > b ? a : b, a < b ? a : b
 *   PVS_SELECT(m, a, b)            a in the lanes of the set m, b in the others
 *   PVS_ANY(m)                     whether the set m has lanes
 *   PVS_PLUS_PRODUCT(a, b, c), PVS_MINUS_PRODUCT(a, b, c)
 *                                  a + b c and a - b c, rounded once; only where the processor has
 *                                  them
 *
 * and, where sets of lanes are not vectors of bits, lanes_set and the rest of what is below.
 *
 * Eight steps are PVS_REGS registers; lanes never mix, no operation is reassociated or fused (but
 * for a division, see kernels_lanes.h), so every level gives the same bits. */
#include "model/kernels.h"
#include <math.h>
#include <stdbool.h>
#include <string.h>

enum { PVS_REGS = PVS_LANES / PVS_WIDTH };

typedef double vec __attribute__((vector_size(8 * PVS_WIDTH), aligned(8 * PVS_WIDTH), may_alias));
typedef int64_t bits __attribute__((vector_size(8 * PVS_WIDTH), aligned(8 * PVS_WIDTH), may_alias));

/* Sets of lanes. */
#ifndef PVS_KEEP
typedef bits lanes_set;
#define PVS_GREATER(a, b)       ((bits)((a) > (b)))
#define PVS_LESS_OF(m, a, b)    ((m) & (bits)((a) < (b))) /* of those in m */
#define PVS_AT_MOST_OF(m, a, b) ((m) & (bits)((a) <= (b)))
#define PVS_FLAGGED(x, bit)     ((bits)(((x) & ((bits){0} + (bit))) == ((bits){0} + (bit))))
#define PVS_NEGATIVE(x)         (x) /* of lanes that are 0 or -1 */
#define PVS_NOBODY              ((bits){0})
#define PVS_NOT(m)              (~(m))
#define PVS_EITHER(m, n)        ((m) | (n))
#define PVS_BOTH(m, n)          ((m) & (n))
#define PVS_WITHOUT(m, n)       ((m) & ~(n))
#define PVS_KEEP(m, a)          ((vec)((m) & (bits)(a))) /* 0 in other lanes */
#endif

/* Loops over the registers of a series: steps i … i + PVS_WIDTH - 1, register p of their eight
 * steps. */
#define EACH(i, p, n)                                                                              \
  for (size_t i##_8 = 0; i##_8 < (n); i##_8 += PVS_LANES)                                          \
    for (size_t p = 0, i = i##_8; p < PVS_REGS; p++, i += PVS_WIDTH)
#define AT(x, i)  (*(vec *)((x) + (i)))
#define CAT(x, i) (*(const vec *)((x) + (i)))
/* A kernel's partial sums while it runs, in registers. */
typedef struct sums {
  vec reg[PVS_REGS];
} sums;

static inline sums sums_load(const double *lanes) {
  sums s;
  for (size_t p = 0; p < PVS_REGS; p++)
    s.reg[p] = CAT(lanes, p * PVS_WIDTH);
  return s;
}

static inline void sums_store(const sums *s, double *lanes) {
  for (size_t p = 0; p < PVS_REGS; p++)
    AT(lanes, p * PVS_WIDTH) = s->reg[p];
}

static void k_sum(size_t n, const double *x, double *lanes) {
  sums sum = sums_load(lanes);
  EACH(i, p, n) sum.reg[p] += CAT(x, i);
  sums_store(&sum, lanes);
}

static void k_dot(size_t n, const double *x, const double *y, double *lanes) {
  sums sum = sums_load(lanes);
  EACH(i, p, n) sum.reg[p] += CAT(x, i) * CAT(y, i);
  sums_store(&sum, lanes);
}

/* A register of a series that need not be aligned. */
typedef double loose __attribute__((vector_size(8 * PVS_WIDTH), aligned(8), may_alias));

typedef double four __attribute__((vector_size(32), aligned(8), may_alias));

static inline double four_sum(const four *x) {
  return ((*x)[0] + (*x)[1]) + ((*x)[2] + (*x)[3]);
}

static void k_row_sums(size_t n, size_t rows, const double *x, double *y) {
  size_t r = 0;
  if (n % 4 == 0)
    for (; r + 4 <= rows;
         r += 4,
         x +=
         4 * n) { /* four rows at a time, since the additions of one row wait for one another */
      four sum[4] = {{0}};
      for (size_t i = 0; i < n; i += 4)
        for (size_t j = 0; j < 4; j++)
          sum[j] += *(const four *)(x + j * n + i);
      for (size_t j = 0; j < 4; j++)
        y[r + j] += four_sum(&sum[j]);
    }
  for (; r < rows; r++, x += n) {
    four sum = {0};
    size_t i = 0;
    for (; i + 4 <= n; i += 4)
      sum += *(const four *)(x + i);
    for (; i < n; i++)
      sum[0] += x[i];
    y[r] += four_sum(&sum);
  }
}

/* Calls at_once(i, registers, …) for entries i … i + registers x PVS_WIDTH - 1 of n until fewer
 * than a register are left. Six: a day of half-hours in AVX-512, half of one in AVX2. */
#define BY_REGISTERS(i, n, at_once, ...)                                                           \
  for (; (i) + 12 * PVS_WIDTH <= (n); (i) += 12 * PVS_WIDTH)                                       \
    at_once(i, 12, __VA_ARGS__);                                                                   \
  for (; (i) + 6 * PVS_WIDTH <= (n); (i) += 6 * PVS_WIDTH)                                         \
    at_once(i, 6, __VA_ARGS__);                                                                    \
  for (; (i) + 4 * PVS_WIDTH <= (n); (i) += 4 * PVS_WIDTH)                                         \
    at_once(i, 4, __VA_ARGS__);                                                                    \
  for (; (i) + 2 * PVS_WIDTH <= (n); (i) += 2 * PVS_WIDTH)                                         \
    at_once(i, 2, __VA_ARGS__);                                                                    \
  for (; (i) + PVS_WIDTH <= (n); (i) += PVS_WIDTH)                                                 \
    at_once(i, 1, __VA_ARGS__);

/* Entries i … i + registers x PVS_WIDTH - 1 stay in registers from the first row to the last. */
static inline __attribute__((always_inline)) void accumulate_at(size_t i, size_t registers,
                                                                size_t stride, size_t rows,
                                                                const double *restrict x,
                                                                double *restrict y) {
  loose sum[12];
  for (size_t j = 0; j < registers; j++)
    sum[j] = *(const loose *)(y + i + j * PVS_WIDTH);
  for (size_t r = 0; r < rows; r++)
    for (size_t j = 0; j < registers; j++)
      sum[j] += *(const loose *)(x + r * stride + i + j * PVS_WIDTH);
  for (size_t j = 0; j < registers; j++)
    *(loose *)(y + i + j * PVS_WIDTH) = sum[j];
}

static inline void accumulate_rows(size_t n, size_t stride, size_t rows, const double *restrict x,
                                   double *restrict y) {
  size_t i = 0;
  BY_REGISTERS(i, n, accumulate_at, stride, rows, x, y)
  for (; i < n; i++)
    for (size_t r = 0; r < rows; r++)
      y[i] += x[r * stride + i];
}

static void k_accumulate(size_t count, const pvs_day_rows *days, const double *restrict x,
                         double *restrict y) {
  for (; count > 0; count--, days++)
    accumulate_rows(days->n, days->stride, days->rows, x + days->skip, y + days->at);
}

static inline __attribute__((always_inline)) void maximum_at(size_t i, size_t registers,
                                                             size_t stride, size_t rows,
                                                             const double *restrict x,
                                                             double *restrict y) {
  vec most[12];
  for (size_t j = 0; j < registers; j++)
    most[j] = (vec) * (const loose *)(y + i + j * PVS_WIDTH);
  for (size_t r = 0; r < rows; r++)
    for (size_t j = 0; j < registers; j++) {
      const vec row = (vec) * (const loose *)(x + r * stride + i + j * PVS_WIDTH);
      most[j] = PVS_MAX(row, most[j]);
    }
  for (size_t j = 0; j < registers; j++)
    *(loose *)(y + i + j * PVS_WIDTH) = (loose)most[j];
}

static inline void maximum_rows(size_t n, size_t stride, size_t rows, const double *restrict x,
                                double *restrict y) {
  size_t i = 0;
  BY_REGISTERS(i, n, maximum_at, stride, rows, x, y)
  for (; i < n; i++)
    for (size_t r = 0; r < rows; r++)
      y[i] = x[r * stride + i] > y[i] ? x[r * stride + i] : y[i];
}

static void k_maximum(size_t count, const pvs_day_rows *days, const double *restrict x,
                      double *restrict y) {
  for (; count > 0; count--, days++)
    maximum_rows(days->n, days->stride, days->rows, x + days->skip, y + days->at);
}

static void k_add(size_t n, const double *x, double *y) {
  EACH(i, p, n) AT(y, i) += CAT(x, i);
}

/* Steps i … i + 8 x `eights` - 1 stay in registers from the first row to the last. */
static inline __attribute__((always_inline)) void
add_rows_at(size_t i, size_t eights, size_t rows, const double *const *x, size_t at, double *y) {
  vec sum[4 * PVS_REGS];
  for (size_t p = 0; p < eights * PVS_REGS; p++)
    sum[p] = CAT(y, i + p * PVS_WIDTH);
  for (size_t r = 0; r < rows; r++)
    for (size_t p = 0; p < eights * PVS_REGS; p++)
      sum[p] += CAT(x[r], at + i + p * PVS_WIDTH);
  for (size_t p = 0; p < eights * PVS_REGS; p++)
    AT(y, i + p * PVS_WIDTH) = sum[p];
}

static void k_add_rows(size_t n, size_t rows, const double *const *x, size_t at, double *y) {
  size_t i = 0;
  for (; i + 4 * PVS_LANES <= n; i += 4 * PVS_LANES)
    add_rows_at(i, 4, rows, x, at, y);
  if (i + 2 * PVS_LANES <= n) {
    add_rows_at(i, 2, rows, x, at, y);
    i += 2 * PVS_LANES;
  }
  if (i < n)
    add_rows_at(i, 1, rows, x, at, y);
}

static void k_difference(size_t n, const double *x, const double *y, double *z) {
  EACH(i, p, n) AT(z, i) = CAT(x, i) - CAT(y, i);
}

/* out - net is exactly max(-net, 0) for out = max(net, 0). */
static void k_split_net(size_t n, const double *net, double *import, double *export,
                        double *import_lanes, double *export_lanes) {
  const vec zero = {0};
  sums imports = sums_load(import_lanes), exports = sums_load(export_lanes);
  EACH(i, p, n) {
    vec x = CAT(net, i);
    vec out = PVS_MAX(x, zero), in = out - x;
    AT(import, i) = in;
    AT(export, i) = out;
    imports.reg[p] += in;
    exports.reg[p] += out;
  }
  sums_store(&imports, import_lanes);
  sums_store(&exports, export_lanes);
}

static void k_self_consumed(size_t n, const double *load, const double *gen, const double *log,
                            double *lanes) {
  sums sum = sums_load(lanes);
  EACH(i, p, n) {
    vec l = CAT(load, i), given = CAT(log, i);
    if (gen)
      given = CAT(gen, i) + given;
    sum.reg[p] += PVS_MIN(l, given);
  }
  sums_store(&sum, lanes);
}

static void k_scale(size_t n, const double *x, double a, double b, double *y) {
  EACH(i, p, n) {
    vec once = CAT(x, i) * a;
    AT(y, i) = once * b;
  }
}

static void k_scale_rest(size_t n, const double *x, double a, double taken, double among,
                         double *y) {
  EACH(i, p, n) {
    vec whole = CAT(x, i) * a;
    vec share = whole * taken;
    AT(y, i) = (whole - share) / among;
  }
}

/* ---- dividing by what is known before ---- */

#ifdef PVS_PLUS_PRODUCT

/* x / d for r = 1 / d rounded, in three operations that do not wait for the divider: x r, corrected
 * by r times the remainder. These are the bits of x / d (Brisebarre, Muller, Raina: Accelerating
 * correctly rounded floating-point division when the divisor is known in advance, IEEE Transactions
 * on Computers 53 (8), 2004) where nothing overflows and the remainder, with all its bits, is no
 * subnormal number. */
static inline vec quotient(vec x, vec d, vec r) {
  const vec q = x * r, remainder = PVS_MINUS_PRODUCT(x, q, d);
  return PVS_PLUS_PRODUCT(q, remainder, r);
}

#else

static inline vec quotient(vec x, vec d, vec r) {
  (void)r;
  return x / d;
}

#endif

#include "model/kernels_dispatch.h"
#include "model/kernels_flow.h"
#include "model/kernels_lanes.h"

const pvs_kernels PVS_LEVEL = {
    .name = PVS_LEVEL_TEXT,
    .lanes_from = PVS_LANES_FROM,
    .sum = k_sum,
    .dot = k_dot,
    .row_sums = k_row_sums,
    .accumulate = k_accumulate,
    .maximum = k_maximum,
    .difference = k_difference,
    .split_net = k_split_net,
    .self_consumed = k_self_consumed,
    .add = k_add,
    .add_rows = k_add_rows,
    .scale = k_scale,
    .survey = k_survey,
    .scale_rest = k_scale_rest,
    .split_begin = k_split_begin,
    .split = k_split,
    .flow_static = k_flow_static,
    .flow_split = k_flow_split,
    .flow_net = k_flow_net,
    .dispatch = k_dispatch,
    .dispatch_lanes = k_dispatch_lanes,
};
