#include "cluster/inputs.h"

#include "base/fail.h"
#include "base/text.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* A folder's names, each ended by NUL, or a file's bytes. */
typedef struct entry {
  char *path;
  bool is_folder;
  char *data; /* mapped; not on rank 0 */
  size_t size;
} entry;

struct hx_inputs {
  const hx_cluster *cluster;
  const pvs_source *disk;
  pvs_source source;
  pthread_mutex_t lock; /* rank 0: of the entries */
  entry *entries;
  size_t n;
};

/* ---- entries ------------------------------------------------------------------------------- */

static entry *find(const hx_inputs *inputs, const char *path, bool is_folder) {
  for (size_t i = 0; i < inputs->n; i++)
    if (inputs->entries[i].is_folder == is_folder && strcmp(inputs->entries[i].path, path) == 0)
      return &inputs->entries[i];
  return NULL;
}

static entry *add(hx_inputs *inputs, const char *path, bool is_folder) {
  entry *grown = reallocarray(inputs->entries, inputs->n + 1, sizeof *grown);
  if (!grown)
    return NULL;
  inputs->entries = grown;
  grown[inputs->n] = (entry){.path = strdup(path), .is_folder = is_folder};
  return grown[inputs->n].path ? &grown[inputs->n++] : NULL;
}

/* ---- rank 0 -------------------------------------------------------------------------------- */

static pvs_code remember(hx_inputs *inputs, const char *path, bool is_folder, pvs_error *error) {
  pthread_mutex_lock(&inputs->lock);
  bool ok = find(inputs, path, is_folder) || add(inputs, path, is_folder);
  pthread_mutex_unlock(&inputs->lock);
  if (ok)
    return PVS_OK;
  hx_fail_memory(error);
  return PVS_NO_MEMORY;
}

static pvs_code list_disk(void *ctx, const char *path, pvs_code (*each)(void *, const char *),
                          void *each_ctx, pvs_error *error) {
  hx_inputs *inputs = ctx;
  pvs_code code = inputs->disk->list(inputs->disk->ctx, path, each, each_ctx, error);
  return code ? code : remember(inputs, path, true, error);
}

static pvs_code read_disk(void *ctx, const char *path, pvs_bytes *out, pvs_error *error) {
  hx_inputs *inputs = ctx;
  pvs_code code = inputs->disk->read(inputs->disk->ctx, path, out, error);
  if (code)
    return code;
  code = remember(inputs, path, false, error);
  if (code)
    inputs->disk->release(inputs->disk->ctx, out);
  return code;
}

static void release_disk(void *ctx, pvs_bytes *bytes) {
  hx_inputs *inputs = ctx;
  inputs->disk->release(inputs->disk->ctx, bytes);
}

/* ---- the others ---------------------------------------------------------------------------- */

static pvs_code missing(const char *path, const char *what, pvs_error *error) {
  hx_fail_at(error, PVS_NOT_FOUND, path, 0, NULL, "no such %s", what);
  return PVS_NOT_FOUND;
}

static pvs_code list_shared(void *ctx, const char *path, pvs_code (*each)(void *, const char *),
                            void *each_ctx, pvs_error *error) {
  const entry *folder = find(ctx, path, true);
  pvs_code code = folder ? PVS_OK : missing(path, "folder", error);
  for (size_t at = 0; folder && at < folder->size && !code; at += strlen(folder->data + at) + 1)
    code = each(each_ctx, folder->data + at);
  return code;
}

static pvs_code read_shared(void *ctx, const char *path, pvs_bytes *out, pvs_error *error) {
  const entry *file = find(ctx, path, false);
  if (!file)
    return missing(path, "file", error);
  *out = (pvs_bytes){.data = file->data, .size = file->size};
  return PVS_OK;
}

static void release_shared(void *ctx, pvs_bytes *bytes) {
  (void)ctx;
  *bytes = (pvs_bytes){0};
}

/* ---- handing out --------------------------------------------------------------------------- */

/* So much at a time. */
enum { PIECE = 8 << 20 };

static size_t piece_of(size_t left) {
  return left < PIECE ? left : PIECE;
}

/* Through a copy, since MPI may write to what its root sends, and inputs are mapped for reading. */
static void send_all(const hx_inputs *inputs, const void *data, size_t size) {
  const hx_transport *mpi = inputs->cluster->mpi;
  uint64_t bytes = size;
  char *copy = malloc(piece_of(size) + 1);
  if (!copy)
    mpi->abort(1);
  mpi->broadcast(0, &bytes, sizeof bytes);
  for (size_t at = 0, n; at < size; at += n) {
    n = piece_of(size - at);
    memcpy(copy, (const char *)data + at, n);
    mpi->broadcast(0, copy, n);
  }
  free(copy);
}

/* Mapped, so that it goes back to the system when it is dropped. One byte more is there. */
static char *take_all(const hx_inputs *inputs, size_t *size) {
  const hx_transport *mpi = inputs->cluster->mpi;
  uint64_t bytes = 0;
  mpi->broadcast(0, &bytes, sizeof bytes);
  char *data = mmap(NULL, bytes + 1, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (data == MAP_FAILED)
    mpi->abort(1);
  for (size_t at = 0, n; at < bytes; at += n) {
    n = piece_of(bytes - at);
    mpi->broadcast(0, data + at, n);
  }
  *size = bytes;
  return data;
}

static pvs_code add_name(void *ctx, const char *name) {
  hx_text_add(ctx, name, strlen(name) + 1);
  return PVS_OK;
}

static void send_entry(const hx_inputs *inputs, const entry *e) {
  const hx_transport *mpi = inputs->cluster->mpi;
  hx_text names = {0};
  pvs_bytes bytes = {0};
  char kind = e->is_folder ? 'd' : 'f';
  mpi->broadcast(0, &kind, 1);
  send_all(inputs, e->path, strlen(e->path));
  if (e->is_folder) {
    if (inputs->disk->list(inputs->disk->ctx, e->path, add_name, &names, NULL) || names.failed)
      mpi->abort(1);
    send_all(inputs, names.at, names.length);
  } else {
    if (inputs->disk->read(inputs->disk->ctx, e->path, &bytes, NULL))
      mpi->abort(1);
    send_all(inputs, bytes.data, bytes.size);
    inputs->disk->release(inputs->disk->ctx, &bytes);
  }
  hx_text_deinit(&names);
}

static void take_entry(hx_inputs *inputs) {
  const hx_transport *mpi = inputs->cluster->mpi;
  char kind;
  size_t length = 0;
  mpi->broadcast(0, &kind, 1);
  char *path = take_all(inputs, &length);
  entry *e = add(inputs, path, kind == 'd');
  munmap(path, length + 1);
  if (!e)
    mpi->abort(1);
  e->data = take_all(inputs, &e->size);
}

void hx_inputs_share(hx_inputs *inputs) {
  uint64_t n = inputs->n;
  inputs->cluster->mpi->broadcast(0, &n, sizeof n);
  for (uint64_t i = 0; i < n; i++)
    if (inputs->cluster->place.rank == 0)
      send_entry(inputs, &inputs->entries[i]);
    else
      take_entry(inputs);
}

/* ---- life ---------------------------------------------------------------------------------- */

hx_inputs *hx_inputs_create(const hx_cluster *cluster, const pvs_source *disk) {
  hx_inputs *inputs = calloc(1, sizeof *inputs);
  if (!inputs)
    return NULL;
  const bool leads = cluster->place.rank == 0;
  *inputs = (hx_inputs){.cluster = cluster, .disk = disk};
  inputs->source = (pvs_source){.list = leads ? list_disk : list_shared,
                                .read = leads ? read_disk : read_shared,
                                .release = leads ? release_disk : release_shared,
                                .ctx = inputs};
  pthread_mutex_init(&inputs->lock, NULL);
  return inputs;
}

const pvs_source *hx_inputs_source(hx_inputs *inputs) {
  return &inputs->source;
}

void hx_inputs_drop(hx_inputs *inputs) {
  for (size_t i = 0; i < inputs->n; i++) {
    if (inputs->entries[i].data)
      munmap(inputs->entries[i].data, inputs->entries[i].size + 1);
    inputs->entries[i].data = NULL;
    inputs->entries[i].size = 0;
  }
}

void hx_inputs_destroy(hx_inputs *inputs) {
  if (!inputs)
    return;
  hx_inputs_drop(inputs);
  for (size_t i = 0; i < inputs->n; i++)
    free(inputs->entries[i].path);
  free(inputs->entries);
  pthread_mutex_destroy(&inputs->lock);
  free(inputs);
}
