/* Tuning: what is tried by default, what is recommended and kept, and what a check finds. Times are
 * given: nothing is timed here. */
#include "sweep_support.h"
#include "tune/size.h"
#include "tune/tune.h"

static const char key[] = "builtin:batteries:8";

/* ---- what is tried ---- */

static void choose(const char *machine, const char *workers, const char *executors) {
  pvs_error error;
  char counts[32];
  hx_grid_request request = {0};
  hx_topo *topo = hx_topo_open(&(hx_topo_origin){.synthetic = machine}, afresh(&error));
  assert_non_null(topo);
  hx_tune_choose_grid(topo, counts, &request);
  assert_string_equal(request.workers, workers);
  assert_string_equal(request.executors, executors);
  assert_string_equal(request.pins, "none,compact");
  assert_string_equal(request.schedules, "dynamic");
  hx_topo_close(topo);
}

static void every_count_is_tried_on_a_small_machine(void **state) {
  (void)state;
  choose("pack:1 core:4 pu:1", "2-5", "serial,threads,processes");
  choose("pack:1 core:64 pu:1", "auto", "serial,threads,processes");
  choose("pack:2 core:4 pu:1", "auto", "serial,threads,processes,hybrid");
}

static void what_a_person_asks_for_stays(void **state) {
  (void)state;
  char counts[32];
  hx_grid_request request = {.workers = "3", .pins = "cores"};
  hx_tune_choose_grid(sweep_topo, counts, &request);
  assert_string_equal(request.workers, "3");
  assert_string_equal(request.pins, "cores");
  assert_string_equal(request.executors, "serial,threads,processes");
}

/* ---- what is recommended ---- */

typedef struct world {
  mock_run rows[3];
  mock_table mock;
  hx_runner runner;
  hx_measure_context context;
  hx_workload workload;
  hx_config configs[3];
  hx_sweep_options options;
  hx_incumbents before;
  hx_tuned tuned;
  pvs_error error;
} world;

/* Seconds of serial, two threads and three threads. */
static void make_world(world *w, double serial_s, double two_s, double three_s) {
  const double seconds[3] = {serial_s, two_s, three_s};
  static const char *const texts[3] = {"serial", "threads:2", "threads:3"};
  memset(w, 0, sizeof *w);
  for (int i = 0; i < 3; i++) {
    w->rows[i] = (mock_run){"", "", seconds[i], 0, MOCK_OK};
    snprintf(w->rows[i].config, sizeof w->rows[i].config, "%s", texts[i]);
    w->configs[i] = a_config(texts[i]);
  }
  w->mock = (mock_table){.runs = w->rows, .n = 3, .digest = 42};
  w->runner = mock_runner(&w->mock);
  w->context = sweep_context(&w->runner);
  w->context.kernel = "6.1";
  w->workload = a_workload(key);
  w->options = sweep_options(&w->workload, 1);
  w->options.command = "tune";
  w->options.fresh = true;
  w->options.configs = w->configs;
  w->options.n_configs = 3;
  assert_true(hx_incumbents_read(&w->context, &w->workload, 1, &w->before, &w->error));
}

static hx_tune_end tune(world *w) {
  hx_tune_end end = HX_TUNE_NOTHING;
  if (!hx_tune_measure(&w->context, &w->options, &w->before, &w->tuned, &w->error) ||
      !hx_tune_recommend(&w->context, &w->options, &w->tuned, &end, &w->error))
    fail_msg("%s", w->error.message);
  return end;
}

static const char *chosen(const world *w, char text[HX_CONFIG_TEXT]) {
  assert_true(w->tuned.choices[0].found);
  hx_config_format(&w->configs[w->tuned.choices[0].config], text, HX_CONFIG_TEXT);
  return text;
}

static void unmake(world *w) {
  hx_tuned_deinit(&w->tuned);
  hx_incumbents_deinit(&w->before);
  hx_workload_deinit(&w->workload);
}

static void an_incumbent_that_ties_stays(void **state) {
  (void)state;
  world w;
  char text[HX_CONFIG_TEXT];
  make_world(&w, 1.0, 0.6, 0.4);
  assert_null(w.before.row[0]);
  assert_int_equal(tune(&w), HX_TUNE_STORED);
  assert_string_equal(chosen(&w, text), "threads:3");
  unmake(&w);
  /* Two threads are as fast now, and fewer; but three were recommended. */
  make_world(&w, 1.0, 0.4, 0.4);
  assert_non_null(w.before.row[0]);
  assert_string_equal(w.before.row[0]->config, "threads:3");
  assert_int_equal(tune(&w), HX_TUNE_STORED);
  assert_string_equal(chosen(&w, text), "threads:3");
  assert_true(w.tuned.choices[0].kept);
  unmake(&w);
}

static void a_check_replays_the_incumbent_and_its_runner_up(void **state) {
  (void)state;
  world w;
  make_world(&w, 1.0, 0.6, 0.4);
  assert_int_equal(tune(&w), HX_TUNE_STORED); /* three threads; the runner-up is two */
  unmake(&w);
  make_world(&w, 1.0, 0.5, 0.4);
  assert_true(hx_tune_check(&w.context, &w.options, 0, &w.before, &w.tuned, &w.error));
  assert_int_equal(w.tuned.report.n_configs, 3);
  assert_true(w.tuned.choices[0].kept);
  unmake(&w);
  make_world(&w, 1.0, 0.3, 0.6);
  assert_true(hx_tune_check(&w.context, &w.options, 0, &w.before, &w.tuned, &w.error));
  assert_true(w.tuned.choices[0].found);
  assert_false(w.tuned.choices[0].kept);
  unmake(&w);
}

static void nothing_is_recommended_while_outputs_differ(void **state) {
  (void)state;
  world w;
  make_world(&w, 1.0, 0.5, 0.1);
  w.rows[2].outcome = MOCK_WRONG;
  assert_int_equal(tune(&w), HX_TUNE_WRONG);
  unmake(&w);
  make_world(&w, 1.0, 0.5, 0.1);
  assert_string_equal(w.before.row[0]->config, "threads:3"); /* still the one of before */
  w.rows[0].outcome = MOCK_FAILS;
  assert_int_equal(tune(&w), HX_TUNE_NOTHING);
  unmake(&w);
}

/* ---- sizes ---- */

static void a_size_measured_before_is_used_again(void **state) {
  (void)state;
  world w;
  make_world(&w, 1.0, 0.5, 0.4);
  hx_workload unsized = a_workload("builtin:batteries");
  assert_true(hx_tune_choose_sizes(&w.context, &unsized, 1, INFINITY, &w.error));
  assert_string_equal(unsized.key, key); /* as in the runs above */
  hx_workload_deinit(&unsized);
  /* One never measured grows until its serial work takes a second: at once here. */
  hx_workload other = a_workload("builtin:static");
  assert_true(hx_tune_choose_sizes(&w.context, &other, 1, INFINITY, &w.error));
  assert_string_equal(other.key, "builtin:static:12");
  hx_workload_deinit(&other);
  hx_workload slow = a_workload("builtin:mixed");
  assert_false(hx_tune_choose_sizes(&w.context, &slow, 1, 0.5, &w.error));
  assert_non_null(strstr(w.error.message, "stopped at the time limit of 0.5 s"));
  hx_workload_deinit(&slow);
  w.error.code = PVS_OK;
  w.rows[0].outcome = MOCK_FAILS;
  hx_workload fails = a_workload("builtin:mixed");
  assert_false(hx_tune_choose_sizes(&w.context, &fails, 1, INFINITY, &w.error));
  assert_non_null(strstr(w.error.message, "builtin:mixed:12"));
  hx_workload_deinit(&fails);
  unmake(&w);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_count_is_tried_on_a_small_machine),
      cmocka_unit_test(what_a_person_asks_for_stays),
      cmocka_unit_test(an_incumbent_that_ties_stays),
      cmocka_unit_test(a_check_replays_the_incumbent_and_its_runner_up),
      cmocka_unit_test(nothing_is_recommended_while_outputs_differ),
      cmocka_unit_test(a_size_measured_before_is_used_again),
  };
  return cmocka_run_group_tests(tests, sweep_setup, sweep_teardown);
}
