#include "exec/outdir.h"

#include "base/fail.h"
#include "exec/clock.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- trees --------------------------------------------------------------------------------- */

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *where) {
  (void)status;
  (void)type;
  (void)where;
  return remove(path) == 0 || errno == ENOENT ? 0 : errno;
}

/* Another process may be at it too. False with errno set when something is left. */
static bool remove_tree(const char *path) {
  int reason = nftw(path, remove_entry, 32, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
  if (access(path, F_OK) != 0 && errno == ENOENT)
    return true;
  errno = reason > 0 ? reason : EIO;
  return false;
}

/* Makes the folder and those above it; counts those that were missing. */
static bool make_path(const char *path, int *made) {
  if (mkdir(path, 0777) == 0) {
    ++*made;
    return true;
  }
  if (errno == EEXIST) {
    struct stat status;
    if (stat(path, &status) == 0 && S_ISDIR(status.st_mode))
      return true;
    errno = ENOTDIR;
    return false;
  }
  if (errno != ENOENT)
    return false;
  char parent[PATH_MAX];
  snprintf(parent, sizeof parent, "%s", path);
  size_t length = strlen(parent);
  while (length > 1 && parent[length - 1] == '/')
    length--;
  while (length > 0 && parent[length - 1] != '/')
    length--;
  if (length <= 1)
    return false;
  parent[length - 1] = '\0';
  if (!make_path(parent, made))
    return false;
  if (mkdir(path, 0777) == 0)
    ++*made;
  else if (errno != EEXIST)
    return false;
  return true;
}

bool hx_outdir_make_path(const char *path) {
  int made = 0;
  return make_path(path, &made);
}

/* ---- whose folder is it -------------------------------------------------------------------- */

typedef enum owner { OWNER_NONE, OWNER_EMPTY, OWNER_US, OWNER_OTHER, OWNER_NO_FOLDER } owner;

static owner owner_of(const char *folder) {
  char marker[PATH_MAX + sizeof HX_OUTDIR_MARKER];
  snprintf(marker, sizeof marker, "%s/" HX_OUTDIR_MARKER, folder);
  struct stat status;
  if (stat(folder, &status) != 0)
    return OWNER_NONE;
  if (!S_ISDIR(status.st_mode))
    return OWNER_NO_FOLDER;
  DIR *entries = opendir(folder);
  if (!entries)
    return OWNER_OTHER;
  bool empty = true;
  for (struct dirent *entry; empty && (entry = readdir(entries)) != NULL;)
    empty = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
  closedir(entries);
  if (empty)
    return OWNER_EMPTY;
  return access(marker, F_OK) == 0 ? OWNER_US : OWNER_OTHER;
}

static bool check_owner(const char *folder, bool force, pvs_error *error) {
  owner who = owner_of(folder);
  if (who == OWNER_NO_FOLDER)
    return hx_fail(error, PVS_BAD_VALUE, "%s: found a file, expected a folder or nothing", folder);
  if (who == OWNER_OTHER && !force)
    return hx_fail(error, PVS_BAD_VALUE,
                   "%s: found files that pvtune did not write, expected its own outputs or nothing "
                   "(--force replaces the folder)",
                   folder);
  return true;
}

/* ---- begin --------------------------------------------------------------------------------- */

/* The path with links resolved, also of something that is not there yet. */
static bool resolve(const char *folder, char *resolved) {
  if (realpath(folder, resolved))
    return true;
  if (errno != ENOENT)
    return false;
  char parent[PATH_MAX];
  if (strlen(folder) >= sizeof parent) {
    errno = ENAMETOOLONG;
    return false;
  }
  strcpy(parent, folder);
  char *slash = strrchr(parent, '/');
  const char *name = slash ? slash + 1 : folder;
  if (slash)
    *slash = '\0';
  char above[PATH_MAX];
  if (!realpath(!slash ? "." : parent[0] ? parent : "/", above))
    return false;
  if (snprintf(resolved, PATH_MAX, "%s/%s", strcmp(above, "/") == 0 ? "" : above, name) >=
      PATH_MAX) {
    errno = ENAMETOOLONG;
    return false;
  }
  return true;
}

/* Opens a folder and locks it. -1 with errno set: EWOULDBLOCK or ENOENT when another process has
 * it, or it is gone; anything else on a file system without locks, where nobody gets one and
 * nothing is ever taken for left behind. */
static int lock_folder(const char *path) {
  int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0)
    return -1;
  struct stat status;
  int reason = flock(fd, LOCK_EX | LOCK_NB) != 0 || fstat(fd, &status) != 0 ? errno
               : status.st_nlink == 0                                       ? ENOENT
                                                                            : 0;
  if (reason == 0)
    return fd;
  close(fd);
  errno = reason;
  return -1;
}

/* The name of a temporary folder is ".NAME.PID-NANOSECONDS.tmp": never used again, so that whoever
 * removes one that was left behind can remove nothing else. */
static bool is_temp_name(const char *entry, const char *name) {
  size_t length = strlen(name);
  if (entry[0] != '.' || strncmp(entry + 1, name, length) != 0 || entry[length + 1] != '.')
    return false;
  const char *rest = entry + length + 2;
  size_t pid = strspn(rest, "0123456789");
  size_t n = rest[pid] == '-' ? strspn(rest + pid + 1, "0123456789") : 0;
  return pid > 0 && n > 0 && strcmp(rest + pid + 1 + n, ".tmp") == 0;
}

static void remove_left_behind(const hx_outdir *dir) {
  const char *name = strrchr(dir->final, '/') + 1;
  char path[PATH_MAX];
  int parent = snprintf(path, sizeof path, "%.*s", (int)(name - dir->final), dir->final);
  DIR *entries = opendir(path);
  for (struct dirent *entry; entries && (entry = readdir(entries)) != NULL;) {
    if (!is_temp_name(entry->d_name, name) || (size_t)parent + strlen(entry->d_name) >= sizeof path)
      continue;
    strcpy(path + parent, entry->d_name);
    int fd = lock_folder(path);
    if (fd >= 0) {
      remove_tree(path);
      close(fd);
    }
  }
  if (entries)
    closedir(entries);
}

static void unlock_temp(hx_outdir *dir) {
  if (dir->lock_fd >= 0)
    close(dir->lock_fd);
  dir->lock_fd = -1;
}

/* Made with mkdir, so that nobody else can have it. In the moment before it is locked another run
 * may take it for left behind: then it is made again under another name. */
static bool make_temp(hx_outdir *dir) {
  const char *name = strrchr(dir->final, '/') + 1;
  for (int attempt = 0; attempt < 100; attempt++) {
    int length =
        snprintf(dir->temp, sizeof dir->temp, "%.*s.%s.%ld-%llu.tmp", (int)(name - dir->final),
                 dir->final, name, (long)getpid(), (unsigned long long)hx_clock_ns());
    if (length >= (int)sizeof dir->temp) {
      errno = ENAMETOOLONG;
      break;
    }
    if (mkdir(dir->temp, 0777) == 0) {
      dir->lock_fd = lock_folder(dir->temp);
      if (dir->lock_fd >= 0 || (errno != EWOULDBLOCK && errno != ENOENT))
        return true;
    } else if (errno != EEXIST) {
      break;
    }
  }
  dir->temp[0] = '\0';
  return false;
}

/* Upwards from the folder, over those that were never made. */
static void remove_made_parents(hx_outdir *dir, const char *folder) {
  char path[PATH_MAX];
  snprintf(path, sizeof path, "%s", folder);
  for (char *slash; dir->made_parents > 0 && (slash = strrchr(path, '/')) != NULL;) {
    *slash = '\0';
    if (rmdir(path) == 0)
      dir->made_parents--;
    else if (errno != ENOENT)
      break; /* somebody else has put something there */
  }
}

bool hx_outdir_begin(hx_outdir *dir, const char *folder, bool force, pvs_error *error) {
  *dir = (hx_outdir){.force = force, .lock_fd = -1};
  char path[PATH_MAX];
  size_t length = strlen(folder);
  while (length > 1 && folder[length - 1] == '/')
    length--;
  if (length == 0 || length >= sizeof path)
    return hx_fail(error, PVS_BAD_VALUE, "%s: no valid name of a folder", folder);
  memcpy(path, folder, length);
  path[length] = '\0';
  if (!check_owner(path, force, error))
    return false;

  char *slash = strrchr(path, '/');
  if (slash && slash != path) {
    *slash = '\0';
    bool ok = make_path(path, &dir->made_parents);
    int reason = errno;
    *slash = '/';
    if (!ok) {
      remove_made_parents(dir, path);
      return hx_fail(error, PVS_BAD_VALUE, "%s: cannot make the output folder: %s", path,
                     strerror(reason));
    }
  }
  if (resolve(path, dir->final)) {
    remove_left_behind(dir);
    if (make_temp(dir))
      return true;
  }
  int reason = errno;
  remove_made_parents(dir, path);
  return hx_fail(error, PVS_BAD_VALUE, "%s: cannot make the output folder: %s", path,
                 strerror(reason));
}

/* ---- publish ------------------------------------------------------------------------------- */

static bool write_marker(const char *folder) {
  char path[PATH_MAX + sizeof HX_OUTDIR_MARKER];
  snprintf(path, sizeof path, "%s/" HX_OUTDIR_MARKER, folder);
  int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (fd < 0)
    return false;
  size_t length = strlen(HX_OUTDIR_MARKER_TEXT);
  ssize_t written = write(fd, HX_OUTDIR_MARKER_TEXT, length);
  int reason = written < 0 ? errno : ENOSPC;
  if (close(fd) != 0 && written == (ssize_t)length)
    return false;
  if (written == (ssize_t)length)
    return true;
  errno = reason;
  return false;
}

/* For file systems without an exchange: a moment without any folder. */
static bool exchange_by_hand(const char *temp, const char *final) {
  char aside[PATH_MAX + 8];
  snprintf(aside, sizeof aside, "%s.old", temp);
  if (rename(final, aside) != 0)
    return false;
  if (rename(temp, final) == 0 && rename(aside, temp) == 0)
    return true;
  int reason = errno;
  rename(aside, final);
  errno = reason;
  return false;
}

static bool is_unsupported(int reason) {
  return reason == EINVAL || reason == ENOSYS || reason == ENOTSUP;
}

/* Puts temp in final's place; *old: what was there is in temp now. Another run of the same study
 * may do the same at any moment: hence the loop. */
static bool swap_in(hx_outdir *dir, bool *old, pvs_error *error) {
  *old = false;
  for (int attempt = 0; attempt < 100; attempt++) {
    if (rename(dir->temp, dir->final) == 0)
      return true; /* nothing, or an empty folder, was there */
    if (errno != ENOTEMPTY && errno != EEXIST && errno != ENOTDIR)
      break;
    if (!check_owner(dir->final, dir->force, error))
      return false;
    if (renameat2(AT_FDCWD, dir->temp, AT_FDCWD, dir->final, RENAME_EXCHANGE) == 0 ||
        (is_unsupported(errno) && exchange_by_hand(dir->temp, dir->final))) {
      *old = true;
      return true;
    }
    if (errno != ENOENT)
      break;
  }
  return hx_fail(error, PVS_BAD_VALUE, "%s: cannot put the outputs in place: %s", dir->final,
                 strerror(errno));
}

bool hx_outdir_publish(hx_outdir *dir, pvs_error *error) {
  if (!write_marker(dir->temp)) {
    hx_fail(error, PVS_BAD_VALUE, "%s: cannot write: %s", dir->temp, strerror(errno));
    hx_outdir_abandon(dir);
    return false;
  }
  /* What is replaced gets a temporary name too: locked, it is not taken for left behind. */
  int old_fd = lock_folder(dir->final);
  bool old;
  bool ok = swap_in(dir, &old, error);
  if (!ok) {
    hx_outdir_abandon(dir);
  } else {
    if (old && !remove_tree(dir->temp))
      hx_fail(error, PVS_BAD_VALUE, "%s: old outputs could not be deleted: %s", dir->temp,
              strerror(errno));
    unlock_temp(dir);
    dir->temp[0] = '\0';
  }
  if (old_fd >= 0)
    close(old_fd);
  return ok;
}

void hx_outdir_abandon(hx_outdir *dir) {
  if (!dir->temp[0])
    return;
  remove_tree(dir->temp);
  remove_made_parents(dir, dir->final);
  unlock_temp(dir);
  dir->temp[0] = '\0';
}
