/* One thread, in order, no locks: the reference all others are compared with. */
#include "base/clock.h"
#include "exec/worker.h"

/* Rows wait to be written in no more memory than about this, so that they are written out of the
 * second-level cache and touch few pages. */
enum { CACHED_BYTES = 256 * 1024 };

typedef struct serial {
  hx_worker worker;
  hx_exec_report *report;
  uint32_t next_unit, emitted;
  uint64_t next_progress_ns;
} serial;

static void show_progress(serial *s) {
  const hx_exec_options *options = s->worker.pool->options;
  if (options->progress && hx_clock_ns() >= s->next_progress_ns) {
    s->next_progress_ns = hx_clock_ns() + 50 * UINT64_C(1000000);
    options->progress(options->progress_ctx, s->report->scenarios, s->worker.pool->work->scenarios);
  }
}

static pvs_code do_one(serial *s, hx_task_kind kind, uint32_t index, pvs_error *error) {
  hx_task task = {kind, index, 1};
  return hx_worker_do(&s->worker, &task, error);
}

static uint32_t unit_group(const hx_work *work, uint32_t unit) {
  return work->ops->unit_group(work->ctx, unit);
}

/* The next units that lie in the window of `scenario`, the next one to finish. */
static pvs_code run_units(serial *s, uint32_t scenario, pvs_error *error) {
  const hx_work *work = s->worker.pool->work;
  const int chosen = s->worker.pool->options->config.chunk;
  const uint32_t most = chosen > 0 ? (uint32_t)chosen : work->units_at_once;
  hx_task task = {HX_TASK_UNIT, s->next_unit, 0};
  while (task.count < most && task.first + task.count < work->units &&
         work->ops->group_first_scenario(work->ctx, unit_group(work, task.first + task.count)) <
             (uint64_t)scenario + work->window)
    task.count++;
  s->next_unit += task.count;
  return hx_worker_do(&s->worker, &task, error);
}

/* Writes and emits what was finished since the last time. */
static pvs_code put_out(serial *s, uint32_t end, pvs_error *error) {
  const hx_pool *pool = s->worker.pool;
  const hx_work *work = pool->work;
  hx_task task = {HX_TASK_WRITE, s->emitted, end - s->emitted};
  pvs_code code = hx_worker_do(&s->worker, &task, error);
  uint64_t start_ns = hx_clock_ns();
  for (; code == PVS_OK && s->emitted < end; s->emitted++) {
    for (int i = 0; i < PVS_TABLES; i++)
      s->worker.entry->write_at.bytes[i] += hx_sched_buffer_size(pool->sched, s->emitted)->bytes[i];
    code =
        work->ops->emit(work->ctx, s->emitted, hx_memory_buffer(&pool->memory, s->emitted), error);
    s->report->scenarios += code == PVS_OK;
  }
  s->report->coordinator_ns += hx_clock_ns() - start_ns;
  return code;
}

static pvs_code run_scenario(serial *s, uint32_t scenario, pvs_error *error) {
  const hx_pool *pool = s->worker.pool;
  const hx_work *work = pool->work;
  uint32_t group = work->ops->scenario_group(work->ctx, scenario);
  while (s->next_unit < work->units && unit_group(work, s->next_unit) <= group) {
    pvs_code code = run_units(s, scenario, error);
    if (code != PVS_OK)
      return code;
  }
  return do_one(s, HX_TASK_SCENARIO, scenario, error);
}

static pvs_code run_all(serial *s, pvs_error *error) {
  const hx_pool *pool = s->worker.pool;
  pvs_code code = PVS_OK;
  for (uint32_t p = 0; code == PVS_OK && p < pool->work->parts; p++)
    code = do_one(s, HX_TASK_PART, p, error);
  s->worker.entry->write_at = pool->work->begin;
  for (uint32_t i = 0; code == PVS_OK && i < pool->work->scenarios; i++) {
    if (hx_exec_cancelled(pool->options))
      return code;
    code = run_scenario(s, i, error);
    const uint32_t end = code == PVS_OK ? i + 1 : i;
    if (code != PVS_OK || end - s->emitted == pool->memory.n_buffers ||
        end == pool->work->scenarios) {
      /* What is wrong with the scenarios before comes first. */
      pvs_error earlier;
      pvs_code put = put_out(s, end, &earlier);
      if (put != PVS_OK) {
        *error = earlier;
        code = put;
      }
      show_progress(s);
    }
  }
  /* Those that no scenario here needs: their results are all that is asked for. */
  while (code == PVS_OK && s->next_unit < pool->work->units && !hx_exec_cancelled(pool->options))
    code = run_units(s, pool->work->scenarios, error);
  return code;
}

static bool run(const hx_work *work, const hx_exec_options *options, hx_exec_report *report,
                hx_exec_result *result) {
  *report = (hx_exec_report){.bindings_held = -1};
  *result = (hx_exec_result){.status = HX_EXEC_OK};
  uint64_t start_ns = hx_clock_ns();
  hx_pool pool;
  const size_t fitting = CACHED_BYTES / (work->buffer_bytes + 1) + 1;
  const uint32_t most = fitting < HX_WRITES_AT_ONCE ? (uint32_t)fitting : HX_WRITES_AT_ONCE;
  const uint32_t buffers = work->window < most ? work->window : most;
  if (!hx_pool_init(&pool, work, options, 1, buffers, false, result))
    return false;
  serial s = {.report = report};
  pvs_error error = {0};
  pvs_code code = hx_worker_open(&s.worker, &pool, 0, &error);
  if (code == PVS_OK)
    code = run_all(&s, &error);
  hx_worker_close(&s.worker);
  if (hx_exec_cancelled(options))
    *result = (hx_exec_result){.status = HX_EXEC_CANCELLED};
  else if (code != PVS_OK)
    *result = (hx_exec_result){.status = HX_EXEC_FAILED, .error = error};
  if (!hx_pool_report(&pool, report, result))
    report->workers_asked = 0;
  report->run_ns = hx_clock_ns() - start_ns;
  hx_pool_deinit(&pool);
  return result->status == HX_EXEC_OK;
}

const hx_exec_ops hx_exec_serial = {.name = "serial", .executor = HX_EXECUTOR_SERIAL, .run = run};
