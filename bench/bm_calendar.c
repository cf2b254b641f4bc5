/* Time: timestamps, the steps of a period, day types, blocks. A year of half-hours. */
#include "bm_data.h"
#include "bm_list.h"
#include "bm_plain.h"

#include "base/calendar.h"
#include "model/determinants.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* ---- timestamps ---- */

enum { STAMPS = 4096, STAMP_BYTES = 24 };

typedef struct stamp_case {
  pvs_time times[STAMPS], made_times[STAMPS];
  char texts[STAMPS][STAMP_BYTES], made_texts[STAMPS][STAMP_BYTES];
} stamp_case;

static void *stamp_setup(const bm_param *param, char *why) {
  (void)why;
  const char *format =
      strcmp(param->variant, "slashes") == 0 ? "%d/%m/%Y %H:%M" : "%Y-%m-%d %H:%M:00";
  stamp_case *c = bm_alloc(1, sizeof *c);
  uint64_t random = 13;
  for (int i = 0; i < STAMPS; i++) {
    time_t time = (time_t)(bm_uniform(&random) * 4e9 / 60) * 60;
    struct tm parts;
    gmtime_r(&time, &parts);
    c->times[i] = time;
    strftime(c->texts[i], STAMP_BYTES, format, &parts);
  }
  return c;
}

static void stamp_parse(void *ctx) {
  stamp_case *c = ctx;
  for (int i = 0; i < STAMPS; i++)
    pvs_parse_timestamp(c->texts[i], strlen(c->texts[i]), &c->made_times[i]);
}

static bool parsed_check(void *ctx, bm_work *work, char *why) {
  stamp_case *c = ctx;
  work->item = "timestamp";
  work->items = STAMPS;
  return memcmp(c->made_times, c->times, sizeof c->times) == 0 ||
         bm_wrong(why, "times differ from gmtime's");
}

static void stamp_format(void *ctx) {
  stamp_case *c = ctx;
  for (int i = 0; i < STAMPS; i++)
    pvs_format_timestamp(c->made_texts[i], c->times[i]);
}

static bool formatted_check(void *ctx, bm_work *work, char *why) {
  stamp_case *c = ctx;
  work->item = "timestamp";
  work->items = STAMPS;
  return memcmp(c->made_texts, c->texts, sizeof c->texts) == 0 ||
         bm_wrong(why, "texts differ from strftime's");
}

const bm_ops bm_stamp_parse = {stamp_setup, NULL, stamp_parse, parsed_check, free};
const bm_ops bm_stamp_format = {stamp_setup, NULL, stamp_format, formatted_check, free};

/* ---- periods ---- */

typedef struct period_case {
  const pvs_calendar *calendar;
  pvs_period period;
  bool seasonal;
  uint8_t *mask, *expected; /* by step */
} period_case;

static void *period_setup(const bm_param *param, char *why) {
  static const struct {
    const char *variant;
    pvs_period period;
    bool seasonal;
  } periods[] = {
      {"every_day", {7 * 3600, 22 * 3600, PVS_WEEK_BOTH}, false},
      {"working_days", {14 * 3600, 20 * 3600, PVS_WEEK_DAY}, true},
      {"weekend_nights", {22 * 3600, 7 * 3600, PVS_WEEK_END}, true},
  };
  const bm_building *building = bm_building_get(HX_SYNTH_STATIC, 18, 620, 365, why);
  if (!building)
    return NULL;
  period_case *c = bm_alloc(1, sizeof *c);
  c->calendar = &building->study->metering.calendar;
  for (size_t i = 0; i < sizeof periods / sizeof *periods; i++)
    if (strcmp(periods[i].variant, param->variant) == 0) {
      c->period = periods[i].period;
      c->seasonal = periods[i].seasonal;
    }
  c->mask = bm_alloc(c->calendar->steps, 1);
  c->expected = bm_alloc(c->calendar->steps, 1);
  for (uint32_t t = 0; t < c->calendar->steps; t++)
    c->expected[t] = bm_plain_in_period(c->calendar, c->period, c->seasonal, t);
  return c;
}

static void set_mask(void *ctx, uint32_t first, uint32_t n) {
  memset((uint8_t *)ctx + first, 1, n);
}

static void period_run(void *ctx) {
  period_case *c = ctx;
  memset(c->mask, 0, c->calendar->steps);
  pvs_period_steps(c->calendar, c->period, c->seasonal, set_mask, c->mask);
}

static bool period_check(void *ctx, bm_work *work, char *why) {
  period_case *c = ctx;
  work->item = "step";
  work->items = c->calendar->steps;
  return memcmp(c->mask, c->expected, c->calendar->steps) == 0 ||
         bm_wrong(why, "the steps differ from those that the clock and weekday say");
}

static void period_teardown(void *ctx) {
  period_case *c = ctx;
  if (c) {
    free(c->mask);
    free(c->expected);
  }
  free(c);
}

const bm_ops bm_period = {period_setup, NULL, period_run, period_check, period_teardown};

/* ---- day types and blocks ---- */

typedef struct days_case {
  const pvs_calendar *calendar;
  pvs_arena arena;
  pvs_days days;
  pvs_blocks blocks;
} days_case;

static void *days_setup(const bm_param *param, char *why) {
  (void)param;
  const bm_building *building = bm_building_get(HX_SYNTH_STATIC, 18, 620, 365, why);
  if (!building)
    return NULL;
  days_case *c = bm_alloc(1, sizeof *c);
  c->calendar = &building->study->metering.calendar;
  pvs_arena_init(&c->arena);
  return c;
}

static void days_run(void *ctx) {
  days_case *c = ctx;
  pvs_arena_deinit(&c->arena);
  c->days = (pvs_days){0};
  pvs_days_compile(&c->days, c->calendar, 0, NULL, &c->arena);
}

/* Steps of one entry have the same time of day and are both on weekends or both not. */
static bool days_check(void *ctx, bm_work *work, char *why) {
  days_case *c = ctx;
  uint32_t steps = c->calendar->steps, covered = 0;
  struct tm *first = bm_alloc(c->days.n_entries, sizeof *first);
  bool right = true;
  for (uint32_t r = 0; r < c->days.n_spans; r++)
    for (uint32_t i = 0; i < c->days.spans[r].n; i++, covered++) {
      uint32_t step = c->days.spans[r].first + i;
      time_t time = c->calendar->start + (pvs_time)step * c->calendar->interval_s;
      struct tm now, *seen = &first[c->days.spans[r].at + i];
      gmtime_r(&time, &now);
      if (seen->tm_year == 0)
        *seen = now;
      bool weekends = (now.tm_wday % 6 == 0) == (seen->tm_wday % 6 == 0);
      right = right && step == covered && weekends && now.tm_hour == seen->tm_hour &&
              now.tm_min == seen->tm_min;
    }
  free(first);
  work->item = "step";
  work->items = steps;
  return (right && covered == steps) || bm_wrong(why, "unlike steps share an entry");
}

static void blocks_run(void *ctx) {
  days_case *c = ctx;
  pvs_arena_deinit(&c->arena);
  c->blocks = (pvs_blocks){0};
  pvs_blocks_compile(&c->blocks, PVS_BLOCK_DAILY, c->calendar, &c->arena);
}

static bool blocks_check(void *ctx, bm_work *work, char *why) {
  days_case *c = ctx;
  uint32_t slots = PVS_SECONDS_PER_DAY / c->calendar->interval_s;
  work->item = "step";
  work->items = c->calendar->steps;
  if (c->blocks.n != c->calendar->steps / slots)
    return bm_wrong(why, "%u days, expected %u", c->blocks.n, c->calendar->steps / slots);
  for (uint32_t b = 0; b <= c->blocks.n; b++)
    if (c->blocks.first[b] != b * slots)
      return bm_wrong(why, "day %u begins at step %u, expected %u", b, c->blocks.first[b],
                      b * slots);
  return true;
}

static void days_teardown(void *ctx) {
  if (ctx)
    pvs_arena_deinit(&((days_case *)ctx)->arena);
  free(ctx);
}

const bm_ops bm_days = {days_setup, NULL, days_run, days_check, days_teardown};
const bm_ops bm_blocks = {days_setup, NULL, blocks_run, blocks_check, days_teardown};
