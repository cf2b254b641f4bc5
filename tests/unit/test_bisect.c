/* compare/bisect.h: which commit made it slower, by a judge that knows. */
#include "compare/bisect.h"

#include "unit/decide_support.h"

#include <stdio.h>

enum { COMMITS = 20 };

/* Commits from `slower_from` on are slower. */
typedef struct judge {
  size_t slower_from, skip_from, skip_end, stop_at; /* at the stop_at-th call; 0: never */
  hx_bisection_reply stop_by;
  hx_compare_verdict else_verdict;
  size_t calls;
} judge;

static hx_bisection_reply compare(void *ctx, size_t index, hx_compare_result *result) {
  judge *j = ctx;
  assert_in_range(index, 1, COMMITS - 1);
  *result =
      (hx_compare_result){.change = (double)index,
                          .verdict = index >= j->slower_from ? HX_COMPARE_SLOWER : j->else_verdict};
  if (++j->calls == j->stop_at)
    return j->stop_by;
  return index >= j->skip_from && index < j->skip_end ? HX_BISECTION_SKIP : HX_BISECTION_COMPARED;
}

static hx_bisection run(judge *j) {
  hx_bisection found;
  j->calls = 0;
  assert_true(hx_bisection_run(COMMITS, compare, j, &found));
  assert_true(isnan(found.margin));
  return found;
}

static void each_commit_is_found(void **state) {
  (void)state;
  for (size_t bad = 1; bad < COMMITS; bad++) {
    judge j = {.slower_from = bad, .else_verdict = HX_COMPARE_SAME};
    hx_bisection found = run(&j);
    assert_int_equal(found.end, HX_BISECTION_NAMED);
    assert_int_equal(found.first_bad, bad);
    assert_int_equal(found.last_good, bad - 1);
    assert_int_equal(found.comparisons, j.calls);
    assert_in_range(j.calls, 5, 6); /* one to confirm, and log2(19) */
    assert_true(found.whole.change == COMMITS - 1);
  }
}

static void what_cannot_be_judged_leaves_a_range(void **state) {
  (void)state;
  judge j = {.slower_from = 9, .skip_from = 6, .skip_end = 12, .else_verdict = HX_COMPARE_FASTER};
  hx_bisection found = run(&j);
  assert_int_equal(found.end, HX_BISECTION_NARROWED);
  assert_int_equal(found.last_good, 5);
  assert_int_equal(found.first_bad, 12);
  assert_true(found.comparisons < j.calls);
  j.slower_from = 6; /* its neighbour is known to be good, but it cannot be judged itself */
  assert_int_equal(run(&j).end, HX_BISECTION_NARROWED);
  j.slower_from = 12;
  found = run(&j);
  assert_int_equal(found.last_good, 5);
  assert_int_equal(found.first_bad, 12);
}

static void the_last_commit_has_to_be_slower(void **state) {
  (void)state;
  static const struct {
    hx_compare_verdict verdict;
    hx_bisection_end end;
  } cases[] = {{HX_COMPARE_SAME, HX_BISECTION_NOT_CONFIRMED},
               {HX_COMPARE_FASTER, HX_BISECTION_NOT_CONFIRMED},
               {HX_COMPARE_INCONCLUSIVE, HX_BISECTION_UNDECIDED}};
  for (size_t i = 0; i < 3; i++) {
    judge j = {.slower_from = COMMITS, .else_verdict = cases[i].verdict};
    hx_bisection found = run(&j);
    assert_int_equal(found.end, cases[i].end);
    assert_int_equal(found.comparisons, 1);
    assert_int_equal(j.calls, 1);
    assert_true(found.whole.verdict == cases[i].verdict);
  }
}

static void it_ends_when_it_is_told_to(void **state) {
  (void)state;
  for (size_t call = 1; call < 9; call++) {
    bool interrupted = call >= 5;
    judge j = {.slower_from = 3,
               .stop_at = interrupted ? call - 4 : call,
               .stop_by = interrupted ? HX_BISECTION_INTERRUPT : HX_BISECTION_STOP,
               .else_verdict = HX_COMPARE_SAME};
    hx_bisection found = run(&j);
    assert_int_equal(found.end, interrupted ? HX_BISECTION_INTERRUPTED : HX_BISECTION_FAILED);
    assert_int_equal(j.calls, j.stop_at);
    assert_int_equal(found.comparisons, j.stop_at - 1);
  }
  judge j = {.slower_from = 3, .skip_from = 19, .skip_end = 20, .else_verdict = HX_COMPARE_SAME};
  assert_int_equal(run(&j).end, HX_BISECTION_FAILED); /* the last commit cannot be judged */
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(each_commit_is_found),
                                     cmocka_unit_test(what_cannot_be_judged_leaves_a_range),
                                     cmocka_unit_test(the_last_commit_has_to_be_slower),
                                     cmocka_unit_test(it_ends_when_it_is_told_to)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
