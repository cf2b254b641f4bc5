/* Days and dates of the Gregorian calendar. A pvs_time counts seconds since 1970-01-01 00:00 in local
 * standard time; there is no time zone anywhere. */
#ifndef PVS_BASE_DATE_H
#define PVS_BASE_DATE_H

#include <stdbool.h>
#include <stdint.h>

typedef int64_t pvs_time;

enum { PVS_DAY_S = 86400 };

/* Rounded towards minus infinity. */
static inline int64_t pvs_floor_div(int64_t a, int64_t b) {
  return a / b - (a % b < 0);
}

/* Days since 1970-01-01, and back. */
int64_t pvs_days_of(int year, int month, int day);
void pvs_date_of(int64_t days, int *year, int *month, int *day);
int pvs_days_in_month(int year, int month);
int pvs_year_of(pvs_time time);
pvs_time pvs_year_start(int year);
static inline bool pvs_day_is_weekend(int64_t day) {
  const int64_t monday = pvs_floor_div(day + 3, 7) * 7 - 3; /* day 0 was a Thursday */
  return day - monday >= 5;
}
bool pvs_is_weekend(pvs_time time);

#endif
