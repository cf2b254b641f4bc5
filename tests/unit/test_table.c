/* Tables and the texts in them: alignment, wrapping, UTF-8, CSV and JSON. */
#include "cli/table.h"
#include "cli/table_data.h"
#include "cli/text.h"

#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

typedef struct text {
  char *bytes;
  size_t length;
} text;

static text as_text(const hx_table *t, size_t width) {
  text made;
  FILE *out = open_memstream(&made.bytes, &made.length);
  hx_table_write_text(t, out, width, false);
  fclose(out);
  return made;
}

static text as_csv(const hx_table *t) {
  text made;
  FILE *out = open_memstream(&made.bytes, &made.length);
  hx_table_write_csv(t, true, out);
  fclose(out);
  return made;
}

static text as_json(hx_table *const *tables, size_t count) {
  text made;
  FILE *out = open_memstream(&made.bytes, &made.length);
  assert_int_equal(hx_tables_write_json(tables, count, NULL, out), 0);
  fclose(out);
  return made;
}

static size_t widest_line(const char *s) {
  size_t widest = 0;
  while (*s != '\0') {
    size_t bytes = strcspn(s, "\n"), width = hx_text_width(s, bytes);
    widest = width > widest ? width : widest;
    s += bytes + (s[bytes] == '\n');
  }
  return widest;
}

static hx_table *small_table(void) {
  hx_table *t = hx_table_create("runs", "Runs");
  hx_table_column(t, "name", "name", HX_COL_TEXT);
  hx_table_column(t, "wall_s", "wall s", HX_COL_NUMBER);
  hx_table_column(t, "count", NULL, HX_COL_NUMBER);
  hx_table_column(t, "best", "best", HX_COL_BOOL);
  hx_table_row(t);
  hx_table_text(t, "%s", "Zürich, \"n\"");
  hx_table_number(t, 1.23456789012, 2);
  hx_table_number(t, 1234567890, 0);
  hx_table_bool(t, true);
  hx_table_row(t);
  hx_table_text(t, "日本");
  hx_table_number(t, NAN, 2);
  hx_table_number_as(t, 1.5e-12, "1.5 p");
  hx_table_bool(t, false);
  hx_table_row(t); /* left short */
  hx_table_text(t, "c");
  hx_table_fact(t, "host_name", "a %s", "b");
  hx_table_note(t, "note %d", 1);
  return t;
}

static void test_csv_is_harmless_in_spreadsheets_and_terminals(void **state) {
  (void)state;
  static const char *const cells[][2] = {
      {"=1+1", "'=1+1"},   {"@SUM(A1)", "'@SUM(A1)"}, {"+x", "'+x"},  {"-x,y", "\"'-x,y\""},
      {"-5", "-5"},        {"+1.5e3", "+1.5e3"},      {"a=b", "a=b"}, {"\x1b[31m", "\\x1b[31m"},
      {"a\nb", "a\\x0ab"},
  };
  for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
    hx_table *t = hx_table_create("t", NULL);
    hx_table_columns(t, "a=a|#b=b");
    hx_table_row(t);
    hx_table_text(t, "%s", cells[i][0]);
    hx_table_number(t, -5, 1);
    text made = as_csv(t);
    char *expected;
    assert_true(asprintf(&expected, "a,b\n%s,-5\n", cells[i][1]) > 0);
    assert_string_equal(made.bytes, expected);
    free(expected);
    free(made.bytes);
    hx_table_destroy(t);
  }
}

/* Title, header, fact, cell and note: no form shows a control character, turns the direction of
 * text or has a byte that is not UTF-8. JSON has all of the text nevertheless. */
static void no_text_is_harmful_in_any_form(void **state) {
  (void)state;
#define BAD   "\x1b[31m\xE2\x80\xAE[l](h)\xC2\x9B\xff"
#define SHOWN "\\x1b[31m\\u202e[l](h)\\x9b\xEF\xBF\xBD"
#define MD    "\\\\x1b\\[31m\\\\u202e\\[l](h)\\\\x9b\xEF\xBF\xBD"
  hx_table *t = hx_table_create("t", BAD);
  hx_table_column(t, "a", BAD, HX_COL_TEXT);
  hx_table_fact(t, "fact", "%s", BAD);
  hx_table_row(t);
  hx_table_text(t, "%s", BAD);
  hx_table_row(t);
  hx_table_text(t, "%s", "\x1b[31m\xE2\x80\xAE\xC2\x9B\xC3\xA9");
  hx_table_note(t, "%s", BAD);
  text shown = as_text(t, 80), csv = as_csv(t), json = as_json(&t, 1);
  assert_string_equal(shown.bytes, SHOWN "\nfact: " SHOWN "\n\n" SHOWN "\n"
                                         "-------------------------\n" SHOWN "\n"
                                         "\\x1b[31m\\u202e\\x9b\xC3\xA9\n\n" SHOWN "\n");
  assert_string_equal(csv.bytes, "a\n" SHOWN "\n\\x1b[31m\\u202e\\x9b\xC3\xA9\n");
  assert_non_null(strstr(json.bytes, "\"a\": \"\\u001B[31m\\u202E\\u009B\xC3\xA9\""));
  char file[] = "/tmp/pvtune-test-table-XXXXXX", markdown[512] = "";
  assert_int_equal(close(mkstemp(file)), 0);
  assert_true(hx_tables_write_file(file, &t, 1, HX_TABLE_FILE_MARKDOWN, NULL, NULL));
  FILE *in = fopen(file, "r");
  assert_true(fread(markdown, 1, sizeof markdown - 1, in) > 0);
  fclose(in);
  unlink(file);
  assert_string_equal(markdown, "**" MD "**\n\n- fact: " MD "\n\n| " MD " |\n|---|\n| " MD
                                " |\n| \\\\x1b\\[31m\\\\u202e\\\\x9b\xC3\xA9 |\n\n" MD "\n");
  free(shown.bytes);
  free(csv.bytes);
  free(json.bytes);
  hx_table_destroy(t);
#undef BAD
#undef SHOWN
#undef MD
}

static void test_text(void **state) {
  (void)state;
  hx_table *t = small_table();
  text made = as_text(t, 80);
  assert_string_equal(made.bytes, "Runs\nhost name: a b\n\n"
                                  "name         wall s  best\n"
                                  "-------------------------\n"
                                  "Zürich, \"n\"    1.23  yes\n"
                                  "日本\n"
                                  "c\n\nnote 1\n");
  free(made.bytes);
  hx_table_destroy(t);
}

static void test_csv(void **state) {
  (void)state;
  hx_table *t = small_table();
  text made = as_csv(t);
  assert_string_equal(made.bytes, "name,wall_s,count,best\n"
                                  "\"Zürich, \"\"n\"\"\",1.23456789,1234567890,yes\n"
                                  "日本,,1.5e-12,no\n"
                                  "c,,,\n");
  free(made.bytes);
  hx_table_destroy(t);
}

static void test_json(void **state) {
  (void)state;
  hx_table *one = small_table(), *two = hx_table_create("other", NULL);
  hx_table_column(two, "path", "path", HX_COL_TEXT);
  hx_table_row(two);
  hx_table_text(two, "%s", "not \xff UTF-8");
  hx_table *both[] = {one, two};
  text made = as_json(both, 2);
  assert_string_equal(
      made.bytes,
      "{\n  \"host_name\": \"a b\",\n  \"runs\": [\n"
      "    {\n      \"name\": \"Zürich, \\\"n\\\"\",\n      \"wall_s\": 1.23456789,\n"
      "      \"count\": 1234567890,\n      \"best\": true\n    },\n"
      "    {\n      \"name\": \"日本\",\n      \"wall_s\": null,\n"
      "      \"count\": 1.5e-12,\n      \"best\": false\n    },\n"
      "    {\n      \"name\": \"c\",\n      \"wall_s\": null,\n"
      "      \"count\": null,\n      \"best\": null\n    }\n  ],\n"
      "  \"other\": [\n    {\n      \"path\": \"not \xEF\xBF\xBD UTF-8\"\n    }\n  ]\n}\n");
  free(made.bytes);
  hx_table_destroy(two);
  hx_table_destroy(one);
}

/* What the tables are of; words for people are not in it. */
static void test_json_says_what_it_is_of(void **state) {
  (void)state;
  hx_table *t = hx_table_create("k", NULL);
  hx_table_measurement(t, "a-sweep");
  hx_table_remark(t, "outputs", "every run agrees");
  hx_table_fact(t, "workload", "w");
  char *bytes;
  size_t length;
  FILE *out = open_memstream(&bytes, &length);
  hx_table_about about = {"tune", "m-1", ""};
  assert_int_equal(hx_tables_write_json(&t, 1, &about, out), 0);
  fclose(out);
  assert_string_equal(bytes, "{\n  \"about\": {\n    \"schema\": 1,\n    \"pvtune\": \"" PVS_VERSION
                             "\",\n    \"command\": \"tune\",\n    \"machine\": \"m-1\",\n"
                             "    \"sweep\": \"a-sweep\"\n  },\n"
                             "  \"workload\": \"w\",\n  \"k\": []\n}\n");
  free(bytes);
  hx_table_destroy(t);
}

static void test_wraps_text_never_numbers(void **state) {
  (void)state;
  hx_table *t = hx_table_create("k", NULL);
  hx_table_column(t, "where", "where it was", HX_COL_TEXT);
  hx_table_column(t, "value", "the value found", HX_COL_NUMBER);
  hx_table_column(t, "why", "why", HX_COL_TEXT);
  hx_table_row(t);
  hx_table_text(t, "a/rather/long/path/to/a_file.csv");
  hx_table_number(t, -1234567890.125, 3);
  hx_table_text(t, "because it had to be so");
  text made = as_text(t, 64);
  assert_string_equal(made.bytes,
                      "where it was                      the value found  why\n"
                      "---------------------------------------------------------------\n"
                      "a/rather/long/path/to/a_file.csv  -1234567890.125  because it\n"
                      "                                                   had to be so\n");
  free(made.bytes);
  hx_table_destroy(t);
}

/* What is pasted stays whole: beside the rest where there is room, else on a line of its own. */
static void test_what_is_pasted_is_never_wrapped(void **state) {
  (void)state;
  hx_table *t = hx_table_create("k", NULL);
  hx_table_column(t, "workload", "workload", HX_COL_TEXT);
  hx_table_column(t, "seconds", "seconds", HX_COL_NUMBER);
  hx_table_column(t, "why", "why", HX_COL_TEXT);
  hx_table_row(t);
  hx_table_text(t, "cmd:xz -T {workers} a file");
  hx_table_number(t, 1.5, 1);
  hx_table_text(t, "because");
  text made = as_text(t, 60);
  assert_string_equal(made.bytes, "workload                    seconds  why\n"
                                  "--------------------------------------------\n"
                                  "cmd:xz -T {workers} a file      1.5  because\n");
  free(made.bytes);
  made = as_text(t, 30);
  assert_string_equal(made.bytes, "workload\n"
                                  "  seconds  why\n"
                                  "------------------\n"
                                  "cmd:xz -T {workers} a file\n"
                                  "      1.5  because\n");
  free(made.bytes);
  hx_table_destroy(t);
}

static void test_many_columns_go_into_blocks(void **state) {
  (void)state;
  hx_table *t = hx_table_create("k", NULL);
  hx_table_column(t, "config", "config", HX_COL_TEXT);
  for (int c = 0; c < 12; c++) {
    char key[16];
    snprintf(key, sizeof key, "n%d", c);
    hx_table_column(t, key, key, HX_COL_NUMBER);
  }
  for (int r = 0; r < 2; r++) {
    hx_table_row(t);
    hx_table_text(t, "config %d", r);
    for (int c = 0; c < 12; c++)
      hx_table_number(t, 1e6 + c, 1);
  }
  text made = as_text(t, 80);
  assert_in_range(widest_line(made.bytes), 40, 80);
  for (int c = 0; c < 12; c++) {
    char number[16];
    snprintf(number, sizeof number, "%.1f", 1e6 + c);
    assert_non_null(strstr(made.bytes, number));
  }
  const char *second = strstr(made.bytes, "\n\nconfig ");
  assert_non_null(second);
  assert_non_null(strstr(second, "config 1"));
  free(made.bytes);
  hx_table_destroy(t);
}

static void test_break(void **state) {
  (void)state;
  assert_int_equal(hx_text_break("one two three", 7), 7);
  assert_int_equal(hx_text_break("one two three", 6), 3);
  assert_int_equal(hx_text_break("one two three", 80), 13);
  assert_int_equal(hx_text_break("one  two", 5), 3);
  assert_int_equal(hx_text_break("abcdef ghi", 4), 6);
  assert_int_equal(hx_text_break("ab/cdef", 4), 7);
  assert_int_equal(hx_text_break("日本語", 1), 9);
  assert_int_equal(hx_text_break("one\ntwo", 80), 3);
  assert_int_equal(hx_text_fit("abcdef", 4), 4);
  assert_int_equal(hx_text_fit("日本語", 1), 0);
  assert_int_equal(hx_text_fit("日本語", 5), 6);
  assert_int_equal(hx_text_fit("one\ntwo", 80), 3);
  assert_string_equal(hx_text_skip("one   two", 3), "two");
}

static void test_width_and_decoding(void **state) {
  (void)state;
  static const struct {
    const char *s;
    size_t width;
  } rows[] = {{"abc", 3},      {"é", 1},    {"e\xCC\x81", 1},   {"日本", 4},
              {"\xff\xfe", 2}, {"\xC3", 1}, {"\xED\xA0\x80", 3}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    assert_int_equal(hx_text_width(rows[i].s, strlen(rows[i].s)), rows[i].width);
  static const char *const dirty[][2] = {
      {"a\x1b[1m\n\xff", "a\\x1b[1m\\x0a\xEF\xBF\xBD"},
      {"\xC2\x9B"
       "1m",
       "\\x9b1m"}, /* CSI in one character */
      {"a\xE2\x80\xAE"
       "b\xE2\x81\xA6"
       "c",
       "a\\u202eb\\u2066c"}, /* right to left, isolate */
      {"\xD8\x9C\xE2\x80\xA8", "\\u061c\\u2028"},
      {"\x9B"
       "1m",
       "\xEF\xBF\xBD"
       "1m"}, /* CSI of ISO 8859 */
      {"\xC2\xA0\xE2\x80\x93", "\xC2\xA0\xE2\x80\x93"},
  };
  for (size_t i = 0; i < sizeof dirty / sizeof *dirty; i++) {
    char *clean = hx_text_clean(dirty[i][0]);
    assert_string_equal(clean, dirty[i][1]);
    free(clean);
  }
}

static void test_paragraphs(void **state) {
  (void)state;
  text made;
  FILE *out = open_memstream(&made.bytes, &made.length);
  hx_text_paragraphs(out, "one\ntwo three\n  kept   as is\nfour\n\nfive", 2, 12);
  fclose(out);
  assert_string_equal(made.bytes, "  one two\n  three\n    kept   as is\n  four\n\n  five\n");
  free(made.bytes);
}

int main(void) {
  setlocale(LC_CTYPE, "C.UTF-8");
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_text),
      cmocka_unit_test(test_csv),
      cmocka_unit_test(no_text_is_harmful_in_any_form),
      cmocka_unit_test(test_csv_is_harmless_in_spreadsheets_and_terminals),
      cmocka_unit_test(test_json),
      cmocka_unit_test(test_json_says_what_it_is_of),
      cmocka_unit_test(test_wraps_text_never_numbers),
      cmocka_unit_test(test_what_is_pasted_is_never_wrapped),
      cmocka_unit_test(test_many_columns_go_into_blocks),
      cmocka_unit_test(test_break),
      cmocka_unit_test(test_width_and_decoding),
      cmocka_unit_test(test_paragraphs),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
