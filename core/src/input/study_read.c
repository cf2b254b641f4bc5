/* Reading a study's load and PV files: each divided into ranges of rows that any thread may read;
 * what turns out not to be plain is read again, whole and slowly, when the study is sealed. */
#include "base/digest.h"
#include "input/profile_fast.h"
#include "input/study.h"
#include <stdio.h>
#include <string.h>

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

static uint32_t n_files(const struct pvs_study *study) {
  return study->n_loads + study->n_pvs;
}

static pvs_code open_file(struct pvs_study *study, struct pvs_profile_file *file,
                          pvs_error *error) {
  pvs_code code = study->source->read(study->source->ctx, file->path, &file->bytes, error);
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

pvs_code pvs_files_open(struct pvs_study *study, pvs_error *error) {
  uint32_t n = n_files(study);
  study->files = pvs_arena_alloc(&study->arena, n, sizeof *study->files);
  if (!study->files)
    return pvs_fail_memory(error);
  for (uint32_t i = 0; i < n; i++) {
    struct pvs_profile_file *file = &study->files[i];
    char path[4096];
    if (i < study->n_loads) {
      const pvs_load *load = &study->loads[i];
      snprintf(path, sizeof path, "%s/load_profiles/%s/%s", study->base,
               study->folders[load->folder].name, load->file_name);
      file->profile = &study->loads[i].profile;
    } else {
      snprintf(path, sizeof path, "%s/pv_profiles/%s", study->base,
               study->pvs[i - study->n_loads].name);
      file->profile = &study->pvs[i - study->n_loads].profile;
    }
    file->path = pvs_arena_string(&study->arena, path, strlen(path));
    file->first_task = study->n_read_tasks;
    pvs_code code = file->path ? open_file(study, file, error) : pvs_fail_memory(error);
    if (code)
      return code;
    study->n_read_tasks += file->n_ranges;
  }
  return PVS_OK;
}

size_t pvs_study_reads(const pvs_study *study) {
  return study->n_read_tasks;
}

pvs_code pvs_study_read(pvs_study *study, size_t task, pvs_error *error) {
  (void)error;
  struct pvs_profile_file *file = study->files;
  while (task >= (size_t)file->first_task + file->n_ranges)
    file++;
  size_t range = task - file->first_task;
  const pvs_profile_range *r = &file->ranges[range];
  file->odd[range] = !pvs_profile_fast_read(file->profile, r);
  file->digests[range] = pvs_digest_add_long(0, r->begin, (size_t)(r->end - r->begin));
  return PVS_OK;
}

pvs_code pvs_files_finish(struct pvs_study *study, pvs_error *error) {
  for (uint32_t i = 0; i < n_files(study); i++) {
    struct pvs_profile_file *file = &study->files[i];
    const char *data = file->bytes.data;
    bool odd = !file->plain;
    for (uint32_t r = 0; r < file->n_ranges; r++)
      odd |= file->odd[r];
    if (odd) {
      if (file->plain)
        pvs_profile_deinit(file->profile);
      pvs_code code =
          pvs_profile_parse_slow(file->profile, file->path, data, file->bytes.size, error);
      if (code)
        return code;
    }
    size_t header = file->plain ? (size_t)(file->ranges[0].begin - data) : file->bytes.size;
    study->input_digest = pvs_digest_add(study->input_digest, data, header);
    study->input_digest =
        pvs_digest_add(study->input_digest, file->digests, file->n_ranges * sizeof *file->digests);
    study->input_bytes += file->bytes.size;
    study->input_doubles += (uint64_t)file->profile->n_series * file->profile->steps;
    study->source->release(study->source->ctx, &file->bytes);
    file->held = false;
  }
  return PVS_OK;
}

void pvs_files_close(struct pvs_study *study) {
  for (uint32_t i = 0; study->files && i < n_files(study); i++)
    if (study->files[i].held)
      study->source->release(study->source->ctx, &study->files[i].bytes);
}
