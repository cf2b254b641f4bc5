#include "exec/record.h"

#include "exec/exec.h"

#include <stdlib.h>
#include <string.h>

static hx_record_worker record_worker(const hx_exec_worker *worker) {
  bool start_is_odd = !hx_cpuset_equal(&worker->at_start.cpus, &worker->place.cpus);
  return (hx_record_worker){.asked = worker->place.cpus,
                            .seen = start_is_odd ? worker->at_start.cpus : worker->at_end.cpus,
                            .mem_node = worker->place.mem_node,
                            .last_cpu = worker->at_end.last_cpu,
                            .held = worker->held,
                            .units = worker->units,
                            .scenarios = worker->scenarios,
                            .busy_ns = worker->busy_ns};
}

static void keep_or_add(hx_record_worker *kept, const hx_record_worker *next) {
  kept->units += next->units;
  kept->scenarios += next->scenarios;
  kept->busy_ns += next->busy_ns;
  kept->last_cpu = next->last_cpu;
  if (kept->held && !next->held)
    kept->seen = next->seen;
  kept->held = kept->held && next->held;
}

bool hx_record_add_report(hx_record *record, const hx_exec_report *report) {
  if (report->workers_asked > record->n_workers) {
    hx_record_worker *grown =
        reallocarray(record->workers, report->workers_asked, sizeof *record->workers);
    if (!grown)
      return false;
    record->workers = grown;
  }
  for (uint32_t w = 0; w < report->workers_asked; w++) {
    hx_record_worker next = record_worker(&report->workers[w]);
    if (w < record->n_workers)
      keep_or_add(&record->workers[w], &next);
    else
      record->workers[record->n_workers++] = next;
  }
  record->workers_asked = (int64_t)record->n_workers;
  if (report->workers_seen > record->workers_seen)
    record->workers_seen = report->workers_seen;
  if (record->bindings_held == -1 || report->bindings_held == 0)
    record->bindings_held = report->bindings_held;

  const pvs_work_stats *total = &report->total;
  record->simulate_ns += (int64_t)report->run_ns;
  record->emit_ns += (int64_t)report->emit_ns;
  record->cpu_flow_ns += (int64_t)total->flow_ns;
  record->cpu_bill_ns += (int64_t)total->bill_ns;
  record->cpu_finish_ns += (int64_t)total->finish_ns;
  record->cpu_write_ns += (int64_t)total->write_ns;
  record->flows_computed += (int64_t)total->flows_computed;
  record->bills_computed += (int64_t)total->bills_computed;
  record->customer_steps += (int64_t)total->customer_steps;
  record->battery_steps += (int64_t)total->battery_steps;
  record->numbers_written += (int64_t)total->numbers_written;
  record->bytes_written += (int64_t)total->bytes_written;
  record->files_written += (int64_t)total->files_written;
  return true;
}
