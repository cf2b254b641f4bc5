/* decide/cost.h: what a comparison will cost. */
#include "decide/cost.h"
#include "decide/stats.h"

#include "unit/decide_support.h"

enum { N = 64 };

static hx_cost cost(const double *differences, size_t n, double margin) {
  hx_compare_options o = hx_compare_defaults();
  o.margin = margin;
  hx_compare_plan_looks(&o, hx_compare_usual_blocks(margin));
  return hx_cost_of_comparison(differences, n, &o);
}

static void fill(double sd, double *differences) {
  hx_rng rng;
  hx_rng_seed(&rng, 5);
  for (size_t i = 0; i < N; i++)
    differences[i] = sd * hx_rng_normal(&rng);
}

static void a_quiet_workload_is_cheap(void **state) {
  (void)state;
  double differences[N];
  fill(0.001, differences);
  hx_cost c = cost(differences, N, 0.03);
  assert_int_equal(c.runs, 32); /* the first look */
  assert_int_equal(c.most_runs, 200);
  assert_near(c.open, 0, 0);
  assert_true(c.detectable < 0.01);
}

static void a_hopeless_one_takes_all_runs(void **state) {
  (void)state;
  double differences[N];
  fill(0.5, differences);
  hx_cost c = cost(differences, N, 0.03);
  assert_int_equal(c.runs, 200);
  assert_true(c.open > 0.9);
  assert_true(c.detectable > 0.1);
}

static void smaller_margins_cost_more(void **state) {
  (void)state;
  double differences[N];
  fill(0.02, differences);
  static const double margins[] = {0.05, 0.03, 0.02, 0.01};
  int before = 0;
  for (size_t i = 0; i < sizeof margins / sizeof *margins; i++) {
    hx_cost c = cost(differences, N, margins[i]), again = cost(differences, N, margins[i]);
    assert_int_equal(c.runs, again.runs);
    assert_true(c.runs >= before && c.runs <= c.most_runs);
    before = c.runs;
  }
  assert_true(before > 32);
}

/* A few differences may be small by chance. */
static void too_few_differences_are_not_believed(void **state) {
  (void)state;
  double differences[N];
  fill(0.001, differences);
  hx_cost few = cost(differences, HX_COST_FEWEST - 1, 0.01), none = cost(NULL, 0, 0.01);
  assert_int_equal(few.runs, none.runs);
  assert_true(none.runs > 200);
  assert_true(cost(differences, HX_COST_FEWEST, 0.01).runs < 100);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_quiet_workload_is_cheap),
      cmocka_unit_test(a_hopeless_one_takes_all_runs),
      cmocka_unit_test(smaller_margins_cost_more),
      cmocka_unit_test(too_few_differences_are_not_believed),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
