#include "selftest/trial.h"
#include "selftest/trial_search.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

enum { RUNS = 4000 };

/* One tuning of a known list: every run takes its true seconds times the noise. */
static bool tune(const surface *s, hx_noise_kind noise, uint64_t seed, bool exhaustive,
                 search_trial *trial) {
  static double ln_factor[RUNS];
  hx_point given[HX_SURFACE_LARGE];
  hx_explore_options options = hx_explore_defaults();
  options.seed = seed;
  options.given = given;
  options.n_given = s->n;
  options.exhaustive = exhaustive;
  options.rounds = exhaustive ? 10 : 2;
  for (size_t i = 0; i < s->n; i++)
    given[i] = s->configs[i].point;
  hx_rng rng;
  hx_rng_seed(&rng, ~seed);
  hx_noise_draw(noise, &rng, ln_factor, RUNS);
  return search_trial_with(s, &options, ln_factor, RUNS, trial);
}

hx_selftest_list_target hx_selftest_list_promise(hx_surface_shape shape, size_t m) {
  /* Where all is equally fast within 3 %, noise often hides that anything is faster than serial. */
  bool flat = shape == HX_SURFACE_FLAT;
  double cost = m == HX_SURFACE_SMALL ? 1.0 : shape == HX_SURFACE_WIDE ? 0.15 : 0.30;
  return (hx_selftest_list_target){
      .regret_p95 = flat ? 0.03 : 0.025, .cost = cost, .truly_tied = flat ? 0.75 : 0.90};
}

static double won_s(const surface *s, const search_trial *t) {
  return surface_find(s, &t->verdict.winner)->seconds;
}

bool hx_selftest_list(hx_surface_shape shape, size_t m, hx_noise_kind noise, size_t seeds,
                      bool with_exhaustive, hx_selftest_list_figures *figures) {
  assert(seeds >= 1);
  *figures = (hx_selftest_list_figures){0};
  double *regret = calloc(3 * seeds, sizeof *regret);
  if (!regret)
    return false;
  double *cost = regret + seeds, *exhaustive = regret + 2 * seeds;
  double spent = 0, full = 0, tie = hx_explore_defaults().tie, share = 1 / (double)seeds;
  bool ok = true;
  for (size_t i = 0; i < seeds && ok; i++) {
    double ten_each = 0;
    hx_rng rng;
    search_trial first, second, third = {.regret = 0};
    hx_rng_seed(&rng, 1000 + i);
    surface *s = hx_surface_draw(shape, m, &rng);
    ok = s && tune(s, noise, 2 * i + 1, false, &first) &&
         tune(s, noise, 2 * i + 2, false, &second) &&
         (!with_exhaustive || tune(s, noise, 2 * i + 1, true, &third));
    if (ok) {
      for (size_t c = 0; c < m; c++)
        ten_each += 10 * s->configs[c].seconds * hx_noise_mean_factor(noise);
      regret[i] = first.regret;
      exhaustive[i] = third.regret;
      cost[i] = first.verdict.spent_s / ten_each;
      spent += first.verdict.spent_s;
      full += ten_each;
      figures->same += hx_point_equal(&first.verdict.winner, &second.verdict.winner) ? share : 0;
      figures->truly_tied += fabs(log(won_s(s, &first) / won_s(s, &second))) <= tie ? share : 0;
    }
    surface_destroy(s);
  }
  if (ok) {
    figures->regret_median = hx_stats_quantile(regret, seeds, 0.5);
    figures->regret_p95 = hx_stats_quantile(regret, seeds, 0.95);
    figures->regret_worst = hx_stats_quantile(regret, seeds, 1);
    figures->exhaustive_p95 =
        with_exhaustive ? hx_stats_quantile(exhaustive, seeds, 0.95) : (double)NAN;
    figures->cost = spent / full;
    figures->cost_p95 = hx_stats_quantile(cost, seeds, 0.95);
  }
  free(regret);
  return ok;
}
