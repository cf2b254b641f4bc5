/* What a study says about itself. */
#include "study/study.h"
#include <stdio.h>

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
