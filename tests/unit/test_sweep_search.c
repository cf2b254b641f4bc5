/* The search of a whole machine through the sweep: what it runs and stores, what it recommends, and
 * that an interrupted one goes on. Times come from a table. */
#include "unit/sweep_support.h"

#include "tune/sweep_space.h"
#include "tune/tune.h"

#include <signal.h>

enum { CONFIGS = 256 };

/* Every configuration of the machine, with its time. */
static mock_run table_runs[CONFIGS];

static double scales_to_three(int workers, bool pinned) {
  (void)pinned;
  return workers <= 3 ? 0.6 / workers : 0.2 + 0.05 * (workers - 3);
}
static double ignores_workers(int workers, bool pinned) {
  (void)workers;
  (void)pinned;
  return 0.2;
}
static double slower_with_more(int workers, bool pinned) {
  (void)pinned;
  return 0.2 + 0.05 * workers;
}
static double pinning_helps(int workers, bool pinned) {
  return (workers < 4 ? 0.8 / workers : 0.3) * (pinned && workers > 1 ? 0.8 : 1);
}

static mock_table make_table(double seconds(int workers, bool pinned)) {
  static const char *const pins[] = {"none", "compact", "cores", "spread", "numa"};
  size_t n = 0;
  table_runs[n++] = (mock_run){"serial", "", seconds(1, false), 0, MOCK_OK};
  for (int workers = 1; workers <= 5; workers++)
    for (size_t p = 0; p < 5; p++) {
      hx_config c = {HX_EXECUTOR_THREADS, 1, workers, HX_SCHEDULE_DYNAMIC, 0, "", ""};
      strcpy(c.pin, pins[p]);
      hx_config_format(&c, table_runs[n].config, sizeof table_runs[n].config);
      table_runs[n].workload[0] = '\0';
      table_runs[n].seconds = seconds(workers, p > 0);
      table_runs[n].workers_seen = 0;
      table_runs[n++].outcome = MOCK_OK;
    }
  return (mock_table){table_runs, n, 7};
}

typedef struct searched {
  hx_tuned tuned;
  hx_tune_end end;
} searched;

static searched search(mock_table *table, double budget_s, volatile sig_atomic_t *interrupts) {
  hx_runner runner = mock_runner(table);
  hx_measure_context context = sweep_context(&runner);
  context.interrupts = interrupts;
  hx_workload workload = a_workload("cmd:prog {workers}");
  hx_sweep_options options = sweep_options(&workload, 1);
  options.budget_s = budget_s;
  searched s;
  pvs_error error;
  if (!hx_tune_measure(&context, &options, NULL, &s.tuned, afresh(&error)) ||
      !hx_tune_recommend(&context, &options, &s.tuned, &s.end, afresh(&error)))
    fail_msg("%s", error.message);
  s.tuned.report.results[0].workload = NULL; /* it ends here */
  hx_workload_deinit(&workload);
  return s;
}

static const hx_config *winner_of(const searched *s) {
  assert_true(s->tuned.choices[0].found);
  return &s->tuned.report.configs[s->tuned.choices[0].config];
}

static void finds_and_stores(void **state) {
  (void)state;
  mock_table table = make_table(scales_to_three);
  searched s = search(&table, INFINITY, NULL);
  const hx_sweep_result *result = &s.tuned.report.results[0];
  assert_true(result->verdict.recommends);
  assert_int_equal(hx_config_workers(winner_of(&s)), 3);
  assert_string_equal(winner_of(&s)->pin, "none");
  assert_int_equal(s.end, HX_TUNE_STORED);
  hx_store_rows rows = stored_runs();
  assert_int_equal(rows.n, result->runs);
  hx_store_rows_deinit(&rows);
  hx_tuned_deinit(&s.tuned);
}

static void pins_where_that_helps(void **state) {
  (void)state;
  mock_table table = make_table(pinning_helps);
  searched s = search(&table, INFINITY, NULL);
  assert_int_equal(hx_config_workers(winner_of(&s)), 3);
  assert_string_not_equal(winner_of(&s)->pin, "none");
  hx_tuned_deinit(&s.tuned);
}

static void no_effect_recommends_serial(void **state) {
  (void)state;
  mock_table table = make_table(ignores_workers);
  searched s = search(&table, INFINITY, NULL);
  assert_int_equal(s.tuned.report.results[0].verdict.state, HX_VERDICT_NO_EFFECT);
  assert_int_equal(winner_of(&s)->executor, HX_EXECUTOR_SERIAL);
  hx_tuned_deinit(&s.tuned);
}

/* Of studies some chunk sizes are tried, where there are bites enough for all and shares are not fixed;
 * --chunk leaves one, and how a command hands out its work is its own business. */
static void chunk_is_an_axis_of_studies(void **state) {
  (void)state;
  pvs_error error;
  hx_workload study = a_workload("builtin:batteries:100"), command = a_workload("cmd:p {workers}");
  hx_grid_request request = {0};
  hx_sweep_space s;
  hx_point p = {.executor = 1, .processes = 1, .threads = 3, .value = {0, 0, 2}};
  assert_true(hx_sweep_space_init(&s, sweep_topo, &study, &request, NULL, 100, afresh(&error)));
  assert_int_equal(s.space.n_axes, 3);
  assert_int_equal(hx_sweep_space_config(&s, &p).chunk, 16);
  assert_true(s.space.can_run(&s, &p));
  p.threads = 4; /* 128 units would make two bites for each */
  assert_false(s.space.can_run(&s, &p));
  p.value[2] = 1;
  assert_int_equal(hx_sweep_space_config(&s, &p).chunk, 1);
  assert_true(s.space.can_run(&s, &p));
  p.value[1] = 1; /* static */
  assert_false(s.space.can_run(&s, &p));
  p.value[2] = 0;
  assert_true(s.space.can_run(&s, &p));
  hx_sweep_space_deinit(&s);
  request.chunk = 4;
  assert_true(hx_sweep_space_init(&s, sweep_topo, &study, &request, NULL, 100, afresh(&error)));
  assert_int_equal(s.space.n_axes, 2);
  assert_int_equal(hx_sweep_space_config(&s, &p).chunk, 4);
  hx_sweep_space_deinit(&s);
  request.chunk = 0;
  assert_true(hx_sweep_space_init(&s, sweep_topo, &command, &request, NULL, 100, afresh(&error)));
  assert_int_equal(s.space.n_axes, 1);
  hx_sweep_space_deinit(&s);
  hx_workload_deinit(&study);
  hx_workload_deinit(&command);
}

/* A command told to use one worker is the serial run under another name. */
static void one_unpinned_worker_of_a_command_is_serial(void **state) {
  (void)state;
  mock_table table = make_table(slower_with_more);
  searched s = search(&table, INFINITY, NULL);
  for (size_t c = 0; c < s.tuned.report.n_configs; c++) {
    const hx_config *config = &s.tuned.report.configs[c];
    if (hx_config_workers(config) == 1 && strcmp(config->pin, "none") == 0)
      assert_int_equal(config->executor, HX_EXECUTOR_SERIAL);
  }
  hx_tuned_deinit(&s.tuned);
}

/* Nothing is stored as recommended when nothing was compared. */
static void a_short_budget_recommends_nothing(void **state) {
  (void)state;
  mock_table table = make_table(scales_to_three);
  searched s = search(&table, 2, NULL);
  assert_int_equal(s.tuned.report.results[0].verdict.state, HX_VERDICT_TOO_SHORT);
  assert_true(s.tuned.report.results[0].verdict.needs_s > 2);
  assert_false(s.tuned.choices[0].found);
  assert_int_equal(s.end, HX_TUNE_NOTHING);
  hx_tuned_deinit(&s.tuned);
}

/* The warm-up is the first serial run of the search and costs its second of the budget once: of
 * 1.1 seconds enough is left to begin one more run. */
static void the_warm_up_is_paid_once(void **state) {
  (void)state;
  mock_table table = make_table(scales_to_three);
  searched s = search(&table, 1.1, NULL);
  hx_store_rows rows = stored_runs();
  assert_true(rows.n > 1);
  hx_store_rows_deinit(&rows);
  hx_tuned_deinit(&s.tuned);
}

/* Outputs that change from one serial run to the next are said to, and not blamed on a
 * configuration. */
static void outputs_change(void **state) {
  (void)state;
  mock_table table = make_table(scales_to_three);
  mock_run again = table_runs[0];
  again.outcome = MOCK_WRONG;
  table_runs[table.n++] = again; /* the serial run's second repetition */
  for (size_t i = 1; i + 1 < table.n; i++)
    table_runs[i].outcome = MOCK_WRONG;
  searched s = search(&table, INFINITY, NULL);
  hx_search_verdict_state found = s.tuned.report.results[0].verdict.state;
  assert_true(found == HX_VERDICT_UNSTEADY || found == HX_VERDICT_FAILED);
  assert_false(s.tuned.choices[0].found);
  hx_tuned_deinit(&s.tuned);
}

static void an_interrupted_search_goes_on(void **state) {
  (void)state;
  mock_table table = make_table(scales_to_three);
  volatile sig_atomic_t interrupts = 1;
  searched first = search(&table, INFINITY, &interrupts);
  assert_true(first.tuned.report.interrupted);
  assert_int_equal(first.end, HX_TUNE_INTERRUPTED);
  size_t before = first.tuned.report.results[0].runs;
  searched second = search(&table, INFINITY, NULL);
  assert_true(second.tuned.report.resumed);
  assert_int_equal(second.tuned.report.results[0].resumed, before);
  assert_int_equal(hx_config_workers(winner_of(&second)), 3);
  hx_tuned_deinit(&first.tuned);
  hx_tuned_deinit(&second.tuned);
}

int main(void) {
#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, sweep_setup, sweep_teardown)
  const struct CMUnitTest tests[] = {
      IN_FOLDER(finds_and_stores),
      IN_FOLDER(chunk_is_an_axis_of_studies),
      IN_FOLDER(pins_where_that_helps),
      IN_FOLDER(no_effect_recommends_serial),
      IN_FOLDER(one_unpinned_worker_of_a_command_is_serial),
      IN_FOLDER(a_short_budget_recommends_nothing),
      IN_FOLDER(the_warm_up_is_paid_once),
      IN_FOLDER(outputs_change),
      IN_FOLDER(an_interrupted_search_goes_on),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
