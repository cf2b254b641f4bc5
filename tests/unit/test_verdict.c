/* decide/verdict.h: a name, an exit code, a sentence and a way to go on for each verdict. */
#include "decide/verdict.h"

#include "unit/decide_support.h"

#include <string.h>

static const hx_search_words time_words = {.winner = "threads:4", .baseline = "serial"};

static void check(const hx_search_verdict *v, const hx_search_words *w, const char *sentence,
                  const char *advice) {
  char text[600];
  hx_search_verdict_sentence(v, w, text, sizeof text);
  assert_string_equal(text, sentence);
  hx_search_verdict_advice(v, text, sizeof text);
  assert_string_equal(text, advice);
}

static void test_names_and_exit_codes(void **state) {
  (void)state;
  static const struct {
    const char *name;
    int exit_code;
  } expected[] = {{"open", 1},           {"found", 0},     {"tie", 0},
                  {"no effect", 0},      {"not shown", 5}, {"budget too short", 5},
                  {"outputs change", 3}, {"failed", 1},    {"over the limits", 1}};
  for (int s = 0; s < HX_VERDICT_STATES; s++) {
    assert_string_equal(hx_search_verdict_name((hx_search_verdict_state)s), expected[s].name);
    assert_int_equal(hx_search_verdict_exit_code((hx_search_verdict_state)s),
                     expected[s].exit_code);
  }
}

static void test_something_is_faster(void **state) {
  (void)state;
  const hx_search_words same = {"serial", "serial", NULL, false},
                        memory = {"level=3", "level=1", "rss", false},
                        best = {"level=1", "level=1", "rss", false},
                        several = {"2 workers", "serial", NULL, true};
  hx_search_verdict v = {.state = HX_VERDICT_FOUND, .speedup = {2, 1.5, 2.5, 8}, .n_tied = 2};
  check(&v, &time_words,
        "threads:4 is 2.00 times as fast as serial (95 %: 1.50 to 2.50); nothing else that was "
        "measured to the end ties with it",
        "");
  check(
      &v, &memory,
      "level=3 is 2.00 times as good in rss as level=1 (95 %: 1.50 to 2.50); nothing else that was "
      "measured to the end ties with it",
      "");
  check(&v, &same, "serial is the fastest: nothing that was measured to the end is as fast", "");
  check(&v, &best, "level=1 is the best: nothing that was measured to the end is as good", "");
  v.alone = true;
  check(&v, &same,
        "serial is the fastest: nothing else that was tried is as fast and within the limits", "");
  v.alone = false;
  v.state = HX_VERDICT_TIE;
  check(
      &v, &same,
      "nothing that was tried is shown to be faster than serial; it is the simplest of the 3 that "
      "tie",
      "");
  v.speedup.upper = INFINITY;
  check(&v, &time_words,
        "threads:4 is about 2 times as fast as serial, and at least 1.50 times; it is the simplest "
        "of the 3 that tie",
        "");
  v.speedup.lower = -INFINITY;
  check(&v, &time_words,
        "threads:4 is about 2 times as fast as serial; it is the simplest of the 3 that tie", "");
  v.speedup.runs = 0;
  check(&v, &several,
        "2 workers are about 2 times as fast as serial was in its first run; they are the simplest "
        "of the 3 that tie",
        "");
  v = (hx_search_verdict){.state = HX_VERDICT_FOUND, .speedup = {1234, 1.9, (double)NAN, 1}};
  check(&v, &several,
        "2 workers are about 1234 times as fast as serial, and at least 1.90 times; nothing else "
        "that was measured to the end ties with them",
        "");
  v.speedup = (hx_interval){0.00352, 0.00311, 0.004, 9};
  check(&v, &several,
        "2 workers are 0.0035 times as fast as serial (95 %: 0.0031 to 0.0040); nothing else that "
        "was measured to the end ties with them",
        "");
}

static void test_nothing_is_faster(void **state) {
  (void)state;
  const hx_search_words others = {"level=3", "level=1", NULL, false};
  hx_search_verdict v = {.state = HX_VERDICT_NO_EFFECT};
  check(&v, &time_words,
        "more workers make no difference: the best of them and serial are equally fast", "");
  check(&v, &others,
        "other configurations make no difference: the best of them and level=1 are equally fast",
        "");
  v.alone = true;
  check(&v, &time_words,
        "there is one configuration only: the number of workers has no effect on what is run", "");
  v = (hx_search_verdict){.state = HX_VERDICT_NOT_SHOWN, .noise = 0.25};
  check(&v, &time_words, "nothing is shown to be faster than serial: single runs vary by 25 %",
        "Repeat it on a quieter machine, or with a workload that takes longer.");
  v.noise = 0.00021;
  check(&v, &time_words, "nothing is shown to be faster than serial: single runs vary by 0.02 %",
        "Repeat it on a quieter machine, or with a workload that takes longer.");
  v.noise = (double)NAN;
  v.needs_s = 29.2;
  check(&v, &time_words, "nothing is shown to be faster than serial in so few runs",
        "Repeat it with --budget 30s or more, or on a quieter machine.");
  v.needs_s = 0.4;
  check(&v, &time_words, "nothing is shown to be faster than serial in so few runs",
        "Repeat it with --budget 1s or more, or on a quieter machine.");
}

static void test_nothing_is_known(void **state) {
  (void)state;
  hx_search_verdict v = {.state = HX_VERDICT_TOO_SHORT, .needs_s = 9.5, .runs = 1};
  check(&v, &time_words,
        "the budget was too short: 1 run was made, but the fresh runs that decide need at least "
        "10 s in all",
        "Repeat it with --budget 10s or more.");
  v.runs = 2;
  check(&v, &time_words,
        "the budget was too short: 2 runs were made, but the fresh runs that decide need at least "
        "10 s in all",
        "Repeat it with --budget 10s or more.");
  v.needs_s = 0.4;
  check(&v, &time_words,
        "the budget was too short: 2 runs were made, but the fresh runs that decide need at least "
        "1 s in all",
        "Repeat it with --budget 1s or more.");
  v.needs_s = 0;
  check(&v, &time_words, "the search ended before the fresh runs that decide were complete",
        "Repeat it with a longer --budget.");
  v.state = HX_VERDICT_UNSTEADY;
  check(&v, &time_words, "the program's outputs change from one serial run to the next",
        "Use --outputs ignore, or --output-filter to drop what changes (time stamps, for "
        "instance).");
  v.state = HX_VERDICT_LIMITS;
  check(&v, &time_words, "nothing that was tried is within the limits",
        "Allow more, or try other values.");
  v.state = HX_VERDICT_FAILED;
  v.seconds = 1;
  check(&v, &time_words, "only the serial run succeeded", "See what the failed runs said.");
  v.seconds = (double)NAN;
  check(&v, &time_words, "no run succeeded", "See what the failed runs said.");
  v.state = HX_VERDICT_OPEN;
  check(&v, &time_words, "the search is not over", "");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_names_and_exit_codes),
      cmocka_unit_test(test_something_is_faster),
      cmocka_unit_test(test_nothing_is_faster),
      cmocka_unit_test(test_nothing_is_known),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
