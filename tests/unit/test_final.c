/* The final of a search: whatever reaches it, the simplest of what is equally fast comes out of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "decide/final.h"

#include <math.h>

/* Threads or processes, unpinned (0) or pinned (1). */
static hx_space space_of(int cpus) {
  return (hx_space){.executors = {HX_SPACE_SERIAL, HX_SPACE_THREADS, HX_SPACE_PROCESSES},
                    .executor_names = {"serial", "threads", "processes"},
                    .n_executors = 3,
                    .axes = {{.name = "pin", .n_values = 2, .parallel = true}},
                    .n_axes = 1,
                    .place_axis = 0,
                    .cpus = cpus};
}

typedef double time_of(const hx_point *p);

/* All that run in parallel are equally fast. */
static double alike(const hx_point *p) {
  return hx_point_workers(p) > 1 ? 0.5 : 1;
}

static double pins_help(const hx_point *p) {
  return p->value[0] ? 0.4 : alike(p);
}

static double crowds_help(const hx_point *p) {
  return hx_point_workers(p) > 2 ? 0.4 : alike(p);
}

static double processes_help(const hx_point *p) {
  return p->processes > 1 ? 0.4 : alike(p);
}

static hx_search_verdict decide(const hx_space *space, hx_point finalist, time_of *seconds) {
  hx_point points[2] = {{.processes = 1, .threads = 1}, finalist};
  double expected[2] = {seconds(&points[0]), seconds(&points[1])};
  hx_final_options options = {
      .left_s = INFINITY, .cost_of_second = 1, .tie = 0.02, .rounds = 8, .seed = 1};
  hx_final *f = hx_final_create(space, points, expected, 2, &options);
  assert_non_null(f);
  hx_final_ask ask;
  for (uint64_t noise = 1; hx_final_next(f, &ask);) {
    noise = noise * 6364136223846793005U + 1442695040888963407U;
    double s = seconds(&ask.point) * (1 + 0.004 * (double)(noise >> 33) / 4294967296.0);
    hx_final_add(f, s > ask.cap_s ? HX_FINAL_CENSORED : HX_FINAL_VALID, fmin(s, ask.cap_s),
                 fmin(s, ask.cap_s), false);
  }
  hx_search_verdict verdict;
  hx_final_conclude(f, &verdict);
  hx_final_destroy(f);
  return verdict;
}

/* A crowded, pinned finalist has to beat the same without pinning, with no more workers than CPUs,
 * and with neither; none of these raced. */
static void test_the_simplest_sibling_wins(void **state) {
  (void)state;
  static const struct {
    int threads, pin;
    time_of *seconds;
    int found_threads, found_pin;
  } cases[] = {
      {3, 1, alike, 2, 0},       {3, 0, alike, 2, 0},       {2, 1, alike, 2, 0},
      {2, 0, alike, 2, 0},       {3, 1, pins_help, 2, 1},   {2, 1, pins_help, 2, 1},
      {3, 1, crowds_help, 3, 0}, {3, 0, crowds_help, 3, 0},
  };
  hx_space space = space_of(2);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    hx_point finalist = {
        .executor = 1, .processes = 1, .threads = cases[i].threads, .value = {cases[i].pin}};
    hx_search_verdict v = decide(&space, finalist, cases[i].seconds);
    assert_true(v.recommends);
    if (v.winner.threads != cases[i].found_threads || v.winner.value[0] != cases[i].found_pin)
      fail_msg("%d threads, pin %d: found %d threads, pin %d", cases[i].threads, cases[i].pin,
               v.winner.threads, v.winner.value[0]);
  }
}

/* However clear two rounds look: nobody leaves the race before the fourth, and what won it is not confirmed
 * by fewer than six. */
static void test_few_rounds_decide_nothing(void **state) {
  (void)state;
  hx_space space = space_of(2);
  hx_point points[3] = {{.processes = 1, .threads = 1},
                        {.executor = 1, .processes = 1, .threads = 2},
                        {.executor = 1, .processes = 1, .threads = 3}};
  const double seconds[3] = {1, 0.5, 0.6};
  hx_final_options options = {
      .left_s = INFINITY, .cost_of_second = 1, .tie = 0.02, .rounds = 8, .seed = 1};
  hx_final *f = hx_final_create(&space, points, seconds, 3, &options);
  assert_non_null(f);
  int raced[3] = {0}, confirmed[3] = {0};
  hx_final_ask ask;
  for (int i = 0; hx_final_next(f, &ask); i++) {
    int which = ask.point.executor == 0 ? 0 : ask.point.threads - 1;
    *(ask.confirming ? &confirmed[which] : &raced[which]) += 1;
    double s = seconds[which] * (1 + 0.0001 * (i % 3));
    hx_final_add(f, s > ask.cap_s ? HX_FINAL_CENSORED : HX_FINAL_VALID, fmin(s, ask.cap_s),
                 fmin(s, ask.cap_s), false);
  }
  hx_search_verdict verdict;
  hx_final_conclude(f, &verdict);
  hx_final_destroy(f);
  assert_true(verdict.recommends);
  assert_int_equal(verdict.winner.threads, 2);
  assert_int_equal(raced[1], 4);
  assert_int_equal(raced[2], 4);
  assert_in_range(confirmed[1], 6, 24);
}

/* Far apart in all of six rounds is enough, though something has disturbed one of them. */
static void test_six_rounds_are_enough_for_what_is_far(void **state) {
  (void)state;
  static const struct {
    double disturbed, usual; /* seconds of serial, where the winner takes 0.5 */
    int rounds;
  } cases[] = {{1.0, 1.0, 6}, {0.63, 1.0, 6}, {0.56, 1.0, 8}, {0.63, 0.65, 8}};
  hx_space space = space_of(2);
  hx_point points[2] = {{.processes = 1, .threads = 1},
                        {.executor = 1, .processes = 1, .threads = 2}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    const double expected[2] = {cases[i].usual, 0.5};
    hx_final_options options = {
        .left_s = INFINITY, .cost_of_second = 1, .tie = 0.02, .rounds = 8, .seed = 1};
    hx_final *f = hx_final_create(&space, points, expected, 2, &options);
    assert_non_null(f);
    int serial_runs = 0;
    hx_final_ask ask;
    while (hx_final_next(f, &ask)) {
      bool serial = ask.point.executor == 0;
      serial_runs += serial && ask.confirming;
      double s = !serial ? 0.5 : serial_runs == 3 ? cases[i].disturbed : cases[i].usual;
      hx_final_add(f, s > ask.cap_s ? HX_FINAL_CENSORED : HX_FINAL_VALID, fmin(s, ask.cap_s),
                   fmin(s, ask.cap_s), false);
    }
    hx_search_verdict verdict;
    hx_final_conclude(f, &verdict);
    hx_final_destroy(f);
    assert_true(verdict.recommends);
    assert_int_equal(serial_runs, cases[i].rounds);
  }
}

/* Where the set-up of a run costs twice what counts, the race leaves enough for the confirmation. */
static void test_set_up_is_paid_from_the_budget(void **state) {
  (void)state;
  const double budget_s = 47, cost = 3, seconds[4] = {1, 0.5, 0.505, 0.6};
  hx_space space = space_of(2);
  hx_point points[3] = {{.processes = 1, .threads = 1},
                        {.executor = 1, .processes = 1, .threads = 2, .value = {1}},
                        {.executor = 1, .processes = 1, .threads = 3, .value = {1}}};
  hx_final_options options = {
      .left_s = budget_s, .cost_of_second = cost, .tie = 0.02, .rounds = 8, .seed = 1};
  hx_final *f = hx_final_create(&space, points, seconds, 3, &options);
  assert_non_null(f);
  double spent_s = 0;
  hx_final_ask ask;
  for (uint64_t noise = 1; hx_final_next(f, &ask);) {
    int which = ask.point.executor == 0 ? 0 : ask.point.value[0] ? ask.point.threads - 1 : 3;
    noise = noise * 6364136223846793005U + 1442695040888963407U;
    double s = seconds[which] * (0.9 + 0.2 * (double)(noise >> 33) / 2147483648.0);
    spent_s += cost * s;
    hx_final_add(f, HX_FINAL_VALID, s, cost * s, false);
  }
  hx_search_verdict verdict;
  hx_final_conclude(f, &verdict);
  hx_final_destroy(f);
  assert_true(verdict.recommends);
  assert_true(spent_s <= budget_s);
}

/* What noise may hide leaves the race only after more rounds than are needed without noise. */
static void test_noise_keeps_finalists_in_the_race(void **state) {
  (void)state;
  hx_space space = space_of(8);
  hx_point points[3] = {{.processes = 1, .threads = 1},
                        {.executor = 1, .processes = 1, .threads = 4},
                        {.executor = 1, .processes = 1, .threads = 8}};
  const double seconds[3] = {1, 0.5, 0.52};
  hx_final_options options = {
      .left_s = INFINITY, .cost_of_second = 1, .tie = 0.02, .rounds = 8, .seed = 1};
  for (int noisy = 0; noisy < 2; noisy++) {
    hx_final *f = hx_final_create(&space, points, seconds, 3, &options);
    assert_non_null(f);
    int raced[3] = {0};
    hx_final_ask ask;
    while (hx_final_next(f, &ask) && !ask.confirming) {
      int which = ask.point.executor == 0 ? 0 : ask.point.threads / 4;
      double off = (raced[which]++ + which) % 2 ? 0.05 : -0.05;
      double s = seconds[which] * (1 + (noisy ? off : 0));
      hx_final_add(f, HX_FINAL_VALID, s, s, false);
    }
    hx_final_destroy(f);
    if (noisy)
      assert_in_range(raced[2], 5, 8);
    else
      assert_int_equal(raced[2], 4);
  }
}

/* On few CPUs processes have to beat as many threads; on more they win the race for good. */
static void test_threads_on_few_cpus(void **state) {
  (void)state;
  static const struct {
    int cpus;
    time_of *seconds;
    int found_processes;
  } cases[] = {{2, alike, 1}, {2, processes_help, 2}, {8, alike, 2}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    hx_space space = space_of(cases[i].cpus);
    hx_point finalist = {.executor = 2, .processes = 2, .threads = 1, .value = {1}};
    hx_search_verdict v = decide(&space, finalist, cases[i].seconds);
    assert_true(v.recommends);
    assert_int_equal(v.winner.processes, cases[i].found_processes);
    assert_int_equal(hx_point_workers(&v.winner), 2);
    assert_int_equal(v.winner.value[0], 0);
  }
}

static double level_helps(const hx_point *p) {
  return p->value[1] ? 0.4 : 1;
}

static double both_help(const hx_point *p) {
  return level_helps(p) * (hx_point_workers(p) > 1 ? 0.6 : 1);
}

/* Two workers have to beat one worker with the same parameters, which did not race. */
static void test_one_worker_with_the_same_parameters(void **state) {
  (void)state;
  hx_space space = space_of(2);
  space.axes[1] = (hx_space_axis){.name = "level", .n_values = 2};
  space.n_axes = 2;
  hx_point finalist = {.executor = 1, .processes = 1, .threads = 2, .value = {0, 1}};
  hx_search_verdict v = decide(&space, finalist, level_helps);
  assert_true(v.recommends);
  assert_int_equal(hx_point_workers(&v.winner), 1);
  assert_int_equal(v.winner.value[1], 1);
  v = decide(&space, finalist, both_help);
  assert_true(v.recommends);
  assert_int_equal(hx_point_workers(&v.winner), 2);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_the_simplest_sibling_wins),
                                     cmocka_unit_test(test_few_rounds_decide_nothing),
                                     cmocka_unit_test(test_six_rounds_are_enough_for_what_is_far),
                                     cmocka_unit_test(test_set_up_is_paid_from_the_budget),
                                     cmocka_unit_test(test_noise_keeps_finalists_in_the_race),
                                     cmocka_unit_test(test_threads_on_few_cpus),
                                     cmocka_unit_test(test_one_worker_with_the_same_parameters)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
