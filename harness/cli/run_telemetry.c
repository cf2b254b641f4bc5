#include "cli/run.h"

#include <stdio.h>
#include <string.h>

static void add_text(char *to, size_t cap, const char *text) {
  size_t length = strlen(to);
  snprintf(to + length, cap - length, "%s%s", length ? " " : "", text);
}

bool run_telemetry_add(hx_telemetry *telemetry, const run_study *study) {
  const run_phases *p = &study->phases;
  if (telemetry->studies++ == 0)
    snprintf(telemetry->workload_class, sizeof telemetry->workload_class, "%s",
             study->started ? run_class_name(study->plan.workload_class) : "");
  if (study->started)
    hx_config_format(&study->config, telemetry->config, sizeof telemetry->config);
  add_text(telemetry->workload, sizeof telemetry->workload, study->workload.key);
  if (study->error[0] && !telemetry->error[0])
    snprintf(telemetry->error, sizeof telemetry->error, "%.*s", (int)sizeof telemetry->error - 1,
             study->error);
  if (study->comparison[0] && !telemetry->error[0])
    snprintf(telemetry->error, sizeof telemetry->error, "%s", study->comparison);
  telemetry->scenarios += study->plan.scenarios;
  telemetry->groups += study->plan.groups;
  telemetry->units += study->plan.units;
  telemetry->flows_planned += (int64_t)study->plan.flows;
  telemetry->bills_planned += (int64_t)study->plan.bills;
  telemetry->input_bytes += (int64_t)study->info.input_bytes;
  telemetry->read_ns += (int64_t)p->read_ns;
  telemetry->plan_ns += (int64_t)p->plan_ns;
  telemetry->output_ns += (int64_t)p->output_ns;
  telemetry->publish_ns += (int64_t)p->publish_ns;
  telemetry->work_ns += (int64_t)(p->plan_ns + p->simulate_ns + p->output_ns);
  telemetry->digest = hx_telemetry_mix_digest(telemetry->digest, study->digest);
  telemetry->input_digest =
      hx_telemetry_mix_digest(telemetry->input_digest, study->info.input_digest);
  return study->report.workers == NULL || hx_telemetry_add_report(telemetry, &study->report);
}
