/* Output folders: whole or not at all, and never somebody else's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "error_support.h"
#include "exec/outdir.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char root[] = "/tmp/test_outdir.XXXXXX";

static int enter(void **state) {
  (void)state;
  strcpy(root, "/tmp/test_outdir.XXXXXX");
  return mkdtemp(root) && chdir(root) == 0 ? 0 : -1;
}

static int leave(void **state) {
  (void)state;
  char command[64];
  snprintf(command, sizeof command, "rm -rf %s", root);
  return chdir("/") == 0 ? system(command) : -1;
}

static void put(const char *path, const char *text) {
  FILE *file = fopen(path, "w");
  assert_non_null(file);
  fputs(text, file);
  fclose(file);
}

static void put_in(const hx_publish *dir, const char *name, const char *text) {
  char path[PATH_MAX + 64];
  snprintf(path, sizeof path, "%s/%s", dir->temp, name);
  put(path, text);
}

static void expect_text(const char *path, const char *text) {
  char found[256] = "";
  FILE *file = fopen(path, "r");
  assert_non_null(file);
  size_t n = fread(found, 1, sizeof found - 1, file);
  fclose(file);
  found[n] = '\0';
  assert_string_equal(found, text);
}

/* Entries of the scratch folder, so that nothing hidden is left over. */
static void expect_entries(const char *list) {
  char found[512] = "";
  FILE *names = popen("find . -mindepth 1 | LC_ALL=C sort | tr '\\n' ' '", "r");
  assert_non_null(names);
  size_t n = fread(found, 1, sizeof found - 1, names);
  found[n] = '\0';
  pclose(names);
  assert_string_equal(found, list);
}

static void begin(hx_publish *dir, const char *folder, bool force) {
  pvs_error error;
  if (!hx_outdir_begin(dir, folder, "x", force, afresh(&error)))
    fail_msg("%s", error.message);
}

static void publish(hx_publish *dir) {
  pvs_error error;
  if (!hx_outdir_publish(dir, afresh(&error)))
    fail_msg("%s", error.message);
  assert_string_equal(error.message, "");
}

static void refuse(const char *folder, bool force, const char *said) {
  hx_publish dir;
  pvs_error error;
  assert_false(hx_outdir_begin(&dir, folder, "x", force, afresh(&error)));
  if (!strstr(error.message, said))
    fail_msg("found '%s', expected '%s'", error.message, said);
}

static void test_new_folder_with_parents(void **state) {
  (void)state;
  hx_publish dir;
  begin(&dir, "a/b/study/", false);
  put_in(&dir, "x_results.csv", "1");
  assert_int_equal(access("a/b/study", F_OK), -1);
  publish(&dir);
  expect_entries("./a ./a/b ./a/b/study ./a/b/study/.pvtune ./a/b/study/x_results.csv ");
  expect_text("a/b/study/.pvtune", HX_OUTDIR_MARKER_TEXT);
}

static void test_replaces_as_a_whole(void **state) {
  (void)state;
  hx_publish dir;
  begin(&dir, "study", false);
  put_in(&dir, "x_results.csv", "1");
  publish(&dir);
  begin(&dir, "study", false);
  put_in(&dir, "x_customer_results.csv", "2");
  expect_text("study/x_results.csv", "1");
  publish(&dir);
  expect_entries("./study ./study/.pvtune ./study/x_customer_results.csv ");
}

static void test_abandon_leaves_nothing(void **state) {
  (void)state;
  hx_publish dir;
  begin(&dir, "a/b/study", false);
  put_in(&dir, "x_results.csv", "1");
  hx_publish_abandon(&dir);
  expect_entries("");
  begin(&dir, "study", false);
  put_in(&dir, "x_results.csv", "1");
  publish(&dir);
  begin(&dir, "study", false);
  hx_publish_abandon(&dir);
  hx_publish_abandon(&dir);
  expect_entries("./study ./study/.pvtune ./study/x_results.csv ");
}

static void test_somebody_elses_folder(void **state) {
  (void)state;
  mkdir("study", 0777);
  put("study/thesis.txt", "ten years");
  refuse("study", false, "found thesis.txt, expected nothing but");
  expect_text("study/thesis.txt", "ten years");
  hx_publish dir;
  begin(&dir, "study", true);
  publish(&dir);
  expect_entries("./study ./study/.pvtune ");
}

/* The marker says who made the folder, not who has put things there since. */
static void test_what_no_run_writes(void **state) {
  (void)state;
  static const char *const foreign[] = {"notes.txt",
                                        "x_results.csv~",
                                        "results.csv",
                                        "y_results.csv",
                                        "x_notes_results.csv",
                                        "x_001.csv",
                                        ".pvtune2",
                                        "link/x_results.csv",
                                        "plots/x_results.csv",
                                        "saved_tariffs/mine.csv",
                                        "saved_tariffs/x_001.csv",
                                        "scenarios/notes.txt",
                                        "scenarios/mine.csv",
                                        "scenarios/y_001.csv",
                                        "scenarios/x_1.csv",
                                        "scenarios/x_0001.csv",
                                        "scenarios/x_001 (copy).csv",
                                        "scenarios/x_001.CSV",
                                        "scenarios/x_results.csv",
                                        "scenarios/more/x_001.csv",
                                        "timeseries_d/x_001.csv",
                                        "timeseries_d/x_001_notes.csv",
                                        "timeseries_b/y_001_btm_i_u_load_1.csv",
                                        "timeseries_b/x_001_btm_i_u_load_1.txt"};
  for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++) {
    hx_publish dir;
    char path[PATH_MAX] = "study/", command[2 * PATH_MAX];
    begin(&dir, "study", true);
    publish(&dir);
    strcat(path, foreign[i]);
    snprintf(command, sizeof command, "mkdir -p \"$(dirname '%s')\"", path);
    assert_int_equal(system(command), 0);
    put(path, "ten years");
    refuse("study", false, ", expected nothing but what pvtune wrote for x (--force replaces");
    expect_text(path, "ten years");
  }
}

/* Runs write no links. What one leads to would stay, but the link itself would be gone. */
static void test_a_link_inside(void **state) {
  (void)state;
  hx_publish dir;
  begin(&dir, "study", false);
  publish(&dir);
  put("mine.csv", "ten years");
  assert_int_equal(symlink("../mine.csv", "study/x_results.csv"), 0);
  refuse("study", false, "found x_results.csv, expected");
  unlink("study/x_results.csv");
  mkdir("mine", 0777);
  assert_int_equal(symlink("../mine", "study/scenarios"), 0);
  refuse("study", false, "found scenarios, expected");
  expect_entries("./mine ./mine.csv ./study ./study/.pvtune ./study/scenarios ");
}

static void test_what_runs_write(void **state) {
  (void)state;
  hx_publish dir;
  static const char *const made[] = {".pvtune-shard.json",
                                     ".pvtune-shard.digests",
                                     "x_results.csv",
                                     "x_results_std_dev.csv",
                                     "x_customer_results.csv",
                                     "saved_tariffs/static_import_tariffs.csv",
                                     "saved_tariffs/static_solar_import_tariffs.csv",
                                     "saved_tariffs/static_export_tariffs.csv",
                                     "scenarios/x_001.csv",
                                     "scenarios/x_-01.csv",
                                     "scenarios/x_1000000000000000.csv",
                                     "timeseries_d/x_007_btm_i_u_load_1.CSV",
                                     "timeseries_b/x_1234_bau_load.csv"};
  begin(&dir, "study", false);
  for (size_t i = 0; i < sizeof made / sizeof *made; i++) {
    char path[PATH_MAX + 64];
    snprintf(path, sizeof path, "%s/%s", dir.temp, made[i]);
    char *slash = strrchr(path, '/');
    *slash = '\0';
    mkdir(path, 0777);
    *slash = '/';
    put(path, "1");
  }
  publish(&dir);
  begin(&dir, "study", false);
  publish(&dir);
  expect_entries("./study ./study/.pvtune ");
}

/* What came while the run was on is as little ours as what was there before. */
static void test_somebody_elses_folder_that_came_late(void **state) {
  (void)state;
  hx_publish dir;
  begin(&dir, "study", false);
  mkdir("study", 0777);
  put("study/thesis.txt", "ten years");
  pvs_error error;
  assert_false(hx_outdir_publish(&dir, afresh(&error)));
  assert_non_null(strstr(error.message, "expected nothing but"));
  expect_entries("./study ./study/thesis.txt ");
}

static void test_an_empty_folder_is_fine(void **state) {
  (void)state;
  mkdir("study", 0777);
  hx_publish dir;
  begin(&dir, "study", false);
  publish(&dir);
  expect_entries("./study ./study/.pvtune ");
}

static void test_what_cannot_be_a_folder(void **state) {
  (void)state;
  put("file", "1");
  refuse("file", true, "found a file, expected a folder");
  refuse("file/study", true, "Not a directory");
  refuse("", true, "expected the name of a folder");
  char long_name[400] = "new/";
  memset(long_name + 4, 'x', sizeof long_name - 5);
  refuse(long_name, true, "found a name of 395 bytes in this path, expected at most 221");
  memset(long_name + 4, 'x', 222);
  long_name[4 + 222] = '\0';
  refuse(long_name, true, "found a name of 222 bytes in this path, expected at most 221");
  strcpy(long_name + 4 + 222, "/study"); /* of a folder above it more fits */
  hx_publish dir;
  begin(&dir, long_name, false);
  hx_publish_abandon(&dir);
  char long_path[PATH_MAX + 1];
  memset(long_path, 'x', PATH_MAX);
  long_path[PATH_MAX] = '\0';
  refuse(long_path, true, "found a path of 4096 bytes, expected at most 4095");
  refuse("/proc/nowhere/study", true, "cannot make the output folder");
  expect_entries("./file ");
}

static void test_a_link_stays_a_link(void **state) {
  (void)state;
  mkdir("disk", 0777);
  assert_int_equal(symlink("disk", "study"), 0);
  hx_publish dir;
  for (int i = 0; i < 2; i++) {
    begin(&dir, "study", false);
    publish(&dir);
  }
  struct stat status;
  assert_int_equal(lstat("study", &status), 0);
  assert_true(S_ISLNK(status.st_mode));
  expect_entries("./disk ./disk/.pvtune ./study ");
}

/* Several runs of one study at a time: all succeed, one whole folder remains. */
static void test_runs_at_the_same_time(void **state) {
  (void)state;
  enum { RUNS = 6, ROUNDS = 20 };
  for (int run = 0; run < RUNS; run++) {
    if (fork() != 0)
      continue;
    for (int round = 0; round < ROUNDS; round++) {
      hx_publish dir;
      pvs_error error;
      if (!hx_outdir_begin(&dir, "out/study", "x", false, afresh(&error))) {
        print_error("%s\n", error.message);
        _exit(1);
      }
      put_in(&dir, "x_results.csv", "1");
      if (!hx_outdir_publish(&dir, afresh(&error)) || error.message[0]) {
        print_error("%s\n", error.message);
        _exit(2);
      }
    }
    _exit(0);
  }
  int failed = 0, status;
  while (wait(&status) > 0)
    failed += status != 0;
  assert_int_equal(failed, 0);
  assert_int_equal(system("test \"$(find out -mindepth 1 | wc -l)\" = 3"), 0);
}

/* A killed run's folder goes with the next run, a living one's stays. */
static void test_left_behind(void **state) {
  (void)state;
  hx_publish living, dir;
  begin(&living, "study", false);
  if (fork() == 0) {
    begin(&dir, "study", false);
    put_in(&dir, "x_results.csv", "1");
    _exit(0);
  }
  int status;
  assert_true(wait(&status) > 0);
  mkdir(".study.12-x.tmp", 0777);
  mkdir(".study2.12-0.tmp", 0777);
  begin(&dir, "study", false);
  assert_int_equal(access(living.temp, F_OK), 0);
  publish(&dir);
  publish(&living);
  expect_entries("./.study.12-x.tmp ./.study2.12-0.tmp ./study ./study/.pvtune ");
}

static void test_umask_is_respected(void **state) {
  (void)state;
  mode_t before = umask(022);
  hx_publish dir;
  begin(&dir, "study", false);
  publish(&dir);
  umask(before);
  struct stat status;
  assert_int_equal(stat("study", &status), 0);
  assert_int_equal(status.st_mode & 0777, 0755);
}

int main(void) {
#define CASE(name) cmocka_unit_test_setup_teardown(name, enter, leave)
  const struct CMUnitTest tests[] = {
      CASE(test_new_folder_with_parents),
      CASE(test_replaces_as_a_whole),
      CASE(test_abandon_leaves_nothing),
      CASE(test_somebody_elses_folder),
      CASE(test_what_no_run_writes),
      CASE(test_a_link_inside),
      CASE(test_what_runs_write),
      CASE(test_somebody_elses_folder_that_came_late),
      CASE(test_an_empty_folder_is_fine),
      CASE(test_what_cannot_be_a_folder),
      CASE(test_a_link_stays_a_link),
      CASE(test_runs_at_the_same_time),
      CASE(test_left_behind),
      CASE(test_umask_is_respected),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
