#include "tune/sweep_race.h"

#include "base/fail.h"
#include "decide/stats.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Without --timeout, a run may take this much longer than the serial one. */
static const double timeout_ratio = 20, timeout_floor_s = 10;
static const double worthwhile_part = 0.3;
static const double front_runner_ratio = 1.25;

static bool no_memory(pvs_error *error) {
  hx_fail_memory(error);
  return false;
}

bool hx_sweep_race_interrupted(const hx_sweep_race *race) {
  const volatile sig_atomic_t *interrupts = race->journal->context->interrupts;
  return interrupts && *interrupts;
}

static void say_progress(const hx_sweep_race *race, const hx_config *config, int block, size_t run,
                         size_t of_run) {
  hx_listener_progress(race->journal->context->listener,
                       &(hx_run_progress){.workload = race->result->workload->key,
                                          .config = config,
                                          .block = block,
                                          .run = run,
                                          .of_run = of_run,
                                          .spent_s = race->report->spent_s,
                                          .budget_s = race->journal->options->budget_s});
}

/* ---- one run ---- */

static bool note_run(hx_sweep_race *race, size_t config, int block, const hx_sweep_fact *fact) {
  if (race->n == race->cap) {
    size_t cap = race->cap ? race->cap * 2 : 64;
    hx_sweep_noted *noted = realloc(race->noted, cap * sizeof *noted);
    if (!noted)
      return false;
    race->noted = noted;
    hx_interference_run *disturbance = realloc(race->disturbance, cap * sizeof *disturbance);
    if (!disturbance)
      return false;
    race->disturbance = disturbance;
    race->cap = cap;
  }
  race->noted[race->n] =
      (hx_sweep_noted){.config = config,
                       .seen = fact->seen,
                       .seconds = fact->seconds,
                       .valid = fact->outcome == HX_RUN_VALID || fact->outcome == HX_RUN_OVER,
                       .measures = fact->measures};
  race->disturbance[race->n] = (hx_interference_run){.block = block,
                                                     .wall_s = fact->wall_s,
                                                     .other_cpu_s = fact->other_cpu_s,
                                                     .steal_s = fact->steal_s,
                                                     .major_faults = fact->major_faults};
  race->n++;
  return true;
}

/* The first thing wrong with a configuration, and the fewest workers it had at work. */
static void note_reason(hx_sweep_race *race, size_t config, const hx_sweep_fact *fact) {
  hx_sweep_line *line = &race->result->lines[config];
  if (!line->reason[0] && fact->outcome != HX_RUN_CENSORED)
    strcpy(line->reason, fact->reason);
  line->over |= fact->outcome == HX_RUN_OVER;
  if (fact->seen && (!line->seen || fact->seen < line->seen))
    line->seen = fact->seen;
}

bool hx_sweep_race_note(hx_sweep_race *race, size_t config, int block, const hx_sweep_fact *fact,
                        pvs_error *error) {
  note_reason(race, config, fact);
  return note_run(race, config, block, fact) || no_memory(error);
}

static void fact_of(const hx_sweep_race *race, const hx_measured *m, const hx_sweep_moment *moment,
                    hx_sweep_fact *fact) {
  const hx_goal *goal = race->journal->options->goal;
  *fact =
      (hx_sweep_fact){.seconds = m->seconds,
                      .wall_s = m->process.wall_s,
                      .other_cpu_s = m->process.other_cpu_s,
                      .steal_s = m->process.steal_s,
                      .major_faults = m->process.major_faults,
                      .units = m->units,
                      .seen = m->workers_seen,
                      .exit_code = m->process.end == HX_PROCESS_EXITED ? m->process.exit_code : 0};
  fact->outcome =
      hx_check_run(m, moment->config, (hx_check_reference){race->result->inputs, moment->reference},
                   fact->reason, sizeof fact->reason);
  hx_measured_measures(m, &fact->measures);
  if (fact->outcome == HX_RUN_VALID) {
    hx_goal_end end = hx_goal_judge(goal, &fact->measures, fact->reason, sizeof fact->reason);
    fact->outcome = end == HX_GOAL_OVER      ? HX_RUN_OVER
                    : end == HX_GOAL_UNKNOWN ? HX_RUN_FAILED
                                             : HX_RUN_VALID;
  }
  if (!hx_goal_is_time(goal))
    fact->seconds = hx_goal_rank(goal, fact->measures.of[goal->what]);
  snprintf(fact->digest, sizeof fact->digest, "%s", m->digest);
  snprintf(fact->input_digest, sizeof fact->input_digest, "%s", m->input_digest);
  snprintf(fact->workload_class, sizeof fact->workload_class, "%s", m->workload_class);
}

bool hx_sweep_race_do(hx_sweep_race *race, const hx_sweep_moment *moment, double timeout_s,
                      hx_sweep_fact *fact, pvs_error *error) {
  hx_sweep_journal *journal = race->journal;
  if (hx_sweep_journal_find(journal, moment->workload, moment->config, moment->block, fact)) {
    race->result->resumed++;
  } else {
    hx_measured measured;
    double began_s = hx_clock_s();
    hx_runner_job job = {.workload = moment->workload,
                         .config = moment->config,
                         .repetition = moment->block > 0 ? (size_t)moment->block - 1 : 0,
                         .cap_s = hx_goal_is_time(journal->options->goal)
                                      ? moment->cap_s + race->overhead_s
                                      : INFINITY,
                         .timeout_s = timeout_s,
                         .expected = moment->block == 0 ? race->expected : NULL,
                         .weigh_capture = moment->block == 0};
    hx_runner_run(journal->context->runner, &job, &measured);
    if (hx_measured_cannot_go_on(&measured, error)) {
      hx_measured_deinit(&measured);
      return false;
    }
    fact_of(race, &measured, moment, fact);
    if (moment->block == 0)
      hx_listener_left_behind(journal->context->listener, moment->workload->key, NULL,
                              measured.process.left_behind);
    if (fact->outcome == HX_RUN_CENSORED)
      fact->seconds = measured.seconds = moment->cap_s;
    fact->spent_s = fmax(hx_clock_s() - began_s, fact->wall_s);
    if (moment->block == 0) {
      race->result->captured_bytes = measured.captured_bytes;
      race->result->capture_s = measured.capture_s;
    }
    bool ok = fact->outcome == HX_RUN_INTERRUPTED ||
              hx_sweep_journal_add(journal, moment, &measured, fact, error);
    hx_measured_deinit(&measured);
    if (!ok)
      return false;
  }
  if (fact->outcome == HX_RUN_INTERRUPTED)
    return true;
  race->spent_s += fact->spent_s;
  race->report->spent_s += fact->spent_s;
  race->result->runs++;
  race->result->wrong += fact->outcome == HX_RUN_WRONG;
  race->result->serial_wrong += fact->outcome == HX_RUN_WRONG &&
                                hx_config_equal(moment->config, &race->journal->options->serial);
  race->result->invalid += fact->outcome == HX_RUN_INVALID;
  race->result->failures += fact->outcome == HX_RUN_FAILED;
  return true;
}

/* Runs that are neither timed nor stored. A failure shows again in the run that is. */
static bool warm(hx_sweep_race *race, int times, pvs_error *error) {
  const hx_sweep_journal *journal = race->journal;
  hx_config serial = journal->options->serial;
  bool ok = true;
  for (int i = 0; ok && i < times && !hx_sweep_race_interrupted(race); i++) {
    hx_measured measured;
    hx_runner_job job = {.workload = race->result->workload,
                         .config = &serial,
                         .cap_s = INFINITY,
                         .timeout_s = journal->options->timeout_s};
    say_progress(race, NULL, 0, (size_t)i + 1, (size_t)times + 1);
    hx_runner_run(journal->context->runner, &job, &measured);
    ok = !hx_measured_cannot_go_on(&measured, error);
    hx_measured_deinit(&measured);
  }
  return ok;
}

bool hx_sweep_race_warm_up(hx_sweep_race *race, pvs_error *error) {
  const hx_sweep_options *options = race->journal->options;
  hx_sweep_result *result = race->result;
  hx_config serial = options->serial;
  hx_sweep_fact fact;
  hx_sweep_moment moment = {.workload = result->workload,
                            .config = &serial,
                            .reference = "",
                            .expected = race->expected ? race->expected : "",
                            .cap_s = INFINITY};
  if (!race->journal->resumed && !warm(race, options->warm_ups - 1, error))
    return false;
  say_progress(race, NULL, 0, 1, 1);
  if (!hx_sweep_race_do(race, &moment, options->timeout_s, &fact, error))
    return false;
  race->warm_up = fact;
  result->failed = fact.outcome != HX_RUN_VALID && fact.outcome != HX_RUN_OVER;
  result->units = fact.units;
  result->expected_checked = race->expected && !result->failed;
  strcpy(result->workload_class, fact.workload_class);
  strcpy(result->reference, fact.digest);
  strcpy(result->inputs, fact.input_digest);
  strcpy(result->reason, fact.reason);
  result->exit_code = fact.exit_code;
  race->warm_up_s = race->spent_s;
  race->scale = hx_goal_is_time(options->goal) ? 1 : fact.wall_s / fact.seconds;
  double ranked_s = fact.measures.of[HX_MEASURE_TIME];
  race->overhead_s = isnan(fact.wall_s - ranked_s) ? 0 : fmax(fact.wall_s - ranked_s, 0);
  race->timeout_s = isfinite(options->timeout_s) ? options->timeout_s
                                                 : timeout_floor_s + timeout_ratio * fact.wall_s;
  return true;
}

/* ---- the race ---- */

/* Two configurations that cannot differ: there is not work enough for the workers that one has
 * more, and neither is bound. */
static bool is_same_work(const hx_config *a, const hx_config *b, int units) {
  return a->executor == b->executor && a->executor != HX_EXECUTOR_HYBRID &&
         a->schedule == b->schedule && a->chunk == b->chunk && strcmp(a->params, b->params) == 0 &&
         strcmp(a->pin, "none") == 0 && strcmp(b->pin, "none") == 0 &&
         hx_search_busy_workers(hx_config_workers(a), units) ==
             hx_search_busy_workers(hx_config_workers(b), units);
}

typedef struct field { /* who takes part */
  hx_search *search;
  size_t *config; /* search's index -> report's */
  size_t *order;
  hx_search_estimate *estimates;
  size_t n;
} field;

static void field_deinit(field *f) {
  hx_search_destroy(f->search);
  free(f->config);
  free(f->order);
  free(f->estimates);
}

uint64_t hx_sweep_race_seed(const hx_sweep_race *race) {
  const hx_sweep_journal *journal = race->journal;
  char hash[HX_HASH_TEXT];
  if (journal->options->seed)
    return journal->options->search.seed;
  hx_bytes_hash(journal->sweep, strlen(journal->sweep), hash);
  return strtoull(hash, NULL, 16);
}

static bool field_init(field *f, hx_sweep_race *race) {
  const hx_sweep_report *report = race->report;
  size_t m = report->n_configs;
  hx_search_config *configs = calloc(m, sizeof *configs);
  *f = (field){.config = calloc(m, sizeof *f->config),
               .order = calloc(m, sizeof *f->order),
               .estimates = calloc(m, sizeof *f->estimates)};
  if (configs && f->config && f->order && f->estimates) {
    for (size_t i = 0; i < m; i++) {
      const hx_config *c = &report->configs[i];
      hx_sweep_line *line = &race->result->lines[i];
      line->same_as = i;
      for (size_t k = 0; k < i && line->same_as == i; k++)
        if (is_same_work(&report->configs[k], c, race->result->units))
          line->same_as = race->result->lines[k].same_as;
      if (line->same_as != i)
        continue;
      configs[f->n] = hx_sweep_search_config(c, race->result->units);
      f->config[f->n++] = i;
    }
    hx_search_options options = race->journal->options->search;
    options.seed = hx_sweep_race_seed(race);
    f->search = hx_search_create(configs, f->n, &options);
  }
  free(configs);
  return f->search != NULL;
}

static bool out_of_budget(const hx_sweep_race *race) {
  return race->spent_s - race->warm_up_s >= race->left_s;
}

/* Seconds after which a run is stopped. A configuration that has been about as fast as the best so
 * far is let run to its end: if it is far slower now, the machine is, and the search has to see
 * that of its front runners rather than lose them one by one. f->estimates are those before the
 * block. */
static double cap_of(const field *f, size_t entry, int block) {
  bool front_runner = block > 1 && f->estimates[entry].ratio <= front_runner_ratio;
  return front_runner ? INFINITY : hx_search_cap_s(f->search, entry);
}

/* One block. *go_on becomes false when it was cut short for good. */
static bool run_block(hx_sweep_race *race, field *f, size_t n, int block, bool *go_on,
                      pvs_error *error) {
  hx_sweep_result *result = race->result;
  hx_search_result so_far;
  hx_search_get(f->search, &so_far, f->estimates);
  for (size_t i = 0; i < n && *go_on; i++) {
    size_t config = f->config[f->order[i]];
    /* Over budget, only what every sweep must have is still run: the serial baseline, once. */
    bool owed = block == 1 && config == result->serial;
    if (out_of_budget(race) && !owed)
      continue;
    if (hx_sweep_race_interrupted(race)) {
      *go_on = false;
      break;
    }
    hx_sweep_fact fact;
    hx_sweep_moment moment = {.workload = result->workload,
                              .config = &race->report->configs[config],
                              .block = block,
                              .position = i + 1,
                              .reference = result->reference,
                              .expected = "",
                              .cap_s = cap_of(f, f->order[i], block)};
    say_progress(race, moment.config, block, i + 1, n);
    if (!hx_sweep_race_do(race, &moment, race->timeout_s, &fact, error))
      return false;
    if (fact.outcome == HX_RUN_INTERRUPTED) {
      *go_on = false;
      break;
    }
    if (!hx_sweep_race_note(race, config, block, &fact, error))
      return false;
    hx_search_add(f->search, &(hx_search_run){.config = f->order[i],
                                              .seconds = fact.seconds * race->scale,
                                              .spent_s = fact.spent_s,
                                              .outcome = hx_run_outcome_for_search(fact.outcome)});
  }
  return true;
}

/* ---- what came of it ---- */

/* Serial over this one. The ratios are each relative to the leader, with independent errors. */
static void fill_speedup(hx_sweep_line *line, const hx_search_estimate *serial) {
  const hx_search_estimate *e = &line->estimate;
  line->speedup = serial->seconds / e->seconds;
  double up = hypot(log(serial->ratio_upper / serial->ratio), log(e->ratio / e->ratio_lower));
  double down = hypot(log(serial->ratio / serial->ratio_lower), log(e->ratio_upper / e->ratio));
  line->speedup_upper = line->speedup * exp(up);
  line->speedup_lower = line->speedup * exp(-down);
}

static hx_search_estimate in_ranks(hx_search_estimate e, double scale) {
  e.seconds /= scale;
  e.median_s /= scale;
  e.lower_s /= scale;
  e.upper_s /= scale;
  return e;
}

static void fill_lines(hx_sweep_race *race, field *f) {
  hx_sweep_result *result = race->result;
  hx_search_get(f->search, &result->search, f->estimates);
  result->search.leader = f->config[result->search.leader];
  result->search.winner = f->config[result->search.winner];
  for (size_t i = 0; i < f->n; i++)
    result->lines[f->config[i]].estimate = in_ranks(f->estimates[i], race->scale);
  for (size_t i = 0; i < race->report->n_configs; i++) {
    hx_sweep_line *line = &result->lines[i];
    if (line->same_as != i) {
      line->estimate = result->lines[line->same_as].estimate;
      line->seen = result->lines[line->same_as].seen;
    }
  }
  for (size_t i = 0; i < race->report->n_configs; i++)
    if (i != result->serial)
      fill_speedup(&result->lines[i], &result->lines[result->serial].estimate);
  if (!isnan(result->lines[result->serial].estimate.seconds)) {
    hx_sweep_line *serial = &result->lines[result->serial];
    serial->speedup = serial->speedup_lower = serial->speedup_upper = 1;
  }
}

/* Judged where nothing but the count differs: within the executor, pinning and schedule of the
 * fastest, serial standing for one worker. */
bool hx_sweep_race_effect(hx_sweep_race *race, pvs_error *error) {
  hx_sweep_result *result = race->result;
  const hx_config *configs = race->report->configs;
  const hx_config *like = &configs[result->search.leader];
  for (size_t i = 0; i < race->report->n_configs && like->executor == HX_EXECUTOR_SERIAL; i++)
    like = &configs[i];
  int *asked = calloc(race->n, sizeof *asked), *seen = calloc(race->n, sizeof *seen);
  double *seconds = calloc(race->n, sizeof *seconds);
  size_t n = 0;
  bool differ = false, ok = asked && seen && seconds;
  for (size_t i = 0; ok && i < race->n; i++) {
    const hx_sweep_noted *run = &race->noted[i];
    const hx_config *c = &configs[run->config];
    bool serial = c->executor == HX_EXECUTOR_SERIAL;
    bool alike = c->executor == like->executor && c->schedule == like->schedule &&
                 c->chunk == like->chunk && strcmp(c->pin, like->pin) == 0;
    if (!run->valid || !(alike || serial) || strcmp(c->params, like->params) != 0)
      continue;
    asked[n] = hx_config_workers(c);
    seen[n] = run->seen;
    seconds[n] = run->seconds;
    differ |= asked[n] != asked[0];
    n++;
  }
  if (ok && differ)
    result->effect =
        hx_search_worker_effect(asked, seen, seconds, n, race->journal->options->search.tie);
  free(asked);
  free(seen);
  free(seconds);
  return ok || no_memory(error);
}

/* A round that will be cut short by the budget is still worth beginning when a good part of it
 * fits: its order is random, so what is left out is no one's disadvantage. */
static double time_for_decision(const hx_sweep_race *race, const hx_search *search) {
  double left_s = race->left_s - (race->spent_s - race->warm_up_s);
  return left_s >= worthwhile_part * hx_search_expected_block_s(search) ? INFINITY : left_s;
}

bool hx_sweep_race_run(hx_sweep_race *race, pvs_error *error) {
  field f;
  bool ok = field_init(&f, race) || no_memory(error);
  bool go_on = true;
  size_t n;
  for (int block = 1; ok && go_on && (n = hx_search_next_block(f.search, f.order)) > 0; block++) {
    ok =
        run_block(race, &f, n, block, &go_on, error) && hx_sweep_journal_sync(race->journal, error);
    hx_search_decide(f.search, time_for_decision(race, f.search));
  }
  if (ok) {
    race->report->interrupted |= !go_on;
    hx_search_end(f.search, HX_SEARCH_STOP_BUDGET);
    fill_lines(race, &f);
    ok = hx_sweep_race_effect(race, error);
    race->result->interference = hx_interference_of(race->disturbance, race->n);
  }
  field_deinit(&f);
  return ok;
}

void hx_sweep_race_measures(hx_sweep_race *race) {
  double *x = malloc((race->n + 1) * sizeof *x);
  for (size_t c = 0; x && race->result->lines && c < race->report->n_configs; c++)
    for (size_t what = 0; what < HX_MEASURES + HX_METRICS_MAX; what++) {
      size_t n = 0;
      double most = (double)NAN;
      for (size_t i = 0; i < race->n; i++) {
        double value = race->noted[i].measures.of[what];
        if (race->noted[i].config != c || !race->noted[i].valid || isnan(value))
          continue;
        x[n++] = value;
        most = fmax(most, value);
      }
      race->result->lines[c].typical.of[what] = what == HX_MEASURE_RSS ? most
                                                : n > 0                ? hx_stats_median(x, n)
                                                                       : (double)NAN;
    }
  free(x);
}

void hx_sweep_race_deinit(hx_sweep_race *race) {
  free(race->noted);
  free(race->disturbance);
  race->noted = NULL;
  race->disturbance = NULL;
}
