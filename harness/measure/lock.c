#include "measure/lock.h"

#include "base/clock.h"
#include "base/fail.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

enum { HOLDER_TEXT = 128 };

const char *hx_lock_path(char *path, size_t cap) {
  static const char name[] = "pvtune-measure.lock";
  const char *given = getenv("PVTUNE_LOCK");
  if (given && *given)
    snprintf(path, cap, "%s", given);
  else if (access("/run/lock", W_OK) == 0)
    snprintf(path, cap, "/run/lock/%s", name);
  else
    snprintf(path, cap, "/tmp/%s", name);
  return path;
}

/* The file belongs to whoever came first; the others may only read it, which is enough to lock. */
static int open_lock(const char *path) {
  int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
  if (fd < 0 && (errno == EACCES || errno == EPERM))
    return open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  return fd;
}

static void read_holder(int fd, char holder[HOLDER_TEXT]) {
  ssize_t n = pread(fd, holder, HOLDER_TEXT - 1, 0);
  holder[n > 0 ? n : 0] = 0;
  holder[strcspn(holder, "\n")] = 0;
  if (!holder[0])
    strcpy(holder, "another process");
}

static void write_holder(int fd, const char *who) {
  char text[HOLDER_TEXT];
  int n = snprintf(text, sizeof text, "pid %ld: %s\n", (long)getpid(), who);
  size_t size = n < (int)sizeof text ? (size_t)n : sizeof text - 1;
  /* Only for the message of who waits; a file of another user stays as it is. */
  if (ftruncate(fd, 0) == 0 && pwrite(fd, text, size, 0) < 0)
    return;
}

bool hx_lock_take(hx_lock *lock, const char *path, const char *who, const hx_lock_wait *wait,
                  pvs_error *error) {
  lock->fd = open_lock(path);
  if (lock->fd < 0)
    return hx_fail(error, PVS_IO,
                   "the measuring lock %s cannot be opened: %s (--no-lock does without)", path,
                   strerror(errno));
  double began_s = hx_clock_s();
  for (bool said = false; flock(lock->fd, LOCK_EX | LOCK_NB) != 0; said = true) {
    char holder[HOLDER_TEXT];
    int reason = errno;
    bool interrupted = wait->interrupts && *wait->interrupts;
    bool patient = hx_clock_s() - began_s < wait->patience_s;
    read_holder(lock->fd, holder);
    if (reason != EWOULDBLOCK && reason != EINTR)
      hx_fail(error, PVS_IO, "%s cannot be locked: %s (--no-lock does without)", path,
              strerror(reason));
    else if (interrupted)
      hx_fail(error, PVS_IO, "interrupted while waiting for another measurement to end");
    else if (!patient)
      hx_fail(error, PVS_IO,
              "another measurement is running (%s) and has held the lock %s for %g s or longer "
              "(--lock-wait waits longer, --no-lock does without)",
              holder, path, wait->patience_s);
    else {
      if (!said && wait->waiting)
        wait->waiting(holder, wait->ctx);
      nanosleep(&(struct timespec){.tv_nsec = 100 * 1000 * 1000}, NULL);
      continue;
    }
    hx_lock_release(lock);
    return false;
  }
  write_holder(lock->fd, who);
  return true;
}

void hx_lock_release(hx_lock *lock) {
  if (lock->fd >= 0)
    close(lock->fd);
  lock->fd = -1;
}
