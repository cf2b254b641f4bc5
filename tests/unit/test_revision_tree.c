/* Checkouts of our own: what they hold, what they leave alone, and how long they are kept. */
#include "compare_support.h"
#include "error_support.h"

#include "compare/revision.h"
#include "compare/revision_cache.h"

#include <limits.h>

static hx_repository repository;
static char cache[128];

static hx_repository opened(const char *name) {
  hx_repository found;
  pvs_error error;
  char path[PATH_MAX];
  snprintf(path, sizeof path, "%s/%s", compare_folder, name);
  if (!hx_repository_open(path, &found, afresh(&error)))
    fail_msg("%s", error.message);
  return found;
}

static void one_commit(void) {
  make_repository();
  in_shell("cd repo; echo content >file; git add .; git commit -q -m first");
  repository = opened("repo");
  snprintf(cache, sizeof cache, "%s/cache/builds", compare_folder);
}

static hx_build built(const hx_recipe *recipe, const char *revision) {
  pvs_error error;
  hx_build build = {0};
  char commit[HX_COMMIT_TEXT];
  if (!hx_repository_resolve(&repository, revision, commit, afresh(&error)) ||
      !hx_revision_build(&repository, recipe, commit, &build, &error))
    fail_msg("%s", error.message);
  return build;
}

static void in_tree(const hx_build *build, const char *command) {
  char script[PATH_MAX + 256];
  snprintf(script, sizeof script, "cd '%.500s' && %s", build->folder, command);
  in_shell(script);
}

/* A program that keeps a file beside itself is faster, or slower, the second time. */
static void test_what_a_run_left_in_the_tree_is_gone(void **state) {
  (void)state;
  one_commit();
  hx_recipe recipe = {.cache = cache, .command = "echo made >product"};
  hx_build build = built(&recipe, "HEAD");
  in_tree(&build, "echo x >left-behind; echo y >file; rm product");
  build = built(&recipe, "HEAD");
  assert_true(build.reused);
  in_tree(&build, "test ! -e left-behind && grep -qx content file && grep -qx made product");
}

static void test_what_a_build_depends_on_makes_another_build(void **state) {
  (void)state;
  one_commit();
  hx_recipe recipe = {.cache = cache, .command = "true"};
  const char *names[] = {"RUSTFLAGS",         "CPPFLAGS", "CARGO_PROFILE_RELEASE_LTO",
                         "CMAKE_PREFIX_PATH", "CC",       "LD_LIBRARY_PATH"};
  assert_false(built(&recipe, "HEAD").reused);
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    setenv(names[i], "gcc", 1);
    assert_false(built(&recipe, "HEAD").reused);
    unsetenv(names[i]);
  }
  assert_true(built(&recipe, "HEAD").reused);
  setenv("MY_OPTION", "1", 1);
  assert_true(built(&recipe, "HEAD").reused);
  recipe.variables = (const char *const[]){"MY_*"};
  recipe.n_variables = 1;
  assert_false(built(&recipe, "HEAD").reused);
  unsetenv("MY_OPTION");
  recipe.command = "true;";
  assert_false(built(&recipe, "HEAD").reused);
}

/* A program is another one when it is found elsewhere or has been replaced, whatever it says of its
 * version; how the build command is spaced may matter, so it is taken as it is. */
static void test_other_tools_and_other_words_make_another_build(void **state) {
  (void)state;
  char path[PATH_MAX], *usual = strdup(getenv("PATH"));
  one_commit();
  in_shell("mkdir bin; printf '#!/bin/sh\nexec \"$@\"\n' >bin/ccache;"
           "printf '#!/bin/sh\nexec gcc -O0 \"$@\"\n' >bin/cc; chmod +x bin/*; cp -a bin ccache;"
           "rm ccache/cc");
  hx_recipe recipe = {.cache = cache, .command = "echo \"a  b\""};
  assert_false(built(&recipe, "HEAD").reused);
  assert_true(built(&recipe, "HEAD").reused);
  snprintf(path, sizeof path, "%s/nowhere:%s", compare_folder, usual);
  setenv("PATH", path, 1);
  assert_true(built(&recipe, "HEAD").reused);
  snprintf(path, sizeof path, "%s/bin:%s", compare_folder, usual);
  setenv("PATH", path, 1);
  assert_false(built(&recipe, "HEAD").reused);
  assert_true(built(&recipe, "HEAD").reused);
  in_shell("touch -d '2001-01-01' bin/cc");
  assert_false(built(&recipe, "HEAD").reused);
  snprintf(path, sizeof path, "%s/ccache:%s", compare_folder, usual);
  setenv("PATH", path, 1);
  setenv("CC", "ccache cc", 1);
  assert_false(built(&recipe, "HEAD").reused);
  assert_true(built(&recipe, "HEAD").reused);
  in_shell("touch -d '2001-01-01' ccache/ccache");
  assert_false(built(&recipe, "HEAD").reused);
  unsetenv("CC");
  setenv("PATH", usual, 1);
  free(usual);
  const char *commands[] = {"echo \"a b\"", " echo \"a  b\"", "echo \"a\nb\"",
                            "echo \"$MY_LEVEL\""};
  for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
    recipe.command = commands[i];
    assert_false(built(&recipe, "HEAD").reused);
  }
  assert_true(built(&recipe, "HEAD").reused);
  setenv("MY_LEVEL", "3", 1);
  setenv("MY_LEVELS", "3", 1);
  assert_false(built(&recipe, "HEAD").reused);
  setenv("MY_LEVELS", "4", 1);
  assert_true(built(&recipe, "HEAD").reused);
  unsetenv("MY_LEVELS");
  unsetenv("MY_LEVEL");
}

static void test_hooks_do_not_run_and_the_repository_is_left_alone(void **state) {
  (void)state;
  one_commit();
  in_shell(
      "cd repo; for hook in post-checkout reference-transaction post-index-change; do"
      "  printf '#!/bin/sh\\necho hooked >>file; touch ../hooked; exit 1\\n' >.git/hooks/$hook;"
      "  chmod +x .git/hooks/$hook; done; find .git -type f | sort | xargs sha1sum >../before");
  hx_recipe recipe = {.cache = cache, .command = "test ! -e ../../../hooked"};
  hx_build build = built(&recipe, "HEAD");
  in_tree(&build, "grep -qx content file && test $(wc -l <file) = 1");
  in_shell("cd repo; test ! -e ../hooked; test \"$(git worktree list | wc -l)\" = 1;"
           "find .git -type f | sort | xargs sha1sum | cmp - ../before");
}

/* A person's own settings must not change what is checked out, nor stand in its way. */
static void test_settings_do_not_change_files(void **state) {
  (void)state;
  one_commit();
  in_shell(
      "cd repo; printf '* filter=shout\\n*.bin filter=must.have\\n' >.gitattributes;"
      "ln -s file link; echo b >x.bin; git add .; git commit -q -m filtered;"
      "git config -f ../settings filter.shout.smudge 'tr a-z A-Z';"
      "git config -f ../settings filter.must.have.process false;"
      "git config -f ../settings filter.must.have.required true;"
      "git config -f ../settings core.autocrlf true; git config -f ../settings core.eol crlf;"
      "git config -f ../settings core.symlinks false;"
      "git config -f ../settings init.defaultRefFormat reftable;"
      "mkdir -p ../template/hooks; printf '#!/bin/sh\\nexit 1\\n' >../template/hooks/post-checkout;"
      "cp ../template/hooks/post-checkout ../template/hooks/post-merge;"
      "chmod +x ../template/hooks/*; git config -f ../settings init.templateDir $PWD/../template");
  char path[PATH_MAX];
  snprintf(path, sizeof path, "%s/settings", compare_folder);
  setenv("GIT_CONFIG_GLOBAL", path, 1);
  hx_recipe recipe = {.cache = cache, .command = "true"};
  hx_build build = built(&recipe, "HEAD");
  in_tree(&build,
          "printf 'content\\n' | cmp - file && printf 'b\\n' | cmp - x.bin && test -L link");
  in_tree(&build, "test -z \"$(git status --porcelain)\"");
  setenv("GIT_CONFIG_GLOBAL", "/dev/null", 1);
}

static void test_submodules_are_there(void **state) {
  (void)state;
  one_commit();
  in_shell("git init -q sub; cd sub; git config user.email a@b; git config user.name n;"
           "echo inner >inner; git add .; git commit -q -m inner; cd ../repo;"
           "git -c protocol.file.allow=always submodule --quiet add ../sub parts/sub;"
           "git commit -q -m 'with a submodule'; mv ../sub ../gone");
  hx_recipe recipe = {.cache = cache, .command = "grep -qx inner parts/sub/inner"};
  built(&recipe, "HEAD");
}

static void test_any_kind_of_clone(void **state) {
  (void)state;
  one_commit();
  in_shell("cd repo; echo more >file; git commit -q -a -m second; git tag v1; cd ..;"
           "git clone -q --depth 1 file://$PWD/repo shallow;"
           "git -C repo config uploadpack.allowFilter true;"
           "git clone -q --filter=blob:none --no-checkout file://$PWD/repo partial;"
           "git -C repo worktree add -q --detach ../linked HEAD;"
           "git clone -q repo 'with space'");
  const char *kinds[] = {"shallow", "partial", "linked", "with space"};
  hx_recipe recipe = {.cache = cache, .command = "grep -qx more file"};
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
    char command[64];
    repository = opened(kinds[i]);
    snprintf(command, sizeof command, "grep -qx more file # %zu", i);
    recipe.command = command;
    assert_false(built(&recipe, "HEAD").reused);
  }
  recipe.command = "test $(git describe --tags) = v1";
  repository = opened("repo");
  built(&recipe, "HEAD");
}

static void test_a_commit_that_no_branch_names(void **state) {
  (void)state;
  one_commit();
  in_shell("cd repo; git checkout -q --detach; echo lone >file; git commit -q -a -m lone;"
           "git rev-parse HEAD >../lone; git checkout -q -");
  char commit[HX_COMMIT_TEXT];
  char path[PATH_MAX];
  snprintf(path, sizeof path, "%s/lone", compare_folder);
  FILE *f = fopen(path, "r");
  assert_non_null(f);
  assert_int_equal(fscanf(f, "%64s", commit), 1);
  fclose(f);
  hx_recipe recipe = {.cache = cache, .command = "grep -qx lone file"};
  built(&recipe, commit);
}

static void test_large_files_that_are_not_here_are_told(void **state) {
  (void)state;
  one_commit();
  in_shell("cd repo; h=$(printf '%064d' 7); printf 'version https://git-lfs.github.com/spec/v1\\n"
           "oid sha256:%s\\nsize 5\\n' $h >big.bin; git add .; git commit -q -m big");
  hx_recipe recipe = {.cache = cache, .command = "true"};
  hx_build build = built(&recipe, "HEAD");
  assert_non_null(strstr(build.notice, "1 Git LFS file are not on this machine"
                                       " (the first: big.bin)"));
  in_shell("cd repo; h=$(printf '%064d' 7); mkdir -p .git/lfs/objects/00/00;"
           "echo real >.git/lfs/objects/00/00/$h");
  build = built(&recipe, "HEAD");
  assert_true(build.reused);
  assert_non_null(strstr(build.notice, "big.bin"));
  recipe.command = "grep -qx real big.bin";
  build = built(&recipe, "HEAD");
  assert_string_equal(build.notice, "");
}

static void test_builds_not_used_for_longest_make_room(void **state) {
  (void)state;
  one_commit();
  hx_cache_list list;
  pvs_error error;
  hx_recipe recipe = {.cache = cache, .command = "true # 1"};
  built(&recipe, "HEAD");
  recipe.command = "true # 2";
  built(&recipe, "HEAD");
  assert_true(hx_cache_read(cache, &list, afresh(&error)));
  assert_int_equal(list.n, 2);
  assert_true(list.items[0].bytes > 0);
  char first[65];
  strcpy(first, list.items[0].key);
  hx_cache_list_deinit(&list);
  hx_cache_trim(cache, 0); /* all of them may be in use */
  in_shell("touch -d '1 day ago' cache/builds/*/done");
  char script[160];
  snprintf(script, sizeof script, "touch -d '10 minutes ago' cache/builds/%s/done", first);
  in_shell(script);
  setenv("PVTUNE_CACHE_LIMIT", "100B", 1);
  recipe.command = "true # 3";
  built(&recipe, "HEAD");
  unsetenv("PVTUNE_CACHE_LIMIT");
  assert_true(hx_cache_read(cache, &list, afresh(&error)));
  assert_int_equal(list.n, 2);
  assert_string_equal(list.items[0].key, first);
  hx_cache_list_deinit(&list);
  setenv("PVTUNE_CACHE_LIMIT", "much", 1);
  hx_build build = {0};
  char commit[HX_COMMIT_TEXT];
  assert_true(hx_repository_resolve(&repository, "HEAD", commit, afresh(&error)));
  assert_false(hx_revision_build(&repository, &recipe, commit, &build, afresh(&error)));
  assert_string_equal(
      error.message,
      "PVTUNE_CACHE_LIMIT: found 'much', expected a size such as 20GB (20 too), or 0");
  unsetenv("PVTUNE_CACHE_LIMIT");
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, compare_setup, compare_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(test_what_a_run_left_in_the_tree_is_gone),
      CASE(test_what_a_build_depends_on_makes_another_build),
      CASE(test_other_tools_and_other_words_make_another_build),
      CASE(test_hooks_do_not_run_and_the_repository_is_left_alone),
      CASE(test_settings_do_not_change_files),
      CASE(test_submodules_are_there),
      CASE(test_any_kind_of_clone),
      CASE(test_a_commit_that_no_branch_names),
      CASE(test_large_files_that_are_not_here_are_told),
      CASE(test_builds_not_used_for_longest_make_room),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
