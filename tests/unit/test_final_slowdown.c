/* The final on a machine that slows down meanwhile, and after a first serial run that was slow: neither
 * makes serial the answer or spoils the factor. */
#include "decide/final.h"

#include "unit/decide_support.h"

static const hx_space space = {.executors = {HX_SPACE_SERIAL, HX_SPACE_THREADS},
                               .executor_names = {"serial", "threads"},
                               .n_executors = 2,
                               .cpus = 64};

static const double SLOWER = 2.6;

static bool holds(const hx_interval *i) {
  return !(i->lower > i->estimate) && !(i->upper < i->estimate);
}

/* Serial takes 1 s, w workers 1/w; from run `step` on SLOWER times that. serial_s: its first run. */
static hx_search_verdict decide(int workers, int step, double serial_s, double left_s) {
  hx_point points[2] = {{.processes = 1, .threads = 1},
                        {.executor = 1, .processes = 1, .threads = workers}};
  const double expected[2] = {serial_s, 1.0 / workers};
  hx_final_options options = {
      .left_s = left_s, .cost_of_second = 1, .tie = 0.02, .rounds = 8, .seed = (uint64_t)step + 1};
  hx_final *f = hx_final_create(&space, points, expected, 2, &options);
  assert_non_null(f);
  hx_final_ask ask;
  for (int i = 0; hx_final_next(f, &ask); i++) {
    double s = (i >= step ? SLOWER : 1) / hx_point_workers(&ask.point) * (1 + 0.001 * (i % 3));
    hx_final_add(f, s > ask.cap_s ? HX_FINAL_CENSORED : HX_FINAL_VALID, fmin(s, ask.cap_s),
                 fmin(s, ask.cap_s), false);
  }
  hx_search_verdict verdict;
  hx_final_conclude(f, &verdict);
  assert_true(holds(&verdict.speedup));
  for (size_t i = 0; i < hx_final_count(f); i++) {
    hx_standing s = hx_final_standing_of(f, i);
    assert_true(holds(&s.ratio));
  }
  hx_final_destroy(f);
  return verdict;
}

static void a_slowdown_does_not_make_serial_the_best(void **state) {
  (void)state;
  static const int workers[] = {2, 4, 8, 32};
  for (size_t w = 0; w < 4; w++)
    for (int step = 0; step <= 40; step++) {
      hx_search_verdict v = decide(workers[w], step, 1, INFINITY);
      if (!v.recommends || v.winner.threads != workers[w])
        fail_msg("%d workers, slower from run %d on: %s", workers[w], step,
                 hx_search_verdict_name(v.state));
      /* One pair may lie on both sides of the step. */
      assert_in_range((int)(10 * v.speedup.estimate / workers[w]), 3, 27);
      assert_true(v.speedup.lower > 1);
    }
}

/* Far apart, serial is not run to its end often, but once, if there is time for it. */
static void the_factor_is_of_a_fresh_serial_run(void **state) {
  (void)state;
  hx_search_verdict v = decide(32, 1000, 3, INFINITY);
  assert_near(v.speedup.estimate, 32, 0.2);
  assert_in_range(v.speedup.runs, 1, 5);
  assert_true(v.speedup.lower > 1.9 && isnan(v.speedup.upper));
  v = decide(32, 1000, 3, 3);
  assert_near(v.speedup.estimate, 96, 0.2);
  assert_int_equal(v.speedup.runs, 0); /* which the sentence says */
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(a_slowdown_does_not_make_serial_the_best),
                                     cmocka_unit_test(the_factor_is_of_a_fresh_serial_run)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
