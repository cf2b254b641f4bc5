/* When runs of two sides take turns, and how. */
#include "duet_support.h"

/* A world whose runs could take turns. */
static void make_turning_world(world *w, double seconds) {
  make_world(w, seconds, seconds);
  for (int s = 0; s < 2; s++) {
    w->time[s].takes_turns = true;
    w->runner[s] = timed_runner(&w->time[s]);
  }
}

static hx_duet_result check_turns(world *w, bool expected) {
  hx_duet_result result = run(w);
  assert_int_equal(result.compare.verdict, HX_COMPARE_SAME);
  assert_true((result.turn_s > 0) == expected);
  for (int s = 0; s < 2; s++)
    assert_int_equal(w->time[s].turns, expected ? w->time[s].runs - 1 : 0); /* but the warm-up */
  return result;
}

static void test_runs_take_turns_when_that_is_sound(void **state) {
  (void)state;
  world w;
  make_turning_world(&w, 1);
  check_turns(&w, true);
  make_turning_world(&w, 0.01); /* ends at once */
  check_turns(&w, false);
  make_turning_world(&w, 1);
  w.time[1].waits = 0.5;
  check_turns(&w, false);
  make_turning_world(&w, 1);
  w.time[1].waits = 0.5;
  w.options.interleave = HX_DUET_INTERLEAVE_ALWAYS;
  check_turns(&w, true);
  make_turning_world(&w, 1);
  w.options.interleave = HX_DUET_INTERLEAVE_NEVER;
  check_turns(&w, false);
  make_turning_world(&w, 1);
  hx_config two = w.config;
  two.processes = 2;
  w.player[1].config = &two; /* stopping costs it more */
  check_turns(&w, false);
  make_turning_world(&w, 1);
  w.time[1].leaves_group = true; /* what is in it would go on */
  w.options.interleave = HX_DUET_INTERLEAVE_ALWAYS;
  check_turns(&w, false);
  make_turning_world(&w, 1);
  w.runner[0].ops = w.runner[1].ops = &timed_ops; /* cannot */
  w.options.interleave = HX_DUET_INTERLEAVE_ALWAYS;
  check_turns(&w, false);
}

/* As commands, whose configuration does not tell how many they are. */
static void test_turns_need_sides_of_as_many_processes_and_threads(void **state) {
  (void)state;
  static const struct {
    int looks, processes[2], tasks[2];
    bool turns;
  } cases[] = {{3, {1, 1}, {3, 3}, true},   {3, {1, 3}, {3, 3}, false}, {3, {3, 1}, {3, 3}, false},
               {3, {1, 1}, {3, 5}, false},  {3, {1, 1}, {5, 3}, false}, {3, {1, 1}, {3, 4}, true},
               {3, {4, 3}, {16, 17}, true}, {3, {1, 1}, {1, 2}, false}, {2, {1, 3}, {1, 3}, true}};
  world w;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    make_turning_world(&w, 1);
    for (int s = 0; s < 2; s++) {
      w.time[s].looks = cases[i].looks * (1 + s); /* the longer run is looked at more often */
      w.time[s].processes = cases[i].processes[s];
      w.time[s].tasks = cases[i].tasks[s];
    }
    assert_int_equal(check_turns(&w, cases[i].turns).unlike, !cases[i].turns);
  }
  make_turning_world(&w, 1);
  w.time[0].looks = w.time[1].looks = 3;
  w.time[0].processes = w.time[0].tasks = 3;
  w.time[1].processes = w.time[1].tasks = 1;
  w.options.interleave = HX_DUET_INTERLEAVE_ALWAYS; /* a person wants it */
  check_turns(&w, true);
}

static void test_runs_in_turns_keep_their_order_and_share_cpus(void **state) {
  (void)state;
  world w;
  hx_cpuset allowed = {{0}};
  for (int c = 2; c < 10; c += 2)
    hx_cpuset_add(&allowed, c);
  make_turning_world(&w, 1);
  w.options.allowed = &allowed;
  check_turns(&w, true);
  for (int s = 0; s < 2; s++) {
    assert_int_equal(hx_cpuset_count(&w.time[s].confined), 1); /* serial */
    assert_true(hx_cpuset_is_inside(&w.time[s].confined, &allowed));
  }
  assert_true(hx_cpuset_equal(&w.time[0].confined, &w.time[1].confined));
  hx_store_rows rows = stored_runs();
  const hx_run_row *row = rows.rows;
  assert_int_equal(rows.n, 2 + 32);
  for (size_t i = 2; i < rows.n; i += 4)
    for (size_t k = 0; k < 4; k++) {
      assert_int_equal(row[i + k].position, (long long)k + 1);
      assert_int_equal(row[i + k].side[0] == row[i].side[0], k == 0 || k == 3);
    }
  hx_store_rows_deinit(&rows);

  make_turning_world(&w, 1);
  w.options.allowed = &allowed;
  w.time[1].waits = -2; /* three CPUs: more than its one worker accounts for */
  check_turns(&w, true);
  assert_true(hx_cpuset_is_empty(&w.time[0].confined));
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, compare_setup, compare_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(test_runs_take_turns_when_that_is_sound),
      CASE(test_turns_need_sides_of_as_many_processes_and_threads),
      CASE(test_runs_in_turns_keep_their_order_and_share_cpus),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
