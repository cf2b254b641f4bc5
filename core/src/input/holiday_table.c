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

/* The file does not go so far, or is of another region. `known`: of the years of the series, whether
 * the file has a holiday of the region in them. */
static pvs_code warn_of_years(pvs_builder *builder, const bool *known, int first, int last,
                              pvs_error *error) {
  pvs_code code = PVS_OK;
  for (int year = first; year <= last && !code; year++)
    if (!known[year - first])
      code = pvs_warn(&builder->notes, error,
                      (pvs_where){.file = builder->holiday_table.file, .column = "date"},
                      "found no public holiday of %d in the region '%s'; usual are 8 to 14", year,
                      builder->study->region);
  return code;
}

/* Of the last step but one: data whose times are those of the ends of steps reach into the next year
 * by one. */
static int last_year(const pvs_calendar *calendar) {
  const uint32_t step = calendar->steps > 1 ? calendar->steps - 2 : 0;
  return pvs_year_of(calendar->start + (pvs_time)step * calendar->interval_s);
}

static pvs_code take_row(pvs_builder *builder, uint32_t row, const int32_t columns[2],
                         bool *holidays, bool *known, pvs_error *error) {
  const pvs_table *table = &builder->holiday_table;
  const pvs_calendar *calendar = &builder->study->metering.calendar;
  const char *region = pvs_table_cell(table, row, columns[1]);
  int64_t day = 0;
  pvs_code code = read_day(table, row, columns[0], &day, error);
  if (code || (*region && strcasecmp(region, builder->study->region)))
    return code;
  const int year = pvs_year_of(day * PVS_DAY_S), first = pvs_year_of(calendar->start);
  if (year >= first && year <= last_year(calendar))
    known[year - first] = true;
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
  const int first = pvs_year_of(calendar->start), last = last_year(calendar);
  bool *holidays = pvs_arena_alloc(builder->arena, calendar->n_days, sizeof *holidays);
  bool *known = pvs_arena_alloc(builder->arena, (size_t)(last - first + 1), sizeof *known);
  if (!holidays || !known)
    return pvs_fail_memory(error);
  pvs_code code = pvs_table_column(table, "date", true, &columns[0], error);
  if (!code)
    code = pvs_table_column(table, "region", false, &columns[1], error);
  if (code)
    return pvs_settle(&builder->notes, code, error);
  for (uint32_t row = 0; row < table->n_rows && !code; row++)
    code =
        pvs_settle(&builder->notes, take_row(builder, row, columns, holidays, known, error), error);
  calendar->holidays = holidays;
  return code ? code : warn_of_years(builder, known, first, last, error);
}
