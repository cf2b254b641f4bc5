/* Single runs in a search: those stopped at the cap, and what they say; disturbed ones; the fastest. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "decide/explore_state.h"

#include <math.h>

enum { CPUS = 8, MOST = 64 };

static hx_space threads_only(void) {
  return (hx_space){.executors = {HX_SPACE_SERIAL, HX_SPACE_THREADS},
                    .executor_names = {"serial", "threads"},
                    .n_executors = 2,
                    .place_axis = HX_SPACE_AXES, /* none */
                    .confined = true,
                    .cpus = CPUS};
}

/* What was told of each number of threads. */
typedef struct told {
  int runs[MOST], stopped[MOST];
  double at_least[MOST];
} told;

typedef struct program {
  double seconds[CPUS + 1]; /* by threads; more are as slow as one */
  int disturbed; /* the first run with so many threads takes ten times as long; 0: none */
  bool tires;    /* all runs but the first with so many threads take twice as long */
  bool slows;    /* after the first run of all the machine is a fifth as fast */
} program;

static hx_search_verdict search(const program *p, hx_explore **x, told *t) {
  hx_space space = threads_only();
  hx_explore_options options = hx_explore_defaults();
  options.budget_s = 400;
  *x = hx_explore_create(&space, &options);
  assert_non_null(*x);
  hx_explore_ask ask;
  uint64_t noise = 1;
  while (hx_explore_next(*x, &ask)) {
    int n = ask.point.executor == 0 ? 0 : hx_point_workers(&ask.point);
    assert_in_range(n, 0, MOST - 1);
    noise = noise * 6364136223846793005U + 1442695040888963407U;
    double seconds = p->seconds[n <= CPUS ? n : 1];
    seconds *= 1 + 0.004 * ((double)(noise >> 33) / 4294967296.0 - 0.25);
    seconds *= p->tires && t->runs[n] > 0 ? 2 : 1;
    seconds *= p->slows && (n > 0 || t->runs[0] > 0) ? 5 : 1;
    bool disturbed = n > 0 && n == p->disturbed && t->runs[n] == 0;
    seconds *= disturbed ? 10 : 1;
    bool stopped = seconds > ask.cap_s;
    t->runs[n]++;
    if (stopped && !disturbed) {
      t->stopped[n]++;
      t->at_least[n] = fmax(t->at_least[n], ask.cap_s);
    }
    hx_explore_add(*x,
                   &(hx_explore_run){.outcome = stopped ? HX_EXPLORE_CENSORED : HX_EXPLORE_VALID,
                                     .seconds = stopped ? ask.cap_s : seconds,
                                     .disturbed = disturbed});
  }
  hx_search_verdict verdict;
  hx_explore_conclude(*x, &verdict);
  return verdict;
}

/* The fastest is not given up because something else used the machine while it ran first. */
static void test_a_disturbed_run_excludes_nothing(void **state) {
  (void)state;
  for (int best = 2; best <= CPUS; best *= 2) {
    program p = {.disturbed = best};
    for (int n = 0; n <= CPUS; n++)
      p.seconds[n] = n == best ? 0.4 : 1;
    hx_explore *x;
    told t = {0};
    hx_search_verdict v = search(&p, &x, &t);
    assert_true(v.recommends);
    assert_int_equal(hx_point_workers(&v.winner), best);
    hx_explore_destroy(x);
  }
}

/* What is far slower is known by how long it was let run, and counted. */
static void test_stopped_runs_are_bounds(void **state) {
  (void)state;
  program p = {.seconds = {1, 1, 0.5, 9, 9, 9, 9, 9, 9}};
  hx_explore *x;
  told t = {0};
  hx_search_verdict v = search(&p, &x, &t);
  assert_int_equal(hx_point_workers(&v.winner), 2);
  int seen_stopped = 0;
  for (size_t i = 0; i < hx_explore_count(x); i++) {
    hx_explore_seen seen;
    hx_explore_get(x, i, &seen);
    int n = seen.point.executor == 0 ? 0 : hx_point_workers(&seen.point);
    assert_int_equal(seen.censored, t.stopped[n]);
    assert_true(fabs(seen.at_least - t.at_least[n]) < 1e-9);
    seen_stopped += seen.censored > 0;
  }
  assert_true(seen_stopped > 0);
  hx_explore_destroy(x);
}

/* What had the fastest run of all reaches the final, though three others are faster by most of their runs: what
 * else uses the machine only ever makes runs slower. */
static void test_the_fastest_run_counts_for_the_final(void **state) {
  (void)state;
  program p = {.seconds = {1, 1, 0.8, 0.7, 0.48, 0.6, 0.52, 0.42, 0.4}, .tires = true};
  hx_explore *x;
  told t = {0};
  search(&p, &x, &t);
  int finalists[HX_EXPLORE_NODES];
  size_t n = hx_explore_finalists(x, finalists);
  bool is_in[CPUS + 1] = {false};
  for (size_t i = 0; i < n; i++) {
    hx_explore_seen seen;
    hx_explore_get(x, (size_t)finalists[i], &seen);
    assert_in_range(hx_point_workers(&seen.point), 1, CPUS);
    is_in[hx_point_workers(&seen.point)] = true;
  }
  assert_true(is_in[7] && is_in[6] && is_in[4] && !is_in[3]);
  assert_true(is_in[8]);
  hx_explore_destroy(x);
}

/* Times stay those of the first run's machine; that all others were stopped says nothing of them. */
static void test_a_machine_that_becomes_slower(void **state) {
  (void)state;
  program p = {.seconds = {1, 1, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.5}, .slows = true};
  hx_explore *x;
  told t = {0};
  hx_search_verdict v = search(&p, &x, &t);
  assert_true(v.recommends);
  assert_int_equal(hx_point_workers(&v.winner), 7);
  for (size_t i = 0; i < hx_explore_count(x); i++) {
    hx_explore_seen seen;
    hx_explore_get(x, i, &seen);
    int n = seen.point.executor == 0 ? 0 : hx_point_workers(&seen.point);
    if (seen.runs > 0 && n <= CPUS)
      assert_true(fabs(seen.seconds / p.seconds[n] - 1) < 0.02);
    assert_true(n > 0 || seen.runs >= 2);
  }
  hx_explore_destroy(x);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_a_disturbed_run_excludes_nothing),
      cmocka_unit_test(test_stopped_runs_are_bounds),
      cmocka_unit_test(test_the_fastest_run_counts_for_the_final),
      cmocka_unit_test(test_a_machine_that_becomes_slower),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
