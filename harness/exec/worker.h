/* What executors are made of.
 *
 * A worker of any executor: it binds itself, makes its own state, runs tasks, and proves that the
 * binding held. */
#ifndef HX_EXEC_WORKER_H
#define HX_EXEC_WORKER_H

#include "exec/memory.h"
#include "exec/sched.h"

/* A worker pool: what all workers of a run share. */
typedef struct hx_pool {
  const hx_work *work;
  const hx_exec_options *options;
  hx_memory memory;
  hx_sched *sched;
} hx_pool;

typedef struct hx_worker {
  const hx_pool *pool;
  hx_sched_worker *entry;
  void *state;
  bool parallel; /* others can stop the run when this worker hangs */
} hx_worker;

/* Scheduler, and memory with that many buffers. False with result filled (HX_EXEC_SYSTEM) when memory
 * is short. */
bool hx_pool_init(hx_pool *pool, const hx_work *work, const hx_exec_options *options,
                  uint32_t workers, uint32_t buffers, bool shared, hx_exec_result *result);
void hx_pool_deinit(hx_pool *pool);
/* After all workers have ended: copies and sums up what each did, and passes the digests of parts
 * to the work. */
bool hx_pool_report(const hx_pool *pool, hx_exec_report *report, hx_exec_result *result);

/* In the worker's own thread. */
pvs_code hx_worker_open(hx_worker *worker, const hx_pool *pool, uint32_t index, pvs_error *error);
/* Consecutive tasks of a kind; task->count is cut down to those before one that failed. */
pvs_code hx_worker_do(hx_worker *worker, hx_task *task, pvs_error *error);
void hx_worker_close(hx_worker *worker);

/* open, tasks of the scheduler until there are none, close. */
void hx_worker_loop(const hx_pool *pool, uint32_t index);

/* Fills result with HX_EXEC_SYSTEM or _DIED and a message; returns false. */
bool hx_exec_fail(hx_exec_result *result, hx_exec_status status, pvs_code code, const char *format,
                  ...) __attribute__((format(printf, 4, 5)));

/* ---- worker threads of one process (threads.c) ---- */

/* pthread_create with all signals but those of its own faults blocked in the new thread: they are the
 * calling thread's business. */
int hx_thread_create(pthread_t *thread, void *(*function)(void *), void *ctx);

typedef struct hx_threads {
  struct hx_thread *thread;
  uint32_t n;
} hx_threads;

/* Workers first .. first + n - 1, each in a thread of hx_thread_create. 0, or an errno: then the
 * scheduler is stopped, those that were not started have left, and the others can be joined. */
int hx_threads_start(hx_threads *threads, const hx_pool *pool, uint32_t first, uint32_t n);
void hx_threads_join(hx_threads *threads); /* and frees */

/* ---- the coordinator (coordinator.c): the calling thread while workers compute. It emits their
 * results in order, shows progress and notices failures. It sleeps almost all the time ---- */

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
