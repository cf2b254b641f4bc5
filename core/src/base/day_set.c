#include "base/day_set.h"
#include <stdio.h>
#include <string.h>
#include <strings.h>

static unsigned kinds_of(const char *word, size_t length) {
  static const struct {
    const char *word;
    unsigned kinds;
  } words[] = {
      {"all", PVS_DAYS_ALL},
      {"both", PVS_DAYS_ALL},
      {"weekday", PVS_DAYS_WEEKDAY},
      {"saturday", PVS_DAYS_SATURDAY},
      {"sunday", PVS_DAYS_SUNDAY},
      {"weekend", PVS_DAYS_SATURDAY | PVS_DAYS_SUNDAY},
      {"holiday", PVS_DAYS_HOLIDAY},
      {"day", PVS_DAYS_WEEKDAY | PVS_DAYS_WEEKDAY_HOLIDAY},
      {"end",
       PVS_DAYS_SATURDAY | PVS_DAYS_SUNDAY | PVS_DAYS_SATURDAY_HOLIDAY | PVS_DAYS_SUNDAY_HOLIDAY},
  };
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (strlen(words[i].word) == length && strncasecmp(words[i].word, word, length) == 0)
      return words[i].kinds;
  return 0;
}

bool pvs_parse_day_kinds(const char *text, unsigned *kinds) {
  unsigned all = 0;
  for (const char *word = text;; word++) {
    size_t length = strcspn(word, "+");
    unsigned more = kinds_of(word, length);
    if (!more)
      return false;
    all |= more;
    word += length;
    if (!*word)
      break;
  }
  *kinds = all;
  return true;
}

bool pvs_parse_month_day(const char *text, pvs_month_day *month_day) {
  unsigned day = 0, month = 0;
  int end = 0;
  const int leap_year = 2000;
  if (sscanf(text, "%2u/%2u%n", &day, &month, &end) != 2 || text[end] || day < 1 || month < 1 ||
      month > 12 || day > (unsigned)pvs_days_in_month(leap_year, (int)month))
    return false;
  *month_day = (pvs_month_day)(32 * month + day);
  return true;
}

unsigned pvs_day_kind(const pvs_calendar *calendar, int64_t day) {
  const int64_t since_monday = day + 3 - 7 * pvs_floor_div(day + 3, 7); /* day 0 was a Thursday */
  const unsigned kind = since_monday < 5    ? PVS_DAYS_WEEKDAY
                        : since_monday == 5 ? PVS_DAYS_SATURDAY
                                            : PVS_DAYS_SUNDAY;
  const int64_t first = pvs_floor_div(calendar->start, PVS_DAY_S);
  const bool is_holiday = calendar->holidays && calendar->holidays[day - first];
  return is_holiday ? kind * PVS_DAYS_WEEKDAY_HOLIDAY : kind;
}

static pvs_month_day month_day_of(int64_t day, int *year) {
  int month, day_of_month;
  pvs_date_of(day, year, &month, &day_of_month);
  return (pvs_month_day)(32 * month + day_of_month);
}

bool pvs_is_in_season(pvs_day_set set, int64_t day) {
  int year;
  if (set.from == 0)
    return true;
  const pvs_month_day date = month_day_of(day, &year);
  return set.from <= set.to ? date >= set.from && date <= set.to
                            : date >= set.from || date <= set.to;
}

int pvs_season_year(pvs_day_set set, int64_t day) {
  int year;
  const pvs_month_day date = month_day_of(day, &year);
  return set.from > set.to && date < set.from ? year - 1 : year;
}
