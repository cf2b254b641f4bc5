/* Revisions of a scratch repository: named, listed, built once. */
#include "compare_support.h"
#include "error_support.h"

#include "compare/bisect.h"
#include "measure/tool.h"

#include <limits.h>

enum { N_COMMITS = 30, SLOW_FROM = 17, BROKEN = 20 };

static char pattern[64]; /* the repository, made once and copied for each test */

static int make_pattern(void **state) {
  (void)state;
  char script[1024];
  int failed = compare_setup(state);
  if (failed)
    return failed;
  make_repository();
  /* As if each were committed, in a hundredth of the time. */
  snprintf(
      script, sizeof script,
      "cd repo; for i in $(seq 0 %d); do"
      "  if [ $i -ge %d ]; then s=1.05; else s=1.00; fi; m=\"commit $i\";"
      "  echo \"commit refs/heads/main\ncommitter tester <tester@example.org> $((1700000000 + i))"
      " +0000\ndata ${#m}\n$m\nM 644 inline seconds\ndata 5\n$s\n\nM 644 inline number\n"
      "data $((${#i} + 1))\n$i\n\"; done | git -c fastimport.unpackLimit=1 fast-import --quiet;"
      "git reset -q --hard",
      N_COMMITS - 1, SLOW_FROM);
  in_shell(script);
  strcpy(pattern, compare_folder);
  return 0;
}

static int remove_pattern(void **state) {
  strcpy(compare_folder, pattern);
  return compare_teardown(state);
}

/* Thirty commits of a program whose time stands in a file; 5 % more from one of them on. */
static void make_history(hx_repository *repository) {
  pvs_error error;
  char script[256], path[128];
  snprintf(script, sizeof script, "cp -a %s/repo repo", pattern);
  in_shell(script);
  snprintf(path, sizeof path, "%s/repo", compare_folder);
  if (!hx_repository_open(path, repository, afresh(&error)))
    fail_msg("%s", error.message);
}

static hx_commits list_all(const hx_repository *repository) {
  pvs_error error;
  char head[HX_COMMIT_TEXT];
  hx_commits commits;
  assert_true(hx_repository_resolve(repository, "HEAD", head, afresh(&error)));
  assert_true(hx_repository_list(repository, NULL, head, 1000, &commits, afresh(&error)));
  return commits;
}

static void test_names_and_lists(void **state) {
  (void)state;
  hx_repository repository;
  hx_commits all, some;
  pvs_error error;
  char commit[HX_COMMIT_TEXT];
  make_history(&repository);
  all = list_all(&repository);
  assert_int_equal(all.n, N_COMMITS);
  assert_string_equal(all.items[0].subject, "commit 0");
  assert_string_equal(all.items[N_COMMITS - 1].subject, "commit 29");
  assert_true(hx_repository_resolve(&repository, "HEAD~3", commit, afresh(&error)));
  assert_string_equal(commit, all.items[N_COMMITS - 4].id);
  assert_true(
      hx_repository_list(&repository, all.items[5].id, all.items[9].id, 0, &some, afresh(&error)));
  assert_int_equal(some.n, 5);
  assert_string_equal(some.items[0].id, all.items[5].id);
  assert_string_equal(some.items[4].id, all.items[9].id);
  hx_commits_deinit(&some);
  assert_false(
      hx_repository_list(&repository, all.items[9].id, all.items[5].id, 0, &some, afresh(&error)));
  assert_non_null(strstr(error.message, "is not an ancestor of"));
  assert_true(some.n == 0 && !some.items);
  hx_commits_deinit(&all);
}

static void test_unknown_revisions(void **state) {
  (void)state;
  hx_repository repository;
  pvs_error error;
  char commit[HX_COMMIT_TEXT];
  make_history(&repository);
  assert_false(hx_repository_resolve(&repository, "nowhere", commit, afresh(&error)));
  assert_non_null(strstr(error.message, "nowhere names no commit of"));
  assert_null(strstr(error.message, "a shallow clone"));
  assert_false(hx_repository_resolve(&repository, "--all", commit, afresh(&error)));
  in_shell("git clone -q --depth 1 file://$PWD/repo shallow");
  char path[128];
  snprintf(path, sizeof path, "%s/shallow", compare_folder);
  assert_true(hx_repository_open(path, &repository, afresh(&error)));
  assert_false(hx_repository_resolve(&repository, "HEAD~5", commit, afresh(&error)));
  assert_non_null(strstr(error.message, "(a shallow clone: "));
  assert_false(hx_repository_open("/", &repository, afresh(&error)));
}

static void test_dirty(void **state) {
  (void)state;
  hx_repository repository;
  make_history(&repository);
  assert_false(hx_repository_is_dirty(&repository));
  in_shell("echo x >repo/new");
  assert_false(hx_repository_is_dirty(&repository));
  in_shell("echo x >repo/number");
  assert_true(hx_repository_is_dirty(&repository));
}

static hx_recipe a_recipe(const char *command) {
  static char cache[128];
  snprintf(cache, sizeof cache, "%s/cache/builds", compare_folder);
  return (hx_recipe){.cache = cache, .command = command};
}

static long lines_of(const char *path) {
  FILE *f = fopen(path, "r");
  long n = 0;
  for (int c; f && (c = fgetc(f)) != EOF;)
    n += c == '\n';
  if (f)
    fclose(f);
  return n;
}

static void test_a_build_is_made_once_and_paths_are_equally_long(void **state) {
  (void)state;
  hx_repository repository;
  hx_build first, again, other;
  pvs_error error;
  char command[256], count[128], file[PATH_MAX + 32];
  make_history(&repository);
  snprintf(count, sizeof count, "%s/built", compare_folder);
  snprintf(command, sizeof command, "cat number >built && echo x >>%s", count);
  hx_commits all = list_all(&repository);
  hx_recipe recipe = a_recipe(command);
  if (!hx_revision_build(&repository, &recipe, all.items[3].id, &first, afresh(&error)))
    fail_msg("%s", error.message);
  assert_false(first.reused);
  assert_true(hx_revision_build(&repository, &recipe, all.items[3].id, &again, afresh(&error)));
  assert_true(again.reused);
  assert_string_equal(first.folder, again.folder);
  assert_int_equal(lines_of(count), 1);
  assert_true(hx_revision_build(&repository, &recipe, all.items[25].id, &other, afresh(&error)));
  assert_int_equal(lines_of(count), 2);
  assert_int_equal(strlen(first.folder), strlen(other.folder));
  assert_string_not_equal(first.folder, other.folder);
  snprintf(file, sizeof file, "grep -qx 25 %.200s/built", other.folder);
  in_shell(file);

  /* Other flags, another build. */
  setenv("CFLAGS", "-O1", 1);
  assert_true(hx_revision_build(&repository, &recipe, all.items[3].id, &again, afresh(&error)));
  unsetenv("CFLAGS");
  assert_false(again.reused);
  assert_string_not_equal(first.folder, again.folder);

  in_shell(
      "test \"$(stat -c %a cache/builds/*/lock cache/builds/*/tree/.git/objects/info/alternates "
      "| sort -u)\" = 644");
  /* The user's own worktree is as it was. */
  assert_false(hx_repository_is_dirty(&repository));
  hx_commits_deinit(&all);
}

static void test_a_build_that_fails_says_why_and_is_tried_again(void **state) {
  (void)state;
  hx_repository repository;
  hx_build build;
  pvs_error error;
  char said[HX_TOOL_LAST_WORDS];
  make_history(&repository);
  hx_commits all = list_all(&repository);
  hx_recipe recipe = a_recipe("echo 'no such header: foo.h'; test -e ../../../allowed");
  assert_false(hx_revision_build(&repository, &recipe, all.items[0].id, &build, afresh(&error)));
  assert_string_equal(error.message, "--build failed (exit code 1)");
  assert_non_null(strstr(hx_tool_last_words(build.log, said, sizeof said),
                         ": no such header: foo.h (all of it: "));
  assert_string_equal(hx_tool_last_words("", said, sizeof said), "");
  in_shell("touch cache/allowed");
  if (!hx_revision_build(&repository, &recipe, all.items[0].id, &build, afresh(&error)))
    fail_msg("%s", error.message);
  assert_false(build.reused);

  recipe.command = NULL;
  assert_false(hx_revision_build(&repository, &recipe, all.items[0].id, &build, afresh(&error)));
  assert_non_null(strstr(error.message, "--build"));
  hx_commits_deinit(&all);
}

/* A build killed halfway (no `done`) is begun anew. */
static void test_half_a_build_is_none(void **state) {
  (void)state;
  hx_repository repository;
  hx_build build;
  pvs_error error;
  make_history(&repository);
  hx_commits all = list_all(&repository);
  hx_recipe recipe = a_recipe("true");
  assert_true(hx_revision_build(&repository, &recipe, all.items[0].id, &build, afresh(&error)));
  in_shell("rm cache/builds/*/done; for f in cache/builds/*/tree/seconds; do echo x >$f; done");
  if (!hx_revision_build(&repository, &recipe, all.items[0].id, &build, afresh(&error)))
    fail_msg("%s", error.message);
  assert_false(build.reused);
  in_shell("grep -qx 1.00 cache/builds/*/tree/seconds");
  hx_commits_deinit(&all);
}

/* With a cp that fails, neither a build's copy is made nor a checkout put back from it; nothing of what was
 * there is taken for a build. */
static void test_a_checkout_that_cannot_be_restored(void **state) {
  (void)state;
  hx_repository repository;
  hx_build build;
  pvs_error error;
  char path[PATH_MAX], *usual = strdup(getenv("PATH"));
  make_history(&repository);
  hx_commits all = list_all(&repository);
  hx_recipe recipe = a_recipe("echo x >left");
  in_shell("mkdir no_cp && printf '#!/bin/sh\\necho no room >&2; exit 3\\n' >no_cp/cp && chmod +x "
           "no_cp/cp");
  snprintf(path, sizeof path, "%s/no_cp:%s", compare_folder, usual);
  setenv("PATH", path, 1);
  assert_false(hx_revision_build(&repository, &recipe, all.items[0].id, &build, afresh(&error)));
  assert_string_equal(error.message, "cp failed (exit code 3)");
  setenv("PATH", usual, 1);
  assert_true(hx_revision_build(&repository, &recipe, all.items[0].id, &build, afresh(&error)));
  assert_false(build.reused);
  in_shell("for f in cache/builds/*/tree/left; do echo y >>$f; done");
  setenv("PATH", path, 1);
  assert_false(hx_revision_build(&repository, &recipe, all.items[0].id, &build, afresh(&error)));
  assert_string_equal(error.message, "cp failed (exit code 3)");
  setenv("PATH", usual, 1);
  assert_true(hx_revision_build(&repository, &recipe, all.items[0].id, &build, afresh(&error)));
  assert_true(build.reused);
  in_shell("grep -qx x cache/builds/*/tree/left && ! grep -qx y cache/builds/*/tree/left");
  free(usual);
  hx_commits_deinit(&all);
}

/* ---- which commit made it slower: repository, builds, duets and bisection together ---- */

typedef struct world {
  const hx_repository *repository;
  const hx_commits *commits;
  hx_recipe recipe;
  hx_workload workload;
  size_t asked[N_COMMITS];
} world;

static hx_bisection_reply compare_builds(void *ctx, size_t index, hx_compare_result *result) {
  world *w = ctx;
  pvs_error error;
  hx_build built[2];
  timed time[2] = {{.digest = "d"}, {.digest = "d"}};
  hx_runner runner[2];
  hx_config serial = hx_config_serial();
  hx_duet_player player[2];
  hx_measure_context context = compare_context();
  hx_duet_result found;
  size_t commit[2] = {0, index};
  w->asked[index]++;
  for (int s = 0; s < 2; s++) {
    if (!hx_revision_build(w->repository, &w->recipe, w->commits->items[commit[s]].id, &built[s],
                           afresh(&error)))
      return HX_BISECTION_SKIP;
    snprintf(time[s].folder, sizeof time[s].folder, "%.255s", built[s].folder);
    runner[s] = timed_runner(&time[s]);
    player[s] = (hx_duet_player){.runner = &runner[s],
                                 .workload = &w->workload,
                                 .config = &serial,
                                 .binary = "",
                                 .revision = ""};
  }
  hx_duet_options options = {.command = "compare",
                             .duet = "uuid",
                             .rule = hx_compare_defaults(),
                             .budget_s = INFINITY,
                             .timeout_s = INFINITY};
  if (!hx_duet_run(&context, &options, &player[0], &player[1], &found, afresh(&error)))
    fail_msg("%s", error.message);
  *result = found.compare;
  return HX_BISECTION_COMPARED;
}

static void bisect(const char *build, hx_bisection_end end, size_t last_good, size_t first_bad) {
  hx_repository repository;
  pvs_error error;
  hx_bisection result;
  world w = {.repository = &repository, .recipe = a_recipe(build)};
  make_history(&repository);
  hx_commits all = list_all(&repository);
  w.commits = &all;
  assert_true(hx_workload_parse("cmd:./prog", NULL, &w.workload, afresh(&error)));
  assert_true(hx_bisection_run(all.n, compare_builds, &w, &result));
  assert_int_equal(result.end, end);
  assert_int_equal(result.last_good, last_good);
  assert_int_equal(result.first_bad, first_bad);
  assert_true(result.comparisons <= 7);
  assert_true(result.whole.change > 0.045 && result.whole.change < 0.055);
  hx_workload_deinit(&w.workload);
  hx_commits_deinit(&all);
}

static void test_the_slow_commit_is_named(void **state) {
  (void)state;
  bisect("true", HX_BISECTION_NAMED, SLOW_FROM - 1, SLOW_FROM);
}

static void test_commits_that_do_not_build_are_passed_over(void **state) {
  (void)state;
  bisect("[ $(cat number) -lt 12 ] || [ $(cat number) -gt 15 ]", HX_BISECTION_NAMED, SLOW_FROM - 1,
         SLOW_FROM);
}

static void test_a_gap_at_the_step_is_narrowed_down(void **state) {
  (void)state;
  bisect("[ $(cat number) -lt 16 ] || [ $(cat number) -gt 18 ]", HX_BISECTION_NARROWED, 15, 19);
}

static hx_bisection_reply always_same(void *ctx, size_t index, hx_compare_result *result) {
  (void)index;
  *result = (hx_compare_result){.verdict = *(hx_compare_verdict *)ctx};
  return HX_BISECTION_COMPARED;
}

static void test_what_is_not_confirmed_is_not_bisected(void **state) {
  (void)state;
  hx_bisection result;
  hx_compare_verdict verdict = HX_COMPARE_SAME;
  assert_true(hx_bisection_run(10, always_same, &verdict, &result));
  assert_int_equal(result.end, HX_BISECTION_NOT_CONFIRMED);
  assert_int_equal(result.comparisons, 1);
  verdict = HX_COMPARE_INCONCLUSIVE;
  assert_true(hx_bisection_run(10, always_same, &verdict, &result));
  assert_int_equal(result.end, HX_BISECTION_UNDECIDED);
  verdict = HX_COMPARE_SLOWER;
  assert_true(hx_bisection_run(2, always_same, &verdict, &result));
  assert_int_equal(result.end, HX_BISECTION_NAMED);
  assert_int_equal(result.first_bad, 1);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, compare_setup, compare_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(test_names_and_lists),
      CASE(test_unknown_revisions),
      CASE(test_dirty),
      CASE(test_a_build_is_made_once_and_paths_are_equally_long),
      CASE(test_a_build_that_fails_says_why_and_is_tried_again),
      CASE(test_half_a_build_is_none),
      CASE(test_a_checkout_that_cannot_be_restored),
      CASE(test_the_slow_commit_is_named),
      CASE(test_commits_that_do_not_build_are_passed_over),
      CASE(test_a_gap_at_the_step_is_narrowed_down),
      CASE(test_what_is_not_confirmed_is_not_bisected),
  };
  return cmocka_run_group_tests(tests, make_pattern, remove_pattern);
}
