/* What is shown of one configuration, in tables, plots and the store. Only the final (final.h) decides;
 * where it has, times are the answer's own times the ratio of runs of the same rounds, since the
 * medians of all runs compare times between which the machine may have changed its speed. */
#ifndef HX_DECIDE_ESTIMATE_H
#define HX_DECIDE_ESTIMATE_H

#include "decide/verdict.h"

#include <stdbool.h>
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
  double seconds, lower_s, upper_s;       /* with 95 % bounds */
  double ratio, ratio_lower, ratio_upper; /* seconds over those of the verdict's answer */
} hx_search_estimate;

hx_search_estimate hx_search_estimate_unknown(void);

/* "ties", "unranked", "slower", "far slower", "not valid" or "not run"; of another objective than time
 * "worse" and "far worse". */
const char *hx_search_fate_word(hx_search_fate fate, bool time);
/* HX_SEARCH_UNKNOWN for what is none of them. */
hx_search_fate hx_search_fate_of_word(const char *word);

/* Order of rows: what ties, then the rest, then what is not valid, each by time; what has none comes
 * last. */
int hx_search_estimate_order(const hx_search_estimate *a, const hx_search_estimate *b);

/* Fills the times and n_valid from seconds[n] of valid runs, which are reordered: their median and
 * bounds of the centre, which need six runs (exact, Wilcoxon signed rank of ln(seconds)). Of more than
 * HX_STATS_SIGNED_RANK_MAX the first count. */
void hx_search_estimate_times(hx_search_estimate *e, double *seconds, size_t n);

/* Fills ratio and times from the answer's seconds and its own ratio to them. */
void hx_search_estimate_relative(hx_search_estimate *e, double answer_s, const hx_interval *ratio);

/* Bounds of how many times as fast as serial it is, from the answer's gain and its own ratio as of
 * independent errors; NaN where either is unknown. */
void hx_search_gain_bounds(const hx_search_estimate *e, const hx_interval *gain, double *lower,
                           double *upper);

#endif
