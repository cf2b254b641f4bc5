/* dst_lookup.csv: when each year's summer begins and ends in the study's region (MODEL.md section
 * 2). */

#include "input/dst_table.h"
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

static pvs_code read_time(const pvs_table *table, uint32_t row, int32_t column, pvs_time *time,
                          pvs_error *error) {
  const char *cell = pvs_table_cell(table, row, column);
  pvs_timestamp swapped;
  if (pvs_parse_timestamp(cell, strlen(cell), time))
    return PVS_OK;
  bool is_us = pvs_parse_any_timestamp(cell, strlen(cell), PVS_MONTH_FIRST, &swapped);
  return pvs_fail(error, PVS_BAD_VALUE, pvs_table_where(table, row, column),
                  PVS_FOUND ", expected a %stime such as 7/04/2013 2:00", PVS_FOUND_ARGS(cell),
                  is_us ? "day-first " : "");
}

static uint32_t find_year(const pvs_table *table, int32_t year_column, int year, pvs_error *error,
                          pvs_code *code) {
  uint32_t found = PVS_NONE;
  for (uint32_t row = 0; row < table->n_rows; row++) {
    double value;
    *code = pvs_table_number(table, row, year_column, NAN, &value, error);
    if (!*code && value == year && found != PVS_NONE)
      *code = pvs_fail(error, PVS_DUPLICATE, pvs_table_where(table, row, year_column),
                       "found %d a second time, expected each year once", year);
    if (*code)
      return PVS_NONE;
    if (value == year)
      found = row;
  }
  if (found != PVS_NONE)
    return found;
  *code = pvs_fail(error, PVS_UNKNOWN_ID, (pvs_where){.file = table->file, .column = "year"},
                   "no row for %d, expected one for every year of the series", year);
  return PVS_NONE;
}

/* The region's column of that suffix, in any case; the one that is equal first. */
static int32_t find_column(const pvs_table *table, const char *region, const char *suffix) {
  char name[256];
  snprintf(name, sizeof name, "%s%s", region, suffix);
  int32_t found = -1;
  for (uint32_t i = 0; i < table->n_columns; i++) {
    if (strcmp(table->header[i], name) == 0)
      return (int32_t)i;
    if (found < 0 && strcasecmp(table->header[i], name) == 0)
      found = (int32_t)i;
  }
  return found;
}

static pvs_code find_columns(const pvs_table *table, const char *region, int32_t columns[3],
                             pvs_error *error) {
  pvs_code code = pvs_table_column(table, "year", true, &columns[0], error);
  columns[1] = find_column(table, region, "_start");
  columns[2] = find_column(table, region, "_end");
  for (int i = 1; i < 3 && !code; i++)
    if (columns[i] < 0)
      return pvs_fail(error, PVS_MISSING_COLUMN,
                      (pvs_where){.file = table->file, .row = table->header_row},
                      "the header has no column '%s%s', expected %s_start and %s_end for the "
                      "daylight-saving region '%s'",
                      region, i == 1 ? "_start" : "_end", region, region, region);
    else /* the same header twice */
      code = pvs_table_column(table, table->header[columns[i]], true, &columns[i], error);
  return code;
}

static bool is_sunday(pvs_time time) {
  return (pvs_floor_div(time, PVS_DAY_S) % 7 + 7) % 7 == 3; /* day 0 was a Thursday */
}

/* Clocks change on Sundays: a date that is one only if its month comes first was meant so. */
static pvs_code warn_month_first(pvs_builder *builder, uint32_t row, int32_t column, pvs_time time,
                                 pvs_error *error) {
  const pvs_table *table = &builder->dst_table;
  const char *cell = pvs_table_cell(table, row, column);
  pvs_timestamp swapped;
  if (is_sunday(time) || !pvs_parse_any_timestamp(cell, strlen(cell), PVS_MONTH_FIRST, &swapped) ||
      !swapped.has_order || !is_sunday(swapped.time))
    return PVS_OK;
  char as_read[PVS_TIMESTAMP_LENGTH], as_meant[PVS_TIMESTAMP_LENGTH];
  pvs_format_timestamp(as_read, time);
  pvs_format_timestamp(as_meant, swapped.time);
  return pvs_warn(&builder->notes, error, pvs_table_where(table, row, column),
                  "found '%.40s', read as %.10s; clocks change on Sundays, as %.10s is one: dates "
                  "are day-first",
                  cell, as_read, as_meant);
}

/* Clocks change before dawn. */
static pvs_code warn_hour(pvs_builder *builder, uint32_t row, int32_t column, pvs_time time,
                          pvs_error *error) {
  const char *cell = pvs_table_cell(&builder->dst_table, row, column);
  const pvs_where where = pvs_table_where(&builder->dst_table, row, column);
  if (!strchr(cell, ':'))
    return pvs_warn(&builder->notes, error, where,
                    "found '%.40s', a date alone: clocks change at midnight; usual are 2:00 and "
                    "3:00",
                    cell);
  return time - pvs_floor_div(time, PVS_DAY_S) * PVS_DAY_S <= 4 * 3600
             ? PVS_OK
             : pvs_warn(&builder->notes, error, where,
                        "found '%.40s', not a time before dawn; usual are 2:00 and 3:00", cell);
}

/* Start and end swapped: a region in the south whose summer is in the middle of the year. */
static pvs_code warn_hemisphere(pvs_builder *builder, uint32_t row, int32_t column,
                                pvs_error *error) {
  static const char *const southern[] = {"nsw", "vic", "sa", "tas", "act", "nz"};
  const char *region = builder->study->region;
  for (size_t i = 0; i < sizeof southern / sizeof *southern; i++)
    if (strcasecmp(region, southern[i]) == 0)
      return pvs_warn(&builder->notes, error, pvs_table_where(&builder->dst_table, row, column),
                      "daylight saving starts before it ends within this year, as in the north, "
                      "but '%s' is in the south: are both swapped?",
                      region);
  return PVS_OK;
}

/* Summers of less than two months or more than ten. */
static pvs_code warn_length(pvs_builder *builder, uint32_t row, int32_t column, pvs_time length_s,
                            pvs_error *error) {
  const pvs_time days = length_s / PVS_DAY_S;
  return days >= 60 && days <= 300
             ? PVS_OK
             : pvs_warn(&builder->notes, error, pvs_table_where(&builder->dst_table, row, column),
                        "daylight saving is on for %ld days of this year; usual are 150 to 240",
                        (long)days);
}

static pvs_code warn_other_year(pvs_builder *builder, uint32_t row, int32_t column, int year,
                                pvs_time time, pvs_error *error) {
  const pvs_table *table = &builder->dst_table;
  if (pvs_year_of(time) == year)
    return PVS_OK;
  return pvs_warn(&builder->notes, error, pvs_table_where(table, row, column),
                  "found '%.40s' in the row of %d, expected a time of that year",
                  pvs_table_cell(table, row, column), year);
}

/* Adds the summer of a year, or its two parts in the south. */
static pvs_code add_year(pvs_builder *builder, const int32_t columns[3], int year,
                         pvs_error *error) {
  const pvs_table *table = &builder->dst_table;
  pvs_calendar *calendar = &builder->study->metering.calendar;
  pvs_code code = PVS_OK;
  pvs_time start = 0, end = 0;
  uint32_t row = find_year(table, columns[0], year, error, &code);
  if (code)
    return code;
  if (!*pvs_table_cell(table, row, columns[1]) && !*pvs_table_cell(table, row, columns[2]))
    return PVS_OK; /* no daylight saving in this year */
  code = read_time(table, row, columns[1], &start, error);
  if (!code)
    code = read_time(table, row, columns[2], &end, error);
  if (!code && start == end)
    return pvs_fail(error, PVS_BAD_VALUE, pvs_table_where(table, row, columns[2]),
                    "found the time at which daylight saving starts, expected another one (both "
                    "cells empty: no daylight saving)");
  if (!code)
    code = warn_other_year(builder, row, columns[1], year, start, error);
  if (!code)
    code = warn_other_year(builder, row, columns[2], year, end, error);
  if (!code && pvs_year_of(start) == year)
    code = warn_month_first(builder, row, columns[1], start, error);
  if (!code && pvs_year_of(end) == year)
    code = warn_month_first(builder, row, columns[2], end, error);
  if (!code)
    code = warn_hour(builder, row, columns[1], start, error);
  if (!code)
    code = warn_hour(builder, row, columns[2], end, error);
  if (!code && start < end && pvs_year_of(start) == year && pvs_year_of(end) == year)
    code = warn_hemisphere(builder, row, columns[1], error);
  if (!code)
    code = warn_length(builder, row, columns[2],
                       end > start ? end - start : end - start + 365 * PVS_DAY_S, error);
  if (code)
    return code;
  pvs_time(*summer)[2] = calendar->summers + calendar->n_summers;
  if (start < end) {
    summer[0][0] = start, summer[0][1] = end;
    calendar->n_summers += 1;
  } else {
    summer[0][0] = pvs_year_start(year), summer[0][1] = end;
    summer[1][0] = start, summer[1][1] = pvs_year_start(year + 1);
    calendar->n_summers += 2;
  }
  return PVS_OK;
}

pvs_code pvs_summers_fill(pvs_builder *builder, pvs_error *error) {
  pvs_calendar *calendar = &builder->study->metering.calendar;
  int32_t columns[3];
  pvs_code code = find_columns(&builder->dst_table, builder->study->region, columns, error);
  if (code)
    return pvs_settle(&builder->notes, code, error);
  pvs_time last = calendar->start + (pvs_time)(calendar->steps - 1) * calendar->interval_s;
  int first_year = pvs_year_of(calendar->start), last_year = pvs_year_of(last);
  calendar->summers = pvs_arena_alloc(builder->arena, 2 * (size_t)(last_year - first_year + 1),
                                      sizeof *calendar->summers);
  if (!calendar->summers)
    return pvs_fail_memory(error);
  for (int year = first_year; year <= last_year && !code; year++)
    code = pvs_settle(&builder->notes, add_year(builder, columns, year, error), error);
  return code;
}
