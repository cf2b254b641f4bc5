/* compare/verdict.h: what is stored of a comparison is what was found, value by value. */
#include "compare_support.h"
#include "error_support.h"

#include "compare/verdict.h"
#include "measure/store.h"

static hx_verdict_line line;
static hx_verdict_summary summary;

static void make_summary(void) {
  line = (hx_verdict_line){.workload = "cmd:w",
                           .b_workload = "cmd:v",
                           .a_config = "threads:2",
                           .b_config = "threads:3",
                           .margin = 0.0625,
                           .max_rss_growth = INFINITY,
                           .duet = {.compare = {.verdict = HX_COMPARE_SLOWER,
                                                .change = 0.5,
                                                .lower = 0.25,
                                                .upper = 0.75,
                                                .blocks = 7,
                                                .runs = 28,
                                                .p_slower = 0.001,
                                                .p_faster = 0.875,
                                                .detectable = 0.125},
                                    .outputs = HX_DUET_OUTPUTS_CLOSE,
                                    .b_digest = "b-digest",
                                    .turn_s = 0.0078125,
                                    .a_s = 1,
                                    .b_s = 1.5,
                                    .a_rss_kib = 2048,
                                    .b_rss_kib = 3072}};
  summary = (hx_verdict_summary){.command = "gate",
                                 .duet = "d-u-e-t",
                                 .note = "a note",
                                 .build = "make it",
                                 .around = "--setup x",
                                 .a = {"rev:a", "aaaa", "a1"},
                                 .b = {"rev:b", "bbbb", "b1"},
                                 .rule = hx_compare_defaults(),
                                 .lines = &line,
                                 .n = 1,
                                 .alarms = {.n = 40, .k = 3, .upper = 0.1875}};
  summary.rule.min_effect = 0.03125;
  hx_verdict_conclude(&summary);
}

/* The rows that are stored now. */
static hx_store_rows store(void) {
  hx_measure_context context = {
      .folder = compare_folder, .machine = "m", .allocation = "pus=4", .environment = "e"};
  pvs_error error;
  hx_store_rows rows;
  assert_true(hx_verdict_store(&context, &summary, afresh(&error)));
  assert_true(hx_store_rows_read(compare_folder, &hx_verdicts_schema, &rows, afresh(&error)));
  return rows;
}

static void each_value_has_its_column(void **state) {
  (void)state;
  make_summary();
  hx_store_rows rows = store();
  assert_int_equal(rows.n, 1);
  const hx_verdict_row *r = rows.rows;
  const char *texts[][2] = {{r->sweep, "d-u-e-t"},
                            {r->command, "gate"},
                            {r->machine, "m"},
                            {r->allocation, "pus=4"},
                            {r->environment, "e"},
                            {r->workload, "cmd:w"},
                            {r->a, "rev:a"},
                            {r->b, "rev:b"},
                            {r->a_revision, "a1"},
                            {r->b_revision, "b1"},
                            {r->a_binary, "aaaa"},
                            {r->b_binary, "bbbb"},
                            {r->a_config, "threads:2"},
                            {r->b_config, "threads:3"},
                            {r->verdict, "SLOWER"},
                            {r->outputs, "close"},
                            {r->b_digest, "b-digest"},
                            {r->build, "make it"},
                            {r->around, "--setup x"},
                            {r->decided_by, "time"},
                            {r->note, "a note"}};
  const double reals[][2] = {{r->change, 0.5},         {r->lower, 0.25},
                             {r->upper, 0.75},         {r->p_slower, 0.001},
                             {r->p_faster, 0.875},     {r->detectable, 0.125},
                             {r->min_effect, 0.03125}, {r->margin, 0.0625},
                             {r->turn_s, 0.0078125},   {r->false_alarm_upper, 0.1875}};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    assert_string_equal(texts[i][0], texts[i][1]);
  for (size_t i = 0; i < sizeof reals / sizeof *reals; i++)
    if (!(reals[i][0] == reals[i][1]))
      fail_msg("real %zu is %g instead of %g", i, reals[i][0], reals[i][1]);
  assert_int_equal(r->blocks, 7);
  assert_int_equal(r->runs, 28);
  assert_int_equal(r->false_alarms, 3);
  assert_int_equal(r->false_alarm_trials, 40);
  assert_int_equal(strlen(r->verdict_id), HX_UUID_TEXT - 1);
  assert_true(r->made_utc[0]);
  hx_store_rows_deinit(&rows);
}

static void what_has_no_verdict_is_not_stored(void **state) {
  (void)state;
  make_summary();
  line.duet.compare.upper = INFINITY;
  line.by_instructions = true;
  hx_store_rows rows = store();
  const hx_verdict_row *r = rows.rows;
  assert_int_equal(rows.n, 1);
  assert_true(isnan(r->upper));
  assert_string_equal(r->decided_by, "instructions");
  hx_store_rows_deinit(&rows);
  line.duet.interrupted = true;
  line.duet.compare.verdict = HX_COMPARE_GO_ON;
  summary.interrupted_by = 2;
  hx_verdict_conclude(&summary);
  rows = store();
  assert_int_equal(rows.n, 1);
  hx_store_rows_deinit(&rows);
}

static void memory_that_grew_is_told(void **state) {
  (void)state;
  char text[400];
  make_summary();
  line.duet.grew = true;
  line.max_rss_growth = 0.25;
  hx_verdict_conclude(&summary);
  hx_verdict_sentence(&summary, 0, text, sizeof text);
  assert_non_null(strstr(text, "; peak memory grew from 2 to 3 MB, more than 25 %"));
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, compare_setup, compare_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {CASE(each_value_has_its_column),
                                     CASE(what_has_no_verdict_is_not_stored),
                                     CASE(memory_that_grew_is_told)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
