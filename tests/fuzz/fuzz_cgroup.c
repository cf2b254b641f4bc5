/* What the kernel says of CPU quotas, of a machine of our own making: whatever stands in its files,
 * there is a quota above 0 with the file that set it, or none. The first line is /proc/self/cgroup,
 * the second cpu.max, the third and fourth quota and period of version 1; the rest is
 * /proc/self/mountinfo. */
#include "machine/allocation.h"

#include <fcntl.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int truth) {
  if (!truth)
    abort();
}

static const char *const folders[] = {"",        "/proc",          "/proc/self",      "/sys",
                                      "/sys/fs", "/sys/fs/cgroup", "/sys/fs/cgroup/a"};
static const char *const files[] = {"/proc/self/cgroup", "/sys/fs/cgroup/a/cpu.max",
                                    "/sys/fs/cgroup/a/cpu.cfs_quota_us",
                                    "/sys/fs/cgroup/a/cpu.cfs_period_us", "/proc/self/mountinfo"};
enum { FILES = sizeof files / sizeof *files, FOLDERS = sizeof folders / sizeof *folders };

static char root[64];

static char *path_of(const char *name) {
  static char path[128];
  snprintf(path, sizeof path, "%s%s", root, name);
  return path;
}

static void remove_root(void) {
  for (int i = 0; i < FILES; i++)
    unlink(path_of(files[i]));
  for (int i = FOLDERS; i-- > 0;)
    rmdir(path_of(folders[i]));
}

static void make_root(void) {
  snprintf(root, sizeof root, "%s/pvtune-fuzz-cgroup-XXXXXX",
           access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"); /* a disk would be slow */
  require(mkdtemp(root) != NULL);
  for (int i = 1; i < FOLDERS; i++)
    require(mkdir(path_of(folders[i]), 0700) == 0);
  atexit(remove_root);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (!root[0])
    make_root();
  const uint8_t *const end = size > 0 ? data + size : data;
  for (int i = 0; i < FILES; i++) {
    const uint8_t *stop =
        i < FILES - 1 && data < end ? memchr(data, '\n', (size_t)(end - data)) : end;
    stop = stop ? stop : end;
    const int fd = open(path_of(files[i]), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    require(fd >= 0 && write(fd, data, (size_t)(stop - data)) == stop - data && close(fd) == 0);
    data = stop < end ? stop + 1 : end;
  }
  const hx_quota quota = hx_quota_read(root);
  require(quota.cpus >= 0 && isfinite(quota.cpus));
  require((quota.cpus > 0) == (quota.where[0] != '\0'));
  return 0;
}
