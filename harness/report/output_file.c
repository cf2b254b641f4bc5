#include "report/output_file.h"

#include "base/fail.h"
#include "base/files.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What a file made by open() would get. */
static mode_t default_mode(void) {
  mode_t mask = umask(0);
  umask(mask);
  return 0666 & ~mask;
}

/* False with errno set. */
static bool replace(const char *path, mode_t mode, const void *bytes, size_t size) {
  char beside[PATH_MAX];
  const char *slash = strrchr(path, '/');
  int folder = slash ? (int)(slash - path) + 1 : 0;
  if (snprintf(beside, sizeof beside, "%.*s.pvtune-XXXXXX", folder, path) >= (int)sizeof beside) {
    errno = ENAMETOOLONG;
    return false;
  }
  int fd = mkostemp(beside, O_CLOEXEC);
  if (fd < 0)
    return false;
  bool ok = hx_files_write_fd(fd, bytes, size) && fchmod(fd, mode) == 0;
  ok = close(fd) == 0 && ok && rename(beside, path) == 0;
  if (!ok) {
    int reason = errno;
    unlink(beside);
    errno = reason;
  }
  return ok;
}

static bool write_into(const char *path, const void *bytes, size_t size) {
  int fd = open(path, O_WRONLY | O_CLOEXEC);
  return fd >= 0 && (hx_files_write_fd(fd, bytes, size) & (close(fd) == 0));
}

bool hx_output_file_write(const char *path, const void *bytes, size_t size, pvs_error *error) {
  sigset_t all, before;
  struct stat old;
  char final[PATH_MAX];
  bool exists = stat(path, &old) == 0, ok;
  if (exists && S_ISDIR(old.st_mode))
    return hx_fail_at(error, PVS_BAD_VALUE, path, 0, NULL, "is a folder; expected a file");
  if (!exists || !realpath(path, final))
    snprintf(final, sizeof final, "%s", path);
  sigfillset(&all); /* a signal must not leave the file beside behind */
  sigprocmask(SIG_BLOCK, &all, &before);
  ok = exists && !S_ISREG(old.st_mode)
           ? write_into(path, bytes, size)
           : replace(final, exists ? old.st_mode & 07777 : default_mode(), bytes, size);
  int reason = errno;
  sigprocmask(SIG_SETMASK, &before, NULL);
  return ok || hx_fail_errno(error, reason, path, "cannot be written");
}
