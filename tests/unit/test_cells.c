/* Cells of output files, with names that are awkward. */
#include "output/output.h"
#include "unit/base_support.h"

static void test_names_are_quoted_and_never_formulas(void **state) {
  (void)state;
  static const struct {
    const char *name, *text, *named; /* the cell, and as a name between "p_" and "_s" */
  } cases[] = {
      {"U01", "U01", "p_U01_s"},
      {"a,b", "\"a,b\"", "\"p_a,b_s\""},
      {"a\"b", "\"a\"\"b\"", "\"p_a\"\"b_s\""},
      {"=1+1", "'=1+1", "p_=1+1_s"},
      {"@x,y", "\"'@x,y\"", "\"p_@x,y_s\""},
      {"+x", "'+x", "p_+x_s"},
      {"-x", "'-x", "p_-x_s"},
      {"\tx", "'\tx", "p_\tx_s"},
      {"-5", "-5", "p_-5_s"},
      {"+1.5", "+1.5", "p_+1.5_s"},
      {"", "", "p__s"},
  };
  for (size_t i = 0; i < COUNT_OF(cases); i++) {
    char buffer[64];
    *pvs_put_text(buffer, cases[i].name) = '\0';
    assert_string_equal(buffer, cases[i].text);
    assert_in_range(strlen(buffer), 0, pvs_text_bound(cases[i].name));
    *pvs_put_cell(buffer, cases[i].name) = '\0';
    assert_int_equal(buffer[0], ',');
    assert_string_equal(buffer + 1, cases[i].text);
    *pvs_put_name(buffer, "p_", cases[i].name, "_s") = '\0';
    assert_string_equal(buffer + 1, cases[i].named);
  }
}

static void test_numbers(void **state) {
  (void)state;
  char buffer[64];
  *pvs_put_number(buffer, -0.5) = '\0';
  assert_string_equal(buffer, ",-0.5");
  *pvs_put_number(buffer, __builtin_nan("")) = '\0';
  assert_string_equal(buffer, ",");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_names_are_quoted_and_never_formulas),
      cmocka_unit_test(test_numbers),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
