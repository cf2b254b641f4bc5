/* How often are our own decisions wrong? Each figure comes from replaying recorded or simulated
 * noise (noise.h) through the code in harness/decide exactly as measurements go through
 * them. Deterministic: same arguments, same figures. Not thread safe (r-mathlib). */
#ifndef SELFTEST_TRIAL_H
#define SELFTEST_TRIAL_H

#include "decide/compare.h"
#include "decide/history.h"
#include "selftest/grid_surface.h"
#include "selftest/noise.h"

#include <stdbool.h>
#include <stddef.h>

/* ---- lists: every seed is a list of configurations tuned twice, on different noise ---- */

typedef struct hx_selftest_list_figures {
  double regret_median, regret_p95,
      regret_worst;      /* true time of the winner over that of the best, minus 1 */
  double exhaustive_p95; /* regret of ten repetitions of everything instead; NaN unless asked for */
  double cost, cost_p95; /* wall time over that of ten repetitions of everything; all seeds
                            together, and 95th percentile */
  double same;           /* share of second tunings with the same winner */
  double truly_tied;     /* ... with one whose true time differs by at most the tie width */
} hx_selftest_list_figures;

/* m: HX_SURFACE_SMALL or HX_SURFACE_LARGE. with_exhaustive takes several times as long. Returns
 * false when out of memory. */
bool hx_selftest_list(hx_surface_shape shape, size_t m, hx_noise_kind noise, size_t seeds,
                      bool with_exhaustive, hx_selftest_list_figures *figures);

/* What is promised of regret_p95 and truly_tied, and of cost for this shape and size. */
typedef struct hx_selftest_list_target {
  double regret_p95, cost, truly_tied;
} hx_selftest_list_target;
hx_selftest_list_target hx_selftest_list_promise(hx_surface_shape shape, size_t m);

enum { HX_SELFTEST_MAX_TRIALS = 10000 };

/* ---- compare: every trial is one comparison of B = A x (1 + slowdown) ---- */

typedef struct hx_selftest_compare_figures {
  size_t trials;
  size_t verdicts[HX_COMPARE_INCONCLUSIVE + 1]; /* by hx_compare_verdict */
  double runs_median, runs_p90;
  /* On the same traces, what people use today: as many runs, all of A and then all of B. */
  size_t u_test_slower, u_test_faster;   /* Mann-Whitney, p < 0.05 two-sided */
  size_t mean_sd_slower, mean_sd_faster; /* mean of B beyond mean of A +- one SD of A */
} hx_selftest_compare_figures;

/* max_blocks: HX_COMPARE_USUAL_BLOCKS, or what a budget holds. At the default margin. */
void hx_selftest_compare(double slowdown, hx_noise_kind noise, int max_blocks, size_t trials,
                         hx_selftest_compare_figures *figures);

/* At another margin: max_blocks is commonly hx_compare_usual_blocks(margin). */
void hx_selftest_compare_margin(double slowdown, hx_noise_kind noise, double margin, int max_blocks,
                                size_t trials, hx_selftest_compare_figures *figures);

/* ---- history: every series is 100 commits of noise, once as it is, once with a step, once with a
 * spike ---- */

enum { HX_SELFTEST_COMMITS = 100, HX_SELFTEST_BISECT_COMMITS = 30 };

typedef enum hx_selftest_series {
  HX_SELFTEST_AR,       /* AR(1), rho 0.5, of a given sd */
  HX_SELFTEST_RECORDED, /* a commit's value is the median of 12 ABBA blocks of recorded noise */
} hx_selftest_series;

typedef struct hx_selftest_history_figures {
  double sd;      /* of a commit's value, as drawn */
  double flagged; /* share of null series with any change */
  double found;   /* share of stepped series with any change */
  double placed;  /* ... with one within two commits of the step */
  double extra;   /* ... with more than one */
  double spiked;  /* share of unflagged null series that a single spike (5 to 50 %) makes flagged */
} hx_selftest_history_figures;

/* sd is for HX_SELFTEST_AR. Returns false when out of memory. */
bool hx_selftest_history(hx_selftest_series kind, double sd, double step, size_t series,
                         hx_selftest_history_figures *figures);

typedef struct hx_selftest_bisect_figures {
  double named;       /* share of trials in which the slow commit was named exactly */
  double runs_median; /* of the whole bisection */
} hx_selftest_bisect_figures;

/* A slow commit among HX_SELFTEST_BISECT_COMMITS, found with compare on noise as the oracle. */
bool hx_selftest_bisect(double slowdown, hx_noise_kind noise, size_t trials,
                        hx_selftest_bisect_figures *figures);

#endif
