/* Files as a whole: what is added to one is there entirely or not at all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/files.h"
#include "error_support.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static long size_of(const char *path) {
  struct stat status;
  return stat(path, &status) == 0 ? (long)status.st_size : -1;
}

/* As on a full disk, after the first bytes. */
static void test_append_is_all_or_nothing(void **state) {
  (void)state;
  char folder[] = "/tmp/test_files.XXXXXX";
  assert_non_null(mkdtemp(folder));
  assert_int_equal(chdir(folder), 0);
  pvs_error error;
  assert_true(hx_files_append("summary.md", "one\n", 4, afresh(&error)));
  assert_true(hx_files_append("summary.md", "two\n", 4, afresh(&error)));
  assert_int_equal(size_of("summary.md"), 8);
  struct rlimit before, tight;
  assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
  tight = before;
  tight.rlim_cur = 10;
  signal(SIGXFSZ, SIG_IGN);
  assert_int_equal(setrlimit(RLIMIT_FSIZE, &tight), 0);
  bool added = hx_files_append("summary.md", "three\n", 6, afresh(&error));
  int reason = error.os_errno;
  bool made = hx_files_append("new.md", "more than ten bytes\n", 20, afresh(&error));
  assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
  assert_false(added);
  assert_int_equal(reason, EFBIG);
  assert_int_equal(size_of("summary.md"), 8);
  assert_false(made);
  assert_string_equal(error.file, "new.md");
  assert_int_equal(size_of("new.md"), -1);
  assert_false(hx_files_append("nowhere/new.md", "x", 1, afresh(&error)));
  assert_int_equal(error.os_errno, ENOENT);
  assert_int_equal(unlink("summary.md"), 0);
  assert_int_equal(chdir("/"), 0);
  assert_int_equal(rmdir(folder), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_append_is_all_or_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
