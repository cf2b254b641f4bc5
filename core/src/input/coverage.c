#include "input/coverage.h"
#include <stdlib.h>
#include <string.h>

enum { MINUTE_S = 60, DAY_MINUTES = 1440 };

/* Daylight saving moves all periods of a tariff by the same hour: it opens no gap in full days. */
static bool fill_the_day(const pvs_period *periods, size_t n) {
  bool covered[2][DAY_MINUTES] = {{false}};
  for (size_t i = 0; i < n; i++) {
    const pvs_period *p = &periods[i];
    uint32_t length_s =
        p->end_s >= p->start_s ? p->end_s - p->start_s : p->end_s + PVS_DAY_S - p->start_s;
    uint32_t first = (p->start_s + MINUTE_S - 1) / MINUTE_S;
    uint32_t end = (p->start_s + length_s) / MINUTE_S;
    for (int weekend = 0; weekend < 2; weekend++)
      if (p->week == PVS_WEEK_BOTH || weekend == (p->week == PVS_WEEK_END))
        for (uint32_t minute = first; minute < end; minute++)
          covered[weekend][minute % DAY_MINUTES] = true;
  }
  return !memchr(covered, false, sizeof covered);
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
