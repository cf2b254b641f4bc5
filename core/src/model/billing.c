#include "model/billing.h"
#include <math.h>

/* ---- compiling ---- */

/* The period of that number; a new one if it is not there yet. Days ascend, so it is among the last
 * two. */
static pvs_billing_period *period_of(pvs_billing *billing, uint32_t number, bool is_charged) {
  for (uint32_t i = billing->n; i-- > 0 && i + 2 >= billing->n;)
    if (billing->periods[i].number == number && billing->periods[i].is_charged == is_charged)
      return &billing->periods[i];
  pvs_billing_period *period = &billing->periods[billing->n++];
  *period = (pvs_billing_period){.number = number, .is_charged = is_charged};
  return period;
}

/* The first step of the series that begins at or after `time`. */
static int64_t step_from(const pvs_calendar *calendar, pvs_time time) {
  const int64_t interval_s = calendar->interval_s;
  if (time <= calendar->start)
    return 0;
  const int64_t step = (time - calendar->start + interval_s - 1) / interval_s;
  return step < calendar->steps ? step : calendar->steps;
}

/* Steps that begin in the day, as part of a day. */
static double part_of_day(const pvs_calendar *calendar, int64_t day) {
  const int64_t steps =
      step_from(calendar, (day + 1) * PVS_DAY_S) - step_from(calendar, day * PVS_DAY_S);
  return (double)(steps * calendar->interval_s) / PVS_DAY_S;
}

static void find_periods(pvs_billing *billing, const pvs_calendar *calendar) {
  const pvs_charge *charge = billing->charge;
  const int64_t first = pvs_floor_div(calendar->start, PVS_DAY_S);
  double days = 0; /* of the month and period at hand */
  for (int64_t day = first; day < first + calendar->n_days; day++) {
    const bool in_season = pvs_is_in_season(charge->days, day);
    int year, month, day_of_month, next_year, next_month;
    if (!in_season && charge->ratchet == 0)
      continue;
    pvs_billing_period *period =
        period_of(billing, pvs_charge_cycle_number(charge, day), in_season);
    days += part_of_day(calendar, day);
    pvs_date_of(day, &year, &month, &day_of_month);
    pvs_date_of(day + 1, &next_year, &next_month, &day_of_month);
    const bool is_last = day + 1 == first + calendar->n_days || next_month != month ||
                         pvs_is_in_season(charge->days, day + 1) != in_season;
    if (!is_last)
      continue;
    period->days += days;
    period->months += days / pvs_days_in_month(year, month);
    days = 0;
  }
}

typedef struct entry_marks {
  const pvs_charge *charge;
  const pvs_metering *metering;
  uint32_t *class_of; /* by entry */
  uint32_t span;
} entry_marks;

/* Marks each entry with the class of its days, which are of one class. */
static void mark_entries(void *ctx, uint32_t first, uint32_t n) {
  entry_marks *marks = ctx;
  const pvs_days *days = &marks->metering->days;
  const pvs_calendar *calendar = &marks->metering->calendar;
  for (uint32_t step = first; step < first + n; step++) {
    while (step >= days->spans[marks->span].first + days->spans[marks->span].n)
      marks->span++;
    const pvs_day_span *span = &days->spans[marks->span];
    const pvs_time time = calendar->start + (pvs_time)step * calendar->interval_s;
    marks->class_of[span->at + (step - span->first)] =
        pvs_charge_class(marks->charge, calendar, pvs_floor_div(time, PVS_DAY_S));
  }
}

static bool take_entries(pvs_billing_period *period, uint32_t n_entries, const uint32_t *class_of,
                         pvs_arena *arena) {
  const uint32_t class = 2 + 2 * period->number + period->is_charged;
  for (uint32_t i = 0; i < n_entries; i++)
    period->n_entries += class_of[i] == class;
  uint32_t *entries = pvs_arena_alloc(arena, period->n_entries, sizeof *entries), n = 0;
  for (uint32_t i = 0; entries && i < n_entries; i++)
    if (class_of[i] == class)
      entries[n++] = i;
  period->entries = entries;
  return entries != NULL;
}

bool pvs_billing_compile(pvs_billing *billing, const pvs_charge *charge,
                         const pvs_metering *metering, const uint32_t *owner, uint32_t self,
                         pvs_arena *arena) {
  const pvs_calendar *calendar = &metering->calendar;
  pvs_arena scratch;
  pvs_arena_init(&scratch);
  /* Two periods at most begin in a month: in the season and out of it. */
  *billing = (pvs_billing){
      .charge = charge,
      .periods =
          pvs_arena_alloc(arena, 2 * ((size_t)calendar->n_days / 28 + 2), sizeof *billing->periods),
  };
  entry_marks marks = {
      .charge = charge,
      .metering = metering,
      .class_of = pvs_arena_alloc(&scratch, metering->days.n_entries, sizeof *marks.class_of),
  };
  bool ok = billing->periods && marks.class_of;
  if (ok) {
    /* The ratchet looks at the hours of the charge outside its season too. Without one, such days have
     * no class. */
    pvs_charge whole_year = *charge;
    whole_year.days.from = 0;
    find_periods(billing, calendar);
    pvs_charge_steps(&whole_year, calendar, mark_entries, &marks);
  }
  for (uint32_t i = 0; ok && owner && i < metering->days.n_entries; i++)
    if (owner[i] != self)
      marks.class_of[i] = 0;
  for (uint32_t i = 0; i < billing->n && ok; i++)
    ok = take_entries(&billing->periods[i], metering->days.n_entries, marks.class_of, arena);
  pvs_arena_deinit(&scratch);
  return ok;
}

/* ---- charging ---- */

static double greatest(const pvs_billing_period *period, const double *kwh) {
  double most = 0;
  for (uint32_t i = 0; i < period->n_entries; i++)
    most = kwh[period->entries[i]] > most ? kwh[period->entries[i]] : most;
  return most;
}

double pvs_billing_demand(const pvs_billing *billing, double interval_h, const double *peak) {
  const pvs_charge *charge = billing->charge;
  double earlier[PVS_RATCHET_RING] = {0}, cents = 0;
  for (uint32_t i = 0; i < billing->n; i++) {
    const pvs_billing_period *period = &billing->periods[i];
    const uint32_t number = period->number;
    double measured = greatest(period, peak) / interval_h / charge->power_factor;
    double demand = measured > charge->minimum_kw ? measured : charge->minimum_kw;
    for (uint32_t back = 1; back <= charge->ratchet_months && back <= number; back++) {
      double least = charge->ratchet * earlier[(number - back) % PVS_RATCHET_RING];
      demand = least > demand ? least : demand;
    }
    double *month = &earlier[number % PVS_RATCHET_RING];
    bool is_new = i == 0 || period[-1].number != number;
    *month = is_new || measured > *month ? measured : *month;
    if (period->is_charged)
      cents += demand * charge->rate * (charge->is_monthly ? period->months : period->days);
  }
  return cents;
}

double pvs_billing_above(const pvs_billing *billing, const double *export) {
  const pvs_charge *charge = billing->charge;
  double cents = 0;
  for (uint32_t i = 0; i < billing->n; i++) {
    const pvs_billing_period *period = &billing->periods[i];
    double total = 0, most = charge->up_to_kwh_per_day * period->days;
    for (uint32_t k = 0; k < period->n_entries; k++)
      total += export[period->entries[k]];
    cents += fmax(total - most, 0) * (charge->rate_above - charge->rate);
  }
  return cents;
}
