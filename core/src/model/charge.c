#include "model/charge.h"

/* ---- steps ---- */

typedef struct day_filter {
  const pvs_charge *charge;
  const pvs_calendar *calendar;
  void (*set)(void *ctx, uint32_t first, uint32_t n);
  void *ctx;
} day_filter;

static bool has_day(const pvs_charge *charge, const pvs_calendar *calendar, int64_t day) {
  return (charge->days.kinds & pvs_day_kind(calendar, day)) && pvs_is_in_season(charge->days, day);
}

/* Cuts a span of steps at midnights. */
static void pass_days(void *ctx, uint32_t first, uint32_t n) {
  const day_filter *filter = ctx;
  const pvs_calendar *calendar = filter->calendar;
  const int64_t interval_s = calendar->interval_s;
  for (uint32_t step = first, end = first + n; step < end;) {
    const pvs_time time = calendar->start + step * interval_s;
    const int64_t day = pvs_floor_div(time, PVS_DAY_S);
    const int64_t steps = ((day + 1) * PVS_DAY_S - time + interval_s - 1) / interval_s;
    const uint32_t stop = steps < end - step ? step + (uint32_t)steps : end;
    if (has_day(filter->charge, calendar, day))
      filter->set(filter->ctx, step, stop - step);
    step = stop;
  }
}

void pvs_charge_steps(const pvs_charge *charge, const pvs_calendar *calendar,
                      void (*set)(void *ctx, uint32_t first, uint32_t n), void *ctx) {
  day_filter filter = {.charge = charge, .calendar = calendar, .set = set, .ctx = ctx};
  pvs_period_steps(calendar, charge->period, true, pass_days, &filter);
}

/* ---- days ---- */

uint32_t pvs_charge_cycle_number(const pvs_charge *charge, int64_t day) {
  int year, month, day_of_month;
  switch (charge->cycle) {
  case PVS_CYCLE_MONTH:
    pvs_date_of(day, &year, &month, &day_of_month);
    return (uint32_t)(12 * year + month);
  case PVS_CYCLE_SEASON:
    return (uint32_t)pvs_season_year(charge->days, day);
  default:
    return 0;
  }
}

uint32_t pvs_charge_class(const pvs_charge *charge, const pvs_calendar *calendar, int64_t day) {
  const bool in_season = pvs_is_in_season(charge->days, day);
  if (!(charge->days.kinds & pvs_day_kind(calendar, day)) || (!in_season && charge->ratchet == 0))
    return 0;
  return 2 + 2 * pvs_charge_cycle_number(charge, day) + in_season;
}
