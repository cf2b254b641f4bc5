/* Recorded response surfaces: whatever the bytes, surfaces with a serial configuration and times
 * above 0, or an error that names the file. */
#include "selftest/surface_file.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int truth) {
  if (!truth)
    abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  enum { MOST_BYTES = 1 << 14 };
  if (size == 0 || size > MOST_BYTES)
    return 0;
  char path[64], name[SURFACE_NAME];
  const int fd = memfd_create("surface", MFD_CLOEXEC);
  require(fd >= 0 && write(fd, data, size) == (ssize_t)size);
  snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
  pvs_error error = {0};
  surface_file *file = surface_file_open(path, &error);
  require((file == NULL) == (error.code != PVS_OK));
  for (surface *s; file && (s = surface_file_next(file, name, &error)) != NULL;
       surface_destroy(s)) {
    require(s->n > 0 && s->serial < s->n && s->best < s->n);
    for (size_t i = 0; i < s->n; i++)
      require(s->configs[i].seconds > 0 && s->configs[s->best].seconds <= s->configs[i].seconds);
  }
  require(error.code == PVS_OK || (strcmp(error.file, path) == 0 && error.message[0]));
  surface_file_close(file);
  close(fd);
  return 0;
}
