#include "exec/worker.h"

#include <errno.h>
#include <stdlib.h>

struct hx_thread {
  const hx_pool *pool;
  uint32_t worker;
  pthread_t id;
};

static void *work(void *ctx) {
  const struct hx_thread *thread = ctx;
  hx_worker_loop(thread->pool, thread->worker);
  return NULL;
}

/* A worker that never came to be leaves, or the others would be waited for in vain. */
static void give_up(const hx_pool *pool, uint32_t first, uint32_t end) {
  const hx_task nothing = {HX_TASK_NONE, 0, 0};
  hx_sched_stop(pool->sched);
  for (uint32_t w = first; w < end; w++)
    hx_sched_next(pool->sched, pool->work, w, &nothing);
}

int hx_thread_create(pthread_t *thread, void *(*function)(void *), void *ctx) {
  static const int faults[] = {SIGBUS, SIGSEGV, SIGFPE, SIGILL};
  sigset_t others, before;
  sigfillset(&others);
  for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
    sigdelset(&others, faults[i]); /* blocked, they would end us without a word (mapped_inputs.h) */
  pthread_sigmask(SIG_SETMASK, &others, &before);
  int failure = pthread_create(thread, NULL, function, ctx);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  return failure;
}

int hx_threads_start(hx_threads *threads, const hx_pool *pool, uint32_t first, uint32_t n) {
  *threads = (hx_threads){.thread = calloc(n ? n : 1, sizeof *threads->thread)};
  if (!threads->thread) {
    give_up(pool, first, first + n);
    return ENOMEM;
  }
  int failure = 0;
  while (failure == 0 && threads->n < n) {
    struct hx_thread *thread = &threads->thread[threads->n];
    *thread = (struct hx_thread){.pool = pool, .worker = first + threads->n};
    failure = hx_thread_create(&thread->id, work, thread);
    threads->n += failure == 0;
  }
  if (failure != 0)
    give_up(pool, first + threads->n, first + n);
  return failure;
}

void hx_threads_join(hx_threads *threads) {
  for (uint32_t i = 0; i < threads->n; i++)
    pthread_join(threads->thread[i].id, NULL);
  free(threads->thread);
  *threads = (hx_threads){0};
}
