/* What a study says about itself. */
#include "study/study.h"
#include <stdio.h>

static bool has_yearly_costs(const pvs_study *study) {
  bool has = false;
  for (uint32_t i = 0; i < study->costings.count && !has; i++) {
    const pvs_costing *c = &study->costings.items[i];
    has = c->en_opex > 0 || c->en_repayment > 0 || c->pv_total_repayment > 0;
  }
  for (uint32_t i = 0; i < study->costings.count && !has && study->battery_sets.count > 0; i++)
    has = study->costings.items[i].battery_capex_per_kwh > 0;
  for (uint32_t i = 0; i < study->installed.count && !has; i++)
    has = study->installed.items[i].terms.cost_dollars > 0;
  return has;
}

void pvs_study_describe(const pvs_study *study, pvs_study_info *info) {
  *info = (pvs_study_info){
      .name = study->name,
      .project = study->project,
      .region = study->region,
      .scenarios = study->scenarios.count,
      .steps = study->metering.calendar.steps,
      .interval_s = study->metering.calendar.interval_s,
      .num_days = study->metering.num_days,
      .load_files = study->n_loads,
      .pv_files = study->n_pvs,
      .tariffs = study->n_tariffs,
      .max_residents = study->max_residents,
      .input_bytes = study->input_bytes,
      .input_doubles = study->input_doubles,
      .input_digest = study->input_digest,
      .has_yearly_costs = has_yearly_costs(study),
  };
}

long pvs_study_scenario_id(const pvs_study *study, uint32_t scenario) {
  return study->scenarios.items[scenario].id;
}

const char *pvs_study_label(const pvs_study *study, uint32_t scenario, char *buffer, size_t size) {
  snprintf(buffer, size, "%s_%03ld", study->name, study->scenarios.items[scenario].id);
  return buffer;
}

size_t pvs_study_warnings(const pvs_study *study) {
  return study->warnings.count;
}

const char *pvs_study_warning(const pvs_study *study, size_t index) {
  return study->warnings.items[index];
}
