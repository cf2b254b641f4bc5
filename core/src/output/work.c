/* Units and scenarios as a caller runs them: the engine computes, then what it computed is written.
 */
#include "base/digest.h"
#include "output/output.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

#define CHECKSUM_LIMIT_C 0.005

/* ---- units ---- */

pvs_code pvs_units_run(const pvs_plan *plan, uint32_t first, uint32_t *count, pvs_workspace *ws,
                       void *results, pvs_output *output, pvs_error *error) {
  return pvs_flow_run_units(plan, first, count, ws, results, &output->log, error);
}

pvs_code pvs_unit_run(const pvs_plan *plan, uint32_t unit, pvs_workspace *ws, void *results,
                      pvs_output *output, pvs_error *error) {
  uint32_t count = 1;
  return pvs_units_run(plan, unit, &count, ws, results, output, error);
}

/* ---- scenarios ---- */

enum { WARNING_BYTES = 768 };

/* Adds what causes a difference: what is charged, and whom it does not reach. */
static void add_cause(char *text, const char *what, const char *fate, double cents) {
  size_t used = strlen(text);
  if (fabs(cents) > CHECKSUM_LIMIT_C)
    snprintf(text + used, WARNING_BYTES - used, "; %s%s of %.3g c are %s",
             cents < 0 ? "too many " : "", what, fabs(cents), cents < 0 ? "paid" : fate);
}

static void warn_checksum(const struct pvs_study *study, uint32_t scenario, double cents,
                          const pvs_imbalance *cause, pvs_rows *rows) {
  char label[512],
      *text = rows->text + rows->results_length + rows->std_dev_length + rows->customers_length;
  snprintf(text, WARNING_BYTES, "%s: payments and receipts differ by %.3g c, expected 0 (study %s)",
           pvs_study_label(study, scenario, label, sizeof label), cents, study->name);
  add_cause(text, "local solar bills", "paid to nobody", cause->solar_bills);
  add_cause(text, "repayments of PV", "paid by nobody", cause->pv);
  add_cause(text, "costs of the embedded network", "paid by nobody", cause->embedded_network);
  add_cause(text, "repayments of batteries", "paid by nobody", cause->batteries);
  rows->warning_length = (uint32_t)strlen(text);
}

static uint64_t digest_rows(const pvs_scenario_text *file, const pvs_rows *rows) {
  size_t length = (size_t)rows->results_length + rows->std_dev_length + rows->customers_length;
  return pvs_digest_add(pvs_scenario_digest(file), rows->text, length);
}

/* Adds the time series that the scenario asked for. */
static uint64_t digest_timeseries(const struct pvs_plan *plan, uint32_t scenario,
                                  const void *results, uint64_t digest) {
  const pvs_scenario *s = &plan->study->scenarios.items[scenario];
  for (uint32_t file = 0; s->logs && file < plan->study->folders[s->folder].n_loads; file++) {
    const pvs_flow_result *flow =
        pvs_plan_result(plan, results, plan->group_of_scenario[scenario], file);
    if (s->logs & PVS_LOG_DETAILED)
      digest = pvs_digest_add(digest, &flow->timeseries_digest[0], sizeof(uint64_t));
    if (s->logs & PVS_LOG_BRIEF)
      digest = pvs_digest_add(digest, &flow->timeseries_digest[1], sizeof(uint64_t));
  }
  return digest;
}

pvs_code pvs_scenario_finish(const pvs_plan *plan, uint32_t scenario, pvs_workspace *ws,
                             const void *results, pvs_output *output, pvs_rows *rows,
                             pvs_error *error) {
  uint64_t started = pvs_now_ns();
  double checksum_c = pvs_scenario_compute(plan, scenario, ws, results);
  pvs_scenario_summarise(plan, scenario, ws);
  uint64_t computed = pvs_now_ns();
  rows->scenario = scenario;
  rows->warning_length = 0;
  rows->reserved = 0;
  pvs_scenario_text text;
  pvs_scenario_format(output, scenario, ws, &text);
  pvs_rows_fill(output, scenario, ws, rows);
  pvs_code code = pvs_scenario_write(output, scenario, ws, &text, error);
  rows->digest = digest_timeseries(plan, scenario, results, digest_rows(&text, rows));
  if (fabs(checksum_c) > CHECKSUM_LIMIT_C)
    warn_checksum(plan->study, scenario, checksum_c, &ws->imbalance, rows);
  ws->stats.scenarios_finished++;
  ws->stats.finish_ns += computed - started;
  ws->stats.write_ns += pvs_now_ns() - computed;
  return code;
}
