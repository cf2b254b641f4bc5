/* The measuring loop over given times: verdicts, checks, what is stored. */
#include "duet_support.h"

#include "compare/alarms.h"
#include "decide/stats.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

static void test_verdicts(void **state) {
  (void)state;
  static const struct {
    double b_s;
    hx_compare_verdict verdict;
    double change;
  } cases[] = {{1.00, HX_COMPARE_SAME, 0.00},
               {1.05, HX_COMPARE_SLOWER, 0.05},
               {0.90, HX_COMPARE_FASTER, -0.10}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    world w;
    make_world(&w, 1, cases[i].b_s);
    hx_duet_result result = run(&w);
    assert_int_equal(result.compare.verdict, cases[i].verdict);
    assert_true(fabs(result.compare.change - cases[i].change) < 0.01);
    assert_int_equal(result.compare.runs, 32);
    assert_int_equal(result.outputs, HX_DUET_OUTPUTS_SAME);
    assert_false(result.failed);
    assert_true(fabs(result.a_s - 1) < 0.01 && fabs(result.b_s - cases[i].b_s) < 0.01);
  }
}

static void test_every_run_is_stored_in_blocks_of_four(void **state) {
  (void)state;
  world w;
  make_world(&w, 1, 1);
  w.options.note = "a note";
  w.time[1].runs = 3; /* its noise is another one */
  hx_duet_result result = run(&w);
  hx_store_rows rows = stored_runs();
  const hx_run_row *row = rows.rows;
  assert_int_equal(rows.n, 2 + 32);
  for (size_t i = 0; i < 2; i++) {
    assert_int_equal(row[i].block, 0);
    assert_int_equal(row[i].counted, 0);
  }
  size_t b_first = 0;
  for (size_t i = 2; i < rows.n; i += 4) {
    bool first = row[i].side[0] == 'B';
    b_first += first;
    for (size_t k = 0; k < 4; k++) {
      assert_int_equal(row[i + k].block, (long long)(i + 2) / 4);
      assert_int_equal(row[i + k].position, (long long)k + 1);
      assert_int_equal(row[i + k].counted, 1);
      assert_int_equal(row[i + k].side[0], (k == 0 || k == 3) == first ? 'B' : 'A');
      assert_string_equal(row[i + k].binary, row[i + k].side[0] == 'B' ? "bbbb" : "aaaa");
      assert_string_equal(row[i + k].revision, row[i + k].side[0] == 'B' ? "b1" : "a1");
      assert_string_equal(row[i + k].sweep, "uuid");
      assert_string_equal(row[i + k].command, "compare");
      assert_string_equal(row[i + k].machine, "m-0123456789");
      assert_string_equal(row[i + k].allocation, "pus=4");
      assert_string_equal(row[i + k].environment, "e");
      assert_string_equal(row[i + k].boot, "boot");
      assert_string_equal(row[i + k].workload, "builtin:batteries:8");
      assert_string_equal(row[i + k].config, "serial");
      assert_string_equal(row[i + k].outcome, "valid");
      assert_string_equal(row[i + k].reason, "");
      assert_string_equal(row[i + k].reference_digest, "d");
      assert_string_equal(row[i + k].note, "a note");
      assert_int_equal(strlen(row[i + k].run), HX_UUID_TEXT - 1);
      assert_true(row[i + k].spent_s >= 0);
    }
  }
  assert_in_range(b_first, 1, 7); /* of 8 */
  double difference[8] = {0};
  for (size_t i = 2; i < rows.n; i++)
    difference[row[i].block - 1] += (row[i].side[0] == 'B' ? 0.5 : -0.5) * log(row[i].seconds);
  double median = hx_stats_median(difference, 8);
  assert_true(fabs(result.noise - hx_stats_mad_sd(difference, 8, median)) < 1e-12);
  assert_true(result.noise > 1e-4);
  hx_store_rows_deinit(&rows);
}

static void hear(void *ctx, hx_saying kind, const char *text) {
  char *said = ctx;
  assert_int_equal(kind, HX_SAY_WARNING);
  size_t used = strlen(said);
  snprintf(said + used, 512 - used, "%s\n", text);
}

/* Once for each side, however many warm-ups there are. */
static void test_what_is_left_behind(void **state) {
  (void)state;
  for (int warm_ups = 0; warm_ups <= 3; warm_ups++) {
    world w;
    char said[512] = "";
    const hx_listener listener = {.say = hear, .ctx = said};
    make_world(&w, 1, 1);
    w.options.warm_ups = warm_ups;
    w.context.listener = &listener;
    w.time[0].leaves = 1;
    w.time[1].leaves = 2;
    run(&w);
    assert_string_equal(
        said,
        "A: builtin:batteries:8 leaves 1 process running when it ends, which is then ended too\n"
        "B: builtin:batteries:8 leaves 2 processes running when it ends, which are then ended "
        "too\n");
  }
}

static void test_outputs_that_differ_end_it(void **state) {
  (void)state;
  world w;
  make_world(&w, 1, 1);
  w.time[1].digest = "e";
  hx_duet_result result = run(&w);
  assert_int_equal(result.outputs, HX_DUET_OUTPUTS_DIFFER);
  assert_true(result.failed);
  assert_int_equal(result.compare.blocks, 0);
  assert_int_equal(w.time[0].runs + w.time[1].runs, 2);

  make_world(&w, 1, 1);
  w.time[1].digest = "e";
  w.options.ignore_outputs = true;
  result = run(&w);
  assert_int_equal(result.outputs, HX_DUET_OUTPUTS_DIFFER);
  assert_string_equal(result.b_digest, "e");
  assert_false(result.failed);
  assert_int_equal(result.compare.verdict, HX_COMPARE_SAME);

  make_world(&w, 1, 1);
  w.time[0].digest = w.time[1].digest = "";
  assert_int_equal(run(&w).outputs, HX_DUET_OUTPUTS_UNCHECKED);
}

static hx_expected agrees(void *ctx, const hx_duet_player *a, const hx_duet_player *b,
                          char *message, size_t cap) {
  (void)message, (void)cap;
  assert_string_equal(a->revision, "a1");
  assert_string_equal(b->revision, "b1");
  *(int *)ctx += 1;
  return HX_EXPECTED_AGREES;
}

static void test_outputs_within_tolerance_are_close(void **state) {
  (void)state;
  world w;
  int asked = 0;
  make_world(&w, 1, 1);
  w.time[1].digest = "e";
  w.options.compare_outputs = agrees;
  w.options.outputs_ctx = &asked;
  hx_duet_result result = run(&w);
  assert_int_equal(asked, 1);
  assert_int_equal(result.outputs, HX_DUET_OUTPUTS_CLOSE);
  assert_int_equal(result.compare.verdict, HX_COMPARE_SAME);
}

static void test_outputs_that_change_from_run_to_run(void **state) {
  (void)state;
  world w;
  make_world(&w, 1, 1);
  w.time[0].changes_at = 5;
  hx_duet_result result = run(&w);
  assert_true(result.failed);
  assert_int_equal(result.outputs, HX_DUET_OUTPUTS_DIFFER);
  assert_non_null(strstr(result.reason, "A's outputs change from run to run"));
  hx_store_rows rows = stored_runs();
  const hx_run_row *last = (const hx_run_row *)rows.rows + rows.n - 1;
  assert_string_equal(last->outcome, "wrong");
  assert_int_equal(last->counted, 0);
  hx_store_rows_deinit(&rows);

  for (int side = 0; side < 2; side++) { /* then they say nothing about B, whoever's they are */
    make_world(&w, 1, 1);
    w.time[side].changes_at = 5;
    w.options.ignore_outputs = true;
    result = run(&w);
    assert_int_equal(result.outputs, HX_DUET_OUTPUTS_VARY);
    assert_string_equal(result.b_digest, "");
    assert_false(result.failed);
    assert_int_equal(result.compare.verdict, HX_COMPARE_SAME);
    assert_string_equal(result.reason, side ? "B's outputs change from run to run"
                                            : "A's outputs change from run to run");
  }
}

static void test_a_run_that_fails_ends_it(void **state) {
  (void)state;
  world w;
  make_world(&w, 1, 1);
  w.time[1].fails_at = 1;
  hx_duet_result result = run(&w);
  assert_true(result.failed);
  assert_int_equal(result.compare.blocks, 0);
  assert_true(result.b_failed);
  assert_string_equal(result.reason, "the warm-up of B is not valid: exit code 7");
  make_world(&w, 1, 1);
  w.time[0].fails_at = 4; /* after the warm-up, and two runs of the first block */
  result = run(&w);
  assert_true(result.failed);
  assert_false(result.b_failed);
  assert_non_null(strstr(result.reason, " of block 2, of A, is not valid: exit code 7"));
}

static void test_a_budget_that_holds_no_look_measures_nothing(void **state) {
  (void)state;
  world w;
  make_world(&w, 1, 1);
  w.options.budget_s = 0;
  hx_duet_result result = run(&w);
  assert_true(result.failed);
  assert_int_equal(result.compare.blocks, 0);
  assert_non_null(strstr(result.reason, "--budget"));
}

/* A difference above the margin and below the effect: nothing decides. */
static void test_a_long_budget_or_a_small_margin_allows_more_runs(void **state) {
  (void)state;
  static const struct {
    double budget_s, margin;
    int runs;
  } cases[] = {{INFINITY, 0.03, 4 * HX_COMPARE_USUAL_BLOCKS},
               {1e6, 0.03, 4 * HX_COMPARE_MAX_BLOCKS},
               {INFINITY, 0.02, 400},
               {INFINITY, 0.01, 4 * HX_COMPARE_MAX_BLOCKS}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    world w;
    make_world(&w, 1, 1.05);
    w.options.rule.margin = cases[i].margin;
    w.options.rule.min_effect = 1;
    w.options.budget_s = cases[i].budget_s;
    hx_duet_result result = run(&w);
    assert_int_equal(result.compare.verdict, HX_COMPARE_INCONCLUSIVE);
    assert_int_equal(result.compare.runs, cases[i].runs);
  }
}

/* Nothing may be written behind the end of the store: the first row to be stored says so. */
static void test_a_store_that_is_full_ends_it_with_an_error(void **state) {
  (void)state;
  world w;
  make_world(&w, 1, 1);
  run(&w);
  char path[128];
  struct stat store;
  snprintf(path, sizeof path, "%s/%s", compare_folder, hx_runs_schema.file);
  assert_int_equal(stat(path, &store), 0);
  struct rlimit before, limit;
  assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
  limit = before;
  limit.rlim_cur = (rlim_t)store.st_size;
  signal(SIGXFSZ, SIG_IGN);
  make_world(&w, 1, 1);
  assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
  pvs_error error;
  hx_duet_result result;
  bool ok =
      hx_duet_run(&w.context, &w.options, &w.player[0], &w.player[1], &result, afresh(&error));
  assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
  hx_workload_deinit(&w.workload);
  assert_false(ok);
  assert_string_equal(error.file, path);
  assert_non_null(strstr(error.message, "File too large"));
}

static void test_interrupted(void **state) {
  (void)state;
  world w;
  const volatile sig_atomic_t pressed = 1;
  make_world(&w, 1, 1);
  w.context.interrupts = &pressed;
  hx_duet_result result = run(&w);
  assert_true(result.interrupted);
  assert_false(result.failed);
  assert_int_equal(result.compare.verdict, HX_COMPARE_INCONCLUSIVE);
  assert_int_equal(result.compare.blocks, 0);
  assert_int_equal(w.time[0].runs, 0);
}

/* The run under way is the last one; what a budget would have said, or other outputs, is not said. */
static void test_after_an_interruption_no_run_begins(void **state) {
  (void)state;
  enum { A_WARM_UP, B_WARM_UP, IN_A_BLOCK, IN_TURNS, CASES };
  for (int i = 0; i < CASES; i++) {
    world w;
    volatile sig_atomic_t pressed = 0;
    make_world(&w, 1, 1);
    w.context.interrupts = &pressed;
    w.options.budget_s = i == B_WARM_UP ? 1 : INFINITY;
    w.time[1].digest = i < IN_A_BLOCK ? "other" : "d";
    w.options.ignore_outputs = i == IN_A_BLOCK;
    timed *at = &w.time[i == B_WARM_UP];
    at->interrupts = &pressed;
    at->presses_at = i < IN_A_BLOCK ? 1 : 4;
    for (int s = 0; s < 2 && i == IN_TURNS; s++) {
      w.time[s].takes_turns = true;
      w.runner[s] = timed_runner(&w.time[s]);
    }
    hx_duet_result result = run(&w);
    assert_true(result.interrupted);
    assert_false(result.failed);
    assert_string_equal(result.reason, "");
    assert_int_not_equal(result.outputs, HX_DUET_OUTPUTS_DIFFER);
    assert_int_equal(at->runs, at->presses_at);
    assert_in_range(w.time[i != B_WARM_UP].runs, i == A_WARM_UP ? 0 : 1, i < IN_A_BLOCK ? 1 : 4);
  }
}

static void test_so_many_blocks(void **state) {
  (void)state;
  world w;
  make_world(&w, 1, 1.1);
  w.options.blocks = 13;
  hx_duet_result result = run(&w);
  assert_int_equal(result.compare.blocks, 13);
  assert_true(result.compare.lower > 0.08 && result.compare.upper < 0.12);
}

static size_t paddings;
static void pad(size_t bytes) {
  assert_true(bytes < 4096);
  paddings++;
}

static void test_padding_changes_with_each_block(void **state) {
  (void)state;
  world w;
  make_world(&w, 1, 1);
  paddings = 0;
  w.options.pad = pad;
  run(&w);
  assert_int_equal(paddings, 8);
}

/* Runs of one side within a block are runs of identical things. */
static void test_false_alarms_come_from_the_store(void **state) {
  (void)state;
  pvs_error error;
  hx_compare_options rule = hx_compare_defaults();
  hx_compare_alarms alarms;
  assert_true(hx_alarms_read(compare_folder, "pus=4", &rule, &alarms, afresh(&error)));
  assert_int_equal(alarms.n, 0);
  assert_true(alarms.upper == 1);
  for (int i = 0; i < 4; i++) {
    world w;
    make_world(&w, 1, 1.2);
    run(&w);
  }
  /* 4 comparisons x 8 blocks x 2 sides, 8 of which make one replayed comparison. */
  assert_true(hx_alarms_read(compare_folder, "pus=4", &rule, &alarms, afresh(&error)));
  assert_int_equal(alarms.n, 8);
  assert_int_equal(alarms.k, 0);
  assert_true(alarms.upper < 0.4);
  assert_true(hx_alarms_read(compare_folder, "pus=2", &rule, &alarms, afresh(&error)));
  assert_int_equal(alarms.n, 0);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, compare_setup, compare_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(test_verdicts),
      CASE(test_every_run_is_stored_in_blocks_of_four),
      CASE(test_what_is_left_behind),
      CASE(test_outputs_that_differ_end_it),
      CASE(test_outputs_within_tolerance_are_close),
      CASE(test_outputs_that_change_from_run_to_run),
      CASE(test_a_run_that_fails_ends_it),
      CASE(test_a_budget_that_holds_no_look_measures_nothing),
      CASE(test_a_long_budget_or_a_small_margin_allows_more_runs),
      CASE(test_a_store_that_is_full_ends_it_with_an_error),
      CASE(test_interrupted),
      CASE(test_after_an_interruption_no_run_begins),
      CASE(test_so_many_blocks),
      CASE(test_padding_changes_with_each_block),
      CASE(test_false_alarms_come_from_the_store),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
