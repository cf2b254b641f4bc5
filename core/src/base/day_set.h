/* Sets of days: kinds of weekday, with or without public holidays, within a season. */
#ifndef PVS_BASE_DAY_SET_H
#define PVS_BASE_DAY_SET_H

#include "base/calendar.h"

/* Kinds of day. Each day is of one kind. */
enum {
  PVS_DAYS_WEEKDAY = 1, /* Monday to Friday, no public holiday */
  PVS_DAYS_SATURDAY = 2,
  PVS_DAYS_SUNDAY = 4,
  PVS_DAYS_WEEKDAY_HOLIDAY = 8, /* a public holiday from Monday to Friday */
  PVS_DAYS_SATURDAY_HOLIDAY = 16,
  PVS_DAYS_SUNDAY_HOLIDAY = 32,
  PVS_DAYS_HOLIDAY = PVS_DAYS_WEEKDAY_HOLIDAY | PVS_DAYS_SATURDAY_HOLIDAY | PVS_DAYS_SUNDAY_HOLIDAY,
  PVS_DAYS_ALL = 63
};

/* A date without a year: 32 x month + day. */
typedef uint16_t pvs_month_day;

typedef struct pvs_day_set {
  unsigned kinds;         /* PVS_DAYS_… */
  pvs_month_day from, to; /* both included, across New Year if to < from; from 0: the whole year */
} pvs_day_set;

/* Words joined by +, in any case: all, weekday, saturday, sunday, weekend, holiday; and day, end and
 * both, for which a public holiday is a day like others. */
bool pvs_parse_day_kinds(const char *text, unsigned *kinds);
/* The text d/m, 29/2 included. False for anything else. */
bool pvs_parse_month_day(const char *text, pvs_month_day *month_day);

/* `day` counts from 1970-01-01 and lies in the calendar. */
unsigned pvs_day_kind(const pvs_calendar *calendar, int64_t day);
bool pvs_is_in_season(pvs_day_set set, int64_t day);
/* The year in which the season that the day is in began. */
int pvs_season_year(pvs_day_set set, int64_t day);

#endif
