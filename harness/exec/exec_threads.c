/* Threads of this process; the calling thread coordinates. */
#include "base/clock.h"
#include "exec/worker.h"

#include <stdlib.h>
#include <string.h>

/* A cancelled thread is inside a task of at most seconds; more than this, and it is stuck. */
enum { GIVE_UP_MS = 5000 };

static bool run(const hx_work *work, const hx_exec_options *options, hx_exec_report *report,
                hx_exec_result *result) {
  *report = (hx_exec_report){.bindings_held = -1};
  uint64_t start_ns = hx_clock_ns();
  uint32_t n = (uint32_t)hx_config_workers(&options->config);
  hx_pool *pool = malloc(sizeof *pool); /* outlives this call when threads are stuck */
  if (!pool)
    return hx_exec_fail(result, HX_EXEC_SYSTEM, PVS_NO_MEMORY, "no memory for the workers");
  if (!hx_pool_init(pool, work, options, n, work->window, false, result)) {
    free(pool);
    return false;
  }
  hx_threads threads;
  int failure = hx_threads_start(&threads, pool, 0, n);
  if (failure == 0)
    hx_coordinate(pool, NULL, NULL, report, result);
  else
    hx_exec_fail(result, HX_EXEC_SYSTEM, PVS_NO_MEMORY, "cannot start %u threads: %s", n,
                 strerror(failure));
  if (result->status == HX_EXEC_CANCELLED && !hx_coordinate_wait(pool, GIVE_UP_MS)) {
    result->abandoned = true;
    return false;
  }
  hx_threads_join(&threads);
  if (hx_pool_report(pool, report, result))
    report->run_ns = hx_clock_ns() - start_ns;
  hx_pool_deinit(pool);
  free(pool);
  return result->status == HX_EXEC_OK;
}

const hx_exec_ops hx_exec_threads = {
    .name = "threads", .executor = HX_EXECUTOR_THREADS, .run = run};
