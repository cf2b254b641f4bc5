#include "measure/source.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static void make_empty(hx_measured *out) {
  memset(out, 0, sizeof *out);
  hx_record_init(&out->record);
  out->seconds = NAN;
  out->process.steal_s = out->process.pressure_s = out->process.other_cpu_s = NAN;
  out->process.runnable_other = -1;
  out->binding = HX_BINDING_UNKNOWN;
}

void hx_source_run(const hx_source *source, const hx_source_job *job, hx_measured *out) {
  make_empty(out);
  source->ops->run(source->ctx, job, out);
}

bool hx_source_takes_turns(const hx_source *source) {
  return source->ops->run_in_turns != NULL;
}

void hx_source_run_in_turns(const hx_source *const source[2], const hx_source_job job[2],
                            double turn_s, hx_measured out[2]) {
  void *ctx[2] = {source[0]->ctx, source[1]->ctx};
  make_empty(&out[0]);
  make_empty(&out[1]);
  source[0]->ops->run_in_turns(ctx, job, turn_s, out);
}

void hx_measured_deinit(hx_measured *measured) {
  hx_process_result_deinit(&measured->process);
  hx_record_deinit(&measured->record);
}

/* A mocked run "takes" its time without any passing. */
static void mock_run(void *ctx, const hx_source_job *job, hx_measured *out) {
  const hx_mock *mock = ctx;
  const hx_mock_run *run = hx_mock_find(mock, job->config, job->workload->key, job->repetition);
  hx_process_result *process = &out->process;
  hx_utc_now(process->start_utc);
  hx_utc_now(process->end_utc);
  if (!run) {
    process->end = HX_PROCESS_NOT_STARTED;
    snprintf(out->message, sizeof out->message, "the table has no time for it");
    return;
  }
  process->end = HX_PROCESS_EXITED;
  process->wall_s = run->seconds;
  out->seconds = run->seconds;
  double limit_s = fmin(job->cap_s, job->timeout_s);
  if (run->seconds > limit_s) {
    process->end = job->cap_s <= job->timeout_s ? HX_PROCESS_CAPPED : HX_PROCESS_TIMEOUT;
    process->wall_s = out->seconds = limit_s;
    return;
  }
  if (run->outcome == HX_MOCK_DIES) {
    process->end = HX_PROCESS_SIGNALLED;
    process->signal = SIGKILL;
    return;
  }
  out->has_record =
      hx_mock_record(mock, job->config, job->workload->key, job->repetition, NULL, &out->record);
  if (!out->has_record) {
    process->end = HX_PROCESS_NOT_STARTED;
    snprintf(out->message, sizeof out->message, "out of memory");
    return;
  }
  const hx_record *record = &out->record;
  process->exit_code = (int)record->exit_status;
  snprintf(out->message, sizeof out->message, "%s", record->error);
  snprintf(out->digest, sizeof out->digest, "%016llx", (unsigned long long)record->digest);
  snprintf(out->workload_class, sizeof out->workload_class, "%s", record->workload_class);
  out->units = (int)record->units;
  out->workers_seen = (int)record->workers_seen;
  out->binding = record->bindings_held < 0    ? HX_BINDING_NONE
                 : record->bindings_held == 0 ? HX_BINDING_LOST
                                              : HX_BINDING_HELD;
}

static const hx_source_ops mock_ops = {.name = "mock", .run = mock_run};

hx_source hx_source_mock(const hx_mock *table) {
  /* The seam's context is not const; the mock's functions take it back as const. */
  union {
    const hx_mock *in;
    void *out;
  } ctx = {.in = table};
  return (hx_source){.ops = &mock_ops, .ctx = ctx.out};
}
