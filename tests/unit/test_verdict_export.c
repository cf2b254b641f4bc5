/* compare/verdict.h: what dashboards are given. A time that is not known is left out, and so are bounds
 * that are open. */
#include "compare/verdict.h"

#include "base/text.h"
#include "base/utf8.h"
#include "unit/decide_support.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINES = 6 };

static void make_summary(hx_verdict_summary *s, hx_verdict_line lines[LINES]) {
  static const char *const names[LINES] = {"full", "open", "failed", "no time", "unknown", "nan"};
  memset(lines, 0, LINES * sizeof *lines);
  for (int i = 0; i < LINES; i++) {
    lines[i].workload = names[i];
    lines[i].margin = 0.03;
    hx_duet_result *d = &lines[i].duet;
    d->compare = (hx_compare_result){
        .verdict = HX_COMPARE_SAME, .blocks = 8, .change = 0.25, .lower = 0.125, .upper = 0.5};
    d->b_s = 0.5;
    d->b_rss_kib = 10;
    d->noise = 0.01;
  }
  lines[1].duet.compare.lower = -1;
  lines[1].duet.compare.upper = INFINITY;
  lines[1].duet.noise = (double)NAN;
  lines[2].duet.failed = true;
  lines[2].duet.b_rss_kib = (double)NAN;
  lines[3].duet.b_s = 0;
  lines[4].duet.b_s = -1;
  lines[5].duet.b_s = (double)NAN;
  *s = (hx_verdict_summary){
      .command = "gate", .rule = hx_compare_defaults(), .lines = lines, .n = LINES};
  hx_verdict_conclude(s);
}

static hx_verdict_summary summary;
static hx_verdict_line line[LINES];

static json_t *exported(hx_verdict_format format) {
  make_summary(&summary, line);
  char *text = hx_verdict_export(&summary, format);
  assert_non_null(strstr(text, "\n  "));
  assert_null(strstr(text, "\n   \"")); /* two blanks for each level */
  json_t *root = json_loads(text, 0, NULL);
  assert_non_null(root);
  free(text);
  return root;
}

/* Of a workload's measure; `member` is not there where `expected` is NaN. */
static void check(json_t *all, const char *name, const char *measure, const char *member,
                  double expected) {
  json_t *value = json_object_get(json_object_get(json_object_get(all, name), measure), member);
  assert_int_equal(value != NULL, !isnan(expected));
  if (value)
    assert_near(json_real_value(value), expected, 1e-3);
}

static void bencher(void **state) {
  (void)state;
  double none = (double)NAN;
  json_t *all = exported(HX_VERDICT_BENCHER);
  assert_int_equal(json_object_size(all), 3);
  check(all, "full", "latency", "value", 0.5e9);
  check(all, "full", "latency", "lower_value", 0.45e9); /* A takes 0.4 s */
  check(all, "full", "latency", "upper_value", 0.6e9);
  check(all, "full", "peak-memory", "value", 10240);
  check(all, "open", "latency", "value", 0.5e9);
  check(all, "open", "latency", "lower_value", none);
  check(all, "open", "latency", "upper_value", none);
  check(all, "failed", "latency", "value", 0.5e9);
  check(all, "failed", "latency", "lower_value", none);
  assert_null(json_object_get(json_object_get(all, "failed"), "peak-memory"));
  json_decref(all);
}

static void benchmark_action(void **state) {
  (void)state;
  static const char *const names[] = {"full", "open", "failed"}, *const ranges[] = {"± 0.005 s",
                                                                                    NULL,
                                                                                    "± 0.005 s"};
  json_t *list = exported(HX_VERDICT_BENCHMARK_ACTION);
  assert_int_equal(json_array_size(list), 3);
  for (size_t i = 0; i < 3; i++) {
    json_t *one = json_array_get(list, i), *range = json_object_get(one, "range");
    assert_string_equal(json_string_value(json_object_get(one, "name")), names[i]);
    assert_string_equal(json_string_value(json_object_get(one, "unit")), "s");
    assert_near(json_real_value(json_object_get(one, "value")), 0.5, 0);
    assert_int_equal(range != NULL, ranges[i] != NULL);
    char sentence[1024];
    hx_verdict_sentence(&summary, i, sentence, sizeof sentence);
    assert_string_equal(json_string_value(json_object_get(one, "extra")), sentence);
    if (range)
      assert_string_equal(json_string_value(range), ranges[i]);
  }
  json_decref(list);
}

/* ---- what was not measured ---- */

static void check_failure(void (*write_it)(const hx_verdict_failure *, FILE *),
                          const hx_verdict_failure *failure, const char *expected) {
  char *text = NULL;
  size_t size;
  FILE *out = open_memstream(&text, &size);
  assert_non_null(out);
  write_it(failure, out);
  assert_true(hx_text_stream_close(out, &text));
  assert_string_equal(text, expected);
  free(text);
}

/* Bytes of any kind stay within their cell, their line or their element. */
static void a_failure_keeps_to_its_place(void **state) {
  (void)state;
  hx_verdict_failure failure = {.command = "gate",
                                .a = "rev:a|b",
                                .b = "rev:`x`\ny",
                                .message = "it <failed>\nat once",
                                .details = "one\n\xff two\n"};
  check_failure(hx_verdict_write_markdown_failure, &failure,
                "### Speed: not measured\n\nA: rev:a\\|b, B: rev:\\`x\\` y\n\n"
                "it \\<failed> at once\n\n    one\n    " HX_UTF8_REPLACEMENT " two\n\n\n");
  check_failure(hx_verdict_write_junit_failure, &failure,
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"
                "  <testsuite name=\"pvtune gate\" tests=\"1\" failures=\"0\" errors=\"1\" "
                "skipped=\"0\">\n    <testcase classname=\"speed\" name=\"measurement\">\n"
                "      <error type=\"not measured\" message=\"it &lt;failed&gt; at "
                "once\">one\n" HX_UTF8_REPLACEMENT
                " two\n</error>\n    </testcase>\n  </testsuite>\n"
                "</testsuites>\n");
  failure.interrupted = true;
  failure.details = NULL;
  check_failure(hx_verdict_write_markdown_failure, &failure,
                "### Speed: interrupted, not measured\n\nA: rev:a\\|b, B: rev:\\`x\\` y\n\n"
                "it \\<failed> at once\n\n");
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(bencher), cmocka_unit_test(benchmark_action),
                                     cmocka_unit_test(a_failure_keeps_to_its_place)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
