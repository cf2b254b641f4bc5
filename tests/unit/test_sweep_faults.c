/* Recommendations that were false, or contradicted themselves, found by people who tried pvtune. Each
 * kind is tuned again and again through a runner whose times are made up, with other numbers each time. */
#include "unit/sweep_support.h"

#include "tune/tune.h"

#include <unistd.h>

/* A machine that runs one program. */
typedef struct machine {
  double (*seconds)(const hx_config *config, size_t made);
  double noise;         /* relative, at most */
  size_t made, outputs; /* different ones, in turn */
  uint64_t random;
} machine;

static size_t slow_until; /* runs */

static double alike(const hx_config *config, size_t made) {
  (void)config;
  (void)made;
  return 0.2;
}
static double alike_but_slow_at_first(const hx_config *config, size_t made) {
  return alike(config, made) * (made < slow_until ? 2.5 : 1);
}
static double alike_in_parallel(const hx_config *config, size_t made) {
  return alike(config, made) * (hx_config_workers(config) > 1 ? 0.5 : 1);
}
static double alike_and_long(const hx_config *config, size_t made) {
  return 60 * alike(config, made);
}
static double scales(const hx_config *config, size_t made) {
  return alike(config, made) / hx_config_workers(config);
}

static void run_machine(void *ctx, const hx_runner_job *job, hx_measured *out) {
  machine *m = ctx;
  m->random = m->random * 6364136223846793005U + 1442695040888963407U;
  double noise = m->noise * (double)(m->random >> 33) / 2147483648.0;
  double seconds = m->seconds(job->config, m->made++) * (1 + noise);
  double limit_s = fmin(job->cap_s, job->timeout_s);
  hx_utc_now(out->process.start_utc);
  hx_utc_now(out->process.end_utc);
  out->process.end = seconds > limit_s ? HX_PROCESS_CAPPED : HX_PROCESS_EXITED;
  out->process.wall_s = out->seconds = fmin(seconds, limit_s);
  snprintf(out->digest, sizeof out->digest, "%016zx", m->outputs > 0 ? m->made % m->outputs : 0);
  out->workers_seen = hx_config_workers(job->config);
}

typedef struct tuning {
  double budget_s;
  bool listed;
  int rounds;
  uint64_t seed;
} tuning;

static hx_tuned tune(machine *m, const tuning *how, hx_tune_end *end) {
  static const hx_runner_ops ops = {.name = "machine", .run = run_machine};
  hx_runner runner = {.ops = &ops, .ctx = m};
  hx_measure_context context = sweep_context(&runner);
  hx_workload workload = a_workload("cmd:prog {workers}");
  hx_sweep_options options = sweep_options(&workload, 1);
  options.budget_s = how->budget_s > 0 ? how->budget_s : INFINITY;
  options.listed = how->listed;
  options.rounds = how->rounds > 0 ? how->rounds : 2;
  options.seed = how->seed;
  options.fresh = true;
  m->made = 0;
  m->random = how->seed;
  hx_tuned tuned;
  pvs_error error;
  if (!hx_tune_measure(&context, &options, NULL, &tuned, afresh(&error)) ||
      !hx_tune_recommend(&context, &options, &tuned, end, afresh(&error)))
    fail_msg("%s", error.message);
  hx_workload_deinit(&workload);
  return tuned;
}

static size_t stored_recommendations(void) {
  char path[128];
  snprintf(path, sizeof path, "%s/recommendations.csv", sweep_folder);
  FILE *f = fopen(path, "r");
  size_t lines = 0;
  for (int c; f && (c = fgetc(f)) != EOF;)
    lines += c == '\n';
  if (f)
    fclose(f);
  return lines > 0 ? lines - 1 : 0;
}

/* What must hold of every verdict, whatever the machine is like. */
static void assert_sound(const hx_tuned *tuned, hx_tune_end end) {
  const hx_sweep_result *result = &tuned->report.results[0];
  const hx_search_verdict *v = &result->verdict;
  const hx_config *winner = &tuned->report.configs[result->winner];
  size_t ties = 0;
  for (size_t i = 0; i < tuned->report.n_configs; i++)
    ties += i != result->winner && result->lines[i].same_as == i &&
            result->lines[i].estimate.fate == HX_SEARCH_TIED;
  if (v->state == HX_VERDICT_FOUND)
    assert_int_equal(ties, 0);
  if (v->state == HX_VERDICT_TIE)
    assert_true(v->n_tied > 0 && ties > 0);
  if (v->recommends && winner->executor != HX_EXECUTOR_SERIAL)
    assert_true(v->speedup.lower > 1);
  assert_int_equal(tuned->choices[0].found, v->recommends || v->state == HX_VERDICT_NO_EFFECT);
  assert_int_equal(end == HX_TUNE_STORED, tuned->choices[0].found);
  if (v->state == HX_VERDICT_NOT_SHOWN)
    assert_int_not_equal(result->lines[result->serial].estimate.fate, HX_SEARCH_DROPPED);
}

/* Workers that the answer has more than serial: 0 where nothing, or serial, is recommended. */
static int more_workers(machine *m, const tuning *how) {
  hx_tune_end end;
  size_t before = stored_recommendations();
  hx_tuned tuned = tune(m, how, &end);
  assert_sound(&tuned, end);
  assert_int_equal(stored_recommendations() - before, end == HX_TUNE_STORED);
  const hx_choice *choice = &tuned.choices[0];
  int workers = choice->found ? hx_config_workers(&tuned.report.configs[choice->config]) : 1;
  hx_tuned_deinit(&tuned);
  return workers - 1;
}

/* 1: the machine becomes faster once. */
static void a_step_makes_no_winner(void **state) {
  (void)state;
  static const size_t steps[] = {2, 7, 9, 11, 14, 20, 30};
  machine m = {.seconds = alike_but_slow_at_first, .noise = 0.01};
  for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
    for (int listed = 0; listed < 2; listed++) {
      slow_until = steps[i];
      assert_int_equal(more_workers(&m, &(tuning){.seed = i + 1, .listed = listed}), 0);
    }
}

/* 2: the fewest of equal workers, unpinned; one worker where one CPU is allowed. */
static void the_simplest_of_equals(void **state) {
  (void)state;
  machine m = {.seconds = alike_in_parallel, .noise = 0.005};
  for (uint64_t seed = 1; seed <= 6; seed++) {
    hx_tune_end end;
    hx_tuned tuned = tune(&m, &(tuning){.seed = seed, .listed = seed % 2}, &end);
    assert_sound(&tuned, end);
    const hx_config *found = &tuned.report.configs[tuned.choices[0].config];
    assert_true(tuned.choices[0].found);
    assert_int_equal(hx_config_workers(found), 2);
    assert_string_equal(found->pin, "none");
    hx_tuned_deinit(&tuned);
  }
  pvs_error error;
  hx_topo_close(sweep_topo);
  sweep_topo = hx_topo_open(&(hx_topo_origin){.synthetic = "pack:1 core:1 pu:1"}, afresh(&error));
  assert_non_null(sweep_topo);
  m.seconds = alike;
  assert_int_equal(more_workers(&m, &(tuning){.seed = 1}), 0);
}

/* 3 and 4: whatever the budget: what is recommended has an interval and agrees with the table, and
 * what is not confirmed is not stored. */
static void no_budget_makes_a_contradiction(void **state) {
  (void)state;
  machine m = {.seconds = scales, .noise = 0.02};
  int answers = 0;
  for (int runs = 0; runs <= 60; runs += 5)
    for (int listed = 0; listed < 2; listed++)
      answers += more_workers(&m, &(tuning){.seed = (uint64_t)runs + 1,
                                            .budget_s = 0.1 + 0.07 * runs,
                                            .listed = listed,
                                            .rounds = 1}) > 0;
  assert_in_range(answers, 1, 30);
  m.seconds = alike;
  assert_int_equal(more_workers(&m, &(tuning){.seed = 1, .budget_s = 0.3}), 0);
}

/* 5: two runs of each are two runs. */
static void two_long_runs_decide_nothing(void **state) {
  (void)state;
  machine m = {.seconds = alike_and_long, .noise = 0.1};
  for (uint64_t seed = 1; seed <= 8; seed++)
    assert_int_equal(
        more_workers(&m,
                     &(tuning){.seed = seed, .budget_s = 120 + 20 * (double)seed, .listed = true}),
        0);
}

/* 6: noise of a third of a run, as a busy neighbour makes it, is no gain. */
static void a_neighbour_makes_no_winner(void **state) {
  (void)state;
  machine m = {.seconds = alike, .noise = 0.4};
  for (uint64_t seed = 1; seed <= 12; seed++)
    assert_int_equal(more_workers(&m, &(tuning){.seed = seed, .listed = seed % 2}), 0);
}

/* 7: a program whose outputs change is not a configuration with other outputs; nor is anything
 * recommended where there are only a few different ones. */
static void outputs_that_change_blame_the_program(void **state) {
  (void)state;
  for (size_t outputs = 2; outputs <= 50; outputs += 12) {
    machine m = {.seconds = alike, .noise = 0.01, .outputs = outputs};
    hx_tune_end end;
    hx_tuned tuned = tune(&m, &(tuning){.seed = outputs}, &end);
    hx_search_verdict_state found = tuned.report.results[0].verdict.state;
    if (outputs > 2) {
      assert_int_equal(found, HX_VERDICT_UNSTEADY);
      assert_int_equal(hx_search_verdict_exit_code(found), 3);
    }
    assert_int_equal(end, HX_TUNE_WRONG);
    assert_int_equal(stored_recommendations(), 0);
    hx_tuned_deinit(&tuned);
  }
}

int main(void) {
#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, sweep_setup, sweep_teardown)
  const struct CMUnitTest tests[] = {
      IN_FOLDER(a_step_makes_no_winner),          IN_FOLDER(the_simplest_of_equals),
      IN_FOLDER(no_budget_makes_a_contradiction), IN_FOLDER(two_long_runs_decide_nothing),
      IN_FOLDER(a_neighbour_makes_no_winner),     IN_FOLDER(outputs_that_change_blame_the_program),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
