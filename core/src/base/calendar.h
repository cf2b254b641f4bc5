/* Time: timestamps, clock times, weekdays, daylight saving, and the steps that a period selects
 * (MODEL.md section 2). A pvs_time counts seconds since 1970-01-01 00:00 in local standard time;
 * there is no time zone anywhere. */
#ifndef PVS_BASE_CALENDAR_H
#define PVS_BASE_CALENDAR_H

#include "base/arena.h"
#include "base/error.h"
#include <stdint.h>

typedef int64_t pvs_time;

/* `d/mm/yyyy h:mm`, `d/m/yy h:mm` (00–68 → 2000s), either with `:ss`, or `yyyy-mm-dd hh:mm:ss`
 * (also without seconds). Slash dates are day-first. False for dates that are none (31/02), hours
 * over 23 and anything else. */
bool pvs_parse_timestamp(const char *text, size_t length, pvs_time *time);
enum { PVS_TIMESTAMP_LENGTH = 19 };
void pvs_format_timestamp(char buffer[PVS_TIMESTAMP_LENGTH],
                          pvs_time time); /* yyyy-mm-dd hh:mm:ss, no NUL */
/* The same for many times, most of which lie in the day of the one before; {0} to begin with. */
typedef struct pvs_timestamper {
  pvs_time day;
  char date[11]; /* with the blank behind it */
} pvs_timestamper;
void pvs_format_timestamps(pvs_timestamper *self, char buffer[PVS_TIMESTAMP_LENGTH], pvs_time time);
int pvs_year_of(pvs_time time);
pvs_time pvs_year_start(int year);
bool pvs_is_weekend(pvs_time time);
/* "h:mm" or "h:mm:ss" (00:00 … 23:59, and 24:00): seconds of the day. */
bool pvs_parse_clock(const char *text, size_t length, uint32_t *seconds);

typedef enum pvs_week { PVS_WEEK_BOTH, PVS_WEEK_DAY, PVS_WEEK_END } pvs_week;
bool pvs_parse_week(const char *text, pvs_week *week); /* "both", "day", "end" in any case */

/* A regular series of steps with its summer (daylight saving) intervals. */
typedef struct pvs_calendar {
  pvs_time start;
  uint32_t steps, interval_s;
  uint32_t n_days; /* calendar days touched, the first may begin mid-day */
  uint32_t n_summers;
  pvs_time (
      *summers)[2]; /* [from, to), ascending, disjoint; the caller fills them from dst_lookup */
} pvs_calendar;

typedef struct pvs_period {
  uint32_t start_s, end_s; /* clock times up to 24:00; an end of 23:59 means 24:00 */
  pvs_week week;
} pvs_period;

/* Which steps (MODEL.md section 2): own calendar day matches week, and (t − start) mod 24 h <
 * length, where in summer (when `seasonal`) the start is one hour earlier. Calls set(ctx, first, n)
 * for runs of consecutive selected steps, ascending, each step once. */
void pvs_period_steps(const pvs_calendar *calendar, pvs_period period, bool seasonal,
                      void (*set)(void *ctx, uint32_t first, uint32_t n), void *ctx);

#endif
