/* The kernels' one source, compiled once for each SIMD level: the including file defines PVS_LEVEL
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

/* ---- generation that is split by load ---- */

/* If dividend and divisor lie between these, `quotient` gives the bits of a division. */
#define LEAST_KWH 1e-200
#define MOST_KWH  1e200

#define NO_SIGN ((bits){0} + INT64_MAX)

/* 1 - 2^-50: load / total x pv is two roundings of at most 2^-53 each. */
#define SURELY_LESS 0x1.ffffffffffff8p-1

static bool k_split_begin(size_t n, const double *pv, const double *total, double n_sharers,
                          const pvs_split *split) {
  const vec zero = {0}, one = zero + 1.0, least = zero + LEAST_KWH, most = zero + MOST_KWH,
            infinity = zero + (double)INFINITY;
  lanes_set odd = PVS_NOBODY;
  for (size_t first = 0; first < n; first += PVS_LANES) {
    lanes_set surplus = PVS_NOBODY;
    for (size_t p = 0, i = first; p < PVS_REGS; p++, i += PVS_WIDTH) {
      const vec energy = CAT(pv, i);
      vec divisor = one, reciprocal = one, equal = zero;
      const lanes_set generates = PVS_EITHER(PVS_GREATER(energy, zero), PVS_GREATER(zero, energy));
      /* A division is worth avoiding, and at night there is nothing to share. */
      if (PVS_ANY(generates)) {
        const vec whole = CAT(total, i), size = (vec)((bits)whole & NO_SIGN);
        const vec less = whole * SURELY_LESS;
        divisor = PVS_SELECT(generates, whole, one);
        const lanes_set none = PVS_WITHOUT(generates, PVS_GREATER(size, zero));
        odd = PVS_EITHER(odd, PVS_LESS_OF(generates, size, least));
        odd = PVS_EITHER(odd, PVS_LESS_OF(generates, most, size));
        surplus = PVS_EITHER(surplus, PVS_WITHOUT(generates, PVS_GREATER(less, energy)));
        if (PVS_ANY(none)) {
          divisor = PVS_SELECT(none, infinity, divisor);
          equal = energy / n_sharers;
          equal = PVS_KEEP(none, equal);
        }
        reciprocal = one / divisor;
      }
      AT(split->total, i) = divisor;
      AT(split->reciprocal, i) = reciprocal;
      AT(split->equal, i) = equal;
    }
    split->surplus[first / PVS_LANES] = PVS_ANY(surplus);
  }
  return !PVS_ANY(odd);
}

static unsigned k_survey(size_t n, const double *x, size_t ahead) {
  const vec zero = {0}, least = zero + LEAST_KWH, most = zero + MOST_KWH;
  lanes_set negative = PVS_NOBODY, odd = PVS_NOBODY;
  EACH(i, p, n) {
    if (p == 0)
      __builtin_prefetch(x + i + ahead);
    const vec value = CAT(x, i), size = (vec)((bits)value & NO_SIGN);
    const lanes_set some = PVS_GREATER(size, zero);
    negative = PVS_EITHER(negative, PVS_GREATER(zero, value));
    odd = PVS_EITHER(odd, PVS_LESS_OF(some, size, least));
    odd = PVS_EITHER(odd, PVS_GREATER(size, most));
  }
  return (PVS_ANY(negative) ? PVS_SOME_NEGATIVE : 0) | (PVS_ANY(odd) ? PVS_SOME_ODD : 0);
}

/* A sharer's generation in steps t … t + PVS_WIDTH - 1. */
static inline __attribute__((always_inline)) vec split_at(const pvs_split *s, bool plain, vec load,
                                                          size_t t) {
  const vec total = CAT(s->total, t), pv = CAT(s->pv, t);
  if (plain)
    return quotient(load, total, CAT(s->reciprocal, t)) * pv;
  const vec share = load / total * pv;
  return share + CAT(s->equal, t);
}

static void k_split(size_t n, const double *load, const pvs_split *split, double *y) {
  const pvs_split s = *split;
  if (s.plain)
    EACH(i, p, n) AT(y, i) = split_at(&s, true, CAT(load, i), i);
  else
    EACH(i, p, n) AT(y, i) = split_at(&s, false, CAT(load, i), i);
}

/* One register of a customer: in = max(-net, 0) and out = max(net, 0). */
#if PVS_WIDTH == 8
#define SPLIT_NET(net, in, out)                                                                    \
  const vec out = PVS_MAX(net, zero);                                                              \
  const vec in = out - net
#else
/* The same bits by logic operations on those of net and out, which leaves the adders to others. */
#define SPLIT_NET(net, in, out)                                                                    \
  const vec out = PVS_MAX(net, zero);                                                              \
  const vec in = (vec)(((bits)(net) ^ (bits)(out)) & NO_SIGN)
#endif

/* Steps from i to `end` without generation: the customer imports its load. */
static inline __attribute__((always_inline)) void
flow_night(size_t i, size_t end, const pvs_flow_customer *c, bool consumption, sums *imports) {
  const vec zero = {0};
  const double *restrict load = c->load, *next = c->next;
  double *restrict import = c->import, *restrict consumed = c->consumption;
  for (; i < end; i += PVS_LANES) {
    __builtin_prefetch(next + i);
    for (size_t p = 0, t = i; p < PVS_REGS; p++, t += PVS_WIDTH) {
      vec l = CAT(load, t);
      AT(import, t) = l;
      if (consumption)
        AT(consumed, t) = zero;
      imports->reg[p] += l;
    }
  }
}

/* Works on copies of its arguments, because the compiler must assume that writing a series changes
 * what pointers point to. */
static inline __attribute__((always_inline)) void flow_one(const pvs_flow_stretch *stretch,
                                                           const pvs_flow_customer *customer,
                                                           bool split, bool plain,
                                                           bool consumption) {
  const pvs_flow_stretch s = *stretch;
  const pvs_flow_customer c = *customer;
  const vec zero = {0};
  const double *restrict load = c.load, *restrict gen = c.gen, *next = c.next;
  const pvs_split shared = s.split;
  double *restrict import = c.import, *restrict consumed = c.consumption;
  double *restrict ni = s.network_import, *restrict ne = s.network_export;
  sums generation = sums_load(c.sums->generation), imports = sums_load(c.sums->import),
       exports = sums_load(c.sums->export);
  for (size_t k = 0; k < s.n_spans; k++) {
    const pvs_daylight_span span = s.spans[k];
    flow_night(span.first, span.dawn, &c, consumption, &imports);
    for (size_t i = span.dawn; i < span.dusk; i += PVS_LANES) {
      __builtin_prefetch(next + i);
      if (split && plain && !shared.surplus[i / PVS_LANES]) { /* nothing is exported */
        for (size_t p = 0, t = i; p < PVS_REGS; p++, t += PVS_WIDTH) {
          const vec l = CAT(load, t), g = split_at(&shared, true, l, t), in = l - g;
          generation.reg[p] += g;
          AT(import, t) = in;
          if (consumption)
            AT(consumed, t) = g;
          AT(ni, t) += in;
          imports.reg[p] += in;
        }
        continue;
      }
      for (size_t p = 0, t = i; p < PVS_REGS; p++, t += PVS_WIDTH) {
        vec l = CAT(load, t), g;
        if (split) {
          g = split_at(&shared, plain, l, t);
          generation.reg[p] += g;
        } else {
          g = CAT(gen, t);
        }
        vec net = g - l;
        SPLIT_NET(net, in, out);
        AT(import, t) = in;
        if (consumption)
          AT(consumed, t) = PVS_MIN(g, l);
        AT(ni, t) += in;
        AT(ne, t) += out;
        imports.reg[p] += in;
        exports.reg[p] += out;
      }
    }
    flow_night(span.dusk, span.end, &c, consumption, &imports);
  }
  sums_store(&generation, c.sums->generation);
  sums_store(&imports, c.sums->import);
  sums_store(&exports, c.sums->export);
}

static void k_flow_split(const pvs_flow_stretch *s, const pvs_flow_customer *c) {
  if (s->split.plain && c->consumption)
    flow_one(s, c, true, true, true);
  else if (s->split.plain)
    flow_one(s, c, true, true, false);
  else if (c->consumption)
    flow_one(s, c, true, false, true);
  else
    flow_one(s, c, true, false, false);
}

/* Two customers at a time, so that the network's sums are read and written once for both. */
static void flow_two(const pvs_flow_stretch *stretch, const pvs_flow_customer *first_customer,
                     const pvs_flow_customer *second) {
  const pvs_flow_stretch copy = *stretch, *s = &copy;
  const pvs_flow_customer copy_a = *first_customer, *a = &copy_a, copy_b = *second, *b = &copy_b;
  const vec zero = {0};
  const double *restrict load_a = a->load, *restrict load_b = b->load;
  const double *gen_a = a->gen, *gen_b = b->gen, *next_a = a->next, *next_b = b->next;
  double *restrict import_a = a->import, *restrict import_b = b->import;
  double *restrict ni = s->network_import, *restrict ne = s->network_export;
  sums imports_a = sums_load(a->sums->import), exports_a = sums_load(a->sums->export);
  sums imports_b = sums_load(b->sums->import), exports_b = sums_load(b->sums->export);
  for (size_t k = 0; k < s->n_spans; k++) {
    const pvs_daylight_span span = s->spans[k];
    size_t i = span.first;
    for (; i < span.dawn; i += PVS_LANES) {
      __builtin_prefetch(next_a + i);
      __builtin_prefetch(next_b + i);
      for (size_t p = 0, t = i; p < PVS_REGS; p++, t += PVS_WIDTH) {
        vec in_a = CAT(load_a, t), in_b = CAT(load_b, t);
        AT(import_a, t) = in_a;
        AT(import_b, t) = in_b;
        imports_a.reg[p] += in_a;
        imports_b.reg[p] += in_b;
      }
    }
    for (; i < span.dusk; i += PVS_LANES) {
      __builtin_prefetch(next_a + i);
      __builtin_prefetch(next_b + i);
      for (size_t p = 0, t = i; p < PVS_REGS; p++, t += PVS_WIDTH) {
        vec net_a = CAT(gen_a, t) - CAT(load_a, t), net_b = CAT(gen_b, t) - CAT(load_b, t);
        SPLIT_NET(net_a, in_a, out_a);
        SPLIT_NET(net_b, in_b, out_b);
        AT(import_a, t) = in_a;
        AT(import_b, t) = in_b;
        vec in = CAT(ni, t) + in_a, out = CAT(ne, t) + out_a;
        AT(ni, t) = in + in_b;
        AT(ne, t) = out + out_b;
        imports_a.reg[p] += in_a;
        exports_a.reg[p] += out_a;
        imports_b.reg[p] += in_b;
        exports_b.reg[p] += out_b;
      }
    }
    flow_night(i, span.end, a, false, &imports_a);
    flow_night(i, span.end, b, false, &imports_b);
  }
  sums_store(&imports_a, a->sums->import);
  sums_store(&exports_a, a->sums->export);
  sums_store(&imports_b, b->sums->import);
  sums_store(&exports_b, b->sums->export);
}

static void k_flow_static(const pvs_flow_stretch *s, unsigned n_customers,
                          const pvs_flow_customer *customers) {
  if (n_customers == 2 && !customers[0].consumption && !customers[1].consumption) {
    flow_two(s, &customers[0], &customers[1]);
    return;
  }
  for (unsigned i = 0; i < n_customers; i++)
    if (customers[i].consumption)
      flow_one(s, &customers[i], false, false, true);
    else
      flow_one(s, &customers[i], false, false, false);
}

static void k_flow_net(size_t n, const double *load, const double *gen, const double *net,
                       const double *log, double *import, double *consumption,
                       double *network_import, double *network_export, pvs_flow_lanes *lanes) {
  const vec zero = {0};
  sums generation = sums_load(lanes->generation), imports = sums_load(lanes->import),
       exports = sums_load(lanes->export), self_consumed = sums_load(lanes->self_consumed);
  EACH(i, p, n) {
    vec l = CAT(load, i), g = CAT(gen, i), x = CAT(net, i), served = g + CAT(log, i);
    vec out = PVS_MAX(x, zero), in = out - x;
    AT(import, i) = in;
    if (consumption)
      AT(consumption, i) = PVS_MIN(g, l);
    AT(network_import, i) += in;
    AT(network_export, i) += out;
    generation.reg[p] += g;
    imports.reg[p] += in;
    exports.reg[p] += out;
    self_consumed.reg[p] += PVS_MIN(l, served);
  }
  sums_store(&generation, lanes->generation);
  sums_store(&imports, lanes->import);
  sums_store(&exports, lanes->export);
  sums_store(&self_consumed, lanes->self_consumed);
}

#include "model/kernels_dispatch.h"
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
