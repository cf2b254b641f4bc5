/* The measuring loop by a clock that only runs go forward on: budgets, what is stored of a run's cost,
 * and which runs take turns, to the last bit. */
#include "compare_support.h"
#include "error_support.h"

#include <sys/syscall.h>
#include <time.h>

static double now_s;

/* Instead of the C library's. */
int clock_gettime(clockid_t clock, struct timespec *at) {
  if (clock != CLOCK_MONOTONIC)
    return (int)syscall(SYS_clock_gettime, clock, at);
  at->tv_sec = (time_t)now_s;
  at->tv_nsec = (long)(1e9 * (now_s - (double)at->tv_sec));
  return 0;
}

enum { A, B, BLOCKS_MAX = 256, BEGINNING_S = 1000 };

typedef struct side {
  double warm_s[2], run_s; /* seconds of its warm-ups, and of the other runs */
  int warm_ups, runs;
  double wall_s, cpus; /* what the warm-up says */
  hx_cpuset confined[BLOCKS_MAX];
} side;

static void play(void *ctx, const hx_runner_job *job, hx_measured *out) {
  side *s = ctx;
  assert_in_range(s->runs, 0, BLOCKS_MAX - 1);
  double seconds = s->runs < s->warm_ups ? s->warm_s[s->runs] : s->run_s;
  s->confined[s->runs++] = job->confined;
  now_s += seconds;
  out->process.end = HX_PROCESS_EXITED;
  out->seconds = seconds;
  out->process.wall_s = s->wall_s;
  out->process.user_s = s->cpus * s->wall_s;
  snprintf(out->digest, sizeof out->digest, "d");
}

static void play_both(void *const ctx[2], const hx_runner_job job[2], double turn_s,
                      hx_measured out[2]) {
  assert_true(turn_s > 0);
  for (int i = 0; i < 2; i++)
    play(ctx[i], &job[i], &out[i]);
}

static const hx_runner_ops ops = {.name = "clock", .run = play, .run_in_turns = play_both};

/* A takes 1 s and B twice as long. No look decides anything: three times as long would be slower. */
typedef struct world {
  side side[2];
  hx_config config;
  hx_duet_options options;
  hx_listener listener;
} world;

static void hear(void *ctx, const hx_run_progress *p) {
  const world *w = ctx;
  assert_true(fabs(p->spent_s - (now_s - BEGINNING_S)) < 1e-6 &&
              p->budget_s == w->options.budget_s);
  assert_int_equal(p->of_run, 4);
}

static void make_world(world *w, double budget_s) {
  *w = (world){.side = {{{1}, 1, 1, 0, 1, 1, {{{0}}}}, {{2}, 2, 1, 0, 1, 1, {{{0}}}}},
               .config = hx_config_serial(),
               .options = {.command = "compare",
                           .duet = "uuid",
                           .rule = hx_compare_defaults(),
                           .budget_s = budget_s,
                           .timeout_s = INFINITY,
                           .max_rss_growth = INFINITY,
                           .interleave = HX_DUET_INTERLEAVE_NEVER},
               .listener = {.progress = hear, .ctx = w}};
  w->options.rule.min_effect = 2;
  now_s = BEGINNING_S;
}

static hx_duet_result run(world *w) {
  pvs_error error;
  hx_workload workload;
  hx_runner runner[2] = {{&ops, &w->side[A]}, {&ops, &w->side[B]}};
  hx_duet_player player[2];
  hx_duet_result result;
  hx_measure_context context = compare_context();
  context.listener = &w->listener;
  assert_true(hx_workload_parse("builtin:batteries:8", NULL, &workload, afresh(&error)));
  for (int s = A; s <= B; s++)
    player[s] = (hx_duet_player){&runner[s], &workload, &w->config, s ? "b" : "a", ""};
  if (!hx_duet_run(&context, &w->options, &player[A], &player[B], &result, afresh(&error)))
    fail_msg("%s", error.message);
  hx_workload_deinit(&workload);
  return result;
}

/* Eight blocks of two runs of each take 48 s. A budget is worth a try when two thirds of that are left
 * of it, since the warm-up is a rough measure. */
static void test_a_budget_that_is_too_short(void **state) {
  (void)state;
  static const struct {
    double budget_s;
    const char *left; /* NULL: it is tried */
  } cases[] = {{35, NULL}, {34, "31"}, {3, "0"}, {1, "0"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    world w;
    make_world(&w, cases[i].budget_s);
    hx_duet_result r = run(&w);
    assert_int_equal(r.failed, cases[i].left != NULL);
    assert_int_equal(r.compare.blocks, cases[i].left ? 0 : 8);
    char expected[256] = "";
    if (cases[i].left)
      snprintf(expected, sizeof expected,
               "8 blocks of this workload take about 48 s, but only %s s of the budget are left: "
               "use a longer --budget or a smaller workload",
               cases[i].left);
    assert_string_equal(r.reason, expected);
    make_world(&w, cases[i].budget_s);
    w.options.only_check = true; /* which takes no blocks */
    r = run(&w);
    assert_false(r.failed);
    assert_int_equal(r.compare.blocks, 0);
  }
}

/* The last warm-up of each side is the measure: those before may have read files. */
static void test_the_last_warm_up_counts(void **state) {
  (void)state;
  world w;
  make_world(&w, 33 + 32); /* all four, and two thirds of 48 s */
  w.options.warm_ups = 2;
  for (int s = A; s <= B; s++)
    w.side[s].warm_ups = 2;
  w.side[A].warm_s[0] = 10;
  w.side[A].warm_s[1] = 1;
  w.side[B].warm_s[0] = 20;
  w.side[B].warm_s[1] = 2;
  assert_int_equal(run(&w).compare.blocks, 8);
}

/* As many blocks as the budget holds by the warm-ups; none that would end after it by the mean of those
 * before, but the first look is always reached. */
static void test_how_many_blocks_a_budget_holds(void **state) {
  (void)state;
  static const struct {
    double budget_s, a_s, b_s; /* seconds of the runs that count */
    int asked, blocks;
  } cases[] = {
      {3 + 6 * 10.5, 1, 2, 0, 10},        {3 + 6 * 12, 1, 2, 0, 12},
      {3 + 6 * 12, 1.5, 2.5, 0, 9}, /* 9 blocks of 8 s end exactly with the budget */
      {3 + 6 * 12 - 0.5, 1.5, 2.5, 0, 8}, {3 + 6 * 12, 8, 16, 0, 8},
      {3 + 6 * 12, 0.5, 1, 0, 12}, /* no more than planned, however fast */
      {3 + 6 * 12, 8, 16, 11, 11}, /* those that were asked for */
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    world w;
    make_world(&w, cases[i].budget_s);
    w.side[A].run_s = cases[i].a_s;
    w.side[B].run_s = cases[i].b_s;
    w.options.blocks = cases[i].asked;
    hx_duet_result r = run(&w);
    if (r.compare.blocks != cases[i].blocks)
      fail_msg("case %zu: %d blocks", i, r.compare.blocks);
  }
}

/* What each run has cost of the budget; two that take turns share what both took. */
static void test_what_runs_have_cost(void **state) {
  (void)state;
  for (int turns = 0; turns < 2; turns++) {
    world w;
    pvs_error error;
    hx_store_rows rows;
    char path[128];
    snprintf(path, sizeof path, "%s/%s", compare_folder, hx_runs_schema.file);
    unlink(path);
    make_world(&w, INFINITY);
    w.options.blocks = 8;
    if (turns)
      w.options.interleave = HX_DUET_INTERLEAVE_ALWAYS;
    run(&w);
    assert_true(hx_store_rows_read(compare_folder, &hx_runs_schema, &rows, afresh(&error)));
    assert_int_equal(rows.n, 2 + 32);
    for (size_t i = 0; i < rows.n; i++) {
      const hx_run_row *row = (const hx_run_row *)rows.rows + i;
      double own_s = row->side[0] == 'A' ? 1 : 2;
      assert_true(fabs(row->spent_s - (turns && i > 1 ? 1.5 : own_s)) < 1e-9);
    }
    hx_store_rows_deinit(&rows);
  }
}

/* Runs take turns when a warm-up lasted 20 ms and used 0.8 CPUs; then they share as many CPUs as they
 * have workers, if they use no more and there are others. */
static void test_when_runs_take_turns(void **state) {
  (void)state;
  static const struct {
    double wall_s, cpus;
    int allowed;
    bool turns, confined;
  } cases[] = {{0.02, 1, 2, true, true},      {0.0199, 1, 2, false, false},
               {1, 0.8, 2, true, true},       {1, 0.7999, 2, false, false},
               {1, 1 + 0.02, 2, true, false}, {1, 1.0199, 2, true, true},
               {1, 1, 1, true, false},        {1, 1, 0, true, false}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    for (int s = A; s <= B; s++) { /* whichever of the two it is */
      world w;
      hx_cpuset allowed = {{0}};
      make_world(&w, INFINITY);
      for (int c = 0; c < cases[i].allowed; c++)
        hx_cpuset_add(&allowed, 3 + 2 * c);
      w.options.blocks = 1;
      w.options.interleave = HX_DUET_INTERLEAVE_AUTO;
      w.options.allowed = cases[i].allowed ? &allowed : NULL;
      w.side[s].wall_s = cases[i].wall_s;
      w.side[s].cpus = cases[i].cpus;
      hx_duet_result r = run(&w);
      if ((r.turn_s > 0) != cases[i].turns ||
          hx_cpuset_is_empty(&w.side[A].confined[1]) == cases[i].confined)
        fail_msg("case %zu, side %d: turns %d", i, s, r.turn_s > 0);
    }
}

/* As many CPUs as workers, one after the other of those allowed and on from the first: each such choice is
 * made at some time, and both sides have the same in a block. */
static void test_which_cpus_runs_share(void **state) {
  (void)state;
  hx_cpuset allowed = {{0}};
  static const int cpus[] = {0, 5, 9};
  for (int i = 0; i < 3; i++)
    hx_cpuset_add(&allowed, cpus[i]);
  for (int workers = 1; workers <= 2; workers++) {
    world w;
    pvs_error error;
    int chosen[3] = {0};
    make_world(&w, INFINITY);
    assert_true(hx_config_parse(workers == 1 ? "serial" : "threads:2", &w.config, afresh(&error)));
    w.options.interleave = HX_DUET_INTERLEAVE_AUTO;
    w.options.allowed = &allowed;
    w.options.blocks = 60;
    run(&w);
    for (int r = 1; r < w.side[A].runs; r++) {
      assert_true(hx_cpuset_equal(&w.side[A].confined[r], &w.side[B].confined[r]));
      assert_int_equal(hx_cpuset_count(&w.side[A].confined[r]), workers);
      for (int first = 0; first < 3; first++) {
        hx_cpuset expected = {{0}};
        for (int i = 0; i < workers; i++)
          hx_cpuset_add(&expected, cpus[(first + i) % 3]);
        chosen[first] += hx_cpuset_equal(&w.side[A].confined[r], &expected);
      }
    }
    assert_int_equal(chosen[0] + chosen[1] + chosen[2], w.side[A].runs - 1);
    assert_true(chosen[0] > 20 && chosen[1] > 20 && chosen[2] > 20);
  }
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, compare_setup, compare_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(test_a_budget_that_is_too_short),     CASE(test_the_last_warm_up_counts),
      CASE(test_how_many_blocks_a_budget_holds), CASE(test_what_runs_have_cost),
      CASE(test_when_runs_take_turns),           CASE(test_which_cpus_runs_share),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
