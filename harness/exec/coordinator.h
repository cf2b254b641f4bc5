/* The caller's thread while workers are at work: takes their results away in order, shows progress,
 * and notices when something is wrong. Asleep almost always. */
#ifndef HX_EXEC_COORDINATOR_H
#define HX_EXEC_COORDINATOR_H

#include "exec/worker.h"

/* Looks after the workers themselves, about 20 times a second. False, with result filled, when one
 * is gone that should not be. */
typedef bool (*hx_watch)(void *ctx, hx_exec_result *result);

/* Until every worker has left and all is emitted, or the run was cancelled or lost a worker (then
 * the scheduler is stopped, but workers may still be there). watch may be NULL. */
void hx_coordinate(const hx_pool *pool, hx_watch watch, void *watch_ctx, hx_exec_report *report,
                   hx_exec_result *result);

/* After a stop: true when all workers have left within timeout_ms. */
bool hx_coordinate_wait(const hx_pool *pool, int timeout_ms);

#endif
