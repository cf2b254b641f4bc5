/* The universal scalability law: known curves give their parameters back; scatter is admitted. */
#include "base/random.h"
#include "decide/stats.h"
#include "decide/usl.h"

#include "unit/decide_support.h"

#include <string.h>

static size_t curve(double one_s, double a, double b, double scatter, hx_usl_point *p) {
  static const int counts[] = {1, 2, 3, 4, 6, 8, 12, 16, 24, 32};
  size_t n = sizeof counts / sizeof *counts;
  hx_rng rng;
  hx_rng_seed(&rng, 7);
  for (size_t i = 0; i < n; i++) {
    double w = counts[i];
    p[i] = (hx_usl_point){
        counts[i],
        one_s * (1 + a * (w - 1) + b * w * (w - 1)) / w * exp(scatter * hx_rng_normal(&rng)), 2};
  }
  return n;
}

static void known_curves(void **state) {
  (void)state;
  static const double a[] = {0.05, 0, 0.02, 0.3}, b[] = {0, 0.002, 0.0005, 0};
  hx_usl_point p[16];
  for (size_t i = 0; i < 4; i++) {
    hx_usl u = hx_usl_fit(p, curve(10, a[i], b[i], 0, p));
    assert_true(u.fitted);
    assert_near(u.one_s, 10, 0.01);
    assert_near(u.contention, a[i], 1e-3);
    assert_near(u.coherency, b[i], 1e-5);
    assert_near(hx_usl_seconds(&u, 8) / p[5].seconds, 1, 1e-3);
    if (b[i] > 0)
      assert_near(u.peak, sqrt((1 - a[i]) / b[i]), 0.2);
  }
}

static void scatter_is_in_the_interval(void **state) {
  (void)state;
  hx_usl_point p[16];
  hx_usl u = hx_usl_fit(p, curve(10, 0.05, 0.001, 0.02, p));
  assert_true(u.contention_lower <= 0.05 && 0.05 <= u.contention_upper);
  assert_true(u.coherency_lower <= 0.001 && 0.001 <= u.coherency_upper);
  assert_true(u.contention_upper - u.contention_lower < 0.1);
  assert_true(u.coherency_shown);
  char text[256];
  hx_usl_sentence(&u, text, sizeof text);
  assert_non_null(strstr(text, "serial"));
}

static void too_few_counts_tell_nothing(void **state) {
  (void)state;
  const hx_usl_point p[] = {{1, 10, 3}, {2, 5, 3}, {2, 5.1, 3}};
  hx_usl u = hx_usl_fit(p, 3);
  assert_false(u.fitted);
  char text[256];
  hx_usl_sentence(&u, text, sizeof text);
  assert_non_null(strstr(text, "too few"));
  hx_usl_point wild[] = {{1, 10, 1}, {2, 11, 1}, {4, 2, 1}, {8, 9, 1}, {16, 1, 1}};
  u = hx_usl_fit(wild, 5);
  hx_usl_sentence(&u, text, sizeof text);
  assert_non_null(strstr(text, "cannot be told"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(known_curves),
      cmocka_unit_test(scatter_is_in_the_interval),
      cmocka_unit_test(too_few_counts_tell_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
