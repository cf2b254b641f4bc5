#include "exec/telemetry.h"

#include "exec/exec.h"

#include <stdlib.h>
#include <string.h>

static hx_telemetry_worker worker_of(const hx_exec_worker *worker) {
  bool start_is_odd = !hx_cpuset_equal(&worker->at_start.cpus, &worker->place.cpus);
  return (hx_telemetry_worker){.asked = worker->place.cpus,
                               .seen = start_is_odd ? worker->at_start.cpus : worker->at_end.cpus,
                               .mem_node = worker->place.mem_node,
                               .last_cpu = worker->at_end.last_cpu,
                               .held = worker->held,
                               .units = worker->units,
                               .scenarios = worker->scenarios,
                               .busy_ns = worker->busy_ns};
}

static void keep_or_add(hx_telemetry_worker *kept, const hx_telemetry_worker *next) {
  kept->units += next->units;
  kept->scenarios += next->scenarios;
  kept->busy_ns += next->busy_ns;
  kept->last_cpu = next->last_cpu;
  if (kept->held && !next->held)
    kept->seen = next->seen;
  kept->held = kept->held && next->held;
}

bool hx_telemetry_add_report(hx_telemetry *telemetry, const hx_exec_report *report) {
  if (report->workers_asked > telemetry->n_workers) {
    hx_telemetry_worker *grown =
        reallocarray(telemetry->workers, report->workers_asked, sizeof *telemetry->workers);
    if (!grown)
      return false;
    telemetry->workers = grown;
  }
  for (uint32_t w = 0; w < report->workers_asked; w++) {
    hx_telemetry_worker next = worker_of(&report->workers[w]);
    if (w < telemetry->n_workers)
      keep_or_add(&telemetry->workers[w], &next);
    else
      telemetry->workers[telemetry->n_workers++] = next;
  }
  telemetry->workers_asked = (int64_t)telemetry->n_workers;
  if (report->workers_seen > telemetry->workers_seen)
    telemetry->workers_seen = report->workers_seen;
  if (telemetry->bindings_held == -1 || report->bindings_held == 0)
    telemetry->bindings_held = report->bindings_held;

  const pvs_work_stats *total = &report->total;
  telemetry->simulate_ns += (int64_t)report->run_ns;
  telemetry->coordinator_ns += (int64_t)report->coordinator_ns;
  telemetry->cpu_flow_ns += (int64_t)total->flow_ns;
  telemetry->cpu_bill_ns += (int64_t)total->bill_ns;
  telemetry->cpu_finish_ns += (int64_t)total->finish_ns;
  telemetry->cpu_write_ns += (int64_t)total->write_ns;
  telemetry->flows_computed += (int64_t)total->flows_computed;
  telemetry->bills_computed += (int64_t)total->bills_computed;
  telemetry->customer_steps += (int64_t)total->customer_steps;
  telemetry->battery_steps += (int64_t)total->battery_steps;
  telemetry->numbers_written += (int64_t)total->numbers_written;
  telemetry->bytes_written += (int64_t)total->bytes_written;
  telemetry->files_written += (int64_t)total->files_written;
  return true;
}
