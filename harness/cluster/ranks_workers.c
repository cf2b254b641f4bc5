/* The threads of a rank: each takes items from a queue until it is told to leave. */
#include "cluster/ranks_state.h"

#include "base/fail.h"
#include "exec/worker.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

/* A cancelled worker is inside a task of at most seconds; more than this, and it is stuck. */
enum { GIVE_UP_S = 5 };

/* ---- in a worker --------------------------------------------------------------------------- */

static void *work(void *ctx) {
  rank_worker *worker = ctx;
  ranks *r = worker->ranks;
  pthread_mutex_lock(&r->lock);
  for (;;) {
    while (r->queued == 0 && !r->leave)
      pthread_cond_wait(&r->more, &r->lock);
    if (r->leave)
      break;
    uint32_t item = r->queue[0];
    memmove(r->queue, r->queue + 1, --r->queued * sizeof *r->queue);
    r->running++;
    pthread_mutex_unlock(&r->lock);
    rank_done done = {.item = item};
    hx_ranks_run_item(worker, item, &done);
    pthread_mutex_lock(&r->lock);
    r->running--;
    r->done[r->n_done++] = done;
    pthread_cond_signal(&r->some_done);
  }
  pthread_mutex_unlock(&r->lock);
  return NULL;
}

/* ---- their life ---------------------------------------------------------------------------- */

static void make_condition(pthread_cond_t *condition) {
  pthread_condattr_t attributes;
  pthread_condattr_init(&attributes);
  pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
  pthread_cond_init(condition, &attributes);
  pthread_condattr_destroy(&attributes);
}

static bool make_worker(ranks *r, uint32_t index, pvs_error *error) {
  rank_worker *worker = &r->workers[index];
  worker->ranks = r;
  worker->options = *r->given;
  worker->options.config.executor = HX_EXECUTOR_SERIAL;
  worker->options.config.processes = worker->options.config.threads = 1;
  worker->options.places = r->given->places ? r->given->places + index : NULL;
  worker->options.cancel = &r->cancel;
  worker->options.progress = NULL;
  return hx_block_maker_init(&worker->maker, &r->plan, &worker->options, error);
}

bool hx_ranks_start_workers(ranks *r, pvs_error *error) {
  const uint32_t n = (uint32_t)hx_config_workers(&r->given->config);
  int refused = 0;
  make_condition(&r->more);
  make_condition(&r->some_done);
  r->queue = calloc((size_t)n * CREDIT, sizeof *r->queue);
  r->done = calloc((size_t)n * CREDIT, sizeof *r->done);
  r->workers = calloc(n, sizeof *r->workers);
  if (!r->queue || !r->done || !r->workers)
    return hx_fail_memory(error);
  for (r->n_workers = 0; r->n_workers < n; r->n_workers++)
    if (!make_worker(r, r->n_workers, error))
      return false;
  for (r->started = 0; r->started < n && refused == 0; r->started += refused == 0)
    refused = hx_thread_create(&r->workers[r->started].thread, work, &r->workers[r->started]);
  if (refused != 0)
    return hx_fail(error, PVS_NO_MEMORY, "cannot start %u threads: %s", n, strerror(refused));
  return true;
}

void hx_ranks_stop_workers(ranks *r) {
  pthread_mutex_lock(&r->lock);
  r->leave = true;
  pthread_cond_broadcast(&r->more);
  pthread_mutex_unlock(&r->lock);
  for (uint32_t i = 0; i < r->started; i++)
    pthread_join(r->workers[i].thread, NULL);
  r->started = 0;
}

/* ---- for the thread that started MPI ------------------------------------------------------- */

void hx_ranks_give(ranks *r, uint32_t item) {
  pthread_mutex_lock(&r->lock);
  r->queue[r->queued++] = item;
  pthread_cond_signal(&r->more);
  pthread_mutex_unlock(&r->lock);
}

bool hx_ranks_take_done(ranks *r, rank_done *done) {
  pthread_mutex_lock(&r->lock);
  bool any = r->n_done > 0;
  if (any) {
    *done = r->done[0];
    memmove(r->done, r->done + 1, --r->n_done * sizeof *r->done);
  }
  pthread_mutex_unlock(&r->lock);
  return any;
}

static struct timespec after_us(long us) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  t.tv_nsec += us * 1000L;
  t.tv_sec += t.tv_nsec / 1000000000L;
  t.tv_nsec %= 1000000000L;
  return t;
}

void hx_ranks_wait(ranks *r) {
  pthread_mutex_lock(&r->lock);
  bool busy = r->running + r->queued >= r->n_workers;
  struct timespec until = after_us(!busy ? IDLE_US : r->rank == 0 ? SERVER_US : OTHERS_US);
  if (r->n_done == 0)
    pthread_cond_timedwait(&r->some_done, &r->lock, &until);
  pthread_mutex_unlock(&r->lock);
}

void hx_ranks_settle(ranks *r) {
  struct timespec until = after_us(GIVE_UP_S * 1000000L);
  pthread_mutex_lock(&r->lock);
  r->queued = 0;
  while (r->running > 0)
    if (pthread_cond_timedwait(&r->some_done, &r->lock, &until) != 0 && r->running > 0)
      r->mpi->abort(1); /* its threads are stuck */
  pthread_mutex_unlock(&r->lock);
}
