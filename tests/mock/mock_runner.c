#include "mock/mock_runner.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const mock_run *find(const mock_table *table, const hx_runner_job *job) {
  char text[HX_CONFIG_TEXT];
  size_t matching = 0, seen = 0;
  hx_config_format(job->config, text, sizeof text);
  for (int pass = 0; pass < 2; pass++)
    for (size_t i = 0; i < table->n; i++) {
      const mock_run *run = &table->runs[i];
      if (strcmp(run->config, text) != 0 ||
          (run->workload[0] && strcmp(run->workload, job->workload->key) != 0))
        continue;
      if (pass == 0)
        matching++;
      else if (seen++ == job->repetition % matching)
        return run;
    }
  return NULL;
}

static void run_mock(void *ctx, const hx_runner_job *job, hx_measured *out) {
  const mock_table *table = ctx;
  const mock_run *run = find(table, job);
  hx_process_result *process = &out->process;
  hx_utc_now(process->start_utc);
  hx_utc_now(process->end_utc);
  if (!run) {
    process->end = HX_PROCESS_NOT_STARTED;
    snprintf(out->message, sizeof out->message, "the table has no time for it");
    return;
  }
  double limit_s = fmin(job->cap_s, job->timeout_s);
  process->end = HX_PROCESS_EXITED;
  process->timeout_s = job->timeout_s;
  process->wall_s = out->seconds = fmin(run->seconds, limit_s);
  if (run->seconds > limit_s) {
    process->end = job->cap_s <= job->timeout_s ? HX_PROCESS_CAPPED : HX_PROCESS_TIMEOUT;
    return;
  }
  if (run->outcome == MOCK_DIES) {
    process->end = HX_PROCESS_SIGNALLED;
    process->signal = SIGKILL;
    return;
  }
  int workers = hx_config_workers(job->config);
  process->counts.of[HX_PERF_INSTRUCTIONS] = 1000.0 * workers;
  process->exit_code = run->outcome == MOCK_FAILS;
  if (run->outcome == MOCK_FAILS)
    snprintf(out->message, sizeof out->message, "failed as the mock's table says");
  snprintf(out->digest, sizeof out->digest, "%016llx",
           (unsigned long long)(run->outcome == MOCK_WRONG ? ~table->digest : table->digest));
  out->workers_seen = run->workers_seen > 0 ? run->workers_seen : workers;
  out->binding = run->outcome == MOCK_UNBOUND ? HX_BINDING_LOST : HX_BINDING_NONE;
}

hx_runner mock_runner(mock_table *table) {
  static const hx_runner_ops ops = {.name = "mock", .run = run_mock};
  return (hx_runner){.ops = &ops, .ctx = table};
}
