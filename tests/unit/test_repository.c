/* A git repository that is opened, and what is said when it cannot be or lacks what is asked for. */
#include "compare_support.h"
#include "error_support.h"

#include "compare/revision.h"

#include <limits.h>

static hx_repository repository;

/* Git says the same wherever the test runs, and looks no further up than the test's folder. */
static int set_up(void **state) {
  int failed = compare_setup(state);
  setenv("LC_ALL", "C", 1);
  setenv("GIT_CEILING_DIRECTORIES", compare_folder, 1);
  return failed;
}

static bool open_it(const char *name, pvs_error *error) {
  char path[PATH_MAX];
  snprintf(path, sizeof path, "%s/%s", compare_folder, name);
  memset(&repository, 0, sizeof repository);
  return hx_repository_open(path, &repository, afresh(error));
}

/* What is said, with the test's folder in place of each '#'. */
static void check_message(const pvs_error *error, const char *expected) {
  char text[1024] = "";
  for (const char *at = expected; *at; at++)
    snprintf(text + strlen(text), sizeof text - strlen(text), "%.*s", *at == '#' ? 63 : 1,
             *at == '#' ? compare_folder : at);
  assert_string_equal(error->message, text);
  assert_int_equal(error->code, PVS_IO);
}

/* As from within the folder, which is then not named. */
static bool open_from(const char *name, pvs_error *error) {
  char path[PATH_MAX], before[PATH_MAX];
  snprintf(path, sizeof path, "%s/%s", compare_folder, name);
  assert_non_null(getcwd(before, sizeof before));
  assert_int_equal(chdir(path), 0);
  bool ok = hx_repository_open(NULL, &repository, afresh(error));
  assert_int_equal(chdir(before), 0);
  return ok;
}

static void check_refused(const char *name, const char *expected) {
  pvs_error error;
  assert_false(open_it(name, &error));
  assert_string_equal(repository.top, "");
  check_message(&error, expected);
}

static void test_a_repository_is_found_from_inside(void **state) {
  (void)state;
  pvs_error error;
  char top[128];
  make_repository();
  in_shell("mkdir -p repo/in/side");
  snprintf(top, sizeof top, "%s/repo", compare_folder);
  /* A hook's variables name another repository. */
  setenv("GIT_DIR", "/proc/nowhere", 1);
  setenv("GIT_WORK_TREE", "/proc/nowhere", 1);
  assert_true(open_it("repo/in/side", &error));
  assert_string_equal(repository.top, top);
  assert_int_equal(error.code, 0);
  assert_null(getenv("GIT_DIR"));
  assert_null(getenv("GIT_WORK_TREE"));
}

static void test_where_no_repository_can_be_opened(void **state) {
  (void)state;
  make_repository();
  in_shell("mkdir none; git init -q --bare bare");
  check_refused("none", "there is no git repository at #/none: git failed (exit code 128): fatal: "
                        "not a git repository (or any of the parent directories): .git");
  check_refused("bare", "there is no git repository at #/bare: git failed (exit code 128): fatal: "
                        "this operation must be run in a work tree");
  pvs_error error;
  in_shell("echo 'gitdir: /proc/nowhere' >none/.git");
  assert_false(open_from("none", &error));
  check_message(&error, "there is no git repository at .: git failed (exit code 128): fatal: not a "
                        "git repository: /proc/nowhere");
}

/* Git refuses these until it is told otherwise, in several lines, the first in the user's language. */
static void test_a_repository_of_another_user(void **state) {
  (void)state;
  pvs_error error;
  make_repository();
  setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1", 1);
  check_refused("repo",
                "the git repository at #/repo belongs to another user, and git reads it only "
                "after: git config --global --add safe.directory \"$(realpath #/repo)\"");
  assert_false(open_from("repo", &error));
  char path[PATH_MAX];
  check_message(&error, "the git repository at . belongs to another user, and git reads it only "
                        "after: git config --global --add safe.directory \"$(realpath .)\"");
  /* What is said to do helps. */
  snprintf(path, sizeof path, "%s/settings", compare_folder);
  setenv("GIT_CONFIG_GLOBAL", path, 1);
  in_shell("git config --global --add safe.directory \"$(realpath repo)\"");
  bool ok = open_it("repo", &error);
  unsetenv("GIT_TEST_ASSUME_DIFFERENT_OWNER");
  assert_true(ok);
}

/* A git that says nothing, or of a folder whose path is too long, has named no folder. */
static void test_a_git_that_names_no_folder(void **state) {
  (void)state;
  pvs_error error;
  const char *found = getenv("PATH");
  char path[PATH_MAX], *usual = strdup(found ? found : "/usr/bin:/bin");
  in_shell("mkdir bin; printf '#!/bin/sh\\ncat %s/top\\n' $PWD >bin/git; chmod +x bin/git;"
           "printf '\\n' >top");
  snprintf(path, sizeof path, "%s/bin:%s", compare_folder, usual);
  setenv("PATH", path, 1);
  check_refused(".", "there is no git repository at #/.: not in a worktree");
  char script[128];
  snprintf(script, sizeof script, "printf '/%%0%zud\\n' 0 >top", sizeof repository.top - 1);
  in_shell(script);
  check_refused(".", "there is no git repository at #/.: not in a worktree");
  snprintf(script, sizeof script, "printf '/%%0%zud\\n' 0 >top", sizeof repository.top - 2);
  in_shell(script);
  bool ok = open_it(".", &error);
  setenv("PATH", usual, 1);
  free(usual);
  assert_true(ok);
  assert_int_equal(strlen(repository.top), sizeof repository.top - 1);
}

static void check_no_commit(const char *revision, const char *expected) {
  pvs_error error;
  char commit[HX_COMMIT_TEXT] = "before";
  assert_false(hx_repository_resolve(&repository, revision, commit, afresh(&error)));
  check_message(&error, expected);
  assert_string_equal(commit, "before");
}

static void test_what_names_no_commit(void **state) {
  (void)state;
  pvs_error error;
  char commit[HX_COMMIT_TEXT];
  make_repository();
  in_shell("cd repo; echo 1 >file; git add .; git commit -q -m one; echo 2 >file; git commit -q -a "
           "-m two; cd ..; git clone -q --depth 1 file://$PWD/repo shallow");
  assert_true(open_it("repo", &error));
  check_no_commit("nowhere", "nowhere names no commit of #/repo");
  check_no_commit("HEAD:file", "HEAD:file names no commit of #/repo");
  check_no_commit("^HEAD", "^HEAD names no commit of #/repo");
  check_no_commit("--all", "--all names no commit of #/repo");
  assert_true(hx_repository_resolve(&repository, "HEAD~1", commit, afresh(&error)));
  assert_true(open_it("shallow", &error));
  check_no_commit("HEAD~1", "HEAD~1 names no commit of #/shallow (a shallow clone: fetch its "
                            "history, such as with fetch-depth: 0)");
  assert_true(hx_repository_resolve(&repository, "HEAD", commit, afresh(&error)));
  assert_int_equal(strlen(commit), 40);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, compare_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(test_a_repository_is_found_from_inside),
      CASE(test_where_no_repository_can_be_opened),
      CASE(test_a_repository_of_another_user),
      CASE(test_a_git_that_names_no_folder),
      CASE(test_what_names_no_commit),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
