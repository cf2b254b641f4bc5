/* The comparison engine behind validate; the command itself is tested in tests/cli. */
#include "base/files.h"
#include "measure/compare_files.h"
#include "measure/number_text.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

enum { N_ROWS = 40000 }; /* more than one chunk of the reader */

static char folder[] = "/tmp/test_verify_XXXXXX";

static int make_folder(void **state) {
  (void)state;
  return mkdtemp(folder) == NULL;
}

static int remove_folder(void **state) {
  (void)state;
  unlink("e.csv");
  unlink("a.csv");
  return chdir("/") | rmdir(folder);
}

static void write_file(const char *name, const char *text) {
  FILE *out = fopen(name, "w");
  assert_non_null(out);
  fputs(text, out);
  assert_int_equal(fclose(out), 0);
}

static char said[2400]; /* the error of the last call */

static bool verify(const char *expected, const char *actual, hx_verify_report *report) {
  write_file("e.csv", expected);
  write_file("a.csv", actual);
  said[0] = '\0';
  pvs_error error = {0};
  bool ok = hx_verify_paths("e.csv", "a.csv", 1e-9, 1e-6, report, &error);
  pvs_error_text(&error, said, sizeof said);
  return ok;
}

static void test_cells(void **state) {
  (void)state;
  static const struct {
    const char *expected, *actual;
    bool agrees;
  } rows[] = {
      {"1", "1.0000000005", true},
      {"1", "1.000002", false},
      {"0", "0.0", true},
      {"0", "-0", true},
      {"9007199254740993", "9007199254740992", true},
      {"1e9", "1000000001", true},
      {"1e9", "1000000002", false},
      {"5", "5 ", true},
      {"", "", true},
      {"", "0", false},
      {"", "nan", false},
      {"nan", "NaN", true},
      {"nan", "-nan", true},
      {"nan", "0", false},
      {"inf", "Infinity", true},
      {"inf", "-inf", false},
      {"inf", "1e308", false},
      {"inf", "1e309", false},
      {"1e400", "2e400", false},
      {"1e400", "1e400", true},
      {"-1e400", "-1e401", false},
      {"-.1e400", "-inf", false},
      {"1e-400", "2e-400", true},
      {"5 kWh", "5.0 kWh", false},
      {"1e308", "-1e308", false},
      {"abc", "abc", true},
      {"abc", "Abc", false},
      {"0x10", "16", false},
      {"2013-01-01", "2013", false},
      {"1_004", "1", false},
      {"\"1\"", "1", true},
      {"1", "one", false},
      {"TRUE", "true", false},
      {"1e", "1", false},
      {"x", "", false},
      {".5", "0.5", true},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char expected[64], actual[64];
    snprintf(expected, sizeof expected, "k,v\nrow,%s\n", rows[i].expected);
    snprintf(actual, sizeof actual, "k,v\nrow,%s\n", rows[i].actual);
    hx_verify_report report;
    assert_true(verify(expected, actual, &report));
    if ((report.n_different == 0) != rows[i].agrees || report.differing != !rows[i].agrees ||
        report.cells != 2)
      fail_msg("'%s' and '%s' should%s agree", rows[i].expected, rows[i].actual,
               rows[i].agrees ? "" : " not");
    hx_verify_release(&report);
  }
}

static void test_worst_cell(void **state) {
  (void)state;
  hx_verify_report report;
  assert_true(verify("k,a,b\nx,1,1000\ny,2,2\n", "k,b,a\nx,1000.5,1.1\ny,2,2\n", &report));
  const hx_verify_file *f = hx_verify_worst(&report);
  assert_ptr_equal(f, &report.files[0]);
  assert_int_equal(f->status, HX_VERIFY_DIFFERENT);
  assert_int_equal(f->differing, 2);
  assert_string_equal(f->worst_row, "x");
  assert_string_equal(f->worst_column, "b");
  assert_string_equal(f->worst_expected, "1000");
  assert_string_equal(f->worst_actual, "1000.5");
  assert_true(f->worst_abs == 0.5);
  assert_true(fabs(f->worst_rel - 0.5 / 1000.5) < 1e-15);
  char *text = hx_verify_explain(f);
  assert_string_equal(text,
                      "row 'x', column 'b': found '1000.5', expected '1000', the worst of 2 cells");
  free(text);
  hx_verify_release(&report);
  /* Just beyond the tolerance: the farthest is the worst all the same. */
  assert_true(verify("k,a\nx,0\ny,0\nz,0\n", "k,a\nx,1.2e-6\ny,1.5e-6\nz,1.4e-6\n", &report));
  f = hx_verify_worst(&report);
  assert_string_equal(f->worst_row, "y");
  assert_true(f->differing == 3 && f->worst_excess > 1.4 && f->worst_excess < 1.6);
  hx_verify_release(&report);
}

/* Rows in another order: `step` is coprime to N_ROWS. */
static void write_rows(const char *name, unsigned long step, long left_out, long changed) {
  FILE *out = fopen(name, "w");
  assert_non_null(out);
  fputs("timestamp,load_kwh,text\n", out);
  for (unsigned long i = 0; i < N_ROWS; i++) {
    unsigned long row = i * step % N_ROWS;
    if ((long)row != left_out)
      fprintf(out, "%lu,%.3f,\"row, %lu\"\n", row, (double)row / 8 + ((long)row == changed ? 1 : 0),
              row);
  }
  assert_int_equal(fclose(out), 0);
}

static void test_each_difference_alone_makes_them_different(void **state) {
  (void)state;
  static const char *const actual[] = {
      "k,v\na,1\nb,2\nc,3\n", /* a row too many */
      "k,v\na,1\n",           /* one that is missing */
      "k,v,w\na,1,1\nb,2,1\n",
      "k\na\nb\n",
      "k,v\na,1\nb,3\n",
  };
  hx_verify_report report;
  assert_true(verify("k,v\na,1\nb,2\n", "k,v\na,1\nb,2\n", &report));
  assert_int_equal(report.files[0].status, HX_VERIFY_EQUAL);
  hx_verify_release(&report);
  for (size_t i = 0; i < sizeof actual / sizeof *actual; i++) {
    assert_true(verify("k,v\na,1\nb,2\n", actual[i], &report));
    assert_int_equal(report.files[0].status, HX_VERIFY_DIFFERENT);
    hx_verify_release(&report);
  }
}

static void test_rows_in_any_order(void **state) {
  (void)state;
  static const unsigned long steps[] = {1, 7, N_ROWS - 1};
  for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
    hx_verify_report report;
    write_rows("e.csv", 1, 20000, -1);
    write_rows("a.csv", steps[i], 30000, 12345);
    assert_true(hx_verify_paths("e.csv", "a.csv", 1e-9, 1e-6, &report, NULL));
    const hx_verify_file *f = &report.files[0];
    assert_int_equal(f->cells, 3 * (N_ROWS - 2));
    assert_int_equal(f->differing, 1);
    assert_string_equal(f->worst_row, "12345");
    assert_int_equal(f->rows_missing, 1);
    assert_string_equal(f->row_missing, "30000");
    assert_int_equal(f->rows_extra, 1);
    assert_string_equal(f->row_extra, "20000");
    hx_verify_release(&report);
  }
}

/* Rows in the same order are not kept, also where their keys are the same numbers in other words. */
static void test_memory_is_bounded(void **state) {
  (void)state;
  enum { MORE_BYTES = 4 << 20, ROWS = 200000 };
  FILE *e = fopen("e.csv", "w"), *a = fopen("a.csv", "w");
  assert_true(e && a);
  for (long i = -1; i < ROWS; i++) {
    fprintf(e, i < 0 ? "k,v\n" : "%ld,1\n", i);
    fprintf(a, i < 0 ? "k,v\n" : "%ld.0,1\n", i);
  }
  assert_int_equal(fclose(e) | fclose(a), 0);
#if !defined __SANITIZE_ADDRESS__ && !defined __SANITIZE_THREAD__ /* which need more */
  unsigned long pages;
  FILE *f = fopen("/proc/self/statm", "r");
  assert_non_null(f);
  assert_int_equal(fscanf(f, "%*u %*u %*u %*u %*u %lu", &pages), 1);
  fclose(f);
  struct rlimit usual, bounded;
  assert_int_equal(getrlimit(RLIMIT_DATA, &usual), 0);
  bounded = usual;
  bounded.rlim_cur = pages * (rlim_t)sysconf(_SC_PAGESIZE) + MORE_BYTES;
  assert_int_equal(setrlimit(RLIMIT_DATA, &bounded), 0);
#endif
  hx_verify_report report;
  pvs_error error = {0};
  bool ok = hx_verify_paths("e.csv", "a.csv", 0, 0, &report, &error);
#if !defined __SANITIZE_ADDRESS__ && !defined __SANITIZE_THREAD__
  assert_int_equal(setrlimit(RLIMIT_DATA, &usual), 0);
#endif
  assert_true(ok);
  assert_int_equal(report.n_different, 0);
  assert_int_equal(report.cells, 2 * ROWS);
  hx_verify_release(&report);
}

static void test_repeated_keys_meet_in_order(void **state) {
  (void)state;
  hx_verify_report report;
  assert_true(verify("k,v\n,1\n,2\na,3\n,4\n", "k,v\na,3\n,1\n,2\n,4\n", &report));
  assert_int_equal(report.n_different, 0);
  assert_int_equal(report.cells, 8);
  hx_verify_release(&report);
  assert_true(verify("k,v\n,1\n,2\n", "k,v\n,2\n,1\n", &report));
  assert_int_equal(report.differing, 2);
  hx_verify_release(&report);
}

/* The same text before the same number, in whatever order the rows are. */
static void test_keys_that_are_one_number(void **state) {
  (void)state;
  static const char *const pairs[][2] = {{"1", "01"}, {"1e5", "100000"}, {"1", "1.0"}};
  for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
    char expected[64], actual[64];
    hx_verify_report report;
    snprintf(expected, sizeof expected, "k,v\n%s,1\n%s,2\n", pairs[i][0], pairs[i][1]);
    snprintf(actual, sizeof actual, "k,v\n%s,2\n%s,1\n", pairs[i][1], pairs[i][0]);
    assert_true(verify(expected, actual, &report));
    assert_int_equal(report.n_different, 0);
    hx_verify_release(&report);
    snprintf(actual, sizeof actual, "k,v\n+%s,1\n%s,2\n", pairs[i][0], pairs[i][1]);
    assert_true(verify(expected, actual, &report));
    assert_int_equal(report.n_different, 0);
    hx_verify_release(&report);
    /* What met before counts once, and as its text says. */
    snprintf(expected, sizeof expected, "k,v,w\n0,7,7\n%s,1,7\n2,3,7\n%s,2,7\n", pairs[i][0],
             pairs[i][1]);
    snprintf(actual, sizeof actual, "k,v,x\n0,8,7\n%s,2,7\n2,3,7\n%s,1,7\n", pairs[i][1],
             pairs[i][0]);
    assert_true(verify(expected, actual, &report));
    assert_int_equal(report.differing, 1);
    assert_int_equal(report.cells, 8);
    assert_int_equal(report.files[0].columns_missing, 1);
    assert_string_equal(report.files[0].worst_row, "0");
    hx_verify_release(&report);
  }
}

/* Doubles cannot tell them apart. */
static void test_large_whole_numbers(void **state) {
  (void)state;
  static const char one[] = "9007199254740993", other[] = "9007199254740992";
  hx_verify_report report;
  pvs_error error = {0};
  assert_true(verify("k,v\n9007199254740993,1\n9007199254740992,2\n",
                     "k,v\n9007199254740992,2\n9007199254740993,1\n", &report));
  assert_int_equal(report.n_different, 0);
  hx_verify_release(&report);
  assert_true(verify("k,v\n9007199254740993,1\n", "k,v\n9007199254740992,1\n", &report));
  assert_int_equal(report.files[0].rows_missing, 1);
  assert_int_equal(report.files[0].rows_extra, 1);
  hx_verify_release(&report);
  write_file("e.csv", "k,v\na,9007199254740993\nb,90071992547409930000001\n");
  write_file("a.csv", "k,v\na,9007199254740992\nb,90071992547409930000002\n");
  assert_true(hx_verify_paths("e.csv", "a.csv", 0, 0, &report, &error));
  assert_int_equal(report.differing, 2);
  hx_verify_release(&report);
  assert_true(hx_verify_paths("e.csv", "a.csv", 0, 1, &report, &error));
  assert_int_equal(report.differing, 0);
  hx_verify_release(&report);
  assert_true(hx_integers_differ(one, other) && hx_integers_differ("1", "-1"));
  assert_false(hx_integers_differ(one, " +009007199254740993 ") || hx_integers_differ("-0", "0") ||
               hx_integers_differ("1", "2.0") || hx_integers_differ("", "1"));
}

static void test_unreadable(void **state) {
  (void)state;
  static const char *const rows[][2] = {
      {"", "a.csv: found nothing, expected a header"},
      {"k,v\nx\n", "a.csv: row 2: found 1 field, expected 2 as in the header"},
      {"k,v\n\nx,\"a\nb\"\ny,1,2\n", "a.csv: row 5: found 3 fields, expected 2 as in the header"},
      {"k,v\nx,\"1\n",
       "a.csv: row 2, column 2: found a quote that is never closed, expected its closing quote"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    hx_verify_report report;
    assert_false(verify("k,v\n", rows[i][0], &report));
    assert_string_equal(said, rows[i][1]);
    hx_verify_release(&report);
  }
}

/* Files and folders that are hidden are left out, but not what was asked for. */
static void test_hidden_names(void **state) {
  (void)state;
  assert_int_equal(mkdir(".e", 0777) | mkdir(".a", 0777) | mkdir(".a/.sub", 0777), 0);
  write_file(".e/x.csv", "k,v\n1,2\n");
  write_file(".a/x.csv", "k,v\n1,3\n");
  write_file(".a/.y.csv", "k,v\n");
  write_file(".a/.sub/z.csv", "k,v\n");
  hx_verify_report report;
  pvs_error error = {0};
  assert_true(hx_verify_paths(".e", ".a", 0, 0, &report, &error));
  assert_int_equal(report.n_files, 1);
  assert_int_equal(report.files[0].status, HX_VERIFY_DIFFERENT);
  hx_verify_release(&report);
  assert_true(hx_files_remove(".e") && hx_files_remove(".a"));
}

static void put(const char *path, const char *text) {
  char parent[64];
  snprintf(parent, sizeof parent, "%s", path);
  *strrchr(parent, '/') = '\0';
  assert_true(hx_files_make_folder(parent, NULL));
  write_file(path, text);
}

/* Files on one side only, and which of them need not be expected. */
static void test_folders(void **state) {
  (void)state;
  static const struct {
    const char *name, *expected, *actual; /* contents; NULL: not there */
    hx_verify_status status;
    const char *explained;
  } files[] = {
      {"a.csv", "k,v\n1,2\n", "k,v\n1,2\n", HX_VERIFY_EQUAL, "agrees"},
      {"b/x.csv", "k,v\n1,2\n", NULL, HX_VERIFY_MISSING, "the file is missing"},
      {"c.csv", "k,v\n1,2\n", "k,v\n1,3\n", HX_VERIFY_DIFFERENT,
       "row '1', column 'v': found '3', expected '2'"},
      {"d/saved_tariffs/x.csv", NULL, "k\n", HX_VERIFY_NOT_CHECKED,
       "not checked, nothing is expected there"},
      {"d/saved_tariffs2/x.csv", NULL, "k\n", HX_VERIFY_UNEXPECTED, "no such file is expected"},
      {"d/timeseries_1/x.csv", NULL, "k\n", HX_VERIFY_NOT_CHECKED,
       "not checked, nothing is expected there"},
      {"d/timeseries_1/y.csv", "k\n", "k\n", HX_VERIFY_EQUAL, "agrees"},
      {"d/timeseries_1/z.csv", "k\n", NULL, HX_VERIFY_MISSING, "the file is missing"},
      {"e.csv", "k,v\n1,2\n2,2\n", "k,v\n1,2.5\n2,9\n", HX_VERIFY_DIFFERENT,
       "row '2', column 'v': found '9', expected '2', the worst of 2 cells"},
      {"saved_tariffs.csv", NULL, "k\n", HX_VERIFY_UNEXPECTED, "no such file is expected"},
      {"timeseries_/x.csv", NULL, "k\n", HX_VERIFY_NOT_CHECKED,
       "not checked, nothing is expected there"},
      {"timeseries_x.csv", NULL, "k\n", HX_VERIFY_UNEXPECTED, "no such file is expected"},
  };
  enum { FILES = sizeof files / sizeof *files };
  char path[64];
  for (size_t i = 0; i < FILES; i++)
    for (int side = 0; side < 2; side++) {
      const char *text = side ? files[i].actual : files[i].expected;
      snprintf(path, sizeof path, "%s/%s", side ? "A" : "E", files[i].name);
      if (text)
        put(path, text);
    }
  put("A/not_compared.txt", "x");
  hx_verify_report report;
  pvs_error error = {0};
  assert_true(hx_verify_paths("E", "A", 0.1, 0, &report, &error));
  assert_int_equal(report.n_files, FILES);
  for (size_t i = 0; i < FILES; i++) {
    char *explained = hx_verify_explain(&report.files[i]);
    assert_string_equal(report.files[i].name, files[i].name);
    assert_int_equal(report.files[i].status, files[i].status);
    assert_string_equal(explained, files[i].explained);
    free(explained);
  }
  assert_int_equal(report.n_compared, 4);
  assert_int_equal(report.n_different, 7);
  assert_int_equal(report.n_not_checked, 3);
  assert_int_equal(report.differing, 3);
  assert_string_equal(hx_verify_worst(&report)->name, "e.csv");
  hx_verify_release(&report);
  assert_true(hx_files_remove("E") && hx_files_remove("A"));
}

static void check_refused(const char *expected, const char *actual, const char *what) {
  hx_verify_report report;
  pvs_error error = {0};
  assert_false(hx_verify_paths(expected, actual, 0, 0, &report, &error));
  assert_string_equal(pvs_error_text(&error, said, sizeof said), what);
  hx_verify_release(&report);
}

static void test_what_is_no_output(void **state) {
  (void)state;
  put("E/x.csv", "k\n");
  put("A/x.csv", "k\n");
  check_refused("none", "A", "none: cannot be read: No such file or directory");
  check_refused("E", "none", "none: cannot be read: No such file or directory");
  check_refused("E", "A/x.csv", "A/x.csv is a file, expected a folder like E");
  check_refused("E/x.csv", "A", "A is a folder, expected a file like E/x.csv");
  assert_int_equal(symlink("nowhere", "A/link"), 0);
  check_refused("E", "A", "A/link: found a link to nothing, expected a CSV file");
  assert_int_equal(unlink("A/link"), 0);
  assert_int_equal(mkfifo("A/pipe.csv", 0666), 0);
  check_refused("E", "A", "A/pipe.csv: found a pipe or device, expected a CSV file");
  assert_true(hx_files_remove("E") && hx_files_remove("A"));
}

static void test_number_text(void **state) {
  (void)state;
  double value;
  assert_true(hx_number_text(" -1.5e3\t", &value) && value == -1500);
  assert_true(hx_number_text("+.5", &value) && value == 0.5);
  assert_true(hx_number_text("-INF", &value) && isinf(value) && value < 0);
  assert_false(hx_number_text("", &value));
  assert_false(hx_number_text(" ", &value));
  assert_false(hx_number_text("1,5", &value));
  assert_false(hx_number_text("-0x1p3", &value));
  assert_false(hx_number_text("nan(1)", &value));
  assert_false(hx_number_text("n", &value));
  assert_false(hx_number_text("-1e309", &value));
}

static int enter_folder(void **state) {
  return make_folder(state) || chdir(folder);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_cells),
      cmocka_unit_test(test_worst_cell),
      cmocka_unit_test(test_each_difference_alone_makes_them_different),
      cmocka_unit_test(test_rows_in_any_order),
      cmocka_unit_test(test_memory_is_bounded),
      cmocka_unit_test(test_repeated_keys_meet_in_order),
      cmocka_unit_test(test_keys_that_are_one_number),
      cmocka_unit_test(test_large_whole_numbers),
      cmocka_unit_test(test_unreadable),
      cmocka_unit_test(test_hidden_names),
      cmocka_unit_test(test_folders),
      cmocka_unit_test(test_what_is_no_output),
      cmocka_unit_test(test_number_text),
  };
  return cmocka_run_group_tests(tests, enter_folder, remove_folder);
}
