#include "base/timestamp.h"

#include <string.h>
#include <strings.h>

enum { HOUR_S = 3600, MINUTE_S = 60 };

/* ---- pieces of text ---- */

/* What is left of a text. */
typedef struct cursor {
  const char *at, *end;
} cursor;

static bool is_digit(char c) {
  return (unsigned char)(c - '0') < 10;
}

/* Takes a number of least to most digits. Returns the count of digits, 0 when there are fewer or
 * more. */
static size_t take_number(cursor *text, size_t least, size_t most, int *number) {
  size_t n = 0;
  *number = 0;
  while (text->at < text->end && is_digit(*text->at)) {
    if (++n > most) {
      return 0;
    }
    *number = *number * 10 + (*text->at++ - '0');
  }
  return n < least ? 0 : n;
}

static bool take_char(cursor *text, char c) {
  if (text->at == text->end || *text->at != c) {
    return false;
  }
  text->at++;
  return true;
}

static bool take_blanks(cursor *text) {
  const char *before = text->at;
  while (take_char(text, ' ')) {
  }
  return text->at > before;
}

/* Letters in any case, and only a whole word. */
static bool take_word(cursor *text, const char *word, size_t least) {
  size_t n = 0;
  while (text->at + n < text->end && (unsigned char)((text->at[n] | 0x20) - 'a') < 26) {
    n++;
  }
  if (n < least || n > strlen(word) || strncasecmp(text->at, word, n) != 0) {
    return false;
  }
  text->at += n;
  return true;
}

/* ---- dates ---- */

typedef struct date {
  int year, month, day;
  bool has_order;
} date;

static bool take_month_name(cursor *text, int *month) {
  static const char *const names[] = {"january",   "february", "march",    "april",
                                      "may",       "june",     "july",     "august",
                                      "september", "october",  "november", "december"};
  for (*month = 1; *month <= 12; ++*month) {
    const size_t whole = strlen(names[*month - 1]);
    cursor rest = *text;
    /* The first three letters or all of them. */
    if (take_word(&rest, names[*month - 1], 3) &&
        ((size_t)(rest.at - text->at) == 3 || (size_t)(rest.at - text->at) == whole)) {
      *text = rest;
      return true;
    }
  }
  return false;
}

static bool take_year_first(cursor *text, date *found) {
  const char separator = text->at[4];
  return (separator == '-' || separator == '/') && take_number(text, 4, 4, &found->year) &&
         take_char(text, separator) && take_number(text, 1, 2, &found->month) &&
         take_char(text, separator) && take_number(text, 1, 2, &found->day);
}

static bool take_year_last(cursor *text, pvs_date_order order, date *found) {
  int first;
  if (!take_number(text, 1, 2, &first) || text->at == text->end) {
    return false;
  }
  const char separator = *text->at++;
  if (separator == '\0' || strchr("/-. ", separator) == NULL) {
    return false;
  }
  if (text->at < text->end && is_digit(*text->at)) {
    int second;
    if (separator == ' ' || !take_number(text, 1, 2, &second)) {
      return false;
    }
    found->has_order = true;
    found->day = order == PVS_DAY_FIRST ? first : second;
    found->month = order == PVS_DAY_FIRST ? second : first;
  } else if (take_month_name(text, &found->month)) {
    found->day = first;
  } else {
    return false;
  }
  if (!take_char(text, separator)) {
    return false;
  }
  const size_t digits = take_number(text, 2, 4, &found->year);
  if (digits == 2) {
    found->year += found->year <= 68 ? 2000 : 1900;
  }
  return digits == 2 || digits == 4;
}

static bool take_date(cursor *text, pvs_date_order order, date *found) {
  *found = (date){0};
  bool year_first = text->end - text->at > 4;
  for (int i = 0; i < 4 && year_first; i++) {
    year_first = is_digit(text->at[i]);
  }
  return (year_first ? take_year_first(text, found) : take_year_last(text, order, found)) &&
         found->year >= 1 && found->month >= 1 && found->month <= 12 && found->day >= 1 &&
         found->day <= pvs_days_in_month(found->year, found->month);
}

/* ---- clocks and zones ---- */

/* [h]h:mm or [h]h:mm:ss; hours are not limited to a day. */
static bool take_clock(cursor *text, int *hour, int *minute, int *second) {
  *second = 0;
  return take_number(text, 1, 2, hour) && take_char(text, ':') && take_number(text, 2, 2, minute) &&
         (!take_char(text, ':') || take_number(text, 2, 2, second)) && *minute < 60 && *second < 60;
}

static bool take_fraction(cursor *text, bool *not_zero) {
  if (!take_char(text, '.')) {
    return true;
  }
  const char *digits = text->at;
  while (text->at < text->end && is_digit(*text->at)) {
    *not_zero = *not_zero || *text->at != '0';
    text->at++;
  }
  return text->at > digits;
}

static bool take_half_of_day(cursor *text, int *hour) {
  cursor rest = *text;
  take_blanks(&rest);
  const bool before_noon = take_word(&rest, "am", 2);
  if (!before_noon && !take_word(&rest, "pm", 2)) {
    return true;
  }
  if (*hour < 1 || *hour > 12) {
    return false;
  }
  *hour = *hour % 12 + (before_noon ? 0 : 12);
  *text = rest;
  return true;
}

static bool take_zone(cursor *text, pvs_timestamp *timestamp) {
  take_blanks(text);
  if (text->at == text->end) {
    return true;
  }
  timestamp->has_zone = true;
  if (take_char(text, 'Z') || take_char(text, 'z')) {
    return true;
  }
  const bool west = *text->at == '-';
  int hours, minutes = 0;
  if ((!take_char(text, '+') && !take_char(text, '-')) || text->end - text->at < 2 ||
      !is_digit(text->at[0]) || !is_digit(text->at[1])) {
    return false;
  }
  hours = (text->at[0] - '0') * 10 + (text->at[1] - '0');
  text->at += 2;
  if (text->at < text->end) {
    take_char(text, ':');
    if (take_number(text, 2, 2, &minutes) == 0) {
      return false;
    }
  }
  timestamp->zone_s = (hours * HOUR_S + minutes * MINUTE_S) * (west ? -1 : 1);
  return hours < 24 && minutes < 60;
}

/* ---- timestamps ---- */

bool pvs_parse_any_timestamp(const char *text, size_t length, pvs_date_order order,
                             pvs_timestamp *timestamp) {
  cursor rest = {text, text + length};
  date day;
  int hour = 0, minute = 0, second = 0;
  *timestamp = (pvs_timestamp){0};
  if (!take_date(&rest, order, &day)) {
    return false;
  }
  if (rest.at < rest.end) {
    if ((!take_blanks(&rest) && !take_char(&rest, 'T')) ||
        !take_clock(&rest, &hour, &minute, &second) ||
        !take_fraction(&rest, &timestamp->has_fraction) || !take_half_of_day(&rest, &hour) ||
        !take_zone(&rest, timestamp)) {
      return false;
    }
  }
  timestamp->has_order = day.has_order;
  timestamp->time = pvs_days_of(day.year, day.month, day.day) * PVS_DAY_S + hour * HOUR_S +
                    minute * MINUTE_S + second;
  return rest.at == rest.end && hour <= 23;
}

bool pvs_parse_timestamp(const char *text, size_t length, pvs_time *time) {
  pvs_timestamp timestamp;
  if (!pvs_parse_any_timestamp(text, length, PVS_DAY_FIRST, &timestamp)) {
    return false;
  }
  *time = timestamp.time;
  return true;
}

bool pvs_parse_clock(const char *text, size_t length, uint32_t *seconds) {
  cursor rest = {text, text + length};
  int hour, minute, second;
  if (!take_clock(&rest, &hour, &minute, &second) || rest.at != rest.end) {
    return false;
  }
  const int total = hour * HOUR_S + minute * MINUTE_S + second;
  if (total > PVS_DAY_S) {
    return false;
  }
  *seconds = (uint32_t)total;
  return true;
}

/* ---- writing ---- */

static void put_two(char *to, int number) {
  to[0] = (char)('0' + number / 10);
  to[1] = (char)('0' + number % 10);
}

const char *pvs_format_zone(char buffer[PVS_ZONE_LENGTH + 1], int32_t zone_s) {
  const int minutes = (zone_s < 0 ? -zone_s : zone_s) / MINUTE_S;
  buffer[0] = zone_s < 0 ? '-' : '+';
  put_two(buffer + 1, minutes / 60);
  buffer[3] = ':';
  put_two(buffer + 4, minutes % 60);
  buffer[PVS_ZONE_LENGTH] = '\0';
  return buffer;
}

static void put_date(char *to, int64_t days) {
  int year, month, day;
  pvs_date_of(days, &year, &month, &day);
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
  if (time < self->day || time >= self->day + PVS_DAY_S || self->date[0] == '\0') {
    const int64_t days = pvs_floor_div(time, PVS_DAY_S);
    put_date(self->date, days);
    self->day = days * PVS_DAY_S;
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
