#include "base/csv.h"
#include "base/csv_plain.h"
#include "unit/base_support.h"

#include <stdio.h>
#include <stdlib.h>

/* ---- records ---- */

/* Records as one text: "1[a|b] 2[1|2]". */
typedef struct transcript {
  char text[4096];
  size_t length;
  long stop_at;
} transcript;

static void add_text(transcript *self, const char *text) {
  const size_t length = strlen(text);
  assert_true(self->length + length < sizeof self->text);
  memcpy(self->text + self->length, text, length + 1);
  self->length += length;
}

static pvs_code take_record(void *ctx, long row, const pvs_field *fields, uint32_t n_fields,
                            pvs_error *error) {
  transcript *self = ctx;
  char number[32];
  snprintf(number, sizeof number, "%s%ld[", self->length == 0 ? "" : " ", row);
  add_text(self, number);
  for (uint32_t i = 0; i < n_fields; i++) {
    assert_int_equal(strlen(fields[i].text), fields[i].length);
    add_text(self, i == 0 ? "" : "|");
    add_text(self, fields[i].text);
  }
  add_text(self, "]");
  return row == self->stop_at ? pvs_fail(error, PVS_MISMATCH, (pvs_where){.row = row}, "stopped")
                              : PVS_OK;
}

static void test_dialect(void **state) {
  (void)state;
  static const struct {
    const char *data, *expected;
  } cases[] = {
      {"a,b\n1,2\n", "1[a|b] 2[1|2]"},
      {"a,b\r\n1,2\r\n", "1[a|b] 2[1|2]"},
      {"a,b\n1,2", "1[a|b] 2[1|2]"},
      {"a,b\n1,", "1[a|b] 2[1|]"},
      {"\xef\xbb\xbf"
       "a,b\n1,2\n",
       "1[a|b] 2[1|2]"},
      {"\xef\xbb\xbf\"a\",b\n", "1[a|b]"},
      {" a ,\tb \n", "1[a|b]"},
      {"\"a,\"\"x\"\"\" , \" b \"\r\n", "1[a,\"x\"| b ]"},
      {"a,b\n\n1,2\n \t\r\n3,4\n\n", "1[a|b] 3[1|2] 5[3|4]"},
      {"\n\na\n1\n", "3[a] 4[1]"},
      {"a,b\n\"x\ny\",2\n3,4\n", "1[a|b] 2[x\ny|2] 3[3|4]"},
      {"a,b\n,\n1,\n , \n", "1[a|b] 3[1|]"}, /* only commas: a blank line */
      {"a\n\"\"\n", "1[a]"},
      {"$/W,self-consumption\n1;2,\xc3\xa9\n", "1[$/W|self-consumption] 2[1;2|\xc3\xa9]"},
  };
  for (size_t i = 0; i < COUNT_OF(cases); i++) {
    transcript seen = {0};
    pvs_error error = {0};
    assert_int_equal(
        pvs_csv_read("t.csv", cases[i].data, strlen(cases[i].data), take_record, &seen, &error),
        PVS_OK);
    assert_string_equal(seen.text, cases[i].expected);
  }
}

/* The rows as the quick reader sees them; false: they are not plain. */
static bool read_plainly(const char *data, size_t size, transcript *seen) {
  pvs_csv_plain plain;
  pvs_csv_line line;
  pvs_csv_plain_init(&plain, data, size, 1);
  uint32_t n_columns = 0;
  bool is_plain = true;
  while (is_plain && pvs_csv_plain_next(&plain, &line)) {
    const pvs_csv_split split = pvs_csv_plain_split(&plain, &line, n_columns);
    is_plain = split == PVS_CSV_ROW || split == PVS_CSV_BLANK;
    if (split == PVS_CSV_ROW) {
      n_columns = plain.n_fields;
      take_record(seen, line.row, plain.fields, plain.n_fields, NULL);
    }
  }
  assert_true(!is_plain || pvs_csv_count_lines(data, size) == plain.row - 1);
  pvs_csv_plain_deinit(&plain);
  return is_plain && n_columns > 1;
}

static void test_plain_text_means_the_same(void **state) {
  (void)state;
  static const char pieces[][8] = {",",        ",",  ",",      "\n",     "\n",   "\r\n", "a",
                                   "12.5",     " ",  "\t",     "x y",    "\"",   "'",    ";",
                                   "\xc3\xa9", "\r", "longer", "\n,,\n", "a,b,c"};
  uint64_t seed = 9;
  int plain = 0;
  for (int round = 0; round < 40000; round++) {
    char text[256] = "";
    size_t size = 0;
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    for (uint64_t n = seed >> 59; n > 0; n--) {
      seed = seed * 6364136223846793005u + 1442695040888963407u;
      const char *piece = pieces[(seed >> 33) % COUNT_OF(pieces)];
      memcpy(text + size, piece, strlen(piece));
      size += strlen(piece);
    }
    /* Of its own size, so that a sanitizer sees every access behind it. */
    char *data = malloc(size + 1);
    assert_non_null(data);
    memcpy(data, text, size);
    transcript seen = {0}, judged = {0};
    pvs_error error = {0};
    if (read_plainly(data, size, &seen)) {
      const pvs_code code = pvs_csv_read("t.csv", data, size, take_record, &judged, &error);
      if (code == PVS_OK) {
        assert_string_equal(seen.text, judged.text);
        plain++;
      } else { /* the one thing that is left to who reads the header */
        assert_non_null(strstr(error.message, "a carriage return inside a field"));
      }
    }
    free(data);
  }
  assert_true(plain > 1000);
}

#define BYTES(literal) literal, sizeof(literal) - 1

static void test_faults_are_located(void **state) {
  (void)state;
  static const struct {
    const char *data;
    size_t size;
    pvs_code code;
    const char *text;
  } cases[] = {
      {BYTES(""), PVS_EMPTY, "t.csv: the file is empty, expected a header row"},
      {BYTES("\xef\xbb\xbf\n \n"), PVS_EMPTY, "t.csv: the file is empty, expected a header row"},
      {BYTES("a\tb\n1\t2\n"), PVS_SYNTAX,
       "t.csv: row 1: a header separated by tabs, expected commas between columns (and decimal "
       "points, not commas, in numbers)"},
      {BYTES("a,b\n1,2\n3\n"), PVS_SYNTAX, "t.csv: row 3: 1 field, expected 2 as in the header"},
      {BYTES("a,b\n1,2,\n"), PVS_SYNTAX, "t.csv: row 2: 3 fields, expected 2 as in the header"},
      {BYTES("a,b\n1,2\n\n3,4,5"), PVS_SYNTAX,
       "t.csv: row 4: 3 fields, expected 2 as in the header"},
      {BYTES("a,b\n1,\0002\n"), PVS_SYNTAX, "t.csv: row 2, column 2: a NUL byte, expected text"},
      {BYTES("\0"), PVS_SYNTAX, "t.csv: row 1, column 1: a NUL byte, expected text"},
      {BYTES("a,b\n1,\"2\n3,4\n"), PVS_SYNTAX,
       "t.csv: row 2, column 2: a quote that is never closed"},
      {BYTES("a,b\n1,2\"3\"\n"), PVS_SYNTAX,
       "t.csv: row 2, column 2: a quote inside a field, expected quotes only around a whole field "
       "(doubled inside)"},
      {BYTES("a,b\n\"1\"x,2\n"), PVS_SYNTAX,
       "t.csv: row 2, column 1: a quote inside a field, expected quotes only around a whole field "
       "(doubled inside)"},
      {BYTES("a,b\r1,2\r"), PVS_SYNTAX,
       "t.csv: row 1, column 2: a carriage return inside a field, expected lines that end in LF or "
       "CR LF"},
  };
  for (size_t i = 0; i < COUNT_OF(cases); i++) {
    transcript seen = {0};
    pvs_error error = {0};
    assert_int_equal(
        pvs_csv_read("t.csv", cases[i].data, cases[i].size, take_record, &seen, &error),
        cases[i].code);
    assert_error_text(&error, cases[i].text);
  }
}

static void test_the_callback_can_stop(void **state) {
  (void)state;
  transcript seen = {.stop_at = 2};
  pvs_error error = {0};
  assert_int_equal(pvs_csv_read("t.csv", BYTES("a\n1\n2\nx,y\n"), take_record, &seen, &error),
                   PVS_MISMATCH);
  assert_string_equal(seen.text, "1[a] 2[1]");
  assert_error_text(&error, "row 2: stopped");
}

static pvs_code add_lengths(void *ctx, long row, const pvs_field *fields, uint32_t n_fields,
                            pvs_error *error) {
  (void)row;
  (void)error;
  for (uint32_t i = 0; i < n_fields; i++) {
    *(size_t *)ctx += fields[i].length;
  }
  return PVS_OK;
}

static void test_fields_longer_than_any_buffer(void **state) {
  (void)state;
  enum { LENGTH = 300000 };
  static char data[2 * LENGTH + 2];
  memset(data, 'x', sizeof data);
  data[LENGTH] = ',';
  data[sizeof data - 1] = '\n';
  size_t total = 0;
  pvs_error error = {0};
  assert_int_equal(pvs_csv_read("t.csv", data, sizeof data, add_lengths, &total, &error), PVS_OK);
  assert_int_equal(total, 2 * LENGTH);
}

/* ---- tables ---- */

static const char table_data[] = "id,n,flag,n2,,n2\n"
                                 "one,1.5,TRUE,,,\n"
                                 ",,,,,\n"
                                 "two,x,no,inf,,\n"
                                 "\n"
                                 "three,,maybe,,,\n";

typedef struct table_state {
  pvs_arena arena;
  pvs_table table;
  pvs_error error;
} table_state;

static int open_table(void **state) {
  static table_state self;
  self = (table_state){0};
  pvs_arena_init(&self.arena);
  *state = &self;
  return pvs_table_parse(&self.table, "t.csv", BYTES(table_data), &self.arena, &self.error) !=
         PVS_OK;
}

static int close_table(void **state) {
  pvs_arena_deinit(&((table_state *)*state)->arena);
  return 0;
}

static int32_t find_column(table_state *self, const char *name) {
  int32_t column = -2;
  assert_int_equal(pvs_table_column(&self->table, name, false, &column, &self->error), PVS_OK);
  return column;
}

static void test_table_cells(void **state) {
  table_state *self = *state;
  assert_int_equal(self->table.n_columns, 6);
  assert_int_equal(self->table.n_rows, 3); /* the blank rows are left out */
  assert_int_equal(self->table.rows[0], 2);
  assert_int_equal(self->table.rows[1], 4);
  assert_int_equal(self->table.rows[2], 6);
  assert_int_equal(find_column(self, "flag"), 2);
  assert_int_equal(find_column(self, "absent"), -1);
  assert_int_equal(find_column(self, ""), -1);
  assert_string_equal(pvs_table_cell(&self->table, 2, 0), "three");
  assert_string_equal(pvs_table_cell(&self->table, 2, 1), "");
  assert_string_equal(pvs_table_cell(&self->table, 2, -1), "");
}

static void test_table_columns_that_matter(void **state) {
  table_state *self = *state;
  int32_t column;
  assert_int_equal(pvs_table_column(&self->table, "absent", true, &column, &self->error),
                   PVS_MISSING_COLUMN);
  assert_error_text(&self->error, "t.csv: row 1, column absent: there is no column \"absent\"");
  self->error = (pvs_error){0};
  assert_int_equal(pvs_table_column(&self->table, "n2", false, &column, &self->error),
                   PVS_DUPLICATE);
  assert_error_text(&self->error, "t.csv: row 1, column n2: columns 4 and 6 are both named \"n2\"");
}

static void test_table_numbers(void **state) {
  table_state *self = *state;
  double value;
  assert_int_equal(pvs_table_number(&self->table, 0, 1, 7, &value, &self->error), PVS_OK);
  assert_true(value == 1.5);
  assert_int_equal(pvs_table_number(&self->table, 2, 1, 7, &value, &self->error), PVS_OK);
  assert_true(value == 7);
  assert_int_equal(pvs_table_number(&self->table, 0, -1, 8, &value, &self->error), PVS_OK);
  assert_true(value == 8);
  assert_int_equal(pvs_table_number(&self->table, 1, 1, 7, &value, &self->error), PVS_BAD_VALUE);
  assert_error_text(&self->error, "t.csv: row 4, column n: \"x\", expected a number");
  self->error = (pvs_error){0};
  assert_int_equal(pvs_table_number(&self->table, 1, 3, 7, &value, &self->error), PVS_BAD_VALUE);
  assert_error_text(&self->error, "t.csv: row 4, column n2: \"inf\", expected a number");
}

static void test_table_booleans(void **state) {
  table_state *self = *state;
  bool value;
  assert_int_equal(pvs_table_bool(&self->table, 0, 2, &value, &self->error), PVS_OK);
  assert_true(value);
  assert_int_equal(pvs_table_bool(&self->table, 1, 2, &value, &self->error), PVS_OK);
  assert_false(value);
  assert_int_equal(pvs_table_bool(&self->table, 0, 3, &value, &self->error), PVS_OK);
  assert_false(value);
  assert_int_equal(pvs_table_bool(&self->table, 2, 2, &value, &self->error), PVS_BAD_VALUE);
  assert_error_text(&self->error, "t.csv: row 6, column flag: \"maybe\", expected TRUE or FALSE");
}

static void test_spellings_of_booleans(void **state) {
  (void)state;
  static const char data[] = "a,b\nTrue,false\nYES,No\n1,0\n";
  pvs_arena arena;
  pvs_table table;
  pvs_error error = {0};
  pvs_arena_init(&arena);
  assert_int_equal(pvs_table_parse(&table, "t.csv", BYTES(data), &arena, &error), PVS_OK);
  for (uint32_t row = 0; row < 3; row++) {
    bool yes, no;
    assert_int_equal(pvs_table_bool(&table, row, 0, &yes, &error), PVS_OK);
    assert_int_equal(pvs_table_bool(&table, row, 1, &no, &error), PVS_OK);
    assert_true(yes);
    assert_false(no);
  }
  pvs_arena_deinit(&arena);
}

static void test_a_header_alone_is_a_table(void **state) {
  (void)state;
  pvs_arena arena;
  pvs_table table;
  pvs_error error = {0};
  pvs_arena_init(&arena);
  assert_int_equal(pvs_table_parse(&table, "t.csv", BYTES("a,b"), &arena, &error), PVS_OK);
  assert_int_equal(table.n_rows, 0);
  assert_int_equal(table.n_columns, 2);
  pvs_arena_deinit(&arena);
}

static void test_bound_on_rows(void **state) {
  (void)state;
  assert_in_range(pvs_csv_rows_bound(BYTES("a,b\n1,2\n3,4\n"), 2), 2, 4);
  assert_in_range(pvs_csv_rows_bound(BYTES("a\n1\n2"), 1), 2, 3);
  assert_in_range(pvs_csv_rows_bound(BYTES("a,b,c,d\n\n\n\n\n\n\n\n\n\n"), 4), 0, 5);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_dialect),
      cmocka_unit_test(test_plain_text_means_the_same),
      cmocka_unit_test(test_faults_are_located),
      cmocka_unit_test(test_the_callback_can_stop),
      cmocka_unit_test(test_fields_longer_than_any_buffer),
      cmocka_unit_test_setup_teardown(test_table_cells, open_table, close_table),
      cmocka_unit_test_setup_teardown(test_table_columns_that_matter, open_table, close_table),
      cmocka_unit_test_setup_teardown(test_table_numbers, open_table, close_table),
      cmocka_unit_test_setup_teardown(test_table_booleans, open_table, close_table),
      cmocka_unit_test(test_spellings_of_booleans),
      cmocka_unit_test(test_a_header_alone_is_a_table),
      cmocka_unit_test(test_bound_on_rows),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
