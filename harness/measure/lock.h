/* Allows one measurement at a time on a machine: an advisory lock that is released when its holder
 * ends. If the holder is killed, it is released as soon as the current run has ended too (guard.h).
 * Measured programs do not inherit it. */
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

/* How long to wait for another holder, and whom to tell. A zeroed struct means not to wait. */
typedef struct hx_lock_wait {
  double patience_s;                              /* INFINITY: for ever */
  void (*waiting)(const char *holder, void *ctx); /* called once when it has to wait; may be NULL */
  void *ctx;
  const volatile sig_atomic_t *interrupts; /* nonzero ends the wait; NULL: nothing does */
} hx_lock_wait;

/* Takes the lock, waiting for its holder, who is told as "pid 4711: pvtune tune" or "another
 * process". `who` is written into the file for others. False with a sentence in error: the file
 * cannot be used, the wait was interrupted, or it took too long (then the error names the
 * holder). */
bool hx_lock_take(hx_lock *lock, const char *path, const char *who, const hx_lock_wait *wait,
                  pvs_error *error);
/* A lock that is not held is fine. */
void hx_lock_release(hx_lock *lock);

#endif
