#include "decide/estimate.h"

#include "decide/stats.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

/* Twelve digits: logarithms cost the last ones, and what is 10 is to stay it. */
static double rounded(double x) {
  char text[32];
  snprintf(text, sizeof text, "%.12g", x);
  return strtod(text, NULL);
}

void hx_search_estimate_relative(hx_search_estimate *e, double answer_s, const hx_interval *ratio) {
  e->ratio = rounded(ratio->estimate);
  e->ratio_lower = ratio->lower;
  e->ratio_upper = ratio->upper;
  e->seconds = rounded(answer_s * ratio->estimate);
  e->lower_s = rounded(answer_s * ratio->lower);
  e->upper_s = rounded(answer_s * ratio->upper);
}

void hx_search_gain_bounds(const hx_search_estimate *e, const hx_interval *gain, double *lower,
                           double *upper) {
  double own = gain->estimate / e->ratio;
  *lower = own * exp(-hypot(log(gain->estimate / gain->lower), log(e->ratio_upper / e->ratio)));
  *upper = own * exp(hypot(log(gain->upper / gain->estimate), log(e->ratio / e->ratio_lower)));
}

static const struct {
  const char *time, *other;
} words[] = {[HX_SEARCH_TIED] = {"ties", "ties"},
             [HX_SEARCH_SURVIVED] = {"unranked", "unranked"},
             [HX_SEARCH_DROPPED] = {"slower", "worse"},
             [HX_SEARCH_HOPELESS] = {"far slower", "far worse"},
             [HX_SEARCH_BROKEN] = {"not valid", "not valid"},
             [HX_SEARCH_UNKNOWN] = {"not run", "not run"}};

const char *hx_search_fate_word(hx_search_fate fate, bool time) {
  return time ? words[fate].time : words[fate].other;
}

hx_search_fate hx_search_fate_of_word(const char *word) {
  int fate = 0;
  while (fate < HX_SEARCH_UNKNOWN && strcmp(words[fate].time, word) != 0 &&
         strcmp(words[fate].other, word) != 0)
    fate++;
  return (hx_search_fate)fate;
}

int hx_search_estimate_order(const hx_search_estimate *a, const hx_search_estimate *b) {
  const hx_search_estimate *both[2] = {a, b};
  int group[2];
  for (int i = 0; i < 2; i++)
    group[i] = isnan(both[i]->seconds)             ? 3
               : both[i]->fate == HX_SEARCH_BROKEN ? 2
               : both[i]->fate == HX_SEARCH_TIED   ? 0
                                                   : 1;
  return group[0] != group[1] ? group[0] - group[1]
                              : (a->seconds > b->seconds) - (a->seconds < b->seconds);
}
