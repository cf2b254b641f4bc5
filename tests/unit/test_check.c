/* measure/check.h: how a run ended, whether it is valid, and the row that is written of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "measure/check.h"

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
  hx_measured m = {.seconds = 1, .process = {.end = HX_PROCESS_EXITED, .wall_s = 2.5}};
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
  expect(&m, HX_RUN_TIMEOUT, "stopped at the time limit of 2.5 s");
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
  hx_config config = {HX_EXECUTOR_THREADS, 1, 4, HX_SCHEDULE_DYNAMIC, 5, "none", ""};
  hx_run_row row;
  hx_store_row_clear(&hx_runs_schema, &row);
  hx_check_fill_row(m, &config, texts, &row);
  return row;
}

static void test_the_row_of_a_run(void **state) {
  (void)state;
  hx_check_texts texts;
  hx_measured m = numbered();
  hx_run_row row = row_of(&m, &texts);
  assert_string_equal(row.workload_class, "mixed");
  assert_string_equal(row.binding, "held");
  assert_string_equal(row.digest, "d");
  assert_string_equal(row.input_digest, "i");
  const long long counts[][2] = {
      {row.units, 2},
      {row.workers_seen, 3},
      {row.output_bytes, 5},
      {row.exit, 6},
      {row.max_rss_kib, 9},
      {row.voluntary_switches, 10},
      {row.involuntary_switches, 11},
      {row.minor_faults, 12},
      {row.major_faults, 13},
      {row.runnable_other, 18},
      {row.left_behind, 19},
      {row.scenarios, 27},
      {row.flows_computed, 28},
      {row.bills_computed, 29},
      {row.turns, 1},
      {row.workers, 4},
      {row.chunk, 5},
      {row.disturbed, 0},
      {row.signal, HX_STORE_NONE},
  };
  for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
    assert_int_equal(counts[i][0], counts[i][1]);
  const double reals[][2] = {
      {row.seconds, 1.5},       {row.energy_j, 4.5},     {row.start_s, 7.5},
      {row.end_s, 8.5},         {row.wall_s, 2},         {row.user_s, 5},
      {row.sys_s, 1},           {row.cpus_used, 3},      {row.instructions, 14},
      {row.cycles, 15},         {row.llc_misses, 16},    {row.steal_s, 0},
      {row.pressure_s, 17.5},   {row.other_cpu_s, 0.01}, {row.setup_s, 20e-9},
      {row.read_s, 21e-9},      {row.plan_s, 22e-9},     {row.simulate_s, 23e-9},
      {row.output_s, 24e-9},    {row.publish_s, 25e-9},  {row.work_s, 26e-9},
      {row.cpu_flow_s, 30e-9},  {row.cpu_bill_s, 31e-9}, {row.cpu_finish_s, 32e-9},
      {row.cpu_write_s, 33e-9},
  };
  for (size_t i = 0; i < sizeof reals / sizeof *reals; i++)
    if (!(fabs(reals[i][0] - reals[i][1]) < 1e-15))
      fail_msg("number %zu is %g instead of %g", i, reals[i][0], reals[i][1]);
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
