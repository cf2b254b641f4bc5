#include "cli/run.h"

#include <stdio.h>
#include <string.h>

static void add_text(char *to, size_t cap, const char *text) {
  size_t length = strlen(to);
  snprintf(to + length, cap - length, "%s%s", length ? " " : "", text);
}

bool run_record_add(hx_record *record, const run_study *study) {
  const run_phases *p = &study->phases;
  if (record->studies++ == 0)
    snprintf(record->workload_class, sizeof record->workload_class, "%s",
             study->started ? run_class_name(study->plan.workload_class) : "");
  if (study->started)
    hx_config_format(&study->config, record->config, sizeof record->config);
  add_text(record->workload, sizeof record->workload, study->workload.key);
  if (study->error[0] && !record->error[0])
    snprintf(record->error, sizeof record->error, "%.*s", (int)sizeof record->error - 1,
             study->error);
  if (study->comparison[0] && !record->error[0])
    snprintf(record->error, sizeof record->error, "%s", study->comparison);
  record->scenarios += study->plan.scenarios;
  record->groups += study->plan.groups;
  record->units += study->plan.units;
  record->flows_planned += (int64_t)study->plan.flows;
  record->bills_planned += (int64_t)study->plan.bills;
  record->input_bytes += (int64_t)study->info.input_bytes;
  record->read_ns += (int64_t)p->read_ns;
  record->plan_ns += (int64_t)p->plan_ns;
  record->output_ns += (int64_t)p->output_ns;
  record->publish_ns += (int64_t)p->publish_ns;
  record->work_ns += (int64_t)(p->plan_ns + p->simulate_ns + p->output_ns);
  record->digest = hx_record_mix_digest(record->digest, study->digest);
  record->input_digest = hx_record_mix_digest(record->input_digest, study->info.input_digest);
  return study->report.workers == NULL || hx_record_add_report(record, &study->report);
}
