/* The recorded noise is drawn as it was recorded. */
#include "selftest/noise.h"

#include "replay/replay_support.h"

/* Lag-1 autocorrelation about the mean. */
static double autocorrelation(const double *x, size_t n) {
  const double mean = hx_stats_mean(x, n);
  double products = 0, squares = 0;
  for (size_t i = 0; i < n; i++) {
    squares += (x[i] - mean) * (x[i] - mean);
    products += i > 0 ? (x[i] - mean) * (x[i - 1] - mean) : 0;
  }
  return products / squares;
}

static void draws_look_like_the_recording(void **state) {
  (void)state;
  enum { RUNS = 20000 };
  static double y[RUNS];
  for (int kind = 0; kind < HX_NOISE_KINDS; kind++) {
    hx_rng rng;
    hx_rng_seed(&rng, 1);
    hx_noise_draw((hx_noise_kind)kind, &rng, y, RUNS);
    double sum = 0;
    for (size_t i = 0; i < RUNS; i++)
      sum += exp(y[i]);
    assert_near(sum / RUNS / hx_noise_mean_factor((hx_noise_kind)kind), 1, 0.02);
    assert_true(autocorrelation(y, RUNS) > 0.3); /* neighbours stay neighbours */
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(draws_look_like_the_recording),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
