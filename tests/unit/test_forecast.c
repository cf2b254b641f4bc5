/* compare/forecast.h: what stored runs tell about a workload. */
#include "compare/forecast.h"

#include "unit/decide_support.h"

#include <math.h>

static hx_run_row run(const char *workload, const char *side, int block, double seconds) {
  hx_run_row row;
  hx_store_row_clear(&hx_runs_schema, &row);
  row.sweep = "duet";
  row.allocation = "here";
  row.workload = workload;
  row.config = "serial";
  row.side = side;
  row.block = block;
  row.counted = 1;
  row.seconds = seconds;
  row.spent_s = seconds + 1;
  return row;
}

static hx_forecast forecast(hx_run_row *rows, size_t n, const char *key, const char *config) {
  hx_store_rows runs = {.schema = &hx_runs_schema, .rows = rows, .n = n};
  hx_forecast out;
  hx_workload workload;
  pvs_error error = {0};
  assert_true(hx_workload_parse(key, NULL, &workload, &error));
  assert_true(hx_forecast_make(&runs, "here", &workload, config, &out, &error));
  hx_workload_deinit(&workload);
  return out;
}

static void of_one_workload(void **state) {
  (void)state;
  hx_run_row rows[] = {
      run("cmd:a", "A", 1, 2),   run("cmd:a", "B", 1, 3), run("cmd:a", "B", 1, 6),
      run("cmd:a", "A", 1, 2.2), run("cmd:b", "A", 1, 9), run("cmd:b", "A", 1, 9),
  };
  hx_forecast f = forecast(rows, 6, "cmd:a", "serial");
  assert_int_equal(f.runs, 4);
  assert_near(f.run_s, (3.2 + 4) / 2, 1e-9);
  assert_int_equal(f.n, 2);
  assert_near(f.differences[0], log(1.1), 1e-9);
  assert_near(f.differences[1], log(2), 1e-9);
  hx_forecast_deinit(&f);
  f = forecast(rows, 6, "cmd:a", "threads:2"); /* never measured like this */
  assert_int_equal(f.runs, 0);
  assert_int_equal(f.n, 0);
  assert_true(isnan(f.run_s));
  hx_forecast_deinit(&f);
  rows[0].allocation = rows[3].allocation = "elsewhere";
  f = forecast(rows, 6, "cmd:a", "serial");
  assert_int_equal(f.runs, 2);
  assert_int_equal(f.n, 1);
  hx_forecast_deinit(&f);
}

static void a_builtin_without_a_size_is_the_newest(void **state) {
  (void)state;
  hx_run_row rows[] = {run("builtin:batteries:100", "A", 1, 1),
                       run("builtin:batteries:200", "A", 1, 2),
                       run("builtin:mixed:300", "A", 1, 3)};
  hx_forecast f = forecast(rows, 3, "builtin:batteries", "serial");
  assert_int_equal(f.runs, 1);
  assert_near(f.run_s, 3, 1e-9);
  hx_forecast_deinit(&f);
  f = forecast(rows, 3, "builtin:batteries:100", "serial");
  assert_near(f.run_s, 2, 1e-9);
  hx_forecast_deinit(&f);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(of_one_workload),
      cmocka_unit_test(a_builtin_without_a_size_is_the_newest),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
