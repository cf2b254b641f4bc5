/* Dates of the proleptic Gregorian calendar as day numbers: day 0 is 1 January 1970, a Thursday. */
#ifndef HX_BASE_DATES_H
#define HX_BASE_DATES_H

typedef struct hx_date {
  int year, month, day; /* month and day from 1 */
} hx_date;

long hx_day_number(int year, int month, int day);
hx_date hx_date_of(long day_number);
/* 0: Monday … 6: Sunday. */
int hx_weekday(long day_number);
/* 0 on 1 January. */
int hx_day_of_year(long day_number);
/* The n-th Sunday of a month, n from 1; 0: the last one. */
hx_date hx_sunday(int year, int month, int n);

#endif
