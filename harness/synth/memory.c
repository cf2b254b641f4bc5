#include "base/fail.h"
#include "base/grow.h"
#include "base/text.h"
#include "synth/synth.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct memory_file {
  char *path; /* relative to the base */
  hx_text content;
} memory_file;

struct hx_synth_memory {
  memory_file *files; /* in the order they were rendered */
  size_t count;
  char base[64];
  pvs_source source;
};

/* The part of `path` below the base; NULL when it lies elsewhere. */
static const char *below_base(const hx_synth_memory *m, const char *path) {
  size_t length = strlen(m->base);
  if (strncmp(path, m->base, length) != 0 || path[length] != '/')
    return NULL;
  return path + length + 1;
}

static memory_file *add_file(hx_synth_memory *m, const char *path) {
  char *copy = hx_grow(&m->files, m->count, sizeof *m->files) ? strdup(path) : NULL;
  if (!copy)
    return NULL;
  assert(m->files);
  m->files[m->count] = (memory_file){.path = copy};
  return &m->files[m->count++];
}

static pvs_code take(void *ctx, const char *path, const char *bytes, size_t size) {
  hx_synth_memory *m = ctx;
  memory_file *file = m->count ? &m->files[m->count - 1] : NULL;
  if (!file || strcmp(file->path, path) != 0)
    file = add_file(m, path);
  if (!file)
    return PVS_NO_MEMORY;
  hx_text_add(&file->content, bytes, size);
  return file->content.failed ? PVS_NO_MEMORY : PVS_OK;
}

static pvs_code list_files(void *ctx, const char *path,
                           pvs_code (*each)(void *each_ctx, const char *name), void *each_ctx,
                           pvs_error *error) {
  const hx_synth_memory *m = ctx;
  const char *folder = below_base(m, path);
  size_t length = folder ? strlen(folder) : 0;
  bool found = false;
  for (size_t i = 0; folder && i < m->count; i++) {
    const char *file = m->files[i].path;
    if (strncmp(file, folder, length) != 0 || file[length] != '/')
      continue;
    found = true;
    if (strchr(file + length + 1, '/'))
      continue;
    pvs_code code = each(each_ctx, file + length + 1);
    if (code != PVS_OK)
      return code;
  }
  if (found)
    return PVS_OK;
  hx_fail_at(error, PVS_NOT_FOUND, path, 0, NULL, "no such folder in the built-in study");
  return PVS_NOT_FOUND;
}

static pvs_code read_file(void *ctx, const char *path, pvs_bytes *out, pvs_error *error) {
  const hx_synth_memory *m = ctx;
  const char *wanted = below_base(m, path);
  for (size_t i = 0; wanted && i < m->count; i++) {
    if (strcmp(m->files[i].path, wanted) != 0)
      continue;
    *out = (pvs_bytes){.data = m->files[i].content.at, .size = m->files[i].content.length};
    return PVS_OK;
  }
  hx_fail_at(error, PVS_NOT_FOUND, path, 0, NULL, "no such file in the built-in study");
  return PVS_NOT_FOUND;
}

static void release_file(void *ctx, pvs_bytes *bytes) {
  (void)ctx;
  *bytes = (pvs_bytes){0};
}

void hx_synth_memory_destroy(hx_synth_memory *memory) {
  if (!memory)
    return;
  for (size_t i = 0; i < memory->count; i++) {
    free(memory->files[i].path);
    hx_text_deinit(&memory->files[i].content);
  }
  free(memory->files);
  free(memory);
}

static pvs_code create(const hx_synth_spec *spec, const char *base, hx_synth_memory **memory,
                       pvs_error *error) {
  *memory = NULL;
  hx_synth_memory *m = calloc(1, sizeof *m);
  pvs_code code = PVS_NO_MEMORY;
  if (m) {
    snprintf(m->base, sizeof m->base, "%s", base);
    m->source =
        (pvs_source){.list = list_files, .read = read_file, .release = release_file, .ctx = m};
    code = hx_synth_render(spec, take, m, error);
  }
  if (code == PVS_OK) {
    *memory = m;
    return PVS_OK;
  }
  if (code == PVS_NO_MEMORY)
    hx_fail(error, code, "not enough memory for a built-in study");
  hx_synth_memory_destroy(m);
  return code;
}

pvs_code hx_synth_memory_create(const hx_synth_spec *spec, hx_synth_memory **memory,
                                pvs_error *error) {
  return create(spec, "memory", memory, error);
}

const pvs_source *hx_synth_memory_source(const hx_synth_memory *memory) {
  return &memory->source;
}

const char *hx_synth_memory_base(const hx_synth_memory *memory) {
  return memory->base;
}

pvs_code hx_synth_builtin_spec(const char *name, uint64_t size, hx_synth_spec *spec,
                               pvs_error *error) {
  hx_synth_kind kind = hx_synth_kind_named(name);
  if (kind == HX_SYNTH_KINDS) {
    hx_fail(error, PVS_UNKNOWN_ID,
            "there is no built-in study '%s', expected static, batteries or mixed", name);
    return PVS_UNKNOWN_ID;
  }
  if (size < 1 || size > HX_SYNTH_MAX_SCENARIOS) {
    hx_fail(error, PVS_BAD_VALUE, "found %" PRIu64 " scenarios for builtin:%s, expected 1 to %d",
            size, name, HX_SYNTH_MAX_SCENARIOS);
    return PVS_BAD_VALUE;
  }
  hx_synth_defaults(spec);
  spec->scenarios = spec->flows = (uint32_t)size;
  spec->kinds = 1u << kind;
  return PVS_OK;
}

pvs_code hx_synth_builtin(const char *name, uint64_t size, hx_synth_memory **memory,
                          pvs_error *error) {
  *memory = NULL;
  hx_synth_spec spec;
  pvs_code code = hx_synth_builtin_spec(name, size, &spec, error);
  if (code != PVS_OK)
    return code;
  char base[64];
  snprintf(base, sizeof base, "builtin:%s:%" PRIu64, name, size);
  return create(&spec, base, memory, error);
}
