/* cli/comparing.h: what is printed under the table of a comparison, sentence by sentence. */
#include "unit/base_support.h"

#include "cli/comparing.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static hx_verdict_line line[2];

static hx_verdict_summary summary_of(size_t n) {
  for (size_t i = 0; i < 2; i++)
    line[i] = (hx_verdict_line){.workload = i ? "two" : "one",
                                .b_workload = i ? "two" : "one",
                                .margin = 0.03,
                                .max_rss_growth = INFINITY,
                                .instructions = {NAN, NAN},
                                .duet = {.a_s = 1, .b_s = 1, .noise = 0.01},
                                .measured = true,
                                .verdict = HX_COMPARE_SAME,
                                .fate = HX_FATE_PASSED};
  return (hx_verdict_summary){.command = "compare",
                              .duet = "3",
                              .a = {.text = "bin:a"},
                              .b = {.text = "bin:b"},
                              .lines = line,
                              .n = n,
                              .joint = HX_COMPARE_SAME};
}

/* What is printed under the table, without the first sentence, which is the verdict's, and the last,
 * which is about false alarms. */
static void check(const hx_verdict_summary *summary, const char *expected) {
  char text[8192];
  const hx_context cx = {.program = "pvtune", .command = "compare", .results_dir = "results"};
  FILE *printed = tmpfile();
  int before = dup(STDOUT_FILENO);
  assert_true(printed && before >= 0 && fflush(stdout) == 0);
  assert_true(dup2(fileno(printed), STDOUT_FILENO) >= 0);
  int status = hx_comparing_print(&cx, summary);
  fflush(stdout);
  dup2(before, STDOUT_FILENO);
  close(before);
  rewind(printed);
  text[fread(text, 1, sizeof text - 1, printed)] = '\0';
  fclose(printed);
  assert_int_equal(status, summary->status);
  char *notes = strstr(text, " (+0.0 % to +0.0 %).\n"), *alarms = strstr(text, "How often this");
  assert_true(notes && alarms);
  *alarms = '\0';
  assert_string_equal(strchr(notes, '\n') + 1, expected);
}

static void test_how_the_runs_were_made(void **state) {
  (void)state;
  hx_verdict_summary s = summary_of(1);
  check(&s, "");
  line[0].duet.turn_s = 0.02;
  check(&s, "runs of A and B took turns of 20 ms on the same CPUs.\n");
  line[0].duet.turn_s = 0;
  line[0].duet.unlike = true;
  check(&s, "runs of A and B followed one another: they have different numbers of processes or "
            "threads, so turns would cost one more than the other.\n");
  line[0].duet.unlike = false;
  line[0].duet.left_group = true;
  check(&s,
        "runs of A and B followed one another: a program has processes in other process groups, "
        "and these cannot be stopped for turns.\n");
}

static void test_what_was_compared(void **state) {
  (void)state;
  hx_verdict_summary s = summary_of(1);
  line[0].duet.outputs = HX_DUET_OUTPUTS_CLOSE;
  check(&s, "outputs are not the same bytes, but agree within the tolerance of pvtune validate.\n");
  line[0].duet.outputs = HX_DUET_OUTPUTS_DIFFER;
  strcpy(line[0].duet.reason, "outputs differ: f.csv");
  check(&s, "");
  s.ignore_outputs = true;
  check(&s, "outputs differ: f.csv (ignored).\n");
  s = summary_of(1);
  line[0].instructions[0] = 2000;
  line[0].instructions[1] = 2010;
  strcpy(line[0].instructions_note, "with valgrind");
  check(&s, "instructions: +10 of 2000, +0.5000 % (with valgrind).\n");
  line[0].instructions[1] = NAN;
  check(&s, "with valgrind.\n");
}

static void test_each_workload_is_named(void **state) {
  (void)state;
  hx_verdict_summary s = summary_of(2);
  line[0].duet.turn_s = 0.005;
  line[1].duet.outputs = HX_DUET_OUTPUTS_CLOSE;
  check(
      &s,
      "one: runs of A and B took turns of 5 ms on the same CPUs.\n"
      "two: B is as fast as A within 3 %: the difference is +0.0 % (+0.0 % to +0.0 %).\n"
      "two: outputs are not the same bytes, but agree within the tolerance of pvtune validate.\n");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_how_the_runs_were_made),
      cmocka_unit_test(test_what_was_compared),
      cmocka_unit_test(test_each_workload_is_named),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
