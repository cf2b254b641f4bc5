/* What limits a program: the universal scalability law (Gunther 1993; Amdahl's law with coherency)
 * fitted to times over worker counts.
 *
 *   T(n) / T(1) = (1 + contention (n - 1) + coherency n (n - 1)) / n
 *
 * Contention is Amdahl's serial fraction; coherency is what makes more workers slower at last, with
 * the peak at sqrt((1 - contention) / coherency). Both are at least 0. The fit is of ln T by weighted
 * least squares, its intervals from the curvature with Student's t.
 *
 * Pure and thread safe but for r-mathlib's quantile. */
#ifndef HX_DECIDE_USL_H
#define HX_DECIDE_USL_H

#include <stdbool.h>
#include <stddef.h>

/* One worker count: its seconds and how many runs are behind them. */
typedef struct hx_usl_point {
  int workers;
  double seconds;
  int runs;
} hx_usl_point;

typedef struct hx_usl {
  bool fitted; /* false: fewer than three different counts, or nothing that fits; the rest is NaN */
  double one_s; /* seconds of one worker, as fitted */
  double contention, contention_lower, contention_upper;
  double coherency, coherency_lower, coherency_upper;
  bool coherency_shown; /* its interval excludes 0: there is a peak */
  double peak;          /* workers; INFINITY without coherency */
  double peak_speedup;  /* there; against one worker */
  double misfit;        /* standard deviation of ln T about the curve */
} hx_usl;

/* n <= 1024. Counts may repeat. */
hx_usl hx_usl_fit(const hx_usl_point *points, size_t n);

/* Seconds by the fit. */
double hx_usl_seconds(const hx_usl *fit, double workers);

/* One sentence: what limits it, or that it cannot be told. */
void hx_usl_sentence(const hx_usl *fit, char *text, size_t size);

#endif
