/* decide/compare.h: verdicts, looks, orientation, false alarms, several workloads. */
#include "decide/compare.h"
#include "decide/stats.h"

#include "unit/decide_support.h"

#include <string.h>

static hx_compare_options defaults_with(uint64_t seed) {
  hx_compare_options o = hx_compare_defaults();
  o.seed = seed;
  return o;
}

/* A comparison with white noise of sd `noise` a run. */
static hx_compare_result compare(double ln_change, double noise, hx_compare_options options) {
  hx_compare c;
  hx_compare_init(&c, &options);
  hx_compare_result r;
  hx_rng rng;
  hx_rng_seed(&rng, options.seed + 1);
  do {
    double run[4];
    for (size_t i = 0; i < 4; i++)
      run[i] = exp(noise * hx_rng_normal(&rng) + (i % 2 ? ln_change : 0));
    hx_compare_add(&c, &(hx_compare_block){run[0], run[1], run[3], run[2]});
  } while (hx_compare_decide(&c, &r) == HX_COMPARE_GO_ON);
  return r;
}

static void clear_cases_are_decided_at_the_first_look(void **state) {
  (void)state;
  hx_compare_result r = compare(log(1.10), 0.002, defaults_with(1));
  assert_int_equal(r.verdict, HX_COMPARE_SLOWER);
  assert_int_equal(r.blocks, 8);
  assert_int_equal(r.runs, 32);
  assert_near(r.change, 0.10, 0.005);
  assert_true(r.lower < r.change && r.change < r.upper && r.p_slower < 0.05);
  r = compare(log(0.90), 0.002, defaults_with(2));
  assert_int_equal(r.verdict, HX_COMPARE_FASTER);
  assert_near(r.change, -0.10, 0.005);
  assert_true(r.p_faster < 0.05 && r.p_slower > 0.5);
  r = compare(0, 0.002, defaults_with(3));
  assert_int_equal(r.verdict, HX_COMPARE_SAME);
  assert_int_equal(r.next_look, 0);
}

static void real_but_tiny_is_same(void **state) {
  (void)state;
  /* 0.3 % slower beyond doubt is below --min-effect. */
  assert_int_equal(compare(log(1.003), 0.0001, defaults_with(1)).verdict, HX_COMPARE_SAME);
  assert_int_equal(compare(log(1.006), 0.0001, defaults_with(1)).verdict, HX_COMPARE_SLOWER);
}

static void hopeless_noise_is_inconclusive(void **state) {
  (void)state;
  hx_compare_result r = compare(0, 0.3, defaults_with(4));
  assert_int_equal(r.verdict, HX_COMPARE_INCONCLUSIVE);
  assert_int_equal(r.blocks, 50);
  assert_true(r.detectable > 0.05);
}

static void nothing_is_decided_between_looks(void **state) {
  (void)state;
  hx_compare_options o = hx_compare_defaults();
  hx_compare c;
  hx_compare_init(&c, &o);
  hx_compare_result r = {.blocks = -1};
  for (int i = 1; i < 8; i++) {
    hx_compare_add(&c, &(hx_compare_block){1, 2, 2, 1});
    assert_int_equal(hx_compare_decide(&c, &r), HX_COMPARE_GO_ON);
    assert_int_equal(r.blocks, -1); /* not touched */
  }
  assert_int_equal(hx_compare_finish(&c, &r), HX_COMPARE_INCONCLUSIVE);
  assert_int_equal(r.blocks, 7);
  assert_true(r.lower <= -1); /* fewer than 8 blocks cannot reach alpha / 6 */
  hx_compare_add(&c, &(hx_compare_block){1, 2, 2, 1});
  hx_compare_init(&c, &o);
  for (int i = 0; i < 60; i++)
    hx_compare_add(&c, &(hx_compare_block){1, 1, 1, 1});
  assert_int_equal(c.n_blocks, 50); /* the last look */
}

static void drift_cancels_within_a_block(void **state) {
  (void)state;
  hx_compare_options o = hx_compare_defaults();
  hx_compare c;
  hx_compare_init(&c, &o);
  hx_compare_result r;
  double t = 0;
  do { /* every run 1 % slower than the one before */
    double first = exp(0.01 * t), second = exp(0.01 * (t + 1)), third = exp(0.01 * (t + 2)),
           fourth = exp(0.01 * (t + 3));
    t += 4;
    hx_compare_add(&c, hx_compare_b_first(&c) ? &(hx_compare_block){second, first, fourth, third}
                                              : &(hx_compare_block){first, second, third, fourth});
  } while (hx_compare_decide(&c, &r) == HX_COMPARE_GO_ON);
  assert_int_equal(r.verdict, HX_COMPARE_SAME);
  assert_near(r.change, 0, 1e-9);
}

static void each_orientation_is_drawn_by_itself(void **state) {
  (void)state;
  int b_first = 0, alternating = 0, blocks = 0;
  for (uint64_t seed = 1; seed <= 40; seed++) {
    hx_compare_options o = defaults_with(seed);
    hx_compare c;
    hx_compare_init(&c, &o);
    bool last = false;
    for (int i = 0; i < 50; i++, blocks++) {
      bool first = hx_compare_b_first(&c);
      assert_int_equal(first, hx_compare_b_first(&c));
      b_first += first;
      alternating += i % 2 == 1 && first != last;
      last = first;
      hx_compare_add(&c, &(hx_compare_block){1, 1, 1, 1});
    }
  }
  assert_in_range(b_first, blocks * 45 / 100, blocks * 55 / 100);
  assert_in_range(alternating, blocks * 20 / 100, blocks * 30 / 100); /* half of the pairs */
}

/* Equal programs beside a job that comes back after about 8 runs, two blocks: called different no more
 * often than promised, 2.5 % on each side. */
static void a_periodic_neighbour_is_no_difference(void **state) {
  (void)state;
  enum { TRIALS = 400 };
  const double periods[] = {7, 7.5, 8, 8.5};
  for (size_t k = 0; k < sizeof periods / sizeof *periods; k++) {
    int wrong = 0;
    for (uint64_t trial = 1; trial <= TRIALS; trial++) {
      hx_compare_options o = defaults_with(trial);
      hx_compare c;
      hx_compare_result r;
      hx_rng rng;
      hx_rng_seed(&rng, trial * 7919);
      double phase = 2 * M_PI * hx_rng_uniform(&rng), run = 0;
      hx_compare_init(&c, &o);
      do {
        double t[4];
        for (int i = 0; i < 4; i++, run++)
          t[i] = exp(0.27 * sin(phase + 2 * M_PI * run / periods[k]) + 0.02 * hx_rng_uniform(&rng));
        hx_compare_add(&c, hx_compare_b_first(&c) ? &(hx_compare_block){t[1], t[0], t[3], t[2]}
                                                  : &(hx_compare_block){t[0], t[1], t[2], t[3]});
      } while (hx_compare_decide(&c, &r) == HX_COMPARE_GO_ON);
      wrong += r.verdict == HX_COMPARE_SLOWER || r.verdict == HX_COMPARE_FASTER;
    }
    assert_in_range(wrong, 0, TRIALS * 5 / 100);
  }
}

static void a_budget_limits_the_looks(void **state) {
  (void)state;
  hx_compare_options o = hx_compare_defaults();
  hx_compare_plan_looks(&o, 20);
  assert_int_equal(o.n_looks, 4);
  assert_int_equal(o.looks[3], 20);
  o = hx_compare_defaults();
  hx_compare_plan_looks(&o, 16);
  assert_int_equal(o.n_looks, 3);
  o = hx_compare_defaults();
  hx_compare_plan_looks(&o, 1);
  assert_int_equal(o.n_looks, 1);
  assert_int_equal(o.looks[0], 8);
  o = hx_compare_defaults();
  o = (hx_compare_options){.looks = {12}, .n_looks = 1};
  hx_compare_plan_looks(&o, 9);
  assert_true(o.n_looks == 1 && o.looks[0] == 9);
  o = (hx_compare_options){.n_looks = 0};
  hx_compare_plan_looks(&o, 9);
  assert_true(o.n_looks == 0 && o.looks[0] == 0);
  o = hx_compare_defaults();
  hx_compare_plan_looks(&o, 71);
  assert_int_equal(o.n_looks, 6);
  assert_int_equal(o.looks[5], 50);
}

static void a_long_budget_adds_looks(void **state) {
  (void)state;
  hx_compare_options o = hx_compare_defaults();
  hx_compare_plan_looks(&o, 143);
  assert_int_equal(o.n_looks, 8);
  assert_int_equal(o.looks[6], 72);
  assert_int_equal(o.looks[7], 100);
  o = hx_compare_defaults();
  hx_compare_plan_looks(&o, 100000);
  assert_int_equal(o.n_looks, 10);
  assert_int_equal(o.looks[9], HX_COMPARE_MAX_BLOCKS);
  hx_compare_plan_looks(&o, 100000);
  assert_int_equal(o.n_looks, 10);
}

static void a_smaller_margin_is_given_more_blocks(void **state) {
  (void)state;
  assert_int_equal(hx_compare_usual_blocks(0.30), HX_COMPARE_USUAL_BLOCKS);
  assert_int_equal(hx_compare_usual_blocks(0.03), HX_COMPARE_USUAL_BLOCKS);
  assert_int_equal(hx_compare_usual_blocks(0.025), 72);
  assert_int_equal(hx_compare_usual_blocks(0.015), HX_COMPARE_MAX_BLOCKS);
  assert_int_equal(hx_compare_usual_blocks(0.001), HX_COMPARE_MAX_BLOCKS);
  hx_compare_options o = hx_compare_defaults();
  hx_compare_plan_looks(&o, hx_compare_usual_blocks(0.02));
  assert_int_equal(o.looks[o.n_looks - 1], 100);
}

static void false_alarms_are_counted(void **state) {
  (void)state;
  enum { N = 4000 };
  double differences[N];
  hx_rng rng;
  hx_rng_seed(&rng, 3);
  for (size_t i = 0; i < N; i++)
    differences[i] = 0.02 * hx_rng_normal(&rng) + 0.01; /* the second run is always slower */
  hx_compare_options o = hx_compare_defaults();
  hx_compare_alarms a = hx_compare_false_alarms(differences, N, &o);
  assert_true(a.n > 80);
  assert_true((double)a.k <= 0.1 * a.n);
  assert_near(a.upper, hx_stats_binomial_upper(a.k, a.n, 0.95), 1e-12);
  a = hx_compare_false_alarms(differences, 5, &o);
  assert_int_equal(a.n, 0);
  assert_near(a.upper, 1, 0);
}

/* Differences of two runs are taken down to the spread of a block, which has four. 0.035 / sqrt 2 is within
 * a margin of 3 %, so that every eight of them are the same; 0.035 itself is not. */
static void false_alarms_are_of_blocks(void **state) {
  (void)state;
  double differences[80];
  for (size_t i = 0; i < 80; i++)
    differences[i] = 0.035;
  hx_compare_options o = hx_compare_defaults();
  hx_compare_alarms a = hx_compare_false_alarms(differences, 80, &o);
  assert_int_equal(a.n, 80 / o.looks[0]);
  assert_int_equal(a.k, 0);
}

static void detectable_change(void **state) {
  (void)state;
  hx_compare_options o = hx_compare_defaults();
  double quiet = hx_compare_detectable(0.01, 0.9, &o);
  assert_true(quiet > o.min_effect && quiet < 0.03);
  assert_true(hx_compare_detectable(0.02, 0.9, &o) > quiet);
  /* What it says is detectable in 9 of 10 is detected in 8 of 10 at least (the approximation is by
   * t quantiles, the test by ranks): x has the sd of one run. */
  static const double noises[] = {0.002, 0.01, 0.02, 0.04};
  for (size_t k = 0; k < 4; k++) {
    double change = log1p(hx_compare_detectable(noises[k], 0.9, &o));
    size_t slower = 0;
    for (uint64_t i = 0; i < 300; i++)
      slower += compare(change, noises[k], defaults_with(i)).verdict == HX_COMPARE_SLOWER;
    assert_in_range(slower, 240, 300);
  }
}

static void several_workloads_share_the_error(void **state) {
  (void)state;
  hx_compare_result r[] = {
      {.verdict = HX_COMPARE_SLOWER, .p_slower = 0.001, .p_faster = 1},
      {.verdict = HX_COMPARE_SLOWER, .p_slower = 0.04, .p_faster = 1},
      {.verdict = HX_COMPARE_SAME, .p_slower = 0.9, .p_faster = 0.9},
  };
  bool slower[3], faster[3];
  assert_int_equal(hx_compare_combine(r, 3, 0.05, slower, faster), HX_COMPARE_SLOWER);
  assert_true(slower[0] && !slower[1] && !slower[2]);
  /* The one Holm does not keep is open, not gone. */
  assert_int_equal(hx_compare_combine(r + 1, 2, 0.05, slower, faster), HX_COMPARE_INCONCLUSIVE);
  assert_int_equal(hx_compare_combine(r + 2, 1, 0.05, slower, faster), HX_COMPARE_SAME);
  r[1] = (hx_compare_result){.verdict = HX_COMPARE_FASTER, .p_slower = 1, .p_faster = 0.001};
  assert_int_equal(hx_compare_combine(r + 1, 2, 0.05, slower, faster), HX_COMPARE_FASTER);
  assert_true(faster[0] && !faster[1]);
}

static void verdicts_have_names(void **state) {
  (void)state;
  assert_string_equal(hx_compare_verdict_name(HX_COMPARE_SLOWER), "SLOWER");
  assert_string_equal(hx_compare_verdict_name(HX_COMPARE_INCONCLUSIVE), "INCONCLUSIVE");
}

/* Memory has grown when nearly all of B's runs need more than nearly all of A's. */
static void test_growth_of_memory(void **state) {
  (void)state;
  double a[] = {100, 101, 100, 300, 100, 100}, more[] = {111, 112, 111, 90, 111, 111},
         less[] = {104, 104, 300, 104, 104, 104}, few[] = {500, 500, 500};
  assert_true(hx_compare_grew(a, 6, more, 6, 0.09));
  assert_false(hx_compare_grew(a, 6, more, 6, 0.12));
  assert_false(hx_compare_grew(a, 6, less, 6, 0.05));
  assert_false(hx_compare_grew(a, 6, few, 3, 0.05));
  assert_false(hx_compare_grew(a, 6, more, 6, INFINITY));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_growth_of_memory),
      cmocka_unit_test(clear_cases_are_decided_at_the_first_look),
      cmocka_unit_test(real_but_tiny_is_same),
      cmocka_unit_test(hopeless_noise_is_inconclusive),
      cmocka_unit_test(nothing_is_decided_between_looks),
      cmocka_unit_test(drift_cancels_within_a_block),
      cmocka_unit_test(each_orientation_is_drawn_by_itself),
      cmocka_unit_test(a_periodic_neighbour_is_no_difference),
      cmocka_unit_test(a_budget_limits_the_looks),
      cmocka_unit_test(a_long_budget_adds_looks),
      cmocka_unit_test(a_smaller_margin_is_given_more_blocks),
      cmocka_unit_test(false_alarms_are_counted),
      cmocka_unit_test(false_alarms_are_of_blocks),
      cmocka_unit_test(detectable_change),
      cmocka_unit_test(several_workloads_share_the_error),
      cmocka_unit_test(verdicts_have_names),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
