#include "input/holiday_table.h"
#include <stdio.h>
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

/* Days of the year that are in the series. */
static int64_t days_of_year(const pvs_calendar *calendar, int year) {
  const int64_t first = pvs_floor_div(calendar->start, PVS_DAY_S), end = first + calendar->n_days,
                new_year = pvs_year_start(year) / PVS_DAY_S,
                next = pvs_year_start(year + 1) / PVS_DAY_S;
  return (end < next ? end : next) - (first > new_year ? first : new_year);
}

/* The file does not go so far, is of another region, or lists other days. Of a year that is only
 * partly in the series it need not list all. */
static pvs_code warn_of_years(pvs_builder *builder, const uint32_t *known, int first, int last,
                              pvs_error *error) {
  enum { LEAST = 5, MOST = 20, MOST_OF_A_YEAR = 330 };
  pvs_code code = PVS_OK;
  for (int year = first; year <= last && !code; year++) {
    const uint32_t n = known[year - first];
    const bool is_whole = days_of_year(&builder->study->metering.calendar, year) >= MOST_OF_A_YEAR;
    char number[16];
    snprintf(number, sizeof number, "%u", n);
    if (n == 0 || n > MOST || (n < LEAST && is_whole))
      code = pvs_warn(&builder->notes, error,
                      (pvs_where){.file = builder->holiday_table.file, .column = "date"},
                      "found %s public holiday%s of %d in the region '%s'; usual are 8 to 14",
                      n == 0 ? "no" : number, n > 1 ? "s" : "", year, builder->study->region);
  }
  return code;
}

/* A region that no study can have: neither is it a column of dst_lookup.csv nor one of the usual
 * codes, which a list of a whole country has. */
static pvs_code warn_region(pvs_builder *builder, uint32_t row, int32_t column, pvs_error *error) {
  static const char *const codes[] = {"nsw", "vic", "qld", "sa", "wa", "tas", "nt", "act", "nz"};
  const char *region = pvs_table_cell(&builder->holiday_table, row, column);
  const size_t length = strlen(region);
  bool is_known = false;
  for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
    is_known = is_known || strcasecmp(region, codes[i]) == 0;
  for (uint32_t i = 0; i < builder->dst_table.n_columns; i++) {
    const char *name = builder->dst_table.header[i];
    is_known = is_known ||
               (strncasecmp(name, region, length) == 0 && strcasecmp(name + length, "_start") == 0);
  }
  return is_known ? PVS_OK
                  : pvs_warn(&builder->notes, error,
                             pvs_table_where(&builder->holiday_table, row, column),
                             "found '%.40s', a region that reference/dst_lookup.csv does not have: "
                             "this holiday counts in no study",
                             region);
}

/* Of the last step but one: data whose times are those of the ends of steps reach into the next year
 * by one. */
static int last_year(const pvs_calendar *calendar) {
  const uint32_t step = calendar->steps > 1 ? calendar->steps - 2 : 0;
  return pvs_year_of(calendar->start + (pvs_time)step * calendar->interval_s);
}

static pvs_code take_row(pvs_builder *builder, uint32_t row, const int32_t columns[2],
                         bool *holidays, uint32_t *known, pvs_error *error) {
  const pvs_table *table = &builder->holiday_table;
  const pvs_calendar *calendar = &builder->study->metering.calendar;
  const char *region = pvs_table_cell(table, row, columns[1]);
  int64_t day = 0;
  pvs_code code = read_day(table, row, columns[0], &day, error);
  if (!code && *region && strcasecmp(region, builder->study->region))
    return warn_region(builder, row, columns[1], error);
  if (code)
    return code;
  const int year = pvs_year_of(day * PVS_DAY_S), first = pvs_year_of(calendar->start);
  if (year >= first && year <= last_year(calendar))
    known[year - first]++;
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
  uint32_t *known = pvs_arena_alloc(builder->arena, (size_t)(last - first + 1), sizeof *known);
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
