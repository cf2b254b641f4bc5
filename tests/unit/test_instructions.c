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

/* A change is compared with its limits exactly; nothing is left to chance. */
static void what_is_at_a_limit(void **state) {
  (void)state;
  static const struct {
    double a, b, min_effect, margin;
    hx_compare_verdict verdict;
  } cases[] = {
      {8, 10, 0.25, 0.25, HX_COMPARE_SAME},         {8, 10, 0.25, 0.125, HX_COMPARE_INCONCLUSIVE},
      {8, 10, 0.125, 0.25, HX_COMPARE_SLOWER},      {8, 6, 0.25, 0.25, HX_COMPARE_SAME},
      {8, 6, 0.25, 0.125, HX_COMPARE_INCONCLUSIVE}, {8, 6, 0.125, 0.25, HX_COMPARE_FASTER}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    hx_compare_options rule = {.min_effect = cases[i].min_effect, .margin = cases[i].margin};
    const double counts[2] = {cases[i].a, cases[i].b};
    hx_compare_result r;
    int side = -1;
    char why[256];
    assert_true(hx_instructions_decide(&rule, counts, counts, &r, &side, why, sizeof why));
    double change = cases[i].b / cases[i].a - 1;
    assert_int_equal(r.verdict, cases[i].verdict);
    assert_true(r.blocks == 1 && r.runs == 4 && side == -1);
    assert_near(r.change, change, 0);
    assert_near(r.lower, change, 0);
    assert_near(r.upper, change, 0);
    assert_near(r.p_slower, r.verdict == HX_COMPARE_SLOWER ? 0 : 1, 0);
    assert_near(r.p_faster, r.verdict == HX_COMPARE_FASTER ? 0 : 1, 0);
    assert_near(r.detectable, rule.min_effect, 0);
  }
}

static void what_is_said_of_a_program_that_varies(void **state) {
  (void)state;
  hx_compare_options rule = hx_compare_defaults();
  hx_compare_result r;
  const double first[2] = {1e6, 2e6}, second[2] = {1.098e6, 2e6};
  int side = -1;
  char why[256];
  assert_false(hx_instructions_decide(&rule, first, second, &r, &side, why, sizeof why));
  assert_int_equal(side, 0);
  assert_string_equal(why,
                      "two runs of A executed 1000000 and 1098000 instructions (9.8 % apart, at "
                      "most 0.01 % is allowed): it is not deterministic, so compare its time");
}

static void what_instructions_do_not_show(void **state) {
  (void)state;
  assert_string_equal(hx_instructions_blind,
                      "instructions do not show waiting, slow memory, wider or narrower vectors, "
                      "nor how well work is spread over cores");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(counts_decide_exactly),
      cmocka_unit_test(other_counts_of_one_side_decide_nothing),
      cmocka_unit_test(what_is_at_a_limit),
      cmocka_unit_test(what_is_said_of_a_program_that_varies),
      cmocka_unit_test(what_instructions_do_not_show),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
