#include "exec/study_work.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

typedef struct reading {
  pvs_study *study;
  size_t n;
  atomic_size_t next;
  pthread_mutex_t lock; /* of the following */
  size_t failed;        /* the lowest task that failed; n: none */
  pvs_code code;
  pvs_error error;
} reading;

static void take_error(reading *r, size_t task, pvs_code code, const pvs_error *error) {
  pthread_mutex_lock(&r->lock);
  if (task < r->failed) {
    r->failed = task;
    r->code = code;
    r->error = *error;
  }
  pthread_mutex_unlock(&r->lock);
}

/* Tasks are begun in order and those begun are finished: so the lowest that fails is always found.
 */
static void *read_some(void *ctx) {
  reading *r = ctx;
  size_t task;
  while ((task = atomic_fetch_add(&r->next, 1)) < r->n) {
    pvs_error error = {0};
    pvs_code code = pvs_study_read(r->study, task, &error);
    if (code != PVS_OK) {
      take_error(r, task, code, &error);
      break;
    }
    pthread_mutex_lock(&r->lock);
    bool stop = r->failed < r->n;
    pthread_mutex_unlock(&r->lock);
    if (stop)
      break;
  }
  return NULL;
}

static pvs_code read_all(pvs_study *study, unsigned threads, pvs_error *error) {
  reading r = {.study = study, .n = pvs_study_reads(study)};
  r.failed = r.n;
  pthread_mutex_init(&r.lock, NULL);
  atomic_init(&r.next, 0);

  size_t helpers = threads < r.n ? threads : r.n;
  helpers -= helpers > 0; /* this thread reads as well */
  pthread_t *thread = calloc(helpers + 1, sizeof *thread);
  size_t started = 0;
  /* Fewer threads than wanted, or none, still read everything. */
  while (thread && started < helpers && pthread_create(&thread[started], NULL, read_some, &r) == 0)
    started++;
  read_some(&r);
  for (size_t i = 0; i < started; i++)
    pthread_join(thread[i], NULL);
  free(thread);
  pthread_mutex_destroy(&r.lock);
  if (r.code != PVS_OK)
    *error = r.error;
  return r.code;
}

pvs_code hx_study_open(const pvs_study_options *options, unsigned threads, pvs_study **study,
                       pvs_error *error) {
  pvs_study_options deferred = *options;
  deferred.defer_profiles = threads > 1;
  pvs_code code = pvs_study_open(&deferred, study, error);
  if (code != PVS_OK || !deferred.defer_profiles)
    return code;
  code = read_all(*study, threads, error);
  if (code == PVS_OK)
    code = pvs_study_seal(*study, error);
  if (code != PVS_OK) {
    pvs_study_close(*study);
    *study = NULL;
  }
  return code;
}
