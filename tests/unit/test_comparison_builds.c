/* Comparisons whose revisions have to be built first. */
#include "comparison_support.h"

#include "compare/bisect.h"

#include <math.h>

static void check_no_build(hx_comparison_options *options, const char *a, const char *b,
                           const char *side, const char *what) {
  hx_comparison c;
  pvs_error error;
  char expected[300];
  assert_true(hx_comparison_init(&c, options, a, b, afresh(&error)));
  bool ok = hx_comparison_open(&c, &session, afresh(&error));
  char commit[HX_COMMIT_TEXT];
  strcpy(commit, c.commit[B]);
  if (ok)
    ok = hx_comparison_replace_b(&c, commit, afresh(&error));
  assert_false(ok);
  int s = strcmp(side, "A ") == 0 ? A : B;
  snprintf(expected, sizeof expected, "%s%s%.12s%s does not build: --build failed (exit code 1)",
           side, what, c.commit[s], what[0] ? ")" : "");
  assert_string_equal(error.message, expected);
  snprintf(expected, sizeof expected, "grep -qx 'why not' %.200s", c.failed_log);
  in_shell(expected);
  close_it(&c);
}

static void test_a_revision_that_does_not_build(void **state) {
  (void)state;
  hx_workload workload;
  char id[HX_COMMIT_TEXT + 8] = "rev:";
  make_revisions();
  hx_comparison_options options = options_of(&workload, "cmd:./prog");
  options.build = "sh build";
  check_no_build(&options, "rev:three", "rev:one", "A ", "(rev:three, ");
  check_no_build(&options, "rev:one", "rev:three", "B ", "(rev:three, ");
  hx_repository repository;
  pvs_error error;
  assert_true(hx_repository_open(NULL, &repository, afresh(&error)));
  assert_true(hx_repository_resolve(&repository, "three", id + 4, afresh(&error)));
  check_no_build(&options, "rev:one", id, "B ", "(rev:");
  options.b_later = true;
  check_no_build(&options, "rev:one", "rev:three", "", "");
  options.b_later = false;
  check_no_build(&options, "rev:one", "rev:HEAD", "B ", "(rev:HEAD, ");
  hx_workload_deinit(&workload);
}

static const char uncommitted[] =
    "rev:HEAD is the last commit: uncommitted changes are not part of it\n";

static void check_note(hx_comparison_options *options, const char *a, const char *b, bool noted) {
  hx_comparison c;
  pvs_error error;
  said[0] = '\0';
  assert_true(hx_comparison_init(&c, options, a, b, afresh(&error)));
  assert_false(hx_comparison_open(&c, &session, afresh(&error)));
  const char *at = strstr(said, uncommitted);
  if ((at != NULL) != noted ||
      (at && (at != said || strstr(at + strlen(uncommitted), "uncommitted"))))
    fail_msg("%s and %s: %s", a, b, said);
  close_it(&c);
}

/* The last commit is meant, whatever the folder has. */
static void test_uncommitted_changes_are_told_of(void **state) {
  (void)state;
  hx_workload workload;
  make_revisions();
  hx_comparison_options options = options_of(&workload, "cmd:./prog");
  options.build = "false";
  check_note(&options, "rev:HEAD", "rev:one", false);
  in_shell("echo x >repo/untracked");
  check_note(&options, "rev:HEAD", "rev:one", false);
  in_shell("echo x >>repo/prog");
  check_note(&options, "rev:HEAD", "rev:one", true);
  check_note(&options, "rev:one", "rev:HEAD", true);
  check_note(&options, "rev:HEAD", "rev:HEAD", true);
  check_note(&options, "rev:HEAD~0", "rev:three", false);
  options.b_later = true;
  check_note(&options, "rev:one", "rev:HEAD", false);
  check_note(&options, "rev:HEAD", "rev:one", true);
  hx_workload_deinit(&workload);
  /* A program of that name is none of git's. */
  options = options_of(&workload, "builtin:static:10");
  check_note(&options, "bin:HEAD", "rev:one", false);
  hx_workload_deinit(&workload);
}

/* A small step must not pass for SAME, so the margin is half of the step that was seen, if it is known. */
static void check_margin(hx_comparison *c, double change, double expected) {
  hx_bisection found;
  pvs_error error;
  hx_commit broken = {.subject = "three"};
  snprintf(broken.id, sizeof broken.id, "%s", c->commit[A]);
  c->options.margin = 0.03;
  said[0] = '\0';
  assert_true(
      hx_bisection_of_commits(c, &(hx_commits){&broken, 1}, change, &found, afresh(&error)));
  assert_int_equal(found.end, HX_BISECTION_FAILED);
  assert_true(fabs(found.margin - expected) < 1e-15 && fabs(c->options.margin - expected) < 1e-15);
  char begins[128];
  snprintf(begins, sizeof begins, "skipped: %.12s does not build: --build failed (exit code 1)",
           broken.id);
  assert_non_null(strstr(said, begins));
  assert_non_null(strstr(said, "why not"));
}

static void test_the_margin_of_a_bisection(void **state) {
  (void)state;
  hx_workload workload;
  hx_comparison c;
  pvs_error error;
  make_revisions();
  hx_comparison_options options = options_of(&workload, "cmd:./prog");
  options.build = "sh build";
  options.b_later = true;
  assert_true(hx_comparison_init(&c, &options, "rev:one", "rev:three", afresh(&error)));
  assert_true(hx_comparison_open(&c, &session, afresh(&error)));
  strcpy(c.commit[A], c.commit[B]);
  check_margin(&c, NAN, 0.03);
  check_margin(&c, 0.2, 0.03);
  check_margin(&c, 0.05, 0.025);
  check_margin(&c, 0.001, 0.001);
  close_it(&c);
  hx_workload_deinit(&workload);
}

/* One build at a time: who comes second waits, and finds what the first has built. */
static void test_a_build_under_way_is_waited_for(void **state) {
  (void)state;
  hx_repository repository;
  hx_build build;
  pvs_error error;
  char cache[128], commit[HX_COMMIT_TEXT];
  make_revisions();
  snprintf(cache, sizeof cache, "%s/cache", compare_folder);
  hx_recipe recipe = {.cache = cache,
                      .command = "echo x >>../../../built; while [ ! -e ../../../go ]; do sleep "
                                 "0.01; done"};
  assert_true(hx_repository_open(NULL, &repository, afresh(&error)));
  assert_true(hx_repository_resolve(&repository, "one", commit, afresh(&error)));
  pid_t first = fork();
  if (first == 0)
    _exit(hx_revision_build(&repository, &recipe, commit, &build, afresh(&error)) ? 0 : 1);
  in_shell("while [ ! -e built ]; do sleep 0.01; done; (sleep 0.3; touch go) &");
  assert_true(hx_revision_build(&repository, &recipe, commit, &build, afresh(&error)));
  int status = -1;
  assert_int_equal(waitpid(first, &status, 0), first);
  assert_int_equal(status, 0);
  assert_true(build.reused);
  in_shell("test $(wc -l <built) = 1");
}

/* pvtune's own build, by a cmake that only says what it was asked. */
static void test_a_pvtune_is_built_by_cmake(void **state) {
  (void)state;
  hx_repository repository;
  hx_build build;
  pvs_error error;
  char cache[128], commit[HX_COMMIT_TEXT], path[4096], usual[4096];
  make_repository();
  in_shell("mkdir bin; printf '#!/bin/sh\necho \"$*\" >>'$PWD'/asked\n[ \"$1\" = -S ] || "
           "{ mkdir -p \"$2\" && cp /bin/true \"$2/pvtune\"; }\n' >bin/cmake; chmod +x "
           "bin/cmake; cd repo; mkdir -p core/include/pvs; touch core/include/pvs/pvs.h; git add .;"
           "git commit -q -m pvtune");
  snprintf(usual, sizeof usual, "%s", getenv("PATH"));
  snprintf(path, sizeof path, "%s/bin:%.3000s", compare_folder, usual);
  setenv("PATH", path, 1);
  snprintf(path, sizeof path, "%s/repo", compare_folder);
  snprintf(cache, sizeof cache, "%s/cache", compare_folder);
  hx_recipe recipe = {.cache = cache};
  assert_true(hx_repository_open(path, &repository, afresh(&error)));
  assert_true(hx_repository_resolve(&repository, "HEAD", commit, afresh(&error)));
  bool ok = hx_revision_build(&repository, &recipe, commit, &build, afresh(&error));
  setenv("PATH", usual, 1);
  if (!ok)
    fail_msg("%s", error.message);
  assert_string_equal(build.folder, "");
  in_shell("key=$(basename cache/*); d=$PWD/cache/$key; test -x $d/pvtune && test ! -e $d/tree && "
           "test ! -e $d/build && grep -qx -e \"-S $d/tree -B $d/build -DCMAKE_BUILD_TYPE=Release "
           "-DPVTUNE_BENCH=OFF -DBUILD_TESTING=OFF -G.*\" asked && grep -qxE -e \"--build $d/build "
           "--target pvtune --parallel [1-9][0-9]*\" asked && test $(wc -l <asked) = 2");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(test_a_revision_that_does_not_build),  CASE(test_the_margin_of_a_bisection),
      CASE(test_uncommitted_changes_are_told_of), CASE(test_a_build_under_way_is_waited_for),
      CASE(test_a_pvtune_is_built_by_cmake),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
