#include "selftest/trial_search.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static bool holds(const hx_interval *i) {
  return !(i->lower > i->estimate) && !(i->upper < i->estimate);
}

static bool all_hold(const hx_explore *x, const hx_search_verdict *v) {
  size_t n = hx_explore_count(x);
  hx_standing *standings = calloc(n, sizeof *standings);
  bool hold = standings && holds(&v->speedup);
  if (standings)
    hx_explore_standings(x, standings);
  for (size_t i = 0; i < n && hold; i++)
    hold = holds(&standings[i].ratio) &&
           (standings[i].standing != HX_FINAL_SLOWER || standings[i].ratio.lower > 1) &&
           (standings[i].standing != HX_FINAL_TIES || standings[i].ratio.runs > 0 ||
            fabs(standings[i].ratio.estimate - 1) <= 0);
  free(standings);
  return hold;
}

bool search_trial_with(const surface *s, const hx_explore_options *options, const double *ln_factor,
                       size_t n_noise, search_trial *t) {
  hx_explore *x = hx_explore_create(&s->space, options);
  if (!x)
    return false;
  hx_explore_ask ask;
  size_t made = 0;
  double best = s->configs[s->best].seconds, serial = s->configs[s->serial].seconds;
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
  t->runs = (double)t->verdict.runs;
  t->best_runs = t->verdict.spent_s / best;
  t->serial_runs = t->verdict.spent_s / serial;
  bool announced =
      t->verdict.recommends && !hx_point_equal(&t->verdict.winner, &s->configs[s->serial].point);
  t->false_winner = announced && gain < 1.02;
  const hx_interval *i = &t->verdict.speedup;
  t->printed = announced && isfinite(i->lower) && isfinite(i->upper);
  t->covered = t->printed && i->lower <= gain && gain <= i->upper;
  t->missed = !announced && t->verdict.state != HX_VERDICT_TOO_SHORT && serial >= 2 * best;
  bool hold = all_hold(x, &t->verdict);
  if (!hold)
    fprintf(stderr, "a standing is more than was shown, or an interval excludes its estimate\n");
  hx_explore_destroy(x);
  return hold;
}

bool search_trial_run(const surface *s, const double *ln_factor, size_t n_noise, uint64_t seed,
                      double budget_s, search_trial *t) {
  hx_explore_options options = hx_explore_defaults();
  options.budget_s = budget_s;
  options.seed = seed;
  return search_trial_with(s, &options, ln_factor, n_noise, t);
}

static void judge(const surface *s, size_t won, double spent_s, size_t runs, search_trial *t) {
  double best = s->configs[s->best].seconds;
  *t = (search_trial){.regret = s->configs[won].seconds / best - 1,
                      .runs = (double)runs,
                      .serial_runs = spent_s / s->configs[s->serial].seconds,
                      .best_runs = spent_s / best};
}

/* Whether the grid of before had a configuration. */
static bool in_grid(const surface *s, const hx_point *p) {
  const model *m = s->machine;
  int n = hx_point_workers(p), cores = m->cores, per_l3 = m->pus / m->l3s;
  bool suggested = n <= 2 || n == cores || n == m->pus || n == m->pus + 1 ||
                   (m->l3s > 1 && n == per_l3) || n == s->space.units;
  return suggested && p->value[1] == 0;
}

bool search_trial_grid(const surface *s, const double *ln_factor, size_t n_noise, uint64_t seed,
                       double budget_s, search_trial *t) {
  static hx_point given[HX_EXPLORE_GIVEN];
  hx_explore_options options = hx_explore_defaults();
  options.budget_s = budget_s;
  options.seed = seed;
  options.given = given;
  for (size_t i = 0; i < s->n && options.n_given < HX_EXPLORE_GIVEN; i++)
    if (in_grid(s, &s->configs[i].point))
      given[options.n_given++] = s->configs[i].point;
  return search_trial_with(s, &options, ln_factor, n_noise, t);
}

bool search_trial_scan(const surface *s, const double *ln_factor, size_t n_noise, uint64_t seed,
                       double budget_s, search_trial *t) {
  (void)seed;
  (void)budget_s;
  enum { EACH = 10 };
  double spent_s = 0, least = INFINITY;
  size_t won = 0, made = 0;
  static const int simplest[HX_SPACE_AXES];
  for (int n = 1; n <= s->space.cpus; n++) {
    hx_point p = hx_space_point(&s->space, 1, 1, n, simplest);
    const surface_config *c = surface_find(s, &p);
    double x[EACH];
    for (int i = 0; c && i < EACH; i++) {
      x[i] = c->seconds * exp(ln_factor[made++ % n_noise]);
      spent_s += x[i];
    }
    double median = c ? hx_stats_median(x, EACH) : INFINITY;
    if (median < least) {
      least = median;
      won = (size_t)(c - s->configs);
    }
  }
  judge(s, won, spent_s, made, t);
  return true;
}

const char *null_noise_name(null_noise kind) {
  static const char *const names[NULL_KINDS] = {"recorded", "drift", "steps", "busy neighbour"};
  return names[kind];
}

void slowdown_draw(uint64_t seed, double *ln_factor, size_t n) {
  hx_rng rng;
  hx_rng_seed(&rng, 55 + 1000 * seed);
  hx_noise_draw(HX_NOISE_RECORDED, &rng, ln_factor, n);
  double size = log(2.2 + 0.8 * hx_rng_uniform(&rng));
  for (size_t i = hx_rng_below(&rng, 250); i < n; i++)
    ln_factor[i] += size;
}

/* A load of 0.5 to 1.5 of two cores comes and goes; a run is slowed by it more or less. */
static void draw_neighbour(hx_rng *rng, double *ln_factor, size_t n) {
  double load = 0;
  for (size_t i = 0; i < n; i++) {
    if (hx_rng_uniform(rng) < 1.0 / 12)
      load = load > 0 ? 0 : 0.5 + hx_rng_uniform(rng);
    ln_factor[i] += log1p(load * hx_rng_uniform(rng));
  }
}

void null_noise_draw(null_noise kind, uint64_t seed, double *ln_factor, size_t n) {
  hx_rng rng;
  hx_rng_seed(&rng, 77 * (uint64_t)(kind + 1) + 1000 * seed);
  hx_noise_draw(kind == NULL_RECORDED ? HX_NOISE_RECORDED : HX_NOISE_SIMULATED, &rng, ln_factor, n);
  double size = 2 * hx_rng_uniform(&rng) - 1;
  size_t step = 1 + hx_rng_below(&rng, 30), again = step + hx_rng_below(&rng, 150);
  for (size_t i = 0; i < n; i++)
    if (kind == NULL_DRIFT)
      ln_factor[i] += 0.3 * size * (double)i / 200;
    else if (kind == NULL_STEP)
      ln_factor[i] += (i >= step) * log(2.5) * size + (i >= again) * log(1.5) * -size;
  if (kind == NULL_NEIGHBOUR)
    draw_neighbour(&rng, ln_factor, n);
}
