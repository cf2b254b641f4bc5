/* The scheduler under every executor: each task once, in order, whatever the shape of the work. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "exec/sched.h"
#include "fake_work.h"

static void run_and_check(fake *f, hx_config config) {
  hx_exec_options options = {.config = config};
  hx_exec_report report;
  hx_exec_result result;
  const hx_exec_ops *ops = hx_exec_find(config.executor);
  bool ok = ops->run(&f->work, &options, &report, &result);
  if (!ok)
    print_error("%s: %s\n", ops->name, result.error.message);
  assert_true(ok);
  assert_int_equal(result.status, HX_EXEC_OK);
  assert_int_equal(f->shared->wrong, 0);
  assert_int_equal(f->shared->open_workers, 0);
  assert_int_equal(f->emitted, f->work.scenarios);
  assert_int_equal(report.scenarios, f->work.scenarios);
  for (uint32_t i = 0; i < f->work.parts; i++) {
    assert_int_equal(f->shared->part_runs[i], 1);
    assert_int_equal(f->part_digests[i], i + 100);
  }
  for (uint32_t i = 0; i < f->work.units; i++)
    assert_int_equal(f->shared->unit_runs[i], 1);
  for (uint32_t i = 0; i < f->work.scenarios; i++)
    assert_int_equal(f->shared->scenario_runs[i], 1);

  uint64_t units = 0, scenarios = 0, parts = 0;
  uint32_t seen = 0;
  assert_int_equal(report.workers_asked, hx_config_workers(&config));
  for (uint32_t w = 0; w < report.workers_asked; w++) {
    units += report.workers[w].units;
    scenarios += report.workers[w].scenarios;
    parts += report.workers[w].parts;
    seen += report.workers[w].units + report.workers[w].scenarios > 0;
  }
  assert_int_equal(units, f->work.units);
  assert_int_equal(scenarios, f->work.scenarios);
  assert_int_equal(parts, f->work.parts);
  assert_int_equal(seen, report.workers_seen);
  assert_int_equal(report.total.files_written, report.workers_asked);
  hx_exec_report_deinit(&report);
}

static const struct {
  hx_executor executor;
  int processes, threads;
} shapes[] = {{HX_EXECUTOR_SERIAL, 1, 1},    {HX_EXECUTOR_THREADS, 1, 1},
              {HX_EXECUTOR_THREADS, 1, 3},   {HX_EXECUTOR_THREADS, 1, 16},
              {HX_EXECUTOR_PROCESSES, 1, 1}, {HX_EXECUTOR_PROCESSES, 4, 1},
              {HX_EXECUTOR_HYBRID, 2, 3}};

static void run_all_shapes(uint32_t scenarios, uint32_t fresh, uint32_t max_units, uint32_t window,
                           uint32_t parts, unsigned max_task_us) {
  for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
    for (int schedule = 0; schedule < HX_SCHEDULE_COUNT; schedule++) {
      for (int chunk = 0; chunk <= 3; chunk += 3) {
        fake f;
        fake_init(&f, scenarios, fresh, max_units, window, parts, scenarios * 7 + fresh);
        f.max_task_us = max_task_us;
        f.work.units_at_once = i % 2 ? 1 : 5;
        run_and_check(&f, (hx_config){.executor = shapes[i].executor,
                                      .processes = shapes[i].processes,
                                      .threads = shapes[i].threads,
                                      .schedule = (hx_schedule)schedule,
                                      .chunk = chunk,
                                      .pin = "none"});
        fake_deinit(&f);
      }
    }
  }
}

static void test_many_groups(void **state) {
  (void)state;
  run_all_shapes(400, 60, 3, 64, 5, 0);
}

static void test_few_groups(void **state) {
  (void)state;
  run_all_shapes(620, 3, 1, 256, 20, 0);
}

static void test_window_of_one(void **state) {
  (void)state;
  run_all_shapes(60, 50, 4, 1, 1, 0);
}

static void test_window_of_two_and_random_durations(void **state) {
  (void)state;
  run_all_shapes(50, 70, 3, 2, 3, 300);
}

static void test_random_durations(void **state) {
  (void)state;
  run_all_shapes(80, 40, 2, 16, 3, 400);
}

static void test_fewer_tasks_than_workers(void **state) {
  (void)state;
  run_all_shapes(1, 100, 1, 256, 0, 100);
  run_all_shapes(2, 100, 1, 256, 1, 0);
}

static void test_nothing_to_do(void **state) {
  (void)state;
  run_all_shapes(0, 100, 1, 4, 0, 0);
}

/* Without threads: what one worker is given, call by call. */
static void test_prefers_finishing_and_stays_inside_the_window(void **state) {
  (void)state;
  fake f;
  fake_init(&f, 6, 100, 1, 2, 1, 1); /* a group and a unit a scenario */
  hx_config config = hx_config_serial();
  hx_sched *s = hx_sched_create(&f.work, &config, 2, false);
  hx_task t = {HX_TASK_NONE, 0, 0}, other = t;

  t = hx_sched_next(s, &f.work, 0, &t);
  assert_int_equal(t.kind, HX_TASK_PART);
  t = hx_sched_next(s, &f.work, 0, &t);
  assert_int_equal(t.kind, HX_TASK_UNIT);
  assert_int_equal(t.first, 0);
  other = hx_sched_next(s, &f.work, 1, &other);
  assert_int_equal(other.kind, HX_TASK_UNIT);
  assert_int_equal(other.first, 1);
  t = hx_sched_next(s, &f.work, 0, &t);
  assert_int_equal(t.kind, HX_TASK_SCENARIO);
  assert_int_equal(t.first, 0);
  hx_sched_buffer_size(s, 0)->bytes[0] = 7;
  t = hx_sched_next(s, &f.work, 0, &t); /* in so small a window every buffer is worth writing */
  assert_int_equal(t.kind, HX_TASK_WRITE);
  assert_int_equal(t.first, 0);
  assert_int_equal(t.count, 1);
  assert_int_equal(hx_sched_worker_at(s, 0)->write_at.bytes[0], f.work.begin.bytes[0]);
  t = hx_sched_next(s, &f.work, 0, &t); /* scenario 0 finished: unit 2 is inside the window now */
  assert_int_equal(t.kind, HX_TASK_UNIT);
  assert_int_equal(t.first, 2);
  other = hx_sched_next(s, &f.work, 1, &other);
  assert_int_equal(other.kind, HX_TASK_SCENARIO);
  assert_int_equal(other.first, 1);
  /* Slots 0 and 1 are both taken: scenario 2 has to wait for the coordinator, unit 3 has not. */
  other = hx_sched_next(s, &f.work, 1, &other);
  assert_int_equal(other.kind, HX_TASK_WRITE);
  assert_int_equal(other.first, 1);
  assert_int_equal(hx_sched_worker_at(s, 1)->write_at.bytes[0], f.work.begin.bytes[0] + 7);
  other = hx_sched_next(s, &f.work, 1, &other);
  assert_int_equal(other.kind, HX_TASK_UNIT);
  assert_int_equal(other.first, 3);
  hx_sched_view view = hx_sched_wait(s, &f.work, 1, 0);
  assert_int_equal(view.written, 2);
  t = hx_sched_next(s, &f.work, 0, &t);
  assert_int_equal(t.kind, HX_TASK_SCENARIO);
  assert_int_equal(t.first, 2);

  hx_sched_stop(s);
  t = hx_sched_next(s, &f.work, 0, &t);
  assert_int_equal(t.kind, HX_TASK_NONE);
  hx_sched_destroy(s);
  fake_deinit(&f);
}

/* Units that are best run together stay together: one worker takes whole bites, several take half of
 * them near the end. */
static void test_bites(void **state) {
  (void)state;
  static const struct {
    uint32_t workers, bites[12];
  } expected[] = {{1, {16, 16, 16, 2}}, {2, {12, 9, 8, 8, 8, 5}}, {9, {8, 8, 8, 8, 8, 8, 2}}};
  for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
    fake f;
    fake_init(&f, 50, 100, 1, 100, 0, 1);
    f.work.units_at_once = 16;
    hx_config config = hx_config_serial();
    hx_sched *s = hx_sched_create(&f.work, &config, expected[i].workers, false);
    const hx_task nothing = {HX_TASK_NONE, 0, 0};
    for (const uint32_t *bite = expected[i].bites; *bite; bite++) {
      hx_task t = hx_sched_next(s, &f.work, 0, &nothing);
      assert_int_equal(t.kind, HX_TASK_UNIT);
      assert_int_equal(t.count, *bite);
    }
    hx_sched_destroy(s);
    fake_deinit(&f);
  }
}

static void test_static_owners(void **state) {
  (void)state;
  fake f;
  fake_init(&f, 12, 100, 1, 100, 0, 1);
  hx_config config = hx_config_serial();
  config.schedule = HX_SCHEDULE_STATIC;
  config.chunk = 2;
  hx_sched *s = hx_sched_create(&f.work, &config, 2, false);
  /* Of 12 units in chunks of 2, worker 1 of 2 owns 2 3, 6 7, 10 11. */
  const uint32_t firsts[] = {2, 6, 10};
  const hx_task nothing = {HX_TASK_NONE, 0, 0};
  for (size_t i = 0; i < 3; i++) {
    hx_task t = hx_sched_next(s, &f.work, 1, &nothing);
    assert_int_equal(t.kind, HX_TASK_UNIT);
    assert_int_equal(t.first, firsts[i]);
    assert_int_equal(t.count, 2);
  }
  hx_sched_destroy(s);
  fake_deinit(&f);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_many_groups),
      cmocka_unit_test(test_few_groups),
      cmocka_unit_test(test_window_of_one),
      cmocka_unit_test(test_window_of_two_and_random_durations),
      cmocka_unit_test(test_random_durations),
      cmocka_unit_test(test_fewer_tasks_than_workers),
      cmocka_unit_test(test_nothing_to_do),
      cmocka_unit_test(test_prefers_finishing_and_stays_inside_the_window),
      cmocka_unit_test(test_bites),
      cmocka_unit_test(test_static_owners),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
