/* The first timings replayed as a whole sweep: the mock executor's times go through rounds, checks,
 * store and choice, as measured ones do. */
#include "replay_support.h"

#include "unit/sweep_support.h"

enum { ROWS_MAX = 16 };

static void threads_12_through_a_sweep(void **state) {
  (void)state;
  mock_run rows[ROWS_MAX] = {{.config = "serial", .seconds = 168.272826}};
  hx_config configs[ROWS_MAX] = {a_config("serial")};
  size_t n = 1;
  csv_reader r;
  csv_open(&r, "seed_timings.csv");
  while (csv_next(&r)) {
    if (strcmp(csv_text(&r, "experiment"), "threads_12") != 0)
      continue;
    assert_true(n < ROWS_MAX);
    snprintf(rows[n].config, sizeof rows[n].config, "threads:%s", csv_text(&r, "workers"));
    rows[n].seconds = atof(csv_text(&r, "seconds"));
    configs[n] = a_config(rows[n].config);
    n++;
  }
  assert_int_equal(n, 7);
  mock_table mock = {.runs = rows, .n = n, .digest = 42};
  hx_runner runner = mock_runner(&mock);
  hx_measure_context context = sweep_context(&runner);
  hx_workload workload = a_workload("builtin:static:12");
  hx_sweep_options options = sweep_options(&workload, 1);
  options.configs = configs;
  options.n_configs = n;
  hx_sweep_report report = run_sweep(&context, &options);
  hx_choice choice = hx_recommend_choose(&report, 0, NULL);
  assert_int_equal(choice.config, config_index(&report, "threads:4"));
  const hx_sweep_line *lines = report.results[0].lines;
  assert_int_equal(lines[config_index(&report, "threads:6")].estimate.fate, HX_SEARCH_TIED);
  assert_int_not_equal(lines[config_index(&report, "threads:15")].estimate.fate, HX_SEARCH_TIED);
  assert_true(fabs(lines[choice.config].speedup - 168.272826 / 95.21052) < 0.02);
  hx_sweep_report_deinit(&report);
  hx_workload_deinit(&workload);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(threads_12_through_a_sweep)};
  return cmocka_run_group_tests(tests, sweep_setup, sweep_teardown);
}
