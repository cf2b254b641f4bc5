#include "exec/exec_mock.h"

#include "exec/worker.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const outcome_names[] = {"ok", "wrong", "unbound", "fails", "dies"};
enum { N_OUTCOMES = sizeof outcome_names / sizeof *outcome_names };

const char *hx_mock_outcome_name(hx_mock_outcome outcome) {
  return outcome_names[outcome];
}

bool hx_mock_outcome_parse(const char *name, hx_mock_outcome *outcome) {
  for (int i = 0; i < N_OUTCOMES; i++) {
    if (strcmp(outcome_names[i], name) == 0) {
      *outcome = (hx_mock_outcome)i;
      return true;
    }
  }
  return false;
}

const hx_mock_run *hx_mock_find(const hx_mock *mock, const hx_config *config, const char *workload,
                                size_t repetition) {
  char text[HX_CONFIG_TEXT];
  hx_config_format(config, text, sizeof text);
  size_t matching = 0;
  for (int pass = 0; pass < 2; pass++) {
    size_t wanted = pass == 0 ? SIZE_MAX : repetition % matching;
    size_t seen = 0;
    for (size_t i = 0; i < mock->n; i++) {
      const hx_mock_run *run = &mock->runs[i];
      if (strcmp(run->config, text) != 0 ||
          (run->workload[0] && workload && strcmp(run->workload, workload) != 0))
        continue;
      if (seen++ == wanted)
        return run;
    }
    if (seen == 0)
      return NULL;
    matching = seen;
  }
  return NULL;
}

/* The workers such a run would have had: bound as asked but for the last one when the outcome says
 * so. */
static bool fill_report(const hx_mock_run *run, const hx_config *config, const hx_place *places,
                        hx_exec_report *report) {
  uint32_t n = (uint32_t)hx_config_workers(config);
  uint32_t seen = run->workers_seen > 0 ? (uint32_t)run->workers_seen : n;
  *report = (hx_exec_report){.workers = calloc(n, sizeof *report->workers),
                             .workers_asked = n,
                             .workers_seen = seen,
                             .bindings_held = places ? 1 : -1,
                             .run_ns = (uint64_t)llround(run->seconds * 1e9)};
  if (!report->workers)
    return false;
  for (uint32_t w = 0; w < n; w++) {
    hx_exec_worker *worker = &report->workers[w];
    worker->place = places ? places[w] : (hx_place){.mem_node = -1};
    worker->at_start = (hx_bind_proof){.cpus = worker->place.cpus,
                                       .last_cpu = hx_cpuset_next(&worker->place.cpus, -1),
                                       .mem_node = worker->place.mem_node,
                                       .holds = true};
    worker->at_end = worker->at_start;
    worker->held = true;
    worker->units = w < seen;
    worker->scenarios = w < seen;
  }
  if (run->outcome == HX_MOCK_UNBOUND) {
    hx_exec_worker *last = &report->workers[n - 1];
    last->at_end.cpus = (hx_cpuset){0};
    last->at_end.holds = last->held = false;
    report->bindings_held = 0;
  }
  return true;
}

bool hx_mock_record(const hx_mock *mock, const hx_config *config, const char *workload,
                    size_t repetition, const hx_place *places, hx_record *record) {
  hx_record_init(record);
  const hx_mock_run *run = hx_mock_find(mock, config, workload, repetition);
  if (!run || run->outcome == HX_MOCK_DIES)
    return false;
  hx_exec_report report;
  bool ok = fill_report(run, config, places, &report) && hx_record_add_report(record, &report);
  if (ok) {
    record->complete = true;
    record->exit_status = run->outcome == HX_MOCK_FAILS;
    record->studies = 1;
    record->work_ns = record->total_ns = record->simulate_ns;
    record->digest = run->outcome == HX_MOCK_WRONG ? ~mock->digest : mock->digest;
    snprintf(record->version, sizeof record->version, "%s", PVS_VERSION);
    snprintf(record->workload, sizeof record->workload, "%s", workload ? workload : "");
    if (run->outcome == HX_MOCK_FAILS)
      snprintf(record->error, sizeof record->error, "failed as the mock's table says");
    hx_config_format(config, record->config, sizeof record->config);
  } else {
    hx_record_deinit(record);
  }
  hx_exec_report_deinit(&report);
  return ok;
}

static bool run_mock(const hx_work *work, const hx_exec_options *options, hx_exec_report *report,
                     hx_exec_result *result) {
  (void)work;
  *report = (hx_exec_report){.bindings_held = -1};
  const hx_mock *mock = options->mock;
  const hx_mock_run *run =
      mock ? hx_mock_find(mock, &options->config, NULL, mock->repetition) : NULL;
  if (!run)
    return hx_exec_fail(result, HX_EXEC_SYSTEM, PVS_EMPTY,
                        "the mock's table has no run of this configuration");
  if (run->outcome == HX_MOCK_DIES)
    return hx_exec_fail(result, HX_EXEC_DIED, PVS_IO, "died as the mock's table says");
  if (!fill_report(run, &options->config, options->places, report))
    return hx_exec_fail(result, HX_EXEC_SYSTEM, PVS_NO_MEMORY, "no memory for a report");
  if (run->outcome == HX_MOCK_FAILS)
    return hx_exec_fail(result, HX_EXEC_FAILED, PVS_IO, "failed as the mock's table says");
  *result = (hx_exec_result){.status = HX_EXEC_OK};
  return true;
}

const hx_exec_ops hx_exec_mock = {.name = "mock", .executor = HX_EXECUTOR_MOCK, .run = run_mock};
