/* Worker threads of one process, for the executors that have them. */
#ifndef HX_EXEC_THREADS_H
#define HX_EXEC_THREADS_H

#include "exec/worker.h"

typedef struct hx_threads {
  struct hx_thread *thread;
  uint32_t n;
} hx_threads;

/* Workers first .. first + n - 1, each in a thread with all signals blocked (they are the calling
 * thread's business). 0, or an errno: then the scheduler is stopped, those that were not started
 * have left, and the others can be joined. */
int hx_threads_start(hx_threads *threads, const hx_pool *pool, uint32_t first, uint32_t n);
void hx_threads_join(hx_threads *threads); /* and frees */

#endif
