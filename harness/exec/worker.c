#include "exec/worker.h"

#include "base/clock.h"
#include "exec/fault.h"

#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool hx_exec_fail(hx_exec_result *result, hx_exec_status status, pvs_code code, const char *format,
                  ...) {
  *result = (hx_exec_result){.status = status, .error.code = code};
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(result->error.message, sizeof result->error.message, format, arguments);
  va_end(arguments);
  return false;
}

/* ---- the worker pool ------------------------------------------------------------------------------ */

bool hx_pool_init(hx_pool *pool, const hx_work *work, const hx_exec_options *options,
                  uint32_t workers, uint32_t buffers, bool shared, hx_exec_result *result) {
  *pool = (hx_pool){.work = work, .options = options};
  pool->sched = hx_sched_create(work, &options->config, workers, shared);
  if (pool->sched && hx_memory_init(&pool->memory, work, buffers, shared))
    return true;
  hx_pool_deinit(pool);
  return hx_exec_fail(result, HX_EXEC_SYSTEM, PVS_NO_MEMORY,
                      "no memory for the results of %u scenarios at a time", work->window);
}

void hx_pool_deinit(hx_pool *pool) {
  hx_memory_deinit(&pool->memory);
  hx_sched_destroy(pool->sched);
  pool->sched = NULL;
}

static void add_stats(pvs_work_stats *sum, const pvs_work_stats *one) {
  sum->flow_ns += one->flow_ns;
  sum->bill_ns += one->bill_ns;
  sum->finish_ns += one->finish_ns;
  sum->write_ns += one->write_ns;
  sum->flows_computed += one->flows_computed;
  sum->bills_computed += one->bills_computed;
  sum->scenarios_finished += one->scenarios_finished;
  sum->customer_steps += one->customer_steps;
  sum->battery_steps += one->battery_steps;
  sum->numbers_written += one->numbers_written;
  sum->bytes_written += one->bytes_written;
  sum->files_written += one->files_written;
}

bool hx_pool_report(const hx_pool *pool, hx_exec_report *report, hx_exec_result *result) {
  uint32_t n = pool->sched->workers;
  report->workers = calloc(n, sizeof *report->workers);
  if (!report->workers)
    return hx_exec_fail(result, HX_EXEC_SYSTEM, PVS_NO_MEMORY, "no memory for a report");
  report->workers_asked = n;
  for (uint32_t w = 0; w < n; w++)
    report->workers[w] = hx_sched_worker_at(pool->sched, w)->report;
  hx_exec_report_sum(report);
  if (pool->work->parts > 0)
    memcpy(pool->work->part_digests, hx_sched_part_digests(pool->sched),
           pool->work->parts * sizeof(uint64_t));
  return true;
}

void hx_exec_report_sum(hx_exec_report *report) {
  report->workers_seen = 0;
  report->bindings_held = -1;
  report->append_ns = 0;
  report->total = (pvs_work_stats){0};
  for (uint32_t w = 0; w < report->workers_asked; w++) {
    const hx_exec_worker *worker = &report->workers[w];
    report->workers_seen += worker->units + worker->scenarios > 0;
    if (!hx_cpuset_is_empty(&worker->place.cpus))
      report->bindings_held = report->bindings_held != 0 && worker->held;
    report->append_ns += worker->append_ns;
    add_stats(&report->total, &worker->stats);
  }
}

void hx_exec_report_deinit(hx_exec_report *report) {
  free(report->workers);
  *report = (hx_exec_report){0};
}

/* ---- deliberate faults --------------------------------------------------------------------- */

static bool has_fault(const hx_worker *worker, hx_fault_kind kind, uint32_t index) {
  const hx_fault *fault = worker->pool->options->fault;
  return fault && fault->kind == kind && fault->index == index;
}

static void hang(const hx_worker *worker) {
  while (worker->parallel || !hx_exec_cancelled(worker->pool->options))
    usleep(10000);
}

static pvs_code meet_faults(const hx_worker *worker, uint32_t scenario, pvs_error *error) {
  if (has_fault(worker, HX_FAULT_DIE, scenario))
    raise(SIGKILL);
  if (has_fault(worker, HX_FAULT_HANG, scenario))
    hang(worker);
  if (has_fault(worker, HX_FAULT_FAIL, scenario)) {
    *error = (pvs_error){.code = PVS_IO, .message = "failed on purpose"};
    return PVS_IO;
  }
  return PVS_OK;
}

static void lose_binding(void) {
  cpu_set_t all;
  memset(&all, 0xff, sizeof all);
  sched_setaffinity(0, sizeof all, &all);
}

/* ---- one worker ---------------------------------------------------------------------------- */

pvs_code hx_worker_open(hx_worker *worker, const hx_pool *pool, uint32_t index, pvs_error *error) {
  *worker = (hx_worker){.pool = pool, .entry = hx_sched_worker_at(pool->sched, index)};
  hx_exec_worker *report = &worker->entry->report;
  report->place = pool->options->places ? pool->options->places[index]
                                        : (hx_place){.mem_node = -1, .thread = (int)index};
  report->pid = getpid();
  /* A binding that was refused shows in the proof, and that is what counts. */
  hx_bind_self(&report->place, NULL);
  report->at_start = hx_bind_prove(&report->place);
  if (has_fault(worker, HX_FAULT_UNBIND, index))
    lose_binding();
  return pool->work->ops->worker_open(pool->work->ctx, &worker->state, error);
}

static pvs_code write_buffers(hx_worker *worker, uint32_t first, uint32_t count, pvs_error *error) {
  const hx_work *work = worker->pool->work;
  const void *buffers[HX_WRITES_AT_ONCE];
  for (uint32_t i = 0; i < count; i++)
    buffers[i] = hx_memory_buffer(&worker->pool->memory, first + i);
  return work->ops->write(work->ctx, worker->state, buffers, count, &worker->entry->write_at,
                          error);
}

static pvs_code finish(hx_worker *worker, uint32_t scenario, pvs_error *error) {
  const hx_pool *pool = worker->pool;
  const hx_work *work = pool->work;
  void *buffer = hx_memory_buffer(&pool->memory, scenario);
  pvs_code code = meet_faults(worker, scenario, error);
  if (code == PVS_OK)
    code =
        work->ops->finish(work->ctx, worker->state, scenario, pool->memory.results, buffer, error);
  if (code == PVS_OK) {
    pvs_extent *size = hx_sched_buffer_size(pool->sched, scenario);
    *size = (pvs_extent){{0}};
    work->ops->measure(work->ctx, buffer, size);
  }
  return code;
}

/* *count: of units and buffers to write, 1 of others. */
static pvs_code run_task(hx_worker *worker, hx_task_kind kind, uint32_t index, uint32_t *count,
                         pvs_error *error) {
  const hx_pool *pool = worker->pool;
  const hx_work *work = pool->work;
  switch (kind) {
  case HX_TASK_PART:
    return work->ops->run_part(work->ctx, worker->state, index,
                               &hx_sched_part_digests(pool->sched)[index], error);
  case HX_TASK_UNIT:
    return work->ops->run_units(work->ctx, worker->state, index, count, pool->memory.results,
                                error);
  case HX_TASK_SCENARIO:
    return finish(worker, index, error);
  case HX_TASK_WRITE:
    return write_buffers(worker, index, *count, error);
  case HX_TASK_NONE:
    break;
  }
  return PVS_OK;
}

static pvs_code do_some(hx_worker *worker, hx_task_kind kind, uint32_t index, uint32_t *count,
                        pvs_error *error) {
  const hx_work *work = worker->pool->work;
  hx_sched_worker *entry = worker->entry;
  uint32_t scenario = index;
  if (kind == HX_TASK_UNIT)
    scenario = work->ops->group_first_scenario(work->ctx, work->ops->unit_group(work->ctx, index));
  atomic_store_explicit(&entry->scenario, scenario, memory_order_relaxed);
  atomic_store_explicit(&entry->task, kind, memory_order_release);

  pvs_code code = run_task(worker, kind, index, count, error);
  atomic_store_explicit(&entry->task, HX_TASK_NONE, memory_order_release);
  if (code == PVS_OK) {
    entry->report.parts += kind == HX_TASK_PART;
    entry->report.scenarios += kind == HX_TASK_SCENARIO;
  }
  if (kind == HX_TASK_UNIT)
    entry->report.units += *count;
  return code;
}

pvs_code hx_worker_do(hx_worker *worker, hx_task *task, pvs_error *error) {
  hx_exec_worker *report = &worker->entry->report;
  const bool together = task->kind == HX_TASK_UNIT || task->kind == HX_TASK_WRITE;
  uint64_t start_ns = hx_clock_ns();
  uint32_t done = 0;
  pvs_code code = PVS_OK;
  *error = (pvs_error){0};
  while (code == PVS_OK && done < task->count) {
    uint32_t count = together ? task->count : 1;
    code = do_some(worker, task->kind, task->first + done, &count, error);
    if (code == PVS_OK || task->kind == HX_TASK_UNIT)
      done += count;
  }
  task->count = done;
  uint64_t passed_ns = hx_clock_ns() - start_ns;
  report->busy_ns += passed_ns;
  report->append_ns += task->kind == HX_TASK_WRITE ? passed_ns : 0;
  return code;
}

void hx_worker_close(hx_worker *worker) {
  const hx_work *work = worker->pool->work;
  hx_exec_worker *report = &worker->entry->report;
  report->at_end = hx_bind_prove(&report->place);
  report->held = report->at_start.holds && report->at_end.holds;
  if (worker->state)
    work->ops->worker_stats(work->ctx, worker->state, &report->stats);
  work->ops->worker_close(work->ctx, worker->state);
  worker->state = NULL;
}

void hx_worker_loop(const hx_pool *pool, uint32_t index) {
  hx_worker worker;
  pvs_error error = {0};
  if (hx_worker_open(&worker, pool, index, &error) != PVS_OK)
    hx_sched_fail(pool->sched, hx_order_of(pool->work, HX_TASK_NONE, 0), &error);
  worker.parallel = true;

  hx_task task = {HX_TASK_NONE, 0, 0};
  while (task = hx_sched_next(pool->sched, pool->work, index, &task), task.kind != HX_TASK_NONE) {
    if (hx_worker_do(&worker, &task, &error) != PVS_OK)
      hx_sched_fail(pool->sched, hx_order_of(pool->work, task.kind, task.first + task.count),
                    &error);
  }
  hx_worker_close(&worker);
}
