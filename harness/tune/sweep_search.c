#include "tune/sweep_runs.h"

#include "base/fail.h"

#include "decide/explore.h"
#include "tune/sweep_space.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct searching {
  hx_sweep_runs *runs;
  hx_sweep_space space;
  hx_explore *explore;
  hx_grid grid;    /* of a list, if it is a grid's */
  hx_config *list; /* what of it is run; NULL: the whole space is searched */
  size_t n_list;
} searching;

/* ---- a list ---- */

/* Two configurations that cannot differ: there is not work enough for the workers that one has more,
 * and neither is bound. */
static bool is_same_work(const hx_config *a, const hx_config *b, int units) {
  hx_config like = *a;
  if (a->executor != b->executor || a->executor == HX_EXECUTOR_HYBRID || units == 0 ||
      strcmp(a->pin, "none") != 0)
    return false;
  like.threads = b->threads;
  like.processes = b->processes;
  return hx_config_equal(&like, b) && hx_config_workers(a) >= units &&
         hx_config_workers(b) >= units;
}

/* Notes the list in the report, and keeps what has to be run, serial first. */
static bool take_list(searching *s, const hx_config *all, size_t n, pvs_error *error) {
  hx_sweep_report *report = s->runs->report;
  s->list = calloc(n + 1, sizeof *s->list);
  if (!s->list)
    return hx_fail_memory(error);
  s->list[s->n_list++] = s->runs->journal->options->serial;
  for (size_t i = 0; i < n; i++) {
    size_t at = hx_sweep_report_index(report, &all[i]), same = 0;
    if (at == SIZE_MAX)
      return hx_fail_memory(error);
    s->runs->result->lines[at].listed = true;
    while (same < s->n_list && !hx_config_equal(&s->list[same], &all[i]) &&
           !is_same_work(&s->list[same], &all[i], s->runs->result->units))
      same++;
    if (same == s->n_list)
      s->list[s->n_list++] = all[i];
    s->runs->result->lines[at].same_as = hx_sweep_report_index(report, &s->list[same]);
  }
  return true;
}

static bool make_space(searching *s, pvs_error *error) {
  const hx_sweep_options *o = s->runs->journal->options;
  const hx_sweep_result *result = s->runs->result;
  const hx_topo *topo = s->runs->journal->context->topo;
  const hx_config *all = o->configs;
  size_t n = o->n_configs;
  if (!all && o->listed) {
    if (!hx_sweep_grid(topo, o, result->units, &s->grid, error))
      return false;
    all = s->grid.config;
    n = s->grid.n;
  }
  if (!all)
    return hx_sweep_space_init(&s->space, topo, result->workload, &o->grid, o->params,
                               result->units, error);
  if (n > HX_EXPLORE_GIVEN)
    return hx_fail(error, PVS_BAD_VALUE, "%zu configurations are listed, expected at most %d", n,
                   HX_EXPLORE_GIVEN);
  /* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): the list is the search's, which frees it */
  return take_list(s, all, n, error) &&
         hx_sweep_space_of_list(&s->space, topo, result->workload, s->list, s->n_list,
                                result->units, error);
}

/* ---- runs ---- */

static size_t index_of(searching *s, const hx_point *point) {
  hx_config config = hx_sweep_space_config(&s->space, point);
  return hx_sweep_report_index(s->runs->report, &config);
}

/* One run: the first serial one is the warm-up, which was made already. */
static bool make_run(searching *s, const hx_explore_ask *ask, int number, bool *interrupted,
                     pvs_error *error) {
  hx_sweep_runs *runs = s->runs;
  hx_sweep_fact fact = runs->warm_up;
  size_t config = index_of(s, &ask->point);
  if (config == SIZE_MAX)
    return hx_fail_memory(error);
  if (number > 0) {
    const hx_sweep_journal *journal = runs->journal;
    hx_sweep_moment moment = {.workload = runs->result->workload,
                              .config = &runs->report->configs[config],
                              .block = number,
                              .position = 1,
                              .reference = runs->result->reference,
                              .expected = "",
                              .cap_s = ask->cap_s};
    hx_listener_progress(journal->context->listener,
                         &(hx_run_progress){.workload = runs->result->workload->key,
                                            .config = moment.config,
                                            .why = ask->why,
                                            .block = number,
                                            .run = 1,
                                            .of_run = 1,
                                            .spent_s = runs->report->spent_s,
                                            .budget_s = journal->options->budget_s});
    if (!hx_sweep_runs_do(runs, &moment, runs->timeout_s, &fact, error))
      return false;
    *interrupted = fact.outcome == HX_RUN_INTERRUPTED;
    if (*interrupted)
      return true;
  }
  if (!hx_sweep_runs_note(runs, config, number, &fact, error))
    return false;
  hx_explore_add(s->explore, &(hx_explore_run){.outcome = hx_run_outcome_for_search(fact.outcome),
                                               .seconds = fact.seconds * runs->scale,
                                               .spent_s = fact.spent_s,
                                               .disturbed = hx_interference_disturbed(
                                                   fact.wall_s, fact.other_cpu_s, fact.steal_s)});
  return true;
}

/* ---- what came of it ---- */

/* Counts of runs, and their own median. False when out of memory. */
static bool fill_times(searching *s, size_t config, hx_search_estimate *e) {
  const hx_sweep_runs *runs = s->runs;
  double *seconds = calloc(runs->n + 1, sizeof *seconds);
  size_t n = 0;
  for (size_t i = 0; seconds && i < runs->n; i++) {
    const hx_sweep_noted *run = &runs->noted[i];
    if (run->config != config)
      continue;
    if (hx_sweep_noted_ran(run))
      seconds[n++] = run->seconds;
    else if (run->outcome == HX_RUN_CENSORED)
      e->n_censored++;
    else
      e->n_invalid++;
  }
  if (seconds)
    hx_search_estimate_times(e, seconds, n);
  free(seconds);
  return seconds != NULL;
}

static hx_search_fate fate_of(const hx_sweep_line *line, hx_final_standing standing) {
  const hx_search_estimate *e = &line->estimate;
  if (e->n_invalid > 0 || line->over || standing == HX_FINAL_BROKEN)
    return HX_SEARCH_BROKEN;
  if (standing == HX_FINAL_TIES)
    return HX_SEARCH_TIED;
  if (standing == HX_FINAL_SLOWER)
    return HX_SEARCH_DROPPED;
  return e->n_valid > 0      ? HX_SEARCH_SURVIVED
         : e->n_censored > 0 ? HX_SEARCH_HOPELESS
                             : HX_SEARCH_UNKNOWN;
}

static bool fill_line(searching *s, const hx_point *point, const hx_standing *standing) {
  const hx_search_verdict *v = &s->runs->result->verdict;
  size_t config = index_of(s, point);
  if (config == SIZE_MAX)
    return false;
  hx_search_estimate *e = &s->runs->result->lines[config].estimate;
  double scale = s->runs->scale;
  if (!fill_times(s, config, e))
    return false;
  e->fate = fate_of(&s->runs->result->lines[config], standing->standing);
  if (e->n_valid > 0 && isfinite(v->seconds) && isfinite(standing->ratio.estimate)) {
    bool answer = hx_point_equal(point, &v->winner);
    hx_search_estimate_relative(e, v->seconds / scale, &standing->ratio);
    if (answer) {
      e->lower_s = v->lower_s / scale;
      e->upper_s = v->upper_s / scale;
    }
  }
  return true;
}

/* What of the list would run on the CPUs of another one was run as that one. */
static bool note_same_cpus(searching *s) {
  for (size_t i = 0; i < s->n_list; i++) {
    hx_point p = s->space.points[i];
    size_t own = hx_sweep_report_index(s->runs->report, &s->list[i]);
    size_t same = hx_space_canonical(&s->space.space, &p) ? index_of(s, &p) : own;
    if (own == SIZE_MAX || same == SIZE_MAX)
      return false;
    s->runs->result->lines[own].same_as = same;
  }
  return true;
}

/* How many times as fast as serial: the answer's gain over its ratio; before anything is decided, by
 * the medians of all runs. */
static void fill_speedup(hx_sweep_result *result, hx_sweep_line *line) {
  const hx_search_estimate *e = &line->estimate, *serial = &result->lines[result->serial].estimate;
  hx_interval gain = result->verdict.speedup, none = {1, 1, 1, 0};
  if (result->winner == result->serial)
    gain = none;
  line->speedup = isfinite(e->ratio) ? gain.estimate / e->ratio : serial->seconds / e->seconds;
  if (line == &result->lines[result->serial])
    line->speedup = line->speedup_lower = line->speedup_upper = 1;
  else if (isfinite(e->ratio))
    hx_search_gain_bounds(e, &gain, &line->speedup_lower, &line->speedup_upper);
}

static bool fill_lines(searching *s) {
  size_t n = hx_explore_count(s->explore);
  hx_standing *standings = calloc(n + 1, sizeof *standings);
  bool ok = standings != NULL;
  if (ok)
    hx_explore_standings(s->explore, standings);
  for (size_t i = 0; ok && i < n; i++) {
    hx_explore_seen seen;
    hx_explore_get(s->explore, i, &seen);
    ok = fill_line(s, &seen.point, &standings[i]);
  }
  free(standings);
  return ok;
}

static bool fill_result(searching *s) {
  hx_sweep_result *result = s->runs->result;
  const hx_sweep_report *report = s->runs->report;
  hx_search_verdict *v = &result->verdict;
  hx_explore_conclude(s->explore, v);
  if (!fill_lines(s))
    return false;
  result->winner = index_of(s, &v->winner);
  result->found = v->recommends || v->state == HX_VERDICT_NO_EFFECT;
  if (!note_same_cpus(s))
    return false;
  for (size_t c = 0; c < report->n_configs; c++) {
    hx_sweep_line *line = &result->lines[c];
    if (line->same_as != c) {
      line->same_as = result->lines[line->same_as].same_as;
      line->estimate = result->lines[line->same_as].estimate;
      line->seen = result->lines[line->same_as].seen;
    }
    fill_speedup(result, line);
  }
  return true;
}

static bool run_all(searching *s, pvs_error *error) {
  hx_explore_ask ask;
  hx_sweep_runs *runs = s->runs;
  bool interrupted = false, ok = true;
  for (int number = 0; ok && !interrupted && hx_explore_next(s->explore, &ask); number++) {
    interrupted = hx_sweep_runs_interrupted(runs);
    if (!interrupted)
      ok = make_run(s, &ask, number, &interrupted, error);
    ok = ok && hx_sweep_journal_sync(runs->journal, error);
    runs->last_block = number;
  }
  runs->report->interrupted |= interrupted;
  if (interrupted)
    hx_explore_stop(s->explore);
  return ok;
}

bool hx_sweep_search_run(hx_sweep_runs *runs, pvs_error *error) {
  const hx_sweep_options *o = runs->journal->options;
  searching s = {.runs = runs};
  bool ok = make_space(&s, error);
  if (ok) {
    hx_explore_options options = hx_explore_defaults();
    options.budget_s = o->exhaustive ? INFINITY : runs->left_s + runs->warm_up.spent_s;
    options.seed = hx_sweep_runs_seed(runs);
    options.given = s.space.points;
    options.n_given = s.n_list;
    options.rounds = o->rounds;
    options.exhaustive = o->exhaustive;
    s.explore = hx_explore_create(&s.space.space, &options);
    ok = s.explore || hx_fail_memory(error);
  }
  ok = ok && run_all(&s, error) && (fill_result(&s) || hx_fail_memory(error));
  if (ok) {
    runs->result->same_workers = hx_sweep_runs_same_workers(runs);
    runs->result->interference = hx_interference_of(runs->disturbance, runs->n);
  }
  hx_explore_destroy(s.explore);
  hx_sweep_space_deinit(&s.space);
  hx_grid_deinit(&s.grid);
  free(s.list);
  return ok;
}
