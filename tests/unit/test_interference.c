/* What disturbed a measurement, in one sentence. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "measure/interference.h"

#include <math.h>
#include <string.h>

enum { ROUNDS = 20, EACH = 3 };

typedef struct rounds {
  hx_interference_run run[ROUNDS * EACH];
} rounds;

static rounds quiet(void) {
  rounds r;
  for (int i = 0; i < ROUNDS * EACH; i++)
    r.run[i] = (hx_interference_run){
        .block = 1 + i / EACH, .wall_s = 1, .other_cpu_s = 0.01, .steal_s = 0};
  return r;
}

static const char *sentence(const hx_interference_run *run, size_t n) {
  static char text[512];
  hx_interference found = hx_interference_of(run, n);
  return hx_interference_sentence(&found, text, sizeof text);
}

static void test_quiet(void **state) {
  (void)state;
  rounds r = quiet();
  assert_string_equal(sentence(r.run, ROUNDS * EACH), "");
  assert_string_equal(sentence(r.run, 0), "");
}

static void test_another_job(void **state) {
  (void)state;
  rounds r = quiet();
  for (int i = 0; i < 4 * EACH; i++)
    r.run[i].other_cpu_s = 0.31;
  assert_string_equal(sentence(r.run, ROUNDS * EACH),
                      "another job took 31 % of a core during 4 of 20 rounds");
}

static void test_more_than_a_core_and_the_hypervisor(void **state) {
  (void)state;
  rounds r = quiet();
  for (int i = 0; i < ROUNDS * EACH; i++) {
    r.run[i].other_cpu_s = 2.5;
    r.run[i].steal_s = i < 2 * EACH ? 0.04 : 0; /* 2 % count, 5 % of other jobs */
  }
  assert_string_equal(sentence(r.run, ROUNDS * EACH),
                      "another job took 2.5 cores during 20 of 20 rounds; the hypervisor took 4 % "
                      "of a core during 2 of 20 rounds");
}

/* Kernel ticks make single short runs look disturbed that were not. */
static void test_ticks_are_no_disturbance(void **state) {
  (void)state;
  rounds r = quiet();
  for (int i = 0; i < ROUNDS * EACH; i++) {
    r.run[i].wall_s = 0.005;
    r.run[i].other_cpu_s = i % 9 == 0 ? 0.01 : 0;
  }
  assert_string_equal(sentence(r.run, ROUNDS * EACH), "");
  assert_false(hx_interference_disturbed(0.005, 0.01, 0));
  assert_true(hx_interference_disturbed(1, 0.2, 0));
  assert_true(hx_interference_disturbed(1, 0, 0.1));
  assert_true(hx_interference_disturbed(1, 0, 0.04));  /* stolen time counts from 2 % on, */
  assert_false(hx_interference_disturbed(1, 0.04, 0)); /* other jobs from 5 % on */
}

/* Runs of 13 ms on an idle machine: what their ticks count is wrong in both directions. The same runs
 * beside a job that uses half a core are disturbed. */
static void test_ticks_of_many_runs(void **state) {
  (void)state;
  static const double ticks_s[] = {0.017, -0.009, 0.011, -0.004, 0.013, 0.012, -0.014, 0.007};
  enum { RUNS = 96 };
  hx_interference_run run[RUNS];
  for (int i = 0; i < RUNS; i++)
    run[i] = (hx_interference_run){.block = i,
                                   .wall_s = 0.013,
                                   .other_cpu_s = ticks_s[i % 8] * (i % 16 < 8 ? 1 : 0.9) - 0.004};
  assert_string_equal(sentence(run, RUNS), "");
  for (int i = 0; i < RUNS; i++)
    run[i].other_cpu_s += 0.0065;
  assert_string_equal(sentence(run, RUNS), "another job took 49 % of a core during 96 of 96 runs");
}

static void test_unknown_is_not_disturbed(void **state) {
  (void)state;
  rounds r = quiet();
  for (int i = 0; i < ROUNDS * EACH; i++)
    r.run[i].other_cpu_s = r.run[i].steal_s = NAN;
  assert_string_equal(sentence(r.run, ROUNDS * EACH), "");
  assert_false(hx_interference_disturbed(1, NAN, NAN));
}

static void test_swapping(void **state) {
  (void)state;
  rounds r = quiet();
  for (int i = 0; i < ROUNDS * EACH; i++)
    r.run[i].major_faults = 10;
  assert_string_equal(sentence(r.run, ROUNDS * EACH),
                      "600 pages were read back from disk (is memory short?)");
}

/* What is at a limit, to the last bit, is not above it. */
static void test_at_the_limits(void **state) {
  (void)state;
  static const struct {
    double wall_s, other_s, steal_s; /* 5 %, 2 % or 30 ms: whatever is more */
  } limits[] = {{2, 0.05 * 2, 0.02 * 2}, {64, 0.05 * 64, 0.02 * 64}, {0.1, 0.03, 0.03}};
  for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
    double wall_s = limits[i].wall_s, other_s = limits[i].other_s, steal_s = limits[i].steal_s;
    assert_false(hx_interference_disturbed(wall_s, other_s, steal_s));
    assert_true(hx_interference_disturbed(wall_s, nextafter(other_s, 100), steal_s));
    assert_true(hx_interference_disturbed(wall_s, other_s, nextafter(steal_s, 100)));
  }
  hx_interference_run run = {.block = 1, .wall_s = 1, .major_faults = 99};
  assert_string_equal(sentence(&run, 1), "");
  run.major_faults = 100;
  assert_string_equal(sentence(&run, 1), "100 pages were read back from disk (is memory short?)");
  /* 99.5 % would be rounded to a whole core. */
  run = (hx_interference_run){.block = 1, .wall_s = 1, .other_cpu_s = 0.995};
  assert_string_equal(sentence(&run, 1), "another job took 1.0 cores during 1 of 1 run");
  run.other_cpu_s = nextafter(0.995, 0);
  assert_string_equal(sentence(&run, 1), "another job took 99 % of a core during 1 of 1 run");
}

/* Rounds of half a second are judged alone, shorter ones with the next; what is left at the end, with
 * what was before it. */
static void test_rounds_that_are_judged_together(void **state) {
  (void)state;
  hx_interference_run run[4];
  for (int i = 0; i < 4; i++)
    run[i] = (hx_interference_run){.block = i, .wall_s = 0.5};
  run[3].other_cpu_s = 0.2;
  assert_string_equal(sentence(run, 4), "another job took 40 % of a core during 1 of 4 runs");
  run[3].other_cpu_s = 0;
  run[2].other_cpu_s = 0.2;
  run[2].steal_s = 0.16;
  run[3].wall_s = 0.3;
  assert_string_equal(
      sentence(run, 4),
      "another job took 25 % of a core during 2 of 4 runs; the hypervisor took 20 % "
      "of a core during 2 of 4 runs");
  for (int i = 0; i < 4; i++)
    run[i].wall_s = 0.25;
  assert_string_equal(
      sentence(run, 4),
      "another job took 40 % of a core during 2 of 4 runs; the hypervisor took 32 % "
      "of a core during 2 of 4 runs");
}

/* Of n runs, ticks may be wrong by 30 ms times the root of n. */
static void test_what_ticks_may_be_wrong_by(void **state) {
  (void)state;
  hx_interference_run run[2] = {{.block = 1, .wall_s = 0.1, .other_cpu_s = 0.035}};
  assert_string_equal(sentence(run, 1), "another job took 35 % of a core during 1 of 1 run");
  run[0] = (hx_interference_run){.block = 1, .wall_s = 0.5};
  run[1] = (hx_interference_run){.block = 2, .wall_s = 0.5, .other_cpu_s = 0.035};
  assert_string_equal(sentence(run, 2), "another job took 7 % of a core during 1 of 2 runs");
  run[1].wall_s = 0.1; /* judged with the one before: two runs */
  assert_string_equal(sentence(run, 2), "");
  run[1].other_cpu_s = 0.045;
  assert_string_equal(sentence(run, 2), "another job took 8 % of a core during 2 of 2 runs");
}

static void test_sums(void **state) {
  (void)state;
  rounds r = quiet();
  for (int i = 0; i < ROUNDS * EACH; i++)
    r.run[i].major_faults = i < 50 ? 1 : -1; /* -1: unknown */
  hx_interference found = hx_interference_of(r.run, ROUNDS * EACH);
  assert_int_equal(found.major_faults, 50);
  assert_int_equal(found.runs, ROUNDS * EACH);
  assert_int_equal(found.rounds, ROUNDS);
  assert_int_equal(found.other_rounds + found.steal_rounds, 0);
  assert_true(found.other_share == 0 && found.steal_share == 0);
}

/* However small the buffer, what is there is terminated. */
static void test_any_buffer(void **state) {
  (void)state;
  rounds r = quiet();
  for (int i = 0; i < ROUNDS * EACH; i++)
    r.run[i].other_cpu_s = r.run[i].steal_s = 0.5;
  hx_interference found = hx_interference_of(r.run, ROUNDS * EACH);
  for (size_t cap = 1; cap < 160; cap++) {
    char text[200];
    memset(text, 'x', sizeof text);
    hx_interference_sentence(&found, text, cap);
    assert_true(strlen(text) < cap);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_quiet),
      cmocka_unit_test(test_another_job),
      cmocka_unit_test(test_more_than_a_core_and_the_hypervisor),
      cmocka_unit_test(test_ticks_are_no_disturbance),
      cmocka_unit_test(test_ticks_of_many_runs),
      cmocka_unit_test(test_unknown_is_not_disturbed),
      cmocka_unit_test(test_swapping),
      cmocka_unit_test(test_at_the_limits),
      cmocka_unit_test(test_rounds_that_are_judged_together),
      cmocka_unit_test(test_what_ticks_may_be_wrong_by),
      cmocka_unit_test(test_sums),
      cmocka_unit_test(test_any_buffer),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
