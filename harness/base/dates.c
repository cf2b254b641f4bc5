#include "base/dates.h"

/* Years counted from March, so that the leap day comes last; 146097 days in 400 years. */
long hx_day_number(int year, int month, int day) {
  long y = month > 2 ? year : year - 1;
  long era = (y >= 0 ? y : y - 399) / 400;
  long year_of_era = y - era * 400;
  long day_of_year = (153L * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year -
         719468;
}

hx_date hx_date_of(long day_number) {
  long z = day_number + 719468;
  long era = (z >= 0 ? z : z - 146096) / 146097;
  long day_of_era = z - era * 146097;
  long year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  long day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  int from_march = (int)((5 * day_of_year + 2) / 153);
  int month = from_march < 10 ? from_march + 3 : from_march - 9;
  return (hx_date){.year = (int)(year_of_era + era * 400) + (month <= 2),
                   .month = month,
                   .day = (int)(day_of_year - (153L * from_march + 2) / 5) + 1};
}

int hx_weekday(long day_number) {
  long r = (day_number + 3) % 7;
  return (int)(r < 0 ? r + 7 : r);
}

int hx_day_of_year(long day_number) {
  return (int)(day_number - hx_day_number(hx_date_of(day_number).year, 1, 1));
}

hx_date hx_sunday(int year, int month, int n) {
  if (n == 0) {
    long last = hx_day_number(month == 12 ? year + 1 : year, month == 12 ? 1 : month + 1, 1) - 1;
    return hx_date_of(last - (hx_weekday(last) + 1) % 7);
  }
  long first = hx_day_number(year, month, 1);
  return hx_date_of(first + 6 - hx_weekday(first) + 7L * (n - 1));
}
