#include "exec/worker.h"

#include "base/clock.h"

enum { TICK_MS = 50 };

typedef struct coordinator {
  const hx_pool *pool;
  hx_exec_report *report;
  uint32_t released; /* buffers below this are free again */
  bool failed;       /* to emit: what comes is thrown away */
} coordinator;

/* A quarter of the ring at most, so that its buffers are given back before the ring is full. */
static void emit_some(coordinator *c, uint32_t written) {
  const hx_work *work = c->pool->work;
  uint32_t quarter = work->window / 4 + 1;
  uint32_t end = written - c->released > quarter ? c->released + quarter : written;
  uint64_t start_ns = hx_clock_ns();
  for (; !c->failed && c->released < end; c->released++) {
    pvs_error error = {0};
    const void *buffer = hx_memory_buffer(&c->pool->memory, c->released);
    if (work->ops->emit(work->ctx, c->released, buffer, &error) == PVS_OK) {
      c->report->scenarios++;
    } else {
      c->failed = true;
      hx_sched_fail(c->pool->sched, hx_order_of_emit(c->released), &error);
    }
  }
  if (c->failed)
    c->released = written;
  c->report->coordinator_ns += hx_clock_ns() - start_ns;
}

void hx_coordinate(const hx_pool *pool, hx_watch watch, void *watch_ctx, hx_exec_report *report,
                   hx_exec_result *result) {
  const hx_exec_options *options = pool->options;
  coordinator c = {.pool = pool, .report = report};
  uint64_t next_tick_ns = 0;
  for (;;) {
    hx_sched_view view = hx_sched_wait(pool->sched, pool->work, c.released, TICK_MS);
    if (hx_exec_cancelled(options)) {
      *result = (hx_exec_result){.status = HX_EXEC_CANCELLED};
      hx_sched_stop(pool->sched);
      return;
    }
    uint64_t now_ns = hx_clock_ns();
    if (now_ns >= next_tick_ns || view.stop) {
      next_tick_ns = now_ns + TICK_MS * UINT64_C(1000000);
      if (watch && !watch(watch_ctx, result)) {
        hx_sched_stop(pool->sched);
        return;
      }
      if (options->progress)
        options->progress(options->progress_ctx, report->scenarios, pool->work->scenarios);
    }
    emit_some(&c, view.written);
    if (view.active == 0 && c.released == view.written)
      break;
  }
  if (options->progress)
    options->progress(options->progress_ctx, report->scenarios, pool->work->scenarios);
  if (pool->sched->failed)
    *result = (hx_exec_result){.status = HX_EXEC_FAILED, .error = pool->sched->error};
  else
    *result = (hx_exec_result){.status = HX_EXEC_OK};
}

bool hx_coordinate_wait(const hx_pool *pool, int timeout_ms) {
  uint64_t end_ns = hx_clock_ns() + (uint64_t)timeout_ms * 1000000U;
  for (;;) {
    hx_sched_view view = hx_sched_wait(pool->sched, pool->work, 0, TICK_MS);
    if (view.active == 0)
      return true;
    if (hx_clock_ns() >= end_ns)
      return false;
  }
}
