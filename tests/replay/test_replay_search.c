/* The search of whole machines, on surfaces whose truth is known: in short form what
 * `./dev selftest search` promises, and what must never be said. */
#include "selftest/surface_file.h"
#include "selftest/trial_search.h"

#include "unit/decide_support.h"

#include <string.h>

enum { NOISE = 2000 };
static double noise[NOISE];

/* ---- figures ---- */

static void whole_machines(void **state) {
  (void)state;
  enum { SEEDS = 12 };
  static const size_t machines[] = {0, 1, 3, 6, 10, 12};
  double regret[6 * SEEDS];
  size_t n = 0, covered = 0, printed = 0, false_winners = 0;
  for (size_t k = 0; k < 6; k++) {
    model *m = model_create(&model_machines[machines[k]]);
    double cost[SEEDS];
    for (size_t i = 0; i < SEEDS; i++) {
      hx_rng rng;
      hx_rng_seed(&rng, 5000 + i);
      surface *s = surface_draw(m, &rng, machines[k] >= MODEL_TUNED);
      hx_noise_draw(i % 2 ? HX_NOISE_SIMULATED : HX_NOISE_RECORDED, &rng, noise, NOISE);
      search_trial t;
      assert_true(search_trial_run(s, noise, NOISE, i + 1, INFINITY, &t));
      regret[n++] = t.regret;
      cost[i] = t.best_runs;
      covered += t.covered;
      printed += t.printed;
      false_winners += t.false_winner;
      surface_destroy(s);
    }
    assert_true(hx_stats_median(cost, SEEDS) <= 250);
    model_destroy(m);
  }
  assert_true(hx_stats_quantile(regret, n, 0.9) <= 0.03);
  assert_true(hx_stats_median(regret, n) <= 0.01);
  assert_true(false_winners <= 1);
  assert_true((double)covered >= 0.85 * (double)printed);
}

/* Nothing is faster with more workers, whatever the machine does meanwhile. */
static void no_false_winners(void **state) {
  (void)state;
  enum { TUNINGS = 60 };
  model *m = model_create(&model_machines[0]);
  surface *s = surface_flat(m, 1);
  size_t false_winners = 0, nothing_said = 0;
  for (int kind = 0; kind < NULL_KINDS; kind++)
    for (size_t i = 0; i < TUNINGS; i++) {
      search_trial t;
      null_noise_draw((null_noise)kind, i + 1, noise, NOISE);
      assert_true(search_trial_run(s, noise, NOISE, i + 1, INFINITY, &t));
      false_winners += t.false_winner;
      nothing_said += !t.verdict.recommends;
    }
  assert_true(false_winners <= 3); /* 1 % of 240 are 2.4 */
  assert_true(nothing_said >= NULL_KINDS * TUNINGS * 9 / 10);
  surface_destroy(s);
  model_destroy(m);
}

/* The machine speeds up, or slows down, 2.5 times at run n, once. */
static void a_single_step_makes_no_winner(void **state) {
  (void)state;
  model *m = model_create(&model_machines[0]);
  surface *s = surface_flat(m, 0.2);
  for (size_t step = 1; step <= 30; step++)
    for (int up = 0; up < 2; up++) {
      search_trial t;
      for (size_t i = 0; i < NOISE; i++)
        noise[i] = (i < step) == (up == 1) ? log(2.5) : 0;
      assert_true(search_trial_run(s, noise, NOISE, step, INFINITY, &t));
      assert_false(t.verdict.recommends);
      assert_int_equal(t.verdict.state, HX_VERDICT_NO_EFFECT);
    }
  surface_destroy(s);
  model_destroy(m);
}

/* Nor does it hide one: more workers stay the answer where they are twice as fast. */
static void a_slowdown_hides_no_winner(void **state) {
  (void)state;
  static const size_t machines[] = {0, 3, MODEL_TUNED + MODEL_HELD_OUT - 1};
  for (size_t k = 0; k < 3; k++) {
    model *m = model_create(&model_machines[machines[k]]);
    for (size_t i = 0; i < 30; i++) {
      hx_rng rng;
      search_trial t;
      hx_rng_seed(&rng, 7000 + i);
      surface *s = surface_draw(m, &rng, false);
      slowdown_draw(i + 1, noise, NOISE);
      assert_true(search_trial_run(s, noise, NOISE, i + 1, INFINITY, &t));
      assert_false(t.missed);
      surface_destroy(s);
    }
    model_destroy(m);
  }
}

/* The ladders do not end early because serial seemed far slower than it is. */
static void a_slow_first_run_hides_no_count(void **state) {
  (void)state;
  enum { SEEDS = 60 };
  static const size_t machines[] = {0, 3, MODEL_TUNED - 1};
  for (size_t k = 0; k < 3; k++) {
    model *m = model_create(&model_machines[machines[k]]);
    double regret[SEEDS];
    for (size_t i = 0; i < SEEDS; i++) {
      hx_rng rng;
      search_trial t;
      hx_rng_seed(&rng, 9000 + i);
      surface *s = surface_draw(m, &rng, i % 2);
      hx_noise_draw(HX_NOISE_SIMULATED, &rng, noise, NOISE);
      noise[0] += log(3);
      assert_true(search_trial_run(s, noise, NOISE, i + 1, INFINITY, &t));
      regret[i] = t.regret;
      surface_destroy(s);
    }
    model_destroy(m);
    assert_true(hx_stats_quantile(regret, SEEDS, 0.95) <= 0.04);
  }
}

/* ---- given lists ---- */

enum { LISTED = 6 };

/* The first configurations of a surface, serial among them, as a list. */
static bool tune_list(const surface *s, uint64_t seed, double budget_s, bool exhaustive,
                      search_trial *t) {
  hx_point given[LISTED];
  hx_explore_options options = hx_explore_defaults();
  for (size_t i = 0; i < s->n && options.n_given < LISTED; i++)
    given[options.n_given++] = s->configs[i].point;
  options.given = given;
  options.rounds = 2;
  options.seed = seed;
  options.budget_s = budget_s;
  options.exhaustive = exhaustive;
  return search_trial_with(s, &options, noise, NOISE, t);
}

/* A machine that speeds up or slows down once, at any run, makes no winner of a list either. */
static void a_single_step_makes_no_winner_of_a_list(void **state) {
  (void)state;
  model *m = model_create(&model_machines[0]);
  surface *s = surface_flat(m, 0.2);
  for (size_t step = 1; step <= 30; step++)
    for (int up = 0; up < 2; up++) {
      search_trial t;
      for (size_t i = 0; i < NOISE; i++)
        noise[i] = (i < step) == (up == 1) ? log(2.5) : 0;
      assert_true(tune_list(s, step, INFINITY, up == 1, &t));
      assert_false(t.verdict.recommends);
      assert_int_equal(t.verdict.state, HX_VERDICT_NO_EFFECT);
    }
  surface_destroy(s);
  model_destroy(m);
}

/* Nor does a busy neighbour, drift, or what was recorded. */
static void no_false_winners_of_a_list(void **state) {
  (void)state;
  enum { TUNINGS = 60 };
  model *m = model_create(&model_machines[0]);
  surface *s = surface_flat(m, 1);
  size_t false_winners = 0;
  for (int kind = 0; kind < NULL_KINDS; kind++)
    for (size_t i = 0; i < TUNINGS; i++) {
      search_trial t;
      null_noise_draw((null_noise)kind, i + 1, noise, NOISE);
      assert_true(tune_list(s, i + 1, INFINITY, i % 4 == 0, &t));
      false_winners += t.false_winner;
    }
  assert_true(false_winners <= 3); /* 1 % of 240 are 2.4 */
  surface_destroy(s);
  model_destroy(m);
}

/* A budget for two or three runs of each: no answer, no interval, and how long it takes. */
static void few_runs_of_a_list_decide_nothing(void **state) {
  (void)state;
  model *m = model_create(&model_machines[0]);
  surface *s = surface_flat(m, 12);
  for (size_t i = 0; i < s->n; i++)
    s->configs[i].seconds = hx_point_workers(&s->configs[i].point) == 1 ? 13.1 : 12;
  for (uint64_t seed = 1; seed <= 20; seed++) {
    search_trial t;
    hx_rng rng;
    hx_rng_seed(&rng, seed);
    hx_noise_draw(HX_NOISE_SIMULATED, &rng, noise, NOISE);
    assert_true(tune_list(s, seed, 3 * LISTED * 12, false, &t));
    assert_false(t.verdict.recommends);
    assert_false(t.printed);
    assert_true(t.verdict.needs_s > 3 * LISTED * 12);
    assert_int_equal(hx_search_verdict_exit_code(t.verdict.state), 5);
  }
  surface_destroy(s);
  model_destroy(m);
}

static void first_timings_find_six_or_a_tie(void **state) {
  (void)state;
  static const int least[] = {3, 6}, most[] = {6, 6};
  pvs_error error = {0};
  char name[SURFACE_NAME];
  surface_file *file = surface_file_open(PVT_TESTS_DIR "/replay/data/seed_surface.csv", &error);
  assert_non_null(file);
  for (size_t i = 0; i < 2; i++) {
    surface *s = surface_file_next(file, name, &error);
    assert_non_null(s);
    for (uint64_t seed = 1; seed <= 10; seed++) {
      hx_rng rng;
      search_trial t;
      hx_rng_seed(&rng, seed);
      hx_noise_draw(HX_NOISE_SIMULATED, &rng, noise, NOISE);
      assert_true(search_trial_run(s, noise, NOISE, seed, INFINITY, &t));
      assert_true(t.verdict.recommends);
      int workers = hx_point_workers(&t.verdict.winner);
      assert_in_range(workers, least[i], most[i]);
      assert_true(t.regret <= 0.03);
    }
    surface_destroy(s);
  }
  assert_null(surface_file_next(file, name, &error));
  assert_int_equal(error.code, PVS_OK);
  surface_file_close(file);
}

/* ---- the engine by itself ---- */

/* Two CPUs: threads and processes, unpinned or compact. */
static hx_space two_cpus(void) {
  return (hx_space){.executors = {HX_SPACE_SERIAL, HX_SPACE_THREADS, HX_SPACE_PROCESSES},
                    .executor_names = {"serial", "threads", "processes"},
                    .n_executors = 3,
                    .axes = {{"pin", 2, false, true}},
                    .n_axes = 1,
                    .cpus = 2};
}

typedef double seconds_of(const hx_point *point);

typedef struct told {
  hx_search_verdict verdict;
  size_t runs;
  size_t distinct; /* asks, as a digest */
} told;

/* A search over times that are the same in every run. wrong_from: from this serial run on (counted
 * from 1) its outputs differ. */
static told search_of(hx_space space, seconds_of *seconds, double budget_s, size_t wrong_from) {
  hx_explore_options options = hx_explore_defaults();
  options.budget_s = budget_s;
  hx_explore *x = hx_explore_create(&space, &options);
  assert_non_null(x);
  hx_explore_ask ask;
  told out = {.runs = 0};
  size_t serial_runs = 0;
  while (hx_explore_next(x, &ask)) {
    bool serial = ask.point.executor == 0;
    serial_runs += serial;
    double own = seconds(&ask.point) * (1 + 0.004 * (double)(out.runs % 3));
    hx_explore_run run = {.outcome = HX_EXPLORE_VALID, .seconds = own};
    if (own > ask.cap_s)
      run = (hx_explore_run){.outcome = HX_EXPLORE_CENSORED, .seconds = ask.cap_s};
    if (serial ? wrong_from > 0 && serial_runs >= wrong_from : own < 0)
      run.outcome = HX_EXPLORE_DIFFERENT;
    run.seconds = fabs(run.seconds);
    out.distinct = out.distinct * 31 + (size_t)(hx_point_workers(&ask.point) * 7 +
                                                ask.point.executor * 3 + ask.point.value[0]);
    hx_explore_add(x, &run);
    out.runs++;
    assert_true(out.runs < 1000);
  }
  hx_explore_conclude(x, &out.verdict);
  hx_explore_destroy(x);
  return out;
}

/* The same under the drawn noise, times `scale`, without a limit. */
static hx_search_verdict noisy_search(const hx_space *space, seconds_of *seconds, double scale,
                                      uint64_t seed) {
  hx_explore_options options = hx_explore_defaults();
  options.seed = seed;
  hx_explore *x = hx_explore_create(space, &options);
  assert_non_null(x);
  hx_explore_ask ask;
  for (size_t run = 0; hx_explore_next(x, &ask); run++) {
    double own = seconds(&ask.point) * exp(scale * noise[run % NOISE]);
    hx_explore_run made = {.outcome = HX_EXPLORE_VALID, .seconds = own};
    if (own > ask.cap_s)
      made = (hx_explore_run){.outcome = HX_EXPLORE_CENSORED, .seconds = ask.cap_s};
    hx_explore_add(x, &made);
  }
  hx_search_verdict verdict;
  hx_explore_conclude(x, &verdict);
  hx_explore_destroy(x);
  return verdict;
}

static double halves(const hx_point *p) {
  return hx_point_workers(p) == 1 ? 1 : 0.5;
}
static double ignores(const hx_point *p) {
  (void)p;
  return 1;
}
static double pinned_halves(const hx_point *p) {
  return hx_point_workers(p) == 1 ? 1 : p->value[0] ? 0.5 : 0.6;
}
static double three_is_best(const hx_point *p) {
  int n = hx_point_workers(p);
  return n == 1 ? 1 : n == 2 ? 0.5 : 0.497;
}
static double parallel_is_wrong(const hx_point *p) {
  return hx_point_workers(p) == 1 && p->executor == 0 ? 1 : -0.5;
}

static void the_simplest_of_ties(void **state) {
  (void)state;
  told t = search_of(two_cpus(), halves, INFINITY, 0);
  assert_int_equal(t.verdict.state, HX_VERDICT_TIE);
  assert_int_equal(hx_point_workers(&t.verdict.winner), 2);
  assert_int_equal(t.verdict.winner.executor, 1);
  assert_int_equal(t.verdict.winner.value[0], 0);
  assert_near(t.verdict.speedup.estimate, 2, 0.02);
  /* More workers than CPUs must be clearly faster. */
  t = search_of(two_cpus(), three_is_best, INFINITY, 0);
  assert_int_equal(hx_point_workers(&t.verdict.winner), 2);
}

/* As a study has it on two CPUs: pins, schedules and chunk sizes make no difference. Nearly all tunings
 * of the same program give the same answer, with noise as it was recorded and four times as much, which
 * runs of a few milliseconds have. */
static void tuning_again_says_the_same(void **state) {
  (void)state;
  enum { TUNINGS = 100 };
  hx_space space = two_cpus();
  space.axes[1] = (hx_space_axis){"schedule", 2, false, true};
  space.axes[2] = (hx_space_axis){"chunk", 3, true, true};
  space.n_axes = 3;
  for (int i = 0; i < 4; i++) {
    hx_noise_kind kind = i < 2 ? HX_NOISE_RECORDED : HX_NOISE_SIMULATED;
    size_t same = 0;
    for (uint64_t seed = 1; seed <= TUNINGS; seed++) {
      hx_rng rng;
      hx_rng_seed(&rng, 900 + seed);
      hx_noise_draw(kind, &rng, noise, NOISE);
      hx_search_verdict v = noisy_search(&space, halves, i % 2 ? 4 : 1, seed);
      const hx_point plain = {.executor = 1, .processes = 1, .threads = 2};
      same += v.recommends && hx_point_equal(&v.winner, &plain);
    }
    assert_true(same >= 97);
  }
}

static void pinned_only_when_shown_to_help(void **state) {
  (void)state;
  told t = search_of(two_cpus(), pinned_halves, INFINITY, 0);
  assert_true(t.verdict.recommends);
  assert_int_equal(t.verdict.winner.value[0], 1);
}

static void a_quota_is_not_exceeded(void **state) {
  (void)state;
  hx_space space = two_cpus();
  space.confined = true;
  space.cpus = 1;
  told t = search_of(space, three_is_best, INFINITY, 0);
  assert_int_equal(hx_point_workers(&t.verdict.winner), 1);
}

static void the_same_runs_give_the_same_search(void **state) {
  (void)state;
  told a = search_of(two_cpus(), pinned_halves, INFINITY, 0);
  told b = search_of(two_cpus(), pinned_halves, INFINITY, 0);
  assert_int_equal(a.runs, b.runs);
  assert_int_equal(a.distinct, b.distinct);
}

static void no_effect_is_said(void **state) {
  (void)state;
  told t = search_of(two_cpus(), ignores, INFINITY, 0);
  assert_int_equal(t.verdict.state, HX_VERDICT_NO_EFFECT);
  assert_false(t.verdict.recommends);
  assert_int_equal(hx_search_verdict_exit_code(t.verdict.state), 0);
}

/* Where nothing was compared nothing is recommended, and it says how long it takes. */
static void too_short_a_budget(void **state) {
  (void)state;
  static const double budgets[] = {0.5, 1.5, 4};
  for (size_t i = 0; i < 3; i++) {
    told t = search_of(two_cpus(), halves, budgets[i], 0);
    assert_int_equal(t.verdict.state, HX_VERDICT_TOO_SHORT);
    assert_false(t.verdict.recommends);
    assert_true(t.verdict.needs_s > budgets[i]);
    assert_int_equal(hx_search_verdict_exit_code(t.verdict.state), 5);
  }
}

/* Outputs that change from one serial run to the next are not blamed on configurations. */
static void outputs_that_change(void **state) {
  (void)state;
  told t = search_of(two_cpus(), parallel_is_wrong, INFINITY, 2);
  assert_int_equal(t.verdict.state, HX_VERDICT_UNSTEADY);
  assert_int_equal(hx_search_verdict_exit_code(t.verdict.state), 3);
  t = search_of(two_cpus(), parallel_is_wrong, INFINITY,
                0); /* serial is steady, the others differ */
  assert_int_equal(t.verdict.state, HX_VERDICT_FAILED);
  t = search_of(two_cpus(), ignores, INFINITY, 1);
  assert_int_equal(t.verdict.state, HX_VERDICT_UNSTEADY);
}

static void every_state_has_words(void **state) {
  (void)state;
  for (int i = 0; i < HX_VERDICT_STATES; i++) {
    hx_search_verdict v = {.state = (hx_search_verdict_state)i,
                           .winner = {1, 1, 2, {0}},
                           .noise = 0.1,
                           .speedup = {2, 1.9, 2.1, 8},
                           .n_tied = 2,
                           .needs_s = 30};
    char sentence[512] = "", advice[256] = "";
    hx_search_verdict_sentence(&v, &(hx_search_words){.winner = "2 threads", .baseline = "serial"},
                               sentence, sizeof sentence);
    hx_search_verdict_advice(&v, advice, sizeof advice);
    assert_true(strlen(sentence) > 20);
    assert_true(strlen(hx_search_verdict_name(v.state)) > 2);
    assert_true(hx_search_verdict_exit_code(v.state) == 0 || i == HX_VERDICT_OPEN || *advice);
    v.noise = NAN; /* too few runs to know it */
    hx_search_verdict_sentence(&v, &(hx_search_words){.winner = "2 threads", .baseline = "serial"},
                               sentence, sizeof sentence);
    assert_null(strstr(sentence, "nan"));
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(whole_machines),
      cmocka_unit_test(no_false_winners),
      cmocka_unit_test(a_single_step_makes_no_winner),
      cmocka_unit_test(a_slowdown_hides_no_winner),
      cmocka_unit_test(a_slow_first_run_hides_no_count),
      cmocka_unit_test(a_single_step_makes_no_winner_of_a_list),
      cmocka_unit_test(no_false_winners_of_a_list),
      cmocka_unit_test(few_runs_of_a_list_decide_nothing),
      cmocka_unit_test(first_timings_find_six_or_a_tie),
      cmocka_unit_test(the_simplest_of_ties),
      cmocka_unit_test(tuning_again_says_the_same),
      cmocka_unit_test(pinned_only_when_shown_to_help),
      cmocka_unit_test(a_quota_is_not_exceeded),
      cmocka_unit_test(the_same_runs_give_the_same_search),
      cmocka_unit_test(no_effect_is_said),
      cmocka_unit_test(too_short_a_budget),
      cmocka_unit_test(outputs_that_change),
      cmocka_unit_test(every_state_has_words),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
