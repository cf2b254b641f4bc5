#include "tune/sweep_search.h"

#include "base/fail.h"

#include "decide/explore.h"
#include "decide/stats.h"
#include "tune/sweep_space.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { FEWEST_FOR_BOUNDS = 6 };

typedef struct searching {
  hx_sweep_race *race;
  hx_sweep_space space;
  hx_explore *explore;
  hx_point *points; /* of the report's configurations */
  size_t cap;
} searching;

/* The report's index of a point, which is added to its configurations when it is new. SIZE_MAX:
 * out of memory. */
static size_t index_of(searching *s, const hx_point *point) {
  hx_sweep_report *report = s->race->report;
  size_t n = report->n_configs;
  for (size_t i = 0; i < n; i++)
    if (hx_point_equal(&s->points[i], point))
      return i;
  if (n == s->cap) {
    size_t cap = 2 * s->cap;
    hx_point *points = realloc(s->points, cap * sizeof *points);
    s->points = points ? points : s->points;
    hx_config *configs = realloc(report->grid.config, cap * sizeof *configs);
    report->grid.config = report->configs = configs ? configs : report->grid.config;
    hx_sweep_line *lines = realloc(s->race->result->lines, cap * sizeof *lines);
    s->race->result->lines = lines ? lines : s->race->result->lines;
    if (!points || !configs || !lines)
      return SIZE_MAX;
    s->cap = cap;
  }
  s->points[n] = *point;
  report->configs[n] = hx_sweep_space_config(&s->space, point);
  s->race->result->lines[n] = hx_sweep_line_unmeasured(n);
  report->grid.n = report->n_configs = n + 1;
  return n;
}

static hx_explore_outcome outcome_of(hx_run_outcome outcome) {
  switch (outcome) {
  case HX_RUN_VALID:
    return HX_EXPLORE_VALID;
  case HX_RUN_CENSORED:
    return HX_EXPLORE_CENSORED;
  case HX_RUN_WRONG:
    return HX_EXPLORE_DIFFERENT;
  case HX_RUN_OVER:
    return HX_EXPLORE_OVER;
  default:
    return HX_EXPLORE_FAILED;
  }
}

/* One run: the first serial one is the warm-up, which was made already. */
static bool make_run(searching *s, const hx_explore_ask *ask, int number, bool *interrupted,
                     pvs_error *error) {
  hx_sweep_race *race = s->race;
  hx_sweep_fact fact = race->warm_up;
  size_t config = index_of(s, &ask->point);
  if (config == SIZE_MAX)
    return hx_fail_memory(error);
  if (number > 0) {
    const hx_sweep_journal *journal = race->journal;
    hx_sweep_moment moment = {.workload = race->result->workload,
                              .config = &race->report->configs[config],
                              .block = number,
                              .position = 1,
                              .reference = race->result->reference,
                              .expected = "",
                              .cap_s = ask->cap_s};
    hx_listener_progress(journal->context->listener,
                         &(hx_run_progress){.workload = race->result->workload->key,
                                            .config = moment.config,
                                            .why = ask->why,
                                            .block = number,
                                            .run = 1,
                                            .of_run = 1,
                                            .spent_s = race->report->spent_s,
                                            .budget_s = journal->options->budget_s});
    if (!hx_sweep_race_do(race, &moment, race->timeout_s, &fact, error))
      return false;
    *interrupted = fact.outcome == HX_RUN_INTERRUPTED;
    if (*interrupted)
      return true;
    if (!hx_sweep_race_note(race, config, number, &fact, error))
      return false;
  }
  hx_explore_add(s->explore, &(hx_explore_run){.outcome = outcome_of(fact.outcome),
                                               .seconds = fact.seconds * race->scale,
                                               .spent_s = fact.spent_s,
                                               .disturbed = hx_interference_disturbed(
                                                   fact.wall_s, fact.other_cpu_s, fact.steal_s)});
  return true;
}

/* ---- what came of it ---- */

/* Medians of a configuration's valid runs; bounds of the centre where there are enough. */
static void fill_times(searching *s, size_t config, hx_search_estimate *e) {
  const hx_sweep_race *race = s->race;
  double x[HX_STATS_SIGNED_RANK_MAX];
  size_t n = 0;
  for (size_t i = 0; i < race->n; i++)
    if (race->noted[i].config == config && race->noted[i].valid && n < HX_STATS_SIGNED_RANK_MAX)
      x[n++] = log(race->noted[i].seconds);
  e->n_valid = (int)n;
  if (n == 0)
    return;
  hx_signed_rank r = hx_stats_signed_rank(x, n, 0.025);
  e->seconds = e->median_s = exp(hx_stats_median(x, n));
  if (n >= FEWEST_FOR_BOUNDS) {
    e->lower_s = exp(r.lower);
    e->upper_s = exp(r.upper);
  }
}

static void fill_line(searching *s, size_t config, const hx_explore_seen *seen) {
  hx_sweep_line *line = &s->race->result->lines[config];
  hx_search_estimate *e = &line->estimate;
  double ratio;
  hx_final_standing standing = hx_explore_standing(s->explore, &s->points[config], &ratio);
  fill_times(s, config, e);
  e->n_censored = seen->censored;
  e->n_invalid = seen->broken;
  e->ratio = ratio;
  switch (standing) {
  case HX_FINAL_TIES:
    e->fate = HX_SEARCH_TIED;
    break;
  case HX_FINAL_SLOWER:
    e->fate = HX_SEARCH_DROPPED;
    break;
  case HX_FINAL_BROKEN:
    e->fate = HX_SEARCH_BROKEN;
    break;
  case HX_FINAL_ABSENT:
    e->fate = seen->broken ? HX_SEARCH_BROKEN
              : e->n_valid ? HX_SEARCH_SURVIVED
                           : HX_SEARCH_HOPELESS;
    break;
  }
}

static void fill_result(searching *s) {
  hx_sweep_result *result = s->race->result;
  hx_search_verdict *v = &result->verdict;
  hx_explore_conclude(s->explore, v);
  result->explored = true;
  for (size_t i = 0; i < hx_explore_count(s->explore); i++) {
    hx_explore_seen seen;
    hx_explore_get(s->explore, i, &seen);
    for (size_t c = 0; c < s->race->report->n_configs; c++)
      if (hx_point_equal(&s->points[c], &seen.point))
        fill_line(s, c, &seen);
  }
  hx_sweep_line *serial = &result->lines[result->serial];
  serial->speedup = 1;
  size_t winner = index_of(s, &v->winner);
  winner = winner == SIZE_MAX ? result->serial : winner;
  for (size_t c = 0; c < s->race->report->n_configs; c++)
    if (c != result->serial)
      result->lines[c].speedup = serial->estimate.seconds / result->lines[c].estimate.seconds;
  if (winner != result->serial) {
    hx_sweep_line *line = &result->lines[winner];
    line->speedup = v->speedup.estimate;
    line->speedup_lower = v->speedup.lower;
    line->speedup_upper = v->speedup.upper;
  }
  bool answer = v->recommends || v->state == HX_VERDICT_NO_EFFECT;
  result->search = (hx_search_result){.stop = HX_SEARCH_STOP_TIE,
                                      .found = answer,
                                      .leader = winner,
                                      .winner = winner,
                                      .reason = v->state == HX_VERDICT_TIE ? HX_SEARCH_WON_SIMPLEST
                                                                           : HX_SEARCH_WON_ALONE,
                                      .n_tied = (size_t)v->n_tied + 1,
                                      .n_survivors = (size_t)v->n_tied + 1,
                                      .blocks = (int)s->race->n,
                                      .runs = s->race->n,
                                      .spent_s = s->race->spent_s,
                                      .noise = v->noise};
}

static bool one_strand(const hx_config *a, const hx_config *b) {
  return a->executor == b->executor && a->schedule == b->schedule && a->chunk == b->chunk &&
         strcmp(a->params, b->params) == 0 &&
         (a->executor != HX_EXECUTOR_HYBRID || a->processes == b->processes) &&
         strcmp(a->pin, b->pin) == 0;
}

hx_usl hx_sweep_usl(const hx_sweep_report *report, const hx_sweep_result *result) {
  enum { POINTS = 512 };
  hx_usl_point best[POINTS], points[POINTS];
  size_t n_best = 0;
  for (size_t i = 0; i < report->n_configs; i++) {
    size_t n = 0;
    for (size_t k = 0; k < report->n_configs && n < POINTS; k++) {
      const hx_search_estimate *e = &result->lines[k].estimate;
      bool serial = report->configs[k].executor == HX_EXECUTOR_SERIAL &&
                    strcmp(report->configs[i].params, report->configs[k].params) == 0;
      if (e->n_valid > 0 && (serial || one_strand(&report->configs[i], &report->configs[k])))
        points[n++] =
            (hx_usl_point){hx_config_workers(&report->configs[k]), e->seconds, e->n_valid};
    }
    if (n > n_best) {
      memcpy(best, points, n * sizeof *points);
      n_best = n;
    }
  }
  return hx_usl_fit(best, n_best);
}

bool hx_sweep_search_run(hx_sweep_race *race, pvs_error *error) {
  const hx_sweep_options *o = race->journal->options;
  searching s = {.race = race, .cap = 64};
  if (!hx_sweep_space_init(&s.space, race->journal->context->topo, race->result->workload, &o->grid,
                           o->params, race->result->units, error))
    return false;
  hx_explore_options options = hx_explore_defaults();
  options.tie = o->search.tie;
  options.budget_s = race->left_s + race->warm_up.spent_s;
  options.seed = hx_sweep_race_seed(race);
  hx_sweep_line *lines = realloc(race->result->lines, s.cap * sizeof *lines);
  hx_config *configs = realloc(race->report->grid.config, s.cap * sizeof *configs);
  race->result->lines = lines ? lines : race->result->lines;
  race->report->grid.config = race->report->configs = configs ? configs : race->report->configs;
  s.points = calloc(s.cap, sizeof *s.points);
  s.explore = hx_explore_create(&s.space.space, &options);
  bool ok = (lines && configs && s.points && s.explore) || hx_fail_memory(error);
  if (ok)
    s.points[0] = hx_space_point(&s.space.space, 0, 1, 1, s.space.space.base);
  hx_explore_ask ask;
  bool interrupted = false;
  for (int number = 0; ok && !interrupted && hx_explore_next(s.explore, &ask); number++) {
    interrupted = hx_sweep_race_interrupted(race);
    if (!interrupted)
      ok = make_run(&s, &ask, number, &interrupted, error);
    ok = ok && hx_sweep_journal_sync(race->journal, error);
  }
  if (ok) {
    race->report->interrupted |= interrupted;
    if (interrupted)
      hx_explore_stop(s.explore);
    fill_result(&s);
    ok = hx_sweep_race_effect(race, error);
    race->result->interference = hx_interference_of(race->disturbance, race->n);
  }
  hx_explore_destroy(s.explore);
  free(s.points);
  return ok;
}
