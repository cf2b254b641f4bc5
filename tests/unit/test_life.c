/* measure/life.h: what is refused, how it is described, and how its commands end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "error_support.h"
#include "measure/life.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void check_refused(const hx_run_life *life, const char *expected) {
  pvs_error error;
  hx_config serial = hx_config_serial();
  assert_false(hx_run_life_check(life, &serial, afresh(&error)));
  assert_string_equal(error.message, expected);
}

static void test_refused(void **state) {
  (void)state;
  check_refused(&(hx_run_life){.setup = " \t"}, "--setup is empty: expected a command");
  check_refused(&(hx_run_life){.prepare = ""}, "--prepare is empty: expected a command");
  static const char *const own[] = {"x {workers}", "x {processes}", "x {threads}", "x {output}",
                                    "x $PVTUNE_WORKERS"};
  for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
    char expected[200];
    snprintf(expected, sizeof expected,
             "--cleanup is called once for all runs, so it can have no placeholders and no worker "
             "count: %s",
             own[i]);
    check_refused(&(hx_run_life){.cleanup = own[i]}, expected);
  }
  check_refused(&(hx_run_life){.conclude = "x 'y"},
                "--conclude: the command's quote ' is not closed: x 'y");
  check_refused(
      &(hx_run_life){.filter = "x {other}"},
      "--output-filter: the command has the unknown placeholder {other}: known are {workers}, "
      "{processes}, {threads} and {output}; the text {other} itself is written {{other}}: x "
      "{other}");
  check_refused(&(hx_run_life){.input = "/"}, "--input /: a folder found, expected a file");
  check_refused(&(hx_run_life){.input = "/proc/nowhere"},
                "--input /proc/nowhere: No such file or directory");
  check_refused(&(hx_run_life){.folder = "/proc/nowhere"},
                "--cwd /proc/nowhere: expected a folder");
  check_refused(&(hx_run_life){.folder = "/dev/null"}, "--cwd /dev/null: expected a folder");
  check_refused(&(hx_run_life){.folder = "/bin/sh"}, "--cwd /bin/sh: expected a folder");
  check_refused(&(hx_run_life){.filter = "sort", .ignore_outputs = true},
                "--output-filter has nothing to filter with --outputs ignore");
}

static void test_described(void **state) {
  (void)state;
  pvs_error error;
  hx_config serial = hx_config_serial();
  hx_run_life all = {.setup = "make it",
                     .prepare = "p {n}",
                     .conclude = "c",
                     .cleanup = "rm",
                     .input = "/dev/null",
                     .folder = "/tmp",
                     .filter = "sort {m}",
                     .ignore_failure = true};
  hx_text text = {0};
  hx_run_life_describe(&all, &text);
  assert_string_equal(
      text.at, "--setup 'make it' --prepare 'p {n}' --conclude c --cleanup rm --input /dev/null "
               "--cwd /tmp --output-filter 'sort {m}' --ignore-failure");
  hx_text_deinit(&text);
  assert_true(hx_run_life_uses(&all, "n") && hx_run_life_uses(&all, "m") &&
              !hx_run_life_uses(&all, "o"));
  all = (hx_run_life){.ignore_outputs = true, .conclude = "{o}"};
  assert_true(hx_run_life_uses(&all, "o"));
  all.conclude = NULL;
  assert_true(hx_run_life_check(&all, &serial, afresh(&error)));
  hx_run_life_describe(&all, &text);
  assert_string_equal(text.at, "--outputs ignore");
  hx_text_deinit(&text);
  all = (hx_run_life){.ignore_failure = true, .input = "/dev/null", .folder = "/tmp"};
  assert_true(hx_run_life_check(&all, &serial, afresh(&error)));
}

static void check_call(const char *command, hx_life_end end, const char *expected) {
  pvs_error error;
  hx_run_life life = {0};
  hx_life_call call = {.option = "--prepare", .command = command, .stdout_fd = -1};
  assert_int_equal(hx_run_life_call(&life, &call, afresh(&error)), end);
  assert_string_equal(error.message, expected);
}

static void test_how_commands_end(void **state) {
  (void)state;
  check_call(NULL, HX_LIFE_OK, "");
  check_call("true", HX_LIFE_OK, "");
  check_call("sh -c 'exit 3'", HX_LIFE_FAILED, "--prepare 'sh -c 'exit 3'' failed: exit code 3");
  check_call("printf 'one\\ntwo\\tx' >&2; exit 4", HX_LIFE_FAILED,
             "--prepare 'printf 'one\\ntwo\\tx' >&2; exit 4' failed: exit code 4: two x");
  check_call("kill -9 $$", HX_LIFE_FAILED, "--prepare 'kill -9 $$' failed: ended by signal 9");
  check_call(
      "/proc/nowhere/x", HX_LIFE_FAILED,
      "--prepare '/proc/nowhere/x' failed: not started: /proc/nowhere/x cannot be started: No such "
      "file or directory");
}

/* Placeholders, variables, folder, input and output of a command that belongs to a run. */
static void test_of_a_run(void **state) {
  (void)state;
  pvs_error error;
  hx_config c;
  assert_true(hx_config_parse("threads:3", &c, afresh(&error)));
  char path[] = "/tmp/pvtune-test-life-XXXXXX", text[200] = "";
  int fd = mkstemp(path);
  assert_true(fd >= 0);
  assert_true(write(fd, "fed", 3) == 3);
  int out = open(path, O_RDWR | O_APPEND);
  hx_run_life life = {.folder = "/"};
  hx_life_call call = {.option = "--prepare",
                       .command = "pwd; echo $PVTUNE_WORKERS {workers} {output}; head -c 3",
                       .config = &c,
                       .output = "/o",
                       .stdin_path = path,
                       .stdout_fd = out};
  assert_int_equal(hx_run_life_call(&life, &call, afresh(&error)), HX_LIFE_OK);
  assert_true(pread(fd, text, sizeof text - 1, 0) > 0);
  assert_string_equal(text, "fed/\n3 3 /o\nfed");
  close(fd);
  close(out);
  unlink(path);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_refused), cmocka_unit_test(test_described),
      cmocka_unit_test(test_how_commands_end), cmocka_unit_test(test_of_a_run)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
