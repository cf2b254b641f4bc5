#include "input/profile_slow.h"

#include "base/number.h"
#include "input/profile_parts.h"

#include <string.h>

typedef struct slow_reader {
  pvs_profile *profile;
  const char *data;
  size_t size;
  uint32_t *series_of; /* NULL before the header */
  pvs_time last;
} slow_reader;

static pvs_code check_time(slow_reader *self, pvs_where where, const char *text, pvs_time time,
                           pvs_error *error) {
  pvs_profile *profile = self->profile;
  const int64_t gap = time - self->last;
  if (profile->steps == 0) {
    profile->start = time;
  } else if (profile->steps == 1) {
    if (gap <= 0 || gap > UINT32_MAX) {
      return pvs_fail(error, PVS_BAD_TIME, where,
                      "\"%s\" does not follow the row before, expected times at a regular interval",
                      text);
    }
    profile->interval_s = (uint32_t)gap;
  } else if (gap != profile->interval_s) {
    char expected[PVS_TIMESTAMP_LENGTH];
    pvs_format_timestamp(expected, self->last + profile->interval_s);
    return pvs_fail(error, PVS_BAD_TIME, where,
                    "\"%s\" %s, expected %.*s, %u s after the row before", text,
                    gap == 0 ? "is there twice" : (gap < 0 ? "goes back" : "leaves a gap"),
                    PVS_TIMESTAMP_LENGTH, expected, profile->interval_s);
  }
  self->last = time;
  return PVS_OK;
}

static pvs_code take_value(slow_reader *self, pvs_where where, uint32_t series, pvs_field field,
                           pvs_error *error) {
  pvs_profile *profile = self->profile;
  if (series == PVS_NO_SERIES) {
    return field.length == 0
               ? PVS_OK
               : pvs_fail(error, PVS_BAD_VALUE, where,
                          "\"%.60s\" in a column without a name, expected a header", field.text);
  }
  where.column = profile->names[series];
  double *value = &profile->values[(size_t)series * profile->stride + profile->steps];
  if (!pvs_parse_double(field.text, field.length, value)) {
    return field.length == 0
               ? pvs_fail(error, PVS_BAD_VALUE, where, "a blank cell, expected a number")
               : pvs_fail(error, PVS_BAD_VALUE, where, "\"%.60s\", expected a number", field.text);
  }
  return PVS_OK;
}

static pvs_code take_record(void *ctx, long row, const pvs_field *fields, uint32_t n_fields,
                            pvs_error *error) {
  slow_reader *self = ctx;
  pvs_profile *profile = self->profile;
  if (self->series_of == NULL) {
    pvs_code code =
        pvs_profile_take_header(profile, fields, n_fields, row, &self->series_of, error);
    if (code == PVS_OK) {
      code = pvs_profile_allocate(profile, pvs_csv_rows_bound(self->data, self->size, n_fields),
                                  error);
    }
    return code;
  }
  pvs_where where = {.file = profile->path, .row = row, .column = "timestamp", .column_number = 1};
  pvs_time time;
  if (!pvs_parse_timestamp(fields[0].text, fields[0].length, &time)) {
    return pvs_fail(error, PVS_BAD_TIME, where,
                    "\"%.60s\", expected a time such as 31/12/2013 23:30 or 2013-12-31 23:30:00",
                    fields[0].text);
  }
  pvs_code code = check_time(self, where, fields[0].text, time, error);
  where.column = NULL;
  for (uint32_t i = 1; i < n_fields && code == PVS_OK; i++) {
    where.column_number = (long)i + 1;
    code = take_value(self, where, self->series_of[i], fields[i], error);
  }
  profile->steps++;
  return code;
}

/* The array was sized by a bound: closes the series up to the stride of the steps that there are.
 */
static void close_up(pvs_profile *profile) {
  const uint32_t stride = (uint32_t)pvs_profile_stride(profile->steps);
  if (stride == profile->stride) {
    return;
  }
  for (uint32_t i = 1; i < profile->n_series; i++) {
    double *to = profile->values + (size_t)i * stride;
    memmove(to, profile->values + (size_t)i * profile->stride, profile->steps * sizeof *to);
  }
  for (uint32_t i = 0; i < profile->n_series; i++) {
    double *series = profile->values + (size_t)i * stride;
    memset(series + profile->steps, 0, (stride - profile->steps) * sizeof *series);
  }
  profile->stride = stride;
}

static pvs_code parse_slow(pvs_profile *profile, const char *data, size_t size, pvs_error *error) {
  slow_reader self = {.profile = profile, .data = data, .size = size};
  const pvs_code code = pvs_csv_read(profile->path, data, size, take_record, &self, error);
  if (code != PVS_OK) {
    return code;
  }
  if (profile->steps < 2) {
    return pvs_fail(error, PVS_EMPTY, (pvs_where){.file = profile->path},
                    profile->steps == 0
                        ? "a header alone, expected rows below it"
                        : "one row, expected at least two (they tell the interval)");
  }
  close_up(profile);
  return PVS_OK;
}

pvs_code pvs_profile_parse_slow(pvs_profile *profile, const char *path, const char *data,
                                size_t size, pvs_error *error) {
  pvs_code code = pvs_profile_begin(profile, path, error);
  if (code == PVS_OK) {
    code = parse_slow(profile, data, size, error);
  }
  if (code != PVS_OK) {
    pvs_profile_deinit(profile);
  }
  return code;
}
