/* Weekdays, daylight saving, and the steps that a period of the day selects (MODEL.md section 2). */
#ifndef PVS_BASE_CALENDAR_H
#define PVS_BASE_CALENDAR_H

#include "base/arena.h"
#include "base/error.h"
#include "base/timestamp.h"
#include <stdint.h>

typedef enum pvs_week { PVS_WEEK_BOTH, PVS_WEEK_DAY, PVS_WEEK_END } pvs_week;
bool pvs_parse_week(const char *text, pvs_week *week); /* "both", "day", "end" in any case */

/* A regular series of steps with its summer (daylight saving) intervals. */
typedef struct pvs_calendar {
  pvs_time start;
  uint32_t steps, interval_s;
  uint32_t n_days; /* calendar days touched, the first may begin mid-day */
  uint32_t n_summers;
  pvs_time (
      *summers)[2];     /* [from, to), ascending, disjoint; the caller fills them from dst_lookup */
  const bool *holidays; /* by calendar day, n_days; NULL: there are none */
} pvs_calendar;

typedef struct pvs_period {
  uint32_t start_s, end_s; /* clock times up to 24:00; an end of 23:59 means 24:00 */
  pvs_week week;
} pvs_period;

/* Which steps (MODEL.md section 2): own calendar day matches week, and (t − start) mod 24 h <
 * length, where in summer (when `seasonal`) the start is one hour earlier. Calls set(ctx, first, n)
 * for spans of consecutive steps that are selected, ascending, each step once. */
void pvs_period_steps(const pvs_calendar *calendar, pvs_period period, bool seasonal,
                      void (*set)(void *ctx, uint32_t first, uint32_t n), void *ctx);

#endif
