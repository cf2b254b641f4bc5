#include "selftest/trial_search.h"

#include <math.h>

bool search_trial_run(const surface *s, const double *ln_factor, size_t n_noise, uint64_t seed,
                      double budget_s, search_trial *t) {
  hx_explore_options options = hx_explore_defaults();
  options.budget_s = budget_s;
  options.seed = seed;
  hx_explore *x = hx_explore_create(&s->space, &options);
  if (!x)
    return false;
  hx_explore_ask ask;
  size_t made = 0;
  double best = s->configs[s->best].seconds, serial = s->configs[0].seconds;
  *t = (search_trial){.regret = 0};
  while (hx_explore_next(x, &ask)) {
    const surface_config *c = surface_find(s, &ask.point);
    double seconds = c->seconds * exp(ln_factor[made++ % n_noise]);
    bool capped = seconds > ask.cap_s;
    double *stage = ask.stage == HX_EXPLORE_SEARCHING ? &t->explored
                    : ask.stage == HX_EXPLORE_RACING  ? &t->raced
                                                      : &t->confirmed;
    *stage += fmin(seconds, ask.cap_s) / best;
    hx_explore_add(x, &(hx_explore_run){.outcome = capped ? HX_EXPLORE_CENSORED : HX_EXPLORE_VALID,
                                        .seconds = capped ? ask.cap_s : seconds});
  }
  hx_explore_conclude(x, &t->verdict);
  double won = surface_find(s, &t->verdict.winner)->seconds, gain = serial / won;
  t->regret = won / best - 1;
  t->runs = (double)hx_explore_runs(x);
  t->best_runs = hx_explore_spent_s(x) / best;
  t->serial_runs = hx_explore_spent_s(x) / serial;
  bool announced =
      t->verdict.recommends && !hx_point_equal(&t->verdict.winner, &s->configs[0].point);
  t->false_winner = announced && gain < 1.02;
  const hx_interval *i = &t->verdict.speedup;
  t->printed = announced && isfinite(i->lower) && isfinite(i->upper);
  t->covered = t->printed && i->lower <= gain && gain <= i->upper;
  hx_explore_destroy(x);
  return true;
}
