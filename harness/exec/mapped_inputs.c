#include "exec/mapped_inputs.h"
#include "base/exit_code.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A signal handler may look at nothing but such a table. For files beyond it the message names no file. */
enum { MOST_FILES = 256 };

static struct mapped_file {
  const char *data; /* NULL: free */
  size_t size;
  char *path;
} mapped[MOST_FILES];

static void put(const char *text) {
  if (write(STDERR_FILENO, text, strlen(text)) < 0)
    return; /* nobody can be told */
}

static void on_bus_error(int number, siginfo_t *info, void *context) {
  (void)number, (void)context;
  const char *at = info->si_addr;
  put("pvtune: error: ");
  for (size_t i = 0; i < MOST_FILES; i++)
    if (mapped[i].data && at >= mapped[i].data && at < mapped[i].data + mapped[i].size) {
      put(mapped[i].path);
      put(": ");
    }
  put("this file was cut short while it was read\n");
  _exit(HX_EXIT_USAGE);
}

static void note(const pvs_bytes *bytes, const char *path) {
  size_t i = 0;
  while (i < MOST_FILES && mapped[i].data)
    i++;
  if (i == MOST_FILES || bytes->size == 0 || !(mapped[i].path = strdup(path)))
    return;
  mapped[i].size = bytes->size;
  mapped[i].data = bytes->data;
}

static pvs_code read_file(void *ctx, const char *path, pvs_bytes *out, pvs_error *error) {
  (void)ctx;
  const pvs_source *files = pvs_source_files();
  pvs_code code = files->read(files->ctx, path, out, error);
  if (code == PVS_OK)
    note(out, path);
  return code;
}

static pvs_code list_files(void *ctx, const char *path,
                           pvs_code (*each)(void *each_ctx, const char *name), void *each_ctx,
                           pvs_error *error) {
  (void)ctx;
  const pvs_source *files = pvs_source_files();
  return files->list(files->ctx, path, each, each_ctx, error);
}

static void release_file(void *ctx, pvs_bytes *bytes) {
  (void)ctx;
  for (size_t i = 0; i < MOST_FILES; i++)
    if (mapped[i].data && mapped[i].data == bytes->data) {
      free(mapped[i].path);
      mapped[i] = (struct mapped_file){.data = NULL};
    }
  pvs_source_files()->release(pvs_source_files()->ctx, bytes);
}

const pvs_source *hx_mapped_inputs(void) {
  static const pvs_source source = {
      .list = list_files, .read = read_file, .release = release_file, .ctx = NULL};
  struct sigaction action = {.sa_sigaction = on_bus_error, .sa_flags = SA_SIGINFO};
  sigaction(SIGBUS, &action, NULL);
  return &source;
}
