#include "exec/mapped_inputs.h"
#include "base/exit_code.h"
#include "base/fail.h"
#include "base/grow.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
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
  const char *at = info->si_addr, *path = NULL;
  bool full = true;
  for (size_t i = 0; i < MOST_FILES; i++) {
    full = full && mapped[i].data;
    if (mapped[i].data && at >= mapped[i].data && at < mapped[i].data + mapped[i].size)
      path = mapped[i].path;
  }
  if (!path && !full) { /* it is about no input: once more, as without us */
    signal(SIGBUS, SIG_DFL);
    return;
  }
  put("pvtune: error: ");
  put(path ? path : "");
  put(path ? ": " : "");
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

/* ---- changes ---- */

/* What was read, as it was before. */
static struct seen_file {
  char *path;
  struct stat status;
} * seen;
static size_t n_seen;

static void forget_seen(void) {
  for (size_t i = 0; i < n_seen; i++)
    free(seen[i].path);
  free(seen);
  seen = NULL;
  n_seen = 0;
}

static bool remember(const char *path) {
  struct seen_file file;
  if (stat(path, &file.status) != 0)
    return true; /* reading says why */
  if (!hx_grow(&seen, n_seen, sizeof *seen) || !(file.path = strdup(path)))
    return false;
  seen[n_seen++] = file;
  return true;
}

static bool is_same(const struct stat *a, const struct stat *b) {
  return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
         a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

bool hx_mapped_inputs_unchanged(pvs_error *error) {
  struct stat now;
  for (size_t i = 0; i < n_seen; i++)
    if (stat(seen[i].path, &now) != 0 || !is_same(&now, &seen[i].status))
      return hx_fail_at(error, PVS_BAD_VALUE, seen[i].path, 0, NULL,
                        "this file was changed while the study was read; what was read may be "
                        "partly old and partly new");
  return true;
}

/* ---- the source ---- */

static pvs_code read_file(void *ctx, const char *path, pvs_bytes *out, pvs_error *error) {
  (void)ctx;
  const pvs_source *files = pvs_source_files();
  *out = (pvs_bytes){0};
  if (!remember(path))
    return hx_fail_memory(error), PVS_NO_MEMORY;
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
  forget_seen();
  struct sigaction action = {.sa_sigaction = on_bus_error, .sa_flags = SA_SIGINFO};
  sigaction(SIGBUS, &action, NULL);
  return &source;
}
