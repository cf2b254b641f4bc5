#include "base/publish.h"

#include "base/clock.h"
#include "base/fail.h"
#include "base/files.h"
#include "base/paths.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static bool check(const hx_publish *p, const char *path, pvs_error *error) {
  struct stat status;
  if (stat(path, &status) != 0)
    return true;
  if (!S_ISDIR(status.st_mode))
    return hx_fail_at(error, PVS_MISMATCH, path, 0, NULL,
                      "found a file, expected a folder or nothing");
  return p->rule.check(&p->rule, path, error);
}

/* ---- begin --------------------------------------------------------------------------------- */

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

static void remove_left_behind(const hx_publish *p) {
  const char *name = strrchr(p->final, '/') + 1;
  char path[PATH_MAX];
  int parent = snprintf(path, sizeof path, "%.*s", (int)(name - p->final), p->final);
  DIR *entries = opendir(path);
  for (struct dirent *entry; entries && (entry = readdir(entries)) != NULL;) {
    if (!is_temp_name(entry->d_name, name) || (size_t)parent + strlen(entry->d_name) >= sizeof path)
      continue;
    strcpy(path + parent, entry->d_name);
    int fd = lock_folder(path);
    if (fd >= 0) {
      hx_files_remove(path);
      close(fd);
    }
  }
  if (entries)
    closedir(entries);
}

static void unlock_temp(hx_publish *p) {
  if (p->lock_fd >= 0)
    close(p->lock_fd);
  p->lock_fd = -1;
}

/* Made with mkdir, so that nobody else can have it. In the moment before it is locked another
 * process may take it for left behind: then it is made again under another name. */
static bool make_temp(hx_publish *p) {
  const char *name = strrchr(p->final, '/') + 1;
  for (int attempt = 0; attempt < 100; attempt++) {
    int length = snprintf(p->temp, sizeof p->temp, "%.*s.%s.%ld-%llu.tmp", (int)(name - p->final),
                          p->final, name, (long)getpid(), (unsigned long long)hx_clock_ns());
    if (length >= (int)sizeof p->temp) {
      errno = ENAMETOOLONG;
      break;
    }
    if (mkdir(p->temp, 0777) == 0) {
      p->lock_fd = lock_folder(p->temp);
      if (p->lock_fd >= 0 || (errno != EWOULDBLOCK && errno != ENOENT))
        return true;
    } else if (errno != EEXIST) {
      break;
    }
  }
  p->temp[0] = '\0';
  return false;
}

/* Upwards from the folder, over those that were never made. */
static void remove_made_parents(hx_publish *p, const char *folder) {
  char path[PATH_MAX];
  snprintf(path, sizeof path, "%s", folder);
  for (char *slash; p->made_parents > 0 && (slash = strrchr(path, '/')) != NULL;) {
    *slash = '\0';
    if (rmdir(path) == 0)
      p->made_parents--;
    else if (errno != ENOENT)
      break; /* somebody else has put something there */
  }
}

/* Whether file systems take every name of the path, the last one with what the hidden folder's name
 * adds to it. Asked before anything is made. */
static bool check_lengths(const char *path, pvs_error *error) {
  enum { HIDDEN = sizeof "..4194304-18446744073709551615.tmp" - 1 };
  for (const char *name = path; *name != '\0';) {
    size_t length = strcspn(name, "/");
    size_t most = name[length] == '/' ? NAME_MAX : NAME_MAX - HIDDEN;
    if (length > most)
      return hx_fail_at(error, PVS_BAD_VALUE, path, 0, NULL,
                        "found a name of %zu bytes in this path, expected at most %zu", length,
                        most);
    name += length + (name[length] == '/');
  }
  return true;
}

/* Everything up to the hidden folder itself. */
static bool prepare(hx_publish *p, const char *folder, char path[PATH_MAX], pvs_error *error) {
  size_t length = strlen(folder);
  while (length > 1 && folder[length - 1] == '/')
    length--;
  if (length == 0)
    return hx_fail_at(error, PVS_BAD_VALUE, folder, 0, NULL, "expected the name of a folder");
  if (length >= PATH_MAX)
    return hx_fail_at(error, PVS_BAD_VALUE, folder, 0, NULL,
                      "found a path of %zu bytes, expected at most %d", length, PATH_MAX - 1);
  memcpy(path, folder, length);
  path[length] = '\0';
  if (!check_lengths(path, error) || !check(p, path, error))
    return false;
  char *slash = strrchr(path, '/');
  bool ok = true;
  if (slash && slash != path) {
    *slash = '\0';
    ok = hx_files_make_folder(path, &p->made_parents);
    *slash = '/';
  }
  if (ok && hx_path_resolve(path, p->final))
    return true;
  int reason = errno;
  remove_made_parents(p, path);
  return hx_fail_errno(error, reason, path, "cannot make the output folder");
}

bool hx_publish_begin(hx_publish *p, const char *folder, const hx_publish_rule *rule,
                      pvs_error *error) {
  *p = (hx_publish){.rule = *rule, .lock_fd = -1};
  char path[PATH_MAX];
  if (!prepare(p, folder, path, error))
    return false;
  remove_left_behind(p);
  if (make_temp(p))
    return true;
  int reason = errno;
  remove_made_parents(p, path);
  return hx_fail_errno(error, reason, path, "cannot make the output folder");
}

/* The nanoseconds in a temporary name. */
static unsigned long long age_of(const char *temp) {
  const char *dash = strrchr(temp, '-');
  return dash ? strtoull(dash + 1, NULL, 10) : 0;
}

bool hx_publish_adopt(hx_publish *p, const char *folder, const hx_publish_rule *rule,
                      const char *file, pvs_error *error) {
  *p = (hx_publish){.rule = *rule, .lock_fd = -1};
  char path[PATH_MAX], inside[PATH_MAX];
  if (!prepare(p, folder, path, error))
    return false;
  const char *name = strrchr(p->final, '/') + 1;
  int parent = snprintf(path, sizeof path, "%.*s", (int)(name - p->final), p->final);
  DIR *entries = opendir(path);
  for (struct dirent *entry; entries && (entry = readdir(entries)) != NULL;) {
    if (!is_temp_name(entry->d_name, name) || (size_t)parent + strlen(entry->d_name) >= sizeof path)
      continue;
    strcpy(path + parent, entry->d_name);
    int fd = snprintf(inside, sizeof inside, "%s/%s", path, file) < (int)sizeof inside &&
                     access(inside, F_OK) == 0 && (!p->temp[0] || age_of(path) > age_of(p->temp))
                 ? lock_folder(path)
                 : -1;
    if (fd < 0)
      continue;
    unlock_temp(p);
    p->lock_fd = fd;
    strcpy(p->temp, path);
  }
  if (entries)
    closedir(entries);
  return p->temp[0] != '\0';
}

void hx_publish_leave(hx_publish *p) {
  unlock_temp(p);
  p->temp[0] = '\0';
}

/* ---- put ----------------------------------------------------------------------------------- */

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

/* Puts temp in final's place; *old: what was there is in temp now. Another process
 * may do the same at any moment: hence the loop. */
static bool swap_in(hx_publish *p, bool *old, pvs_error *error) {
  *old = false;
  for (int attempt = 0; attempt < 100; attempt++) {
    if (rename(p->temp, p->final) == 0)
      return true; /* nothing, or an empty folder, was there */
    if (errno != ENOTEMPTY && errno != EEXIST && errno != ENOTDIR)
      break;
    if (!check(p, p->final, error))
      return false;
    if (renameat2(AT_FDCWD, p->temp, AT_FDCWD, p->final, RENAME_EXCHANGE) == 0 ||
        (is_unsupported(errno) && exchange_by_hand(p->temp, p->final))) {
      *old = true;
      return true;
    }
    if (errno != ENOENT)
      break;
  }
  return hx_fail_errno(error, errno, p->final, "cannot put the outputs in place");
}

bool hx_publish_put(hx_publish *p, pvs_error *error) {
  /* What is replaced gets a temporary name too: locked, it is not taken for left behind. */
  int old_fd = lock_folder(p->final);
  bool old;
  bool ok = swap_in(p, &old, error);
  if (!ok) {
    hx_publish_abandon(p);
  } else {
    if (old && !hx_files_remove(p->temp))
      hx_fail_errno(error, errno, p->temp, "old outputs could not be deleted");
    unlock_temp(p);
    p->temp[0] = '\0';
  }
  if (old_fd >= 0)
    close(old_fd);
  return ok;
}

void hx_publish_abandon(hx_publish *p) {
  if (!p->temp[0])
    return;
  hx_files_remove(p->temp);
  remove_made_parents(p, p->final);
  unlock_temp(p);
  p->temp[0] = '\0';
}

void hx_publish_name(const hx_publish *p, pvs_error *error) {
  size_t from = strlen(p->temp), to = strlen(p->final);
  if (!error || from == 0 || strncmp(error->file, p->temp, from) != 0)
    return;
  size_t rest = strlen(error->file) - from;
  if (to + rest >= sizeof error->file)
    return;
  memmove(error->file + to, error->file + from, rest + 1);
  memcpy(error->file, p->final, to);
}
