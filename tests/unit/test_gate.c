/* From results to a verdict, an exit code, and what build servers read. */
#include "compare_support.h"
#include "error_support.h"

#include "compare/verdict.h"

static hx_verdict_line a_line(const char *workload, hx_compare_verdict verdict, double change) {
  return (hx_verdict_line){
      .workload = workload,
      .margin = 0.03,
      .max_rss_growth = INFINITY,
      .instructions = {(double)NAN, (double)NAN},
      .duet = {.compare = {.verdict = verdict,
                           .blocks = 8,
                           .runs = 32,
                           .change = change,
                           .lower = change - 0.01,
                           .upper = change + 0.01,
                           .p_slower = verdict == HX_COMPARE_SLOWER ? 0.001 : 1,
                           .p_faster = verdict == HX_COMPARE_FASTER ? 0.001 : 1,
                           .detectable = 0.02},
               .a_s = 1,
               .b_s = 1 + change,
               .outputs = HX_DUET_OUTPUTS_SAME}};
}

static hx_verdict_line a_failed_line(const char *workload, hx_duet_outputs outputs,
                                     const char *reason) {
  hx_verdict_line line = {.workload = workload,
                          .instructions = {(double)NAN, (double)NAN},
                          .duet = {.failed = true,
                                   .outputs = outputs,
                                   .a_s = (double)NAN,
                                   .b_s = (double)NAN,
                                   .compare = {.verdict = HX_COMPARE_INCONCLUSIVE}}};
  snprintf(line.duet.reason, sizeof line.duet.reason, "%s", reason);
  return line;
}

static hx_verdict_summary a_summary(hx_verdict_line *lines, size_t n) {
  return (hx_verdict_summary){.command = "gate",
                              .duet = "uuid",
                              .a = {.text = "rev:main", .revision = "aaaaaaaaaaaa"},
                              .b = {.text = "rev:HEAD", .revision = "bbbbbbbbbbbb"},
                              .rule = hx_compare_defaults(),
                              .lines = lines,
                              .n = n,
                              .alarms = {.n = 40, .k = 0, .upper = 0.072}};
}

static int status_of(hx_verdict_line *lines, size_t n, bool inconclusive_passes) {
  hx_verdict_summary summary = a_summary(lines, n);
  summary.inconclusive_passes = inconclusive_passes;
  hx_verdict_conclude(&summary);
  return summary.status;
}

static void test_exit_codes(void **state) {
  (void)state;
  hx_verdict_line same = a_line("s", HX_COMPARE_SAME, 0),
                  slower = a_line("l", HX_COMPARE_SLOWER, 0.05),
                  faster = a_line("f", HX_COMPARE_FASTER, -0.05),
                  open = a_line("o", HX_COMPARE_INCONCLUSIVE, 0.01),
                  failed = a_failed_line("x", HX_DUET_OUTPUTS_UNCHECKED, "exit code 1"),
                  wrong = a_failed_line("w", HX_DUET_OUTPUTS_DIFFER, "digests");
  assert_int_equal(status_of(&same, 1, false), 0);
  assert_int_equal(status_of(&faster, 1, false), 0);
  assert_int_equal(status_of(&slower, 1, true), 4);
  assert_int_equal(status_of(&open, 1, false), 5);
  assert_int_equal(status_of(&open, 1, true), 0);
  assert_int_equal(status_of(&failed, 1, true), 1);
  assert_int_equal(status_of(&wrong, 1, true), 3);
  assert_int_equal(status_of(NULL, 0, true), 1); /* nothing measured is never a pass */
  hx_verdict_line larger = a_line("l", HX_COMPARE_SAME, 0), waived = larger, new = same,
                  removed = same;
  hx_waiver waiver = {.until = "v2", .who = "a", .reason = "b"};
  larger.duet.grew = waived.duet.grew = true;
  waived.waiver = &waiver;
  new.presence = HX_PRESENT_ONLY_IN_B;
  removed.presence = HX_PRESENT_ONLY_IN_A;
  assert_int_equal(status_of((hx_verdict_line[]){same, larger}, 2, true), 4);
  assert_int_equal(status_of((hx_verdict_line[]){same, waived, new, removed}, 4, true), 0);
  hx_verdict_line empty = a_line("e", HX_COMPARE_INCONCLUSIVE, 0);
  empty.duet.compare.blocks = 0;
  assert_int_equal(status_of(&empty, 1, true), 1);
  assert_int_equal(status_of((hx_verdict_line[]){same, slower}, 2, true), 4);
  assert_int_equal(status_of((hx_verdict_line[]){same, failed}, 2, true), 1);
  assert_int_equal(status_of((hx_verdict_line[]){slower, failed}, 2, true), 4);
  assert_int_equal(status_of((hx_verdict_line[]){slower, wrong}, 2, true), 3);
  assert_int_equal(status_of((hx_verdict_line[]){faster, open}, 2, false), 5);
}

static void test_ignored_outputs_do_not_fail(void **state) {
  (void)state;
  hx_verdict_line line = a_line("w", HX_COMPARE_SAME, 0);
  line.duet.outputs = HX_DUET_OUTPUTS_DIFFER;
  hx_verdict_summary summary = a_summary(&line, 1);
  hx_verdict_conclude(&summary);
  assert_int_equal(summary.status, 3);
  summary.ignore_outputs = true;
  hx_verdict_conclude(&summary);
  assert_int_equal(summary.status, 0);
}

/* Two workloads: one needs half the error probability. */
static void test_holm_over_workloads(void **state) {
  (void)state;
  hx_verdict_line lines[] = {a_line("s", HX_COMPARE_SLOWER, 0.05), a_line("t", HX_COMPARE_SAME, 0)};
  lines[0].duet.compare.p_slower = 0.8 * hx_compare_defaults().alpha;
  assert_int_equal(status_of(&lines[0], 1, false), 4);
  hx_verdict_summary summary = a_summary(lines, 2);
  hx_verdict_conclude(&summary);
  assert_int_equal(summary.status, 5);
  assert_int_equal(lines[0].verdict, HX_COMPARE_INCONCLUSIVE);
  assert_int_equal(lines[1].verdict, HX_COMPARE_SAME);
  hx_compare_options rule = hx_compare_defaults();
  assert_true(hx_verdict_rule(&rule, 2).alpha == rule.alpha / 2);
}

static void test_sentences(void **state) {
  (void)state;
  static const struct {
    hx_compare_verdict verdict;
    double change;
    const char *says;
  } cases[] = {
      {HX_COMPARE_SLOWER, 0.05, "B is slower: it takes 5.0 % longer than A (+4.0 % to +6.0 %)"},
      {HX_COMPARE_FASTER, -0.05, "B is faster: it takes 5.0 % less time than A (-6.0 % to -4.0 %)"},
      {HX_COMPARE_SLOWER, 1234,
       "B is slower: it takes 1235.0 times as long as A (1235.0 to 1235.0)"},
      {HX_COMPARE_FASTER, -0.95, "B is faster: A takes 20.0 times as long as B (16.7 to 25.0)"},
      {HX_COMPARE_SAME, -0.0001,
       "B is as fast as A within 3 %: the difference is +0.0 % (-1.0 % to +1.0 %)"},
      {HX_COMPARE_SAME, 0.001,
       "B is as fast as A within 3 %: the difference is +0.1 % (-0.9 % to +1.1 %)"},
      {HX_COMPARE_INCONCLUSIVE, 0.02,
       "No verdict after 8 blocks: the difference is +2.0 % (+1.0 % to +3.0 %)"}};
  char text[256];
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    hx_verdict_line line = a_line("w", cases[i].verdict, cases[i].change);
    hx_verdict_summary summary = a_summary(&line, 1);
    hx_verdict_conclude(&summary);
    assert_string_equal(hx_verdict_sentence(&summary, 0, text, sizeof text), cases[i].says);
  }
  hx_compare_alarms alarms = {.n = 0, .upper = 1};
  assert_string_equal(
      hx_verdict_alarms(&alarms, text, sizeof text),
      "How often this machine gives false alarms is not known yet: too few runs are stored");
  alarms = (hx_compare_alarms){.n = 40, .k = 1, .upper = 0.114};
  assert_string_equal(
      hx_verdict_alarms(&alarms, text, sizeof text),
      "1 of 40 replayed comparisons, of stored runs of one side with one another, gave a false "
      "alarm (95 % upper bound: 11 %)");
}

/* ---- reports ---- */

static char *written(const hx_verdict_summary *summary,
                     void (*writer)(const hx_verdict_summary *, FILE *)) {
  char *text = NULL;
  size_t size = 0;
  FILE *f = open_memstream(&text, &size);
  assert_non_null(f);
  writer(summary, f);
  fclose(f);
  return text;
}

static void test_junit(void **state) {
  (void)state;
  hx_verdict_line lines[] = {a_line("builtin:batteries:8", HX_COMPARE_SAME, 0),
                             a_line("cmd:a < \"b\" & c\t", HX_COMPARE_SLOWER, 0.05),
                             a_line("o", HX_COMPARE_INCONCLUSIVE, 0.02),
                             a_failed_line("x", HX_DUET_OUTPUTS_UNCHECKED, "exit code 1"),
                             a_failed_line("w", HX_DUET_OUTPUTS_DIFFER, "outputs differ")};
  hx_verdict_summary summary = a_summary(lines, 5);
  summary.inconclusive_passes = true;
  hx_verdict_conclude(&summary);
  char *text = written(&summary, hx_verdict_write_junit);
  assert_string_equal(
      text,
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<testsuites>\n"
      "  <testsuite name=\"pvtune gate\" tests=\"5\" failures=\"2\" errors=\"1\" skipped=\"1\">\n"
      "    <testcase classname=\"speed\" name=\"builtin:batteries:8\" time=\"1.000000\">\n"
      "      <system-out>B is as fast as A within 3 %: the difference is +0.0 % (-1.0 % to +1.0 "
      "%)</system-out>\n"
      "    </testcase>\n"
      "    <testcase classname=\"speed\" name=\"cmd:a &lt; &quot;b&quot; &amp; c \" "
      "time=\"1.050000\">\n"
      "      <failure type=\"slower\" message=\"B is slower: it takes 5.0 % longer than A (+4.0 % "
      "to +6.0 %)\"/>\n"
      "      <system-out>B is slower: it takes 5.0 % longer than A (+4.0 % to +6.0 "
      "%)</system-out>\n"
      "    </testcase>\n"
      "    <testcase classname=\"speed\" name=\"o\" time=\"1.020000\">\n"
      "      <skipped message=\"No verdict after 8 blocks: the difference is +2.0 % (+1.0 % to "
      "+3.0 %)\"/>\n"
      "      <system-out>No verdict after 8 blocks: the difference is +2.0 % (+1.0 % to +3.0 "
      "%)</system-out>\n"
      "    </testcase>\n"
      "    <testcase classname=\"speed\" name=\"x\">\n"
      "      <error type=\"not measured\" message=\"exit code 1\"/>\n"
      "      <system-out>exit code 1</system-out>\n"
      "    </testcase>\n"
      "    <testcase classname=\"speed\" name=\"w\">\n"
      "      <failure type=\"outputs\" message=\"outputs differ\"/>\n"
      "      <system-out>outputs differ</system-out>\n"
      "    </testcase>\n"
      "  </testsuite>\n"
      "</testsuites>\n");
  free(text);
}

static void test_markdown(void **state) {
  (void)state;
  hx_verdict_line lines[] = {a_line("cmd:a | [b](c) \xe2\x80\xae", HX_COMPARE_SLOWER, 0.05),
                             a_failed_line("x", HX_DUET_OUTPUTS_UNCHECKED, "exit code 1")};
  lines[0].instructions[0] = 1000;
  lines[0].instructions[1] = 1050;
  hx_verdict_summary summary = a_summary(lines, 2);
  hx_verdict_conclude(&summary);
  char *text = written(&summary, hx_verdict_write_markdown);
  assert_string_equal(
      text,
      "### Speed: SLOWER\n\n"
      "A: rev:main (aaaaaaaaaaaa), B: rev:HEAD (bbbbbbbbbbbb)\n\n"
      "| workload | A | B | difference | from | to | verdict | runs | detectable |\n"
      "|---|--:|--:|--:|--:|--:|---|--:|--:|\n"
      "| cmd:a \\| \\[b](c) \\\\u202e | 1 s | 1.05 s | +5.0 % | +4.0 % | +6.0 % | SLOWER | 32 | "
      "2.0 % |\n"
      "| x | | | | | | NOT MEASURED | 0 | |\n\n"
      "- cmd:a \\| \\[b](c) \\\\u202e: B is slower: it takes 5.0 % longer than A (+4.0 % to +6.0 "
      "%); instructions "
      "1000 → 1050 (+5.000 %)\n"
      "- x: exit code 1\n\n"
      "0 of 40 replayed comparisons, of stored runs of one side with one another, gave a false "
      "alarm (95 % upper bound: 7 %).\n");
  free(text);
}

static void test_only_what_was_measured_becomes_a_verdict(void **state) {
  (void)state;
  pvs_error error;
  hx_verdict_line lines[] = {a_line("s", HX_COMPARE_SAME, 0.001),
                             a_failed_line("x", HX_DUET_OUTPUTS_UNCHECKED, "exit code 1")};
  hx_verdict_summary summary = a_summary(lines, 2);
  summary.build = "make";
  lines[0].duet.turn_s = 0.005;
  hx_measure_context context = compare_context();
  hx_store_rows rows;
  hx_verdict_conclude(&summary);
  assert_true(hx_verdict_store(&context, &summary, afresh(&error)));
  assert_true(hx_store_rows_read(compare_folder, &hx_verdicts_schema, &rows, afresh(&error)));
  assert_int_equal(rows.n, 1);
  const hx_verdict_row *row = rows.rows;
  assert_string_equal(row->verdict, "SAME");
  assert_string_equal(row->workload, "s");
  assert_string_equal(row->a_revision, "aaaaaaaaaaaa");
  assert_string_equal(row->outputs, "same");
  assert_string_equal(row->build, "make");
  assert_true(row->turn_s == 0.005);
  assert_int_equal(row->false_alarm_trials, 40);
  hx_store_rows_deinit(&rows);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, compare_setup, compare_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(test_exit_codes),
      CASE(test_ignored_outputs_do_not_fail),
      CASE(test_holm_over_workloads),
      CASE(test_sentences),
      CASE(test_junit),
      CASE(test_markdown),
      CASE(test_only_what_was_measured_becomes_a_verdict),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
