#include "selftest/trial.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

enum { MAX_CONFIGS = HX_SURFACE_LARGE, MAX_RUNS = 10 * HX_SURFACE_LARGE };

typedef struct tuning {
  hx_search_result result;
  hx_search_estimate estimates[MAX_CONFIGS];
} tuning;

/* One tuning of a known surface: every run takes its true seconds times the noise. */
static bool tune(const hx_search_config *configs, const double *truth, size_t m,
                 hx_noise_kind noise, uint64_t seed, bool exhaustive, tuning *t) {
  hx_search_options options = hx_search_defaults();
  options.seed = seed;
  options.exhaustive = exhaustive;
  hx_search *s = hx_search_create(configs, m, &options);
  double *ln_factor = calloc(MAX_RUNS, sizeof *ln_factor);
  if (!s || !ln_factor) {
    hx_search_destroy(s);
    free(ln_factor);
    return false;
  }
  hx_rng rng;
  hx_rng_seed(&rng, ~seed);
  hx_noise_draw(noise, &rng, ln_factor, MAX_RUNS);

  size_t order[MAX_CONFIGS], n, made = 0;
  while ((n = hx_search_next_block(s, order)) > 0) {
    for (size_t i = 0; i < n; i++) {
      double seconds = truth[order[i]] * exp(ln_factor[made++]), cap = hx_search_cap_s(s, order[i]);
      hx_search_run run = {.config = order[i], .seconds = fmin(seconds, cap)};
      run.outcome = seconds > cap ? HX_SEARCH_CENSORED : HX_SEARCH_VALID;
      hx_search_add(s, &run);
    }
    hx_search_decide(s, INFINITY);
  }
  hx_search_get(s, &t->result, t->estimates);
  hx_search_destroy(s);
  free(ln_factor);
  return true;
}

hx_selftest_search_target hx_selftest_search_promise(hx_surface_shape shape, size_t m) {
  double cost = m == HX_SURFACE_SMALL ? 1.0 : shape == HX_SURFACE_FLAT ? 0.75 : 0.30;
  return (hx_selftest_search_target){.regret_p95 = 0.025, .cost = cost, .same_or_tied = 0.95};
}

bool hx_selftest_search(hx_surface_shape shape, size_t m, hx_noise_kind noise, size_t seeds,
                        bool with_exhaustive, hx_selftest_search_figures *figures) {
  assert(seeds >= 1);
  *figures = (hx_selftest_search_figures){0};
  double *regret = calloc(3 * seeds, sizeof *regret);
  tuning *first = malloc(3 * sizeof *first);
  if (!regret || !first) {
    free(regret);
    free(first);
    return false;
  }
  double *cost = regret + seeds, *exhaustive = regret + 2 * seeds;
  tuning *second = first + 1, *third = first + 2;
  double spent = 0, full = 0, tie = hx_search_defaults().tie, share = 1 / (double)seeds;
  bool ok = true;
  for (size_t i = 0; i < seeds && ok; i++) {
    hx_search_config configs[MAX_CONFIGS];
    double truth[MAX_CONFIGS], ten_each = 0, best = INFINITY;
    hx_rng rng;
    hx_rng_seed(&rng, 1000 + i);
    hx_surface_draw(shape, m, &rng, configs, truth);
    for (size_t c = 0; c < m; c++) {
      ten_each += 10 * truth[c] * hx_noise_mean_factor(noise);
      best = fmin(best, truth[c]);
    }
    ok = tune(configs, truth, m, noise, 2 * i + 1, false, first) &&
         tune(configs, truth, m, noise, 2 * i + 2, false, second) &&
         (!with_exhaustive || tune(configs, truth, m, noise, 2 * i + 1, true, third));
    if (!ok)
      break;
    size_t a = first->result.winner, b = second->result.winner;
    regret[i] = truth[a] / best - 1;
    exhaustive[i] = with_exhaustive ? truth[third->result.winner] / best - 1 : 0;
    cost[i] = first->result.spent_s / ten_each;
    spent += first->result.spent_s;
    full += ten_each;
    figures->blocks += share * first->result.blocks;
    figures->noise += share * first->result.noise;
    bool tied =
        first->estimates[b].fate == HX_SEARCH_TIED || second->estimates[a].fate == HX_SEARCH_TIED;
    figures->same += a == b ? share : 0;
    figures->same_or_tied += a == b || tied ? share : 0;
    figures->truly_tied += fabs(log(truth[a] / truth[b])) <= tie ? share : 0;
  }
  figures->regret_median = hx_stats_quantile(regret, seeds, 0.5);
  figures->regret_p95 = hx_stats_quantile(regret, seeds, 0.95);
  figures->regret_worst = hx_stats_quantile(regret, seeds, 1);
  figures->exhaustive_p95 =
      with_exhaustive ? hx_stats_quantile(exhaustive, seeds, 0.95) : (double)NAN;
  figures->cost = spent / full;
  figures->cost_p95 = hx_stats_quantile(cost, seeds, 0.95);
  free(regret);
  free(first);
  return ok;
}
