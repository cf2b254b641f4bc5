/* Which steps of a series the periods of a tariff leave out. */
#ifndef PVS_INPUT_COVERAGE_H
#define PVS_INPUT_COVERAGE_H

#include "base/calendar.h"

/* Counts the steps that none of the periods selects; *first is the first of them. PVS_NO_COVER when
 * out of memory. Periods that fill the day of each kind of week are recognised without going through
 * the steps. */
uint32_t pvs_uncovered_steps(const pvs_calendar *calendar, const pvs_period *periods, size_t n,
                             uint32_t *first);
#define PVS_NO_COVER UINT32_MAX

/* Whether the period selects any step. */
bool pvs_period_is_used(const pvs_calendar *calendar, pvs_period period);

/* Which of at most 31 periods, by bit, keep a minute of a week in which later ones replace earlier
 * ones. */
unsigned pvs_periods_left(const pvs_period *periods, size_t n);

#endif
