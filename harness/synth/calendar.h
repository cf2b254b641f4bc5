/* Dates of the proleptic Gregorian calendar as day numbers: day 0 is 1 January 1970, a Thursday. */
#ifndef HX_SYNTH_CALENDAR_H
#define HX_SYNTH_CALENDAR_H

#include <stdbool.h>

typedef struct hx_synth_date {
  int year, month, day; /* month and day from 1 */
} hx_synth_date;

long hx_synth_day_number(int year, int month, int day);
hx_synth_date hx_synth_date_of(long day_number);
/* 0: Monday … 6: Sunday. */
int hx_synth_weekday(long day_number);
/* From 0 on 1 January. */
int hx_synth_day_of_year(long day_number);
/* The n-th Sunday of a month from 1; n = 0: the last one. */
hx_synth_date hx_synth_sunday(int year, int month, int n);
/* Saturday, Sunday, or a public holiday of fixed date in New South Wales. */
bool hx_synth_day_off(long day_number);

#endif
