#include "base/error.h"
#include "unit/base_support.h"

#include <errno.h>

static void test_every_code_has_its_text(void **state) {
  (void)state;
  assert_string_equal(pvs_code_text(PVS_OK), "no error");
  assert_string_equal(pvs_code_text(PVS_BAD_TIME), "not a regular time series");
  assert_string_equal(pvs_code_text(PVS_EMPTY), "nothing there");
  assert_string_equal(pvs_code_text(PVS_CANCELLED), "cancelled");
  assert_string_equal(pvs_code_text((pvs_code)(PVS_CANCELLED + 1)), "unknown error");
  assert_string_equal(pvs_code_text((pvs_code)-1), "unknown error");
}

static void test_text_names_what_is_known(void **state) {
  (void)state;
  static const struct {
    pvs_where where;
    const char *expected;
  } cases[] = {
      {{.file = "a.csv", .row = 3, .column = "cp", .column_number = 2},
       "a.csv: row 3, column cp: found 7"},
      {{.file = "a.csv", .row = 3, .column_number = 2}, "a.csv: row 3, column 2: found 7"},
      {{.file = "a.csv", .row = 3}, "a.csv: row 3: found 7"},
      {{.file = "a.csv", .column = "cp"}, "a.csv: column cp: found 7"},
      {{.file = "a.csv"}, "a.csv: found 7"},
      {{.row = 3}, "row 3: found 7"},
      {{0}, "found 7"},
  };
  for (size_t i = 0; i < COUNT_OF(cases); i++) {
    pvs_error error = {0};
    assert_int_equal(pvs_fail(&error, PVS_BAD_VALUE, cases[i].where, "found %d", 7), PVS_BAD_VALUE);
    assert_int_equal(error.code, PVS_BAD_VALUE);
    assert_error_text(&error, cases[i].expected);
  }
}

static void test_first_error_wins(void **state) {
  (void)state;
  pvs_error error = {0};
  pvs_fail(&error, PVS_EMPTY, (pvs_where){.row = 1}, "first");
  assert_int_equal(pvs_fail(&error, PVS_SYNTAX, (pvs_where){.row = 2}, "second"), PVS_SYNTAX);
  assert_int_equal(pvs_fail_memory(&error), PVS_NO_MEMORY);
  assert_int_equal(error.code, PVS_EMPTY);
  assert_error_text(&error, "row 1: first");
  assert_int_equal(pvs_fail(NULL, PVS_IO, (pvs_where){0}, "nobody listens"), PVS_IO);
}

static void test_errno_is_explained(void **state) {
  (void)state;
  pvs_error error = {0};
  pvs_fail_errno(&error, PVS_IO, EACCES, (pvs_where){.file = "out"}, "cannot write");
  assert_int_equal(error.os_errno, EACCES);
  assert_error_text(&error, "out: cannot write: Permission denied");
}

static void test_long_texts_are_cut_between_characters(void **state) {
  (void)state;
  char name[600];
  for (size_t i = 0; i < sizeof name - 1; i += 2) { /* an e with an acute accent, 2 bytes */
    memcpy(name + i, "\xc3\xa9", 2);
  }
  name[sizeof name - 2] = '\0';
  pvs_error error = {0};
  pvs_fail(&error, PVS_IO, (pvs_where){.column = name}, "%.900s%.900s", name, name);
  assert_int_equal(strlen(error.column), sizeof error.column - 2); /* 158: even */
  assert_int_equal(strlen(error.message) % 2, 0);
  assert_in_range(strlen(error.message), sizeof error.message - 4, sizeof error.message - 1);

  char small[12];
  assert_ptr_equal(pvs_error_text(&error, small, sizeof small), small);
  assert_string_equal(small, "column \xc3\xa9\xc3\xa9");
  assert_ptr_equal(pvs_error_text(&error, small, 0), small);
}

static void test_a_long_name_leaves_the_end_of_the_message(void **state) {
  (void)state;
  static char name[100000];
  memset(name, 'x', sizeof name - 1);
  pvs_error error = {0};
  pvs_fail(&error, PVS_IO, (pvs_where){0}, "found '%s' in %s, expected 100 %%s", name, name);
  const char *end = "x…, expected 100 %s";
  const size_t length = strlen(error.message);
  assert_in_range(length, 200, 300);
  assert_string_equal(error.message + length - strlen(end), end);

  error = (pvs_error){0};
  pvs_fail_errno(&error, PVS_IO, EACCES, (pvs_where){.file = name}, "cannot open %s", name);
  end = "x…: Permission denied";
  assert_string_equal(error.message + strlen(error.message) - strlen(end), end);
  assert_int_equal(strlen(error.file), sizeof error.file - 1);
}

static void test_what_is_cut_says_so(void **state) {
  (void)state;
  static const char long_cell[] = "0123456789012345678901234567890123456789+";
  static const struct {
    const char *cell, *message;
  } cases[] = {
      {"0123456789012345678901234567890123456789",
       "'0123456789012345678901234567890123456789' on 2018"},
      {long_cell, "'0123456789012345678901234567890123456789…' on 2018"},
      /* no half of a character: é takes two bytes, € three */
      {"012345678901234567890123456789012345678é+",
       "'012345678901234567890123456789012345678…' on 2018"},
      {"01234567890123456789012345678901234567€+",
       "'01234567890123456789012345678901234567…' on 2018"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    pvs_error error = {0};
    pvs_fail(&error, PVS_BAD_VALUE, (pvs_where){0}, "'%.40s' on %.4s", cases[i].cell, "2018-01-31");
    assert_string_equal(error.message, cases[i].message);
  }
  pvs_error error = {0};
  pvs_fail(&error, PVS_BAD_VALUE, (pvs_where){0}, "%.40s...: %zu", long_cell, (size_t)7);
  assert_string_equal(error.message, "0123456789012345678901234567890123456789...: 7");
}

static void test_control_characters_do_not_reach_the_terminal(void **state) {
  (void)state;
  pvs_error error = {0};
  pvs_fail(&error, PVS_IO, (pvs_where){.column = "a\nb"}, "\"%s\"", "\x1b[2J\x7f");
  assert_error_text(&error, "column a?b: \"?[2J?\"");
  static const char *const cases[][2] = {
      {"\xc2\x9b"
       "31m",
       "?31m"}, /* CSI as UTF-8 */
      {"\x9b"
       "31m",
       "?31m"},                         /* and as ISO 8859 */
      {"\xc3\xa9\xe9", "\xc3\xa9\xe9"}, /* letters, of either */
      {"a\xe2\x80\xae"
       "b",
       "a?b"}, /* right to left, from here on */
      {"a\xe2\x81\xa6"
       "b",
       "a?b"}, /* isolate */
      {"a\xd8\x9c"
       "b",
       "a?b"}, /* Arabic letter mark */
      {"a\xe2\x80\xa8"
       "b",
       "a?b"}, /* line separator */
      {"\xe2\x82\xac\xf0\x9f\x98\x80", "\xe2\x82\xac\xf0\x9f\x98\x80"},
      {"\xe2\x80", "\xe2?"}, /* cut */
      {"\xf5\x90\x90\x90", "\xf5???"},
  };
  for (size_t i = 0; i < COUNT_OF(cases); i++) {
    error = (pvs_error){0};
    pvs_fail(&error, PVS_IO, (pvs_where){0}, "%s", cases[i][0]);
    assert_error_text(&error, cases[i][1]);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_every_code_has_its_text),
      cmocka_unit_test(test_text_names_what_is_known),
      cmocka_unit_test(test_first_error_wins),
      cmocka_unit_test(test_errno_is_explained),
      cmocka_unit_test(test_long_texts_are_cut_between_characters),
      cmocka_unit_test(test_a_long_name_leaves_the_end_of_the_message),
      cmocka_unit_test(test_what_is_cut_says_so),
      cmocka_unit_test(test_control_characters_do_not_reach_the_terminal),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
