#include "bm_plain.h"

#include <math.h>
#include <string.h>
#include <time.h>

/* ---- time ---- */

enum { HOUR_S = 3600, DAY_S = 86400, LAST_MINUTE_S = DAY_S - 60 };

static time_t time_of(const pvs_calendar *calendar, uint32_t step) {
  return (time_t)(calendar->start + (pvs_time)step * calendar->interval_s);
}

static bool is_summer(const pvs_calendar *calendar, time_t time) {
  for (uint32_t i = 0; i < calendar->n_summers; i++)
    if (time >= calendar->summers[i][0] && time < calendar->summers[i][1])
      return true;
  return false;
}

bool bm_plain_in_period(const pvs_calendar *calendar, pvs_period period, bool seasonal,
                        uint32_t step) {
  time_t time = time_of(calendar, step);
  struct tm parts;
  gmtime_r(&time, &parts);
  bool weekend = parts.tm_wday == 0 || parts.tm_wday == 6;
  if (period.week != PVS_WEEK_BOTH && weekend != (period.week == PVS_WEEK_END))
    return false;
  int end = period.end_s == LAST_MINUTE_S ? DAY_S : (int)period.end_s;
  int length = end - (int)period.start_s;
  if (length < 0)
    length += DAY_S;
  int start = (int)period.start_s - (seasonal && is_summer(calendar, time) ? HOUR_S : 0);
  int since = parts.tm_hour * HOUR_S + parts.tm_min * 60 + parts.tm_sec - start;
  return (since % DAY_S + DAY_S) % DAY_S < length;
}

/* ---- battery ---- */

static double smaller(double a, double b) {
  return a < b ? a : b;
}

static double charge(const pvs_battery *b, pvs_battery_state *s, double offered, double *log) {
  double stored = smaller(smaller(b->top_kwh - s->level_kwh, b->charge_max_kwh * b->efficiency),
                          offered * b->efficiency);
  s->level_kwh += stored;
  double taken = stored / b->efficiency;
  if (stored > 0)
    s->through_kwh += stored;
  s->taken_kwh += taken;
  *log = -taken;
  return offered - taken;
}

static double discharge(const pvs_battery *b, pvs_battery_state *s, double wanted, double *log) {
  double given = 0;
  if (s->level_kwh > b->floor_kwh)
    given = smaller(smaller(wanted, s->level_kwh - b->floor_kwh), b->discharge_max_kwh);
  s->level_kwh -= given;
  s->through_kwh += given;
  *log = given;
  return given;
}

double bm_plain_dispatch(const pvs_battery *b, pvs_battery_state *s, uint8_t flags, double gen,
                         double load, double *log) {
  bool may_charge = flags & PVS_MAY_CHARGE, may_discharge = flags & PVS_MAY_DISCHARGE;
  double x;
  *log = 0;
  if (!b->prioritise) {
    x = gen - load;
    if (x > 0)
      x = charge(b, s, x, log);
    if (x < -b->threshold_kwh && may_discharge)
      x += discharge(b, s, -x, log);
  } else if (may_discharge) {
    x = gen - load;
    if (x < -b->threshold_kwh)
      x += discharge(b, s, -x, log);
    else if (x > 0)
      x = charge(b, s, x, log);
    return x;
  } else {
    if (gen > 0)
      gen = charge(b, s, gen, log);
    x = gen - load;
  }
  if (x <= 0 && may_charge)
    x -= b->charge_max_kwh - charge(b, s, b->charge_max_kwh, log);
  return x;
}

/* ---- bill ---- */

static double rate_at(const pvs_tariff_terms *terms, const pvs_calendar *calendar, uint32_t step,
                      bool solar) {
  double rate = 0;
  for (int i = 0; i < PVS_TARIFF_PERIODS; i++)
    if (terms->periods[i].present && terms->periods[i].solar == solar &&
        bm_plain_in_period(calendar, terms->periods[i].period, true, step))
      rate = terms->periods[i].rate_c_per_kwh;
  return rate;
}

/* Which block a step belongs to: any number that changes from block to block. */
static long block_at(const char *type, const pvs_calendar *calendar, uint32_t step) {
  double days = (double)step * calendar->interval_s / DAY_S;
  if (strstr(type, "Weekly"))
    return (long)floor(days / 7);
  if (strstr(type, "Quarterly"))
    return (long)floor(days / 91.25);
  return (long)(time_of(calendar, step) / DAY_S);
}

static double banded(const pvs_tariff_terms *terms, double kwh) {
  double low = fmin(kwh, terms->block_high_kwh[0]);
  double middle = fmin(kwh, terms->block_high_kwh[1]) - low;
  return low * terms->block_rate_c_per_kwh[0] + middle * terms->block_rate_c_per_kwh[1] +
         (kwh - low - middle) * terms->block_rate_c_per_kwh[2];
}

void bm_plain_bill(const pvs_tariff_terms *terms, const pvs_calendar *calendar, uint32_t num_days,
                   const double *import, const double *export, const double *consumption,
                   pvs_bill *bill) {
  bool flat = strstr(terms->type, "Flat"), block = strstr(terms->type, "Block"),
       demand = strstr(terms->type, "Demand"), solar = strstr(terms->type, "Solar");
  double block_kwh = 0, most_kwh = 0;
  *bill = (pvs_bill){0};
  for (uint32_t t = 0; t < calendar->steps; t++) {
    bill->feed_in_credit_c += export[t] * terms -> export_c_per_kwh;
    if (block) {
      if (t > 0 && block_at(terms->type, calendar, t) != block_at(terms->type, calendar, t - 1)) {
        bill->energy_charge_c += banded(terms, block_kwh);
        block_kwh = 0;
      }
      block_kwh += import[t];
    } else {
      bill->energy_charge_c +=
          import[t] * (flat ? terms->flat_c_per_kwh : rate_at(terms, calendar, t, false));
    }
    if (demand && import[t] > most_kwh &&
        bm_plain_in_period(calendar, terms->demand_period, true, t))
      most_kwh = import[t];
    if (solar)
      bill->local_solar_c += consumption[t] * rate_at(terms, calendar, t, true);
  }
  if (block)
    bill->energy_charge_c += banded(terms, block_kwh);
  if (solar)
    bill->local_solar_c += bill->feed_in_credit_c;
  if (demand)
    bill->demand_charge_c = most_kwh * HOUR_S / calendar->interval_s / terms->demand_power_factor *
                            terms->demand_c_per_kw_day * num_days;
}
