/* The noise compiled into pvtune is the recorded one. */
#include "decide/noise.h"

#include "replay/replay_support.h"

static void compiled_in_equals_recorded(const hx_noise_record *record, const char *file) {
  csv_reader r;
  csv_open(&r, file);
  size_t rows[2] = {0};
  while (csv_next(&r)) {
    size_t slot = (size_t)csv_number(&r, "slot"), at = slot * record->part + rows[slot]++;
    assert_true(slot < 2 && at < record->length);
    assert_near(record->wall_us[at], 1e6 * csv_number(&r, "wall_s"), 0.501);
  }
  assert_int_equal(rows[0] + rows[1], record->length);
}

static void sequential(void **state) {
  (void)state;
  compiled_in_equals_recorded(&hx_noise_pinned_sequential, "pinned_sequential_1500.csv");
}

static void duet(void **state) {
  (void)state;
  compiled_in_equals_recorded(&hx_noise_duet, "duet_two_cores_120.csv");
}

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
      cmocka_unit_test(sequential),
      cmocka_unit_test(duet),
      cmocka_unit_test(draws_look_like_the_record),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
