#include "tune/sweep_runs.h"

#include "base/fail.h"
#include "base/grow.h"
#include "decide/stats.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Without --timeout, a run may take this much longer than the serial one. */
static const double timeout_ratio = 20, timeout_floor_s = 10;

bool hx_sweep_runs_interrupted(const hx_sweep_runs *runs) {
  const volatile sig_atomic_t *interrupts = runs->journal->context->interrupts;
  return interrupts && *interrupts;
}

static void say_progress(const hx_sweep_runs *runs, const hx_config *config, int block, size_t run,
                         size_t of_run) {
  hx_listener_progress(runs->journal->context->listener,
                       &(hx_run_progress){.workload = runs->result->workload->key,
                                          .config = config,
                                          .block = block,
                                          .run = run,
                                          .of_run = of_run,
                                          .spent_s = runs->report->spent_s,
                                          .budget_s = runs->journal->options->budget_s});
}

/* ---- one run ---- */

static bool note_run(hx_sweep_runs *runs, size_t config, int block, const hx_sweep_fact *fact) {
  if (!hx_grow(&runs->noted, runs->n, sizeof *runs->noted) ||
      !hx_grow(&runs->disturbance, runs->n, sizeof *runs->disturbance))
    return false;
  runs->noted[runs->n] = (hx_sweep_noted){.config = config,
                                          .seen = fact->seen,
                                          .seconds = fact->seconds,
                                          .outcome = fact->outcome,
                                          .measures = fact->measures};
  runs->disturbance[runs->n] = (hx_interference_run){.block = block,
                                                     .wall_s = fact->wall_s,
                                                     .other_cpu_s = fact->other_cpu_s,
                                                     .steal_s = fact->steal_s,
                                                     .major_faults = fact->major_faults};
  runs->n++;
  return true;
}

/* The first thing wrong with a configuration, and the fewest workers it had at work. */
static void note_reason(hx_sweep_runs *runs, size_t config, const hx_sweep_fact *fact) {
  hx_sweep_line *line = &runs->result->lines[config];
  if (!line->reason[0] && fact->outcome != HX_RUN_CENSORED)
    strcpy(line->reason, fact->reason);
  line->over |= fact->outcome == HX_RUN_OVER;
  if (fact->seen && (!line->seen || fact->seen < line->seen))
    line->seen = fact->seen;
}

bool hx_sweep_runs_note(hx_sweep_runs *runs, size_t config, int block, const hx_sweep_fact *fact,
                        pvs_error *error) {
  note_reason(runs, config, fact);
  return note_run(runs, config, block, fact) || hx_fail_memory(error);
}

/* Of the first serial run: a metric that it does not print is probably a mistake in the expression, which
 * is told at once. Only what the objective or a limit needs makes a run invalid. */
static void warn_about_metrics(const hx_sweep_runs *runs, const hx_sweep_fact *fact) {
  char why[HX_RUN_REASON];
  bool ran = fact->outcome == HX_RUN_VALID || fact->outcome == HX_RUN_OVER;
  if (ran && runs->result->workload->kind == HX_WORKLOAD_COMMAND &&
      !hx_goal_has_metrics(runs->journal->options->goal, &fact->measures, why, sizeof why))
    hx_listener_warn(runs->journal->context->listener, "%s (serial run): %s",
                     runs->result->workload->key, why);
}

static void fact_of(const hx_sweep_runs *runs, const hx_measured *m, const hx_sweep_moment *moment,
                    hx_sweep_fact *fact) {
  const hx_goal *goal = runs->journal->options->goal;
  *fact =
      (hx_sweep_fact){.seconds = m->seconds,
                      .wall_s = m->process.wall_s,
                      .other_cpu_s = m->process.other_cpu_s,
                      .steal_s = m->process.steal_s,
                      .major_faults = m->process.major_faults,
                      .units = m->units,
                      .seen = m->workers_seen,
                      .exit_code = m->process.end == HX_PROCESS_EXITED ? m->process.exit_code : 0};
  fact->outcome = hx_check_run(
      m, moment->config,
      (hx_check_reference){runs->result->inputs, moment->block > 0 ? moment->reference : NULL},
      fact->reason, sizeof fact->reason);
  hx_measured_measures(m, &fact->measures);
  if (fact->outcome == HX_RUN_VALID) {
    hx_goal_end end = hx_goal_judge(goal, &fact->measures, fact->reason, sizeof fact->reason);
    fact->outcome = end == HX_GOAL_OVER      ? HX_RUN_OVER
                    : end == HX_GOAL_UNKNOWN ? HX_RUN_FAILED
                                             : HX_RUN_VALID;
  }
  if (moment->block == 0)
    warn_about_metrics(runs, fact);
  if (!hx_goal_is_time(goal))
    fact->seconds = hx_goal_rank(goal, fact->measures.of[goal->what]);
  snprintf(fact->digest, sizeof fact->digest, "%s", m->digest);
  snprintf(fact->input_digest, sizeof fact->input_digest, "%s", m->input_digest);
  snprintf(fact->workload_class, sizeof fact->workload_class, "%s", m->workload_class);
}

bool hx_sweep_runs_do(hx_sweep_runs *runs, const hx_sweep_moment *moment, double timeout_s,
                      hx_sweep_fact *fact, pvs_error *error) {
  hx_sweep_journal *journal = runs->journal;
  if (hx_sweep_journal_find(journal, moment->workload, moment->config, moment->block, fact)) {
    runs->result->resumed++;
  } else {
    hx_measured measured;
    double began_s = hx_clock_s();
    hx_runner_job job = {.workload = moment->workload,
                         .config = moment->config,
                         .repetition = moment->block > 0 ? (size_t)moment->block - 1 : 0,
                         .cap_s = hx_goal_is_time(journal->options->goal)
                                      ? moment->cap_s + runs->overhead_s
                                      : INFINITY,
                         .timeout_s = timeout_s,
                         .expected = moment->block == 0 ? runs->expected : NULL,
                         .weigh_capture = moment->block == 0};
    hx_runner_run(journal->context->runner, &job, &measured);
    if (hx_measured_cannot_go_on(&measured, error)) {
      hx_measured_deinit(&measured);
      return false;
    }
    fact_of(runs, &measured, moment, fact);
    if (moment->block == 0)
      hx_listener_left_behind(journal->context->listener, moment->workload->key, NULL,
                              measured.process.left_behind);
    if (fact->outcome == HX_RUN_CENSORED)
      fact->seconds = measured.seconds = moment->cap_s;
    fact->spent_s = fmax(hx_clock_s() - began_s, fact->wall_s);
    if (moment->block == 0) {
      runs->result->captured_bytes = measured.captured_bytes;
      runs->result->capture_s = measured.capture_s;
    }
    bool ok = fact->outcome == HX_RUN_INTERRUPTED ||
              hx_sweep_journal_add(journal, moment, &measured, fact, error);
    hx_measured_deinit(&measured);
    if (!ok)
      return false;
  }
  if (fact->outcome == HX_RUN_INTERRUPTED)
    return true;
  runs->spent_s += fact->spent_s;
  runs->report->spent_s += fact->spent_s;
  runs->result->runs++;
  runs->result->wrong += fact->outcome == HX_RUN_WRONG;
  runs->result->compared +=
      moment->block > 0 && (fact->outcome == HX_RUN_VALID || fact->outcome == HX_RUN_OVER ||
                            fact->outcome == HX_RUN_WRONG);
  /* The first serial run is compared with --expect, the others with the first. */
  runs->result->serial_wrong += fact->outcome == HX_RUN_WRONG && moment->block > 0 &&
                                hx_config_equal(moment->config, &runs->journal->options->serial);
  runs->result->invalid += fact->outcome == HX_RUN_INVALID;
  runs->result->other_inputs += fact->outcome == HX_RUN_INVALID && runs->result->inputs[0] &&
                                fact->input_digest[0] &&
                                strcmp(fact->input_digest, runs->result->inputs) != 0;
  runs->result->failures += fact->outcome == HX_RUN_FAILED;
  return true;
}

/* Runs that are neither timed nor stored. A failure shows again in the run that is. */
static bool warm(hx_sweep_runs *runs, int times, pvs_error *error) {
  const hx_sweep_journal *journal = runs->journal;
  hx_config serial = journal->options->serial;
  bool ok = true;
  for (int i = 0; ok && i < times && !hx_sweep_runs_interrupted(runs); i++) {
    hx_measured measured;
    hx_runner_job job = {.workload = runs->result->workload,
                         .config = &serial,
                         .cap_s = INFINITY,
                         .timeout_s = journal->options->timeout_s};
    say_progress(runs, NULL, 0, (size_t)i + 1, (size_t)times + 1);
    hx_runner_run(journal->context->runner, &job, &measured);
    ok = !hx_measured_cannot_go_on(&measured, error);
    hx_measured_deinit(&measured);
  }
  return ok;
}

bool hx_sweep_runs_warm_up(hx_sweep_runs *runs, pvs_error *error) {
  const hx_sweep_options *options = runs->journal->options;
  hx_sweep_result *result = runs->result;
  hx_config serial = options->serial;
  hx_sweep_fact fact;
  hx_sweep_moment moment = {.workload = result->workload,
                            .config = &serial,
                            .reference = "",
                            .expected = runs->expected ? runs->expected : "",
                            .cap_s = INFINITY};
  if (!runs->journal->resumed && !warm(runs, options->warm_ups - 1, error))
    return false;
  say_progress(runs, NULL, 0, 1, 1);
  if (!hx_sweep_runs_do(runs, &moment, options->timeout_s, &fact, error))
    return false;
  runs->warm_up = fact;
  result->failed = fact.outcome != HX_RUN_VALID && fact.outcome != HX_RUN_OVER &&
                   fact.outcome != HX_RUN_INTERRUPTED;
  result->units = fact.units;
  result->expected_checked = runs->expected && !result->failed;
  strcpy(result->workload_class, fact.workload_class);
  strcpy(result->reference, fact.digest);
  strcpy(result->inputs, fact.input_digest);
  strcpy(result->reason, fact.reason);
  result->exit_code = fact.exit_code;
  runs->warm_up_s = runs->spent_s;
  runs->scale = hx_goal_is_time(options->goal) ? 1 : fact.wall_s / fact.seconds;
  double ranked_s = fact.measures.of[HX_MEASURE_TIME];
  runs->overhead_s = isnan(fact.wall_s - ranked_s) ? 0 : fmax(fact.wall_s - ranked_s, 0);
  runs->timeout_s = isfinite(options->timeout_s) ? options->timeout_s
                                                 : timeout_floor_s + timeout_ratio * fact.wall_s;
  return true;
}

uint64_t hx_sweep_runs_seed(const hx_sweep_runs *runs) {
  const hx_sweep_journal *journal = runs->journal;
  char hash[HX_HASH_TEXT];
  if (journal->options->seed)
    return journal->options->seed;
  hx_bytes_hash(journal->sweep, strlen(journal->sweep), hash);
  return strtoull(hash, NULL, 16);
}

bool hx_sweep_runs_same_workers(const hx_sweep_runs *runs) {
  int asked = 0, seen = 0;
  bool differ = false;
  for (size_t i = 0; i < runs->n; i++) {
    const hx_sweep_noted *run = &runs->noted[i];
    int workers = hx_config_workers(&runs->report->configs[run->config]);
    if (run->outcome != HX_RUN_VALID)
      continue;
    if (run->seen == 0 || (seen > 0 && run->seen != seen))
      return false;
    seen = run->seen;
    differ = differ || (asked > 0 && workers != asked);
    asked = workers;
  }
  return differ;
}

void hx_sweep_runs_measures(hx_sweep_runs *runs) {
  double *x = malloc((runs->n + 1) * sizeof *x);
  for (size_t c = 0; x && runs->result->lines && c < runs->report->n_configs; c++)
    for (size_t what = 0; what < HX_MEASURES + HX_METRICS_MAX; what++) {
      size_t n = 0;
      double most = (double)NAN;
      for (size_t i = 0; i < runs->n; i++) {
        double value = runs->noted[i].measures.of[what];
        if (runs->noted[i].config != c || !hx_sweep_noted_ran(&runs->noted[i]) || isnan(value))
          continue;
        x[n++] = value;
        most = fmax(most, value);
      }
      runs->result->lines[c].typical.of[what] = what == HX_MEASURE_RSS ? most
                                                : n > 0                ? hx_stats_median(x, n)
                                                                       : (double)NAN;
    }
  free(x);
}

void hx_sweep_runs_deinit(hx_sweep_runs *runs) {
  free(runs->noted);
  free(runs->disturbance);
  runs->noted = NULL;
  runs->disturbance = NULL;
}
