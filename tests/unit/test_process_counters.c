/* What of the machine's counters falls to a run. The counters are the test's own, and so the times
 * that they are read at; what a run took is only ever compared with itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "measure/counters.h"
#include "measure/process.h"

#include <math.h>
#include <string.h>

/* Before and after; the time in between is `lasts_s`, or the real one when that is NaN. */
static hx_counters reading[2];
static double lasts_s;
static int n_readings;
static const hx_cpuset *asked;

hx_counters hx_counters_read(const char *proc, const hx_cpuset *cpus) {
  hx_counters said = reading[n_readings % 2];
  assert_string_equal(proc, "/proc");
  asked = cpus;
  said.at_s = isnan(lasts_s) ? hx_clock_s() : n_readings % 2 * lasts_s;
  n_readings++;
  return said;
}

static char *const nothing[] = {"true", NULL},
                   *const busy[] = {"sh", "-c", "i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done",
                                    NULL};

static hx_process_spec spec_of(char *const argv[]) {
  return (hx_process_spec){.argv = argv, .stdout_fd = -1, .cap_s = INFINITY, .timeout_s = INFINITY};
}

static bool is_near(double a, double b) {
  return fabs(a - b) <= 1e-9 + 1e-9 * fabs(b);
}

static void set_readings(double busy_s, double steal_s, double pressure_s, long before,
                         long after) {
  reading[0] = (hx_counters){.busy_s = 100, .steal_s = 10, .pressure_s = 20, .runnable = before};
  reading[1] = (hx_counters){.busy_s = 100 + busy_s,
                             .steal_s = 10 + steal_s,
                             .pressure_s = 20 + pressure_s,
                             .runnable = after};
  n_readings = 0;
}

/* All of the time between the readings was the run's: `lasts_s` is shorter than that. */
static void test_of_one_run(void **state) {
  (void)state;
  hx_process_result r;
  hx_process_spec spec = spec_of(busy);
  lasts_s = 1e-12;
  set_readings(5, 0.5, 0.25, 1, 4);
  hx_process_run(&spec, &r);
  assert_int_equal(n_readings, 2);
  assert_true(hx_cpuset_is_empty(asked)); /* all */
  assert_true(is_near(r.steal_s, 0.5) && is_near(r.pressure_s, 0.25));
  assert_int_equal(r.runnable_other, 3);
  /* Neither the run's own time nor ours, which is short, is another's. */
  assert_true(r.other_cpu_s <= 5 - r.user_s - r.sys_s);
  assert_true(r.other_cpu_s > 5 - r.user_s - r.sys_s - 1);
  assert_true(r.user_s + r.sys_s > 0);
  hx_process_result_deinit(&r);

  hx_cpuset some = {{0}};
  hx_cpuset_add(&some, 0);
  spec.watch = &some;
  set_readings(5, NAN, NAN, 3, 1);
  hx_process_run(&spec, &r);
  assert_ptr_equal(asked, &some);
  assert_true(isnan(r.steal_s) && isnan(r.pressure_s));
  assert_int_equal(r.runnable_other, 2);
  hx_process_result_deinit(&r);
}

static void check_runnable(long before, long after, long expected) {
  hx_process_result r;
  hx_process_spec spec = spec_of(nothing);
  set_readings(0, 0, 0, before, after);
  hx_process_run(&spec, &r);
  assert_int_equal(r.runnable_other, expected);
  hx_process_result_deinit(&r);
}

static void test_others_that_could_run(void **state) {
  (void)state;
  lasts_s = NAN;
  check_runnable(-1, -1, -1);
  check_runnable(0, 0, 0);
  check_runnable(1, 1, 0);
  check_runnable(2, 1, 1);
  check_runnable(-1, 2, 1);
}

/* Of a long time the run has only its part. */
static void test_around_a_run_there_is_more_time_than_in_it(void **state) {
  (void)state;
  hx_process_result r;
  hx_process_spec spec = spec_of(nothing);
  lasts_s = 1000;
  set_readings(5, 500, 250, 1, 1);
  hx_process_run(&spec, &r);
  assert_true(is_near(r.steal_s, 500 * r.wall_s / 1000));
  assert_true(is_near(r.pressure_s, 250 * r.wall_s / 1000));
  hx_process_result_deinit(&r);
}

static void test_of_two_in_turns(void **state) {
  (void)state;
  hx_process_result r[2];
  hx_process_spec spec[2] = {spec_of(busy), spec_of(nothing)};
  lasts_s = 1000;
  set_readings(5, 500, 250, 1, 3);
  hx_process_run_in_turns(spec, 0.002, r);
  assert_int_equal(n_readings, 2);
  double longest_s = fmax(r[0].wall_s, r[1].wall_s), all_s = r[0].wall_s + r[1].wall_s;
  double others_s = 5 - r[0].user_s - r[0].sys_s - r[1].user_s - r[1].sys_s;
  for (int i = 0; i < 2; i++) {
    double share = longest_s / 1000 * r[i].wall_s / all_s;
    assert_true(is_near(r[i].steal_s, 500 * share));
    assert_true(is_near(r[i].pressure_s, 250 * share));
    assert_int_equal(r[i].runnable_other, 2);
    assert_true(r[i].other_cpu_s <= share * others_s + 1e-12);
    assert_true(r[i].other_cpu_s > share * (others_s - 1));
    hx_process_result_deinit(&r[i]);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_of_one_run),
      cmocka_unit_test(test_others_that_could_run),
      cmocka_unit_test(test_around_a_run_there_is_more_time_than_in_it),
      cmocka_unit_test(test_of_two_in_turns),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
