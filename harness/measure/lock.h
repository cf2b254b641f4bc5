/* One measurement at a time on a machine: an advisory lock that ends with its holder, however that
 * ends: when it is killed, as soon as the run under way is ended too (guard.h). Programs that are
 * measured do not inherit it. */
#ifndef HX_MEASURE_LOCK_H
#define HX_MEASURE_LOCK_H

#include "pvs/pvs.h"

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct hx_lock {
  int fd; /* -1: not held */
} hx_lock;

/* Where the lock is: $PVTUNE_LOCK, else /run/lock/pvtune-measure.lock, else in /tmp. One for all
 * users of the machine. Returns path. */
const char *hx_lock_path(char *path, size_t cap);

/* Takes the lock, waiting for its holder. When it has to wait, `waiting` is called once with who
 * holds it ("pid 4711: pvtune tune", or "another process"). False with a sentence in error: the
 * file cannot be used, or *interrupts became nonzero while waiting (NULL: never). */
bool hx_lock_take(hx_lock *lock, const char *path, const char *who,
                  void (*waiting)(const char *holder, void *ctx), void *ctx,
                  const volatile sig_atomic_t *interrupts, pvs_error *error);
/* A lock that is not held is fine. */
void hx_lock_release(hx_lock *lock);

#endif
