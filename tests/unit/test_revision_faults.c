/* Builds of revisions that find no place, or whose place cannot be cleared: what is said, what is left,
 * and that the next one succeeds. What the system refuses is chosen here, as root may do anything. */
#include "compare_support.h"
#include "error_support.h"

#include "compare/revision.h"
#include "compare/revision_cache.h"

#include <dlfcn.h>
#include <errno.h>
#include <limits.h>

/* ---- what the system refuses ---- */

static const char *kept_name;    /* what ends so cannot be removed; NULL: all can */
static const char *unmoved_name; /* nor renamed */
static int tries;

static bool is_named_so(const char *path, const char *name) {
  size_t length = name ? strlen(name) : 0, n = strlen(path);
  return length && n >= length && strcmp(path + n - length, name) == 0;
}

/* These stand before libc's. */
int remove(const char *path) {
  if (is_named_so(path, kept_name)) {
    tries++;
    errno = EBUSY;
    return -1;
  }
  int (*real)(const char *);
  *(void **)&real = dlsym(RTLD_NEXT, "remove");
  return real(path);
}

int rename(const char *from, const char *to) {
  if (is_named_so(from, unmoved_name)) {
    tries++;
    errno = EXDEV;
    return -1;
  }
  int (*real)(const char *, const char *);
  *(void **)&real = dlsym(RTLD_NEXT, "rename");
  return real(from, to);
}

/* ---- a build ---- */

static hx_repository repository;
static char cache[PATH_MAX + 64], commit[HX_COMMIT_TEXT];
static hx_build build;

static void make_one_commit(const char *files) {
  pvs_error error;
  char path[PATH_MAX], script[512];
  make_repository();
  snprintf(script, sizeof script, "cd repo; %s; git add .; git commit -q -m one", files);
  in_shell(script);
  snprintf(path, sizeof path, "%s/repo", compare_folder);
  assert_true(hx_repository_open(path, &repository, afresh(&error)));
  assert_true(hx_repository_resolve(&repository, "HEAD", commit, afresh(&error)));
  snprintf(cache, sizeof cache, "%s/cache", compare_folder);
}

static void check_built(const char *command, bool reused) {
  pvs_error error;
  hx_recipe recipe = {.cache = cache, .command = command};
  if (!hx_revision_build(&repository, &recipe, commit, &build, afresh(&error)))
    fail_msg("%s", error.message);
  assert_int_equal(build.reused, reused);
}

/* `file`: the last part of what the error names; the folder of the build is another each time. */
static void check_failure(const char *command, const char *file, const char *message) {
  pvs_error error;
  hx_recipe recipe = {.cache = cache, .command = command};
  assert_false(hx_revision_build(&repository, &recipe, commit, &build, afresh(&error)));
  assert_string_equal(error.message, message);
  const char *name = strrchr(error.file, '/');
  assert_string_equal(name ? name + 1 : error.file, file);
  assert_string_equal(build.folder, "");
  assert_string_equal(build.program, "");
  assert_string_equal(build.commit, commit);
}

static const char makes[] = "echo made >product";

static void test_a_copy_that_cannot_be_cleared_is_no_build(void **state) {
  (void)state;
  make_one_commit("echo content >file");
  check_built(makes, false);
  in_shell("rm cache/*/done");
  kept_name = "/pristine";
  check_failure(makes, "pristine", "cannot be removed: Device or resource busy");
  assert_int_equal(tries, 1);
  in_shell("test ! -e cache/*/done && test ! -e cache/*/tree && test ! -e cache/*/build");
  kept_name = NULL;
  check_built(makes, false);
  in_shell("test -e cache/*/done && grep -qx made cache/*/tree/product");
}

/* What stands in the way of a copy of the tree, in the order in which it is met. */
static void test_a_tree_that_cannot_be_replaced(void **state) {
  (void)state;
  make_one_commit("echo content >file");
  check_built(makes, false);
  in_shell("mkdir cache/$(ls cache)/tree.new; echo half >cache/$(ls cache)/tree.new/half;"
           "echo left >cache/$(ls cache)/tree/left");
  kept_name = "/tree.new";
  check_failure(makes, "tree.new", "cannot be removed: Device or resource busy");
  in_shell("test -e cache/*/tree/left && test ! -e cache/*/tree.new/product");
  kept_name = "/tree";
  check_failure(makes, "tree", "cannot be removed: Device or resource busy");
  in_shell("test -e cache/*/tree.new/product && test ! -e cache/*/tree.new/half");
  kept_name = NULL;
  unmoved_name = "/tree.new";
  check_failure(makes, "tree", "cannot be put in place: Invalid cross-device link");
  in_shell("test ! -e cache/*/tree && test -e cache/*/tree.new/product && test -e cache/*/done");
  assert_int_equal(tries, 3);
  unmoved_name = NULL;
  check_built(makes, true);
  in_shell("test ! -e cache/*/tree.new && grep -qx made cache/*/tree/product && test ! -e "
           "cache/*/tree/left");
}

/* A cmake that makes a program, or does not. */
static void test_a_pvtune_that_cannot_be_put_in_place(void **state) {
  (void)state;
  char path[PATH_MAX], *usual = strdup(getenv("PATH"));
  make_one_commit("mkdir -p core/include/pvs; touch core/include/pvs/pvs.h");
  in_shell(
      "mkdir bin; printf '#!/bin/sh\\n[ \"$1\" = -S ] || test -e '$PWD'/idle || { mkdir -p "
      "\"$2\" && cp /bin/true \"$2/pvtune\"; }\\n' >bin/cmake; chmod +x bin/cmake; touch idle");
  snprintf(path, sizeof path, "%s/bin:%s", compare_folder, usual);
  setenv("PATH", path, 1);
  check_failure(NULL, "pvtune", "was not built: No such file or directory");
  in_shell("rm idle; test ! -e cache/*/tree && test ! -e cache/*/build && test ! -e cache/*/done");
  unmoved_name = "/build/pvtune";
  check_failure(NULL, "pvtune", "was not built: Invalid cross-device link");
  in_shell("test ! -e cache/*/tree && test ! -e cache/*/build && test ! -e cache/*/done");
  unmoved_name = NULL;
  check_built(NULL, false);
  in_shell("test ! -e cache/*/tree && test ! -e cache/*/build && test -x cache/*/pvtune");
  check_built(NULL, true);
  setenv("PATH", usual, 1);
  free(usual);
}

/* ---- no place ---- */

static void test_a_cache_that_is_no_folder(void **state) {
  (void)state;
  make_one_commit("echo content >file");
  in_shell("touch cache");
  check_failure("true", "lock", "the cache folder for builds cannot be used: Not a directory");
  in_shell("test -f cache && test ! -s cache; rm cache; mkdir cache");
  check_built("true", false);
  in_shell("rm -r cache/*/lock; mkdir cache/$(ls cache)/lock");
  check_failure("true", "lock", "the cache folder for builds cannot be used: Is a directory");
  in_shell("rmdir cache/*/lock");
  check_built("true", true);
}

static void test_a_cache_whose_path_is_too_long(void **state) {
  (void)state;
  make_one_commit("echo content >file");
  memset(cache, 'x', PATH_MAX);
  cache[0] = '/';
  /* With the key, the longest name and what is between them one character too long. */
  cache[PATH_MAX - (HX_HASH_TEXT - 1) - 32] = '\0';
  pvs_error error;
  hx_recipe recipe = {.cache = cache, .command = "true"};
  assert_false(hx_revision_build(&repository, &recipe, commit, &build, afresh(&error)));
  assert_string_equal(error.message, "cannot hold builds: File name too long");
  assert_int_equal(strncmp(error.file, "/xxxx", 5), 0);
  cache[strlen(cache) - 1] = '\0'; /* this one fits, but no folder may have such a name */
  assert_false(hx_revision_build(&repository, &recipe, commit, &build, afresh(&error)));
  assert_string_equal(error.message,
                      "the cache folder for builds cannot be used: File name too long");
}

/* What cannot be removed still takes room, so the next makes it. */
static void test_a_build_that_cannot_be_removed(void **state) {
  (void)state;
  static const char oldest[] = "0123456789abcdef", older[] = "1123456789abcdef";
  pvs_error error;
  char path[PATH_MAX];
  in_shell("mkdir -p cache/0123456789abcdef cache/1123456789abcdef cache/2123456789abcdef;"
           "for b in cache/*; do head -c 20000 /dev/urandom >$b/done; done;"
           "touch -d '2001-01-01' cache/0*/done; touch -d '2002-01-01' cache/1*/done;"
           "touch -d '2003-01-01' cache/2*/done; sync cache/*/done");
  snprintf(cache, sizeof cache, "%s/cache", compare_folder);
  kept_name = oldest;
  assert_false(hx_cache_remove(cache, oldest, afresh(&error)));
  assert_string_equal(error.message, "cannot be removed: Device or resource busy");
  snprintf(path, sizeof path, "%s/cache/%s", compare_folder, oldest);
  assert_string_equal(error.file, path);
  in_shell("head -c 20000 /dev/urandom >cache/0123456789abcdef/done;"
           "touch -d '2001-01-01' cache/0*/done");
  hx_cache_trim(cache, 60000);
  in_shell("test -d cache/0123456789abcdef && test ! -e cache/1123456789abcdef && test -e "
           "cache/2123456789abcdef/done");
  kept_name = NULL;
  assert_true(hx_cache_remove(cache, oldest, afresh(&error)));
  assert_true(hx_cache_remove(cache, older, afresh(&error))); /* there is none */
  in_shell("test \"$(ls cache)\" = 2123456789abcdef");
}

/* ---- the tree itself ---- */

static bool make_tree(const char *name, pvs_error *error) {
  char tree[PATH_MAX], log[PATH_MAX], notice[64] = "before";
  snprintf(tree, sizeof tree, "%s/%s", compare_folder, name);
  snprintf(log, sizeof log, "%s/log", compare_folder);
  bool ok =
      hx_revision_tree_make(&repository, commit, tree, log, notice, sizeof notice, afresh(error));
  assert_string_equal(notice, "");
  return ok;
}

static void test_a_tree_that_cannot_be_made(void **state) {
  (void)state;
  pvs_error error;
  char path[PATH_MAX];
  make_one_commit("echo content >file");
  in_shell("echo kept >occupied");
  assert_false(make_tree("occupied/tree", &error));
  assert_string_equal(error.message, "cannot be made anew: Not a directory");
  snprintf(path, sizeof path, "%s/occupied/tree", compare_folder);
  assert_string_equal(error.file, path);
  in_shell("grep -qx kept occupied; test ! -e log; mkdir -p old/.git; echo old >old/left");
  kept_name = "/old";
  assert_false(make_tree("old", &error));
  assert_string_equal(error.message, "cannot be made anew: Device or resource busy");
  in_shell("test -d old; test ! -e old/file; test ! -e log");
  kept_name = NULL;
  assert_true(make_tree("old", &error));
  in_shell("grep -qx content old/file; test ! -e old/left");
}

/* A git that answers all but where things are. */
static void test_a_git_that_does_not_say_where_objects_are(void **state) {
  (void)state;
  pvs_error error;
  char path[PATH_MAX], expected[PATH_MAX + 64], *usual = strdup(getenv("PATH"));
  make_one_commit("echo content >file");
  in_shell("mkdir bin; printf '#!/bin/sh\\ncase \"$*\" in *--git-path\\ %%s) %%s;; esac\\nexec %s "
           "\"$@\"\\n' \"$(command -v git)\" >form; chmod +x form");
  static const char *const cases[][2] = {
      {"objects", "exit 1"}, {"objects", "exit 0"}, {"shallow", "exit 1"}};
  snprintf(path, sizeof path, "%s/bin:%s", compare_folder, usual);
  snprintf(expected, sizeof expected, "git does not say where the objects of %s/repo are",
           compare_folder);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char script[256];
    snprintf(script, sizeof script, "printf \"$(cat form)\" '%s' '%s' >bin/git; chmod +x bin/git",
             cases[i][0], cases[i][1]);
    in_shell(script);
    setenv("PATH", path, 1);
    bool ok = make_tree("tree", &error);
    setenv("PATH", usual, 1);
    assert_false(ok);
    assert_string_equal(error.message, expected);
    in_shell("test ! -e tree/file");
  }
  assert_true(make_tree("tree", &error));
  in_shell("grep -qx content tree/file");
  free(usual);
}

static int set_up(void **state) {
  kept_name = unmoved_name = NULL;
  tries = 0;
  setenv("CC", "echo", 1); /* they are asked for their versions before each build */
  setenv("CXX", "echo", 1);
  return compare_setup(state);
}

static int tear_down(void **state) {
  kept_name = unmoved_name = NULL;
  return compare_teardown(state);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(test_a_copy_that_cannot_be_cleared_is_no_build),
      CASE(test_a_tree_that_cannot_be_replaced),
      CASE(test_a_pvtune_that_cannot_be_put_in_place),
      CASE(test_a_cache_that_is_no_folder),
      CASE(test_a_cache_whose_path_is_too_long),
      CASE(test_a_build_that_cannot_be_removed),
      CASE(test_a_tree_that_cannot_be_made),
      CASE(test_a_git_that_does_not_say_where_objects_are),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
