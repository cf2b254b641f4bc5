#include "input/coverage.h"
#include <stdlib.h>
#include <string.h>

enum { MINUTE_S = 60, DAY_MINUTES = 1440 };

/* Minutes of a working day and of a day at the weekend: 1 + the number of the last period that has
 * them; 0: none. Daylight saving moves all periods of a tariff by the same hour, which changes
 * neither what they cover together nor which replaces which. */
typedef uint8_t week_minutes[2][DAY_MINUTES];

static void own_minutes(uint8_t *day, uint32_t first, uint32_t length, uint8_t owner) {
  uint32_t before_midnight = DAY_MINUTES - first < length ? DAY_MINUTES - first : length;
  memset(day + first, owner, before_midnight);
  memset(day, owner, length - before_midnight);
}

static void fill_minutes(week_minutes minutes, const pvs_period *periods, size_t n) {
  memset(minutes, 0, sizeof(week_minutes));
  for (size_t i = 0; i < n; i++) {
    const pvs_period *p = &periods[i];
    uint32_t length_s =
        p->end_s >= p->start_s ? p->end_s - p->start_s : p->end_s + PVS_DAY_S - p->start_s;
    uint32_t first = (p->start_s + MINUTE_S - 1) / MINUTE_S,
             end = (p->start_s + length_s) / MINUTE_S;
    for (int weekend = 0; weekend < 2; weekend++)
      if (end > first && (p->week == PVS_WEEK_BOTH || weekend == (p->week == PVS_WEEK_END)))
        own_minutes(minutes[weekend], first % DAY_MINUTES, end - first, (uint8_t)(i + 1));
  }
}

static bool fill_the_day(const pvs_period *periods, size_t n) {
  week_minutes minutes;
  fill_minutes(minutes, periods, n);
  return !memchr(minutes, 0, sizeof minutes);
}

unsigned pvs_periods_left(const pvs_period *periods, size_t n) {
  week_minutes minutes;
  unsigned all = (1u << n) - 1, left = 0;
  fill_minutes(minutes, periods, n);
  const uint8_t *minute = minutes[0], *end = minute + sizeof minutes;
  for (; minute < end && left != all; minute++)
    left |= *minute ? 1u << (*minute - 1) : 0;
  return left;
}

static void mark(void *ctx, uint32_t first, uint32_t n) {
  memset((bool *)ctx + first, true, n);
}

uint32_t pvs_uncovered_steps(const pvs_calendar *calendar, const pvs_period *periods, size_t n,
                             uint32_t *first) {
  if (fill_the_day(periods, n))
    return 0;
  bool *covered = calloc(calendar->steps ? calendar->steps : 1, sizeof *covered);
  if (!covered)
    return PVS_NO_COVER;
  for (size_t i = 0; i < n; i++)
    pvs_period_steps(calendar, periods[i], true, mark, covered);
  uint32_t count = 0;
  for (uint32_t step = calendar->steps; step-- > 0;)
    if (!covered[step]) {
      count++;
      *first = step;
    }
  free(covered);
  return count;
}

static void see(void *ctx, uint32_t first, uint32_t n) {
  (void)first, (void)n;
  *(bool *)ctx = true;
}

bool pvs_period_is_used(const pvs_calendar *calendar, pvs_period period) {
  bool is_used = false;
  pvs_period_steps(calendar, period, true, see, &is_used);
  return is_used;
}
