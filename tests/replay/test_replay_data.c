/* The recorded noise is drawn as it was recorded. */
#include "selftest/noise.h"

#include "replay/replay_support.h"

static void draws_look_like_the_record(void **state) {
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
    assert_true(hx_stats_ar1(y, RUNS) > 0.3); /* neighbours stay neighbours */
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(draws_look_like_the_record),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
