#include "output/new_folder.h"

#include "base/error.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ATTEMPTS = 1000 };

static bool is_empty(DIR *folder) {
  const struct dirent *entry;
  while ((entry = readdir(folder)) != NULL)
    if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
      return false;
  return true;
}

/* Copies the path without slashes at its end, which would become part of another name. */
static pvs_code copy_target(char *to, const char *path, pvs_error *error) {
  size_t length = strlen(path);
  while (length > 1 && path[length - 1] == '/')
    length--;
  const char *name = path + length;
  while (name > path && name[-1] != '/')
    name--;
  size_t name_length = (size_t)(path + length - name);
  bool is_dots = strncmp(name, "..", name_length) == 0 && name_length <= 2;
  if (name_length == 0 || is_dots)
    return pvs_fail(error, PVS_BAD_VALUE, (pvs_where){.file = path},
                    "not the path of a new folder: its last part must be a name");
  if (length >= PATH_MAX)
    return pvs_fail(error, PVS_BAD_VALUE, (pvs_where){.file = path},
                    "a path of %zu bytes, expected at most %d", length, PATH_MAX - 1);
  memcpy(to, path, length);
  to[length] = '\0';
  return PVS_OK;
}

static pvs_code check_target(const char *target, pvs_error *error) {
  const pvs_where where = {.file = target};
  struct stat status;
  if (lstat(target, &status) != 0)
    return errno == ENOENT
               ? PVS_OK
               : pvs_fail_errno(error, PVS_IO, errno, where, "cannot look at this path");
  if (!S_ISDIR(status.st_mode))
    return pvs_fail(error, PVS_EXISTS, where, "exists and is not a folder");
  DIR *folder = opendir(target);
  if (folder == NULL)
    return pvs_fail_errno(error, PVS_IO, errno, where, "cannot open this folder");
  bool empty = is_empty(folder);
  closedir(folder);
  return empty ? PVS_OK
               : pvs_fail(error, PVS_EXISTS, where,
                          "a folder that holds something, expected a new or an empty one");
}

pvs_code pvs_new_folder_begin(pvs_new_folder *folder, const char *target, pvs_error *error) {
  pvs_code code = copy_target(folder->target, target, error);
  if (!code)
    code = check_target(folder->target, error);
  if (code)
    return code;
  for (int i = 0; i < ATTEMPTS; i++) {
    int length = snprintf(folder->partial, sizeof folder->partial, "%s.partial-%ld-%d",
                          folder->target, (long)getpid(), i);
    if (length >= (int)sizeof folder->partial)
      errno = ENAMETOOLONG;
    else if (mkdir(folder->partial, 0777) == 0)
      return PVS_OK;
    if (errno != EEXIST)
      break;
  }
  return pvs_fail_errno(error, PVS_IO, errno, (pvs_where){.file = folder->partial},
                        "cannot make this folder");
}

pvs_code pvs_new_folder_publish(const pvs_new_folder *folder, pvs_error *error) {
  if (rename(folder->partial, folder->target) == 0)
    return PVS_OK;
  int saved = errno;
  pvs_new_folder_abandon(folder);
  return pvs_fail_errno(error, PVS_IO, saved, (pvs_where){.file = folder->target},
                        "cannot put the finished folder in this place");
}

/* Asks for no memory, as nftw does: there may be none, and that may be why. */
static void remove_folder(int parent, const char *name) {
  _Alignas(struct dirent64) char entries[1024];
  int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  for (ssize_t n; fd >= 0 && (n = getdents64(fd, entries, sizeof entries)) > 0;) {
    for (ssize_t at = 0; at < n;) {
      const struct dirent64 *entry = (const void *)(entries + at);
      at += entry->d_reclen;
      if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 &&
          unlinkat(fd, entry->d_name, 0) != 0)
        remove_folder(fd, entry->d_name);
    }
  }
  if (fd >= 0)
    close(fd);
  unlinkat(parent, name, AT_REMOVEDIR);
}

void pvs_new_folder_abandon(const pvs_new_folder *folder) {
  remove_folder(AT_FDCWD, folder->partial);
}
