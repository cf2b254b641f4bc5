#include "tune/size.h"

#include "base/fail.h"

#include "measure/check.h"
#include "measure/store.h"

#include <math.h>
#include <string.h>

static const double wanted_serial_s = 1.0;
enum { FIRST_SIZE = 12, SIZE_MAX_TRIED = 1 << 20 };

typedef struct size_before {
  const char *name; /* of the built-in */
  long size;        /* of its last run; 0: never measured */
} size_before;

static bool note_size(void *ctx, const void *row) {
  size_before *before = ctx;
  hx_workload workload;
  if (!hx_workload_parse(((const hx_run_row *)row)->workload, NULL, &workload, NULL))
    return true;
  if (workload.kind == HX_WORKLOAD_BUILTIN && strcmp(workload.name, before->name) == 0)
    before->size = workload.size;
  hx_workload_deinit(&workload);
  return true;
}

/* Seconds of work of one serial run; negative when there is none. */
static double try_size(const hx_measure_context *context, hx_workload *workload, long size,
                       double timeout_s, pvs_error *error) {
  hx_config serial = hx_config_serial();
  hx_measured measured;
  char reason[HX_RUN_REASON];
  double seconds = -1;
  if (!hx_workload_resize(workload, size)) {
    hx_fail_memory(error);
    return seconds;
  }
  hx_runner_job job = {.workload = workload,
                       .config = &serial,
                       .cap_s = INFINITY,
                       .timeout_s = timeout_s,
                       .expendable = true};
  hx_runner_run(context->runner, &job, &measured);
  if (hx_check_run(&measured, &serial, (hx_check_reference){"", NULL}, reason, sizeof reason) ==
      HX_RUN_VALID)
    seconds = measured.seconds;
  else if (!hx_measured_cannot_go_on(&measured, error))
    hx_fail(error, PVS_IO, "%s: %s", workload->key, reason);
  hx_measured_deinit(&measured);
  return seconds;
}

static bool choose_size(const hx_measure_context *context, hx_workload *workload, double timeout_s,
                        pvs_error *error) {
  const volatile sig_atomic_t *interrupts = context->interrupts;
  size_before before = {.name = workload->name};
  if (!hx_store_rows_each(context->folder, &hx_runs_schema, note_size, &before, error))
    return false;
  long size = before.size;
  if (size)
    return hx_workload_resize(workload, size) || hx_fail_memory(error);
  for (size = FIRST_SIZE; size < SIZE_MAX_TRIED && !(interrupts && *interrupts);) {
    double seconds = try_size(context, workload, size, timeout_s, error);
    if (seconds < 0)
      return false;
    if (seconds >= wanted_serial_s) {
      hx_listener_note(context->listener,
                       "%s: sized so that serial work takes a second on this machine (%.2f s)",
                       workload->key, seconds);
      return true;
    }
    /* A little over what the time so far suggests, in round numbers. */
    double next = (double)size * fmin(1.15 * wanted_serial_s / fmax(seconds, 1e-4), 16);
    size = 12 * (long)ceil(fmax(next, (double)size + 1) / 12);
  }
  return hx_fail(error, PVS_IO, "%s cannot be sized: %s", workload->key,
                 interrupts && *interrupts ? "interrupted" : "it takes no time");
}

bool hx_tune_choose_sizes(const hx_measure_context *context, hx_workload *workloads, size_t n,
                          double timeout_s, pvs_error *error) {
  for (size_t i = 0; i < n; i++)
    if (workloads[i].kind == HX_WORKLOAD_BUILTIN && !workloads[i].size &&
        !choose_size(context, &workloads[i], timeout_s, error))
      return false;
  return true;
}
