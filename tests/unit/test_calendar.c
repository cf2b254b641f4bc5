#include "base/calendar.h"
#include "unit/base_support.h"

#include <time.h>

static pvs_time at(const char *text) {
  pvs_time time;
  if (!pvs_parse_timestamp(text, strlen(text), &time)) {
    fail_msg("\"%s\" was not read", text);
  }
  return time;
}

/* ---- timestamps ---- */

static void test_forms_of_timestamps(void **state) {
  (void)state;
  static const struct {
    const char *text, *iso;
  } cases[] = {
      {"1/01/2013 0:00", "2013-01-01 00:00:00"},
      {"31/12/2013 23:30", "2013-12-31 23:30:00"},
      {"1/6/17 0:30", "2017-06-01 00:30:00"},
      {"01/06/17 00:30", "2017-06-01 00:30:00"},
      {"1/1/68 0:00", "2068-01-01 00:00:00"},
      {"1/1/69 0:00", "1969-01-01 00:00:00"},
      {"2/3/2013 4:05:06", "2013-03-02 04:05:06"},
      {"2013-03-02 04:05:06", "2013-03-02 04:05:06"},
      {"2013-03-02 04:05", "2013-03-02 04:05:00"},
      {"29/2/2016 12:00", "2016-02-29 12:00:00"},
      {"29/2/2000 12:00", "2000-02-29 12:00:00"},
      /* what pandas reads too */
      {"2013-07-01T00:30:00", "2013-07-01 00:30:00"},
      {"2013-07-01T00:30", "2013-07-01 00:30:00"},
      {"2013-07-01 0:30", "2013-07-01 00:30:00"},
      {"2013/07/01 00:30", "2013-07-01 00:30:00"},
      {"2013/7/1 00:30:00", "2013-07-01 00:30:00"},
      {"01-07-2013 00:30", "2013-07-01 00:30:00"},
      {"1.7.2013 0:30", "2013-07-01 00:30:00"},
      {"01-Jul-2013 00:30", "2013-07-01 00:30:00"},
      {"1-JUL-13 0:30", "2013-07-01 00:30:00"},
      {"1 July 2013 0:30", "2013-07-01 00:30:00"},
      {"5/May/2013 0:30", "2013-05-05 00:30:00"},
      {"1/07/2013 12:30 AM", "2013-07-01 00:30:00"},
      {"1/07/2013 12:30:00 PM", "2013-07-01 12:30:00"},
      {"1/07/2013 1:30pm", "2013-07-01 13:30:00"},
      {"2013-07-01 00:30:00.000", "2013-07-01 00:30:00"},
      {"2013-07-01T00:30:00.123456Z", "2013-07-01 00:30:00"},
      {"2013-07-01T00:30:00+10:00", "2013-07-01 00:30:00"},
      {"2013-07-01 00:30:00 +1000", "2013-07-01 00:30:00"},
      {"2013-07-01T00:30:00-03", "2013-07-01 00:30:00"},
      {"1/07/2013  0:30", "2013-07-01 00:30:00"},
      {"1/07/2013 0:30 ", "2013-07-01 00:30:00"},
      {"2013-07-01", "2013-07-01 00:00:00"},
      {"1/07/2013", "2013-07-01 00:00:00"},
  };
  for (size_t i = 0; i < COUNT_OF(cases); i++) {
    char text[PVS_TIMESTAMP_LENGTH + 1] = "";
    pvs_format_timestamp(text, at(cases[i].text));
    assert_string_equal(text, cases[i].iso);
  }
  assert_int_equal(at("1970-01-01 00:00:00"), 0);
  assert_int_equal(at("2013-01-01 00:00:00"), 1356998400);
}

/* What a text leaves open is told beside its time. */
static void test_orders_zones_and_fractions_are_told(void **state) {
  (void)state;
  static const struct {
    const char *text;
    pvs_date_order order;
    const char *iso;
    bool has_order, has_zone, has_fraction;
    int zone_s;
  } cases[] = {
      {"1/07/2013 0:30", PVS_DAY_FIRST, "2013-07-01 00:30:00", true, false, false, 0},
      {"7/01/2013 0:30", PVS_MONTH_FIRST, "2013-07-01 00:30:00", true, false, false, 0},
      {"2013-07-01 00:30", PVS_MONTH_FIRST, "2013-07-01 00:30:00", false, false, false, 0},
      {"01-Jul-2013 00:30", PVS_MONTH_FIRST, "2013-07-01 00:30:00", false, false, false, 0},
      {"2013-07-01T00:30Z", PVS_DAY_FIRST, "2013-07-01 00:30:00", false, true, false, 0},
      {"2013-07-01T00:30+09:30", PVS_DAY_FIRST, "2013-07-01 00:30:00", false, true, false, 34200},
      {"2013-07-01T00:30-03:00", PVS_DAY_FIRST, "2013-07-01 00:30:00", false, true, false, -10800},
      {"2013-07-01 00:30:00.5", PVS_DAY_FIRST, "2013-07-01 00:30:00", false, false, true, 0},
      {"2013-07-01 00:30:00.0", PVS_DAY_FIRST, "2013-07-01 00:30:00", false, false, false, 0},
  };
  for (size_t i = 0; i < COUNT_OF(cases); i++) {
    pvs_timestamp found;
    assert_true(
        pvs_parse_any_timestamp(cases[i].text, strlen(cases[i].text), cases[i].order, &found));
    assert_int_equal(found.time, at(cases[i].iso));
    assert_int_equal(found.has_order, cases[i].has_order);
    assert_int_equal(found.has_zone, cases[i].has_zone);
    assert_int_equal(found.has_fraction, cases[i].has_fraction);
    assert_int_equal(found.zone_s, cases[i].zone_s);
  }
  pvs_timestamp found; /* a day of 13 cannot be a month */
  assert_false(pvs_parse_any_timestamp("13/07/2013 0:30", 15, PVS_MONTH_FIRST, &found));
}

static void test_what_is_no_time_is_refused(void **state) {
  (void)state;
  static const char *const texts[] = {
      "",
      "timestamp",
      "31/02/2013 0:00",
      "29/02/2013 0:00",
      "29/02/1900 0:00",
      "31/04/2013 0:00",
      "0/01/2013 0:00",
      "1/00/2013 0:00",
      "1/13/2013 0:00",
      "1/01/013 0:00",
      "1/01/20130 0:00",
      "001/01/2013 0:00",
      "1/01/2013 24:00",
      "1/01/2013 0:60",
      "1/01/2013 0:0",
      "1/01/2013 0:000",
      "1/01/2013 0:00:60",
      "1/01/2013 0:00:",
      "1/01/2013 0:00:0",
      " 1/01/2013 0:00",
      "0000-01-01 00:00:00",
      "2013-13-01 00:00:00",
      "2013-01/01 00:00:00",
      "1/01-2013 0:00",
      "1-Jly-2013 0:00",
      "1-Ju-2013 0:00",
      "1 1 2013 0:00",
      "1/01/2013T",
      "1/01/2013 0:30 XM",
      "1/01/2013 13:00 PM",
      "1/01/2013 0:30 AM",
      "2013-01-01T00:00:00+",
      "2013-01-01T00:00:00+1",
      "2013-01-01T00:00:00+10:0",
      "2013-01-01T00:00:00+24:00",
      "2013-01-01T00:00:00ZZ",
      "2013-01-01T00:00:00.",
      "-1/01/2013 0:00",
  };
  for (size_t i = 0; i < COUNT_OF(texts); i++) {
    pvs_time time;
    if (pvs_parse_timestamp(texts[i], strlen(texts[i]), &time)) {
      fail_msg("\"%s\" was read", texts[i]);
    }
  }
}

static void test_only_the_given_bytes_are_read(void **state) {
  (void)state;
  pvs_time time;
  assert_true(pvs_parse_timestamp("1/01/2013 0:005", 14, &time));
  assert_false(pvs_parse_timestamp("1/01/2013 0:00", 13, &time));
  assert_false(pvs_parse_timestamp("2013", 4, &time));
}

static void test_every_day_of_four_centuries(void **state) {
  (void)state;
  const pvs_time end = at("2301-01-01 00:00:00");
  for (pvs_time day = at("1901-01-01 00:00:00"); day < end; day += 86400) {
    struct tm parts;
    const time_t seconds = (time_t)day + 86399;
    assert_non_null(gmtime_r(&seconds, &parts));
    char expected[64];
    strftime(expected, sizeof expected, "%Y-%m-%d %H:%M:%S", &parts);
    char text[PVS_TIMESTAMP_LENGTH + 1] = "";
    pvs_format_timestamp(text, day + 86399);
    assert_string_equal(text, expected);
    assert_int_equal(at(text), day + 86399);
    assert_int_equal(pvs_year_of(day), parts.tm_year + 1900);
    assert_int_equal(pvs_is_weekend(day), parts.tm_wday == 0 || parts.tm_wday == 6);
  }
  assert_int_equal(pvs_year_start(2013), 1356998400);
  assert_int_equal(pvs_year_of(-1), 1969);
}

static void test_clock_times(void **state) {
  (void)state;
  static const struct {
    const char *text;
    int seconds; /* -1: refused */
  } cases[] = {
      {"0:00", 0},        {"7:30", 27000}, {"07:30", 27000}, {"23:59", 86340}, {"24:00", 86400},
      {"7:30:15", 27015}, {"24:01", -1},   {"25:00", -1},    {"7:60", -1},     {"7", -1},
      {"", -1},           {"7:3", -1},     {"7:30:", -1},    {" 7:30", -1},    {"7.30", -1},
      {"24:00:01", -1},   {"007:30", -1},  {"7:30pm", -1},   {"94:00", -1},    {"99:59:59", -1},
  };
  for (size_t i = 0; i < COUNT_OF(cases); i++) {
    uint32_t seconds = 77;
    const bool ok = pvs_parse_clock(cases[i].text, strlen(cases[i].text), &seconds);
    assert_int_equal(ok ? (int)seconds : -1, cases[i].seconds);
    assert_true(ok || seconds == 77);
  }
}

static void test_weeks(void **state) {
  (void)state;
  pvs_week week;
  assert_true(pvs_parse_week("Day", &week));
  assert_int_equal(week, PVS_WEEK_DAY);
  assert_true(pvs_parse_week("end", &week));
  assert_int_equal(week, PVS_WEEK_END);
  assert_true(pvs_parse_week("BOTH", &week));
  assert_int_equal(week, PVS_WEEK_BOTH);
  assert_false(pvs_parse_week("", &week));
  assert_false(pvs_parse_week("weekday", &week));
}

/* ---- periods ---- */

enum { STEPS_MAX = 6000 };

typedef struct mask {
  unsigned char steps[STEPS_MAX];
  uint32_t runs, end;
} mask;

static void set_steps(void *ctx, uint32_t first, uint32_t n) {
  mask *self = ctx;
  assert_true(n > 0);
  assert_true(self->runs == 0 || first > self->end); /* ascending, and touching runs are joined */
  assert_true(first + n <= STEPS_MAX);
  memset(self->steps + first, 1, n);
  self->end = first + n;
  self->runs++;
}

/* The definition, step by step. */
static bool is_selected(const pvs_calendar *calendar, pvs_period period, bool seasonal,
                        uint32_t step) {
  const pvs_time time = calendar->start + (pvs_time)step * calendar->interval_s;
  if (period.week != PVS_WEEK_BOTH && pvs_is_weekend(time) != (period.week == PVS_WEEK_END)) {
    return false;
  }
  const int end_s = period.end_s == 86340 ? 86400 : (int)period.end_s;
  int length_s = end_s - (int)period.start_s;
  length_s += length_s < 0 ? 86400 : 0;
  int start_s = (int)period.start_s;
  for (uint32_t i = 0; i < calendar->n_summers && seasonal; i++) {
    if (calendar->summers[i][0] <= time && time < calendar->summers[i][1]) {
      start_s -= 3600;
    }
  }
  const int since_start = ((int)(time % 86400) - start_s + 2 * 86400) % 86400;
  return since_start < length_s;
}

static void check_period(const pvs_calendar *calendar, pvs_period period, bool seasonal) {
  static mask seen;
  memset(&seen, 0, sizeof seen);
  pvs_period_steps(calendar, period, seasonal, set_steps, &seen);
  for (uint32_t i = 0; i < STEPS_MAX; i++) {
    const bool expected = i < calendar->steps && is_selected(calendar, period, seasonal, i);
    if (seen.steps[i] != expected) {
      fail_msg("step %u: %d, expected %d (period %u-%u s, week %d, seasonal %d, interval %u s)", i,
               seen.steps[i], expected, period.start_s, period.end_s, period.week, seasonal,
               calendar->interval_s);
    }
  }
}

static void test_periods_follow_the_definition(void **state) {
  (void)state;
  static const char *const clocks[][2] = {
      {"0:00", "23:59"}, {"0:00", "24:00"}, {"7:00", "22:00"},  {"22:00", "7:00"},
      {"0:00", "0:30"},  {"23:30", "0:30"}, {"0:30", "23:59"},  {"14:00", "14:00"},
      {"0:00", "0:00"},  {"24:00", "6:00"}, {"23:59", "23:59"}, {"17:10", "20:05"},
  };
  pvs_time summers[3][2] = {
      {at("2013-01-01 00:00:00"), at("2013-04-07 02:00:00")},
      {at("2013-10-06 02:00:00"), at("2014-01-01 00:00:00")},
      {at("2014-01-01 00:00:00"), at("2014-04-06 02:00:00")},
  };
  static const struct {
    const char *start;
    uint32_t interval_s, steps;
  } series[] = {
      {"2013-03-20 00:00:00", 1800, 2000},  {"2013-09-28 13:30:00", 1800, 5000},
      {"2013-04-06 23:00:00", 60, 6000},    {"2013-10-05 01:17:00", 700, 3000},
      {"2013-12-25 00:00:00", 3600, 3000},  {"2013-01-01 00:00:00", 86400, 400},
      {"2013-01-01 05:00:00", 100000, 500},
  };
  for (size_t i = 0; i < COUNT_OF(series); i++) {
    const pvs_calendar calendar = {.start = at(series[i].start),
                                   .steps = series[i].steps,
                                   .interval_s = series[i].interval_s,
                                   .n_summers = 3,
                                   .summers = summers};
    for (size_t j = 0; j < COUNT_OF(clocks); j++) {
      for (int week = PVS_WEEK_BOTH; week <= PVS_WEEK_END; week++) {
        pvs_period period = {.week = (pvs_week)week};
        assert_true(pvs_parse_clock(clocks[j][0], strlen(clocks[j][0]), &period.start_s));
        assert_true(pvs_parse_clock(clocks[j][1], strlen(clocks[j][1]), &period.end_s));
        check_period(&calendar, period, false);
        check_period(&calendar, period, true);
      }
    }
  }
}

static void test_whole_day_is_one_run(void **state) {
  (void)state;
  pvs_calendar calendar = {.start = at("2013-01-01 00:00:00"), .interval_s = 1800, .steps = 480};
  static mask seen;
  memset(&seen, 0, sizeof seen);
  pvs_period_steps(&calendar, (pvs_period){.start_s = 0, .end_s = 86340}, true, set_steps, &seen);
  assert_int_equal(seen.runs, 1);
  assert_int_equal(seen.end, 480);
  calendar.steps = 0;
  memset(&seen, 0, sizeof seen);
  pvs_period_steps(&calendar, (pvs_period){.start_s = 0, .end_s = 86340}, true, set_steps, &seen);
  assert_int_equal(seen.runs, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_forms_of_timestamps),
      cmocka_unit_test(test_orders_zones_and_fractions_are_told),
      cmocka_unit_test(test_what_is_no_time_is_refused),
      cmocka_unit_test(test_only_the_given_bytes_are_read),
      cmocka_unit_test(test_every_day_of_four_centuries),
      cmocka_unit_test(test_clock_times),
      cmocka_unit_test(test_weeks),
      cmocka_unit_test(test_periods_follow_the_definition),
      cmocka_unit_test(test_whole_day_is_one_run),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
