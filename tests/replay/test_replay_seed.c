/* The first timings ever taken of such studies (seed_timings.csv: one run a configuration, in the
 * order of worker counts) through today's decisions. */
#include "decide/replay.h"
#include "decide/search.h"

#include "replay/replay_support.h"

enum { ROWS_MAX = 64, CONFIGS_MAX = 16 };

typedef struct timings {
  int workers[ROWS_MAX]; /* asked for */
  double seconds[ROWS_MAX];
  size_t n;
} timings;

/* Adds the rows of one experiment. */
static void read_experiment(timings *t, const char *experiment) {
  csv_reader r;
  csv_open(&r, "seed_timings.csv");
  size_t before = t->n;
  while (csv_next(&r)) {
    if (strcmp(csv_text(&r, "experiment"), experiment) != 0)
      continue;
    assert_true(t->n < ROWS_MAX);
    t->workers[t->n] = (int)csv_number(&r, "workers");
    t->seconds[t->n++] = csv_number(&r, "seconds");
  }
  assert_true(t->n > before);
}

typedef struct outcome {
  hx_search_config configs[CONFIGS_MAX];
  hx_search_estimate estimates[CONFIGS_MAX];
  hx_search_result result;
  size_t m;
} outcome;

static size_t config_of(outcome *o, int workers) {
  for (size_t c = 0; c < o->m; c++)
    if (o->configs[c].workers == workers)
      return c;
  assert_true(o->m < CONFIGS_MAX);
  o->configs[o->m].workers = workers;
  return o->m++;
}

/* Replays the rows; configurations are told apart by the workers that can be busy. */
static outcome replay(const timings *t, int units, hx_search_options options) {
  outcome o = {.m = 0};
  hx_replay_row rows[ROWS_MAX];
  for (size_t i = 0; i < t->n; i++)
    rows[i] =
        (hx_replay_row){config_of(&o, hx_search_busy_workers(t->workers[i], units)), t->seconds[i]};
  hx_search *s = hx_search_create(o.configs, o.m, &options);
  assert_non_null(s);
  assert_true(hx_replay_search(s, o.m, rows, t->n));
  hx_search_get(s, &o.result, o.estimates);
  hx_search_destroy(s);
  return o;
}

static int winner_of(const outcome *o) {
  assert_true(o->result.found);
  return o->configs[o->result.winner].workers;
}

static void assert_ties(const outcome *o, const int *expected, size_t n) {
  assert_int_equal(o->result.n_tied, n);
  for (size_t c = 0; c < o->m; c++) {
    bool listed = false;
    for (size_t i = 0; i < n; i++)
      listed = listed || o->configs[c].workers == expected[i];
    assert_int_equal(o->estimates[c].fate == HX_SEARCH_TIED, listed);
  }
}

/* Taken at face value, as a single run of each has to be while its noise is unknown; where 12, 15
 * and 20 workers are one configuration (12 scenarios) some of it is known, and 4 and 6 workers, 2 %
 * apart, tie. */
static void a_recommendation_for_every_table(void **state) {
  (void)state;
  static const struct {
    const char *experiment;
    int units, winner, ties[4];
    size_t n_ties;
  } expected[] = {
      {"threads_12", 12, 4, {4, 6}, 2},          {"threads_12_remote_desktop", 12, 4, {4}, 1},
      {"threads_12_quiet", 12, 3, {3, 4, 5}, 3}, {"threads_36", 36, 6, {6}, 1},
      {"processes_12", 12, 4, {4, 6}, 2},        {"threads_12_compared", 12, 4, {4, 6}, 2},
  };
  for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
    timings t = {.n = 0};
    read_experiment(&t, expected[i].experiment);
    outcome o = replay(&t, expected[i].units, hx_search_defaults());
    assert_int_equal(winner_of(&o), expected[i].winner);
    assert_ties(&o, expected[i].ties, expected[i].n_ties);
  }
}

/* The first table: six threads, whatever was asked for. Its spread is nothing but noise. */
static hx_search_effect effect_of_first_table(void) {
  static const int six[ROWS_MAX] = {6, 6, 6, 6, 6, 6};
  timings t = {.n = 0};
  read_experiment(&t, "all_rows_six_threads");
  assert_int_equal(t.n, 6);
  return hx_search_worker_effect(t.workers, six, t.seconds, t.n, 0.02);
}

static void six_identical_configurations_give_the_noise_floor(void **state) {
  (void)state;
  hx_search_effect e = effect_of_first_table();
  assert_true(e.no_effect && e.proven); /* "the worker count had no effect" */
  assert_near(e.noise, 0.0558, 0.0001);
  assert_near(e.noise_df, 5, 0);
  assert_near(e.noise_lower, 0.0348, 0.0005);
  assert_near(e.noise_upper, 0.1369, 0.0005);
  assert_true(isnan(e.p_value)); /* no count ran twice: times alone prove nothing */
}

static void not_seen_is_not_proven(void **state) {
  (void)state;
  static const int unknown[ROWS_MAX] = {0};
  timings t = {.n = 0};
  read_experiment(&t, "all_rows_six_threads");
  hx_search_effect e = hx_search_worker_effect(t.workers, unknown, t.seconds, t.n, 0.02);
  assert_false(e.no_effect);
  assert_true(isnan(e.noise));
}

/* With that noise, a single run of each tells hardly anything apart, and the search says so. */
static void under_that_noise_single_runs_prove_nothing(void **state) {
  (void)state;
  hx_search_effect noise = effect_of_first_table();
  hx_search_options options = hx_search_defaults();
  options.prior_noise = noise.noise;
  options.prior_noise_df = noise.noise_df;
  timings t = {.n = 0};
  read_experiment(&t, "threads_12");
  outcome o = replay(&t, 12, options);
  assert_int_equal(winner_of(&o), 4);
  assert_int_equal(o.result.n_survivors, o.m);
  assert_int_equal(o.result.n_tied, 4); /* 4, 6, 8 and 10 workers, up to 16 % apart */
  t.n = 0;
  read_experiment(&t, "threads_36"); /* 20 workers take 1.69 times as long */
  o = replay(&t, 36, options);
  assert_int_equal(winner_of(&o), 6);
  assert_int_equal(o.estimates[config_of(&o, 20)].fate, HX_SEARCH_HOPELESS);
}

static void fifteen_workers_on_twelve_scenarios_are_twelve(void **state) {
  (void)state;
  static const char *const tables[] = {"processes_12", "threads_12_compared"};
  for (size_t i = 0; i < 2; i++) {
    timings t = {.n = 0};
    read_experiment(&t, tables[i]);
    outcome o = replay(&t, 12, hx_search_defaults());
    assert_int_equal(t.n, 7);
    assert_int_equal(o.m, 5); /* 12, 15 and 20 are one configuration */
    assert_int_equal(hx_search_busy_workers(15, 12), 12);

    int asked[3], seen[3];
    double seconds[3];
    size_t n = 0;
    for (size_t k = 0; k < t.n; k++)
      if (t.workers[k] >= 12) {
        asked[n] = t.workers[k];
        seen[n] = hx_search_busy_workers(t.workers[k], 12);
        seconds[n++] = t.seconds[k];
      }
    hx_search_effect e = hx_search_worker_effect(asked, seen, seconds, n, 0.02);
    assert_true(e.no_effect && e.proven);
    assert_true(e.noise < 0.025);
  }
}

static const char *const thread_tables[] = {"threads_12", "threads_12_remote_desktop",
                                            "threads_12_quiet", "threads_12_compared"};

static outcome all_twelve_scenario_tables(void) {
  timings t = {.n = 0};
  for (size_t i = 0; i < 4; i++)
    read_experiment(&t, thread_tables[i]);
  return replay(&t, 12, hx_search_defaults());
}

/* Four tables of the same study are four blocks: now there is noise to judge by, and most counts
 * are out. */
static void repeated_tables_settle_it(void **state) {
  (void)state;
  outcome o = all_twelve_scenario_tables();
  assert_true(o.result.noise > 0.002 && o.result.noise < 0.03);
  assert_in_range(winner_of(&o), 3, 4);
  assert_int_equal(o.estimates[config_of(&o, 4)].fate, HX_SEARCH_TIED);
  static const int slower[] = {2, 8, 10, 12};
  for (size_t i = 0; i < 4; i++)
    assert_int_equal(o.estimates[config_of(&o, slower[i])].fate, HX_SEARCH_DROPPED);
}

static void jointly_over_12_and_36_scenarios(void **state) {
  (void)state;
  outcome twelve = all_twelve_scenario_tables();
  timings t = {.n = 0};
  read_experiment(&t, "threads_36");
  outcome many = replay(&t, 36, hx_search_defaults());

  /* Asked for the same count, 36 scenarios can keep 15 workers busy and 12 cannot. */
  static const int counts[] = {2, 3, 4, 5, 6, 8, 10, 12, 15, 20};
  enum { M = sizeof counts / sizeof *counts };
  hx_search_config configs[M] = {{0}};
  double seconds[2 * M], regret[2 * M], worst[M];
  bool tied[M];
  for (size_t c = 0; c < M; c++) {
    configs[c].workers = counts[c];
    seconds[c] =
        twelve.estimates[config_of(&twelve, hx_search_busy_workers(counts[c], 12))].seconds;
    seconds[M + c] = (double)NAN;
    for (size_t k = 0; k < many.m; k++)
      if (many.configs[k].workers == counts[c])
        seconds[M + c] = many.estimates[k].seconds;
  }
  hx_search_joint joint;
  hx_search_recommend_jointly(configs, M, seconds, 2, 0.02, regret, worst, tied, &joint);
  assert_true(joint.found);
  /* 4 and 6 workers each lose under 4 % on one of the two studies; the policy takes the fewer. */
  assert_int_equal(configs[joint.winner].workers, 4);
  assert_int_equal(joint.n_tied, 2);
  assert_true(tied[2] && tied[4]);
  assert_true(worst[2] < 0.04 && worst[4] < 0.04);
  assert_near(regret[M + 4], 0, 1e-9);                           /* 6 is best at 36 */
  assert_near(regret[M + 2], 234.304428 / 225.996598 - 1, 1e-6); /* 4 there */
  assert_true(worst[9] > 0.6);
  assert_true(isnan(worst[0])); /* 2 workers never ran on 36 */
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_recommendation_for_every_table),
      cmocka_unit_test(six_identical_configurations_give_the_noise_floor),
      cmocka_unit_test(not_seen_is_not_proven),
      cmocka_unit_test(under_that_noise_single_runs_prove_nothing),
      cmocka_unit_test(fifteen_workers_on_twelve_scenarios_are_twelve),
      cmocka_unit_test(repeated_tables_settle_it),
      cmocka_unit_test(jointly_over_12_and_36_scenarios),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
