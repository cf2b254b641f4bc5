/* What `./dev selftest` promises, in short form: fixed seeds, so that a change of the decisions
 * shows here first. The quick tests draw a share of the trials, test_replay_selftest_long.c all, and
 * long lists too. */
#include "decide/cost.h"
#include "selftest/trial.h"

#include "unit/decide_support.h"

#ifndef ALL_TRIALS
#define TRIALS(n) ((n) / 3)
#else
#define TRIALS(n) (n)
#endif

static const hx_noise_kind kinds[] = {HX_NOISE_RECORDED, HX_NOISE_SIMULATED};

static void lists_of(size_t m, size_t seeds) {
  for (size_t k = 0; k < 2; k++)
    for (int shape = 0; shape < HX_SURFACE_SHAPES; shape++) {
      hx_selftest_list_figures f;
      assert_true(hx_selftest_list((hx_surface_shape)shape, m, kinds[k], seeds, false, &f));
      hx_selftest_list_target promise = hx_selftest_list_promise((hx_surface_shape)shape, m);
      if (f.regret_p95 > promise.regret_p95 || f.cost > promise.cost ||
          f.truly_tied < promise.truly_tied)
        fail_msg("%s, %s, %zu: regret %.4f, cost %.2f, again %.2f", hx_noise_name(kinds[k]),
                 hx_surface_name((hx_surface_shape)shape), m, f.regret_p95, f.cost, f.truly_tied);
    }
}

static void lists_of_12(void **state) {
  (void)state;
  lists_of(HX_SURFACE_SMALL, 60);
}

#ifdef ALL_TRIALS
static void lists_of_108(void **state) {
  (void)state;
  lists_of(HX_SURFACE_LARGE, 60);
}
#endif

static void figures_repeat(void **state) {
  (void)state;
  hx_selftest_list_figures a, b;
  assert_true(hx_selftest_list(HX_SURFACE_MILD, HX_SURFACE_SMALL, HX_NOISE_RECORDED, 5, false, &a));
  assert_true(hx_selftest_list(HX_SURFACE_MILD, HX_SURFACE_SMALL, HX_NOISE_RECORDED, 5, false, &b));
  assert_near(a.regret_p95, b.regret_p95, 0);
  assert_near(a.cost, b.cost, 0);
}

static double share(const hx_selftest_compare_figures *f, hx_compare_verdict verdict) {
  return (double)f->verdicts[verdict] / (double)f->trials;
}

static void compare_raises_no_false_alarms(void **state) {
  (void)state;
  for (size_t k = 0; k < 2; k++) {
    hx_selftest_compare_figures f;
    hx_selftest_compare(0, kinds[k], HX_COMPARE_USUAL_BLOCKS, TRIALS(500), &f);
    assert_true(share(&f, HX_COMPARE_SLOWER) <= 0.01);
    assert_true(share(&f, HX_COMPARE_FASTER) <= 0.01);
    assert_true(share(&f, HX_COMPARE_INCONCLUSIVE) <= 0.10);
    assert_true(f.runs_median <= 100);
    /* And today's practice does, on the same noise. */
    assert_true(f.u_test_slower + f.u_test_faster >= f.trials / 5);
  }
}

static void compare_finds_slowdowns(void **state) {
  (void)state;
  for (size_t k = 0; k < 2; k++) {
    hx_selftest_compare_figures three, five;
    hx_selftest_compare(0.03, kinds[k], HX_COMPARE_USUAL_BLOCKS, TRIALS(200), &three);
    hx_selftest_compare(0.05, kinds[k], HX_COMPARE_USUAL_BLOCKS, TRIALS(200), &five);
    assert_true(share(&three, HX_COMPARE_SLOWER) >= 0.90);
    assert_true(share(&three, HX_COMPARE_INCONCLUSIVE) <= 0.10);
    assert_true(share(&five, HX_COMPARE_SLOWER) >= 0.99);
    assert_true(five.runs_median <= 60);
  }
}

/* More looks must not mean more alarms; and a budget is spent to get verdicts. */
static void a_long_budget_gets_more_verdicts(void **state) {
  (void)state;
  for (size_t k = 0; k < 2; k++) {
    hx_selftest_compare_figures f;
    hx_selftest_compare(0, kinds[k], HX_COMPARE_MAX_BLOCKS, TRIALS(500), &f);
    assert_true(share(&f, HX_COMPARE_SLOWER) <= 0.01);
    assert_true(share(&f, HX_COMPARE_FASTER) <= 0.01);
    assert_true(share(&f, HX_COMPARE_INCONCLUSIVE) <= 0.005);
  }
  hx_selftest_compare_figures usual, longer;
  hx_selftest_compare(0.05, HX_NOISE_DUET, HX_COMPARE_USUAL_BLOCKS, TRIALS(200), &usual);
  hx_selftest_compare(0.05, HX_NOISE_DUET, HX_COMPARE_MAX_BLOCKS, TRIALS(200), &longer);
  assert_true(share(&longer, HX_COMPARE_SLOWER) >= 1.5 * share(&usual, HX_COMPARE_SLOWER));
  hx_selftest_compare(0, HX_NOISE_DUET, HX_COMPARE_MAX_BLOCKS, TRIALS(200), &longer);
  assert_true(share(&longer, HX_COMPARE_SLOWER) <= 0.05);
}

/* 2 % found at a margin of 1 %, 1 % hardly ever called SAME, no more alarms; and what --dry-run says
 * of the cost is about so. */
static void compare_keeps_a_small_margin(void **state) {
  (void)state;
  const double margin = 0.01;
  hx_compare_options rule = hx_compare_defaults();
  rule.margin = margin;
  hx_compare_plan_looks(&rule, hx_compare_usual_blocks(margin));
  int blocks = rule.looks[rule.n_looks - 1], said = hx_cost_of_comparison(NULL, 0, &rule).runs;
  for (size_t k = 0; k < 2; k++) {
    hx_selftest_compare_figures same, one, two;
    hx_selftest_compare_margin(0, kinds[k], margin, blocks, TRIALS(100), &same);
    hx_selftest_compare_margin(0.01, kinds[k], margin, blocks, TRIALS(100), &one);
    hx_selftest_compare_margin(0.02, kinds[k], margin, blocks, TRIALS(100), &two);
    assert_true(share(&same, HX_COMPARE_SLOWER) <= 0.01);
    assert_true(share(&one, HX_COMPARE_SAME) <= 0.05);
    assert_true(share(&two, HX_COMPARE_SLOWER) >= 0.90);
    if (kinds[k] == HX_NOISE_RECORDED)
      assert_near(said, same.runs_median, 0.4 * same.runs_median);
  }
}

static void even_heavy_interference_stays_below_alpha(void **state) {
  (void)state;
  hx_selftest_compare_figures f;
  hx_selftest_compare(0, HX_NOISE_DUET, HX_COMPARE_USUAL_BLOCKS, TRIALS(200), &f);
  assert_true(share(&f, HX_COMPARE_SLOWER) <= 0.05);
  assert_true(share(&f, HX_COMPARE_INCONCLUSIVE) >= 0.9); /* it says that it cannot tell */
}

static void history_keeps_its_promises(void **state) {
  (void)state;
  static const double sds[] = {0.01, 0.015};
  hx_selftest_history_figures f;
  for (size_t i = 0; i < 2; i++) {
    assert_true(hx_selftest_history(HX_SELFTEST_AR, sds[i], 0.05, TRIALS(300), &f));
    assert_near(f.sd, sds[i], 0.001);
    assert_true(f.flagged <= 0.05 && f.placed >= 0.85 && f.spiked <= 0);
  }
  assert_true(hx_selftest_history(HX_SELFTEST_RECORDED, 0, 0.05, TRIALS(100), &f));
  assert_true(f.flagged <= 0.05 && f.placed >= 0.85 && f.spiked <= 0);
}

static void bisection_names_the_slow_commit(void **state) {
  (void)state;
  hx_selftest_bisect_figures f;
  assert_true(hx_selftest_bisect(0.05, HX_NOISE_RECORDED, TRIALS(40), &f));
  assert_true(f.named >= 0.95);
  assert_true(f.runs_median <= 1000);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(lists_of_12),
#ifdef ALL_TRIALS
      cmocka_unit_test(lists_of_108),
#endif
      cmocka_unit_test(figures_repeat),
      cmocka_unit_test(compare_raises_no_false_alarms),
      cmocka_unit_test(compare_finds_slowdowns),
      cmocka_unit_test(a_long_budget_gets_more_verdicts),
      cmocka_unit_test(compare_keeps_a_small_margin),
      cmocka_unit_test(even_heavy_interference_stays_below_alpha),
      cmocka_unit_test(history_keeps_its_promises),
      cmocka_unit_test(bisection_names_the_slow_commit),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
