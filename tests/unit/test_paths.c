/* Which paths lead to the same place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/paths.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char root[PATH_MAX];

static int enter(void **state) {
  (void)state;
  char made[] = "/tmp/test_paths.XXXXXX";
  return mkdtemp(made) && chdir(made) == 0 && realpath(".", root) && mkdir("a", 0777) == 0 &&
                 mkdir("a/b", 0777) == 0 && symlink("a/b", "link") == 0 &&
                 symlink("gone/c", "broken") == 0
             ? 0
             : -1;
}

static int leave(void **state) {
  (void)state;
  char command[PATH_MAX + 16];
  snprintf(command, sizeof command, "rm -rf %s", root);
  return chdir("/") == 0 ? system(command) : -1;
}

static void test_resolve(void **state) {
  (void)state;
  static const char *const cases[][2] = {{".", ""},
                                         {"a//b/", "/a/b"},
                                         {"link", "/a/b"},
                                         {"link/..", "/a"},
                                         {"new/x.csv", "/new/x.csv"},
                                         {"link/new", "/a/b/new"},
                                         {"new/../a/b", "/a/b"},
                                         {"new/../link/x", "/a/b/x"},
                                         {"broken", "/broken"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char resolved[PATH_MAX], expected[PATH_MAX + 16];
    assert_true(hx_path_resolve(cases[i][0], resolved));
    snprintf(expected, sizeof expected, "%s%s", root, cases[i][1]);
    assert_string_equal(resolved, expected);
  }
  char resolved[PATH_MAX];
  assert_true(hx_path_resolve("/..//", resolved));
  assert_string_equal(resolved, "/");
  assert_true(hx_path_resolve("/proc", resolved));
  assert_string_equal(resolved, "/proc");
  char longest[PATH_MAX + 1];
  memset(longest, 'x', PATH_MAX);
  longest[PATH_MAX] = '\0';
  assert_false(hx_path_resolve(longest, resolved));
}

static void test_overlap(void **state) {
  (void)state;
  static const struct {
    const char *a, *b;
    bool overlap;
  } cases[] = {
      {"a", "a", true},        {"a", "a/b", true},      {"a/b", "a", true},
      {"link", "a", true},     {"a", "link/new", true}, {"new", "new/x", true},
      {"ab", "a", false},      {"a/c", "a/b", false},   {"new/../a", "link", true},
      {"new", "newer", false}, {"/", "a", true},        {"a", "missing/a", false},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    if (hx_path_overlap(cases[i].a, cases[i].b) != cases[i].overlap)
      fail_msg("%s and %s", cases[i].a, cases[i].b);
  assert_true(hx_path_is_in("a/b", "a"));
  assert_false(hx_path_is_in("a", "a/b"));
  assert_true(hx_path_is_same("new/../link/x", "a/b/x"));
  assert_false(hx_path_is_same("a", "a/b"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_resolve, enter, leave),
      cmocka_unit_test_setup_teardown(test_overlap, enter, leave),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
