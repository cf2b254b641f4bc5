/* decide/space.h: which configurations there are, which of them are one, and which is preferred. */
#include "decide/space.h"

#include "unit/decide_support.h"

static hx_space machine(int cpus, int units) {
  return (hx_space){
      .executors = {HX_SPACE_SERIAL, HX_SPACE_THREADS, HX_SPACE_PROCESSES, HX_SPACE_HYBRID},
      .n_executors = 4,
      .axes = {{.name = "pin", .n_values = 3, .parallel = true}, {.name = "level", .n_values = 3}},
      .n_axes = 2,
      .place_axis = HX_SPACE_AXES,
      .cpus = cpus,
      .units = units};
}

static void test_most_workers(void **state) {
  (void)state;
  hx_space s = machine(8, 0);
  assert_int_equal(hx_space_most_workers(&s), 9);
  s.confined = true;
  assert_int_equal(hx_space_most_workers(&s), 8);
  s.units = 9;
  assert_int_equal(hx_space_most_workers(&s), 8);
  s.units = 5;
  assert_int_equal(hx_space_most_workers(&s), 5);
}

static void test_points(void **state) {
  (void)state;
  hx_space s = machine(8, 0);
  static const int value[HX_SPACE_AXES] = {2, 1};
  static const struct {
    int executor, processes, workers, made_processes, made_threads, pin;
  } cases[] = {{0, 1, 5, 1, 1, 0},
               {1, 1, 5, 1, 5, 2},
               {1, 1, 1, 1, 1, 0},
               {2, 1, 5, 5, 1, 2},
               {3, 2, 7, 2, 3, 2}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    hx_point p = hx_space_point(&s, cases[i].executor, cases[i].processes, cases[i].workers, value);
    assert_int_equal(p.executor, cases[i].executor);
    assert_int_equal(p.processes, cases[i].made_processes);
    assert_int_equal(p.threads, cases[i].made_threads);
    assert_int_equal(p.value[0], cases[i].pin);
    assert_int_equal(p.value[1], 1);
  }
}

/* Pins of two and fewer workers are all in one place, those of more are apart. */
static uint64_t places(void *context, const hx_point *p) {
  (void)context;
  return hx_point_workers(p) <= 2 ? 0 : (uint64_t)p->value[0];
}

static bool pin_one_cannot(void *context, const hx_point *p) {
  (void)context;
  return p->value[0] != 1;
}

static void test_equal_points_are_one(void **state) {
  (void)state;
  hx_space s = machine(4, 0);
  hx_point p = {.executor = 1, .processes = 1, .threads = 1, .value = {2, 2}};
  assert_true(hx_space_canonical(&s, &p)); /* one worker has no pin */
  assert_true(p.value[0] == 0 && p.value[1] == 2);
  s.place = places;
  s.place_axis = 0;
  p = (hx_point){.executor = 1, .processes = 1, .threads = 2, .value = {2, 1}};
  assert_true(hx_space_canonical(&s, &p));
  assert_true(p.value[0] == 0 && p.value[1] == 1);
  p = (hx_point){.executor = 1, .processes = 1, .threads = 3, .value = {2, 1}};
  assert_true(hx_space_canonical(&s, &p));
  assert_int_equal(p.value[0], 2);
  s.can_run = pin_one_cannot;
  p.value[0] = 1;
  assert_false(hx_space_canonical(&s, &p));
}

static void test_what_is_sensible(void **state) {
  (void)state;
  static const struct {
    int executor, processes, threads;
    bool sensible, if_listed;
  } cases[] = {{1, 1, 5, true, true},  {1, 1, 6, false, true}, {1, 1, 0, false, true},
               {3, 2, 2, true, true},  {3, 1, 2, false, true}, {3, 2, 1, false, true},
               {3, 1, 4, false, true}, {3, 5, 1, false, true}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    hx_space s = machine(4, 0);
    hx_point p = {.executor = cases[i].executor,
                  .processes = cases[i].processes,
                  .threads = cases[i].threads};
    assert_int_equal(hx_space_canonical(&s, &p), cases[i].sensible);
    s.listed = true;
    assert_int_equal(hx_space_canonical(&s, &p), cases[i].if_listed);
  }
}

/* Each is preferred to those behind it. */
static void test_the_policy(void **state) {
  (void)state;
  hx_space s = machine(4, 0);
  static const hx_point order[] = {
      {.executor = 0, .processes = 1, .threads = 1},
      {.executor = 1, .processes = 1, .threads = 2},
      {.executor = 1, .processes = 1, .threads = 2, .value = {0, 2}},
      {.executor = 1, .processes = 1, .threads = 2, .value = {1, 0}},
      {.executor = 2, .processes = 2, .threads = 1},
      {.executor = 1, .processes = 1, .threads = 4},
      {.executor = 3, .processes = 2, .threads = 2, .value = {2, 0}},
      {.executor = 3, .processes = 4, .threads = 1},
  };
  int n = sizeof order / sizeof *order;
  for (int i = 0; i < n; i++)
    for (int j = 0; j < n; j++) {
      int preferred = hx_space_prefer(&s, &order[i], &order[j]);
      assert_true(i < j ? preferred < 0 : i > j ? preferred > 0 : preferred == 0);
      assert_int_equal(hx_point_equal(&order[i], &order[j]), i == j);
    }
}

static void check_ladder(const hx_space *s, const int *expected, int n) {
  int counts[HX_SPACE_COUNTS];
  assert_int_equal(hx_space_ladder(s, counts), n);
  assert_memory_equal(counts, expected, (size_t)n * sizeof *expected);
}

static void test_ladders(void **state) {
  (void)state;
  hx_space s = machine(12, 0);
  check_ladder(&s, (int[]){1, 2, 3, 6, 12, 13}, 6);
  s.confined = true;
  check_ladder(&s, (int[]){1, 2, 3, 6, 12}, 5);
  s.units = 10; /* in one, two, three and four rounds: 10, 5, 4, 3 */
  check_ladder(&s, (int[]){1, 2, 3, 4, 5, 6, 10}, 7);
  s.units = 0;
  s.counts[0] = 8;
  s.counts[1] = 40; /* more than there are */
  s.counts[2] = 6;
  s.n_counts = 3;
  check_ladder(&s, (int[]){1, 2, 3, 6, 8, 12}, 6);
  s = machine(1, 0);
  check_ladder(&s, (int[]){1, 2}, 2);
}

static void test_between(void **state) {
  (void)state;
  hx_space s = machine(64, 0);
  assert_int_equal(hx_space_between(&s, 8, 32, 1), 16);
  assert_int_equal(hx_space_between(&s, 8, 32, 4), 16);
  assert_int_equal(hx_space_between(&s, 2, 4, 1), 3);
  assert_int_equal(hx_space_between(&s, 2, 3, 1), 0);
  assert_int_equal(hx_space_between(&s, 8, 12, 4), 0);
  assert_int_equal(hx_space_between(&s, 7, 9, 4), 8);
  assert_int_equal(hx_space_between(&s, 1, 16, 8), 8);
  assert_int_equal(hx_space_between(&s, 1, 11, 10), 10); /* though their middle is 3 */
  s.units = 60;                                          /* in 3, 4 and 5 rounds: 20, 15, 12 */
  assert_int_equal(hx_space_between(&s, 8, 32, 1), 15);
  assert_int_equal(hx_space_between(&s, 15, 20, 1), 0);
  assert_int_equal(hx_space_between(&s, 8, 32, 4), 16);
  s.uneven = true;
  assert_int_equal(hx_space_between(&s, 8, 32, 1), 16);
  s.uneven = false;
  s.units = 129; /* more than four rounds of 32: any count will do */
  assert_int_equal(hx_space_between(&s, 15, 32, 1), 22);
  s.units = 128; /* six rounds of 22 */
  assert_int_equal(hx_space_between(&s, 15, 32, 1), 22);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_most_workers),
      cmocka_unit_test(test_points),
      cmocka_unit_test(test_equal_points_are_one),
      cmocka_unit_test(test_what_is_sensible),
      cmocka_unit_test(test_the_policy),
      cmocka_unit_test(test_ladders),
      cmocka_unit_test(test_between),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
