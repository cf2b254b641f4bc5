#include "input/profile_parts.h"

#include "base/intern.h"

#include <assert.h>
#include <string.h>

/* Of a customer: it becomes part of the headers of outputs and of messages. */
enum { LONGEST_NAME = 255 };

pvs_code pvs_profile_begin(pvs_profile *profile, const char *path, pvs_error *error) {
  *profile = (pvs_profile){0};
  pvs_arena_init(&profile->arena);
  profile->path = pvs_arena_string(&profile->arena, path, strlen(path));
  return profile->path == NULL ? pvs_fail_memory(error) : PVS_OK;
}

static pvs_code take_name(pvs_profile *profile, pvs_intern *names, pvs_where where, pvs_field field,
                          uint32_t *series, pvs_error *error) {
  int is_new = 0;
  if (field.length > LONGEST_NAME) {
    return pvs_fail(error, PVS_BAD_VALUE, where,
                    "found a name of %zu characters, expected at most %d", field.length,
                    LONGEST_NAME);
  }
  *series = pvs_intern_add(names, field.text, field.length, &is_new);
  if (*series == PVS_INTERN_NONE) {
    return pvs_fail_memory(error);
  }
  if (!is_new) {
    where.column = field.text;
    return pvs_fail(error, PVS_DUPLICATE, where,
                    "\"%s\" heads two columns, expected each name once", field.text);
  }
  profile->names[(*series)] = names->keys[*series];
  profile->n_series++;
  return PVS_OK;
}

pvs_code pvs_profile_take_header(pvs_profile *profile, const pvs_field *fields, uint32_t n_fields,
                                 long row, uint32_t *time_column, uint32_t **series_of,
                                 pvs_error *error) {
  pvs_where where = {.file = profile->path, .row = row, .column_number = 1};
  *time_column = 0;
  while (*time_column < n_fields && strcmp(fields[*time_column].text, "timestamp") != 0) {
    ++*time_column;
  }
  if (*time_column == n_fields) {
    return pvs_fail(error, PVS_MISSING_COLUMN, where,
                    "the first column is \"%.80s\", expected \"timestamp\"", fields[0].text);
  }
  *series_of = pvs_arena_alloc(&profile->arena, n_fields, sizeof **series_of);
  profile->names = pvs_arena_alloc(&profile->arena, n_fields, sizeof *profile->names);
  if (*series_of == NULL || profile->names == NULL) {
    return pvs_fail_memory(error);
  }
  pvs_intern names;
  pvs_intern_init(&names, &profile->arena);
  pvs_code code = PVS_OK;
  for (uint32_t i = 0; i < n_fields && code == PVS_OK; i++) {
    where.column_number = (long)i + 1;
    if (i == *time_column || fields[i].length == 0) {
      (*series_of)[i] = PVS_NO_SERIES;
    } else {
      code = take_name(profile, &names, where, fields[i], &(*series_of)[i], error);
    }
  }
  pvs_intern_deinit(&names);
  if (code == PVS_OK && profile->n_series == 0) {
    where.column_number = 0;
    code = pvs_fail(error, PVS_MISSING_COLUMN, where,
                    "no series, expected at least one named column beside \"timestamp\"");
  }
  return code;
}

pvs_code pvs_profile_allocate(pvs_profile *profile, size_t steps_bound, pvs_error *error) {
  assert(profile->n_series > 0);
  const size_t stride = pvs_profile_stride(steps_bound);
  if (stride > UINT32_MAX || stride > SIZE_MAX / profile->n_series) {
    return pvs_fail_memory(error);
  }
  profile->values =
      pvs_arena_alloc(&profile->arena, stride * profile->n_series, sizeof *profile->values);
  profile->stride = (uint32_t)stride;
  return profile->values == NULL ? pvs_fail_memory(error) : PVS_OK;
}
