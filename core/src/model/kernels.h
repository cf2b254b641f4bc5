/* The hot loops over series, one table for each SIMD level; every level gives the same bits. Arrays
 * are 64-byte aligned, n is a multiple of PVS_LANES, lanes arrays hold PVS_LANES partial sums
 * (base/units.h). A kernel works on a stretch of steps; state and lanes carry over. */
#ifndef PVS_MODEL_KERNELS_H
#define PVS_MODEL_KERNELS_H

#include "base/units.h"
#include "model/battery.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a series has, for `survey`. */
enum {
  PVS_SOME_NEGATIVE = 1, /* below 0 */
  PVS_SOME_ODD = 2       /* not 0, but too small or too large for a plain split */
};

/* Sums that a flow keeps for a customer. */
typedef struct pvs_flow_lanes {
  _Alignas(64) double generation[PVS_LANES];
  double import[PVS_LANES];
  double export[PVS_LANES];
  double
      self_consumed[PVS_LANES]; /* min(load, generation + step log); after a dispatch only: without
                                    a battery it is generation - export */
} pvs_flow_lanes;

/* Steps [first, end) of a stretch, multiples of PVS_LANES. */
typedef struct pvs_step_range {
  uint32_t first, end;
} pvs_step_range;

/* Steps [first, end) of a stretch, multiples of PVS_LANES, with generation in [dawn, dusk) at most;
 * the others are dark: generation is 0, no load is below 0. */
typedef struct pvs_daylight_span {
  uint32_t first, dawn, dusk, end;
} pvs_daylight_span;

/* Generation that is shared in proportion to load (MODEL.md section 5), in a stretch of steps: of
 * each sharer load / total x pv, in this order, and then + equal. */
typedef struct pvs_split {
  const double *pv;
  double *total;      /* of the sharers' loads; infinity where it is 0 and there is generation */
  double *reciprocal; /* 1 / total: levels with fused multiply-add divide by it */
  double *equal;      /* pv / number of sharers where the total is 0, else 0 */
  bool plain; /* equal is 0 everywhere, and no total and no load is too small or too large for
                 dividing by the reciprocal: sooner, and the same bits */
} pvs_split;

/* A stretch of steps of a building without batteries: the spans, ascending. Steps in none of them
 * are night: dark, and nothing is read or written of them. */
typedef struct pvs_flow_stretch {
  size_t n_spans;
  const pvs_daylight_span *spans;
  double *network_import, *network_export; /* residents' sums; added to between dawn and dusk */
  pvs_split split;                         /* for flow_split */
} pvs_flow_stretch;

/* A customer with generation and no battery. */
typedef struct pvs_flow_customer {
  const double *load, *gen; /* gen: flow_static's; 0 in the dark */
  const double *next;       /* what is read after this, fetched meanwhile; load itself: nothing */
  double *import;
  double *consumption; /* min(gen, load); NULL: nobody asks */
  pvs_flow_lanes *sums;
} pvs_flow_customer;

/* In a stretch of steps, `rows` rows of n each, the first from step `skip` on, the others `stride`
 * further each, which belong to entries [at, at + n) of a day table: whole days alike that follow
 * one another, or a part of them, or of a day. */
typedef struct pvs_day_rows {
  uint32_t skip, n, stride, rows, at;
} pvs_day_rows;

typedef struct pvs_kernels {
  const char *name;    /* "portable", "avx2", "avx512" */
  unsigned lanes_from; /* so many batteries at hand are faster side by side */

  /* lanes += x */
  void (*sum)(size_t n, const double *x, double *lanes);
  /* lanes += x * y */
  void (*dot)(size_t n, const double *x, const double *y, double *lanes);
  /* y[r] += row r of n in x, for each of the rows that follow one another: four partial sums a
   * row, then (0 + 1) + (2 + 3); any n, any alignment */
  void (*row_sums)(size_t n, size_t rows, const double *x, double *y);
  /* Of a stretch x and a day table y: y += x and y = max(x, y), entry by entry, row after row, for
   * `count` pvs_day_rows; any n, any alignment */
  void (*accumulate)(size_t count, const pvs_day_rows *days, const double *x, double *y);
  void (*maximum)(size_t count, const pvs_day_rows *days, const double *x, double *y);
  /* z = x - y */
  void (*difference)(size_t n, const double *x, const double *y, double *z);
  /* import = max(-net, 0), export = max(net, 0), added to the lanes too */
  void (*split_net)(size_t n, const double *net, double *import, double *export,
                    double *import_lanes, double *export_lanes);
  /* lanes += min(load, gen + log): generation and discharge that met load; gen NULL: 0 */
  void (*self_consumed)(size_t n, const double *load, const double *gen, const double *log,
                        double *lanes);
  /* y += x */
  void (*add)(size_t n, const double *x, double *y);
  /* y += x[0], then x[1] … x[rows - 1], each from its place `at` on */
  void (*add_rows)(size_t n, size_t rows, const double *const *x, size_t at, double *y);
  /* Which of PVS_SOME_… are in x. Fetches what is `ahead` elements later meanwhile. */
  unsigned (*survey)(size_t n, const double *x, size_t ahead);
  /* y = x * a, then * b: two roundings, as the model multiplies */
  void (*scale)(size_t n, const double *x, double a, double b, double *y);
  /* y = (x * a - x * a * taken) / among */
  void (*scale_rest)(size_t n, const double *x, double a, double taken, double among, double *y);
  /* Fills the split's total, reciprocal and equal, which have room for n. Returns whether it may be
   * plain, as far as totals are concerned. */
  bool (*split_begin)(size_t n, const double *pv, const double *total, double n_sharers,
                      const pvs_split *split);
  /* A sharer's generation. */
  void (*split)(size_t n, const double *load, const pvs_split *split, double *y);

  /* Customers (n_customers 1 or 2, one after the other, together because that is faster) whose
   * generation is given: net = gen - load. Adds to their sums of import and export; that of
   * generation is the caller's. */
  void (*flow_static)(const pvs_flow_stretch *stretch, unsigned n_customers,
                      const pvs_flow_customer *customers);
  /* One whose generation is its part of the stretch's split; the sum of it is added too. */
  void (*flow_split)(const pvs_flow_stretch *stretch, const pvs_flow_customer *customer);
  /* A customer after a dispatch: writes import and, where not NULL, consumption = min(gen, load);
   * adds to the network and to all sums. */
  void (*flow_net)(size_t n, const double *load, const double *gen, const double *net,
                   const double *log, double *import, double *consumption, double *network_import,
                   double *network_export, pvs_flow_lanes *sums);

  /* One battery over n steps (MODEL.md section 7). flags: bit 0 charge period, bit 1 discharge
   * period. Writes net, step log and, where not NULL, level (kWh, end of
   * step). */
  void (*dispatch)(size_t n, const pvs_battery *battery, pvs_battery_state *state,
                   const uint8_t *flags, const double *gen, const double *load, double *net,
                   double *log, double *level);
  /* PVS_BATTERY_LANES x n_groups batteries (n_groups 1 or 2), the same to the bit as one after the
   * other with dispatch. */
  void (*dispatch_lanes)(size_t n, unsigned n_groups, pvs_battery_lanes *groups,
                         const pvs_battery_series *series);
} pvs_kernels;

/* The best level that this CPU runs; `forced` (a level's name, or NULL) picks another. NULL: no
 * such level here. */
const pvs_kernels *pvs_kernels_choose(const char *forced);
/* All levels that this CPU runs, for tests and benchmarks; ends with NULL. */
const pvs_kernels *const *pvs_kernels_available(void);

#endif
