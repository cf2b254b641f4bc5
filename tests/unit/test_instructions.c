/* compare/instructions.h: verdicts by counts. */
#include "compare/instructions.h"

#include "unit/decide_support.h"

#include <math.h>
#include <string.h>

static hx_compare_verdict decide(double a, double b, double again) {
  hx_compare_options rule = hx_compare_defaults();
  hx_compare_result result;
  char why[256] = "";
  int side = -1;
  const double first[2] = {a, b}, second[2] = {a, again};
  if (!hx_instructions_decide(&rule, first, second, &result, &side, why, sizeof why)) {
    assert_non_null(strstr(why, "two runs of B"));
    assert_int_equal(side, 1);
    return HX_COMPARE_GO_ON;
  }
  assert_near(result.change, (b + again) / (2 * a) - 1, 1e-12);
  assert_int_equal(result.runs, 4);
  return result.verdict;
}

static void counts_decide_exactly(void **state) {
  (void)state;
  assert_int_equal(decide(1e6, 1e6, 1e6), HX_COMPARE_SAME);
  assert_int_equal(decide(1e6, 1.0049e6, 1.0049e6), HX_COMPARE_SAME);
  assert_int_equal(decide(1e6, 1.0051e6, 1.0051e6), HX_COMPARE_SLOWER);
  assert_int_equal(decide(1e6, 0.9949e6, 0.9949e6), HX_COMPARE_FASTER);
}

static void other_counts_of_one_side_decide_nothing(void **state) {
  (void)state;
  assert_int_equal(decide(1e6, 2e6, 2e6 + 199), HX_COMPARE_SLOWER); /* 0.00995 % */
  assert_int_equal(decide(1e6, 2e6, 2e6 + 202), HX_COMPARE_GO_ON);
  assert_int_equal(decide(1e6, (double)NAN, 1e6), HX_COMPARE_GO_ON);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(counts_decide_exactly),
      cmocka_unit_test(other_counts_of_one_side_decide_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
