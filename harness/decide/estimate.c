#include "decide/estimate.h"

#include "decide/stats.h"

#include <math.h>

enum { FEWEST_FOR_BOUNDS = 6 }; /* fewer exclude nothing at 2.5 % */

hx_search_estimate hx_search_estimate_unknown(void) {
  double nan = (double)NAN;
  return (hx_search_estimate){HX_SEARCH_UNKNOWN, 0, 0, 0, nan, nan, nan, nan, nan, nan};
}

void hx_search_estimate_times(hx_search_estimate *e, double *seconds, size_t n) {
  double y[HX_STATS_SIGNED_RANK_MAX];
  n = n < HX_STATS_SIGNED_RANK_MAX ? n : HX_STATS_SIGNED_RANK_MAX;
  e->n_valid = (int)n;
  if (n == 0)
    return;
  for (size_t i = 0; i < n; i++)
    y[i] = log(seconds[i]);
  if (n >= FEWEST_FOR_BOUNDS) {
    hx_signed_rank r = hx_stats_signed_rank(y, n, 0.025);
    e->lower_s = exp(r.lower);
    e->upper_s = exp(r.upper);
  }
  e->seconds = hx_stats_median(seconds, n);
}

void hx_search_estimate_ratio(hx_search_estimate *e, const hx_search_estimate *best) {
  e->ratio = e->seconds / best->seconds;
  double up = hypot(log(e->upper_s / e->seconds), log(best->seconds / best->lower_s));
  double down = hypot(log(e->seconds / e->lower_s), log(best->upper_s / best->seconds));
  e->ratio_upper = e->ratio * exp(up);
  e->ratio_lower = e->ratio * exp(-down);
}
