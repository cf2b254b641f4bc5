/* From runs of many configurations made one after the other to one figure a configuration, on noise
 * like real machines': drift that a block of runs shares, and interference that only ever makes a
 * run slower.
 *
 *   y = mu[configuration] + drift[block] + e
 *
 * Drift is what at least three quarters of a block's residuals share. mu is an M-estimate of
 * what is left: linear near the centre, bounded below, redescending above (a run far slower than
 * its likes says nothing). */
#ifndef HX_DECIDE_FIT_H
#define HX_DECIDE_FIT_H

#include <stddef.h>

typedef struct hx_fit_run {
  size_t config;
  int block; /* never decreasing from run to run */
  double y;  /* ln(seconds) */
} hx_fit_run;

typedef struct hx_fit {
  double noise; /* standard deviation that makes noise / sqrt(n) the standard error of mu; NaN: no
                   repetitions */
  double df;
} hx_fit;

/* Storage for up to max_runs runs of m configurations, none of them running more than max_each
 * times; NULL when out of memory. destroy(NULL) is fine. */
typedef struct hx_fit_work hx_fit_work;
hx_fit_work *hx_fit_create(size_t max_runs, size_t m, size_t max_each);
void hx_fit_destroy(hx_fit_work *work);

/* runs[n] in the order they were made, n <= max_runs. mu[m]: estimates, NaN for configurations
 * without a run. */
hx_fit hx_fit_estimate(hx_fit_work *work, const hx_fit_run *runs, size_t n, double *mu);

#endif
