#include "tune/tune.h"

#include "base/fail.h"

#include <stdio.h>
#include <stdlib.h>

enum { EVERY_COUNT_UP_TO = 16 };

void hx_tune_choose_grid(const hx_topo *topo, char counts[32], hx_grid_request *request) {
  const hx_topo_counts *n = hx_topo_get_counts(topo);
  bool divided = n->numa_nodes > 1 || n->packages > 1 || n->l3s > 1;
  snprintf(counts, 32, "2-%d", n->pus + 1);
  if (!request->workers)
    request->workers = n->pus <= EVERY_COUNT_UP_TO && !divided ? counts : "auto";
  if (!request->executors)
    request->executors = divided ? "serial,threads,processes,hybrid" : "serial,threads,processes";
  if (!request->pins)
    request->pins = "none,compact";
  if (!request->schedules)
    request->schedules = "dynamic";
}

/* ---- incumbents ---- */

bool hx_incumbents_read(const hx_measure_context *context, const hx_workload *workloads, size_t n,
                        hx_incumbents *out, pvs_error *error) {
  *out =
      (hx_incumbents){.row = calloc(n, sizeof *out->row), .config = calloc(n, sizeof *out->config)};
  if (!out->row || !out->config)
    return hx_fail_memory(error);
  if (!hx_recommendations_read(context->folder, context->machine, &out->all, error))
    return false;
  for (size_t w = 0; w < n; w++) {
    const hx_recommendation_row *row =
        hx_recommendations_find(&out->all, context->allocation, workloads[w].key);
    if (row && hx_config_parse(row->config, &out->config[w], NULL))
      out->row[w] = row;
  }
  char *key = n > 1 ? hx_workload_join(workloads, n) : NULL;
  const hx_recommendation_row *joint =
      key ? hx_recommendations_find(&out->all, context->allocation, key) : NULL;
  out->has_joint = joint && hx_config_parse(joint->config, &out->joint, NULL);
  free(key);
  return true;
}

void hx_incumbents_deinit(hx_incumbents *incumbents) {
  hx_recommendations_deinit(&incumbents->all);
  free(incumbents->row);
  free(incumbents->config);
}

/* ---- measuring ---- */

static const hx_config *incumbent_of(const hx_incumbents *before, size_t w) {
  return before && before->row[w] ? &before->config[w] : NULL;
}

bool hx_tune_measure(const hx_measure_context *context, const hx_sweep_options *options,
                     const hx_incumbents *before, hx_tuned *out, pvs_error *error) {
  *out = (hx_tuned){.choices = calloc(options->n_workloads, sizeof *out->choices)};
  if (!out->choices)
    return hx_fail_memory(error);
  if (!hx_sweep_run(context, options, &out->report, error))
    return false;
  for (size_t w = 0; w < out->report.n_results; w++)
    out->choices[w] = hx_recommend_choose(&out->report, w, incumbent_of(before, w));
  out->joint = hx_recommend_choose_jointly(&out->report,
                                           before && before->has_joint ? &before->joint : NULL);
  return true;
}

void hx_tuned_deinit(hx_tuned *tuned) {
  hx_sweep_report_deinit(&tuned->report);
  free(tuned->choices);
}

/* Serial, the incumbent and its runner-up, without repeats. */
static size_t replayed(const hx_recommendation_row *row, const hx_config *serial,
                       const hx_config *incumbent, hx_config configs[3]) {
  size_t n = 0;
  hx_config runner_up;
  configs[n++] = *serial;
  if (!hx_config_equal(incumbent, &configs[0]))
    configs[n++] = *incumbent;
  if (hx_config_parse(row->runner_up, &runner_up, NULL) &&
      !hx_config_equal(&runner_up, &configs[0]) && !hx_config_equal(&runner_up, incumbent))
    configs[n++] = runner_up;
  return n;
}

bool hx_tune_check(const hx_measure_context *context, const hx_sweep_options *options, size_t w,
                   const hx_incumbents *before, hx_tuned *out, pvs_error *error) {
  hx_config configs[3];
  hx_sweep_options one = *options;
  one.command = "check";
  one.workloads = &options->workloads[w];
  one.n_workloads = 1;
  one.expected = options->expected ? &options->expected[w] : NULL;
  one.configs = configs;
  one.n_configs = replayed(before->row[w], &options->serial, &before->config[w], configs);
  one.budget_s = options->budget_s / (double)options->n_workloads;
  hx_incumbents alone = {.row = &before->row[w], .config = &before->config[w]};
  bool ok = hx_tune_measure(context, &one, &alone, out, error);
  if (ok) /* for all of them together, as the budget is */
    out->report.results[0].verdict.needs_s *= (double)options->n_workloads;
  return ok;
}

bool hx_tune_recommend(const hx_measure_context *context, const hx_sweep_options *options,
                       const hx_tuned *tuned, hx_tune_end *end, pvs_error *error) {
  bool wrong = false, found = false;
  for (size_t w = 0; w < tuned->report.n_results; w++) {
    wrong |= tuned->report.results[w].wrong > 0;
    found |= tuned->choices[w].found && tuned->report.results[w].wrong == 0;
  }
  *end = tuned->report.interrupted ? HX_TUNE_INTERRUPTED
         : found                   ? HX_TUNE_STORED
         : wrong                   ? HX_TUNE_WRONG
                                   : HX_TUNE_NOTHING;
  return *end != HX_TUNE_STORED ||
         hx_recommend_store(context, options, &tuned->report, tuned->choices, &tuned->joint, error);
}
