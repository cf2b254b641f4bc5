#include "base/calendar.h"

#include <string.h>
#include <strings.h>

enum { DAY_S = 86400, HOUR_S = 3600, MINUTE_S = 60 };

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

/* Joins spans that touch before they are passed on. */
typedef struct span_sink {
  const pvs_calendar *calendar;
  void (*set)(void *ctx, uint32_t first, uint32_t n);
  void *ctx;
  uint32_t first, end; /* the span held back; empty: first == end */
} span_sink;

static void flush_span(span_sink *sink) {
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

static void add_span(span_sink *sink, pvs_time from, pvs_time to) {
  if (from >= to) {
    return;
  }
  const uint32_t first = step_from(sink->calendar, from);
  const uint32_t end = step_from(sink->calendar, to);
  if (first >= end) {
    return;
  }
  if (first != sink->end) {
    flush_span(sink);
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
static void add_part_of_day(span_sink *sink, pvs_time day, pvs_time from, pvs_time to,
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
  span_sink sink = {.calendar = calendar, .set = set, .ctx = ctx};
  const pvs_time last = calendar->start + (pvs_time)(calendar->steps - 1) * calendar->interval_s;
  const int64_t last_day = pvs_floor_div(last, DAY_S);
  uint32_t summer = 0;
  for (int64_t d = pvs_floor_div(calendar->start, DAY_S); d <= last_day; d++) {
    if (period.week != PVS_WEEK_BOTH && pvs_day_is_weekend(d) != (period.week == PVS_WEEK_END)) {
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
  flush_span(&sink);
}
