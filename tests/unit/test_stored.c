/* Comparisons of stored runs: which runs are meant, and what is said of them. */
#include "compare_support.h"
#include "error_support.h"

#include "compare/stored.h"
#include "measure/store.h"

enum { ROWS = 16 };

static hx_run_row rows[ROWS];
static size_t n_rows;

static hx_run_row *add(double seconds) {
  hx_run_row *row = &rows[n_rows++];
  hx_store_row_clear(&hx_runs_schema, row);
  row->run = "key";
  row->sweep = "5weep111";
  row->revision = "rev222333";
  row->machine = "m-1";
  row->allocation = "pus=4";
  row->workload = "cmd:x";
  row->config = "threads:2/pin=none";
  row->counted = 1;
  row->seconds = seconds;
  return row;
}

static void put(const char *folder) {
  pvs_error error;
  char path[128];
  snprintf(path, sizeof path, "mkdir -p %s", folder);
  in_shell(path);
  snprintf(path, sizeof path, "%s/%s", compare_folder, folder);
  hx_store_file *file = hx_store_file_open(path, &hx_runs_schema, afresh(&error));
  assert_non_null(file);
  assert_true(hx_store_file_append(file, rows, n_rows, afresh(&error)));
  hx_store_file_close(file);
  n_rows = 0;
}

static bool read_it(const char *what, const char *workload, const char *config, hx_stored *out,
                    pvs_error *error) {
  char folder[128];
  snprintf(folder, sizeof folder, "%s/store", compare_folder);
  return hx_stored_read(what, folder, workload, config, out, afresh(error));
}

static void check(const char *what, const char *workload, const char *config, size_t n,
                  double first, double last) {
  hx_stored found;
  pvs_error error;
  if (!read_it(what, workload, config, &found, &error))
    fail_msg("%s: %s", what, error.message);
  assert_int_equal(found.n, n);
  assert_true(found.seconds[0] == first && found.seconds[n - 1] == last);
  assert_string_equal(found.machine, "m-1");
  assert_string_equal(found.allocation, "pus=4");
  hx_stored_deinit(&found);
  assert_null(found.seconds);
  assert_int_equal(found.n, 0);
  assert_null(found.machine);
}

static void check_error(const char *what, const char *workload, const char *config,
                        const char *said) {
  hx_stored found;
  pvs_error error;
  assert_false(read_it(what, workload, config, &found, &error));
  assert_non_null(strstr(error.message, said));
  assert_null(found.seconds);
}

static void test_which_runs_are_meant(void **state) {
  (void)state;
  char path[128];
  add(1);
  add(2);
  add(3)->counted = 0;
  add(0);
  add(4)->sweep = "other999";
  add(5)->config = "threads:2"; /* the same, in other words */
  put("store");
  check("5weep", NULL, NULL, 3, 1, 5);
  check("rev2", NULL, NULL, 4, 1, 5);
  check("other999", NULL, NULL, 1, 4, 4);
  check("5wee", "cmd:x", "threads:2", 3, 1, 5);
  check_error("5we", NULL, NULL, "at least 4 characters");
  check_error("weep111", NULL, NULL, "has no counted runs: expected a file");
  check_error("5weep", "cmd:y", NULL, "has no counted runs of cmd:y: expected");
  check_error("5weep", "cmd:x", "serial", "has no counted runs of cmd:x as serial: expected");
  snprintf(path, sizeof path, "%s/store", compare_folder);
  check(path, NULL, NULL, 4, 1, 5);
  snprintf(path, sizeof path, "%s/store/runs.csv", compare_folder);
  check(path, NULL, NULL, 4, 1, 5);
  in_shell("echo >store/other.csv; ln store/runs.csv runs.csv");
  snprintf(path, sizeof path, "%s/store/other.csv", compare_folder);
  check_error(path, NULL, NULL, "nothing is stored there");
  in_shell("mkdir -p folder/runs.csv one; head -n 2 store/runs.csv >one/runs.csv");
  snprintf(path, sizeof path, "%s/folder", compare_folder);
  check_error(path, NULL, NULL, "");
  snprintf(path, sizeof path, "%s/one", compare_folder);
  check(path, NULL, NULL, 1, 1, 1);
  assert_int_equal(chdir(compare_folder), 0);
  check("runs.csv", NULL, NULL, 4, 1, 5); /* no slash at all */
  assert_int_equal(chdir("/"), 0);
}

static void test_runs_of_several_things(void **state) {
  (void)state;
  char path[128];
  add(1);
  add(2)->workload = "cmd:y";
  put("store");
  check_error("5weep", NULL, NULL,
              "several workloads or configurations: cmd:x as threads:2/pin=none, and cmd:y as "
              "threads:2/pin=none");
  check("5weep", "cmd:x", NULL, 1, 1, 1);
  add(3)->config = "serial";
  put("store");
  check_error("5weep", "cmd:x", NULL, "and cmd:x as serial; choose with");
  check("5weep", "cmd:x", "serial", 1, 3, 3);
  add(4)->machine = "m-2";
  put("store");
  check_error("5weep", "cmd:x", "threads:2",
              "has runs of several machines or allocations: m-1 with pus=4, and m-2 with pus=4");
  add(1)->allocation = "pus=8";
  add(2);
  put("allocations");
  snprintf(path, sizeof path, "%s/allocations", compare_folder);
  check_error(path, NULL, NULL, "allocations: m-1 with pus=8, and m-1 with pus=4");
}

/* A command may be of any length. */
static void test_long_names(void **state) {
  (void)state;
  char command[3000], path[128];
  memset(command, 'x', sizeof command - 1);
  command[sizeof command - 1] = '\0';
  memcpy(command, "cmd:", 4);
  add(1)->workload = command;
  add(2)->workload = command;
  put("long");
  snprintf(path, sizeof path, "%s/long", compare_folder);
  check(path, NULL, NULL, 2, 1, 2);
  check(path, command, NULL, 2, 1, 2);
}

static void check_alike(const hx_stored *a, const hx_stored *b, bool own_best, const char *said) {
  pvs_error error;
  assert_int_equal(hx_stored_alike(a, b, own_best, afresh(&error)), !said);
  assert_string_equal(error.message, said ? said : "");
}

static void test_what_can_be_compared(void **state) {
  (void)state;
  const hx_stored a = {.machine = "m", .allocation = "p", .workload = "w", .config = "threads:2"};
  hx_stored b = a;
  check_alike(&a, &b, false, NULL);
  b.config = "threads:3";
  check_alike(&a, &b, false,
              "A and B differ in their worker count: threads:2 and threads:3 (--own-best compares "
              "each at its best)");
  check_alike(&a, &b, true, NULL);
  hx_stored serial = a, unknown = a;
  serial.config = "serial";
  unknown.config = "of another version";
  check_alike(&serial, &unknown, false,
              "A and B differ in their worker count: serial and of another version (--own-best "
              "compares each at its best)");
  b.config = "processes:2";
  check_alike(&a, &b, false,
              "A and B differ in their configuration: threads:2 and processes:2 (--own-best "
              "compares each at its best)");
  b.workload = "v";
  check_alike(&a, &b, true, "A and B differ in their workload: w and v");
  b.allocation = "q";
  check_alike(&a, &b, true, "A and B differ in their allocation: p and q");
  b.machine = "n";
  check_alike(&a, &b, true, "A and B differ in their machine: m and n");
}

static hx_stored_answer compare(const hx_stored *a, const hx_stored *b, double min_effect) {
  hx_stored_answer answer;
  pvs_error error;
  assert_true(hx_stored_compare(a, b, min_effect, &answer, afresh(&error)));
  return answer;
}

static void test_the_advice(void **state) {
  (void)state;
  double slow[] = {2.2, 2.1, 2.3, 2.4, 2.5}, fast[] = {1.2, 1.1, 1.3, 1.4, 1.5};
  hx_stored a = {.seconds = fast, .n = 5}, b = {.seconds = slow, .n = 5};
  hx_stored_answer answer = compare(&a, &b, 0.05);
  assert_true(answer.a_s == 1.3 && answer.b_s == 2.3);
  assert_true(fabs(answer.change - (2.3 / 1.3 - 1)) < 1e-12);
  assert_true(answer.p > 0 && answer.p < 0.05);
  assert_true(answer.suspicious);
  assert_true(fast[0] == 1.2 && slow[0] == 2.2); /* left in their order */
  assert_false(compare(&b, &a, 0.05).suspicious);
  assert_false(compare(&a, &b, 0.8).suspicious);
  assert_false(compare(&a, &a, 0.05).suspicious);
  double twice[] = {2.2, 2.4, 2.6, 2.8, 3}; /* as much slower as is tolerated, and no more */
  b.seconds = twice;
  assert_true(compare(&a, &b, 0.99).suspicious);
  assert_false(compare(&a, &b, 1).suspicious);
  double mixed[] = {1.45, 1.35, 1.6, 1.7, 1.26};
  b.seconds = mixed;
  answer = compare(&a, &b, 0.05);
  assert_true(answer.p > 0.1 && answer.p < 0.3 && answer.change > 0.05);
  assert_false(answer.suspicious);
  a.n = 4;
  assert_false(compare(&b, &a, 0.05).suspicious);
  a.n = 3;
  assert_true(compare(&b, &a, 0.05).suspicious); /* too few to say */
  assert_true(compare(&a, &b, 0.05).suspicious);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, compare_setup, compare_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(test_which_runs_are_meant),
      CASE(test_runs_of_several_things),
      CASE(test_long_names),
      cmocka_unit_test(test_what_can_be_compared),
      cmocka_unit_test(test_the_advice),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
