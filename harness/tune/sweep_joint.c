#include "tune/sweep_runs.h"

#include "base/fail.h"

#include "decide/stats.h"
#include "machine/pin.h"

#include <math.h>
#include <stdlib.h>

enum { CANDIDATES = 10, COMPROMISES = 4, ROUNDS = 5 };

/* A run is stopped at this multiple of the workload's best: it loses too much to be the answer. */
static const double CAP = 3;
static const double TIE = 0.02; /* losses this near in ln(seconds) are equal */

typedef struct joint {
  hx_sweep_report *report;
  size_t config[CANDIDATES], n;
  double
      *seconds; /* [workload][candidate][ROUNDS]: at least, of stopped runs; INFINITY: not valid */
  int rounds;   /* complete ones */
} joint;

static double *cell(joint *j, size_t w, size_t c) {
  return j->seconds + (w * CANDIDATES + c) * ROUNDS;
}

static void add(joint *j, size_t config) {
  for (size_t i = 0; i < j->n; i++)
    if (j->config[i] == config)
      return;
  if (j->n < CANDIDATES)
    j->config[j->n++] = config;
}

static double best_s(const hx_sweep_result *result) {
  return result->lines[result->winner].estimate.seconds;
}

/* The greatest loss of a configuration by what the searches measured; INFINITY: on some workload it
 * did not run to its end. */
static double expected_loss(const hx_sweep_report *report, size_t config) {
  double worst = 0;
  for (size_t w = 0; w < report->n_results; w++) {
    const hx_sweep_line *line = &report->results[w].lines[config];
    double own = line->estimate.seconds;
    bool ran = line->same_as == config && !isnan(own) && !line->over &&
               line->estimate.fate != HX_SEARCH_BROKEN;
    worst = ran ? fmax(worst, own / best_s(&report->results[w])) : INFINITY;
  }
  return worst;
}

/* Serial, each workload's best, then what loses least on all by the searches' runs, then what ties
 * with a best. False: some workload has no answer. */
static bool choose_candidates(joint *j) {
  hx_sweep_report *report = j->report;
  for (size_t w = 0; w < report->n_results; w++)
    if (report->results[w].failed || !report->results[w].found)
      return false;
  add(j, report->results[0].serial);
  for (size_t w = 0; w < report->n_results; w++)
    add(j, report->results[w].winner);
  double last = 0;
  for (int more = 0; more < COMPROMISES; more++) {
    size_t next = SIZE_MAX;
    for (size_t i = 0; i < report->n_configs; i++)
      if (expected_loss(report, i) > last && isfinite(expected_loss(report, i)) &&
          (next == SIZE_MAX || expected_loss(report, i) < expected_loss(report, next)))
        next = i;
    if (next == SIZE_MAX)
      break;
    last = expected_loss(report, next);
    add(j, next);
  }
  for (size_t w = 0; w < report->n_results; w++)
    for (size_t i = 0; i < report->n_configs; i++)
      if (report->results[w].lines[i].same_as == i &&
          report->results[w].lines[i].estimate.fate == HX_SEARCH_TIED)
        add(j, i);
  return true;
}

/* One workload's candidates in random order. */
static bool run_workload(joint *j, hx_sweep_runs *runs, size_t w, hx_rng *rng, pvs_error *error) {
  size_t order[CANDIDATES];
  for (size_t i = 0; i < j->n; i++)
    order[i] = i;
  hx_rng_shuffle(rng, order, j->n);
  for (size_t i = 0; i < j->n; i++) {
    const hx_sweep_journal *journal = runs->journal;
    hx_sweep_fact fact;
    size_t config = j->config[order[i]];
    hx_sweep_moment moment = {.workload = runs->result->workload,
                              .config = &j->report->configs[config],
                              .block = ++runs->last_block,
                              .position = 1,
                              .reference = runs->result->reference,
                              .expected = "",
                              .cap_s = CAP * best_s(runs->result) * runs->scale};
    hx_listener_progress(journal->context->listener,
                         &(hx_run_progress){.workload = runs->result->workload->key,
                                            .config = moment.config,
                                            .why = "comparing for all workloads together",
                                            .block = moment.block,
                                            .run = 1,
                                            .of_run = 1,
                                            .spent_s = j->report->spent_s,
                                            .budget_s = journal->options->budget_s});
    j->report->interrupted = hx_sweep_runs_interrupted(runs);
    if (j->report->interrupted)
      return true;
    if (!hx_sweep_runs_do(runs, &moment, runs->timeout_s, &fact, error))
      return false;
    j->report->interrupted = fact.outcome == HX_RUN_INTERRUPTED;
    if (j->report->interrupted)
      return true;
    if (!hx_sweep_runs_note(runs, config, moment.block, &fact, error))
      return false;
    bool ran = fact.outcome == HX_RUN_VALID || fact.outcome == HX_RUN_CENSORED;
    cell(j, w, order[i])[j->rounds] = ran ? fact.seconds : (double)INFINITY;
  }
  return true;
}

/* Expected, from what each workload's best takes. */
static double round_s(const joint *j, const hx_sweep_runs *runs) {
  double sum = 0;
  for (size_t w = 0; w < j->report->n_results; w++)
    sum += (double)j->n * best_s(&j->report->results[w]) * runs[w].scale;
  return sum;
}

static bool run_rounds(joint *j, hx_sweep_runs *runs, pvs_error *error) {
  hx_rng rng;
  double budget_s = runs->journal->options->budget_s;
  hx_rng_seed(&rng, hx_sweep_runs_seed(runs));
  while (j->rounds < ROUNDS && j->report->spent_s + round_s(j, runs) <= budget_s) {
    for (size_t w = 0; w < j->report->n_results; w++)
      if (!run_workload(j, &runs[w], w, &rng, error))
        return false;
      else if (j->report->interrupted)
        return true;
    j->rounds++;
  }
  return true;
}

/* The fixed policy among ties: below 0 when a is preferred. */
static int prefer(const hx_config *a, const hx_config *b) {
  int order = hx_config_workers(a) - hx_config_workers(b);
  if (order == 0)
    order = (int)a->executor - (int)b->executor;
  return order != 0 ? order : hx_pin_rank(a->pin) - hx_pin_rank(b->pin);
}

static bool conclude(joint *j) {
  hx_sweep_report *report = j->report;
  size_t m = report->n_configs, leader = SIZE_MAX;
  report->regret = malloc(m * report->n_results * sizeof *report->regret);
  report->worst = calloc(m, sizeof *report->worst);
  report->tied = calloc(m, sizeof *report->tied);
  if (!report->regret || !report->worst || !report->tied)
    return false;
  for (size_t i = 0; i < m * report->n_results; i++)
    report->regret[i] = (double)NAN;
  for (size_t i = 0; i < m; i++)
    report->worst[i] = (double)NAN;
  for (size_t w = 0; w < report->n_results; w++) {
    double median[CANDIDATES], best = INFINITY;
    for (size_t c = 0; c < j->n; c++) {
      median[c] = hx_stats_median(cell(j, w, c), (size_t)j->rounds);
      best = fmin(best, median[c]);
    }
    for (size_t c = 0; c < j->n; c++) {
      double regret = median[c] / best - 1, *worst = &report->worst[j->config[c]];
      report->regret[w * m + j->config[c]] = regret;
      *worst = w == 0 ? regret : fmax(*worst, regret);
    }
  }
  for (size_t c = 0; c < j->n; c++)
    if (leader == SIZE_MAX || report->worst[j->config[c]] < report->worst[leader])
      leader = j->config[c];
  report->has_joint = isfinite(report->worst[leader]);
  for (size_t i = 0; i < m; i++)
    if (isinf(report->worst[i]))
      report->worst[i] = (double)NAN; /* some run of it was not valid */
  if (!report->has_joint)
    return true;
  report->joint.winner = leader;
  for (size_t c = 0; c < j->n; c++) {
    size_t i = j->config[c];
    report->tied[i] = log1p(report->worst[i]) - log1p(report->worst[leader]) <= TIE;
    report->joint.n_tied += report->tied[i];
    if (report->tied[i] && prefer(&report->configs[i], &report->configs[report->joint.winner]) < 0)
      report->joint.winner = i;
  }
  return true;
}

bool hx_sweep_joint_run(hx_sweep_runs *runs, hx_sweep_report *report, pvs_error *error) {
  joint j = {.report = report};
  if (report->n_results < 2 || !choose_candidates(&j))
    return true;
  j.seconds = calloc(report->n_results * CANDIDATES * ROUNDS, sizeof *j.seconds);
  bool ok = j.seconds ? run_rounds(&j, runs, error) : hx_fail_memory(error);
  if (ok && !report->interrupted && j.rounds > 0)
    ok = conclude(&j) || hx_fail_memory(error);
  free(j.seconds);
  return ok;
}
