#include "base/date.h"

/* Years are counted from March, so that the leap day is the last of its year. */
int64_t pvs_days_of(int year, int month, int day) {
  const int64_t y = year - (month <= 2);
  const int64_t era = pvs_floor_div(y, 400);
  const int64_t year_of_era = y - era * 400;
  const int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year -
         719468;
}

void pvs_date_of(int64_t days, int *year, int *month, int *day) {
  const int64_t z = days + 719468;
  const int64_t era = pvs_floor_div(z, 146097);
  const int64_t day_of_era = z - era * 146097;
  const int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int64_t march_month = (5 * day_of_year + 2) / 153;
  *day = (int)(day_of_year - (153 * march_month + 2) / 5 + 1);
  *month = (int)(march_month < 10 ? march_month + 3 : march_month - 9);
  *year = (int)(year_of_era + era * 400 + (*month <= 2));
}

int pvs_days_in_month(int year, int month) {
  static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return days[month - 1] + (month == 2 && leap);
}

int pvs_year_of(pvs_time time) {
  int year, month, day;
  pvs_date_of(pvs_floor_div(time, PVS_DAY_S), &year, &month, &day);
  return year;
}

pvs_time pvs_year_start(int year) {
  return pvs_days_of(year, 1, 1) * PVS_DAY_S;
}

bool pvs_is_weekend(pvs_time time) {
  return pvs_day_is_weekend(pvs_floor_div(time, PVS_DAY_S));
}
