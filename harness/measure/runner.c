#include "measure/runner.h"

#include <math.h>
#include <string.h>

static void make_empty(hx_measured *out) {
  memset(out, 0, sizeof *out);
  hx_telemetry_init(&out->telemetry);
  out->seconds = out->capture_s = out->energy_j = out->output_bytes = NAN;
  for (size_t i = 0; i < HX_METRICS_MAX; i++)
    out->metrics[i] = NAN;
  out->process.steal_s = out->process.pressure_s = out->process.other_cpu_s = NAN;
  out->process.runnable_other = -1;
  out->process.counts = hx_perf_unknown;
  out->binding = HX_BINDING_UNKNOWN;
}

void hx_runner_run(const hx_runner *runner, const hx_runner_job *job, hx_measured *out) {
  make_empty(out);
  runner->ops->run(runner->ctx, job, out);
}

bool hx_runner_takes_turns(const hx_runner *runner) {
  return runner->ops->run_in_turns != NULL;
}

void hx_runner_run_in_turns(const hx_runner *const runner[2], const hx_runner_job job[2],
                            double turn_s, hx_measured out[2]) {
  void *ctx[2] = {runner[0]->ctx, runner[1]->ctx};
  make_empty(&out[0]);
  make_empty(&out[1]);
  runner[0]->ops->run_in_turns(ctx, job, turn_s, out);
}

void hx_measured_measures(const hx_measured *m, hx_measures *out) {
  out->of[HX_MEASURE_TIME] = m->seconds;
  out->of[HX_MEASURE_USER] = m->process.user_s;
  out->of[HX_MEASURE_CPU] = m->process.user_s + m->process.sys_s;
  out->of[HX_MEASURE_RSS] = 1024 * (double)m->process.max_rss_kib;
  out->of[HX_MEASURE_SIZE] = m->output_bytes;
  out->of[HX_MEASURE_ENERGY] = m->energy_j;
  for (int i = 0; i < HX_PERFS; i++)
    out->of[HX_MEASURE_INSTRUCTIONS + i] = m->process.counts.of[i];
  for (size_t i = 0; i < HX_METRICS_MAX; i++)
    out->of[HX_MEASURES + i] = m->metrics[i];
}

bool hx_measured_cannot_go_on(const hx_measured *measured, pvs_error *error) {
  if (!measured->life_error.code)
    return false;
  if (error && !error->code)
    *error = measured->life_error;
  return true;
}

void hx_measured_deinit(hx_measured *measured) {
  hx_process_result_deinit(&measured->process);
  hx_telemetry_deinit(&measured->telemetry);
}
