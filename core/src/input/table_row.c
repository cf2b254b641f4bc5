#include "input/table_row.h"
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void settle(pvs_table_row *r, pvs_code code) {
  if (!r->code)
    r->code = pvs_settle(r->notes, code, r->error);
}

static int32_t column_of(pvs_table_row *r, const char *name) {
  int32_t column = -1;
  if (!r->code)
    settle(r, pvs_table_column(r->table, name, false, &column, r->error));
  return column;
}

/* Names the column even where the table does not have it. */
static pvs_where at(const pvs_table_row *r, const char *column) {
  pvs_where where = pvs_table_where(r->table, r->row, -1);
  where.column = column;
  return where;
}

const char *pvs_table_row_text(pvs_table_row *r, const char *column) {
  int32_t index = column_of(r, column);
  return pvs_table_cell(r->table, r->row, index);
}

double pvs_table_row_number(pvs_table_row *r, const char *column, double absent) {
  double value = absent;
  int32_t index = column_of(r, column);
  if (!r->code)
    settle(r, pvs_table_number(r->table, r->row, index, absent, &value, r->error));
  return value;
}

double pvs_table_row_needed(pvs_table_row *r, const char *column, const char *expected) {
  double value = pvs_table_row_number(r, column, NAN);
  if (!r->code && !*pvs_table_row_text(r, column))
    pvs_table_row_refuse(r, column, expected);
  return value;
}

bool pvs_table_row_boolean(pvs_table_row *r, const char *column) {
  bool value = false;
  int32_t index = column_of(r, column);
  if (!r->code)
    settle(r, pvs_table_bool(r->table, r->row, index, &value, r->error));
  return value;
}

static uint32_t clock_time(pvs_table_row *r, const char *column) {
  uint32_t seconds = 0;
  const char *cell = pvs_table_row_text(r, column);
  if (!r->code && !pvs_parse_clock(cell, strlen(cell), &seconds))
    pvs_table_row_refuse(r, column, "a time of day h:mm");
  return seconds;
}

/* A step belongs to a period by its first minute. A last minute such as 19:59 is as good as an end at
 * 20:00. */
static void warn_inside_steps(pvs_table_row *r, const char *start, const char *end,
                              pvs_period period) {
  const pvs_calendar *calendar = r->calendar;
  const uint32_t length_s = (period.end_s + PVS_DAY_S - period.start_s) % PVS_DAY_S;
  if (!calendar || calendar->interval_s > 3600 || PVS_DAY_S % calendar->interval_s != 0 ||
      pvs_floor_div(calendar->start, calendar->interval_s) * calendar->interval_s !=
          calendar->start)
    return;
  const uint32_t step_s = calendar->interval_s, minutes = step_s / 60,
                 first_s = (period.start_s + step_s - 1) / step_s * step_s % PVS_DAY_S,
                 last_s = period.end_s / step_s * step_s;
  if (length_s < step_s)
    return; /* whoever knows the steps says whether any is left */
  if (period.start_s % step_s != 0)
    pvs_table_row_warn(r, start,
                       "found '%.20s', inside a step of %u minutes: the period begins with the "
                       "next one, at %u:%02u%s",
                       pvs_table_row_text(r, start), minutes, first_s / 3600, first_s / 60 % 60,
                       period.start_s % step_s == 60 ? " (a period includes its start)" : "");
  if (period.end_s % step_s != 0 && (period.end_s + 60) % step_s != 0)
    pvs_table_row_warn(r, end,
                       "found '%.20s', inside a step of %u minutes: the whole step at %u:%02u is "
                       "in the period",
                       pvs_table_row_text(r, end), minutes, last_s / 3600, last_s / 60 % 60);
}

pvs_period pvs_table_row_hours(pvs_table_row *r, const char *start, const char *end) {
  pvs_period period = {.start_s = clock_time(r, start), .end_s = clock_time(r, end)};
  if (!r->code && period.start_s == PVS_DAY_S)
    pvs_table_row_refuse(r, start, "a time before 24:00 (a day begins at 0:00)");
  if (!r->code && period.start_s == period.end_s)
    pvs_table_row_warn(r, end,
                       "found the same time as %s: this period covers no time; a whole day is "
                       "0:00 to 23:59",
                       start);
  else if (!r->code)
    warn_inside_steps(r, start, end, period);
  if (period.end_s == 23 * 3600 + 59 * 60)
    period.end_s = PVS_DAY_S;
  return period;
}

pvs_period pvs_table_row_period(pvs_table_row *r, const char *start, const char *end,
                                const char *week) {
  pvs_period period = pvs_table_row_hours(r, start, end);
  const char *cell = pvs_table_row_text(r, week);
  if (!r->code && !pvs_parse_week(cell, &period.week))
    pvs_table_row_refuse(r, week, "day, end or both");
  return period;
}

void pvs_table_row_refuse(pvs_table_row *r, const char *column, const char *expected) {
  const char *cell = pvs_table_row_text(r, column);
  if (!r->code)
    settle(r, pvs_fail(r->error, PVS_BAD_VALUE, at(r, column), PVS_FOUND ", expected %s",
                       PVS_FOUND_ARGS(cell), expected));
}

void pvs_table_row_refuse_number(pvs_table_row *r, const char *column, double value,
                                 const char *expected) {
  const char *cell = pvs_table_row_text(r, column);
  char number[32];
  snprintf(number, sizeof number, "%.10g", value);
  if (!r->code)
    settle(r, pvs_fail(r->error, PVS_BAD_VALUE, at(r, column), "found %.80s, expected %s",
                       *cell ? cell : number, expected));
}

void pvs_table_row_warn(pvs_table_row *r, const char *column, const char *format, ...) {
  char text[512];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  if (!r->code)
    r->code = pvs_warn(r->notes, r->error, at(r, column), "%s", text);
}

void pvs_table_row_warn_empty(pvs_table_row *r, const char *column, const char *what_it_does) {
  int32_t index = column_of(r, column);
  if (!r->code && !*pvs_table_cell(r->table, r->row, index))
    pvs_table_row_warn(r, column, "found %s: %s", index < 0 ? "no such column" : "an empty cell",
                       what_it_does);
}

void pvs_table_row_warn_unusual(pvs_table_row *r, const pvs_usual *columns, size_t n) {
  for (size_t i = 0; i < n && !r->code; i++) {
    double value = pvs_table_row_number(r, columns[i].column, 0);
    if (value > 0 && (value < columns[i].least || value > columns[i].most))
      pvs_table_row_warn(r, columns[i].column, "found %.80s; usual are %s",
                         pvs_table_row_text(r, columns[i].column), columns[i].range);
  }
}
