/* The calling thread while workers compute: it emits their results in order, shows progress and
 * notices failures. It sleeps almost all the time. */
#ifndef HX_EXEC_COORDINATOR_H
#define HX_EXEC_COORDINATOR_H

#include "exec/worker.h"

/* Checks about 20 times per second that the workers are alive. False, with result filled, if one
 * has died. */
typedef bool (*hx_watch)(void *ctx, hx_exec_result *result);

/* Returns when every worker has left and all is emitted, or when the run was cancelled or lost a
 * worker (then the scheduler is stopped, but workers may still be there). watch may be NULL. */
void hx_coordinate(const hx_pool *pool, hx_watch watch, void *watch_ctx, hx_exec_report *report,
                   hx_exec_result *result);

/* After a stop: true when all workers have left within timeout_ms. */
bool hx_coordinate_wait(const hx_pool *pool, int timeout_ms);

#endif
