/* measure/tool.h: how other programs end, what they said, and where they are found. */
#include "compare_support.h"
#include "error_support.h"

#include "measure/tool.h"

#include <errno.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

/* Stands before libc's: how full the disk is. */
static struct statvfs disk = {.f_blocks = 1000, .f_bavail = 1000, .f_frsize = 4096};
static int disk_is_known;

int fstatvfs(int fd, struct statvfs *out) {
  (void)fd;
  *out = disk;
  return disk_is_known;
}

static void check_read(char *const argv[], const char *folder, const char *printed,
                       const char *said) {
  pvs_error error;
  char *text = hx_tool_read(argv, folder, afresh(&error));
  assert_string_equal(text ? text : "(nothing)", printed ? printed : "(nothing)");
  assert_string_equal(error.message, said);
  free(text);
}

#define SHELL(script) ((char *[]){"sh", "-c", script, NULL})

static void test_what_is_printed(void **state) {
  (void)state;
  check_read(SHELL("echo one; echo two; echo no >&2"), NULL, "one\ntwo", "");
  check_read(SHELL("printf 'a\\n\\n'"), NULL, "a\n", "");
  check_read(SHELL("printf a"), NULL, "a", "");
  check_read(SHELL(":"), NULL, "", "");
  check_read(SHELL("pwd"), "/", "/", "");
  check_read(SHELL("yes | head -n 40000 | tail -c 70000 | wc -c"), NULL, "70000", "");
}

static void test_how_it_ended(void **state) {
  (void)state;
  check_read(SHELL("exit 3"), NULL, NULL, "sh failed (exit code 3)");
  check_read(SHELL("printf 'x\\nlast words' >&2; exit 4"), NULL, NULL,
             "sh failed (exit code 4): last words");
  check_read(SHELL("kill -9 $$"), NULL, NULL, "sh ended by signal 9");
  check_read(SHELL("printf oh >&2; kill -15 $$"), NULL, NULL, "sh ended by signal 15: oh");
  check_read((char *[]){"/proc/nowhere/at/all", NULL}, NULL, NULL,
             "/proc/nowhere/at/all cannot be started: No such file or directory");
}

static void check_run(char *const argv[], int interrupts_seen, bool ok, const char *said) {
  pvs_error error;
  char log[128];
  volatile sig_atomic_t interrupts = interrupts_seen;
  snprintf(log, sizeof log, "%s/log", compare_folder);
  assert_int_equal(hx_tool_run(argv, "/", log, &interrupts, afresh(&error)), ok);
  assert_string_equal(error.message, said);
}

static void test_a_log(void **state) {
  (void)state;
  pvs_error error;
  char text[HX_TOOL_LAST_WORDS], log[128], expected[300];
  snprintf(log, sizeof log, "%s/log", compare_folder);
  assert_string_equal(hx_tool_last_words("", text, sizeof text), "");
  assert_string_equal(hx_tool_last_words(log, text, sizeof text), "");
  check_run(SHELL(":"), 0, true, "");
  assert_string_equal(hx_tool_last_words(log, text, sizeof text), "");
  check_run(SHELL("pwd; echo errors >&2; printf 'the\\000end \\n\\n'"), 0, true, "");
  snprintf(expected, sizeof expected, ": the end (all of it: %s)", log);
  assert_string_equal(hx_tool_last_words(log, text, sizeof text), expected);
  check_run(SHELL("yes | head -n 2000; echo; echo more"), 0, true, "");
  snprintf(expected, sizeof expected, ": more (all of it: %s)", log);
  assert_string_equal(hx_tool_last_words(log, text, sizeof text), expected);
  check_run(SHELL("exit 9"), 0, false, "sh failed (exit code 9)");
  check_run((char *[]){"env", "A=b", "false", NULL}, 0, false, "false failed (exit code 1)");
  check_run((char *[]){"/proc/nowhere/at/all", NULL}, 0, false,
            "/proc/nowhere/at/all cannot be started: No such file or directory");
  check_run(SHELL("sleep 20"), 2, false, "sh was interrupted");
  assert_false(hx_tool_run(SHELL(":"), NULL, "/proc/nowhere/log", NULL, afresh(&error)));
  assert_string_equal(error.file, "/proc/nowhere/log");
  in_shell("grep -qx / log && grep -qx errors log && test $(stat -c %a log) = 644");
}

/* Its log could not say so. */
static void test_a_full_disk(void **state) {
  (void)state;
  char full[300];
  snprintf(full, sizeof full, "sh failed (exit code 9): No space left on device for %s/log",
           compare_folder);
  disk = (struct statvfs){.f_blocks = 1, .f_bavail = 15, .f_frsize = 4096};
  check_run(SHELL("exit 9"), 0, false, full);
  check_run(SHELL(":"), 0, true, "");
  disk.f_bavail = 16; /* 64 KiB are free */
  check_run(SHELL("exit 9"), 0, false, "sh failed (exit code 9)");
  disk.f_bavail = 0;
  disk_is_known = -1;
  check_run(SHELL("exit 9"), 0, false, "sh failed (exit code 9)");
  disk_is_known = 0;
  disk.f_blocks = 0; /* of a file system without a size, as in /proc */
  check_run(SHELL("exit 9"), 0, false, "sh failed (exit code 9)");
  disk.f_blocks = disk.f_bavail = 1000;
}

static void test_where_it_is(void **state) {
  (void)state;
  char path[PATH_MAX], usual[4096], expected[200];
  const char *before = getenv("PATH");
  snprintf(usual, sizeof usual, "%s", before ? before : "");
  in_shell("mkdir -p one two; printf x >one/pvt-tool; printf x >two/pvt-tool; chmod +x "
           "two/pvt-tool; mkdir one/pvt-dir");
  snprintf(path, sizeof path, "/proc/nowhere:%s/one:%s/two:/usr/bin:/bin", compare_folder,
           compare_folder);
  setenv("PATH", path, 1);
  assert_true(hx_tool_find("pvt-tool", path));
  snprintf(expected, sizeof expected, "%s/two/pvt-tool", compare_folder);
  assert_string_equal(path, expected);
  assert_true(hx_tool_exists("sh"));
  assert_false(hx_tool_exists("pvt-no-such-tool"));
  unsetenv("PATH");
  assert_true(hx_tool_exists("sh"));
  assert_false(hx_tool_exists("pvt-tool"));
  assert_true(hx_tool_find(expected, path)); /* a path needs no $PATH */
  assert_string_equal(path, expected);
  assert_false(hx_tool_exists("/etc"));
  assert_int_equal(errno, EACCES);
  assert_false(hx_tool_exists("/etc/pvt-no-such-tool"));
  assert_int_equal(errno, ENOENT);
  char far[PATH_MAX] = "";
  memset(far, '/', sizeof far - 1);
  errno = ENOENT;
  assert_false(hx_tool_find_along("./here", NULL, far, path));
  assert_int_equal(errno, ENAMETOOLONG);
  in_shell("cp two/pvt-tool here"); /* an empty folder in $PATH is the current one */
  assert_int_equal(chdir(compare_folder), 0);
  const char *const with_empty[] = {"", ":/bin", "/bin:", "/bin::/usr/bin"};
  for (size_t i = 0; i < sizeof with_empty / sizeof *with_empty; i++) {
    setenv("PATH", with_empty[i], 1);
    assert_true(hx_tool_find("here", path));
    assert_string_equal(path, "./here");
  }
  setenv("PATH", usual, 1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_what_is_printed),
      cmocka_unit_test(test_how_it_ended),
      cmocka_unit_test_setup_teardown(test_a_log, compare_setup, compare_teardown),
      cmocka_unit_test_setup_teardown(test_a_full_disk, compare_setup, compare_teardown),
      cmocka_unit_test_setup_teardown(test_where_it_is, compare_setup, compare_teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
