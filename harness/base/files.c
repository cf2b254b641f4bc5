#include "base/files.h"

#include "base/fail.h"
#include "base/walk.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* False, with errno set. */
static bool refuse(int reason) {
  errno = reason;
  return false;
}

bool hx_files_is_folder(const char *path) {
  struct stat status;
  return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

static bool make_one(const char *path, int *made) {
  bool ok = mkdir(path, 0777) == 0;
  if (ok && made)
    ++*made;
  if (ok)
    return true;
  if (errno != EEXIST)
    return false;
  return hx_files_is_folder(path) || refuse(ENOTDIR);
}

bool hx_files_make_folder(const char *path, int *made) {
  char copy[PATH_MAX];
  if (strlen(path) >= sizeof copy)
    return refuse(ENAMETOOLONG);
  strcpy(copy, path);
  for (char *slash = copy; (slash = strchr(slash + 1, '/')) != NULL;) {
    *slash = '\0';
    if (!make_one(copy, made))
      return false;
    *slash = '/';
  }
  return make_one(copy, made);
}

/* Nothing can be removed from a folder that forbids writing, even from our own. */
static hx_walk_step remove_entry(void *context, const hx_walked *entry) {
  (void)context;
  mode_t mode = entry->status->st_mode;
  if (!S_ISDIR(mode) || entry->after)
    return remove(entry->path) == 0 || errno == ENOENT ? HX_WALK_ON : HX_WALK_END;
  if ((mode & S_IRWXU) != S_IRWXU)
    chmod(entry->path, (mode & 07777) | S_IRWXU);
  return HX_WALK_ON;
}

bool hx_files_remove(const char *path) {
  char copy[PATH_MAX];
  struct stat status;
  if (strlen(path) >= sizeof copy)
    return refuse(ENAMETOOLONG);
  strcpy(copy, path);
  int reason = hx_walk(copy, HX_WALK_ONE_FS, remove_entry, NULL) ? EIO : errno;
  if (lstat(path, &status) != 0 && (errno == ENOENT || errno == ENOTDIR))
    return true;
  return refuse(reason);
}

static hx_walk_step add_bytes(void *context, const hx_walked *entry) {
  if (S_ISREG(entry->status->st_mode))
    *(double *)context += (double)entry->status->st_size;
  return HX_WALK_ON;
}

double hx_files_bytes(const char *path) {
  char copy[PATH_MAX];
  double bytes = 0;
  return snprintf(copy, sizeof copy, "%s", path) < (int)sizeof copy &&
                 hx_walk(copy, HX_WALK_INSIDE, add_bytes, &bytes)
             ? bytes
             : (double)NAN;
}

bool hx_files_read_fd(int fd, const char *path, hx_text *text, pvs_error *error) {
  struct stat status;
  if (fstat(fd, &status) != 0)
    return hx_fail_errno(error, errno, path, "cannot be read");
  size_t size = status.st_size > 0 ? (size_t)status.st_size : 0, done = 0;
  char *to = hx_text_reserve(text, size);
  if (!to)
    return hx_fail_memory(error);
  while (done < size) {
    ssize_t got = pread(fd, to + done, size - done, (off_t)done);
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0)
      return hx_fail_errno(error, errno, path, "cannot be read");
    if (got == 0)
      break;
    done += (size_t)got;
  }
  to[done] = '\0';
  text->length += done;
  return true;
}

int hx_files_open(const char *path, int flags, const char *expected, pvs_error *error) {
  struct stat status;
  int fd = open(path, flags | O_CLOEXEC | O_NONBLOCK, 0666);
  if (fd < 0) {
    hx_fail_errno(error, errno, path, "cannot be opened");
    return -1;
  }
  if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode))
    return fd;
  hx_fail_at(error, PVS_BAD_VALUE, path, 0, NULL, "found %s, expected %s",
             S_ISDIR(status.st_mode) ? "a folder" : "a device or pipe", expected);
  close(fd);
  return -1;
}

bool hx_files_read(const char *path, hx_text *text, pvs_error *error) {
  int fd = hx_files_open(path, O_RDONLY, "a file", error);
  if (fd < 0)
    return false;
  bool ok = hx_files_read_fd(fd, path, text, error);
  close(fd);
  return ok;
}

bool hx_files_write_fd(int fd, const void *bytes, size_t size) {
  const char *from = bytes;
  while (size > 0) {
    ssize_t n = write(fd, from, size);
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return refuse(n == 0 ? ENOSPC : errno);
    from += n;
    size -= (size_t)n;
  }
  return true;
}

/* ---- replaced as a whole ---- */

/* What a file made by open() would get. */
static mode_t default_mode(void) {
  mode_t mask = umask(0);
  umask(mask);
  return 0666 & ~mask;
}

/* False with errno set. A signal must not leave the file beside behind. */
static bool replace_file(const char *path, mode_t mode, const void *bytes, size_t size) {
  char beside[PATH_MAX];
  const char *slash = strrchr(path, '/');
  int folder = slash ? (int)(slash - path) + 1 : 0;
  if (snprintf(beside, sizeof beside, "%.*s.pvtune-XXXXXX", folder, path) >= (int)sizeof beside)
    return refuse(ENAMETOOLONG);
  sigset_t all, before;
  sigfillset(&all);
  sigprocmask(SIG_BLOCK, &all, &before);
  int fd = mkostemp(beside, O_CLOEXEC);
  bool made = fd >= 0;
  bool ok = made && hx_files_write_fd(fd, bytes, size) && fchmod(fd, mode) == 0;
  ok = made && close(fd) == 0 && ok && rename(beside, path) == 0;
  int reason = errno;
  if (made && !ok)
    unlink(beside);
  sigprocmask(SIG_SETMASK, &before, NULL);
  errno = reason;
  return ok;
}

/* A pipe that nobody reads is not waited for. */
static bool write_into(const char *path, const void *bytes, size_t size) {
  int fd = open(path, O_WRONLY | O_CLOEXEC | O_NONBLOCK);
  bool ok = fd >= 0 && fcntl(fd, F_SETFL, O_WRONLY) == 0 && hx_files_write_fd(fd, bytes, size);
  int reason = errno;
  if (fd >= 0 && close(fd) != 0 && ok)
    return false;
  errno = reason;
  return ok;
}

bool hx_files_replace(const char *path, const void *bytes, size_t size, pvs_error *error) {
  struct stat old;
  char final[PATH_MAX];
  bool exists = stat(path, &old) == 0, ok;
  if (exists && S_ISDIR(old.st_mode))
    return hx_fail_at(error, PVS_BAD_VALUE, path, 0, NULL, "found a folder, expected a file");
  if (!exists || !realpath(path, final))
    snprintf(final, sizeof final, "%s", path);
  ok = exists && !S_ISREG(old.st_mode)
           ? write_into(path, bytes, size)
           : replace_file(final, exists ? old.st_mode & 07777 : default_mode(), bytes, size);
  return ok || hx_fail_errno(error, errno, path, "cannot be written");
}

bool hx_files_has_folder(const char *folder, const char *name) {
  char path[PATH_MAX];
  return snprintf(path, sizeof path, "%s/%s", folder, name) < (int)sizeof path &&
         hx_files_is_folder(path);
}

bool hx_files_append(const char *path, const void *bytes, size_t size, pvs_error *error) {
  struct stat before = {0};
  const bool existed = stat(path, &before) == 0;
  int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0666);
  bool ok = fd >= 0 && fcntl(fd, F_SETFL, O_APPEND) == 0 && fstat(fd, &before) == 0 &&
            hx_files_write_fd(fd, bytes, size);
  int reason = errno;
  if (fd >= 0 && !ok && S_ISREG(before.st_mode) && ftruncate(fd, before.st_size) == 0 && !existed)
    unlink(path);
  if (fd >= 0 && close(fd) != 0 && ok) {
    ok = false;
    reason = errno;
  }
  return ok || hx_fail_errno(error, reason, path, "cannot be written");
}
