#include "base/calendar.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

enum { DAY_S = 86400, HOUR_S = 3600, MINUTE_S = 60 };

static int64_t floor_div(int64_t a, int64_t b) {
  return a / b - (a % b < 0);
}

/* ---- days ---- */

/* Days since 1970-01-01 of a Gregorian date. Years are counted from March, so that the leap day is
 * the last of its year. */
static int64_t days_of(int year, int month, int day) {
  const int64_t y = year - (month <= 2);
  const int64_t era = floor_div(y, 400);
  const int64_t year_of_era = y - era * 400;
  const int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year -
         719468;
}

static void date_of(int64_t days, int *year, int *month, int *day) {
  const int64_t z = days + 719468;
  const int64_t era = floor_div(z, 146097);
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

static int days_in_month(int year, int month) {
  static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return days[month - 1] + (month == 2 && leap);
}

int pvs_year_of(pvs_time time) {
  int year, month, day;
  date_of(floor_div(time, DAY_S), &year, &month, &day);
  return year;
}

pvs_time pvs_year_start(int year) {
  return days_of(year, 1, 1) * DAY_S;
}

static bool day_is_weekend(int64_t day) {
  const int64_t monday = floor_div(day + 3, 7) * 7 - 3; /* day 0 was a Thursday */
  return day - monday >= 5;
}

bool pvs_is_weekend(pvs_time time) {
  return day_is_weekend(floor_div(time, DAY_S));
}

/* ---- text ---- */

/* Takes a number of least to most digits from *text. Returns the count of digits, 0 when there are
 * fewer or more. */
static size_t take_number(const char **text, const char *end, size_t least, size_t most,
                          int *number) {
  size_t n = 0;
  *number = 0;
  while (*text < end && (unsigned char)(**text - '0') < 10) {
    if (++n > most) {
      return 0;
    }
    *number = *number * 10 + (*(*text)++ - '0');
  }
  return n < least ? 0 : n;
}

static bool take_char(const char **text, const char *end, char c) {
  if (*text == end || **text != c) {
    return false;
  }
  (*text)++;
  return true;
}

/* [h]h:mm or [h]h:mm:ss up to the end; hours are not limited to a day. */
static bool parse_hms(const char *text, const char *end, size_t least_hour_digits, int *hour,
                      int *minute, int *second) {
  *second = 0;
  if (!take_number(&text, end, least_hour_digits, 2, hour) || !take_char(&text, end, ':') ||
      !take_number(&text, end, 2, 2, minute)) {
    return false;
  }
  if (text < end && (!take_char(&text, end, ':') || !take_number(&text, end, 2, 2, second))) {
    return false;
  }
  return text == end && *minute < 60 && *second < 60;
}

bool pvs_parse_timestamp(const char *text, size_t length, pvs_time *time) {
  const char *end = text + length;
  int year, month, day, hour, minute, second;
  const bool iso = length > 4 && text[4] == '-';
  if (iso) {
    if (!take_number(&text, end, 4, 4, &year) || !take_char(&text, end, '-') ||
        !take_number(&text, end, 2, 2, &month) || !take_char(&text, end, '-') ||
        !take_number(&text, end, 2, 2, &day)) {
      return false;
    }
  } else {
    if (!take_number(&text, end, 1, 2, &day) || !take_char(&text, end, '/') ||
        !take_number(&text, end, 1, 2, &month) || !take_char(&text, end, '/')) {
      return false;
    }
    const size_t digits = take_number(&text, end, 2, 4, &year);
    if (digits != 2 && digits != 4) {
      return false;
    }
    if (digits == 2) {
      year += year <= 68 ? 2000 : 1900;
    }
  }
  if (!take_char(&text, end, ' ') || !parse_hms(text, end, iso ? 2 : 1, &hour, &minute, &second) ||
      hour > 23 || year < 1 || month < 1 || month > 12 || day < 1 ||
      day > days_in_month(year, month)) {
    return false;
  }
  *time = days_of(year, month, day) * DAY_S + hour * HOUR_S + minute * MINUTE_S + second;
  return true;
}

static void put_two(char *to, int number) {
  to[0] = (char)('0' + number / 10);
  to[1] = (char)('0' + number % 10);
}

static void put_date(char *to, int64_t days) {
  int year, month, day;
  date_of(days, &year, &month, &day);
  put_two(to, year / 100 % 100);
  put_two(to + 2, year % 100);
  to[4] = '-';
  put_two(to + 5, month);
  to[7] = '-';
  put_two(to + 8, day);
  to[10] = ' ';
}

void pvs_format_timestamps(pvs_timestamper *self, char buffer[PVS_TIMESTAMP_LENGTH],
                           pvs_time time) {
  if (time < self->day || time >= self->day + DAY_S || self->date[0] == '\0') {
    const int64_t days = floor_div(time, DAY_S);
    put_date(self->date, days);
    self->day = days * DAY_S;
  }
  const int second = (int)(time - self->day);
  memcpy(buffer, self->date, sizeof self->date);
  put_two(buffer + 11, second / HOUR_S);
  buffer[13] = ':';
  put_two(buffer + 14, second / MINUTE_S % 60);
  buffer[16] = ':';
  put_two(buffer + 17, second % 60);
}

void pvs_format_timestamp(char buffer[PVS_TIMESTAMP_LENGTH], pvs_time time) {
  pvs_timestamper once = {0};
  pvs_format_timestamps(&once, buffer, time);
}

bool pvs_parse_clock(const char *text, size_t length, uint32_t *seconds) {
  int hour, minute, second;
  if (!parse_hms(text, text + length, 1, &hour, &minute, &second)) {
    return false;
  }
  const int total = hour * HOUR_S + minute * MINUTE_S + second;
  *seconds = (uint32_t)total;
  return total <= DAY_S;
}

bool pvs_parse_week(const char *text, pvs_week *week) {
  static const char *const names[] = {
      [PVS_WEEK_BOTH] = "both", [PVS_WEEK_DAY] = "day", [PVS_WEEK_END] = "end"};
  for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++) {
    if (strcasecmp(text, names[i]) == 0) {
      *week = (pvs_week)i;
      return true;
    }
  }
  return false;
}

/* ---- periods ---- */

/* Joins runs that touch before they are passed on. */
typedef struct run_sink {
  const pvs_calendar *calendar;
  void (*set)(void *ctx, uint32_t first, uint32_t n);
  void *ctx;
  uint32_t first, end; /* the run held back; empty: first == end */
} run_sink;

static void flush_run(run_sink *sink) {
  if (sink->first < sink->end) {
    sink->set(sink->ctx, sink->first, sink->end - sink->first);
  }
  sink->first = sink->end = 0;
}

/* The first step at or after `time`. */
static uint32_t step_from(const pvs_calendar *calendar, pvs_time time) {
  if (time <= calendar->start) {
    return 0;
  }
  const int64_t interval_s = calendar->interval_s;
  const int64_t step = (time - calendar->start + interval_s - 1) / interval_s;
  return step < calendar->steps ? (uint32_t)step : calendar->steps;
}

static void add_span(run_sink *sink, pvs_time from, pvs_time to) {
  if (from >= to) {
    return;
  }
  const uint32_t first = step_from(sink->calendar, from);
  const uint32_t end = step_from(sink->calendar, to);
  if (first >= end) {
    return;
  }
  if (first != sink->end) {
    flush_run(sink);
    sink->first = first;
  }
  sink->end = end;
}

static pvs_time max_time(pvs_time a, pvs_time b) {
  return a > b ? a : b;
}

static pvs_time min_time(pvs_time a, pvs_time b) {
  return a < b ? a : b;
}

/* [from, to) lies in the day that begins at `day` and in one season. */
static void add_part_of_day(run_sink *sink, pvs_time day, pvs_time from, pvs_time to,
                            uint32_t start_s, uint32_t length_s) {
  const pvs_time begin = day + start_s;
  const pvs_time end = begin + length_s;
  add_span(sink, from, min_time(to, end - DAY_S)); /* what began the day before */
  add_span(sink, max_time(from, begin), min_time(to, end));
}

void pvs_period_steps(const pvs_calendar *calendar, pvs_period period, bool seasonal,
                      void (*set)(void *ctx, uint32_t first, uint32_t n), void *ctx) {
  const uint32_t end_s = period.end_s == DAY_S - MINUTE_S ? DAY_S : period.end_s;
  const uint32_t length_s =
      end_s >= period.start_s ? end_s - period.start_s : end_s + DAY_S - period.start_s;
  const uint32_t winter_start_s = period.start_s % DAY_S;
  const uint32_t summer_start_s = (winter_start_s + DAY_S - HOUR_S) % DAY_S;
  if (length_s == 0 || calendar->steps == 0) {
    return;
  }
  run_sink sink = {.calendar = calendar, .set = set, .ctx = ctx};
  const pvs_time last = calendar->start + (pvs_time)(calendar->steps - 1) * calendar->interval_s;
  const int64_t last_day = floor_div(last, DAY_S);
  uint32_t summer = 0;
  for (int64_t d = floor_div(calendar->start, DAY_S); d <= last_day; d++) {
    if (period.week != PVS_WEEK_BOTH && day_is_weekend(d) != (period.week == PVS_WEEK_END)) {
      continue;
    }
    const pvs_time day = d * DAY_S;
    const pvs_time day_end = day + DAY_S;
    for (pvs_time from = day; from < day_end;) {
      pvs_time to = day_end;
      uint32_t start_s = winter_start_s;
      if (seasonal) {
        while (summer < calendar->n_summers && calendar->summers[summer][1] <= from) {
          summer++;
        }
        if (summer < calendar->n_summers) {
          const bool in_summer = calendar->summers[summer][0] <= from;
          to = min_time(day_end, calendar->summers[summer][in_summer ? 1 : 0]);
          start_s = in_summer ? summer_start_s : winter_start_s;
        }
      }
      add_part_of_day(&sink, day, from, to, start_s, length_s);
      from = to;
    }
  }
  flush_run(&sink);
}
