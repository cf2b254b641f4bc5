/* Kernels: functions over whole series, the only code that runs once per step. There is one table of
 * them for each SIMD level, and every level gives the same bits.
 *
 * Unless a kernel says otherwise, arrays are 64-byte aligned and n is a multiple of PVS_LANES. An
 * array `lanes` has PVS_LANES partial sums (base/units.h). Kernels work on a chunk of steps at a
 * time: battery states and partial sums carry over from one call to the next. */
#ifndef PVS_MODEL_KERNELS_H
#define PVS_MODEL_KERNELS_H

#include "base/units.h"
#include "model/battery.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What `survey` finds of a series, in lanes; zeroed to begin with: the extremes are no more and no less
 * than 0. */
typedef struct pvs_survey_lanes {
  _Alignas(PVS_ALIGN) double sum[PVS_LANES], least[PVS_LANES], greatest[PVS_LANES];
} pvs_survey_lanes;

/* What a series contains, as `survey` finds it. */
enum {
  PVS_SOME_NEGATIVE = 1, /* values below 0 */
  PVS_SOME_STILL = 4,    /* not by `survey`: the same value, other than 0, three days later */
  PVS_SOME_ODD = 2       /* values other than 0 that are too small or too large for a plain split */
};

/* A customer's sums over all steps, in lanes. */
typedef struct pvs_flow_lanes {
  _Alignas(64) double generation[PVS_LANES];
  double import[PVS_LANES];
  double export[PVS_LANES];
  /* min(load, generation + step log). Added up for customers with a battery only: for others it is
   * generation - export. */
  double self_consumed[PVS_LANES];
} pvs_flow_lanes;

/* Steps [first, end), multiples of PVS_LANES. */
typedef struct pvs_step_range {
  uint32_t first, end;
} pvs_step_range;

/* Steps [first, end), multiples of PVS_LANES. There is generation in [dawn, dusk) only. In the rest
 * generation is 0 and no load is negative, so that imports equal loads. */
typedef struct pvs_daylight_span {
  uint32_t first, dawn, dusk, end;
} pvs_daylight_span;

/* Generation that is shared in proportion to load (MODEL.md section 5): each sharer gets
 * (load / total) x pv + equal. */
typedef struct pvs_split {
  const double *pv;
  double *total;      /* of the sharers' loads; infinity where it is 0 and there is generation */
  double *reciprocal; /* 1 / total */
  double *equal;      /* pv / number of sharers where the total is 0, else 0 */
  uint8_t
      *surplus; /* by eight steps: 0 if in each of them pv is less than the total, surely so that
                         no share exceeds its load after rounding */
  /* True: `equal` is 0 everywhere, no load is negative, and no total or load is so small or large that
   * multiplying by the reciprocal could not be corrected to the bits of a division. That is faster;
   * every SIMD level computes the same. */
  bool plain;
} pvs_split;

/* A chunk of steps for flow_static and flow_split. Steps outside the spans, which ascend, are neither
 * read nor written. */
typedef struct pvs_flow_stretch {
  size_t n_spans;
  const pvs_daylight_span *spans;
  double *network_import,
      *network_export; /* sums over residents, added to from dawn to dusk only */
  pvs_split split;     /* for flow_split */
} pvs_flow_stretch;

/* A customer without a battery. */
typedef struct pvs_flow_customer {
  const double *load;
  const double *gen;  /* for flow_static: 0 outside [dawn, dusk) */
  const double *next; /* the load that will be read next is fetched meanwhile; `load` for none */
  double *import;
  double *consumption; /* min(gen, load); NULL: not wanted */
  pvs_flow_lanes *sums;
} pvs_flow_customer;

/* Steps of a chunk as rows of a day table: `rows` rows of n steps each. The first row begins at step
 * `skip` of the chunk, each further one `stride` steps later, and each belongs to the entries
 * [at, at + n) of the table. Several rows are days of one type that follow one another. */
typedef struct pvs_day_rows {
  uint32_t skip, n, stride, rows, at;
} pvs_day_rows;

typedef struct pvs_kernels {
  const char *name; /* "portable", "avx2", "avx512" */
  unsigned
      lanes_from; /* from this number of batteries on, dispatch_lanes is faster than dispatch */

  /* lanes += x */
  void (*sum)(size_t n, const double *x, double *lanes);
  /* lanes += x * y */
  void (*dot)(size_t n, const double *x, const double *y, double *lanes);
  /* y[r] += the sum of row r, for `rows` rows of n in x that follow one another. Each row has four
   * partial sums, added as (0 + 1) + (2 + 3). Any n, any alignment. */
  void (*row_sums)(size_t n, size_t rows, const double *x, double *y);
  /* For a chunk x and a day table y: y += x and y = max(x, y), entry by entry and row after row, for
   * `count` pvs_day_rows. Any n, any alignment. */
  void (*accumulate)(size_t count, const pvs_day_rows *days, const double *x, double *y);
  void (*maximum)(size_t count, const pvs_day_rows *days, const double *x, double *y);
  /* z = x - y */
  void (*difference)(size_t n, const double *x, const double *y, double *z);
  /* import = max(-net, 0) and export = max(net, 0), both added to their lanes. */
  void (*split_net)(size_t n, const double *net, double *import, double *export,
                    double *import_lanes, double *export_lanes);
  /* lanes += min(load, gen + log); gen NULL: 0 */
  void (*self_consumed)(size_t n, const double *load, const double *gen, const double *log,
                        double *lanes);
  /* y += x */
  void (*add)(size_t n, const double *x, double *y);
  /* y += x[0], then x[1], … x[rows - 1], each of these series from its element `at` on */
  void (*add_rows)(size_t n, size_t rows, const double *const *x, size_t at, double *y);
  /* Adds x to the sums, and lowers and raises the extremes. Returns which of PVS_SOME_… are in x or
   * in what was surveyed before it. */
  unsigned (*survey)(size_t n, const double *x, pvs_survey_lanes *lanes);
  /* y = (x * a) * b */
  void (*scale)(size_t n, const double *x, double a, double b, double *y);
  /* y = (x * a - (x * a) * taken) / among */
  void (*scale_rest)(size_t n, const double *x, double a, double taken, double among, double *y);
  /* Fills the split's total, reciprocal and equal, n elements each, and surplus, n / 8.
   * Returns whether the split may be plain as far as the totals are concerned. */
  bool (*split_begin)(size_t n, const double *pv, const double *total, double n_sharers,
                      const pvs_split *split);
  /* y = one sharer's generation. */
  void (*split)(size_t n, const double *load, const pvs_split *split, double *y);

  /* One or two customers whose generation is given: net = gen - load. Writes their imports, adds to
   * the network's sums and to their own, except that of generation. The result for two is that of one
   * after the other, but faster. */
  void (*flow_static)(const pvs_flow_stretch *stretch, unsigned n_customers,
                      const pvs_flow_customer *customers);
  /* The same for customers whose generation is a share of the stretch's split; adds its sums too. */
  void (*flow_split)(const pvs_flow_stretch *stretch, unsigned n_customers,
                     const pvs_flow_customer *customers);
  /* A customer after a dispatch: writes import and, where it is not NULL, consumption =
   * min(gen, load); adds to the network's sums and to all of its own. */
  void (*flow_net)(size_t n, const double *load, const double *gen, const double *net,
                   const double *log, double *import, double *consumption, double *network_import,
                   double *network_export, pvs_flow_lanes *sums);

  /* Dispatches one battery over n steps (MODEL.md section 7). flags: PVS_MAY_… by step. Writes net,
   * step log and, where it is not NULL, the level at the end of each step, kWh. */
  void (*dispatch)(size_t n, const pvs_battery *battery, pvs_battery_state *state,
                   const uint8_t *flags, const double *gen, const double *load, double *net,
                   double *log, double *level);
  /* Dispatches PVS_BATTERY_LANES batteries, or twice as many (n_groups 2), side by side; n is not 0. The
   * bits are those of one dispatch after the other. */
  void (*dispatch_lanes)(size_t n, unsigned n_groups, pvs_battery_lanes *groups,
                         const pvs_battery_series *series);
} pvs_kernels;

/* The kernels of the SIMD level of that name, or of the best level for NULL. NULL: this processor has
 * no such level (base/simd.h). */
const pvs_kernels *pvs_kernels_choose(const char *forced);
/* The kernels of all levels that this processor has, best first; ends with NULL. */
const pvs_kernels *const *pvs_kernels_available(void);

#endif
