/* Reading a study's load and PV files: each divided into ranges of rows that any thread may read;
 * what turns out not to be plain is read again, whole and slowly, when the study is sealed. */
#include "input/profile_files.h"
#include "base/digest.h"
#include "input/profile_fast.h"
#include "input/profile_slow.h"
#include "input/study_columns.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { RANGE_BYTES = 1 << 20, MOST_RANGES = 64 };

struct pvs_profile_file {
  const char *path;
  pvs_profile *profile;
  pvs_bytes bytes;
  bool held;  /* bytes are to be released */
  bool plain; /* ranges hold; else n_ranges is 0 */
  uint32_t n_ranges, first_task;
  pvs_profile_range ranges[MOST_RANGES];
  uint64_t digests[MOST_RANGES];
  bool odd[MOST_RANGES]; /* a range that the fast reader left */
};

/* ---- listing ---- */

typedef struct listing {
  pvs_arena *arena;
  const char **names;
  uint32_t count, capacity;
  const char *other; /* the first, by its bytes, that is not read; NULL: there is none */
  uint32_t n_others;
} listing;

/* What is no load file. A README is not meant to be one, nor is what Windows puts into folders. */
static pvs_code list_other(listing *l, const char *name) {
  if (strncasecmp(name, "readme", 6) == 0 || strcasecmp(name, "thumbs.db") == 0 ||
      strcasecmp(name, "desktop.ini") == 0)
    return PVS_OK;
  l->n_others++;
  if (l->other && strcmp(l->other, name) <= 0)
    return PVS_OK;
  l->other = pvs_arena_string(l->arena, name, strlen(name));
  return l->other ? PVS_OK : PVS_NO_MEMORY;
}

static pvs_code list_file(void *ctx, const char *name) {
  listing *l = ctx;
  size_t length = strlen(name);
  bool hidden = name[0] == '.' || strncmp(name, "~$", 2) == 0; /* a spreadsheet's lock file */
  if (hidden)
    return PVS_OK;
  if (length < 5 || strcasecmp(name + length - 4, ".csv") != 0)
    return list_other(l, name);
  if (l->count == l->capacity) {
    void *grown = pvs_list_grow((void *)l->names, &l->count, &l->capacity, sizeof *l->names);
    if (!grown)
      return PVS_NO_MEMORY;
    l->names = grown;
  }
  const char *kept = pvs_arena_string(l->arena, name, length);
  if (!kept)
    return PVS_NO_MEMORY;
  l->names[l->count++] = kept;
  return PVS_OK;
}

/* What is not there is an error of the cell that names it. */
static pvs_code blame_cell(const pvs_builder *builder, pvs_code code, long row, int32_t column,
                           const char *name, const char *expected, pvs_error *error) {
  if (code != PVS_NOT_FOUND || !error)
    return code;
  const pvs_error found = *error;
  *error = (pvs_error){0};
  return pvs_fail(error, code, pvs_study_at(builder, row, column),
                  "found '%.80s', expected %s (%.600s: %.200s)", name, expected, found.file,
                  found.message);
}

static int by_bytes(const void *a, const void *b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static pvs_code warn_others(pvs_builder *builder, const char *folder, listing *l,
                            pvs_error *error) {
  char more[32] = "";
  if (l->n_others > 1)
    snprintf(more, sizeof more, " and %u more", l->n_others - 1);
  pvs_code code = l->n_others == 0
                      ? PVS_OK
                      : pvs_warn(&builder->notes, error, (pvs_where){.file = folder},
                                 "found '%.200s'%s, which %s not read: load files are the files of "
                                 "this folder that end in .csv",
                                 l->other, more, l->n_others == 1 ? "is" : "are");
  l->other = NULL;
  l->n_others = 0;
  return code;
}

static pvs_code list_loads(pvs_builder *builder, pvs_error *error) {
  pvs_study *study = builder->study;
  study->n_folders = builder->folder_names.count;
  study->folders = pvs_arena_alloc(builder->arena, study->n_folders, sizeof *study->folders);
  if (!study->folders)
    return pvs_fail_memory(error);
  listing all = {.arena = builder->arena};
  pvs_code code = PVS_OK;
  for (uint32_t f = 0; f < study->n_folders && !code; f++) {
    pvs_folder *folder = &study->folders[f];
    folder->name = builder->folder_names.keys[f];
    folder->first_load = all.count;
    const char *path =
        pvs_builder_path(builder, "%s/load_profiles/%s", builder->base, folder->name);
    code = path ? builder->source->list(builder->source->ctx, path, list_file, &all, error)
                : pvs_fail_memory(error);
    code = blame_cell(builder, code, builder->folder_rows.items[f], builder->columns->load_folder,
                      folder->name, "a folder of load_profiles", error);
    folder->n_loads = all.count - folder->first_load;
    if (code == PVS_NO_MEMORY)
      pvs_fail_memory(error);
    if (!code && folder->n_loads == 0)
      code = pvs_fail(error, PVS_EMPTY, (pvs_where){.file = path},
                      "found no .csv file, expected one or more load files");
    code = pvs_settle(&builder->notes, code, error);
    if (!code)
      code = warn_others(builder, path, &all, error);
    if (!code && folder->n_loads > 0)
      qsort(all.names + folder->first_load, folder->n_loads, sizeof *all.names, by_bytes);
  }
  study->n_loads = all.count;
  study->loads = code ? NULL : pvs_arena_alloc(builder->arena, all.count, sizeof *study->loads);
  if (!code && !study->loads)
    code = pvs_fail_memory(error);
  for (uint32_t f = 0; f < study->n_folders && !code; f++)
    for (uint32_t i = 0; i < study->folders[f].n_loads; i++) {
      assert(study->loads && all.names);
      pvs_load *load = &study->loads[study->folders[f].first_load + i];
      load->folder = f;
      load->file_name = all.names[study->folders[f].first_load + i];
    }
  free((void *)all.names);
  return code;
}

static pvs_code list_pvs(pvs_builder *builder, pvs_error *error) {
  pvs_study *study = builder->study;
  study->n_pvs = builder->pv_names.count;
  study->pvs = pvs_arena_alloc(builder->arena, study->n_pvs, sizeof *study->pvs);
  study->owner_maps = pvs_arena_alloc(builder->arena, (size_t)study->n_pvs * study->n_folders,
                                      sizeof *study->owner_maps);
  builder->owner_maps = study->owner_maps;
  if (!study->pvs || !study->owner_maps)
    return pvs_fail_memory(error);
  for (uint32_t i = 0; i < study->n_pvs; i++)
    study->pvs[i].name = builder->pv_names.keys[i];
  return PVS_OK;
}

pvs_code pvs_files_list(pvs_builder *builder, pvs_error *error) {
  pvs_code code = list_loads(builder, error);
  return code ? code : list_pvs(builder, error);
}

/* ---- reading ---- */

static uint32_t n_files(const pvs_builder *builder) {
  pvs_study *study = builder->study;
  return study->n_loads + study->n_pvs;
}

static pvs_code open_file(pvs_builder *builder, struct pvs_profile_file *file, pvs_error *error) {
  pvs_code code = builder->source->read(builder->source->ctx, file->path, &file->bytes, error);
  if (code)
    return code;
  file->held = true;
  size_t wanted = file->bytes.size / RANGE_BYTES + 1;
  file->n_ranges = (uint32_t)(wanted < MOST_RANGES ? wanted : MOST_RANGES);
  file->plain = pvs_profile_fast_open(file->profile, file->path, file->bytes.data, file->bytes.size,
                                      file->ranges, file->n_ranges);
  if (!file->plain)
    file->n_ranges = 0;
  return PVS_OK;
}

pvs_code pvs_files_open(pvs_builder *builder, pvs_error *error) {
  pvs_study *study = builder->study;
  uint32_t n = n_files(builder);
  builder->files = pvs_arena_alloc(builder->arena, n, sizeof *builder->files);
  if (!builder->files)
    return pvs_fail_memory(error);
  for (uint32_t i = 0; i < n; i++) {
    struct pvs_profile_file *file = &builder->files[i];
    if (i < study->n_loads) {
      const pvs_load *load = &study->loads[i];
      file->path = pvs_builder_path(builder, "%s/load_profiles/%s/%s", builder->base,
                                    study->folders[load->folder].name, load->file_name);
      file->profile = &study->loads[i].profile;
    } else {
      file->path = pvs_builder_path(builder, "%s/pv_profiles/%s", builder->base,
                                    study->pvs[i - study->n_loads].name);
      file->profile = &study->pvs[i - study->n_loads].profile;
    }
    file->first_task = builder->n_read_tasks;
    pvs_code code = file->path ? open_file(builder, file, error) : pvs_fail_memory(error);
    if (i >= study->n_loads)
      code = blame_cell(builder, code, builder->pv_rows.items[i - study->n_loads],
                        builder->columns->pv_filename, study->pvs[i - study->n_loads].name,
                        "a file of pv_profiles", error);
    code = pvs_settle(&builder->notes, code, error);
    if (code)
      return code;
    builder->n_read_tasks += file->n_ranges;
  }
  return PVS_OK;
}

void pvs_files_read(pvs_builder *builder, size_t task) {
  struct pvs_profile_file *file = builder->files;
  while (task >= (size_t)file->first_task + file->n_ranges)
    file++;
  size_t range = task - file->first_task;
  const pvs_profile_range *r = &file->ranges[range];
  file->odd[range] = !pvs_profile_fast_read(file->profile, r);
  file->digests[range] = pvs_digest_add_long(0, r->begin, (size_t)(r->end - r->begin));
}

pvs_code pvs_files_finish(pvs_builder *builder, pvs_error *error) {
  pvs_study *study = builder->study;
  for (uint32_t i = 0; i < n_files(builder); i++) {
    struct pvs_profile_file *file = &builder->files[i];
    if (!file->held)
      continue; /* only in a check: it could not be opened */
    const char *data = file->bytes.data;
    bool odd = !file->plain;
    for (uint32_t r = 0; r < file->n_ranges; r++)
      odd |= file->odd[r];
    if (odd) {
      pvs_profile_rules rules = {.blank_is_zero = i >= study->n_loads, .notes = &builder->notes};
      if (file->plain)
        pvs_profile_deinit(file->profile);
      pvs_code code =
          pvs_profile_parse_slow(file->profile, &rules, file->path, data, file->bytes.size, error);
      code = pvs_settle(&builder->notes, code, error);
      if (code)
        return code;
    }
    size_t header = file->plain ? (size_t)(file->ranges[0].begin - data) : file->bytes.size;
    const size_t ranges = file->n_ranges * sizeof *file->digests;
    study->input_digest = pvs_digest_add(study->input_digest, data, header);
    study->input_digest = pvs_digest_add(study->input_digest, file->digests, ranges);
    study->input_bytes += file->bytes.size;
    study->input_doubles += (uint64_t)file->profile->n_series * file->profile->steps;
    builder->source->release(builder->source->ctx, &file->bytes);
    file->held = false;
  }
  return PVS_OK;
}

void pvs_files_close(pvs_builder *builder) {
  for (uint32_t i = 0; builder->files && i < n_files(builder); i++)
    if (builder->files[i].held)
      builder->source->release(builder->source->ctx, &builder->files[i].bytes);
}
