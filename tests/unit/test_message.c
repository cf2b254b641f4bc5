/* Messages and the progress line, on a pseudo-terminal and off it. */
#include "cli/message.h"

#include <fcntl.h>
#include <pty.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static int saved_stderr, reader;
static char said[4096];

/* From here on stderr is a terminal of 80 columns, or a pipe. */
static void catch_stderr(bool on_terminal) {
  int ends[2];
  struct winsize size = {.ws_row = 24, .ws_col = 80};
  assert_int_equal(on_terminal ? openpty(&ends[0], &ends[1], NULL, NULL, &size) : pipe(ends), 0);
  saved_stderr = dup(STDERR_FILENO);
  dup2(ends[1], STDERR_FILENO);
  close(ends[1]);
  reader = ends[0];
  setenv("TERM", "xterm", 1);
  unsetenv("NO_COLOR");
}

static const char *what_was_said(void) {
  size_t length = 0;
  fflush(stderr);
  fcntl(reader, F_SETFL, O_NONBLOCK);
  for (ssize_t got; (got = read(reader, said + length, sizeof said - 1 - length)) > 0;)
    length += (size_t)got;
  said[length] = '\0';
  dup2(saved_stderr, STDERR_FILENO);
  close(saved_stderr);
  close(reader);
  hx_message_setup(false, 0);
  return said;
}

static void test_levels(void **state) {
  (void)state;
  catch_stderr(false);
  hx_message_setup(true, 1);
  hx_error("e %d", 1);
  hx_warn("w");
  hx_note("n");
  hx_verbose("v");
  hx_message_setup(false, 0);
  hx_note("n");
  hx_verbose("v");
  hx_message_setup(false, 1);
  hx_verbose("a\nb");
  assert_string_equal(what_was_said(), "pvtune: error: e 1\npvtune: warning: w\nn\na\\x0ab\n");
}

static void test_no_progress_in_a_pipe(void **state) {
  (void)state;
  catch_stderr(false);
  hx_progress *p = hx_progress_start("runs", 4);
  hx_progress_update(p, 2, "x");
  hx_progress_finish(p);
  assert_string_equal(what_was_said(), "");
}

static void test_no_progress_when_quiet(void **state) {
  (void)state;
  catch_stderr(true);
  hx_message_setup(true, 0);
  hx_progress *p = hx_progress_start("runs", 4);
  hx_progress_finish(p);
  assert_string_equal(what_was_said(), "");
}

/* Drawn at once, cleared for a message and at the end; what follows at once is not drawn (10 times
 * a second at most). */
static void test_progress_on_a_terminal(void **state) {
  (void)state;
  catch_stderr(true);
  hx_message_setup(false, 0);
  hx_progress *p = hx_progress_start("runs", 4);
  hx_error("e");
  hx_progress_finish(p);
  assert_string_equal(what_was_said(),
                      "\rruns 0/4 (0 %)\033[K\r\033[Kpvtune: \033[1;31merror:\033[0m e\r\n");
}

static void test_progress_text(void **state) {
  (void)state;
  static const struct {
    unsigned long done, total;
    double elapsed_s;
    const char *detail, *text;
  } rows[] = {{0, 4, 9, NULL, "runs 0/4 (0 %)"},
              {1, 4, 0.5, NULL, "runs 1/4 (25 %)"},
              {1, 4, 15, "2x1", "runs 1/4 (25 %), 45 s left  2x1"},
              {2, 100, 6, NULL, "runs 2/100 (2 %), 4 min 54 s left"},
              {1, 1000, 20, NULL, "runs 1/1000 (0 %), 5 h 33 min left"},
              {4, 4, 9, NULL, "runs 4/4 (100 %)"},
              {7, 0, 9, NULL, "runs 7"}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char *text =
        hx_progress_text("runs", rows[i].done, rows[i].total, rows[i].elapsed_s, rows[i].detail);
    assert_string_equal(text, rows[i].text);
    free(text);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_levels),
      cmocka_unit_test(test_no_progress_in_a_pipe),
      cmocka_unit_test(test_no_progress_when_quiet),
      cmocka_unit_test(test_progress_on_a_terminal),
      cmocka_unit_test(test_progress_text),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
