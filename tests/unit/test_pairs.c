/* decide/pairs.h and decide/estimate.h: what rounds and runs say of configurations. */
#include "decide/estimate.h"
#include "decide/pairs.h"

#include "unit/decide_support.h"

/* Differences 0.1 ... 0.6, one for each subset of signs: P(all above 0) = 1/64. */
static void test_six_pairs_by_hand(void **state) {
  (void)state;
  hx_pairs_cell cells[6][2];
  for (int i = 0; i < 6; i++) {
    cells[i][0] = (hx_pairs_cell){.y = i};
    cells[i][1] = (hx_pairs_cell){.y = i + 0.1 * (i + 1)};
  }
  hx_pairs p = hx_pairs_compare(&cells[0][0], &cells[0][1], 6, 2, false);
  assert_int_equal(p.n, 6);
  assert_int_equal(p.n_bounded, 0);
  assert_near(p.estimate, 0.35, 1e-12);
  assert_near(p.lower, 0.1, 1e-12);
  assert_near(p.upper, 0.6, 1e-12);
  assert_near(p.least, 0.1, 1e-12);
  assert_near(p.p_a_faster, 1.0 / 64, 1e-12);
  assert_near(p.p_b_faster, 1, 1e-12);
  hx_pairs back = hx_pairs_compare(&cells[0][1], &cells[0][0], 6, 2, false);
  assert_near(back.estimate, -0.35, 1e-12);
  assert_near(back.least, -0.6, 1e-12);
  assert_near(back.p_b_faster, 1.0 / 64, 1e-12);
}

static void test_few_pairs_have_no_bounds(void **state) {
  (void)state;
  hx_pairs_cell a[6] = {{0}}, b[6];
  for (int i = 0; i < 6; i++)
    b[i] = (hx_pairs_cell){.y = 1};
  hx_pairs p = hx_pairs_compare(a, b, 5, 1, false);
  assert_int_equal(p.n, 5);
  assert_true(isinf(p.lower) && p.lower < 0 && isinf(p.upper) && p.upper > 0);
  assert_near(p.estimate, 1, 1e-12);
  p = hx_pairs_compare(a, b, 0, 1, false);
  assert_int_equal(p.n, 0);
  assert_true(isinf(p.least));
  assert_near(p.p_a_faster, 1, 0);
  assert_near(p.p_b_faster, 1, 0);
}

/* Pairs without a run, and with runs that were stopped. */
static void test_which_pairs_count(void **state) {
  (void)state;
  const hx_pairs_cell a[] = {{.y = 0}, {.y = (double)NAN}, {.y = 0},
                             {.y = 0}, {0, true},          {0, true}};
  const hx_pairs_cell b[] = {{.y = 1},  {.y = 1},  {.y = (double)NAN},
                             {1, true}, {1, true}, {.y = 2}};
  hx_pairs p = hx_pairs_compare(a, b, 6, 1, false);
  assert_int_equal(p.n, 2);
  assert_int_equal(p.n_bounded, 1);
  assert_near(p.least, 1, 0);
  p = hx_pairs_compare(a, b, 6, 1, true);
  assert_int_equal(p.n, 1);
  assert_int_equal(p.n_bounded, 0);
}

/* A run that was stopped took at least so long: never evidence that it is the faster one. */
static void test_stopped_runs_are_bounds(void **state) {
  (void)state;
  hx_pairs_cell a[8], b[8];
  for (int i = 0; i < 8; i++) {
    a[i] = (hx_pairs_cell){.y = 1 + 0.01 * i};
    b[i] = (hx_pairs_cell){0.5, true};
  }
  hx_pairs p = hx_pairs_compare(a, b, 8, 1, false), back = hx_pairs_compare(b, a, 8, 1, false);
  assert_int_equal(p.n, 0);
  assert_int_equal(back.n, 0);
  assert_near(p.p_b_faster, 1, 0);
  assert_near(back.p_a_faster, 1, 0);
  for (int i = 0; i < 8; i++)
    b[i] = i < 7 ? (hx_pairs_cell){2, true} : (hx_pairs_cell){.y = 0.9};
  p = hx_pairs_compare(a, b, 8, 1, false);
  back = hx_pairs_compare(b, a, 8, 1, false);
  assert_int_equal(p.n, 8);
  assert_int_equal(p.n_bounded, 7);
  assert_true(p.lower <= p.estimate && p.estimate > 0.9 && isinf(p.upper));
  assert_true(isinf(back.lower) && back.estimate < -0.9 && back.upper >= back.estimate);
  assert_near(p.p_a_faster, back.p_b_faster, 0);
  assert_near(p.p_b_faster, back.p_a_faster, 0);
}

static void test_times(void **state) {
  (void)state;
  hx_search_estimate e = hx_search_estimate_unknown();
  assert_int_equal(e.fate, HX_SEARCH_UNKNOWN);
  assert_true(isnan(e.seconds) && isnan(e.ratio) && e.n_valid == 0);
  double seconds[] = {6, 1, 5, 2, 4, 3};
  hx_search_estimate_times(&e, seconds, 0);
  assert_true(isnan(e.seconds));
  hx_search_estimate_times(&e, seconds, 5);
  assert_int_equal(e.n_valid, 5);
  assert_near(e.seconds, 4, 1e-12);
  assert_true(isnan(e.lower_s) && isnan(e.upper_s));
  hx_search_estimate_times(&e, seconds, 6);
  assert_int_equal(e.n_valid, 6);
  assert_near(e.seconds, 3.5, 1e-12);
  assert_near(e.lower_s, 1, 1e-12);
  assert_near(e.upper_s, 6, 1e-12);
}

static void test_ratios(void **state) {
  (void)state;
  hx_search_estimate e = {.seconds = 9};
  hx_search_estimate_relative(&e, 2, &(hx_interval){3, 1.5, 12, 8});
  assert_near(e.seconds, 6, 1e-12);
  assert_near(e.lower_s, 3, 1e-12);
  assert_near(e.upper_s, 24, 1e-12);
  double lower, upper;
  hx_search_gain_bounds(&e, &(hx_interval){6, 3, 9, 8}, &lower, &upper);
  assert_near(lower, 2 * exp(-hypot(log(2), log(4))), 1e-12);
  assert_near(upper, 2 * exp(hypot(log(1.5), log(2))), 1e-12);
}

/* What ties comes before what is only fast; what has no time is last. */
static void test_order_and_words(void **state) {
  (void)state;
  hx_search_estimate ties = {.fate = HX_SEARCH_TIED, .seconds = 3},
                     fast = {.fate = HX_SEARCH_SURVIVED, .seconds = 1},
                     slow = {.fate = HX_SEARCH_DROPPED, .seconds = 2},
                     over = {.fate = HX_SEARCH_BROKEN, .seconds = 0.5},
                     none = {.fate = HX_SEARCH_HOPELESS, .seconds = (double)NAN};
  const hx_search_estimate *order[] = {&ties, &fast, &slow, &over, &none};
  for (int i = 0; i < 5; i++)
    for (int k = 0; k < 5; k++) {
      int sign = hx_search_estimate_order(order[i], order[k]);
      assert_int_equal((sign > 0) - (sign < 0), (i > k) - (i < k));
    }
  for (int fate = 0; fate <= HX_SEARCH_UNKNOWN; fate++)
    for (int time = 0; time < 2; time++)
      assert_int_equal(hx_search_fate_of_word(hx_search_fate_word((hx_search_fate)fate, time)),
                       fate);
  assert_int_equal(hx_search_fate_of_word("whatever"), HX_SEARCH_UNKNOWN);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_six_pairs_by_hand),
      cmocka_unit_test(test_few_pairs_have_no_bounds),
      cmocka_unit_test(test_which_pairs_count),
      cmocka_unit_test(test_stopped_runs_are_bounds),
      cmocka_unit_test(test_times),
      cmocka_unit_test(test_order_and_words),
      cmocka_unit_test(test_ratios),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
