#include "exec/study_work.h"
#include "exec/worker.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

/* Tasks that threads take one after the other. */
typedef struct reading {
  void (*task)(void *ctx, size_t index);
  void *ctx;
  size_t n;
  atomic_size_t next;
} reading;

static void *take_tasks(void *ctx) {
  reading *r = ctx;
  size_t index;
  while ((index = atomic_fetch_add(&r->next, 1)) < r->n)
    r->task(r->ctx, index);
  return NULL;
}

/* As pvs_parallel wants it; ctx: how many threads. */
static void run_tasks(void *ctx, size_t n, void (*task)(void *task_ctx, size_t index),
                      void *task_ctx) {
  reading r = {.task = task, .ctx = task_ctx, .n = n};
  atomic_init(&r.next, 0);
  size_t helpers = *(const unsigned *)ctx;
  helpers = (helpers < n ? helpers : n) - 1; /* this thread takes tasks as well */
  pthread_t *thread = calloc(helpers + 1, sizeof *thread);
  size_t started = 0;
  /* Fewer threads than wanted, or none, still do everything. */
  while (thread && started < helpers && hx_thread_create(&thread[started], take_tasks, &r) == 0)
    started++;
  take_tasks(&r);
  for (size_t i = 0; i < started; i++)
    pthread_join(thread[i], NULL);
  free(thread);
}

pvs_code hx_study_open(const pvs_study_options *options, unsigned threads, pvs_study **study,
                       pvs_error *error) {
  const pvs_parallel parallel = {.run = run_tasks, .ctx = &threads, .workers = threads};
  pvs_study_options own = *options;
  own.parallel = threads > 1 ? &parallel : NULL;
  return pvs_study_open(&own, study, error);
}
