/* Where rows of the store go: the folder of a machine, a file that goes away, and keys of rows. */
#include "unit/compare_support.h"
#include "unit/error_support.h"

#include "measure/store.h"

#include <errno.h>
#include <sys/file.h>
#include <sys/syscall.h>

static int interrupted_locks; /* how many calls of flock a signal ends */

int flock(int fd, int operation) {
  if (interrupted_locks == 0)
    return (int)syscall(SYS_flock, fd, operation);
  interrupted_locks--;
  errno = EINTR;
  return -1;
}

static hx_run_row row_of(const char *key) {
  hx_run_row row;
  hx_store_row_clear(&hx_runs_schema, &row);
  row.run = key;
  return row;
}

static void check_keys(const char *first, const char *second) {
  pvs_error error;
  hx_store_rows rows;
  assert_true(hx_store_rows_read(compare_folder, &hx_runs_schema, &rows, afresh(&error)));
  const hx_run_row *row = rows.rows;
  assert_int_equal(rows.n, second ? 2 : 1);
  assert_string_equal(row[0].run, first);
  if (second)
    assert_string_equal(row[1].run, second);
  assert_string_equal(rows.warning, "");
  hx_store_rows_deinit(&rows);
}

/* Rows go to the file of that name, which may be another one than the one that was opened. */
static void test_a_file_that_goes_away(void **state) {
  (void)state;
  pvs_error error;
  hx_run_row row[] = {row_of("one"), row_of("two"), row_of("three"), row_of("four")};
  hx_store_file *file = hx_store_file_open(compare_folder, &hx_runs_schema, afresh(&error));
  assert_non_null(file);
  assert_true(hx_store_file_append(file, &row[0], 1, afresh(&error)));
  in_shell("mv runs.csv first.csv");
  assert_true(hx_store_file_append(file, &row[1], 1, afresh(&error)));
  assert_true(hx_store_file_append(file, &row[2], 1, afresh(&error)));
  check_keys("two", "three");
  in_shell("mv first.csv runs.csv"); /* with the header and a row */
  assert_true(hx_store_file_append(file, &row[3], 1, afresh(&error)));
  check_keys("one", "four");
  in_shell("rm runs.csv; mkdir runs.csv");
  assert_false(hx_store_file_append(file, &row[0], 1, afresh(&error)));
  assert_string_equal(error.message, "cannot be opened: Is a directory");
  in_shell("rmdir runs.csv");
  assert_true(hx_store_file_append(file, &row[0], 1, afresh(&error)));
  check_keys("one", NULL);
  hx_store_file_close(file);
}

static void test_a_signal_while_it_waits_for_the_lock(void **state) {
  (void)state;
  pvs_error error;
  hx_run_row row = row_of("one");
  assert_true(hx_store_row_keep(compare_folder, &hx_runs_schema, &row, afresh(&error)));
  interrupted_locks = 3;
  check_keys("one", NULL);
  assert_int_equal(interrupted_locks, 0);
}

static void test_the_folder_of_a_machine(void **state) {
  (void)state;
  char found[16], said[128];
  pvs_error error = {0};
  assert_true(hx_store_folder("results", "m-12345", false, found, sizeof found, &error));
  assert_string_equal(found, "results/m-12345");
  assert_false(hx_store_folder("results", "m-123456", false, found, sizeof found, &error));
  assert_string_equal(pvs_error_text(&error, said, sizeof said),
                      "results: this results folder cannot be used: File name too long");
}

/* RFC 9562: version 4, variant 10. */
static void test_uuids(void **state) {
  (void)state;
  char uuid[HX_UUID_TEXT], before[HX_UUID_TEXT] = "";
  for (int i = 0; i < 64; i++) {
    hx_uuid(uuid);
    assert_int_equal(strspn(uuid, "-0123456789abcdef"), HX_UUID_TEXT - 1);
    assert_true(uuid[8] == '-' && uuid[13] == '-' && uuid[18] == '-' && uuid[23] == '-');
    assert_true(uuid[14] == '4' && strchr("89ab", uuid[19]));
    assert_string_not_equal(uuid, before);
    strcpy(before, uuid);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_a_file_that_goes_away, compare_setup, compare_teardown),
      cmocka_unit_test_setup_teardown(test_a_signal_while_it_waits_for_the_lock, compare_setup,
                                      compare_teardown),
      cmocka_unit_test(test_the_folder_of_a_machine),
      cmocka_unit_test(test_uuids),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
