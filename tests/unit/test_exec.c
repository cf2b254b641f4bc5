/* What executors do when something goes wrong: errors, deaths, hangs, cancelling, lost bindings. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "error_support.h"
#include "exec/fault.h"
#include "fake_work.h"

#include <signal.h>
#include <stdlib.h>

static hx_config config_of(hx_executor executor, int processes, int threads, hx_schedule schedule) {
  return (hx_config){.executor = executor,
                     .processes = processes,
                     .threads = threads,
                     .schedule = schedule,
                     .pin = "none"};
}

static const struct {
  hx_executor executor;
  int processes, threads;
} shapes[] = {{HX_EXECUTOR_SERIAL, 1, 1},
              {HX_EXECUTOR_THREADS, 1, 1},
              {HX_EXECUTOR_THREADS, 1, 5},
              {HX_EXECUTOR_PROCESSES, 3, 1},
              {HX_EXECUTOR_HYBRID, 2, 2}};

enum { N_SHAPES = sizeof shapes / sizeof *shapes };

static hx_exec_result run(fake *f, const hx_exec_options *options, hx_exec_report *report) {
  hx_exec_result result;
  bool ok = hx_exec_find(options->config.executor)->run(&f->work, options, report, &result);
  assert_int_equal(ok, result.status == HX_EXEC_OK);
  return result;
}

/* ---- errors -------------------------------------------------------------------------------- */

/* Whoever meets an error first: the one reported is the one a serial run meets. */
static void check_error(void (*spoil)(fake *f), const char *expected) {
  for (int i = 0; i < N_SHAPES; i++) {
    for (int schedule = 0; schedule < HX_SCHEDULE_COUNT; schedule++) {
      fake f;
      fake_init(&f, 100, 50, 2, 32, 4, 5);
      f.max_task_us = 100;
      spoil(&f);
      hx_exec_options options = {.config = config_of(shapes[i].executor, shapes[i].processes,
                                                     shapes[i].threads, (hx_schedule)schedule)};
      hx_exec_report report;
      hx_exec_result result = run(&f, &options, &report);
      assert_int_equal(result.status, HX_EXEC_FAILED);
      assert_string_equal(result.error.message, expected);
      assert_int_equal(f.shared->open_workers, 0);
      assert_int_equal(f.shared->wrong, 0);
      hx_exec_report_deinit(&report);
      fake_deinit(&f);
    }
  }
}

static void spoil_scenarios(fake *f) {
  f->fail_scenario = 30;
  f->fail_scenario_2 = 33;
}
static void spoil_write(fake *f) {
  f->fail_write = 20;
}
static void spoil_emit(fake *f) {
  f->fail_emit = 20;
  f->fail_scenario = 21;
}
static void spoil_part(fake *f) {
  f->fail_part = 3;
  f->fail_scenario = 0;
}
static void spoil_unit(fake *f) {
  f->fail_unit = 12;
  f->fail_scenario = f->group_first[f->unit_group[12]]; /* never gets that far */
}
static void spoil_open(fake *f) {
  f->fail_open_call = 0;
}

static void test_the_first_of_several_errors(void **state) {
  (void)state;
  check_error(spoil_scenarios, "scenario 30");
  check_error(spoil_write, "write 20");
  check_error(spoil_emit, "emit 20");
  check_error(spoil_part, "part 3");
  check_error(spoil_unit, "unit 12");
  check_error(spoil_open, "open 0");
}

/* ---- deaths and hangs ---------------------------------------------------------------------- */

static void check_death(hx_executor executor, int processes, int threads, uint32_t scenario) {
  fake f;
  fake_init(&f, 60, 50, 2, 16, 2, 5);
  f.max_task_us = 100;
  hx_fault fault = {HX_FAULT_DIE, scenario};
  hx_exec_options options = {.config = config_of(executor, processes, threads, HX_SCHEDULE_DYNAMIC),
                             .fault = &fault};
  hx_exec_report report;
  hx_exec_result result = run(&f, &options, &report);
  char label[32];
  snprintf(label, sizeof label, "fake_%03u", scenario);
  assert_int_equal(result.status, HX_EXEC_DIED);
  assert_non_null(strstr(result.error.message, "was killed by signal 9 (SIGKILL)"));
  assert_non_null(strstr(result.error.message, label));
  hx_exec_report_deinit(&report);
  fake_deinit(&f);
}

static void test_a_death_names_the_scenario(void **state) {
  (void)state;
  check_death(HX_EXECUTOR_PROCESSES, 1, 1, 0);
  check_death(HX_EXECUTOR_PROCESSES, 3, 1, 31);
  check_death(HX_EXECUTOR_PROCESSES, 3, 1, 59);
  check_death(HX_EXECUTOR_HYBRID, 2, 2, 17);
}

/* A worker killed from outside at any moment, inside the lock too, never leaves the others waiting.
 */
static pid_t victim_parent;
static void kill_a_child(void *ctx, uint32_t done, uint32_t of) {
  (void)ctx;
  (void)of;
  if (done < 1)
    return;
  char path[64], text[256] = "";
  snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)victim_parent, (int)victim_parent);
  FILE *children = fopen(path, "r");
  if (children && fgets(text, sizeof text, children) && atoi(text) > 0)
    kill((pid_t)atoi(text), SIGKILL);
  if (children)
    fclose(children);
}

static void test_killed_at_any_moment(void **state) {
  (void)state;
  victim_parent = getpid();
  int died = 0;
  for (unsigned i = 0; i < 10; i++) {
    fake f;
    fake_init(&f, 1500, 20, 1, 8, 2, i);
    f.max_task_us = i % 3 * 50 + 100;
    hx_exec_options options = {
        .config = config_of(HX_EXECUTOR_PROCESSES, 4, 1, (hx_schedule)(i % HX_SCHEDULE_COUNT)),
        .progress = kill_a_child};
    hx_exec_report report;
    hx_exec_result result = run(&f, &options, &report);
    assert_true(result.status == HX_EXEC_DIED || result.status == HX_EXEC_OK);
    if (result.status == HX_EXEC_DIED)
      assert_non_null(strstr(result.error.message, "worker process"));
    died += result.status == HX_EXEC_DIED;
    hx_exec_report_deinit(&report);
    fake_deinit(&f);
  }
  assert_true(died > 0);
}

static volatile sig_atomic_t cancelled;
static void cancel_soon(void *ctx, uint32_t done, uint32_t of) {
  (void)done;
  (void)of;
  if (++*(int *)ctx >= 2)
    cancelled = 1;
}

static void cancel_on_alarm(int signal_number) {
  (void)signal_number;
  cancelled = 1;
}

static void test_cancel(void **state) {
  (void)state;
  for (int i = 0; i < N_SHAPES; i++) {
    fake f;
    fake_init(&f, 2000, 50, 1, 32, 0, 5);
    f.max_task_us = 20000; /* many seconds, if it is not cancelled */
    cancelled = 0;
    int calls = 0;
    hx_exec_options options = {
        .config = config_of(shapes[i].executor, shapes[i].processes, shapes[i].threads,
                            HX_SCHEDULE_DYNAMIC),
        .cancel = &cancelled,
        .progress = cancel_soon,
        .progress_ctx = &calls,
    };
    hx_exec_report report;
    hx_exec_result result = run(&f, &options, &report);
    assert_int_equal(result.status, HX_EXEC_CANCELLED);
    assert_false(result.abandoned);
    assert_true(report.scenarios < 2000);
    hx_exec_report_deinit(&report);
    fake_deinit(&f);
  }
}

static void test_a_hanging_worker_can_be_cancelled(void **state) {
  (void)state;
  signal(SIGALRM, cancel_on_alarm);
  for (int i = 0; i < N_SHAPES; i++) {
    if (shapes[i].executor == HX_EXECUTOR_THREADS)
      continue; /* gives up after seconds and then is not to be freed */
    fake f;
    fake_init(&f, 20, 50, 1, 32, 0, 5);
    cancelled = 0;
    hx_fault fault = {HX_FAULT_HANG, 7};
    hx_exec_options options = {
        .config = config_of(shapes[i].executor, shapes[i].processes, shapes[i].threads,
                            HX_SCHEDULE_DYNAMIC),
        .cancel = &cancelled,
        .fault = &fault,
    };
    hx_exec_report report;
    alarm(1);
    hx_exec_result result = run(&f, &options, &report);
    alarm(0);
    assert_int_equal(result.status, HX_EXEC_CANCELLED);
    hx_exec_report_deinit(&report);
    fake_deinit(&f);
  }
}

/* ---- bindings ------------------------------------------------------------------------------ */

static void test_bindings_are_proven(void **state) {
  (void)state;
  hx_topo_origin live = {0};
  pvs_error error;
  hx_topo *topo = hx_topo_open(&live, afresh(&error));
  assert_non_null(topo);
  int pus = hx_topo_get_counts(topo)->pus;
  for (int lost = 0; lost <= 1; lost++) {
    for (int i = 0; i < N_SHAPES; i++) {
      if (shapes[i].executor == HX_EXECUTOR_SERIAL)
        continue; /* would bind this very thread */
      fake f;
      fake_init(&f, 20, 50, 1, 32, 0, 5);
      hx_place places[8];
      hx_config config = config_of(shapes[i].executor, shapes[i].processes, shapes[i].threads,
                                   HX_SCHEDULE_DYNAMIC);
      snprintf(config.pin, sizeof config.pin, "compact");
      assert_true(hx_pin_place_config(topo, &config, places, afresh(&error)));
      hx_fault fault = {HX_FAULT_UNBIND, 0};
      hx_exec_options options = {.config = config, .places = places, .fault = lost ? &fault : NULL};
      hx_exec_report report;
      hx_exec_result result = run(&f, &options, &report);
      assert_int_equal(result.status, HX_EXEC_OK);
      /* On a machine of one CPU nothing can be lost. */
      assert_int_equal(report.bindings_held, !lost || pus == 1);
      for (uint32_t w = 0; w < report.workers_asked; w++) {
        bool undone = lost && pus > 1 && w == 0;
        assert_true(hx_cpuset_equal(&report.workers[w].at_start.cpus, &places[w].cpus));
        assert_int_equal(hx_cpuset_equal(&report.workers[w].at_end.cpus, &places[w].cpus), !undone);
      }
      hx_exec_report_deinit(&report);
      fake_deinit(&f);
    }
  }
  hx_topo_close(topo);
}

static void test_unbound_is_neither_held_nor_lost(void **state) {
  (void)state;
  fake f;
  fake_init(&f, 5, 50, 1, 32, 0, 5);
  hx_exec_options options = {.config = config_of(HX_EXECUTOR_THREADS, 1, 2, HX_SCHEDULE_DYNAMIC)};
  hx_exec_report report;
  run(&f, &options, &report);
  assert_int_equal(report.bindings_held, -1);
  hx_exec_report_deinit(&report);
  fake_deinit(&f);
}

/* ---- fault texts ------------------------------------------------------------------------ */

static void test_fault_parse(void **state) {
  (void)state;
  hx_fault fault;
  pvs_error error;
  assert_true(hx_fault_parse("corrupt:12", &fault, afresh(&error)));
  assert_int_equal(fault.kind, HX_FAULT_CORRUPT);
  assert_int_equal(fault.index, 12);
  assert_true(hx_fault_parse("unbind:0", &fault, afresh(&error)));
  assert_int_equal(fault.kind, HX_FAULT_UNBIND);
  const char *const bad[] = {"",       "die",    "die:", "die:x",          "die:-1",
                             "die:1x", "live:1", "di:1", "die:99999999999"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    assert_false(hx_fault_parse(bad[i], &fault, afresh(&error)));
    assert_non_null(strstr(error.message, "expected corrupt"));
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_the_first_of_several_errors),
      cmocka_unit_test(test_a_death_names_the_scenario),
      cmocka_unit_test(test_killed_at_any_moment),
      cmocka_unit_test(test_cancel),
      cmocka_unit_test(test_a_hanging_worker_can_be_cancelled),
      cmocka_unit_test(test_bindings_are_proven),
      cmocka_unit_test(test_unbound_is_neither_held_nor_lost),
      cmocka_unit_test(test_fault_parse),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
