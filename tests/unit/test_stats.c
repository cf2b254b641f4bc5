/* decide/stats.h against values worked out by hand, by enumeration, or published. */
#include "decide/stats.h"

#include "unit/decide_support.h"

static void generator_gives_the_published_sequence(void **state) {
  (void)state;
  /* The first outputs of xoshiro256** from the state 1, 2, 3, 4. */
  static const uint64_t expected[] = {11520, 0, 1509978240, 1215971899390074240};
  hx_rng rng = {{1, 2, 3, 4}};
  for (size_t i = 0; i < 4; i++)
    assert_true(hx_rng_next(&rng) == expected[i]);
}

static void generator_is_fair(void **state) {
  (void)state;
  hx_rng rng;
  hx_rng_seed(&rng, 7);
  size_t counts[7] = {0}, order[5] = {0, 1, 2, 3, 4}, first[5] = {0};
  double sum = 0, squares = 0, exponential = 0;
  for (size_t i = 0; i < 70000; i++) {
    counts[hx_rng_below(&rng, 7)]++;
    double z = hx_rng_normal(&rng);
    sum += z;
    squares += z * z;
    exponential += hx_rng_exponential(&rng);
    hx_rng_shuffle(&rng, order, 5);
    first[order[0]]++;
  }
  for (size_t i = 0; i < 7; i++)
    assert_in_range(counts[i], 9600, 10400);
  for (size_t i = 0; i < 5; i++)
    assert_in_range(first[i], 13500, 14500);
  assert_near(sum / 70000, 0, 0.02);
  assert_near(squares / 70000, 1, 0.03);
  assert_near(exponential / 70000, 1, 0.02);
}

static void location_and_spread(void **state) {
  (void)state;
  double x[] = {9, 1, 4, 7, 2, 100}, none[1] = {0};
  assert_near(hx_stats_mean(x, 5), 4.6, 1e-12);
  assert_near(hx_stats_sd(x, 5), 3.3615472627943224, 1e-12);
  assert_near(hx_stats_median(x, 6), 5.5, 1e-12);
  assert_near(hx_stats_quantile(x, 6, 0.25), 2.5, 1e-12);
  assert_near(hx_stats_quantile(x, 6, 0), 1, 0);
  assert_near(hx_stats_quantile(x, 6, 1), 100, 0);
  assert_near(hx_stats_mad_sd(x, 6, 5.5), 1.4826 * 3.5, 1e-12);
  assert_true(isnan(hx_stats_median(none, 0)) && isnan(hx_stats_sd(none, 1)));
}

static void selection_agrees_with_sorting(void **state) {
  (void)state;
  hx_rng rng;
  hx_rng_seed(&rng, 3);
  for (int trial = 0; trial < 20000; trial++) {
    size_t n = 1 + hx_rng_below(&rng, 12);
    double x[12], sorted[12];
    for (size_t i = 0; i < n; i++)
      x[i] = sorted[i] = (double)hx_rng_below(&rng, 6); /* many ties */
    hx_stats_sort(sorted, n);
    double p = hx_rng_uniform(&rng), position = p * (double)(n - 1);
    size_t below = (size_t)position;
    double next = below + 1 < n ? sorted[below + 1] : sorted[below];
    double expected = sorted[below] + (position - (double)below) * (next - sorted[below]);
    assert_near(hx_stats_quantile(x, n, p), expected, 1e-12);
  }
}

static void bounds_of_a_share(void **state) {
  (void)state;
  /* No success in n: the upper bound is 1 - (1 - confidence)^(1/n). */
  assert_near(hx_stats_binomial_upper(0, 500, 0.95), 1 - pow(0.05, 1.0 / 500), 1e-12);
  assert_near(hx_stats_binomial_upper(20, 20, 0.95), 1, 0);
  assert_near(hx_stats_binomial_upper(0, 0, 0.95), 1, 0);
}

static double statistic_of(const double *x, size_t n, unsigned signs) {
  double sum = 0;
  for (size_t i = 0; i < n; i++) {
    size_t rank = 1;
    for (size_t j = 0; j < n; j++)
      rank += fabs(x[j]) < fabs(x[i]);
    sum += signs >> i & 1 ? (double)rank : 0;
  }
  return sum;
}

static void signed_rank_p_value_is_exact(void **state) {
  (void)state;
  const double x[] = {1.1, 2.2, 0.3, 1.7, -0.4, 2.9, -0.8, 1.5};
  unsigned positive = 0, as_large = 0;
  for (size_t i = 0; i < 8; i++)
    positive |= (unsigned)(x[i] > 0) << i;
  for (unsigned signs = 0; signs < 256; signs++)
    as_large += statistic_of(x, 8, signs) >= statistic_of(x, 8, positive);
  assert_near(hx_stats_signed_rank_above(x, 8, 0), as_large / 256.0, 1e-12);
  assert_near(hx_stats_signed_rank_above(x, 8, 100), 1, 1e-12);
  assert_near(hx_stats_signed_rank_above(x, 8, -100), 1 / 256.0, 1e-12);
}

static void signed_rank_interval(void **state) {
  (void)state;
  const double x[] = {1, 2, 3, 4, 5, 6, 7, 8};
  /* P(W <= 3) = 5/256 <= 0.025 < P(W <= 4) = 7/256: the 4th smallest and largest Walsh average. */
  hx_signed_rank r = hx_stats_signed_rank(x, 8, 0.025);
  assert_near(r.estimate, 4.5, 1e-12);
  assert_near(r.lower, 2, 1e-12);
  assert_near(r.upper, 7, 1e-12);
  /* Four values reach 1/16 at best. */
  r = hx_stats_signed_rank(x, 4, 0.05);
  assert_true(isinf(r.lower) && isinf(r.upper));
  assert_true(isnan(hx_stats_signed_rank(x, 0, 0.05).estimate));
}

static void signed_rank_bounds_agree_with_the_test(void **state) {
  (void)state;
  hx_rng rng;
  hx_rng_seed(&rng, 11);
  for (int trial = 0; trial < 300; trial++) {
    double x[24], alpha = 0.05 / 6;
    size_t n = 8 + hx_rng_below(&rng, 17);
    for (size_t i = 0; i < n; i++)
      x[i] = hx_rng_normal(&rng);
    double lower = hx_stats_signed_rank(x, n, alpha).lower;
    assert_true(hx_stats_signed_rank_above(x, n, lower - 1e-9) <= alpha);
    assert_true(hx_stats_signed_rank_above(x, n, lower + 1e-9) > alpha);
  }
}

static void mann_whitney(void **state) {
  (void)state;
  const double a[] = {1, 2, 3, 4, 10}, b[] = {5, 6, 7, 8, 9}, same[] = {3, 3, 3};
  /* U = 5 of 25; 19 of the 252 arrangements have U <= 5. */
  assert_near(hx_stats_mann_whitney(a, 5, b, 5), 2 * 19 / 252.0, 1e-12);
  assert_near(hx_stats_mann_whitney(b, 5, a, 5), 2 * 19 / 252.0, 1e-12);
  assert_near(hx_stats_mann_whitney(same, 3, same, 3), 1, 0);
  assert_near(hx_stats_mann_whitney(a, 0, b, 5), 1, 0);
}

static void holm_rejects_what_bonferroni_would_keep(void **state) {
  (void)state;
  const double p[] = {0.04, 0.02};
  bool reject[2];
  hx_stats_holm(p, 2, 0.05, reject);
  assert_true(reject[0] && reject[1]);
}

static void holm_steps_down(void **state) {
  (void)state;
  const double p[] = {0.03, 0.001, 0.02, 0.04};
  bool reject[4];
  hx_stats_holm(p, 4, 0.05, reject);
  /* 0.001 <= 0.05/4; 0.02 > 0.05/3 stops everything behind it. */
  assert_true(reject[1] && !reject[2] && !reject[0] && !reject[3]);
  hx_stats_holm(p, 4, 0.2, reject);
  assert_true(reject[0] && reject[1] && reject[2] && reject[3]);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(generator_gives_the_published_sequence),
      cmocka_unit_test(generator_is_fair),
      cmocka_unit_test(location_and_spread),
      cmocka_unit_test(selection_agrees_with_sorting),
      cmocka_unit_test(bounds_of_a_share),
      cmocka_unit_test(signed_rank_p_value_is_exact),
      cmocka_unit_test(signed_rank_interval),
      cmocka_unit_test(signed_rank_bounds_agree_with_the_test),
      cmocka_unit_test(mann_whitney),
      cmocka_unit_test(holm_rejects_what_bonferroni_would_keep),
      cmocka_unit_test(holm_steps_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
