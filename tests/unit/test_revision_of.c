/* The commit that a binary is of: of the checkout it lies in, which is only looked at. */
#include "compare_support.h"

#include "measure/environment.h"

#include <limits.h>

static void check(const char *name, const char *expected) {
  char path[PATH_MAX], revision[HX_REVISION_TEXT];
  snprintf(path, sizeof path, "%s/%s", compare_folder, name);
  hx_revision_of(path, revision);
  assert_string_equal(revision, expected);
}

static void test_clean_and_dirty(void **state) {
  (void)state;
  char path[PATH_MAX], revision[HX_REVISION_TEXT], dirty[HX_REVISION_TEXT + 8];
  make_repository();
  in_shell("cd repo; mkdir build results; echo content >file; echo 1 >results/kept; git add .; "
           "git commit -q -m first");
  snprintf(path, sizeof path, "%s/repo/build/program", compare_folder);
  hx_revision_of(path, revision);
  assert_int_equal(strlen(revision), 12);
  snprintf(dirty, sizeof dirty, "%s", revision);
  snprintf(path, sizeof path, "cd repo; git rev-parse HEAD | grep -q '^%.12s'", dirty);
  in_shell(path);
  in_shell("cd repo; echo 2 >results/kept; echo new >untracked");
  check("repo/build/program", revision);
  in_shell("cd repo; echo other >file");
  snprintf(dirty, sizeof dirty, "%s-dirty", revision);
  check("repo/build/program", dirty);
  check("nowhere/program", "");
  check("program", "");
}

/* A monitor that is set for all of a user's repositories may write into this one. */
static void test_no_monitor_runs(void **state) {
  (void)state;
  make_repository();
  in_shell("cd repo; echo content >file; git add .; git commit -q -m first; "
           "printf '#!/bin/sh\\necho it ran >written; exit 1\\n' >../monitor; chmod +x ../monitor; "
           "git config core.fsmonitor \"$PWD/../monitor\"; git status >/dev/null; test -e written; "
           "rm written");
  char path[PATH_MAX], revision[HX_REVISION_TEXT];
  snprintf(path, sizeof path, "%s/repo/program", compare_folder);
  hx_revision_of(path, revision);
  assert_int_equal(strlen(revision), 12);
  in_shell("cd repo; test ! -e written");
}

/* git status writes what it found to the index, under a lock that stays behind if git is killed. */
static void test_the_index_is_left_alone(void **state) {
  (void)state;
  make_repository();
  in_shell(
      "cd repo; echo content >file; git add .; git commit -q -m first; touch -d 2020-01-01 file; "
      "cp .git/index ../index; git status >/dev/null; ! cmp -s .git/index ../index; "
      "touch -d 2021-01-01 file; cp .git/index ../index");
  char path[PATH_MAX], revision[HX_REVISION_TEXT];
  snprintf(path, sizeof path, "%s/repo/program", compare_folder);
  hx_revision_of(path, revision);
  assert_int_equal(strlen(revision), 12);
  in_shell("cd repo; cmp .git/index ../index");
  hx_repository repository;
  snprintf(path, sizeof path, "%s/repo", compare_folder);
  assert_true(hx_repository_open(path, &repository, NULL));
  assert_false(hx_repository_is_dirty(&repository));
  in_shell("cd repo; cmp .git/index ../index");
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, compare_setup, compare_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(test_clean_and_dirty),
      CASE(test_no_monitor_runs),
      CASE(test_the_index_is_left_alone),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
