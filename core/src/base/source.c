/* Inputs from this machine's file system. */
#include "base/error.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static pvs_code fail_open(pvs_error *error, int os_errno, const char *path, const char *what) {
  const pvs_where where = {.file = path};
  if (os_errno == ENOENT || os_errno == ENOTDIR) {
    struct stat status;
    const bool is_link = lstat(path, &status) == 0 && S_ISLNK(status.st_mode);
    return pvs_fail(error, PVS_NOT_FOUND, where,
                    is_link ? "this is a link to a %s that does not exist" : "no such %s", what);
  }
  if (os_errno == ENXIO) { /* a socket */
    return pvs_fail(error, PVS_UNSUPPORTED, where, "this is not a regular file, expected a %s",
                    what);
  }
  return pvs_fail_errno(error, PVS_IO, os_errno, where, "cannot open this %s", what);
}

static pvs_code files_list(void *ctx, const char *path,
                           pvs_code (*each)(void *each_ctx, const char *name), void *each_ctx,
                           pvs_error *error) {
  (void)ctx;
  DIR *folder = opendir(path);
  if (folder == NULL) {
    return fail_open(error, errno, path, "folder");
  }
  pvs_code code = PVS_OK;
  for (;;) {
    errno = 0;
    const struct dirent *entry = readdir(folder);
    if (entry == NULL) {
      if (errno != 0) {
        code = pvs_fail_errno(error, PVS_IO, errno, (pvs_where){.file = path},
                              "cannot list this folder");
      }
      break;
    }
    if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
      code = each(each_ctx, entry->d_name);
      if (code != PVS_OK) {
        break;
      }
    }
  }
  closedir(folder);
  return code;
}

static pvs_code files_read(void *ctx, const char *path, pvs_bytes *out, pvs_error *error) {
  (void)ctx;
  *out = (pvs_bytes){.data = "", .size = 0, .handle = NULL};
  const pvs_where where = {.file = path};
  /* Nonblocking: a FIFO is refused below instead of waited for. */
  const int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (file < 0) {
    return fail_open(error, errno, path, "file");
  }
  struct stat status;
  pvs_code code = PVS_OK;
  if (fstat(file, &status) != 0) {
    code = pvs_fail_errno(error, PVS_IO, errno, where, "cannot read this file");
  } else if (!S_ISREG(status.st_mode)) {
    code = pvs_fail(error, PVS_UNSUPPORTED, where, "%s, expected a file",
                    S_ISDIR(status.st_mode) ? "this is a folder" : "this is not a regular file");
  } else if (status.st_size > 0) {
    /* Not populated: whoever reads a range takes its page faults, which come with the pages around
     * and are cheaper than all of them in one go. */
    const size_t size = (size_t)status.st_size;
    void *data = mmap(NULL, size, PROT_READ, MAP_PRIVATE, file, 0);
    if (data == MAP_FAILED) {
      code = pvs_fail_errno(error, errno == ENOMEM ? PVS_NO_MEMORY : PVS_IO, errno, where,
                            "cannot read this file");
    } else {
      *out = (pvs_bytes){.data = data, .size = size, .handle = data};
    }
  }
  close(file);
  return code;
}

static void files_release(void *ctx, pvs_bytes *bytes) {
  (void)ctx;
  if (bytes->handle != NULL) {
    munmap(bytes->handle, bytes->size);
  }
  *bytes = (pvs_bytes){0};
}

const pvs_source *pvs_source_files(void) {
  static const pvs_source files = {
      .list = files_list, .read = files_read, .release = files_release, .ctx = NULL};
  return &files;
}
