/* What holds in every search, whatever its tuned numbers are: which runs are asked for, when they are
 * stopped, what is said about them, and what is told at the end. Many searches are watched by a
 * bookkeeper who sees only the runs. */
#include "decide/explore.h"
#include "decide/stats.h"

#include "unit/decide_support.h"
#include "unit/program_support.h"

#include <stdio.h>
#include <string.h>

/* What programs are like repeats after 30 seeds. */
enum { SEARCHES = 30, POINTS = 2048, EACH = 64, REMEMBERED = 12 };

/* How a program behaves; all numbers are drawn from a seed. */
typedef struct program {
  hx_space space;
  double serial_share, friction, executor[4], pin[4], level[4];
  bool some_fail, some_differ, some_disturbed, some_over, has_budget;
} program;

typedef struct entry {
  hx_point point;
  int n, censored, confirmed, round;
  double seconds[EACH], bound, fresh[EACH];
  bool broken;
} entry;

typedef struct book {
  entry entries[POINTS];
  int n;
  size_t runs;
  double spent_s;
} book;

static program draw(uint64_t seed) {
  static const int units[] = {0, 5, 30, 1000};
  hx_rng rng;
  hx_rng_seed(&rng, seed);
  hx_space space = program_space(seed, &rng, 2 + (int)hx_rng_below(&rng, 3), 12);
  space.confined = seed % 3 == 0;
  space.units = units[hx_rng_below(&rng, 4)];
  program p = {.space = space,
               .serial_share = 0.3 * hx_rng_uniform(&rng),
               .friction = seed % 3 ? 0 : 0.01 * hx_rng_uniform(&rng),
               .some_fail = seed % 6 == 2,
               .some_differ = seed % 6 == 3,
               .some_disturbed = seed % 6 == 4,
               .some_over = seed % 6 == 5,
               .has_budget = seed % 5 == 0};
  for (int i = 0; i < 4; i++) {
    p.executor[i] = 1 + 0.2 * hx_rng_uniform(&rng);
    p.pin[i] = 1 + 0.15 * hx_rng_uniform(&rng);
    p.level[i] = 1 + 0.3 * hx_rng_uniform(&rng);
  }
  return p;
}

static double seconds_of(const program *p, const hx_point *at) {
  double w = hx_point_workers(at), share = program_share(&p->space, w);
  double level = 1 + p->level[0] * pow((at->value[1] - 3) / 12.0, 2);
  return 2 * (p->serial_share + (1 - p->serial_share) * share + p->friction * (w - 1)) * level *
         (w > 1 ? p->executor[at->executor] * p->pin[at->value[0]] : 1);
}

static entry *entry_of(book *b, const hx_point *p) {
  int i = 0;
  while (i < b->n && !hx_point_equal(&b->entries[i].point, p))
    i++;
  assert_true(i < POINTS);
  if (i == b->n)
    b->entries[b->n++] = (entry){.point = *p};
  return &b->entries[i];
}

static double level_of(const entry *e) { /* the lower median of the last runs */
  double x[REMEMBERED];
  int n = e->n < REMEMBERED ? e->n : REMEMBERED;
  for (int i = 0; i < n; i++)
    x[i] = e->seconds[e->n - n + i];
  hx_stats_sort(x, (size_t)n);
  return n == 0 || e->broken ? INFINITY : x[(n - 1) / 2];
}

static const entry *best_of(const book *b) {
  const entry *best = NULL;
  for (int i = 0; i < b->n; i++)
    if (isfinite(level_of(&b->entries[i])) && (!best || level_of(&b->entries[i]) < level_of(best)))
      best = &b->entries[i];
  return best;
}

/* ---- what a question has to be ---- */

static void check_stop(const program *p, const book *b, const hx_explore_ask *ask, double left_s) {
  static const double ratios[] = {1.6, 3.2, 6, INFINITY};
  const entry *best = best_of(b);
  bool found = false;
  if (!best) {
    assert_near(ask->cap_s == left_s, 1, 0);
    return;
  }
  for (size_t i = 0; i < 4; i++) {
    double cap_s = fmin(ratios[i] * level_of(best), left_s);
    found = found || ask->cap_s == cap_s || fabs(ask->cap_s / cap_s - 1) < 1e-9;
  }
  if (p->some_disturbed || p->some_over) /* then the machine may seem to have changed its speed */
    found = found || ask->cap_s > 0;
  if (!found)
    fail_msg("%s: stopped at %g s, the best takes %g s", ask->why, ask->cap_s, level_of(best));
}

/* The reason is one of those there are, and its numbers are those of the run. */
static void check_reason(const program *p, const book *b, const hx_explore_ask *ask) {
  char who[32] = "", axis[32] = "";
  int low = -1, high = -1, length = 0, workers = hx_point_workers(&ask->point);
  const char *own = p->space.executor_names[ask->point.executor], *why = ask->why;
  bool serial = ask->point.executor == 0;
  if (strcmp(why, "serial run, to the end") == 0 ||
      strcmp(why, "do the serial run's outputs change?") == 0) {
    assert_true(serial);
  } else if (sscanf(why, "first look at %d %31s%n", &high, who, &length) == 2) {
    assert_string_equal(who, own);
    assert_int_equal(workers, high);
  } else if (sscanf(why, "walking along counts of %31[a-z]: %d%n", who, &low, &length) == 2) {
    assert_string_equal(who, own);
    assert_int_equal(workers, low);
  } else if (sscanf(why, "walking along counts of %31[a-z], %d to %d%n", who, &low, &high,
                    &length) == 3) {
    assert_true(serial || strcmp(who, own) == 0);
    assert_true(low < high);
    assert_true(workers == low || workers == high || workers == 1);
  } else if (sscanf(why, "other values of %31s for %d worker%n", axis, &low, &length) == 2) {
    assert_true(strcmp(axis, "pin") == 0 || strcmp(axis, "level") == 0);
    assert_int_equal(workers, low);
    assert_string_equal(why + length, low == 1 ? "" : "s");
    length = (int)strlen(why);
  } else if (sscanf(why, "combinations of values for %d worker%n", &low, &length) == 1) {
    assert_string_equal(why + length, low == 1 ? "" : "s");
    length = (int)strlen(why);
  } else if (sscanf(why, "refining between %d and %d %31s%n", &low, &high, who, &length) == 3) {
    assert_true(low < high && low >= 1);
    assert_true(high <= hx_space_most_workers(&p->space));
  } else if (sscanf(why, "counts beside %d %31s%n", &low, who, &length) == 2) {
    assert_in_range(low, 1, hx_space_most_workers(&p->space));
  } else if (sscanf(why, "other executors for %d worker%n", &low, &length) == 1) {
    assert_in_range(workers, 1, 2 * low + 4);
    assert_string_equal(why + length, "s");
    length = (int)strlen(why);
  } else if (strncmp(why, "control run", 11) == 0) {
    const entry *best = best_of(b);
    assert_string_equal(why, "control run: has the machine changed?");
    assert_non_null(best);
  } else {
    assert_string_equal(why, "second runs of what is near the best");
  }
  if (length > 0)
    assert_int_equal(why[length], '\0');
}

static void check_final(book *b, const hx_explore_ask *ask, int *round) {
  int own, rounds, length;
  bool confirming = ask->stage == HX_EXPLORE_CONFIRMING;
  assert_int_equal(sscanf(ask->why,
                          confirming ? "confirming, round %d of up to %d%n"
                                     : "final race, round %d of up to %d%n",
                          &own, &rounds, &length),
                   2);
  assert_int_equal(ask->why[length], '\0');
  assert_int_equal(rounds, confirming ? 32 : 8); /* the end never moves away */
  assert_true(own >= 1 && own <= rounds);
  assert_true(own == *round || own == *round + 1); /* one after the other */
  *round = own;
  entry *e = entry_of(b, &ask->point);
  assert_int_not_equal(e->round, own); /* once in each */
  e->round = own;
}

/* ---- searching ---- */

static hx_explore_run answer(const program *p, const hx_explore_ask *ask, uint64_t *noise) {
  *noise = *noise * 6364136223846793005U + 1442695040888963407U;
  double luck = (double)(*noise >> 33) / 2147483648.0;
  double s = seconds_of(p, &ask->point) * (1 + 0.006 * luck);
  int workers = hx_point_workers(&ask->point), pin = ask->point.value[0];
  hx_explore_run run = {.disturbed = p->some_disturbed && luck < 0.1};
  s *= run.disturbed ? 1.5 : 1;
  run.seconds = fmin(s, ask->cap_s);
  run.outcome = s > ask->cap_s ? HX_EXPLORE_CENSORED : HX_EXPLORE_VALID;
  if (p->some_fail && workers % 3 == 2)
    run.outcome = HX_EXPLORE_FAILED;
  if (p->some_differ && workers > 1 && pin == 1)
    run.outcome = HX_EXPLORE_DIFFERENT;
  if (p->some_over && workers > 3 && run.outcome == HX_EXPLORE_VALID)
    run.outcome = HX_EXPLORE_OVER;
  if (!p->has_budget && luck > 0.5)
    run.spent_s = 1.5 * run.seconds;
  return run;
}

static void enter(book *b, const hx_explore_ask *ask, const hx_explore_run *run) {
  entry *e = entry_of(b, &ask->point);
  b->runs++;
  b->spent_s += run->spent_s > 0 ? run->spent_s : run->seconds;
  if (ask->stage == HX_EXPLORE_CONFIRMING) {
    if (run->outcome == HX_EXPLORE_VALID)
      e->fresh[e->confirmed++] = run->seconds;
    return;
  }
  if (ask->stage == HX_EXPLORE_RACING)
    return;
  assert_true(e->n < EACH);
  switch (run->outcome) {
  case HX_EXPLORE_VALID:
    e->seconds[e->n++] = run->seconds;
    break;
  case HX_EXPLORE_CENSORED:
    if (!run->disturbed) {
      e->censored++;
      e->bound = fmax(e->bound, run->seconds);
    }
    break;
  default:
    e->broken = true;
  }
}

static bool same_question(const hx_explore_ask *a, const hx_explore_ask *b) {
  return hx_point_equal(&a->point, &b->point) && a->stage == b->stage && !(a->cap_s < b->cap_s) &&
         !(a->cap_s > b->cap_s) && strcmp(a->why, b->why) == 0;
}

/* The winner ties with itself, what is shown to be slower is above it, and what took no part in the
 * final has no bounds. */
static void check_standings(const hx_explore *x, const book *b, const hx_search_verdict *v) {
  static hx_standing standings[POINTS];
  assert_true(hx_explore_count(x) <= POINTS);
  hx_explore_standings(x, standings);
  int ties = 0;
  for (size_t i = 0; i < hx_explore_count(x); i++) {
    const hx_standing *s = &standings[i];
    hx_explore_seen seen;
    hx_explore_get(x, i, &seen);
    bool in_final = false;
    for (int k = 0; k < b->n; k++)
      in_final = in_final ||
                 (b->entries[k].round > 0 && hx_point_equal(&b->entries[k].point, &seen.point));
    if (hx_point_equal(&seen.point, &v->winner)) {
      assert_int_equal(s->standing, HX_FINAL_TIES);
      assert_near(s->ratio.estimate, 1, 0);
    } else {
      ties += s->standing == HX_FINAL_TIES && seen.point.executor != 0;
    }
    assert_true(s->standing != HX_FINAL_SLOWER || s->ratio.estimate > 1);
    assert_true(!(s->ratio.lower > s->ratio.estimate) && !(s->ratio.upper < s->ratio.estimate));
    assert_true(!in_final || s->standing != HX_FINAL_ABSENT);
  }
  assert_true(ties >= v->n_tied);
}

static void check_end(const program *p, const hx_explore *x, book *b, double budget_s) {
  hx_search_verdict v;
  hx_explore_conclude(x, &v);
  assert_int_equal(v.runs, b->runs);
  assert_near(v.spent_s / b->spent_s, 1, 1e-9);
  assert_true(!p->has_budget || v.spent_s <= budget_s * (1 + 1e-9));
  if (v.state == HX_VERDICT_TOO_SHORT)
    assert_true(p->has_budget && v.needs_s >= 1.2 * budget_s);
  assert_true(v.state != HX_VERDICT_OPEN && v.state != HX_VERDICT_LIMITS);
  int told = 0, forgotten = 0;
  for (size_t i = 0; i < hx_explore_count(x); i++) {
    hx_explore_seen seen;
    hx_explore_get(x, i, &seen);
    const entry *e = NULL;
    for (int k = 0; k < b->n; k++)
      if (hx_point_equal(&b->entries[k].point, &seen.point))
        e = &b->entries[k];
    told += e != NULL;
    assert_int_equal(seen.runs, e ? e->n : 0);
    if (p->some_disturbed || p->some_over)
      continue; /* runs may be forgotten when the machine changes its speed */
    assert_in_range(seen.censored, 0,
                    e ? e->censored : 0); /* those of a slower machine do not count */
    assert_int_equal(seen.broken, e && e->broken);
    forgotten += (e ? e->censored : 0) - seen.censored;
    if (e && seen.censored == e->censored)
      assert_near(seen.at_least, e->bound, 1e-9);
    if (seen.runs > 0 && !seen.broken)
      assert_near(seen.seconds / level_of(e), 1, 1e-9);
    else if (seen.runs == 0)
      assert_true(isnan(seen.seconds));
  }
  assert_true(told > 0 && told <= b->n && forgotten < 4);
  if (!v.recommends)
    return;
  entry *winner = entry_of(b, &v.winner);
  assert_true(v.state == HX_VERDICT_FOUND || v.state == HX_VERDICT_TIE);
  assert_int_equal(v.state == HX_VERDICT_TIE, v.n_tied > 0);
  assert_true(winner->confirmed >= 6 && !winner->broken);
  assert_near(v.seconds / hx_stats_median(winner->fresh, (size_t)winner->confirmed), 1, 0.01);
  check_standings(x, b, &v);
  assert_true(!(v.speedup.lower > v.speedup.estimate) && !(v.speedup.upper < v.speedup.estimate));
  assert_true(v.noise < (p->some_disturbed ? 0.3 : 0.02));
}

static double best_there_is(const program *p) {
  double best = INFINITY;
  for (int e = 0; e < p->space.n_executors; e++)
    for (int workers = 1; workers <= hx_space_most_workers(&p->space); workers++)
      for (int pin = 0; pin < p->space.axes[0].n_values; pin++)
        for (int level = 0; level < p->space.axes[1].n_values; level++) {
          hx_point at =
              hx_space_point(&p->space, e, 2, workers, (const int[HX_SPACE_AXES]){pin, level});
          if (hx_space_canonical(&p->space, &at))
            best = fmin(best, seconds_of(p, &at));
        }
  return best;
}

/* One search to its end; what is recommended, in seconds. NaN: nothing. */
static double search(const program *p, uint64_t seed) {
  static book b;
  b.n = 0;
  b.runs = 0;
  b.spent_s = 0;
  hx_explore_options o = hx_explore_defaults();
  o.seed = seed;
  if (p->has_budget)
    o.budget_s = (seed % 3 ? 100 : 12) * seconds_of(p, &(hx_point){.processes = 1, .threads = 1});
  hx_explore *x = hx_explore_create(&p->space, &o);
  assert_non_null(x);
  hx_explore_ask ask, again;
  hx_explore_stage stage = HX_EXPLORE_SEARCHING;
  int round = 0;
  for (uint64_t noise = seed; hx_explore_next(x, &ask);) {
    assert_true(hx_explore_next(x, &again) && same_question(&ask, &again));
    hx_point simplest = ask.point;
    assert_true(hx_space_canonical(&p->space, &simplest) && hx_point_equal(&simplest, &ask.point));
    assert_true(ask.stage >= stage);
    if (ask.stage > stage) {
      round = 0;
      for (int i = 0; i < b.n; i++)
        b.entries[i].round = 0;
    }
    stage = ask.stage;
    entry *e = entry_of(&b, &ask.point);
    assert_true(!e->broken || ask.point.executor == 0);
    if (b.runs == 0)
      assert_true(ask.point.executor == 0 && strcmp(ask.why, "serial run, to the end") == 0);
    if (stage == HX_EXPLORE_SEARCHING) {
      check_stop(p, &b, &ask, o.budget_s - b.spent_s);
      check_reason(p, &b, &ask);
    } else {
      check_final(&b, &ask, &round);
      assert_true(ask.cap_s > 0 && ask.cap_s < 100);
    }
    hx_explore_run run = answer(p, &ask, &noise);
    enter(&b, &ask, &run);
    hx_explore_add(x, &run);
  }
  assert_false(hx_explore_next(x, &ask));
  check_end(p, x, &b, o.budget_s);
  hx_search_verdict v;
  hx_explore_conclude(x, &v);
  hx_explore_destroy(x);
  return v.recommends ? seconds_of(p, &v.winner) : (double)NAN;
}

static void test_every_search(void **state) {
  (void)state;
  int recommended = 0, plain = 0, poor = 0;
  for (uint64_t seed = 1; seed <= SEARCHES; seed++) {
    program p = draw(seed);
    double s = search(&p, seed);
    bool odd = p.some_fail || p.some_differ || p.some_disturbed || p.some_over || p.has_budget;
    recommended += !isnan(s);
    plain += !odd && !isnan(s);
    poor += !odd && s > 1.03 * best_there_is(&p);
  }
  assert_in_range(recommended, SEARCHES / 2, SEARCHES);
  assert_true(plain > SEARCHES / 5 && poor <= plain / 10);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_every_search)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
