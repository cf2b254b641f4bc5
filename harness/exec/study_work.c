#include "exec/study_work.h"

#include "exec/sched.h"

#include <math.h>
#include <stdlib.h>

/* A scenario's buffer has its figures first, so that they reach the caller from any process, and its
 * rows behind them. */
enum { FIGURES_BYTES = 64 };
_Static_assert(sizeof(hx_scenario_figures) <= FIGURES_BYTES, "rows begin behind the figures");

static void fill_figures(const pvs_scenario_results *results, hx_scenario_figures *figures) {
  const double *value = results->value;
  bool has_pv = value[PVS_RESULT_PV_RATIO] > 0;
  *figures =
      (hx_scenario_figures){.id = results->id,
                            .arrangement = results->arrangement,
                            .total_cost = value[PVS_RESULT_BUILDING_COSTS],
                            .self_consumption = has_pv ? value[PVS_RESULT_SELF_CONSUMPTION] : NAN};
}

static pvs_code open_worker(void *ctx, void **worker, pvs_error *error) {
  const hx_study_work *w = ctx;
  pvs_workspace *workspace = NULL;
  pvs_code code = pvs_workspace_create(w->plan, &workspace, error);
  *worker = workspace;
  return code;
}

static void worker_stats(void *ctx, const void *worker, pvs_work_stats *stats) {
  (void)ctx;
  pvs_workspace_stats(worker, stats);
}

static void close_worker(void *ctx, void *worker) {
  (void)ctx;
  pvs_workspace_destroy(worker);
}

static pvs_code run_part(void *ctx, void *worker, uint32_t part, uint64_t *digest,
                         pvs_error *error) {
  const hx_study_work *w = ctx;
  return pvs_output_write_tariffs(w->output, part, worker, digest, error);
}

#ifdef PVTUNE_EXTRA_WORK
/* A build that is slower by a known amount of real work, for demonstrations of compare: of a hundred
 * units PVTUNE_EXTRA_WORK are computed once more, into results that nobody reads (one block per
 * worker, never freed). Whole calls are repeated, since units cost less together than one by one. */
static pvs_code repeat_units(const hx_study_work *w, uint32_t first, uint32_t count, void *worker,
                             pvs_error *error) {
  static _Thread_local void *unread;
  static _Thread_local uint64_t owed; /* hundredths of a unit */
  owed += (uint64_t)count * PVTUNE_EXTRA_WORK;
  if (owed < (uint64_t)count * 100)
    return PVS_OK;
  owed -= (uint64_t)count * 100;
  size_t size = (w->work.results_bytes + 63) / 64 * 64;
  if (!unread && !(unread = aligned_alloc(64, size)))
    return PVS_NO_MEMORY;
  return pvs_units_run(w->plan, first, &count, worker, unread, w->output, error);
}
#endif

static pvs_code run_units(void *ctx, void *worker, uint32_t first, uint32_t *count, void *results,
                          pvs_error *error) {
  const hx_study_work *w = ctx;
#ifdef PVTUNE_EXTRA_WORK
  pvs_code code = repeat_units(w, first, *count, worker, error);
  if (code != PVS_OK) {
    *count = 0;
    return code;
  }
#endif
  return pvs_units_run(w->plan, first, count, worker, results, w->output, error);
}

static pvs_code finish(void *ctx, void *worker, uint32_t scenario, const void *results,
                       void *buffer, pvs_error *error) {
  const hx_study_work *w = ctx;
  pvs_rows *rows = (pvs_rows *)((char *)buffer + FIGURES_BYTES);
  pvs_code code =
      pvs_scenario_finish(w->plan, w->first + scenario, worker, results, w->output, rows, error);
  fill_figures(pvs_workspace_results(worker), buffer);
  if (w->fault && w->fault->kind == HX_FAULT_CORRUPT && w->fault->index == scenario) {
    rows->digest ^= 1;
    rows->text[0] ^= 1; /* of the scenario's number */
  }
  return code;
}

const pvs_rows *hx_study_rows(const void *buffer) {
  return (const pvs_rows *)((const char *)buffer + FIGURES_BYTES);
}

static void measure(void *ctx, const void *buffer, pvs_extent *size) {
  (void)ctx;
  pvs_rows_add(hx_study_rows(buffer), size);
}

static pvs_code write_rows(void *ctx, void *worker, const void *const *buffers, uint32_t count,
                           const pvs_extent *at, pvs_error *error) {
  const hx_study_work *w = ctx;
  const pvs_rows *rows[HX_WRITES_AT_ONCE];
  (void)worker;
  for (uint32_t i = 0; i < count; i++)
    rows[i] = hx_study_rows(buffers[i]);
  return pvs_output_write_rows(w->output, rows, count, at, error);
}

static pvs_code emit(void *ctx, uint32_t scenario, const void *buffer, pvs_error *error) {
  const hx_study_work *w = ctx;
  const pvs_rows *rows = hx_study_rows(buffer);
  (void)error;
  w->scenario_digests[scenario] = rows->digest;
  if (w->figures)
    w->figures(w->ctx, buffer);
  if (rows->warning_length > 0 && w->warn) {
    size_t at = (size_t)rows->results_length + rows->std_dev_length + rows->customers_length;
    w->warn(w->ctx, rows->text + at, rows->warning_length);
  }
  pvs_output_count(w->output, rows);
  return PVS_OK;
}

static uint32_t scenario_group(void *ctx, uint32_t scenario) {
  const hx_study_work *w = ctx;
  return pvs_plan_scenario_group(w->plan, w->first + scenario);
}

static uint32_t unit_group(void *ctx, uint32_t unit) {
  return pvs_plan_unit_group(((hx_study_work *)ctx)->plan, unit);
}

static uint32_t group_units(void *ctx, uint32_t group) {
  uint32_t first, n;
  pvs_plan_group_units(((hx_study_work *)ctx)->plan, group, &first, &n);
  return n;
}

static uint32_t group_first_scenario(void *ctx, uint32_t group) {
  const hx_study_work *w = ctx;
  return pvs_plan_group_first_scenario(w->plan, group) - w->first;
}

static const char *label(void *ctx, uint32_t scenario, char *buffer, size_t size) {
  const hx_study_work *w = ctx;
  return pvs_study_label(w->study, w->first + scenario, buffer, size);
}

static const hx_work_ops ops = {
    .worker_open = open_worker,
    .worker_stats = worker_stats,
    .worker_close = close_worker,
    .run_part = run_part,
    .run_units = run_units,
    .finish = finish,
    .measure = measure,
    .write = write_rows,
    .emit = emit,
    .scenario_group = scenario_group,
    .unit_group = unit_group,
    .group_units = group_units,
    .group_first_scenario = group_first_scenario,
    .label = label,
};

bool hx_study_work_init(hx_study_work *work, const pvs_study *study, const pvs_plan *plan,
                        pvs_output *output, const hx_fault *fault) {
  pvs_plan_info info;
  pvs_plan_describe(plan, &info);
  uint32_t parts = pvs_output_tariff_parts(output);
  *work = (hx_study_work){.study = study,
                          .plan = plan,
                          .output = output,
                          .fault = fault,
                          .first = info.first_scenario,
                          .scenario_digests = calloc(info.scenarios, sizeof(uint64_t))};
  work->work = (hx_work){.ops = &ops,
                         .ctx = work,
                         .parts = parts,
                         .units = info.units,
                         .units_at_once = info.units_at_once,
                         .groups = info.groups,
                         .scenarios = info.scenarios,
                         .window = info.window,
                         .results_bytes = info.results_bytes,
                         .buffer_bytes = FIGURES_BYTES + info.rows_bytes,
                         .part_digests = calloc(parts ? parts : 1, sizeof(uint64_t))};
  pvs_output_first_rows(output, &work->work.begin);
  return work->work.part_digests && work->scenario_digests;
}

void hx_study_work_deinit(hx_study_work *work) {
  free(work->work.part_digests);
  free(work->scenario_digests);
  work->work.part_digests = work->scenario_digests = NULL;
}
