#include "tune/sweep.h"

#include "base/fail.h"

#include "machine/pin.h"
#include "tune/sweep_race.h"
#include "tune/sweep_search.h"

#include "measure/command_text.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool no_memory(pvs_error *error) {
  hx_fail_memory(error);
  return false;
}

/* ---- the configurations ---- */

/* A command can be told only what it has placeholders for: other configurations would be runs of
 * the same thing under different names. */
static bool is_told(const hx_config *config, hx_command_slots slots) {
  switch (config->executor) {
  case HX_EXECUTOR_SERIAL:
    return true;
  case HX_EXECUTOR_THREADS:
    return config->threads > 1 && (slots.workers || slots.threads);
  case HX_EXECUTOR_PROCESSES:
    return config->processes > 1 && slots.processes;
  case HX_EXECUTOR_HYBRID:
    return slots.processes && slots.threads;
  default:
    return false;
  }
}

static bool has_commands(const hx_sweep_options *options, hx_command_slots *slots) {
  bool any = false;
  *slots = (hx_command_slots){.workers = true, .processes = true, .threads = true};
  for (size_t w = 0; w < options->n_workloads; w++) {
    const hx_workload *workload = &options->workloads[w];
    if (workload->kind != HX_WORKLOAD_COMMAND)
      continue;
    hx_command_slots has = hx_command_text_slots(workload->command);
    any = true;
    slots->workers &= has.workers;
    slots->processes &= has.processes;
    slots->threads &= has.threads;
  }
  return any;
}

bool hx_sweep_grid(const hx_topo *topo, const hx_sweep_options *options, int units, hx_grid *grid,
                   pvs_error *error) {
  hx_grid_request request = options->grid;
  hx_command_slots slots;
  request.units = units;
  *grid = (hx_grid){0};
  if (!hx_grid_init(grid, topo, &request, error))
    return false;
  if (!has_commands(options, &slots))
    return true;
  /* How a command hands out its work is its own business: schedules do not apply either. */
  size_t kept = 0;
  for (size_t i = 0; i < grid->n; i++)
    if (is_told(&grid->config[i], slots) && grid->config[i].schedule == HX_SCHEDULE_DYNAMIC)
      grid->config[kept++] = grid->config[i];
  grid->n = kept;
  grid->merged_n = 0;
  return options->explore || !options->params ||
         hx_params_multiply(options->params, &grid->config, &grid->n, error);
}

hx_sweep_line hx_sweep_line_unmeasured(size_t config) {
  return (hx_sweep_line){.estimate = {.fate = HX_SEARCH_UNKNOWN,
                                      .median_s = NAN,
                                      .seconds = NAN,
                                      .lower_s = NAN,
                                      .upper_s = NAN,
                                      .ratio = NAN,
                                      .ratio_lower = NAN,
                                      .ratio_upper = NAN},
                         .same_as = config,
                         .speedup = NAN,
                         .speedup_lower = NAN,
                         .speedup_upper = NAN};
}

static bool take_configs(const hx_measure_context *context, const hx_sweep_options *options,
                         hx_sweep_report *report, pvs_error *error) {
  int units = 0;
  bool unknown = false;
  for (size_t w = 0; w < report->n_results; w++) {
    unknown |= report->results[w].units == 0 && !report->results[w].failed;
    units = report->results[w].units > units ? report->results[w].units : units;
  }
  if (options->explore) { /* the others come as the search asks for them */
    report->grid.config = malloc(sizeof *report->grid.config);
    if (!report->grid.config)
      return no_memory(error);
    report->grid.config[0] = options->serial;
    report->grid.n = 1;
  } else if (options->configs) {
    report->grid.config = malloc(options->n_configs * sizeof *report->grid.config);
    if (!report->grid.config)
      return no_memory(error);
    memcpy(report->grid.config, options->configs, options->n_configs * sizeof *options->configs);
    report->grid.n = options->n_configs;
  } else if (!hx_sweep_grid(context->topo, options, unknown ? 0 : units, &report->grid, error)) {
    return false;
  }
  report->configs = report->grid.config;
  report->n_configs = report->grid.n;
  report->merged = report->grid.merged;
  report->n_merged = report->grid.merged_n;
  size_t serial = 0;
  while (serial < report->n_configs && !hx_config_equal(&report->configs[serial], &options->serial))
    serial++;
  if (serial == report->n_configs) {
    hx_fail(error, PVS_IO, "the serial baseline is missing from the configurations");
    return false;
  }
  for (size_t w = 0; w < report->n_results; w++) {
    report->results[w].serial = serial;
    report->results[w].lines = calloc(report->n_configs, sizeof *report->results[w].lines);
    if (!report->results[w].lines)
      return no_memory(error);
    for (size_t i = 0; i < report->n_configs; i++)
      report->results[w].lines[i] = hx_sweep_line_unmeasured(i);
  }
  return true;
}

hx_search_config hx_sweep_search_config(const hx_config *c, int units) {
  return (hx_search_config){.workers = hx_search_busy_workers(hx_config_workers(c), units),
                            .executor_rank = (int)c->executor,
                            .pin_rank = hx_pin_rank(c->pin),
                            .cap_exempt = c->executor == HX_EXECUTOR_SERIAL};
}

/* ---- several workloads ---- */

static bool fill_joint(const hx_sweep_options *options, hx_sweep_report *report, pvs_error *error) {
  size_t m = report->n_configs, n = report->n_results;
  if (n < 2)
    return true;
  for (size_t w = 0; w < n; w++)
    if (report->results[w].failed || !report->results[w].search.found)
      return true;
  hx_search_config *configs = calloc(m, sizeof *configs);
  double *seconds = calloc(m * n, sizeof *seconds);
  report->regret = calloc(m * n, sizeof *report->regret);
  report->worst = calloc(m, sizeof *report->worst);
  report->tied = calloc(m, sizeof *report->tied);
  bool ok = configs && seconds && report->regret && report->worst && report->tied;
  for (size_t i = 0; ok && i < m; i++) {
    configs[i] = hx_sweep_search_config(&report->configs[i], 0);
    for (size_t w = 0; w < n; w++) {
      const hx_search_estimate *e = &report->results[w].lines[i].estimate;
      seconds[w * m + i] = e->fate == HX_SEARCH_UNKNOWN ? NAN : e->seconds;
    }
  }
  if (ok)
    hx_search_recommend_jointly(configs, m, seconds, n, options->search.tie, report->regret,
                                report->worst, report->tied, &report->joint);
  report->has_joint = ok && report->joint.found;
  free(configs);
  free(seconds);
  return ok || no_memory(error);
}

/* Rounds of different workloads are different rounds. */
static bool fill_interference(hx_sweep_race *races, hx_sweep_report *report, pvs_error *error) {
  size_t n = 0, at = 0;
  int rounds = 0;
  for (size_t w = 0; w < report->n_results; w++)
    n += races[w].n;
  hx_interference_run *all = malloc((n + 1) * sizeof *all);
  if (!all)
    return no_memory(error);
  for (size_t w = 0; w < report->n_results; w++) {
    int last = 0;
    for (size_t i = 0; i < races[w].n; i++) {
      all[at] = races[w].disturbance[i];
      last = all[at].block > last ? all[at].block : last;
      all[at++].block += rounds;
    }
    rounds += last;
  }
  report->interference = hx_interference_of(all, n);
  free(all);
  return true;
}

/* ---- the whole ---- */

static bool is_interrupted(const hx_measure_context *context) {
  return context->interrupts && *context->interrupts;
}

/* What is left of the budget is shared evenly by the workloads still to come. */
static bool race_all(const hx_measure_context *context, const hx_sweep_options *options,
                     hx_sweep_race *races, hx_sweep_report *report, pvs_error *error) {
  for (size_t w = 0; w < report->n_results; w++) {
    if (report->results[w].failed)
      continue;
    if (is_interrupted(context)) {
      report->interrupted = true;
      return true;
    }
    races[w].left_s = (options->budget_s - report->spent_s) / (double)(report->n_results - w);
    bool ok = options->explore ? hx_sweep_search_run(&races[w], error)
                               : hx_sweep_race_run(&races[w], error);
    if (!ok)
      return false;
  }
  return true;
}

static bool warm_up_all(const hx_measure_context *context, hx_sweep_race *races,
                        hx_sweep_report *report, pvs_error *error) {
  for (size_t w = 0; w < report->n_results && !report->interrupted; w++) {
    if (!hx_sweep_race_warm_up(&races[w], error))
      return false;
    report->interrupted = is_interrupted(context);
  }
  return true;
}

bool hx_sweep_run(const hx_measure_context *context, const hx_sweep_options *options,
                  hx_sweep_report *report, pvs_error *error) {
  hx_sweep_journal journal;
  *report = (hx_sweep_report){0};
  hx_sweep_race *races = calloc(options->n_workloads, sizeof *races);
  report->results = calloc(options->n_workloads, sizeof *report->results);
  if (!races || !report->results) {
    free(races);
    return no_memory(error);
  }
  report->n_results = options->n_workloads;
  report->params = options->params;
  report->goal = options->goal;
  bool ok = hx_sweep_journal_open(&journal, context, options, error);
  if (ok) {
    strcpy(report->sweep, journal.sweep);
    report->resumed = journal.resumed;
  }
  for (size_t w = 0; w < report->n_results; w++) {
    report->results[w].workload = &options->workloads[w];
    report->results[w].outputs_ignored = options->life && options->life->ignore_outputs;
    races[w] = (hx_sweep_race){.journal = &journal,
                               .report = report,
                               .result = &report->results[w],
                               .expected = options->expected ? options->expected[w] : NULL};
  }
  ok = ok && warm_up_all(context, races, report, error) &&
       take_configs(context, options, report, error) &&
       (report->interrupted || race_all(context, options, races, report, error)) &&
       fill_interference(races, report, error) &&
       (report->interrupted || fill_joint(options, report, error)) &&
       hx_sweep_journal_finish(&journal, report, error);
  for (size_t w = 0; w < report->n_results; w++) {
    hx_sweep_race_measures(&races[w]);
    hx_sweep_race_deinit(&races[w]);
  }
  free(races);
  hx_sweep_journal_close(&journal);
  return ok;
}

void hx_sweep_report_deinit(hx_sweep_report *report) {
  for (size_t w = 0; w < report->n_results; w++)
    free(report->results[w].lines);
  free(report->results);
  free(report->regret);
  free(report->worst);
  free(report->tied);
  hx_grid_deinit(&report->grid);
  *report = (hx_sweep_report){0};
}
