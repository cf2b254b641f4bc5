/* dst_lookup.csv: when each year's summer begins and ends in the study's region (MODEL.md section
 * 2). */

#include "input/dst_table.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

static pvs_code read_time(const pvs_table *table, uint32_t row, int32_t column, pvs_time *time,
                          pvs_error *error) {
  const char *cell = pvs_table_cell(table, row, column);
  if (pvs_parse_timestamp(cell, strlen(cell), time))
    return PVS_OK;
  return pvs_fail(error, PVS_BAD_VALUE, pvs_table_where(table, row, column),
                  PVS_FOUND ", expected a time such as 7/04/2013 2:00", PVS_FOUND_ARGS(cell));
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

pvs_code pvs_summers_fill(pvs_builder *builder, pvs_error *error) {
  pvs_study *study = builder->study;
  const pvs_table *table = &builder->dst_table;
  pvs_calendar *calendar = &study->metering.calendar;
  char start_name[128], end_name[128];
  snprintf(start_name, sizeof start_name, "%s_start", study->region);
  snprintf(end_name, sizeof end_name, "%s_end", study->region);
  int32_t year_column, start_column, end_column;
  pvs_code code = pvs_table_column(table, "year", true, &year_column, error);
  if (!code)
    code = pvs_table_column(table, start_name, false, &start_column, error);
  if (!code)
    code = pvs_table_column(table, end_name, false, &end_column, error);
  if (code)
    return code;
  if (start_column < 0 || end_column < 0)
    return pvs_fail(error, PVS_MISSING_COLUMN, (pvs_where){.file = table->file, .row = 1},
                    "the header has no column '%s', expected %s and %s for the daylight-saving "
                    "region '%s'",
                    start_column < 0 ? start_name : end_name, start_name, end_name, study->region);

  pvs_time last = calendar->start + (pvs_time)(calendar->steps - 1) * calendar->interval_s;
  int first_year = pvs_year_of(calendar->start), last_year = pvs_year_of(last);
  calendar->summers = pvs_arena_alloc(builder->arena, 2 * (size_t)(last_year - first_year + 1),
                                      sizeof *calendar->summers);
  if (!calendar->summers)
    return pvs_fail_memory(error);
  for (int year = first_year; year <= last_year; year++) {
    uint32_t row = find_year(table, year_column, year, error, &code);
    pvs_time start = 0, end = 0;
    if (!code)
      code = read_time(table, row, start_column, &start, error);
    if (!code)
      code = read_time(table, row, end_column, &end, error);
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
  }
  return PVS_OK;
}
