#include "tune/sweep.h"

#include "base/fail.h"
#include "base/grow.h"

#include "tune/standings.h"
#include "tune/sweep_runs.h"
#include "tune/sweep_space.h"

#include "measure/command_text.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- the configurations ---- */

static bool has_commands(const hx_sweep_options *options, hx_command_placeholders *placeholders) {
  bool any = false;
  *placeholders = (hx_command_placeholders){.workers = true, .processes = true, .threads = true};
  for (size_t w = 0; w < options->n_workloads; w++) {
    const hx_workload *workload = &options->workloads[w];
    if (workload->kind != HX_WORKLOAD_COMMAND)
      continue;
    hx_command_placeholders has = hx_command_placeholders_in(workload->command);
    any = true;
    placeholders->workers &= has.workers;
    placeholders->processes &= has.processes;
    placeholders->threads &= has.threads;
  }
  return any;
}

bool hx_sweep_grid(const hx_topo *topo, const hx_sweep_options *options, int units, hx_grid *grid,
                   pvs_error *error) {
  hx_grid_request request = options->grid;
  hx_command_placeholders placeholders;
  request.units = units;
  *grid = (hx_grid){0};
  if (!hx_grid_init(grid, topo, &request, error))
    return false;
  if (!has_commands(options, &placeholders))
    return true;
  /* How a command hands out its work is its own business: schedules do not apply either. */
  size_t kept = 0;
  for (size_t i = 0; i < grid->n; i++)
    if (hx_sweep_space_is_told(&grid->config[i], placeholders) &&
        grid->config[i].schedule == HX_SCHEDULE_DYNAMIC)
      grid->config[kept++] = grid->config[i];
  grid->n = kept;
  grid->merged_n = 0;
  bool ok = !options->listed || !options->params ||
            hx_params_multiply(options->params, &grid->config, &grid->n, error);
  if (!ok)
    hx_grid_deinit(grid);
  return ok;
}

size_t hx_sweep_report_index(hx_sweep_report *report, const hx_config *config) {
  size_t n = report->n_configs;
  for (size_t i = 0; i < n; i++)
    if (hx_config_equal(&report->configs[i], config))
      return i;
  bool ok = hx_grow(&report->configs, n, sizeof *report->configs);
  for (size_t w = 0; w < report->n_results; w++)
    ok = ok && hx_grow(&report->results[w].lines, n, sizeof *report->results[w].lines);
  if (!ok)
    return SIZE_MAX;
  report->configs[n] = *config;
  for (size_t w = 0; w < report->n_results; w++)
    report->results[w].lines[n] = (hx_sweep_line){.estimate = hx_search_estimate_unknown(),
                                                  .same_as = n,
                                                  .speedup = NAN,
                                                  .speedup_lower = NAN,
                                                  .speedup_upper = NAN};
  return report->n_configs++;
}

/* Rounds of different workloads are different rounds. */
static bool fill_interference(hx_sweep_runs *runs, hx_sweep_report *report, pvs_error *error) {
  size_t n = 0, at = 0;
  int rounds = 0;
  for (size_t w = 0; w < report->n_results; w++)
    n += runs[w].n;
  hx_interference_run *all = malloc((n + 1) * sizeof *all);
  if (!all)
    return hx_fail_memory(error);
  for (size_t w = 0; w < report->n_results; w++) {
    int last = 0;
    for (size_t i = 0; i < runs[w].n; i++) {
      all[at] = runs[w].disturbance[i];
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

enum { JOINT_PART = 1 }; /* of the budget, for all of several workloads together */

/* What is left of the budget is shared evenly by the workloads still to come. A verdict that needs
 * more then says how much that is for all of them together. */
static bool search_all(const hx_measure_context *context, const hx_sweep_options *options,
                       hx_sweep_runs *runs, hx_sweep_report *report, pvs_error *error) {
  double lacking_s = 0; /* what the workloads before would have used in addition */
  for (size_t w = 0; w < report->n_results; w++) {
    if (report->results[w].failed)
      continue;
    if (is_interrupted(context)) {
      report->interrupted = true;
      return true;
    }
    double parts = (double)(report->n_results - w) + (report->n_results > 1 ? JOINT_PART : 0);
    double before_s = report->spent_s, warm_up_s = runs[w].warm_up.spent_s;
    runs[w].left_s = (options->budget_s - before_s) / parts;
    if (!hx_sweep_search_run(&runs[w], error))
      return false;
    double *needs_s = &report->results[w].verdict.needs_s;
    if (*needs_s > 0) {
      double own_s = *needs_s - warm_up_s;
      *needs_s = before_s + lacking_s + parts * own_s;
      lacking_s += fmax(0, own_s - (report->spent_s - before_s));
    }
  }
  return true;
}

static bool warm_up_all(const hx_measure_context *context, hx_sweep_runs *runs,
                        hx_sweep_report *report, pvs_error *error) {
  for (size_t w = 0; w < report->n_results && !report->interrupted; w++) {
    if (!hx_sweep_runs_warm_up(&runs[w], error))
      return false;
    report->interrupted = is_interrupted(context);
  }
  return true;
}

bool hx_sweep_run(const hx_measure_context *context, const hx_sweep_options *options,
                  hx_sweep_report *report, pvs_error *error) {
  hx_sweep_journal journal;
  *report = (hx_sweep_report){0};
  hx_sweep_runs *runs = calloc(options->n_workloads, sizeof *runs);
  report->results = calloc(options->n_workloads, sizeof *report->results);
  if (!runs || !report->results) {
    free(runs);
    return hx_fail_memory(error);
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
    report->results[w].outputs_filtered = options->life && options->life->filter;
    runs[w] = (hx_sweep_runs){.journal = &journal,
                              .report = report,
                              .result = &report->results[w],
                              .expected = options->expected ? options->expected[w] : NULL};
  }
  ok = ok && (hx_sweep_report_index(report, &options->serial) == 0 || hx_fail_memory(error)) &&
       warm_up_all(context, runs, report, error) &&
       (report->interrupted || search_all(context, options, runs, report, error)) &&
       (report->interrupted || hx_sweep_joint_run(runs, report, error)) &&
       fill_interference(runs, report, error) && hx_sweep_journal_finish(&journal, report, error);
  for (size_t w = 0; w < report->n_results; w++) {
    hx_sweep_runs_measures(&runs[w]);
    hx_sweep_runs_deinit(&runs[w]);
  }
  ok = ok && hx_standings_store(context, report, error);
  free(runs);
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
  free(report->configs);
  *report = (hx_sweep_report){0};
}
