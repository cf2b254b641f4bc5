/* An event that several processes can wait for. The word lies in shared memory and only ever counts
 * up; nothing in it belongs to a waiter, so one that is killed while asleep leaves nothing behind
 * (a condition variable would make the next signal wait for it forever). Linux only.
 *
 * Use under a lock:  ticket = load(event); unlock; hx_futex_wait(event, ticket); lock; look again.
 */
#ifndef HX_EXEC_FUTEX_H
#define HX_EXEC_FUTEX_H

#include <limits.h>
#include <linux/futex.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

typedef _Atomic uint32_t hx_futex;

/* Returns when the event was raised after the ticket was read, after timeout_ms (negative: none),
 * on a signal, or for no reason. */
static inline void hx_futex_wait(hx_futex *event, uint32_t ticket, int timeout_ms) {
  struct timespec timeout = {timeout_ms / 1000, (long)(timeout_ms % 1000) * 1000000L};
  syscall(SYS_futex, event, FUTEX_WAIT, ticket, timeout_ms < 0 ? NULL : &timeout, NULL, 0);
}

static inline void hx_futex_raise(hx_futex *event, bool wake_all) {
  atomic_fetch_add(event, 1);
  syscall(SYS_futex, event, FUTEX_WAKE, wake_all ? INT_MAX : 1, NULL, NULL, 0);
}

#endif
