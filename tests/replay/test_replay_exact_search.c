/* Whole searches, question by question as they are stored: which run is asked for, when it is stopped,
 * and what is concluded. What is right in every search the test explore_rules says; these notice that
 * any rule, or any number that the search is tuned with, changes what it does. */
#include "decide/explore.h"
#include "decide/stats.h"

#include "replay/exact_explore.h"
#include "unit/program_support.h"

/* A program on a machine; the numbers are drawn from a seed. */
typedef struct program {
  hx_space space;
  double serial_share, friction, executor[4], pin[4], level;
  double sd; /* of a run's noise */
  hx_rng rng;
} program;

static program draw(uint64_t seed) {
  static const int units[] = {0, 30, 1000};
  hx_rng rng;
  hx_rng_seed(&rng, seed);
  program p = {.space = program_space(seed, &rng, 2 + (int)(seed % 3), 40),
               .serial_share = seed % 8 == 7 ? 1 : 0.2 * hx_rng_uniform(&rng),
               .friction = seed % 3 ? 0 : 0.01 * hx_rng_uniform(&rng),
               .sd = seed % 3 == 1 ? 0.03 : 0.004};
  p.space.confined = seed % 4 == 0;
  p.space.units = units[seed / 2 % 3];
  if (seed % 6 == 5) /* begins elsewhere than at the simplest values */
    p.space.base[1] = p.space.axes[1].n_values / 2;
  for (int i = 0; i < 4; i++) {
    p.executor[i] = 1 + 0.1 * hx_rng_uniform(&rng);
    p.pin[i] = 1 + 0.1 * hx_rng_uniform(&rng);
  }
  p.level = hx_rng_uniform(&rng);
  p.rng = rng;
  return p;
}

static double seconds_of(program *p, const hx_point *at) {
  double w = hx_point_workers(at), share = program_share(&p->space, w);
  double level = 1 + p->level * pow((at->value[1] - 11) / 24.0, 2);
  double z = hx_rng_normal(&p->rng);
  return 2 * (p->serial_share + (1 - p->serial_share) * share + p->friction * (w - 1)) * level *
         (w > 1 ? p->executor[at->executor] * p->pin[at->value[0]] : 1) *
         exp(p->sd * (hx_rng_below(&p->rng, 9) == 0 ? 4 * fabs(z) : z));
}

/* What runs are like, by the search's seed: some fail, differ, are disturbed or may not be
 * recommended, and the machine changes its speed once. */
static hx_explore_run run_of(program *p, uint64_t seed, int number, const hx_explore_ask *ask) {
  const hx_point *at = &ask->point;
  int workers = hx_point_workers(at);
  hx_explore_run run = {HX_EXPLORE_VALID, seconds_of(p, at), 0, false};
  if (seed % 5 == 4 && number >= 12)
    run.seconds *= seed % 2 ? 1.5 : 0.6;
  if (seed % 6 == 2 && hx_rng_below(&p->rng, 7) == 0) {
    run.disturbed = true;
    run.seconds *= 1.3;
  }
  if (seed % 7 == 3 && workers > 1 && workers % 3 == 0)
    run.outcome = HX_EXPLORE_FAILED;
  if (seed % 7 == 4 && at->executor == 2)
    run.outcome = HX_EXPLORE_DIFFERENT;
  if (seed % 7 == 5 && workers * 2 < p->space.cpus)
    run.outcome = HX_EXPLORE_OVER;
  if (seed % 9 == 8 && number > 0 && at->executor == 0)
    run.outcome = HX_EXPLORE_DIFFERENT;
  if (run.seconds > ask->cap_s) {
    run.outcome = HX_EXPLORE_CENSORED;
    run.seconds = ask->cap_s;
  }
  run.spent_s = seed % 4 == 3 ? 1.5 * run.seconds : 0;
  return run;
}

static void search(hx_text *t, program *p, uint64_t seed, const hx_explore_options *options) {
  hx_explore *x = hx_explore_create(&p->space, options);
  assert_non_null(x);
  hx_explore_ask ask;
  char why[sizeof ask.why] = "";
  hx_text_printf(t, "search %d: %d CPUs, usually", (int)seed, p->space.cpus);
  EXACT(t, "", hx_explore_usual_runs(&p->space));
  for (int number = 0; hx_explore_next(x, &ask); number++) {
    if (strcmp(why, ask.why) != 0)
      hx_text_printf(t, " %s\n", ask.why);
    memcpy(why, ask.why, sizeof why);
    hx_explore_run run = run_of(p, seed, number, &ask);
    hx_text_put(t, "  ");
    exact_point(t, &p->space, &ask.point);
    hx_text_printf(t, " %d %d %.6g\n", (int)ask.stage, (int)run.outcome, ask.cap_s);
    if (number == 10)
      exact_verdict(t, &p->space, x);
    if (seed % 11 == 10 && number == 60)
      hx_explore_stop(x);
    hx_explore_add(x, &run);
  }
  exact_verdict(t, &p->space, x);
  exact_all(t, &p->space, x);
  hx_explore_destroy(x);
}

static void searches(void **state) {
  (void)state;
  hx_text t = {0};
  for (uint64_t seed = 1; seed <= 30; seed++) {
    program p = draw(seed);
    hx_explore_options options = hx_explore_defaults();
    options.seed = seed;
    if (seed % 5 == 0)
      options.budget_s = seed % 2 ? 12 : 40;
    search(&t, &p, seed, &options);
  }
  exact_check(&t, "searches");
}

static void lists(void **state) {
  (void)state;
  hx_text t = {0};
  for (uint64_t seed = 1; seed <= 12; seed++) {
    program p = draw(seed);
    hx_point given[10];
    hx_explore_options options = hx_explore_defaults();
    for (int i = 0; i < 10; i++) {
      int executor = i == 0 ? 0 : 1 + i % (p.space.n_executors - 1);
      const int value[HX_SPACE_AXES] = {i % p.space.axes[0].n_values, i % p.space.axes[1].n_values};
      hx_point point = hx_space_point(&p.space, executor, 2, i == 0 ? 1 : i + 1, value);
      if (hx_space_canonical(&p.space, &point))
        given[options.n_given++] = point;
    }
    options.given = given;
    options.rounds = (int)(seed % 4);
    options.exhaustive = seed % 3 == 0;
    options.seed = seed;
    if (seed % 5 == 0)
      options.budget_s = 25;
    search(&t, &p, seed, &options);
  }
  exact_check(&t, "lists");
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(searches), cmocka_unit_test(lists)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
