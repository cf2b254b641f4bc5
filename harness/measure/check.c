#include "measure/check.h"

#include "measure/interference.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const char *const outcome_names[] = {
    [HX_RUN_VALID] = "valid",   [HX_RUN_CENSORED] = "censored",
    [HX_RUN_WRONG] = "wrong",   [HX_RUN_INVALID] = "invalid",
    [HX_RUN_FAILED] = "failed", [HX_RUN_TIMEOUT] = "timeout",
    [HX_RUN_OVER] = "over",     [HX_RUN_INTERRUPTED] = "interrupted",
};

const char *hx_run_outcome_name(hx_run_outcome outcome) {
  return outcome_names[outcome];
}

bool hx_run_outcome_parse(const char *name, hx_run_outcome *outcome) {
  for (size_t i = 0; i < sizeof outcome_names / sizeof *outcome_names; i++)
    if (strcmp(name, outcome_names[i]) == 0) {
      *outcome = (hx_run_outcome)i;
      return true;
    }
  return false;
}

hx_explore_outcome hx_run_outcome_for_search(hx_run_outcome outcome) {
  switch (outcome) {
  case HX_RUN_VALID:
    return HX_EXPLORE_VALID;
  case HX_RUN_CENSORED:
    return HX_EXPLORE_CENSORED;
  case HX_RUN_WRONG:
    return HX_EXPLORE_DIFFERENT;
  case HX_RUN_OVER:
    return HX_EXPLORE_OVER;
  default:
    return HX_EXPLORE_FAILED;
  }
}

static hx_run_outcome judge_end(const hx_measured *m, char *reason, size_t cap) {
  const hx_process_result *process = &m->process;
  switch (process->end) {
  case HX_PROCESS_CAPPED:
    snprintf(reason, cap, "stopped after %.3g s: far slower than the best", process->wall_s);
    return HX_RUN_CENSORED;
  case HX_PROCESS_TIMEOUT:
    snprintf(reason, cap, "stopped at the time limit of %.3g s", process->timeout_s);
    return HX_RUN_TIMEOUT;
  case HX_PROCESS_INTERRUPTED:
    snprintf(reason, cap, "interrupted");
    return HX_RUN_INTERRUPTED;
  case HX_PROCESS_NOT_STARTED:
    snprintf(reason, cap, "%s", m->message);
    return HX_RUN_FAILED;
  case HX_PROCESS_SIGNALLED:
    snprintf(reason, cap, "ended by signal %d (%s)%s%s", process->signal,
             strsignal(process->signal), m->message[0] ? ": " : "", m->message);
    return HX_RUN_FAILED;
  case HX_PROCESS_EXITED:
    break;
  }
  if (process->exit_code == 0 || m->failure_ignored)
    return HX_RUN_VALID;
  snprintf(reason, cap, "exit code %d%s%s", process->exit_code, m->message[0] ? ": " : "",
           m->message);
  return HX_RUN_FAILED;
}

hx_run_outcome hx_check_run(const hx_measured *m, const hx_config *config,
                            hx_check_reference reference, char *reason, size_t cap) {
  char asked[HX_CONFIG_TEXT];
  reason[0] = 0;
  hx_run_outcome outcome = judge_end(m, reason, cap);
  if (outcome != HX_RUN_VALID)
    return outcome;
  if (m->expected == HX_EXPECTED_DIFFERS || m->expected == HX_EXPECTED_ERROR) {
    snprintf(reason, cap, "outputs are not the expected ones: %s", m->message);
    return HX_RUN_WRONG;
  }
  if (reference.inputs[0] && m->input_digest[0] && strcmp(m->input_digest, reference.inputs) != 0) {
    snprintf(reason, cap,
             "the inputs changed while it was measured (input digest %s, before %s): measure again",
             m->input_digest, reference.inputs);
    return HX_RUN_INVALID;
  }
  if (reference.outputs && strcmp(m->digest, reference.outputs) != 0) {
    snprintf(reason, cap, "outputs differ from the serial run's (digest %s instead of %s)",
             m->digest[0] ? m->digest : "none", reference.outputs[0] ? reference.outputs : "none");
    return HX_RUN_WRONG;
  }
  if (m->binding == HX_BINDING_LOST) {
    snprintf(reason, cap, "a worker did not stay on the CPUs it was pinned to");
    return HX_RUN_INVALID;
  }
  hx_config_format(config, asked, sizeof asked);
  if (m->has_telemetry && m->telemetry.config[0] && !hx_config_same(m->telemetry.config, asked)) {
    snprintf(reason, cap, "it ran as %s instead of %s", m->telemetry.config, asked);
    return HX_RUN_INVALID;
  }
  if (!(m->seconds > 0)) {
    snprintf(reason, cap, "it reports no time");
    return HX_RUN_FAILED;
  }
  return HX_RUN_VALID;
}

static const char *binding_name(hx_binding binding) {
  static const char *const names[] = {"none", "held", "lost", "unknown"};
  return names[binding];
}

static void fill_phases(const hx_telemetry *telemetry, bool in_turns, hx_run_row *row) {
  row->setup_s = 1e-9 * (double)telemetry->setup_ns;
  row->read_s = 1e-9 * (double)telemetry->read_ns;
  row->plan_s = 1e-9 * (double)telemetry->plan_ns;
  row->simulate_s = 1e-9 * (double)telemetry->simulate_ns;
  row->output_s = 1e-9 * (double)telemetry->output_ns;
  row->publish_s = 1e-9 * (double)telemetry->publish_ns;
  row->work_s = 1e-9 * (double)telemetry->work_ns;
  row->scenarios = telemetry->scenarios;
  row->flows_computed = telemetry->flows_computed;
  row->bills_computed = telemetry->bills_computed;
  if (in_turns)
    return; /* workers' own clocks went on while they waited */
  row->cpu_flow_s = 1e-9 * (double)telemetry->cpu_flow_ns;
  row->cpu_bill_s = 1e-9 * (double)telemetry->cpu_bill_ns;
  row->cpu_finish_s = 1e-9 * (double)telemetry->cpu_finish_ns;
  row->cpu_write_s = 1e-9 * (double)telemetry->cpu_write_ns;
}

void hx_check_fill_row(const hx_measured *m, const hx_config *config, hx_check_texts *texts,
                       hx_run_row *row) {
  const hx_process_result *process = &m->process;
  hx_config_format(config, texts->config, sizeof texts->config);
  hx_cpuset_format(&m->ran_on, texts->ran_on, sizeof texts->ran_on);
  row->workload_class = m->workload_class;
  row->units = m->units ? m->units : HX_STORE_NONE;
  row->input_digest = m->input_digest;
  row->config = texts->config;
  HX_STORE_PUT_CONFIG(row, config);
  row->chunk = config->chunk;
  row->start_utc = process->start_utc;
  row->end_utc = process->end_utc;
  row->digest = m->digest;
  row->binding = binding_name(m->binding);
  row->cpus_ran_on = texts->ran_on;
  row->workers_seen = m->workers_seen ? m->workers_seen : HX_STORE_NONE;
  if (process->end == HX_PROCESS_NOT_STARTED)
    return;
  row->start_s = process->start_s;
  row->end_s = process->end_s;
  row->seconds = m->seconds;
  row->wall_s = process->wall_s;
  row->turns = process->turns ? (long long)process->n_turns : 1;
  row->user_s = process->user_s;
  row->sys_s = process->sys_s;
  row->cpus_used = (process->user_s + process->sys_s) / process->wall_s;
  row->max_rss_kib = process->max_rss_kib;
  row->voluntary_switches = process->voluntary_switches;
  row->involuntary_switches = process->involuntary_switches;
  row->minor_faults = process->minor_faults;
  row->major_faults = process->major_faults;
  row->energy_j = m->energy_j;
  row->instructions = process->counts.of[HX_PERF_INSTRUCTIONS];
  row->cycles = process->counts.of[HX_PERF_CYCLES];
  row->llc_misses = process->counts.of[HX_PERF_LLC_MISSES];
  row->output_bytes = isnan(m->output_bytes) ? HX_STORE_NONE : (long long)m->output_bytes;
  row->left_behind = process->left_behind;
  row->steal_s = process->steal_s;
  row->pressure_s = process->pressure_s;
  row->other_cpu_s = process->other_cpu_s;
  row->runnable_other = process->runnable_other < 0 ? HX_STORE_NONE : process->runnable_other;
  row->disturbed =
      hx_interference_disturbed(process->wall_s, process->other_cpu_s, process->steal_s);
  if (process->end == HX_PROCESS_EXITED)
    row->exit = process->exit_code;
  if (process->end == HX_PROCESS_SIGNALLED)
    row->signal = process->signal;
  if (m->has_telemetry)
    fill_phases(&m->telemetry, process->turns != NULL, row);
}
