#include "input/holiday_table.h"
#include <string.h>
#include <strings.h>

static pvs_code read_day(const pvs_table *table, uint32_t row, int32_t column, int64_t *day,
                         pvs_error *error) {
  const char *cell = pvs_table_cell(table, row, column);
  pvs_time time = 0;
  bool is_date = pvs_parse_timestamp(cell, strlen(cell), &time);
  *day = pvs_floor_div(time, PVS_DAY_S);
  if (is_date && time == *day * PVS_DAY_S)
    return PVS_OK;
  return pvs_fail(error, PVS_BAD_VALUE, pvs_table_where(table, row, column),
                  PVS_FOUND ", expected a day-first date such as 25/12/2013", PVS_FOUND_ARGS(cell));
}

/* A long part of a year without any holiday: the file does not go so far, or is of another region. */
static pvs_code warn_of_years(pvs_builder *builder, const bool *holidays, pvs_error *error) {
  const pvs_calendar *calendar = &builder->study->metering.calendar;
  const int64_t first = pvs_floor_div(calendar->start, PVS_DAY_S);
  const uint32_t usual = 200; /* days between which every region has some */
  uint32_t days = 0, found = 0;
  pvs_code code = PVS_OK;
  for (uint32_t day = 0; day < calendar->n_days && !code; day++) {
    const int year = pvs_year_of((first + day) * PVS_DAY_S);
    days++;
    found += holidays[day];
    if (day + 1 < calendar->n_days && pvs_year_of((first + day + 1) * PVS_DAY_S) == year)
      continue;
    if (found == 0 && days >= usual)
      code = pvs_warn(&builder->notes, error,
                      (pvs_where){.file = builder->holiday_table.file, .column = "date"},
                      "found no public holiday of %d in the region '%s'; usual are 8 to 14", year,
                      builder->study->region);
    days = found = 0;
  }
  return code;
}

static pvs_code take_row(pvs_builder *builder, uint32_t row, const int32_t columns[2],
                         bool *holidays, pvs_error *error) {
  const pvs_table *table = &builder->holiday_table;
  const pvs_calendar *calendar = &builder->study->metering.calendar;
  const char *region = pvs_table_cell(table, row, columns[1]);
  int64_t day = 0;
  pvs_code code = read_day(table, row, columns[0], &day, error);
  if (code || (*region && strcasecmp(region, builder->study->region)))
    return code;
  day -= pvs_floor_div(calendar->start, PVS_DAY_S);
  if (day < 0 || day >= calendar->n_days)
    return PVS_OK;
  if (holidays[day])
    return pvs_warn(&builder->notes, error, pvs_table_where(table, row, columns[0]),
                    "found '%.40s' a second time", pvs_table_cell(table, row, columns[0]));
  holidays[day] = true;
  return PVS_OK;
}

pvs_code pvs_holidays_fill(pvs_builder *builder, pvs_error *error) {
  const pvs_table *table = &builder->holiday_table;
  pvs_calendar *calendar = &builder->study->metering.calendar;
  if (table->n_columns == 0)
    return PVS_OK;
  int32_t columns[2];
  bool *holidays = pvs_arena_alloc(builder->arena, calendar->n_days, sizeof *holidays);
  if (!holidays)
    return pvs_fail_memory(error);
  pvs_code code = pvs_table_column(table, "date", true, &columns[0], error);
  if (!code)
    code = pvs_table_column(table, "region", false, &columns[1], error);
  if (code)
    return pvs_settle(&builder->notes, code, error);
  for (uint32_t row = 0; row < table->n_rows && !code; row++)
    code = pvs_settle(&builder->notes, take_row(builder, row, columns, holidays, error), error);
  calendar->holidays = holidays;
  return code ? code : warn_of_years(builder, holidays, error);
}
