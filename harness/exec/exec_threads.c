/* Threads of this process; the calling thread coordinates. */
#include "base/clock.h"
#include "exec/coordinator.h"
#include "exec/threads.h"

#include <stdlib.h>
#include <string.h>

/* A cancelled thread is inside a task of at most seconds; more than this, and it is stuck. */
enum { GIVE_UP_MS = 5000 };

static bool run(const hx_work *work, const hx_exec_options *options, hx_exec_report *report,
                hx_exec_result *result) {
  *report = (hx_exec_report){.bindings_held = -1};
  uint64_t start_ns = hx_clock_ns();
  uint32_t n = (uint32_t)hx_config_workers(&options->config);
  hx_crew *crew = malloc(sizeof *crew); /* outlives this call when threads are stuck */
  if (!crew)
    return hx_exec_fail(result, HX_EXEC_SYSTEM, PVS_NO_MEMORY, "no memory for the workers");
  if (!hx_crew_init(crew, work, options, n, work->window, false, result)) {
    free(crew);
    return false;
  }
  hx_threads threads;
  int failure = hx_threads_start(&threads, crew, 0, n);
  if (failure == 0)
    hx_coordinate(crew, NULL, NULL, report, result);
  else
    hx_exec_fail(result, HX_EXEC_SYSTEM, PVS_NO_MEMORY, "cannot start %u threads: %s", n,
                 strerror(failure));
  if (result->status == HX_EXEC_CANCELLED && !hx_coordinate_wait(crew, GIVE_UP_MS)) {
    result->abandoned = true;
    return false;
  }
  hx_threads_join(&threads);
  if (hx_crew_report(crew, report, result))
    report->run_ns = hx_clock_ns() - start_ns;
  hx_crew_deinit(crew);
  free(crew);
  return result->status == HX_EXEC_OK;
}

const hx_exec_ops hx_exec_threads = {
    .name = "threads", .executor = HX_EXECUTOR_THREADS, .run = run};
