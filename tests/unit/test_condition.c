/* Conditions: --where and --limit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/condition.h"
#include "error_support.h"

#include <math.h>
#include <string.h>

static const hx_condition_name names[] = {{"n", false}, {"m", false}, {"mode", true}};
static const hx_condition_value values[] = {{.number = 6}, {.number = 2048}, {.text = "fast"}};

static hx_condition *parse(const char *text, pvs_error *error) {
  return hx_condition_parse("--where", text, names, 3, afresh(error));
}

static void check(const char *text, bool expected) {
  pvs_error error;
  hx_condition *c = parse(text, &error);
  if (!c)
    fail_msg("%s", error.message);
  if (hx_condition_holds(c, values) != expected)
    fail_msg("%s is %s", text, expected ? "false" : "true");
  assert_string_equal(hx_condition_text(c), text);
  hx_condition_free(c);
}

static void test_values(void **state) {
  (void)state;
  check("n < 7", true);
  check("n<6", false);
  check("n <= 6", true);
  check("n > 6", false);
  check("n >= 6", true);
  check("n == 6", true);
  check("n = 6", true);
  check("n != 6", false);
  check("m <= 2K", true);
  check("m < 2K", false);
  check("m >= 0.001M and m < 1G", true);
  check("n == 6e0 and n < 1e+1 and n > 1e-1", true);
  check("mode == 'fast'", true);
  check("mode != \"fast\"", false);
  check("'a' == 'b'", false);
}

static void test_precedence(void **state) {
  (void)state;
  check("1 + 2 * 3 == 7", true);
  check("(1 + 2) * 3 == 9", true);
  check("8 - 4 - 2 == 2", true);
  check("16 / 4 / 2 == 2", true);
  check("m % 1000 == 48", true);
  check("-n + 7 == 1", true);
  check("- -n == 6", true);
  check("n == 1 or n == 6 and m == 1", false); /* and before or */
  check("(n == 6 or n == 1) && m == 2K", true);
  check("not n == 1 and n == 6", true);
  check("!(n == 6 || m == 1)", false);
  check("not not n == 6", true);
}

static void test_not_a_number(void **state) {
  (void)state;
  hx_condition_value unknown[] = {{.number = NAN}, {.number = 1}, {.text = ""}};
  const char *const texts[] = {"n < 1", "n >= 1", "n == 1", "n != 1", "n + 1 > 0"};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    hx_condition *c = parse(texts[i], &(pvs_error){0});
    assert_false(hx_condition_holds(c, unknown));
    hx_condition_free(c);
  }
}

static void check_refused(const char *text, const char *expected) {
  pvs_error error;
  hx_condition *c = parse(text, &error);
  if (c)
    fail_msg("'%s' was taken", text);
  if (strcmp(error.message, expected) != 0)
    fail_msg("'%s' gave '%s'", text, error.message);
}

static void test_refused(void **state) {
  (void)state;
  check_refused("", "--where '': found the end at 1, expected a number, a text in quotes, or one "
                    "of n, m, mode");
  check_refused("n <", "--where 'n <': found the end at 4, expected a number, a text in quotes, or "
                       "one of n, m, mode");
  check_refused("n", "--where 'n': found 'n' at 1, expected a comparison such as workers < 8");
  check_refused("n < 1 2", "--where 'n < 1 2': found '2' at 7, expected and, or, or the end");
  check_refused("n < k", "--where 'n < k': found 'k' at 5, expected a number, a text in quotes, or "
                         "one of n, m, mode");
  check_refused("(n < 1", "--where '(n < 1': found the end at 7, expected ')'");
  check_refused("mode < 'a'", "--where 'mode < 'a'': found 'mode' at 1, expected a number");
  check_refused("mode == 1", "--where 'mode == 1': found '1' at 9, expected a text in quotes");
  check_refused("n == mode", "--where 'n == mode': found 'mode' at 6, expected a number");
  check_refused("n and m", "--where 'n and m': found 'n' at 1, expected a comparison such as "
                           "workers < 8");
  check_refused("1 < n < 3", "--where '1 < n < 3': found '<' at 7, expected and, or, or the end");
  check_refused("mode == 'a", "--where 'mode == 'a': the text at 9 has no closing quote");
  check_refused("n < 5X", "--where 'n < 5X': found '5X' at 5, expected a number, a text in quotes, "
                          "or one of n, m, mode");
  check_refused("n < 0x10", "--where 'n < 0x10': found '0x10' at 5, expected a number, a text in "
                            "quotes, or one of n, m, mode");
}

static void test_too_deep(void **state) {
  (void)state;
  char text[4000] = "";
  memset(text, '(', 60);
  pvs_error error;
  assert_null(parse(text, &error));
  assert_non_null(strstr(error.message, "nested too deeply"));
  memset(text, '\0', sizeof text);
  for (int i = 0; i < 100; i++)
    strcat(text, "1+1+");
  strcat(text, "1 > 0");
  assert_null(parse(text, &error));
  assert_non_null(strstr(error.message, "too long, expected at most 128 parts"));
}

static void test_names(void **state) {
  (void)state;
  hx_condition *c = parse("m < 1 or mode == 'n'", &(pvs_error){0});
  assert_false(hx_condition_names(c, 0));
  assert_true(hx_condition_names(c, 1) && hx_condition_names(c, 2));
  hx_condition_free(c);
}

static void test_numbers(void **state) {
  (void)state;
  double x;
  assert_true(hx_number_parse("-1.5", &x) && x == -1.5);
  assert_true(hx_number_parse("4G", &x) && x == 4294967296.0);
  assert_true(hx_number_parse("1e3", &x) && x == 1000);
  assert_true(hx_number_parse("4GiB", &x) && x == 4294967296.0);
  assert_true(hx_number_parse("2.5MB", &x) && x == 2500000);
  assert_true(hx_number_parse("3kB", &x) && x == 3000);
  assert_true(hx_number_parse("3KB", &x) && x == 3000);
  assert_true(hx_number_parse("7B", &x) && x == 7);
  assert_true(hx_size_parse("500M", &x) && x == 524288000);
  assert_true(hx_size_parse("0", &x) && x == 0);
  assert_false(hx_size_parse("500", &x));
  assert_false(hx_size_parse("-1G", &x));
  const char *const bad[] = {"", "-", "a", "1a", "0x1", "nan", "inf", "1KK", "K", "1e999", "--1"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    if (hx_number_parse(bad[i], &x))
      fail_msg("%s is %g", bad[i], x);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_values),  cmocka_unit_test(test_precedence),
      cmocka_unit_test(test_refused), cmocka_unit_test(test_not_a_number),
      cmocka_unit_test(test_names),   cmocka_unit_test(test_too_deep),
      cmocka_unit_test(test_numbers),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
