/* What a search takes from its exploring part into the confirmation, and how it tells a program whose
 * outputs change. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "decide/explore.h"

#include <math.h>

/* Threads on two CPUs; axis 0: a pin strategy, axis 1: a parameter of the program. */
static hx_space two_cpus(int pins, int levels) {
  return (hx_space){.executors = {HX_SPACE_SERIAL, HX_SPACE_THREADS},
                    .executor_names = {"serial", "threads"},
                    .n_executors = 2,
                    .axes = {{.name = "pin", .n_values = pins, .parallel = true},
                             {.name = "level", .n_values = levels, .ordered = true}},
                    .n_axes = 2,
                    .place_axis = 0,
                    .cpus = 2};
}

typedef struct trial {
  double (*seconds)(const hx_point *p);
  bool (*differs)(const hx_point *p, int serial_runs); /* NULL: outputs never do */
  int serial_runs, confirmed_with_two;
} trial;

static hx_search_verdict search(trial *t, const hx_space *space) {
  hx_explore_options options = hx_explore_defaults();
  hx_explore *x = hx_explore_create(space, &options);
  assert_non_null(x);
  hx_explore_ask ask;
  for (uint64_t noise = 1; hx_explore_next(x, &ask);) {
    noise = noise * 6364136223846793005U + 1442695040888963407U;
    double s = t->seconds(&ask.point) * (1 + 0.004 * (double)(noise >> 33) / 4294967296.0);
    t->serial_runs += ask.point.executor == 0;
    t->confirmed_with_two +=
        ask.stage == HX_EXPLORE_CONFIRMING && hx_point_workers(&ask.point) == 2;
    hx_explore_outcome outcome = s > ask.cap_s ? HX_EXPLORE_CENSORED : HX_EXPLORE_VALID;
    if (t->differs && t->differs(&ask.point, t->serial_runs))
      outcome = HX_EXPLORE_DIFFERENT;
    hx_explore_add(x, &(hx_explore_run){.outcome = outcome, .seconds = fmin(s, ask.cap_s)});
  }
  hx_search_verdict verdict;
  hx_explore_conclude(x, &verdict);
  hx_explore_destroy(x);
  return verdict;
}

static double two_hang(const hx_point *p) {
  int n = hx_point_workers(p);
  return n == 2 ? 1000 : n == 1 ? 1 : 0.4;
}

/* One worker per CPU would be simpler than the winner, but it is known that these hang. */
static void test_what_hangs_is_not_confirmed(void **state) {
  (void)state;
  hx_space space = two_cpus(1, 1);
  trial t = {.seconds = two_hang};
  hx_search_verdict v = search(&t, &space);
  assert_true(v.recommends);
  assert_int_equal(v.winner.threads, 3);
  assert_int_equal(t.confirmed_with_two, 0);
}

static double level_helps(const hx_point *p) {
  return 1 - 0.25 * p->value[1];
}

static double both_help(const hx_point *p) {
  return level_helps(p) * (hx_point_workers(p) > 1 ? 0.6 : 1);
}

/* More workers than one have to beat one worker with the same parameters. */
static void test_one_worker_with_the_best_parameter(void **state) {
  (void)state;
  hx_space space = two_cpus(1, 3);
  hx_search_verdict v = search(&(trial){.seconds = level_helps}, &space);
  assert_true(v.recommends);
  assert_int_equal(hx_point_workers(&v.winner), 1);
  assert_int_equal(v.winner.value[1], 2);
  v = search(&(trial){.seconds = both_help}, &space);
  assert_true(v.recommends);
  assert_int_equal(hx_point_workers(&v.winner), 2);
  assert_int_equal(v.winner.value[1], 2);
}

static double alike(const hx_point *p) {
  return hx_point_workers(p) > 1 ? 0.5 : 1;
}

static bool fourth_serial_run_differs(const hx_point *p, int serial_runs) {
  return p->executor != 0 || serial_runs == 4;
}

static bool workers_differ(const hx_point *p, int serial_runs) {
  (void)serial_runs;
  return p->executor != 0;
}

/* Two more serial runs with the same outputs may be chance where a program has few different ones. */
static void test_outputs_that_change_now_and_then(void **state) {
  (void)state;
  hx_space space = two_cpus(2, 1);
  trial t = {.seconds = alike, .differs = fourth_serial_run_differs};
  assert_int_equal(search(&t, &space).state, HX_VERDICT_UNSTEADY);
  t = (trial){.seconds = alike, .differs = workers_differ};
  assert_int_equal(search(&t, &space).state, HX_VERDICT_FAILED);
}

static double crowded_unless_pinned(const hx_point *p) {
  int n = hx_point_workers(p);
  return n == 1 ? 2.5 : 2.0 / n + (p->value[0] == 1 ? 0.1 : 0.5) * n;
}

/* Unpinned, two workers are the best and five are far behind. Pinned, four or five are. */
static void test_another_count_is_best_with_a_pin(void **state) {
  (void)state;
  hx_space space = two_cpus(2, 1);
  space.cpus = 40;
  hx_search_verdict v = search(&(trial){.seconds = crowded_unless_pinned}, &space);
  assert_true(v.recommends);
  assert_int_equal(v.winner.value[0], 1);
  assert_in_range(hx_point_workers(&v.winner), 4, 5);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_what_hangs_is_not_confirmed),
                                     cmocka_unit_test(test_one_worker_with_the_best_parameter),
                                     cmocka_unit_test(test_outputs_that_change_now_and_then),
                                     cmocka_unit_test(test_another_count_is_best_with_a_pin)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
