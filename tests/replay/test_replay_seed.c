/* The first timings ever taken of such studies (seed_timings.csv: one run of each worker count),
 * given to the search as lists. */
#include "decide/explore.h"

#include "replay/replay_support.h"

enum { ROWS_MAX = 16 };

typedef struct timings {
  hx_point points[ROWS_MAX + 1]; /* serial first, which takes as long as two workers would */
  double seconds[ROWS_MAX + 1];
  size_t n;
} timings;

static bool is_listed(void *context, const hx_point *point) {
  const timings *t = context;
  for (size_t i = 0; i < t->n; i++)
    if (hx_point_equal(&t->points[i], point))
      return true;
  return false;
}

static void read_experiment(timings *t, const char *experiment) {
  csv_reader r;
  *t = (timings){.points = {{.executor = 0, .processes = 1, .threads = 1}}, .n = 1};
  csv_open(&r, "seed_timings.csv");
  while (csv_next(&r)) {
    int workers = (int)csv_number(&r, "workers");
    if (strcmp(csv_text(&r, "experiment"), experiment) != 0)
      continue;
    assert_true(t->n <= ROWS_MAX);
    t->points[t->n] = (hx_point){.executor = 1, .processes = 1, .threads = workers};
    t->seconds[t->n++] = csv_number(&r, "seconds");
  }
  assert_true(t->n > 1);
  for (size_t i = 1; i < t->n; i++)
    t->seconds[0] = fmax(t->seconds[0], 1.5 * t->seconds[i]);
}

/* Every run takes what the table says, give or take 0.4 %. */
static hx_search_verdict search(timings *t, bool exhaustive) {
  hx_space space = {.executors = {HX_SPACE_SERIAL, HX_SPACE_THREADS},
                    .n_executors = 2,
                    .cpus = 8,
                    .listed = true,
                    .can_run = is_listed,
                    .context = t};
  hx_explore_options options = hx_explore_defaults();
  options.given = t->points;
  options.n_given = t->n;
  options.rounds = 2;
  options.exhaustive = exhaustive;
  hx_explore *x = hx_explore_create(&space, &options);
  assert_non_null(x);
  hx_explore_ask ask;
  for (int made = 0; hx_explore_next(x, &ask); made++) {
    size_t i = 0;
    while (!hx_point_equal(&t->points[i], &ask.point))
      i++;
    double seconds = t->seconds[i] * (1 + 0.002 * (made % 3));
    bool stopped = seconds > ask.cap_s;
    assert_false(stopped && exhaustive && ask.stage == HX_EXPLORE_SEARCHING);
    hx_explore_add(x, &(hx_explore_run){.outcome = stopped ? HX_EXPLORE_CENSORED : HX_EXPLORE_VALID,
                                        .seconds = stopped ? ask.cap_s : seconds});
    assert_true(made < 500);
  }
  for (size_t i = 0; i < hx_explore_count(x); i++) {
    hx_explore_seen seen;
    hx_explore_get(x, i, &seen);
    assert_true(seen.runs + seen.censored > 0); /* each at least once */
    assert_true(!exhaustive || seen.runs >= 2);
  }
  hx_search_verdict v;
  hx_explore_conclude(x, &v);
  hx_explore_destroy(x);
  return v;
}

/* The fewest workers of those that the table has within 1 % of its fastest. */
static void a_recommendation_for_every_table(void **state) {
  (void)state;
  static const struct {
    const char *experiment;
    int winner;
  } expected[] = {{"threads_12", 4},       {"threads_12_remote_desktop", 4},
                  {"threads_12_quiet", 4}, {"threads_36", 6},
                  {"processes_12", 4},     {"threads_12_compared", 4}};
  for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
    for (int exhaustive = 0; exhaustive < 2; exhaustive++) {
      timings t;
      read_experiment(&t, expected[i].experiment);
      hx_search_verdict v = search(&t, exhaustive);
      double best = INFINITY, won = 0;
      for (size_t k = 0; k < t.n; k++) {
        best = fmin(best, t.seconds[k]);
        if (hx_point_equal(&t.points[k], &v.winner))
          won = t.seconds[k];
      }
      assert_true(v.recommends);
      assert_true(won <= 1.02 * best);
      assert_int_equal(hx_point_workers(&v.winner), expected[i].winner);
    }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(a_recommendation_for_every_table)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
