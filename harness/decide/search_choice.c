/* What search.h offers beside the race itself: the policy, duplicates, several workloads, and
 * whether workers mattered. */
#include "decide/search.h"
#include "decide/stats.h"

#include <math.h>

int hx_search_busy_workers(int asked, int units) {
  return units > 0 && asked > units ? units : asked;
}

int hx_search_policy(const hx_search_config *a, const hx_search_config *b) {
  if (a->workers != b->workers)
    return a->workers < b->workers ? -1 : 1;
  if (a->executor_rank != b->executor_rank)
    return a->executor_rank < b->executor_rank ? -1 : 1;
  return (a->pin_rank > b->pin_rank) - (a->pin_rank < b->pin_rank);
}

size_t hx_search_alias(const hx_search_config *configs, size_t m, size_t *same_as) {
  size_t distinct = 0;
  for (size_t i = 0; i < m; i++) {
    same_as[i] = i;
    for (size_t j = 0; j < i && same_as[i] == i; j++)
      if (hx_search_policy(&configs[i], &configs[j]) == 0)
        same_as[i] = j;
    distinct += same_as[i] == i;
  }
  return distinct;
}

void hx_search_recommend_jointly(const hx_search_config *configs, size_t m, const double *seconds,
                                 size_t workloads, double tie, double *regret, double *worst,
                                 bool *tied, hx_search_joint *result) {
  for (size_t c = 0; c < m; c++) {
    worst[c] = 0;
    tied[c] = false;
  }
  for (size_t w = 0; w < workloads; w++) {
    const double *row = seconds + w * m;
    double best = INFINITY;
    for (size_t c = 0; c < m; c++)
      best = fmin(best, isnan(row[c]) ? INFINITY : row[c]);
    for (size_t c = 0; c < m; c++) {
      regret[w * m + c] = row[c] / best - 1;
      worst[c] = isnan(row[c]) || isnan(worst[c]) ? (double)NAN : fmax(worst[c], row[c] / best - 1);
    }
  }
  *result = (hx_search_joint){.found = false};
  for (size_t c = 0; c < m; c++)
    if (!isnan(worst[c]) && (!result->found || worst[c] < worst[result->leader])) {
      result->found = true;
      result->leader = c;
    }
  if (!result->found)
    return;
  result->winner = result->leader;
  for (size_t c = 0; c < m; c++) {
    tied[c] = !isnan(worst[c]) && log1p(worst[c]) - log1p(worst[result->leader]) <= tie;
    result->n_tied += tied[c];
    if (!tied[c])
      continue;
    int order = hx_search_policy(&configs[c], &configs[result->winner]);
    if (order < 0 || (order == 0 && worst[c] < worst[result->winner]))
      result->winner = c;
  }
}

/* Sums for a one-way analysis of variance of ln(seconds) by `group`. */
typedef struct anova {
  size_t groups;
  double between, within;  /* sums of squares */
  double fastest, slowest; /* group means */
} anova;

static anova analyse(const int *group, const double *seconds, size_t n) {
  anova a = {.fastest = INFINITY, .slowest = -INFINITY};
  double total = 0;
  for (size_t i = 0; i < n; i++)
    total += log(seconds[i]);
  for (size_t i = 0; i < n; i++) {
    size_t members = 0;
    double sum = 0, squares = 0;
    bool first = true;
    for (size_t j = 0; j < n; j++)
      if (group[j] == group[i]) {
        first = first && j >= i;
        members++;
        sum += log(seconds[j]);
      }
    if (!first)
      continue;
    double mean = sum / (double)members, grand = total / (double)n;
    for (size_t j = 0; j < n; j++)
      if (group[j] == group[i])
        squares += (log(seconds[j]) - mean) * (log(seconds[j]) - mean);
    a.groups++;
    a.within += squares;
    a.between += (double)members * (mean - grand) * (mean - grand);
    a.fastest = fmin(a.fastest, mean);
    a.slowest = fmax(a.slowest, mean);
  }
  return a;
}

hx_search_effect hx_search_worker_effect(const int *asked, const int *seen, const double *seconds,
                                         size_t n, double tie) {
  hx_search_effect e = {.noise = (double)NAN,
                        .noise_lower = (double)NAN,
                        .noise_upper = (double)NAN,
                        .p_value = (double)NAN,
                        .span = (double)NAN};
  if (n < 2)
    return e;
  bool asked_differ = false, seen_differ = seen[0] == 0;
  for (size_t i = 1; i < n; i++) {
    asked_differ = asked_differ || asked[i] != asked[0];
    seen_differ = seen_differ || seen[i] != seen[0];
  }
  anova a = analyse(asked, seconds, n);
  e.span = expm1(a.slowest - a.fastest);
  e.proven = asked_differ && !seen_differ;
  /* Proven equal: every difference is noise. Otherwise only those between repetitions are. */
  double squares = e.proven ? a.within + a.between : a.within;
  e.noise_df = (double)(e.proven ? n - 1 : n - a.groups);
  if (e.noise_df > 0) {
    e.noise = sqrt(squares / e.noise_df);
    e.noise_lower = e.noise * sqrt(e.noise_df / hx_stats_chisq_quantile(0.975, e.noise_df));
    e.noise_upper = e.noise * sqrt(e.noise_df / hx_stats_chisq_quantile(0.025, e.noise_df));
  }
  double df_within = (double)(n - a.groups), df_between = (double)a.groups - 1;
  if (df_within > 0 && df_between > 0)
    e.p_value = a.within > 0 ? hx_stats_f_upper(a.between / df_between / (a.within / df_within),
                                                df_between, df_within)
                             : (a.between > 0 ? 0 : 1);
  /* A difference of `tie` between two counts with the average number of runs would stand out at
   * three standard errors. */
  double each = (double)n / (double)a.groups;
  bool would_show = !isnan(e.p_value) && 3 * e.noise * sqrt(2 / each) <= tie;
  e.no_effect = e.proven || (asked_differ && would_show && e.p_value > 0.05);
  return e;
}
