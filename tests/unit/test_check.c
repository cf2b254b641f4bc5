/* measure/check.h: how a run ended, whether it is valid, and the row that is written of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "measure/check.h"
#include "measure/store_text.h"

#include <math.h>
#include <signal.h>
#include <string.h>

static const hx_check_reference none = {"", NULL};

static void expect(const hx_measured *m, hx_run_outcome outcome, const char *reason) {
  char said[HX_RUN_REASON];
  hx_config serial = hx_config_serial();
  assert_int_equal(hx_check_run(m, &serial, none, said, sizeof said), outcome);
  assert_string_equal(said, reason);
}

static void test_how_it_ended(void **state) {
  (void)state;
  hx_measured m = {.seconds = 1,
                   .process = {.end = HX_PROCESS_EXITED, .wall_s = 2.5, .timeout_s = 2}};
  expect(&m, HX_RUN_VALID, "");
  m.process.exit_code = 3;
  expect(&m, HX_RUN_FAILED, "exit code 3");
  strcpy(m.message, "no such file");
  expect(&m, HX_RUN_FAILED, "exit code 3: no such file");
  m.failure_ignored = true;
  expect(&m, HX_RUN_VALID, "");
  m.process.end = HX_PROCESS_NOT_STARTED;
  expect(&m, HX_RUN_FAILED, "no such file");
  m.process.end = HX_PROCESS_CAPPED;
  expect(&m, HX_RUN_CENSORED, "stopped after 2.5 s: far slower than the best");
  m.process.end = HX_PROCESS_TIMEOUT;
  expect(&m, HX_RUN_TIMEOUT, "stopped at the time limit of 2 s");
  m.process.end = HX_PROCESS_INTERRUPTED;
  expect(&m, HX_RUN_INTERRUPTED, "interrupted");
  m.process.end = HX_PROCESS_SIGNALLED;
  m.process.signal = SIGKILL;
  expect(&m, HX_RUN_FAILED, "ended by signal 9 (Killed): no such file");
}

static void test_what_makes_it_invalid(void **state) {
  (void)state;
  hx_measured good = {.seconds = 1, .process.end = HX_PROCESS_EXITED}, m = good;
  m.binding = HX_BINDING_LOST;
  expect(&m, HX_RUN_INVALID, "a worker did not stay on the CPUs it was pinned to");
  m.binding = HX_BINDING_UNKNOWN;
  expect(&m, HX_RUN_VALID, "");
  m = good;
  m.has_telemetry = true;
  expect(&m, HX_RUN_VALID, "");
  strcpy(m.telemetry.config, "threads:2/pin=none/dynamic");
  expect(&m, HX_RUN_INVALID, "it ran as threads:2/pin=none/dynamic instead of serial");
  m.has_telemetry = false;
  expect(&m, HX_RUN_VALID, "");
  m = good;
  m.seconds = 0;
  expect(&m, HX_RUN_FAILED, "it reports no time");
  m.seconds = (double)NAN;
  expect(&m, HX_RUN_FAILED, "it reports no time");
}

static void test_outcomes(void **state) {
  (void)state;
  static const hx_explore_outcome searched[] = {
      [HX_RUN_VALID] = HX_EXPLORE_VALID,     [HX_RUN_CENSORED] = HX_EXPLORE_CENSORED,
      [HX_RUN_WRONG] = HX_EXPLORE_DIFFERENT, [HX_RUN_INVALID] = HX_EXPLORE_FAILED,
      [HX_RUN_FAILED] = HX_EXPLORE_FAILED,   [HX_RUN_TIMEOUT] = HX_EXPLORE_FAILED,
      [HX_RUN_OVER] = HX_EXPLORE_OVER,       [HX_RUN_INTERRUPTED] = HX_EXPLORE_FAILED,
  };
  hx_run_outcome back;
  for (int i = HX_RUN_VALID; i <= HX_RUN_INTERRUPTED; i++) {
    assert_true(hx_run_outcome_parse(hx_run_outcome_name((hx_run_outcome)i), &back));
    assert_int_equal(back, i);
    assert_int_equal(hx_run_outcome_for_search((hx_run_outcome)i), searched[i]);
  }
  assert_false(hx_run_outcome_parse("fine", &back));
}

/* Every number of it is another one, so that none can stand in the place of another. */
static hx_measured numbered(void) {
  hx_measured m = {.seconds = 1.5,
                   .units = 2,
                   .workers_seen = 3,
                   .energy_j = 4.5,
                   .output_bytes = 5,
                   .has_telemetry = true,
                   .binding = HX_BINDING_HELD,
                   .workload_class = "mixed",
                   .digest = "d",
                   .input_digest = "i"};
  m.process = (hx_process_result){.end = HX_PROCESS_EXITED,
                                  .exit_code = 6,
                                  .start_s = 7.5,
                                  .end_s = 8.5,
                                  .wall_s = 2,
                                  .user_s = 5,
                                  .sys_s = 1,
                                  .max_rss_kib = 9,
                                  .voluntary_switches = 10,
                                  .involuntary_switches = 11,
                                  .minor_faults = 12,
                                  .major_faults = 13,
                                  .counts.of = {14, 15, 16},
                                  .steal_s = 0,
                                  .pressure_s = 17.5,
                                  .other_cpu_s = 0.01,
                                  .runnable_other = 18,
                                  .left_behind = 19};
  m.telemetry.setup_ns = 20;
  m.telemetry.read_ns = 21;
  m.telemetry.plan_ns = 22;
  m.telemetry.simulate_ns = 23;
  m.telemetry.output_ns = 24;
  m.telemetry.publish_ns = 25;
  m.telemetry.work_ns = 26;
  m.telemetry.scenarios = 27;
  m.telemetry.flows_computed = 28;
  m.telemetry.bills_computed = 29;
  m.telemetry.cpu_flow_ns = 30;
  m.telemetry.cpu_bill_ns = 31;
  m.telemetry.cpu_finish_ns = 32;
  m.telemetry.cpu_write_ns = 33;
  return m;
}

static hx_run_row row_of(const hx_measured *m, hx_check_texts *texts) {
  static const hx_config config = {HX_EXECUTOR_THREADS, 1, 4, HX_SCHEDULE_DYNAMIC, 5, "none", ""};
  hx_run_row row;
  hx_store_row_clear(&hx_runs_schema, &row);
  hx_check_fill_row(m, &config, texts, &row);
  return row;
}

/* All of it as it is stored, in the order of results/README.md. */
static void test_the_row_of_a_run(void **state) {
  (void)state;
  hx_check_texts texts;
  hx_text text = {0};
  hx_measured m = numbered();
  hx_cpuset_add(&m.ran_on, 1);
  hx_cpuset_add(&m.ran_on, 3);
  strcpy(m.process.start_utc, "2026-01-01T00:00:00Z");
  strcpy(m.process.end_utc, "2026-01-01T00:00:02Z");
  hx_run_row row = row_of(&m, &texts);
  hx_store_text_row(&text, &hx_runs_schema, (const char *)&row);
  assert_string_equal(
      text.at,
      ",,,,,,,,,,mixed,2,i,,,threads:4/chunk=5,threads,4,1,4,dynamic,5,none,,,,,,"
      "2026-01-01T00:00:00Z,2026-01-01T00:00:02Z,7.5,8.5,1.5,,,,,2,1,5,1,3,9,5,4.5,14,15,16,"
      "10,11,12,13,0,17.5,0.01,18,0,,2e-08,2.1000000000000003e-08,2.2000000000000002e-08,"
      "2.3e-08,2.4000000000000003e-08,2.5000000000000002e-08,2.6e-08,3.0000000000000004e-08,"
      "3.1e-08,3.2e-08,3.3000000000000004e-08,27,3,28,29,held,19,\"1,3\",d,,,6,,,,.\n");
  hx_text_deinit(&text);
}

static void test_rows_of_other_runs(void **state) {
  (void)state;
  hx_check_texts texts;
  hx_measured m = numbered();
  hx_process_turn turns[2] = {{1, 2}, {3, 4}};
  m.process.turns = turns;
  m.process.n_turns = 2;
  hx_run_row row = row_of(&m, &texts);
  assert_int_equal(row.turns, 2);
  assert_true(isnan(row.cpu_flow_s) && isnan(row.cpu_write_s) && row.work_s > 0);

  m = numbered();
  m.process.end = HX_PROCESS_SIGNALLED;
  m.process.signal = 9;
  m.process.steal_s = 1;
  m.units = m.workers_seen = 0;
  m.output_bytes = (double)NAN;
  m.process.runnable_other = -1;
  m.has_telemetry = false;
  row = row_of(&m, &texts);
  assert_int_equal(row.signal, 9);
  assert_true(row.exit == HX_STORE_NONE && row.units == HX_STORE_NONE);
  assert_true(row.workers_seen == HX_STORE_NONE && row.output_bytes == HX_STORE_NONE);
  assert_true(row.runnable_other == HX_STORE_NONE && isnan(row.work_s));
  assert_int_equal(row.disturbed, 1);

  m.process.end = HX_PROCESS_NOT_STARTED;
  row = row_of(&m, &texts);
  assert_true(isnan(row.wall_s) && isnan(row.seconds) && row.turns == HX_STORE_NONE);
  assert_string_equal(row.config, "threads:4/chunk=5");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_how_it_ended),       cmocka_unit_test(test_what_makes_it_invalid),
      cmocka_unit_test(test_outcomes),           cmocka_unit_test(test_the_row_of_a_run),
      cmocka_unit_test(test_rows_of_other_runs),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
