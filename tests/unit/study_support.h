/* Workers that are none: tasks in an order of chance, for whoever opens studies in parts. */
#ifndef TESTS_UNIT_STUDY_SUPPORT_H
#define TESTS_UNIT_STUDY_SUPPORT_H

#include "memory_base.h"

typedef struct shuffler {
  dice *d;
  size_t calls; /* tasks that were run */
} shuffler;

static inline void shuffler_run(void *ctx, size_t n, void (*task)(void *task_ctx, size_t i),
                                void *task_ctx) {
  shuffler *s = ctx;
  size_t order[256];
  need(n <= 256);
  for (size_t i = 0; i < n; i++)
    order[i] = i;
  for (size_t i = n; i-- > 1;) {
    size_t other = dice_below(s->d, (uint32_t)i + 1), kept = order[i];
    order[i] = order[other];
    order[other] = kept;
  }
  for (size_t i = 0; i < n; i++)
    task(task_ctx, order[i]);
  s->calls += n;
}

static inline pvs_parallel shuffled(shuffler *s, unsigned workers, size_t least_bytes) {
  return (pvs_parallel){
      .run = shuffler_run, .ctx = s, .workers = workers, .least_bytes = least_bytes};
}

#endif
