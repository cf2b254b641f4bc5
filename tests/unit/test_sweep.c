/* The sweep's loop, over given times: nothing is timed here. */
#include "sweep_support.h"

static const char key[] = "builtin:batteries:8";

/* 1 s serial, about 0.45 s with two threads, pinning of no effect; a little noise. */
static const mock_run good[] = {
    {"serial", "", 1.000, 0, MOCK_OK},      {"serial", "", 1.004, 0, MOCK_OK},
    {"threads:2", "", 0.450, 0, MOCK_OK},   {"threads:2", "", 0.453, 0, MOCK_OK},
    {"threads:4", "", 0.300, 0, MOCK_OK},   {"threads:4", "", 0.302, 0, MOCK_OK},
    {"processes:4", "", 0.301, 0, MOCK_OK}, {"processes:4", "", 0.303, 0, MOCK_OK},
};

enum { N_CONFIGS = 4, MOCK_ROWS_MAX = 16 };

typedef struct world {
  mock_run rows[MOCK_ROWS_MAX];
  mock_table mock;
  hx_runner runner;
  hx_measure_context context;
  hx_workload workload;
  hx_config configs[N_CONFIGS];
  hx_sweep_options options;
} world;

static void make_world(world *w) {
  memcpy(w->rows, good, sizeof good);
  w->mock = (mock_table){.runs = w->rows, .n = sizeof good / sizeof *good, .digest = 42};
  w->runner = mock_runner(&w->mock);
  w->context = sweep_context(&w->runner);
  w->workload = a_workload(key);
  w->configs[0] = a_config("serial");
  w->configs[1] = a_config("threads:2");
  w->configs[2] = a_config("threads:4");
  w->configs[3] = a_config("processes:4");
  w->options = sweep_options(&w->workload, 1);
  w->options.configs = w->configs;
  w->options.n_configs = N_CONFIGS;
}

static void spoil(world *w, const char *config, mock_outcome outcome) {
  for (size_t i = 0; i < w->mock.n; i++)
    if (strcmp(w->rows[i].config, config) == 0)
      w->rows[i].outcome = outcome;
}

static void test_finds_the_fastest_and_breaks_ties_by_policy(void **state) {
  (void)state;
  world w;
  make_world(&w);
  hx_sweep_report report = run_sweep(&w.context, &w.options);
  const hx_sweep_result *result = &report.results[0];
  assert_true(result->found);
  hx_choice choice = hx_recommend_choose(&report, 0, NULL);
  assert_int_equal(choice.config, config_index(&report, "threads:4"));
  assert_int_equal(result->lines[config_index(&report, "processes:4")].estimate.fate,
                   HX_SEARCH_TIED);
  const hx_sweep_line *line = &result->lines[choice.config];
  assert_true(fabs(line->speedup - 1.002 / 0.301) < 0.05);
  assert_true(line->speedup_lower < line->speedup && line->speedup < line->speedup_upper);
  assert_false(result->same_workers);
  assert_false(report.interrupted);
  hx_sweep_report_deinit(&report);
  hx_workload_deinit(&w.workload);
}

static void test_every_run_is_stored_once(void **state) {
  (void)state;
  world w;
  make_world(&w);
  hx_sweep_report report = run_sweep(&w.context, &w.options);
  hx_store_rows rows = stored_runs();
  const hx_run_row *row = rows.rows;
  assert_int_equal(rows.n, report.results[0].runs);
  assert_int_equal(row[0].block, 0);
  assert_int_equal(row[0].counted, 0);
  assert_string_equal(row[0].config, "serial");
  for (size_t i = 1; i < rows.n; i++) {
    assert_string_equal(row[i].sweep, report.sweep);
    assert_string_equal(row[i].workload, key);
    bool stopped = strcmp(row[i].outcome, "censored") == 0; /* only what is far slower */
    assert_true(!stopped || strcmp(row[i].config, "serial") == 0 ||
                strcmp(row[i].config, "threads:2") == 0);
    assert_string_equal(stopped ? row[0].digest : row[i].digest, row[0].digest);
    assert_int_equal(row[i].counted, !stopped);
    assert_int_equal(row[i].block, i); /* runs are numbered */
    assert_true(stopped || row[i].instructions == 1000.0 * (double)row[i].workers);
    assert_true(isnan(row[i].cycles));
  }
  const hx_sweep_line *line = &report.results[0].lines[config_index(&report, "threads:4")];
  assert_true(line->typical.of[HX_MEASURE_INSTRUCTIONS] == 4000);
  assert_true(isnan(line->typical.of[HX_MEASURE_CYCLES]));
  hx_store_rows_deinit(&rows);
  hx_sweep_report_deinit(&report);
  hx_workload_deinit(&w.workload);
}

/* However fast it is, a configuration that did not do what it should is never recommended. */
static void check_spoiled(mock_outcome outcome, const char *name, const char *reason,
                          size_t hx_sweep_result_member) {
  world w;
  make_world(&w);
  spoil(&w, "threads:4", outcome);
  hx_sweep_report report = run_sweep(&w.context, &w.options);
  const hx_sweep_result *result = &report.results[0];
  size_t bad = config_index(&report, "threads:4");
  assert_int_equal(result->lines[bad].estimate.fate, HX_SEARCH_BROKEN);
  assert_non_null(strstr(result->lines[bad].reason, reason));
  assert_int_equal(hx_recommend_choose(&report, 0, &w.configs[2]).config,
                   config_index(&report, "processes:4"));
  assert_int_equal(*(const size_t *)(const void *)((const char *)result + hx_sweep_result_member),
                   1);
  hx_store_rows rows = stored_runs();
  size_t seen = 0;
  for (size_t i = 0; i < rows.n; i++) {
    const hx_run_row *row = (const hx_run_row *)rows.rows + i;
    if (strcmp(row->config, "threads:4") == 0) {
      seen++;
      assert_string_equal(row->outcome, name);
      assert_int_equal(row->counted, 0);
    }
  }
  assert_int_equal(seen, 1); /* caught on the very run, and not run again */
  hx_store_rows_deinit(&rows);
  hx_sweep_report_deinit(&report);
  hx_workload_deinit(&w.workload);
}

static void test_wrong_outputs(void **state) {
  (void)state;
  check_spoiled(MOCK_WRONG, "wrong", "outputs differ", offsetof(hx_sweep_result, wrong));
}

static void test_lost_binding(void **state) {
  (void)state;
  check_spoiled(MOCK_UNBOUND, "invalid", "pinned", offsetof(hx_sweep_result, invalid));
}

static void test_failing_run(void **state) {
  (void)state;
  check_spoiled(MOCK_FAILS, "failed", "exit code 1", offsetof(hx_sweep_result, failures));
}

static void test_dying_run(void **state) {
  (void)state;
  check_spoiled(MOCK_DIES, "failed", "signal 9", offsetof(hx_sweep_result, failures));
}

static void test_nothing_is_run_when_serial_fails(void **state) {
  (void)state;
  world w;
  make_world(&w);
  spoil(&w, "serial", MOCK_FAILS);
  hx_sweep_report report = run_sweep(&w.context, &w.options);
  assert_true(report.results[0].failed);
  assert_non_null(strstr(report.results[0].reason, "exit code 1"));
  assert_false(hx_recommend_choose(&report, 0, NULL).found);
  hx_store_rows rows = stored_runs();
  assert_int_equal(rows.n, 1);
  hx_store_rows_deinit(&rows);
  hx_sweep_report_deinit(&report);
  hx_workload_deinit(&w.workload);
}

/* The runs of a list of four, of which processes take nine seconds. Returns how many were stopped. */
static size_t stopped_runs(bool exhaustive) {
  world w;
  make_world(&w);
  w.rows[6].seconds = w.rows[7].seconds = 9;
  w.options.exhaustive = exhaustive;
  hx_sweep_report report = run_sweep(&w.context, &w.options);
  hx_store_rows rows = stored_runs();
  size_t stopped = 0;
  for (size_t i = 0; i < rows.n; i++) {
    const hx_run_row *row = (const hx_run_row *)rows.rows + i;
    if (strcmp(row->config, "processes:4") != 0 || strcmp(row->sweep, report.sweep) != 0)
      continue;
    bool is_stopped = strcmp(row->outcome, "censored") == 0;
    stopped += is_stopped;
    assert_true(is_stopped || row->seconds > 8);
    assert_true(!is_stopped || fabs(row->seconds - row->cap_s) < 1e-9);
    assert_int_equal(row->counted, !is_stopped);
  }
  hx_choice choice = hx_recommend_choose(&report, 0, NULL);
  assert_int_equal(choice.config, config_index(&report, "threads:4"));
  hx_store_rows_deinit(&rows);
  hx_sweep_report_deinit(&report);
  hx_workload_deinit(&w.workload);
  return stopped;
}

/* Unless everything is asked for, to its end. */
static void test_a_slow_configuration_is_stopped_at_the_cap(void **state) {
  (void)state;
  assert_int_equal(stopped_runs(false), 1);
  assert_int_equal(stopped_runs(true), 0);
}

/* Two runs of each show nothing: what serial and threads differ by may be the machine. */
static void test_every_listed_configuration_runs_and_few_runs_decide_nothing(void **state) {
  (void)state;
  world w;
  make_world(&w);
  w.options.budget_s = 6; /* two rounds and the beginning of the final */
  hx_sweep_report report = run_sweep(&w.context, &w.options);
  const hx_sweep_result *result = &report.results[0];
  for (size_t i = 0; i < N_CONFIGS; i++) {
    const hx_search_estimate *e = &result->lines[i].estimate;
    assert_true(result->lines[i].listed);
    assert_true(e->n_valid + e->n_censored > 0);
    assert_true(e->n_valid >= 6 || isnan(e->lower_s));
  }
  assert_int_equal(result->verdict.state, HX_VERDICT_TOO_SHORT);
  assert_true(result->verdict.needs_s > 6);
  assert_false(hx_recommend_choose(&report, 0, NULL).found);
  hx_sweep_report_deinit(&report);
  hx_workload_deinit(&w.workload);
}

/* Whatever is asked for, one is at work. */
static void test_the_same_workers_always(void **state) {
  (void)state;
  world w;
  make_world(&w);
  for (size_t i = 0; i < w.mock.n; i++)
    w.rows[i].seconds = 1 + 0.002 * (double)(i % 3);
  hx_workload_deinit(&w.workload);
  w.workload = a_workload("cmd:prog {workers}");
  for (size_t i = 0; i < w.mock.n; i++)
    w.rows[i].workers_seen = 1;
  hx_sweep_report report = run_sweep(&w.context, &w.options);
  assert_int_equal(report.results[0].verdict.state, HX_VERDICT_NO_EFFECT);
  assert_true(report.results[0].same_workers);
  hx_sweep_report_deinit(&report);
  hx_workload_deinit(&w.workload);
}

static void test_the_budget_ends_it_but_serial_is_measured(void **state) {
  (void)state;
  world w;
  make_world(&w);
  w.options.budget_s = 0.1;
  hx_sweep_report report = run_sweep(&w.context, &w.options);
  const hx_sweep_result *result = &report.results[0];
  assert_true(result->lines[result->serial].estimate.seconds > 0); /* its warm-up */
  assert_int_equal(result->runs, 1);
  hx_sweep_report_deinit(&report);
  hx_workload_deinit(&w.workload);
}

/* ---- interrupted and resumed ---- */

typedef struct presser {
  volatile sig_atomic_t pressed;
  size_t runs, press_at;
} presser;

static void press(void *ctx, const hx_run_progress *progress) {
  presser *p = ctx;
  (void)progress;
  if (++p->runs == p->press_at)
    p->pressed = 1;
}

static void test_an_interrupted_sweep_goes_on_where_it_was(void **state) {
  (void)state;
  world w;
  make_world(&w);
  for (int i = 0; i < 8; i++)
    w.rows[i].seconds = 1 + 0.001 * i; /* all tie: many blocks */
  w.options.exhaustive = true;
  w.options.rounds = 5;
  size_t listed = 1 + 5 * N_CONFIGS; /* and the final */
  char sweep[HX_UUID_TEXT] = "";
  for (size_t press_at = 1; press_at < listed; press_at += 4) {
    presser p = {.press_at = press_at};
    hx_listener listener = {.progress = press, .ctx = &p};
    w.context.interrupts = &p.pressed;
    w.context.listener = &listener;
    hx_sweep_report report = run_sweep(&w.context, &w.options);
    assert_true(report.interrupted);
    if (sweep[0])
      assert_string_equal(sweep, report.sweep);
    strcpy(sweep, report.sweep);
    hx_sweep_report_deinit(&report);
  }
  w.context.interrupts = NULL;
  w.context.listener = NULL;
  hx_sweep_report report = run_sweep(&w.context, &w.options);
  assert_true(report.resumed);
  assert_string_equal(report.sweep, sweep);
  assert_true(report.results[0].runs > listed);
  assert_true(report.results[0].resumed > 0);
  hx_store_rows rows = stored_runs();
  assert_int_equal(rows.n, report.results[0].runs); /* none twice */
  hx_store_rows_deinit(&rows);
  hx_sweep_report_deinit(&report);

  report = run_sweep(&w.context, &w.options); /* a finished one is not taken up again */
  assert_false(report.resumed);
  assert_string_not_equal(report.sweep, sweep);
  hx_sweep_report_deinit(&report);
  hx_workload_deinit(&w.workload);
}

static void check_not_resumed(void (*change)(world *w)) {
  world w;
  make_world(&w);
  presser p = {.press_at = 3};
  hx_listener listener = {.progress = press, .ctx = &p};
  w.context.interrupts = &p.pressed;
  w.context.listener = &listener;
  hx_sweep_report report = run_sweep(&w.context, &w.options);
  assert_true(report.interrupted);
  hx_sweep_report_deinit(&report);
  w.context.interrupts = NULL;
  change(&w);
  report = run_sweep(&w.context, &w.options);
  assert_false(report.resumed);
  assert_int_equal(report.results[0].resumed, 0);
  hx_sweep_report_deinit(&report);
  hx_workload_deinit(&w.workload);
}

static void other_binary(world *w) {
  w->context.binary = "another";
}
static void other_boot(world *w) {
  w->context.boot = "another";
}
static void other_grid(world *w) {
  w->options.n_configs--;
}
static void fresh(world *w) {
  w->options.fresh = true;
}

static void test_only_the_same_sweep_is_resumed(void **state) {
  (void)state;
  check_not_resumed(other_binary);
  check_not_resumed(other_boot);
  check_not_resumed(other_grid);
  check_not_resumed(fresh);
}

/* ---- recommendations ---- */

static void test_an_incumbent_that_ties_stays(void **state) {
  (void)state;
  world w;
  make_world(&w);
  hx_sweep_report report = run_sweep(&w.context, &w.options);
  hx_choice kept = hx_recommend_choose(&report, 0, &w.configs[3]);
  assert_true(kept.kept);
  assert_int_equal(kept.config, 3);
  hx_choice beaten = hx_recommend_choose(&report, 0, &w.configs[1]);
  assert_false(beaten.kept);
  assert_int_equal(beaten.config, 2);
  assert_int_equal(beaten.runner_up, 1); /* the best it does not tie with */
  hx_sweep_report_deinit(&report);
  hx_workload_deinit(&w.workload);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, sweep_setup, sweep_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      IN_FOLDER(test_finds_the_fastest_and_breaks_ties_by_policy),
      IN_FOLDER(test_every_run_is_stored_once),
      IN_FOLDER(test_wrong_outputs),
      IN_FOLDER(test_lost_binding),
      IN_FOLDER(test_failing_run),
      IN_FOLDER(test_dying_run),
      IN_FOLDER(test_nothing_is_run_when_serial_fails),
      IN_FOLDER(test_a_slow_configuration_is_stopped_at_the_cap),
      IN_FOLDER(test_every_listed_configuration_runs_and_few_runs_decide_nothing),
      IN_FOLDER(test_the_same_workers_always),
      IN_FOLDER(test_the_budget_ends_it_but_serial_is_measured),
      IN_FOLDER(test_an_interrupted_sweep_goes_on_where_it_was),
      IN_FOLDER(test_only_the_same_sweep_is_resumed),
      IN_FOLDER(test_an_incumbent_that_ties_stays),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
