/* The store survives what happens to files: torn rows, merges, other versions' columns, kills. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text.h"
#include "compare/series.h"
#include "error_support.h"
#include "measure/store.h"

#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static char folder[64];

static int make_folder(void **state) {
  (void)state;
  strcpy(folder, "/tmp/pvtune-test-store-XXXXXX");
  return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state) {
  (void)state;
  char command[128];
  snprintf(command, sizeof command, "rm -rf %s", folder);
  return system(command);
}

static const char *runs_path(void) {
  static char path[96];
  snprintf(path, sizeof path, "%s/runs.csv", folder);
  return path;
}

static void put_file(const char *text, const char *mode) {
  FILE *f = fopen(runs_path(), mode);
  assert_non_null(f);
  fputs(text, f);
  fclose(f);
}

static char *get_file(void) {
  static char text[1 << 16];
  FILE *f = fopen(runs_path(), "r");
  assert_non_null(f);
  size_t n = fread(text, 1, sizeof text - 1, f);
  text[n] = 0;
  fclose(f);
  return text;
}

static hx_run_row a_run(const char *key, double wall_s) {
  hx_run_row row;
  hx_store_row_clear(&hx_runs_schema, &row);
  row.run = key;
  row.wall_s = wall_s;
  row.block = 1;
  return row;
}

static void append(const hx_run_row *rows, size_t n) {
  pvs_error error;
  hx_store_file *file = hx_store_file_open(folder, &hx_runs_schema, afresh(&error));
  assert_non_null(file);
  assert_true(hx_store_file_append(file, rows, n, afresh(&error)));
  assert_true(hx_store_file_sync(file, afresh(&error)));
  hx_store_file_close(file);
}

/* Row by row it is the same as all at once. */
static bool is_next(void *ctx, const void *row) {
  const hx_run_row ***next = ctx, *now = row, *expected = *(*next)++;
  assert_string_equal(now->run, expected->run);
  assert_string_equal(now->workload, expected->workload);
  assert_string_equal(now->note, expected->note);
  assert_memory_equal(&now->wall_s, &expected->wall_s, sizeof now->wall_s);
  return true;
}

static bool is_one(void *ctx, const void *row) {
  size_t *n = ctx;
  return row && ++*n > 1;
}

static void check_each(const hx_store_rows *rows) {
  pvs_error error;
  size_t n = 0;
  const hx_run_row **all = calloc(rows->n + 1, sizeof *all), **next = all;
  assert_non_null(all);
  for (size_t i = 0; i < rows->n; i++)
    all[i] = (const hx_run_row *)rows->rows + i;
  assert_true(hx_store_rows_each(folder, &hx_runs_schema, is_next, &next, afresh(&error)));
  assert_int_equal(next - all, rows->n);
  free(all);
  if (rows->n == 0)
    return;
  assert_false(hx_store_rows_each(folder, &hx_runs_schema, is_one, &n, afresh(&error)));
  assert_int_equal(n, 1);
  assert_int_equal(error.code, PVS_NO_MEMORY);
}

static hx_store_rows read_back(size_t n, size_t skipped) {
  pvs_error error;
  hx_store_rows rows;
  assert_true(hx_store_rows_read(folder, &hx_runs_schema, &rows, afresh(&error)));
  check_each(&rows);
  assert_int_equal(rows.n, n);
  assert_int_equal(rows.skipped, skipped);
  assert_int_equal(rows.warning[0] != 0, skipped != 0);
  return rows;
}

static void test_no_file_has_no_rows(void **state) {
  (void)state;
  hx_store_rows rows = read_back(0, 0);
  hx_store_rows_deinit(&rows);
}

static void test_values_come_back_exactly(void **state) {
  (void)state;
  hx_run_row out = a_run("0f8fad5b-d9cb-469f-a165-70867728950e", 0.1 + 0.2);
  out.workload = "cmd:'prog \"quoted\", --jobs {workers}'";
  out.reason = "two\nlines\tand a tab";
  out.config = " edge ";
  out.user_s = 5e-324;
  out.exit = 0;
  out.max_rss_kib = 123456789012345;
  append(&out, 1);
  hx_store_rows rows = read_back(1, 0);
  const hx_run_row *in = rows.rows;
  assert_string_equal(in->run, out.run);
  assert_string_equal(in->workload, out.workload);
  assert_string_equal(in->reason, "two lines and a tab");
  assert_string_equal(in->config, " edge ");
  assert_true(in->wall_s == out.wall_s);
  assert_true(in->user_s == out.user_s);
  assert_true(isnan(in->sys_s));
  assert_int_equal(in->exit, 0);
  assert_true(in->signal == HX_STORE_NONE);
  assert_true(in->max_rss_kib == out.max_rss_kib);
  assert_string_equal(in->digest, "");
  hx_store_rows_deinit(&rows);
}

/* Wherever a row is cut, it alone is lost. */
static void test_a_torn_row_costs_only_itself(void **state) {
  (void)state;
  hx_run_row rows[3] = {a_run("aaaa", 1), a_run("bbbb", 2), a_run("cccc", 3)};
  rows[1].workload = "cmd:'a, \"b\"'";
  rows[1].note = "last but not least";
  append(rows, 1);
  size_t before = strlen(get_file());
  append(rows + 1, 1);
  char whole[1 << 16];
  strcpy(whole, get_file());
  size_t size = strlen(whole);
  for (size_t cut = before + 1; cut < size; cut++) {
    char torn[1 << 16];
    memcpy(torn, whole, cut);
    torn[cut] = 0;
    put_file(torn, "w");
    append(rows + 2, 1);
    bool is_whole = cut == size - 1; /* only the newline was missing */
    hx_store_rows in = read_back(is_whole ? 3 : 2, is_whole ? 0 : 1);
    const hx_run_row *row = in.rows;
    assert_string_equal(row[0].run, "aaaa");
    assert_string_equal(row[in.n - 1].run, "cccc");
    assert_true(row[in.n - 1].wall_s == 3);
    hx_store_rows_deinit(&in);
  }
}

static void test_a_torn_header_is_repeated(void **state) {
  (void)state;
  hx_run_row row = a_run("aaaa", 1);
  append(&row, 1);
  char whole[1 << 16];
  strcpy(whole, get_file());
  size_t header = strcspn(whole, "\n");
  for (size_t cut = 0; cut < header; cut++) {
    char torn[1 << 14];
    memcpy(torn, whole, cut);
    torn[cut] = 0;
    put_file(torn, "w");
    append(&row, 1);
    /* "…,schema_" without its number says the same as the whole header */
    hx_store_rows in = read_back(1, cut > 0 && cut + 1 < header);
    hx_store_rows_deinit(&in);
  }
}

static void test_stores_merge_with_cat(void **state) {
  (void)state;
  hx_run_row a = a_run("aaaa", 1), b = a_run("bbbb", 2);
  append(&a, 1);
  char twice[1 << 16];
  strcpy(twice, get_file());
  put_file(twice, "a");
  append(&b, 1);
  hx_store_rows in = read_back(3, 0);
  hx_store_rows_deinit(&in);
}

static void test_columns_go_by_name(void **state) {
  (void)state;
  put_file("wall_s,future_column,run,schema_9\n2.5,x,dddd,.\n", "w");
  hx_run_row row = a_run("eeee", 3.5);
  append(&row, 1);
  hx_store_rows in = read_back(2, 0);
  const hx_run_row *r = in.rows;
  assert_string_equal(r[0].run, "dddd");
  assert_true(r[0].wall_s == 2.5);
  assert_true(r[0].block == HX_STORE_NONE);
  assert_string_equal(r[1].run, "eeee");
  assert_non_null(strstr(get_file(), "future_column"));
  hx_store_rows_deinit(&in);
}

static void test_nonsense_is_skipped_and_said(void **state) {
  (void)state;
  hx_run_row row = a_run("aaaa", 1);
  append(&row, 1);
  put_file("\"never closed, 1\n1,2,3\n\n", "a");
  append(&row, 1);
  hx_store_rows in = read_back(2, 2);
  assert_non_null(strstr(in.warning, "runs.csv: line 3"));
  assert_non_null(strstr(in.warning, "2 lines skipped"));
  hx_store_rows_deinit(&in);
}

/* Or the row would end where the NUL is, and be another one. */
static void test_a_nul_makes_a_line_no_row(void **state) {
  (void)state;
  static const char text[] = "run,note,wall_s,schema_1\na,one,1,.\nb,t\0wo,2,.\nc,three,3,.\n";
  FILE *f = fopen(runs_path(), "w");
  assert_non_null(f);
  assert_int_equal(fwrite(text, 1, sizeof text - 1, f), sizeof text - 1);
  assert_int_equal(fclose(f), 0);
  hx_store_rows in = read_back(2, 1);
  assert_string_equal(((const hx_run_row *)in.rows)[1].run, "c");
  hx_store_rows_deinit(&in);
}

static void test_a_number_that_is_none_is_not_read_as_one(void **state) {
  (void)state;
  put_file("run,wall_s,block,schema_1\na,1.5x,1,.\nb,1.5,one,.\nc,1.5,2,.\n", "w");
  hx_store_rows in = read_back(1, 2);
  assert_string_equal(((const hx_run_row *)in.rows)->run, "c");
  hx_store_rows_deinit(&in);
}

/* Writers at the same time, one of them killed again and again: every other row is whole. */
static void test_formulas_are_stored_harmless_and_come_back(void **state) {
  (void)state;
  static const char *const notes[][2] = {
      {"=1+1", "\"'=1+1\""}, {"@x", "\"'@x\""}, {"-x", "\"'-x\""},    {"-5", "-5"},
      {"'=x", "\"''=x\""},   {"'a", "\"'a\""},  {"''+x", "\"'''+x\""}};
  for (size_t i = 0; i < sizeof notes / sizeof *notes; i++) {
    hx_text text = {0};
    hx_text_put_cell(&text, notes[i][0]);
    assert_string_equal(text.at, notes[i][1]);
    hx_text_deinit(&text);
    hx_run_row out = a_run("serial", 1);
    out.note = notes[i][0];
    append(&out, 1);
    hx_store_rows rows = read_back(i + 1, 0);
    assert_string_equal(((const hx_run_row *)rows.rows)[i].note, notes[i][0]);
    hx_store_rows_deinit(&rows);
  }
}

static void test_kills_and_other_writers(void **state) {
  (void)state;
  enum { KILLS = 40 };
  size_t steady = 0;
  for (int k = 0; k < KILLS; k++) {
    pid_t pid = fork();
    if (pid == 0) {
      pvs_error error;
      hx_store_file *file = hx_store_file_open(folder, &hx_runs_schema, afresh(&error));
      hx_run_row row = a_run("victim", 1);
      while (file && hx_store_file_append(file, &row, 1, afresh(&error))) {
      }
      _exit(1);
    }
    for (int i = 0; i < 5; i++, steady++) {
      hx_run_row row = a_run("steady", 2);
      append(&row, 1);
    }
    usleep((useconds_t)(rand() % 2000));
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
  }
  pvs_error error;
  hx_store_rows in;
  assert_true(hx_store_rows_read(folder, &hx_runs_schema, &in, afresh(&error)));
  size_t found = 0;
  for (size_t i = 0; i < in.n; i++)
    found += strcmp(((const hx_run_row *)in.rows)[i].run, "steady") == 0;
  assert_int_equal(found, steady);
  assert_true(in.skipped <= KILLS);
  hx_store_rows_deinit(&in);
}

static bool append_one(void) {
  hx_run_row row = a_run("waited", 1);
  hx_store_file *file = hx_store_file_open(folder, &hx_runs_schema, NULL);
  bool ok = file && hx_store_file_append(file, &row, 1, NULL);
  hx_store_file_close(file);
  return ok;
}

static bool read_all(void) {
  hx_store_rows rows;
  bool ok = hx_store_rows_read(folder, &hx_runs_schema, &rows, NULL);
  hx_store_rows_deinit(&rows);
  return ok;
}

/* While somebody else writes, who appends and who reads waits: nothing comes of it until the lock is free. */
static void test_it_waits_for_the_lock(void **state) {
  (void)state;
  bool (*const all[])(void) = {append_one, read_all};
  append_one();
  for (size_t i = 0; i < 2; i++) {
    int fd = open(runs_path(), O_RDWR | O_CLOEXEC), ends[2];
    assert_true(fd >= 0 && pipe(ends) == 0);
    assert_int_equal(flock(fd, LOCK_EX), 0);
    pid_t pid = fork();
    if (pid == 0) {
      close(fd);
      char done = all[i]() ? 'y' : 'n';
      _exit(write(ends[1], &done, 1) != 1);
    }
    struct pollfd ready = {.fd = ends[0], .events = POLLIN};
    assert_int_equal(poll(&ready, 1, 200), 0);
    assert_int_equal(flock(fd, LOCK_UN), 0);
    char done = 0;
    assert_int_equal(read(ends[0], &done, 1), 1);
    assert_int_equal(done, 'y');
    assert_int_equal(waitpid(pid, NULL, 0), pid);
    close(ends[0]);
    close(ends[1]);
    close(fd);
  }
  hx_store_rows rows = read_back(2, 0);
  hx_store_rows_deinit(&rows);
}

/* The limit of file sizes lets the beginning of a row through, as a disk that fills up does. */
static void test_of_a_row_that_does_not_fit_nothing_stays(void **state) {
  (void)state;
  pvs_error error;
  hx_run_row row = a_run("serial", 1);
  append(&row, 1);
  char *before = strdup(get_file());
  size_t size = strlen(before);
  struct rlimit old, small;
  assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
  small = (struct rlimit){.rlim_cur = size + 20, .rlim_max = old.rlim_max};
  signal(SIGXFSZ, SIG_IGN);
  hx_store_file *file = hx_store_file_open(folder, &hx_runs_schema, afresh(&error));
  assert_non_null(file);
  assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
  bool ok = hx_store_file_append(file, &row, 1, afresh(&error));
  bool kept = hx_store_row_keep(folder, &hx_runs_schema, &row, NULL);
  assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
  assert_false(ok || kept);
  assert_non_null(strstr(error.message, "a row cannot be written"));
  assert_string_equal(get_file(), before);
  /* The same file takes the next row. */
  assert_true(hx_store_file_append(file, &row, 1, afresh(&error)));
  hx_store_file_close(file);
  assert_true(hx_store_row_keep(folder, &hx_runs_schema, &row, afresh(&error)));
  hx_store_rows rows = read_back(3, 0);
  hx_store_rows_deinit(&rows);
  free(before);
}

static void test_a_device_is_no_store(void **state) {
  (void)state;
  pvs_error error;
  char link[96];
  snprintf(link, sizeof link, "%s/verdicts.csv", folder);
  assert_int_equal(symlink("/dev/null", link), 0);
  assert_null(hx_store_file_open(folder, &hx_verdicts_schema, afresh(&error)));
  assert_non_null(strstr(error.file, "verdicts.csv"));
  assert_string_equal(error.message, "found a device or pipe, expected a CSV file");
}

/* results/README.md is true: the same columns with the same units and words, in the same order. */
/* Another version is another header: files that are there then have two of them. */
static void test_versions(void **state) {
  (void)state;
  const hx_store_schema *schemas[] = {&hx_runs_schema,       &hx_sweeps_schema,
                                      &hx_standings_schema,  &hx_recommendations_schema,
                                      &hx_verdicts_schema,   &hx_environments_schema,
                                      &hx_references_schema, &hx_accepted_schema};
  for (size_t i = 0; i < sizeof schemas / sizeof *schemas; i++)
    if (schemas[i]->version != 1)
      fail_msg("%s has version %d", schemas[i]->file, schemas[i]->version);
}

static void test_the_readme_is_the_schema(void **state) {
  (void)state;
  static char readme[1 << 16];
  FILE *f = fopen(PVT_TESTS_DIR "/../results/README.md", "r");
  assert_non_null(f);
  readme[fread(readme, 1, sizeof readme - 1, f)] = 0;
  fclose(f);
  const hx_store_schema *const schemas[] = {&hx_runs_schema,      &hx_sweeps_schema,
                                            &hx_standings_schema, &hx_recommendations_schema,
                                            &hx_verdicts_schema,  &hx_environments_schema};
  const char *at = readme;
  for (size_t s = 0; s < sizeof schemas / sizeof *schemas; s++) {
    char line[512];
    snprintf(line, sizeof line, "\n## %s\n", schemas[s]->file);
    at = strstr(at, line);
    assert_non_null(at);
    for (size_t i = 0; i < schemas[s]->n_columns; i++) {
      const hx_store_column *c = &schemas[s]->columns[i];
      snprintf(line, sizeof line, "\n| `%s` | ", c->name);
      at = strstr(at, line);
      if (!at)
        fail_msg("results/README.md lacks, or has elsewhere, the column %s of %s", c->name,
                 schemas[s]->file);
      size_t length = strcspn(at + 1, "\n");
      char row[512] = "", want[512];
      for (size_t k = 0, n = 0; k < length && n + 1 < sizeof row; k++)
        if (at[1 + k] != '\\')
          row[n++] = at[1 + k];
      snprintf(want, sizeof want, "| `%s` | %s | %s |", c->name, c->unit, c->meaning);
      assert_string_equal(row, want);
    }
  }
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

int main(void) {
  const struct CMUnitTest tests[] = {
      IN_FOLDER(test_no_file_has_no_rows),
      IN_FOLDER(test_values_come_back_exactly),
      IN_FOLDER(test_a_torn_row_costs_only_itself),
      IN_FOLDER(test_a_torn_header_is_repeated),
      IN_FOLDER(test_stores_merge_with_cat),
      IN_FOLDER(test_columns_go_by_name),
      IN_FOLDER(test_nonsense_is_skipped_and_said),
      IN_FOLDER(test_it_waits_for_the_lock),
      IN_FOLDER(test_a_nul_makes_a_line_no_row),
      IN_FOLDER(test_a_number_that_is_none_is_not_read_as_one),
      IN_FOLDER(test_formulas_are_stored_harmless_and_come_back),
      IN_FOLDER(test_kills_and_other_writers),
      IN_FOLDER(test_of_a_row_that_does_not_fit_nothing_stays),
      IN_FOLDER(test_a_device_is_no_store),
      cmocka_unit_test(test_versions),
      cmocka_unit_test(test_the_readme_is_the_schema),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
