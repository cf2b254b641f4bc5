/* The search over a command's parameters: few runs, none of the full product, combinations that only
 * help together, and a baseline over the limits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "decide/explore.h"

#include <math.h>
#include <stdlib.h>

typedef struct program {
  double (*seconds)(const hx_point *p);
  bool (*over)(const hx_point *p); /* NULL: no limits */
} program;

typedef struct found {
  hx_search_verdict verdict;
  size_t runs, configs, over;
} found;

/* Threads up to four, and parameters with that many values. */
static hx_space space_of(const int *values, int n) {
  hx_space s = {.executors = {HX_SPACE_SERIAL, HX_SPACE_THREADS},
                .executor_names = {"serial", "threads"},
                .n_executors = 2,
                .place_axis = HX_SPACE_AXES, /* none */
                .confined = true,
                .cpus = 4};
  for (int a = 0; a < n; a++)
    s.axes[s.n_axes++] =
        (hx_space_axis){.name = "level", .n_values = values[a], .ordered = values[a] > 3};
  return s;
}

static found search(const hx_space *space, const program *made) {
  hx_explore_options options = hx_explore_defaults();
  options.budget_s = 400;
  hx_explore *x = hx_explore_create(space, &options);
  assert_non_null(x);
  hx_explore_ask ask;
  found f = {.runs = 0};
  uint64_t noise = 1;
  while (hx_explore_next(x, &ask)) {
    noise = noise * 6364136223846793005U + 1442695040888963407U;
    double seconds =
        made->seconds(&ask.point) * (1 + 0.004 * ((double)(noise >> 33) / 4294967296.0 - 0.25));
    bool over = made->over && made->over(&ask.point), stopped = seconds > ask.cap_s;
    hx_explore_add(x, &(hx_explore_run){.outcome = stopped ? HX_EXPLORE_CENSORED
                                                   : over  ? HX_EXPLORE_OVER
                                                           : HX_EXPLORE_VALID,
                                        .seconds = stopped ? ask.cap_s : seconds});
    f.runs++;
    f.over += over;
  }
  hx_explore_conclude(x, &f.verdict);
  f.configs = hx_explore_count(x);
  hx_explore_destroy(x);
  return f;
}

static double bowl(const hx_point *p) { /* best: 4 threads, 37 and 5 */
  double away = fabs(p->value[0] - 37.0) / 60 + fabs(p->value[1] - 5.0) / 20;
  return (0.2 + 0.8 / (p->processes * p->threads)) * (1 + away);
}

static void test_not_the_product(void **state) {
  (void)state;
  hx_space space = space_of((const int[]){64, 20}, 2);
  found f = search(&space, &(program){.seconds = bowl});
  const hx_point *w = &f.verdict.winner;
  assert_true(f.verdict.recommends);
  assert_int_equal(w->threads, 4);
  assert_true(abs(w->value[0] - 37) <= 1 && abs(w->value[1] - 5) <= 1);
  assert_true(f.configs < 90); /* of 64 * 20 * 5 */
}

static double together(const hx_point *p) { /* either alone changes nothing */
  return p->value[0] == 2 && p->value[1] == 1 ? 0.2 : 1.0;
}

static void test_only_together(void **state) {
  (void)state;
  hx_space space = space_of((const int[]){3, 3}, 2);
  found f = search(&space, &(program){.seconds = together});
  assert_true(f.verdict.recommends);
  assert_int_equal(f.verdict.winner.value[0], 2);
  assert_int_equal(f.verdict.winner.value[1], 1);
}

/* Higher levels take longer; those from 4 on gain from threads, and are the only ones within the
 * limit. */
static double levels(const hx_point *p) {
  double work = 0.05 * pow(1.5, p->value[0]);
  return p->value[0] < 4 ? work : work * (0.1 + 0.9 / (p->processes * p->threads));
}

static bool below_four(const hx_point *p) {
  return p->value[0] < 4;
}

static void test_baseline_over_the_limit(void **state) {
  (void)state;
  hx_space space = space_of((const int[]){12}, 1);
  found f = search(&space, &(program){.seconds = levels, .over = below_four});
  assert_int_equal(f.verdict.state, HX_VERDICT_FOUND);
  assert_int_equal(f.verdict.winner.value[0], 4);
  assert_int_equal(f.verdict.winner.threads, 4);
  assert_true(f.verdict.speedup.estimate <
              1); /* slower than the serial run, which is not allowed */
  assert_true(f.over > 0);
}

static bool everything(const hx_point *p) {
  (void)p;
  return true;
}

static void test_nothing_within_the_limit(void **state) {
  (void)state;
  hx_space space = space_of((const int[]){5}, 1);
  found f = search(&space, &(program){.seconds = levels, .over = everything});
  assert_int_equal(f.verdict.state, HX_VERDICT_LIMITS);
  assert_false(f.verdict.recommends);
  assert_true(f.configs >= 5);
}

static void test_serial_only(void **state) {
  (void)state;
  hx_space space = space_of((const int[]){9}, 1);
  space.n_executors = 1; /* the command cannot be told a number of workers */
  space.base[0] = 8;     /* conditions leave out the first values */
  found f = search(&space, &(program){.seconds = levels});
  assert_int_equal(f.verdict.state, HX_VERDICT_FOUND);
  assert_int_equal(f.verdict.winner.value[0], 0);
  assert_true(f.verdict.speedup.estimate > 20);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_not_the_product),
      cmocka_unit_test(test_only_together),
      cmocka_unit_test(test_baseline_over_the_limit),
      cmocka_unit_test(test_nothing_within_the_limit),
      cmocka_unit_test(test_serial_only),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
