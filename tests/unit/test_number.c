#include "base/number.h"
#include "base/number_cache.h"
#include "base/to_chars.h"
#include "unit/base_support.h"

#include <float.h>
#include <inttypes.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* ---- reading ---- */

static void assert_parses_as_strtod(const char *text) {
  double value = -1;
  if (!pvs_parse_double(text, strlen(text), &value)) {
    fail_msg("\"%s\" was not read", text);
  }
  const double expected = strtod(text, NULL);
  if (bits_of(value) != bits_of(expected)) {
    fail_msg("\"%s\": %a, expected %a", text, value, expected);
  }
}

static void test_numbers_are_read_as_strtod_does(void **state) {
  (void)state;
  static const char *const texts[] = {
      "0",
      "-0",
      "+1",
      "0.186",
      "-.5",
      "5.",
      "007",
      "0.000",
      "1e5",
      "1E+05",
      "1e-5",
      "1e0005",
      "123456789012345678",
      "1234567890123456789",
      "12345678901234567890",
      "9007199254740991",
      "9007199254740992",
      "9007199254740993",
      "9007199254740993.0000000001",
      "0.1000000000000000055511151231257827",
      "0.18600000000000003",
      "0.1234567890123456789",
      "1e22",
      "1e23",
      "8.5e22",
      "9007199254740991e22",
      "1e-22",
      "1e-23",
      /* exactly half way between two doubles, and a little to either side */
      "1.00000000000000011102230246251565404236316680908203125",
      "1.00000000000000011102230246251565404236316680908203124",
      "1.00000000000000011102230246251565404236316680908203126",
      "1.00000000000000033306690738754696212708950042724609375",
      "1.7976931348623157e308",
      "1.7976931348623158e308",
      "2.2250738585072011e-308",
      "4.9406564584124654e-324",
      "2.4703282292062327e-324",
      "2.4703282292062328e-324",
      "1e-400",
      "0e999999999999999999999",
      "1e-999999999999999999999",
      "0.0000000000000000000000000000001e31",
      "4.4501477170144023e-308",
      "6.631236846766476e-316",
      "3.2378839133029012895883524125015321748630e-319",
  };
  for (size_t i = 0; i < COUNT_OF(texts); i++) {
    assert_parses_as_strtod(texts[i]);
  }
}

static void test_what_is_no_finite_number_is_refused(void **state) {
  (void)state;
  static const char *const texts[] = {
      "",      " ",   ".",    "+",     "-",        "e5",  "1e",       "1e+",   "1e+-5",  "--1",
      "1.2.3", "1,5", "0x10", "nan",   "NaN",      "inf", "Infinity", "1e309", "-1e309", "1.8e308",
      "1 2",   "1d5", "1f",   "1_000", "\xd9\xa1", "- 1", "1e 5",     "1e5.0", "12a",
  };
  for (size_t i = 0; i < COUNT_OF(texts); i++) {
    double value;
    if (pvs_parse_double(texts[i], strlen(texts[i]), &value)) {
      fail_msg("\"%s\" was read as %g", texts[i], value);
    }
  }
}

static void test_only_the_given_bytes_are_read(void **state) {
  (void)state;
  double value;
  assert_true(pvs_parse_double("12345", 2, &value));
  assert_true(value == 12);
  assert_true(pvs_parse_double("\t 0.5 \r\n", 8, &value));
  assert_true(value == 0.5);
  assert_false(pvs_parse_double("1\0002", 3, &value));
}

static void test_very_long_digits(void **state) {
  (void)state;
  /* 1 + 2^-53 has 53 decimals; a digit thousands of places behind it still decides. */
  static const char half[] = "1.00000000000000011102230246251565404236316680908203125";
  enum { LENGTH = 5000 };
  char text[LENGTH + 1];
  memset(text, '0', LENGTH);
  text[LENGTH] = '\0';
  memcpy(text, half, sizeof half - 1);
  double value;
  assert_true(pvs_parse_double(text, LENGTH, &value));
  assert_true(value == 1);
  text[LENGTH - 1] = '1';
  assert_true(pvs_parse_double(text, LENGTH, &value));
  assert_true(value == 1 + DBL_EPSILON);
  memset(text, '0', LENGTH); /* 0.000…01 */
  text[1] = '.';
  text[LENGTH - 5] = '1';
  memcpy(text + LENGTH - 4, "e500", 4);
  assert_parses_as_strtod(text);
  memset(text, '9', LENGTH);
  assert_false(pvs_parse_double(text, LENGTH, &value));
  memcpy(text + LENGTH - 6, "e-4990", 6);
  assert_parses_as_strtod(text);
}

static uint64_t next_random(uint64_t *seed) { /* splitmix64 */
  uint64_t z = *seed += 0x9e3779b97f4a7c15u;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

static void test_random_decimals_are_read_as_strtod_does(void **state) {
  (void)state;
  uint64_t seed = 1;
  char text[80];
  for (int i = 0; i < 200000; i++) {
    const uint64_t digits = next_random(&seed) >> (next_random(&seed) % 64);
    const int decimals = (int)(next_random(&seed) % 25);
    snprintf(text, sizeof text, "%" PRIu64 "e-%d", digits, decimals);
    assert_parses_as_strtod(text);
    snprintf(text, sizeof text, "%" PRIu64 ".%0*" PRIu64, digits % 1000, decimals,
             next_random(&seed) >> (next_random(&seed) % 64));
    assert_parses_as_strtod(text);
  }
}

/* ---- writing ---- */

static void assert_writes(double value, const char *expected) {
  char text[PVS_NUMBER_MAX + 1];
  text[pvs_format_double(text, value)] = '\0';
  assert_string_equal(text, expected);
}

static void test_known_texts(void **state) {
  (void)state;
  assert_writes(0, "0");
  assert_writes(-0.0, "-0");
  assert_writes(0.1, "0.1");
  assert_writes(-3, "-3");
  assert_writes(1e-7, "1e-07");
  assert_writes(0.001, "0.001");
  assert_writes(0.0001, "1e-04");
  assert_writes(0.00012, "0.00012");
  assert_writes(12.5, "12.5");
  assert_writes(12345, "12345");
  assert_writes(10000, "10000");
  assert_writes(100000, "1e+05");
  assert_writes(120000, "120000");
  assert_writes(0.1 + 0.2, "0.30000000000000004");
  assert_writes(DBL_MAX, "1.7976931348623157e+308");
  assert_writes(-DBL_MIN, "-2.2250738585072014e-308");
  assert_writes(NAN, "");
  assert_writes(INFINITY, "inf");
  assert_writes(-INFINITY, "-inf");
}

/* The shortest text of printf that reads back. */
static size_t shortest_digits(double value) {
  char text[64];
  for (int precision = 0; precision < 17; precision++) {
    snprintf(text, sizeof text, "%.*e", precision, value);
    if (strtod(text, NULL) == value) {
      return (size_t)precision + 1;
    }
  }
  return 17;
}

static size_t count_significant(const char *text) {
  char digits[64];
  size_t n = 0;
  for (; *text != '\0' && *text != 'e'; text++) {
    if (*text >= '0' && *text <= '9' && (n > 0 || *text != '0')) {
      digits[n++] = *text;
    }
  }
  while (n > 1 && digits[n - 1] == '0') { /* 1200: the zeros only hold the place */
    n--;
  }
  return n;
}

static void assert_round_trip(double value) {
  char text[PVS_NUMBER_MAX + 1];
  const size_t length = pvs_format_double(text, value);
  assert_in_range(length, 1, PVS_NUMBER_MAX);
  text[length] = '\0';
  double back;
  if (!pvs_parse_double(text, length, &back) || bits_of(back) != bits_of(value)) {
    fail_msg("%a was written as \"%s\"", value, text);
  }
}

static void test_random_doubles_round_trip(void **state) {
  (void)state;
  uint64_t seed = 2;
  for (int i = 0; i < 200000; i++) {
    const uint64_t bits = next_random(&seed);
    double value;
    memcpy(&value, &bits, sizeof value);
    if (isfinite(value)) {
      assert_round_trip(value);
    }
    assert_round_trip((double)(bits % 2000000) / 1000 - 1000);
  }
}

static void test_few_decimals_are_shortest(void **state) {
  (void)state;
  uint64_t seed = 3;
  for (int i = 0; i < 30000; i++) {
    static const double scales[] = {1, 10, 100, 1e3, 1e4, 1e6, 1e9};
    const uint64_t bits = next_random(&seed);
    const double value =
        (double)(bits >> 32 >> (bits % 32)) / scales[(bits >> 8) % COUNT_OF(scales)];
    if (value == 0) {
      continue;
    }
    char text[PVS_NUMBER_MAX + 1];
    text[pvs_format_double(text, value)] = '\0';
    if (count_significant(text) != shortest_digits(value)) {
      fail_msg("%a was written as \"%s\": not the shortest", value, text);
    }
    const double magnitude = fabs(value);
    if (magnitude >= 0.001 && magnitude < 100000) {
      assert_null(strchr(text, 'e'));
    }
    assert_round_trip(value);
  }
}

static void assert_same_as_to_chars(double value) {
  char text[PVS_NUMBER_MAX + 1];
  char expected[PVS_NUMBER_MAX + 1];
  text[pvs_format_double(text, value)] = '\0';
  *pvs_to_chars(expected, expected + PVS_NUMBER_MAX, value) = '\0';
  if (strcmp(text, expected) != 0) {
    fail_msg("%a was written as \"%s\", expected \"%s\"", value, text, expected);
  }
}

static void test_texts_are_those_of_to_chars(void **state) {
  (void)state;
  uint64_t seed = 4;
  for (int i = 0; i < 200000; i++) {
    const uint64_t bits = next_random(&seed);
    const int kind = (int)(next_random(&seed) % 64);
    assert_same_as_to_chars(ldexp((double)(bits >> 11), -10 - kind)); /* all 53 bits */
    assert_same_as_to_chars(ldexp((double)(bits >> kind), -(kind % 24)));
    assert_same_as_to_chars(-(double)(bits >> kind));
    assert_same_as_to_chars((double)(bits >> 12) / pow(10, kind % 20));
    assert_same_as_to_chars(0.001 * (double)(bits % 100000) + 0.1 * kind);
    assert_same_as_to_chars(ldexp(1 + (double)(bits % 3) * DBL_EPSILON, 40 - kind));
    assert_same_as_to_chars(ldexp(2 - (double)(bits % 4) * DBL_EPSILON, 40 - kind));
  }
}

static void test_locale_does_not_matter(void **state) {
  (void)state;
  static const char *const locales[] = {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8"};
  bool found = false;
  for (size_t i = 0; i < COUNT_OF(locales) && !found; i++) {
    found = setlocale(LC_NUMERIC, locales[i]) != NULL;
  }
  if (!found) {
    print_message("no locale with a decimal comma is installed\n");
    skip();
  }
  double value;
  assert_true(pvs_parse_double("0.12345678901234567890123", 25, &value));
  assert_false(pvs_parse_double("0,5", 3, &value));
  assert_writes(0.5, "0.5");
  setlocale(LC_NUMERIC, "C");
  assert_true(bits_of(value) == bits_of(0.12345678901234567890123));
}

static void test_texts_from_the_cache_are_the_same(void **state) {
  (void)state;
  pvs_number_text *cache = calloc(PVS_NUMBER_CACHE, sizeof *cache);
  assert_non_null(cache);
  const double values[] = {0, -0.0, NAN, INFINITY, -INFINITY, 0.1, -1.2345678901234567e-300, 1e5};
  enum { VALUES = sizeof values / sizeof *values, COUNT = 50000 };
  uint64_t seed = 5;
  for (int i = 0; i < COUNT; i++) {
    /* Few enough that most come again, enough that many share an entry. */
    const double value =
        i % 3 == 0 ? values[(i / 3) % VALUES] : (double)(next_random(&seed) % 20000) / 7;
    char text[PVS_NUMBER_MAX], expected[PVS_NUMBER_MAX];
    const size_t length = pvs_format_double(expected, value);
    assert_int_equal(pvs_format_double_again(cache, text, value), length);
    assert_memory_equal(text, expected, length);
  }
  free(cache);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_numbers_are_read_as_strtod_does),
      cmocka_unit_test(test_what_is_no_finite_number_is_refused),
      cmocka_unit_test(test_only_the_given_bytes_are_read),
      cmocka_unit_test(test_very_long_digits),
      cmocka_unit_test(test_random_decimals_are_read_as_strtod_does),
      cmocka_unit_test(test_known_texts),
      cmocka_unit_test(test_random_doubles_round_trip),
      cmocka_unit_test(test_few_decimals_are_shortest),
      cmocka_unit_test(test_texts_are_those_of_to_chars),
      cmocka_unit_test(test_texts_from_the_cache_are_the_same),
      cmocka_unit_test(test_locale_does_not_matter),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
