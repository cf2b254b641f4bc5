#include "input/profile_slow.h"

#include "base/csv.h"
#include "base/number.h"
#include "base/timestamp.h"
#include "input/profile_parts.h"

#include <string.h>

enum { MOST_FAULTS = 10 }; /* that a check lists of one file */

typedef struct reader {
  pvs_profile *profile;
  const pvs_profile_rules *rules;
  const char *data;
  size_t size;
  pvs_date_order order;
  uint32_t *series_of; /* NULL before the header */
  long *rows;          /* the profile's */
  uint32_t time_column;
  pvs_timestamp first, last;
  bool has_many_days, has_mixed_order; /* not all in one day; not all d/m/y */
  bool is_time_wrong;                  /* the error is about a time */
  uint32_t n_faults, n_blanks;
  long blank_row; /* the first that counts as 0, and its field */
  uint32_t blank_field;
} reader;

/* ---- times ---- */

static pvs_code fail_time(pvs_where where, const char *text, pvs_error *error) {
  return pvs_fail(error, PVS_BAD_TIME, where,
                  "\"%.80s\", expected a time such as 31/12/2013 23:30 or 2013-12-31 23:30:00",
                  text);
}

/* An hour more or less than expected at night, as where clocks change. */
static bool is_clock_change(const reader *self, pvs_time now) {
  const int64_t off = now - self->last.time - self->profile->interval_s;
  const int64_t hour = (now - pvs_floor_div(now, PVS_DAY_S) * PVS_DAY_S) / 3600;
  return (off == 3600 || off == -3600) && hour >= 1 && hour <= 3;
}

/* Returns PVS_OK when the row is the next step. */
static pvs_code check_time(reader *self, pvs_where where, const char *text,
                           const pvs_timestamp *now, pvs_error *error) {
  pvs_profile *profile = self->profile;
  const int64_t gap = now->time - self->last.time;
  if (profile->steps == 0) {
    profile->start = now->time;
    self->first = *now;
    return PVS_OK;
  }
  if (now->has_zone != self->first.has_zone || now->zone_s != self->first.zone_s) {
    return pvs_fail(error, PVS_BAD_TIME, where,
                    "\"%.80s\" has another time zone than the first row, expected local standard "
                    "time throughout",
                    text);
  }
  if (profile->steps == 1) {
    if (gap <= 0 || gap > UINT32_MAX) {
      return pvs_fail(error, PVS_BAD_TIME, where,
                      "\"%s\" does not follow the row before, expected times at a regular interval",
                      text);
    }
    profile->interval_s = (uint32_t)gap;
  } else if (gap != profile->interval_s) {
    char expected[PVS_TIMESTAMP_LENGTH];
    pvs_format_timestamp(expected, self->last.time + profile->interval_s);
    return pvs_fail(error, PVS_BAD_TIME, where,
                    "\"%s\" %s, expected %.*s, %u s after the row before%s", text,
                    gap == 0 ? "is there twice" : (gap < 0 ? "goes back" : "leaves a gap"),
                    PVS_TIMESTAMP_LENGTH, expected, profile->interval_s,
                    is_clock_change(self, now->time)
                        ? "; do clocks change here? Expected is standard time all year"
                        : "");
  }
  return PVS_OK;
}

static pvs_code take_time(reader *self, pvs_where where, pvs_field field, pvs_error *error) {
  pvs_timestamp now;
  where.column = "timestamp";
  where.column_number = (long)self->time_column + 1;
  const pvs_code code = pvs_parse_any_timestamp(field.text, field.length, self->order, &now)
                            ? check_time(self, where, field.text, &now, error)
                            : fail_time(where, field.text, error);
  if (code != PVS_OK) {
    self->is_time_wrong = true;
    return code;
  }
  self->has_many_days = self->has_many_days || pvs_floor_div(now.time, PVS_DAY_S) !=
                                                   pvs_floor_div(self->first.time, PVS_DAY_S);
  self->has_mixed_order = self->has_mixed_order || !now.has_order;
  self->first.has_fraction = self->first.has_fraction || now.has_fraction;
  self->last = now;
  return PVS_OK;
}

/* ---- values ---- */

static pvs_code fail_value(pvs_where where, pvs_field field, pvs_error *error) {
  return field.length == 0
             ? pvs_fail(error, PVS_BAD_VALUE, where, "a blank cell, expected a number")
             : pvs_fail(error, PVS_BAD_VALUE, where, "\"%.80s\", expected a number%s", field.text,
                        pvs_number_hint(field.text));
}

static pvs_code take_value(reader *self, pvs_where where, uint32_t index, pvs_field field,
                           pvs_error *error) {
  pvs_profile *profile = self->profile;
  const uint32_t series = self->series_of[index];
  where.column_number = (long)index + 1;
  if (series == PVS_NO_SERIES) {
    return field.length == 0 || index == self->time_column
               ? PVS_OK
               : pvs_fail(error, PVS_BAD_VALUE, where,
                          "\"%.80s\" in a column without a name, expected a header", field.text);
  }
  where.column = profile->names[series];
  double *value = &profile->values[(size_t)series * profile->stride + profile->steps];
  if (pvs_parse_double(field.text, field.length, value)) {
    return PVS_OK;
  }
  *value = 0;
  if (field.length == 0 && self->rules->blank_is_zero) {
    if (self->n_blanks++ == 0) {
      self->blank_row = where.row;
      self->blank_field = index;
    }
    return PVS_OK;
  }
  const pvs_code code = fail_value(where, field, error);
  return self->n_faults++ < MOST_FAULTS ? pvs_settle(self->rules->notes, code, error) : code;
}

/* ---- rows ---- */

static pvs_code take_header(reader *self, const pvs_field *fields, uint32_t n_fields, long row,
                            pvs_error *error) {
  const pvs_code code = pvs_profile_take_header(self->profile, fields, n_fields, row,
                                                &self->time_column, &self->series_of, error);
  if (code != PVS_OK) {
    return code;
  }
  const size_t bound = pvs_csv_rows_bound(self->data, self->size, n_fields);
  self->profile->rows = self->rows =
      pvs_arena_alloc(&self->profile->arena, bound + 1, sizeof *self->rows);
  if (self->rows == NULL) {
    return pvs_fail_memory(error);
  }
  self->rows[0] = row;
  return pvs_profile_allocate(self->profile, bound, error);
}

static pvs_code take_record(void *ctx, long row, const pvs_field *fields, uint32_t n_fields,
                            pvs_error *error) {
  reader *self = ctx;
  if (self->series_of == NULL) {
    return take_header(self, fields, n_fields, row, error);
  }
  const pvs_where where = {.file = self->profile->path, .row = row};
  pvs_code code = take_time(self, where, fields[self->time_column], error);
  for (uint32_t i = 0; i < n_fields && code == PVS_OK; i++) {
    code = take_value(self, where, i, fields[i], error);
  }
  self->rows[++self->profile->steps] = row;
  return code;
}

static pvs_code read_rows(reader *self, pvs_error *error) {
  return pvs_csv_read(self->profile->path, self->data, self->size, take_record, self, error);
}

/* The array was sized by a bound: closes the series up to the stride of the steps that there are. */
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

/* ---- what the whole file says ---- */

/* Whether the file is regular with month-first dates, which it is not with day-first ones. */
static bool fits_month_first(const reader *failed) {
  pvs_profile profile;
  if (pvs_profile_begin(&profile, failed->profile->path, NULL) != PVS_OK) {
    return false;
  }
  const pvs_profile_rules quiet = {.blank_is_zero = true};
  reader self = {.profile = &profile,
                 .rules = &quiet,
                 .data = failed->data,
                 .size = failed->size,
                 .order = PVS_MONTH_FIRST};
  const bool fits = read_rows(&self, NULL) == PVS_OK && profile.steps > 1;
  pvs_profile_deinit(&profile);
  return fits;
}

static pvs_code fail_month_first(const reader *self, pvs_error *error) {
  if (error == NULL) {
    return PVS_BAD_TIME;
  }
  const long row = error->row;
  *error = (pvs_error){0};
  return pvs_fail(error, PVS_BAD_TIME,
                  (pvs_where){.file = self->profile->path, .row = row, .column = "timestamp"},
                  "the dates of this file can only be month-first (US), expected day-first dates "
                  "such as 31/12/2013, or 2013-12-31");
}

static pvs_code warn(const reader *self, pvs_error *error) {
  pvs_notes *notes = self->rules->notes;
  const pvs_profile *profile = self->profile;
  pvs_where where = {
      .file = profile->path, .row = pvs_profile_row(profile, 0), .column = "timestamp"};
  pvs_code code = PVS_OK;
  char shown[PVS_TIMESTAMP_LENGTH];
  pvs_format_timestamp(shown, self->first.time);
  int year, month, day;
  pvs_date_of(pvs_floor_div(self->first.time, PVS_DAY_S), &year, &month, &day);
  if (!self->has_many_days && !self->has_mixed_order && day <= 12 && day != month) {
    code = pvs_warn(notes, error, where,
                    "all rows are of one date that may be day-first or month-first: read as "
                    "day-first, %.10s; a date such as 2013-12-31 cannot be mistaken",
                    shown);
  }
  if (code == PVS_OK && self->first.has_zone && self->first.zone_s == 0) {
    code = pvs_warn(notes, error, where,
                    "times are marked as UTC: taken as they are for local standard time, which is "
                    "what tariffs and daylight saving go by");
  }
  if (code == PVS_OK && self->first.has_fraction) {
    code = pvs_warn(notes, error, where, "fractions of a second are left out");
  }
  if (code == PVS_OK && self->n_blanks > 0) {
    where.row = self->blank_row;
    where.column = profile->names[self->series_of[self->blank_field]];
    code = pvs_warn(notes, error, where,
                    "a blank cell, taken as 0 kWh; blank cells in this file: %u", self->n_blanks);
  }
  return code;
}

static pvs_code parse(reader *self, pvs_error *error) {
  const pvs_profile *profile = self->profile;
  const pvs_code code = read_rows(self, error);
  if (code != PVS_OK) {
    return self->is_time_wrong && fits_month_first(self) ? fail_month_first(self, error) : code;
  }
  if (profile->steps < 2) {
    return pvs_fail(error, PVS_EMPTY, (pvs_where){.file = profile->path},
                    profile->steps == 0
                        ? "a header alone, expected rows below it"
                        : "one row, expected at least two (they tell the interval)");
  }
  self->profile->has_zone = self->first.has_zone;
  self->profile->zone_s = self->first.zone_s;
  close_up(self->profile);
  return warn(self, error);
}

pvs_code pvs_profile_parse_slow(pvs_profile *profile, const pvs_profile_rules *rules,
                                const char *path, const char *data, size_t size, pvs_error *error) {
  static const pvs_profile_rules strict = {0};
  reader self = {
      .profile = profile, .rules = rules != NULL ? rules : &strict, .data = data, .size = size};
  pvs_code code = pvs_profile_begin(profile, path, error);
  if (code == PVS_OK) {
    code = parse(&self, error);
  }
  if (code != PVS_OK) {
    pvs_profile_deinit(profile);
  }
  return code;
}
