/* Files of the output folder. */
#include "output/output.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

pvs_code pvs_fail_write(const char *folder, const char *name, int os_errno, pvs_error *error) {
  char path[1024];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  return pvs_fail_errno(error, PVS_IO, os_errno, (pvs_where){.file = path}, "writing failed");
}

pvs_code pvs_write_all(int fd, const char *folder, const char *name, const char *data, size_t size,
                       pvs_error *error) {
  while (size > 0) {
    ssize_t written = write(fd, data, size);
    if (written < 0 && errno == EINTR)
      continue;
    if (written <= 0)
      return pvs_fail_write(folder, name, written < 0 ? errno : ENOSPC, error);
    data += written;
    size -= (size_t)written;
  }
  return PVS_OK;
}

pvs_code pvs_close_file(int fd, const char *folder, const char *name, pvs_code code,
                        pvs_error *error) {
  if (close(fd) == 0 || errno == EINTR || code)
    return code;
  return pvs_fail_write(folder, name, errno, error);
}

int pvs_create_file(int folder_fd, const char *folder, const char *name, pvs_error *error) {
  int fd = openat(folder_fd, name, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (fd < 0) {
    char path[1024];
    int saved = errno;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    pvs_fail_errno(error, PVS_IO, saved, (pvs_where){.file = path}, "cannot create this file");
  }
  return fd;
}
