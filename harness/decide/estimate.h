/* What the runs of one configuration show, for tables and the store. Only the final (final.h)
 * decides. */
#ifndef HX_DECIDE_ESTIMATE_H
#define HX_DECIDE_ESTIMATE_H

#include <stddef.h>

typedef enum hx_search_fate {
  HX_SEARCH_TIED,     /* not shown to be slower than the best by more than a tie; the best, too */
  HX_SEARCH_SURVIVED, /* ran, but was not compared with the best in fresh runs */
  HX_SEARCH_DROPPED,  /* shown to be slower */
  HX_SEARCH_HOPELESS, /* every run was stopped early: far slower */
  HX_SEARCH_BROKEN,   /* an invalid run: never recommended */
  HX_SEARCH_UNKNOWN,  /* never ran */
} hx_search_fate;

/* Times and ratios are NaN where unknown. */
typedef struct hx_search_estimate {
  hx_search_fate fate;
  int n_valid, n_censored, n_invalid;
  double seconds, lower_s, upper_s; /* median of its valid runs, and 95 % bounds of the centre */
  double ratio, ratio_lower, ratio_upper; /* seconds over the best one's */
} hx_search_estimate;

hx_search_estimate hx_search_estimate_unknown(void);

/* Fills the times and n_valid from seconds[n] of valid runs, which are reordered; bounds need six
 * runs (exact, Wilcoxon signed rank of ln(seconds)). Of more than HX_STATS_SIGNED_RANK_MAX the first
 * count. */
void hx_search_estimate_times(hx_search_estimate *e, double *seconds, size_t n);

/* Fills the ratio from the times of both, the bounds as of independent errors. */
void hx_search_estimate_ratio(hx_search_estimate *e, const hx_search_estimate *best);

#endif
