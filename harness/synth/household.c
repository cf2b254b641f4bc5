#include "synth/household.h"

#include "base/dates.h"
#include "synth/portable_math.h"

#include <math.h>
#include <string.h>

enum { MIDNIGHT = 24 * 60 };

/* Ways to spend a working day, minutes of the day; days off follow their own rules. */
typedef struct habit {
  double share; /* of households */
  double up, leave, back, bed;
  double home_chance; /* of not leaving at all on a working day */
  int min_people, max_people;
} habit;

static const habit habits[] = {
    {0.42, 385, 480, 1090, 1365, 0.08, 1, 2},
    {0.20, 375, 500, 940, 1345, 0.15, 3, 5},
    {0.22, 425, 610, 735, 1325, 0.55, 1, 2},
    {0.16, 520, 690, 1210, 1480, 0.22, 1, 3},
};
enum { N_HABITS = sizeof habits / sizeof habits[0] };

static bool chance(hx_rng *r, double p) {
  return hx_rng_uniform(r) < p;
}

void hx_synth_household_init(hx_synth_household *h, uint64_t seed, uint32_t file, uint32_t index) {
  *h = (hx_synth_household){.seed = seed, .id = (uint64_t)file << 32 | index};
  h->rng = hx_synth_rng(seed, HX_STREAM_HOUSEHOLD, file, index);
  hx_rng traits = hx_synth_rng(seed, HX_STREAM_TRAITS, file, index), *r = &traits;
  double u = hx_rng_uniform(r);
  while (h->habit < N_HABITS - 1 && u >= habits[h->habit].share)
    u -= habits[h->habit++].share;
  const habit *way = &habits[h->habit];
  h->people =
      way->min_people + (int)hx_synth_below(r, (uint32_t)(way->max_people - way->min_people + 1));
  h->early_min = 28 * hx_synth_normal(r);
  double size = 0.65 + 0.2 * h->people;

  h->fridge_kw = hx_synth_between(r, 0.09, 0.19);
  h->fridge_period_min = hx_synth_between(r, 34, 72);
  h->fridge_duty = hx_synth_between(r, 0.28, 0.52);
  h->fridge_phase_min = hx_synth_between(r, 0, 72);
  h->standby_kw = hx_synth_between(r, 0.02, 0.10) * (0.7 + size * 0.5);
  h->light_kw = hx_synth_between(r, 0.05, 0.20) * size;
  h->gadget_kw = hx_synth_between(r, 0.06, 0.22) * size;
  h->cooktop_kw = chance(r, 0.62) ? hx_synth_between(r, 1.1, 2.3) : 0;
  bool cools = chance(r, 0.66);
  h->cool_kw = hx_synth_between(r, 0.7, 2.1);
  h->cool_from_c = hx_synth_between(r, 25.5, 29.5);
  h->cool_chance = cools ? hx_synth_between(r, 0.45, 0.95) : 0;
  bool heats = chance(r, 0.8);
  h->heat_kw = hx_synth_between(r, 0.6, 2.0);
  h->heat_below_c = hx_synth_between(r, 14.0, 18.0);
  h->heat_chance = heats ? hx_synth_between(r, 0.4, 0.95) : 0;
  double hot_water = hx_rng_uniform(r);
  double tank_kw = hx_synth_between(r, 1.8, 3.6), boiler_kw = hx_synth_between(r, 1.6, 2.4);
  h->tank_kw = hot_water < 0.30 ? tank_kw : 0;
  h->tank_kwh = 1.6 + 1.25 * h->people;
  h->tank_start_min = 22 * 60 + hx_synth_between(r, 0, 240);
  h->boiler_kw = hot_water > 0.86 ? boiler_kw : 0;
  h->wash_chance = 0.16 + 0.11 * h->people;
  h->dryer_chance = chance(r, 0.45) ? hx_synth_between(r, 0.2, 0.7) : 0;
  h->dish_chance = chance(r, 0.6) ? 0.15 + 0.14 * h->people : 0;
  h->trip_year = -1000000;
}

double hx_synth_add_block(const hx_synth_day *day, double *kw_of_step, double start, double minutes,
                          double kw) {
  double end = start + minutes, cut = 0;
  if (start < 0)
    start = 0;
  if (end > MIDNIGHT) {
    cut = start < MIDNIGHT ? end - MIDNIGHT : minutes;
    end = MIDNIGHT;
  }
  if (start >= end)
    return cut;
  uint32_t first = (uint32_t)(start / day->step_min);
  for (uint32_t step = first; step < day->steps && step * day->step_min < end; step++) {
    double from = step * day->step_min, to = from + day->step_min;
    if (from < start)
      from = start;
    if (to > end)
      to = end;
    if (to > from)
      kw_of_step[step] += kw * (to - from) / day->step_min;
  }
  return cut;
}

/* A device runs; what does not fit before midnight goes on the next day. */
static void run_device(hx_synth_household *h, const hx_synth_day *day, double *kw, double start,
                       double minutes, double device_kw) {
  double left = hx_synth_add_block(day, kw, start, minutes, device_kw);
  if (left > 0 && h->n_carry < HX_SYNTH_MAX_CARRY)
    h->carry[h->n_carry++] = (hx_synth_carry){.minutes = left, .kw = device_kw};
}

/* Holidays away, drawn a financial year at a time: around Christmas, and short ones at any time. */
static bool is_away(hx_synth_household *h, const hx_synth_day *day) {
  hx_date date = hx_date_of(day->number);
  int year = date.month >= 7 ? date.year : date.year - 1;
  if (year != h->trip_year) {
    hx_rng r = hx_synth_rng(h->seed, HX_STREAM_TRIPS, h->id, (uint64_t)year);
    long july = hx_day_number(year, 7, 1);
    h->trip_year = year;
    h->n_trips = 0;
    if (chance(&r, 0.45)) {
      long first = hx_day_number(year, 12, 20) + (long)hx_synth_below(&r, 14);
      h->trip_first[h->n_trips] = first;
      h->trip_last[h->n_trips++] = first + 4 + (long)hx_synth_below(&r, 15);
    }
    uint32_t others = hx_synth_below(&r, HX_SYNTH_MAX_TRIPS);
    for (uint32_t i = 0; i < others; i++) {
      long first = july + 5 + (long)hx_synth_below(&r, 340);
      h->trip_first[h->n_trips] = first;
      uint32_t nights = hx_synth_below(&r, 4);
      nights *= hx_synth_below(&r, 5);
      h->trip_last[h->n_trips++] = first + 1 + (long)nights;
    }
  }
  for (int i = 0; i < h->n_trips; i++)
    if (day->number >= h->trip_first[i] && day->number <= h->trip_last[i])
      return true;
  return false;
}

/* Minutes that a compressor has run after `cycles` cycles, in each of which it is on for on_min. */
static double run_minutes(double cycles, double period_min, double on_min) {
  double whole = floor(cycles), part_min = (cycles - whole) * period_min;
  return whole * on_min + (part_min < on_min ? part_min : on_min);
}

/* The integral of on and off over a step, so that any interval gives the same energy. */
static void add_fridge(const hx_synth_household *h, const hx_synth_day *day, double *kw) {
  double period = h->fridge_period_min;
  double phase = fmod(h->fridge_phase_min + (double)day->number * MIDNIGHT, period);
  for (uint32_t step = 0; step < day->steps; step++) {
    double duty = hx_synth_clamp(h->fridge_duty + 0.012 * (day->indoor_c[step] - 20), 0.15, 0.9);
    double from = phase + step * day->step_min, to = from + day->step_min;
    double run_min = run_minutes(to / period, period, duty * period) -
                     run_minutes(from / period, period, duty * period);
    kw[step] += h->fridge_kw * run_min / day->step_min;
  }
}

/* Small things done while awake at home: kettle, toaster, hair dryer, vacuum cleaner, iron, oven
 * timer. */
static void add_small_events(hx_synth_household *h, const hx_synth_day *day, double *kw,
                             double from, double to) {
  hx_rng *r = &h->rng;
  double hours = (to - from) / 60;
  if (hours <= 0)
    return;
  uint32_t n = (uint32_t)(hours * (0.20 + 0.13 * h->people) + hx_rng_uniform(r));
  for (uint32_t i = 0; i < n; i++) {
    double start = hx_synth_between(r, from, to);
    double device = hx_rng_uniform(r), minutes, device_kw;
    if (device < 0.7) {
      minutes = hx_synth_between(r, 2, 5);
      device_kw = hx_synth_between(r, 1.2, 2.2);
    } else if (device < 0.93) {
      minutes = hx_synth_between(r, 4, 16);
      device_kw = hx_synth_between(r, 0.8, 1.6);
    } else {
      minutes = hx_synth_between(r, 15, 50);
      device_kw = hx_synth_between(r, 0.6, 1.8);
    }
    run_device(h, day, kw, start, minutes, device_kw);
  }
}

static void stay(hx_synth_household *h, const hx_synth_day *day, double *kw, double from,
                 double to) {
  hx_synth_add_block(day, day->scratch, from, to - from, 1);
  add_small_events(h, day, kw, from, to < MIDNIGHT ? to : MIDNIGHT);
}

/* Who is awake at home when (into scratch: 0 … 1), and what they switch on at their hours. */
static void live(hx_synth_household *h, const hx_synth_day *day, double *kw) {
  hx_rng *r = &h->rng;
  const habit *way = &habits[h->habit];
  double up = way->up - h->early_min + 14 * hx_synth_normal(r) + (day->off ? 75 : 0);
  double bed = way->bed - 0.5 * h->early_min + 22 * hx_synth_normal(r) + (day->off ? 20 : 0);
  bool goes = !chance(r, day->off ? 0.38 : way->home_chance);
  double leave = day->off ? hx_synth_between(r, 580, 840)
                          : way->leave - h->early_min + 12 * hx_synth_normal(r);
  double back = day->off ? leave + hx_synth_between(r, 60, 300)
                         : way->back - 0.3 * h->early_min + 35 * hx_synth_normal(r);
  if (!day->off && chance(r, 0.13))
    back += hx_synth_between(r, 60, 200); /* an evening out */
  if (up < 240)
    up = 240;
  if (leave < up + 25)
    leave = up + 25;
  if (bed < up + 600)
    bed = up + 600;
  if (back > bed - 20)
    back = bed - 20;

  stay(h, day, kw, 0, h->up_past_midnight_min);
  h->up_past_midnight_min = bed > MIDNIGHT ? bed - MIDNIGHT : 0;
  if (goes && back > leave) {
    stay(h, day, kw, up, leave);
    stay(h, day, kw, back, bed);
  } else {
    stay(h, day, kw, up, bed);
    back = up + 60;
  }

  /* Meals: breakfast is among the small things. */
  double dinner = 1075 + 0.3 * (way->back - 1000) - 0.3 * h->early_min + 35 * hx_synth_normal(r);
  if (dinner < back + 12)
    dinner = back + 12;
  double dinner_min = hx_synth_between(r, 18, 55);
  bool cooks = chance(r, 0.78), oven = chance(r, 0.16), lunch = chance(r, 0.35);
  if (cooks && dinner < 1290) {
    run_device(h, day, kw, dinner, dinner_min, h->cooktop_kw > 0 ? h->cooktop_kw * 0.62 : 0.08);
    if (oven)
      run_device(h, day, kw, dinner - 15, dinner_min + 20, 1.5);
  }
  double lunch_start = hx_synth_between(r, 715, 800), lunch_min = hx_synth_between(r, 10, 25);
  if (lunch && (day->off || !goes) && h->cooktop_kw > 0)
    run_device(h, day, kw, lunch_start, lunch_min, h->cooktop_kw * 0.7);

  double washing =
      day->off ? hx_synth_between(r, up + 30, 900) : hx_synth_between(r, back + 5, back + 120);
  if (chance(r, day->off ? 1.6 * h->wash_chance : 0.7 * h->wash_chance)) {
    run_device(h, day, kw, washing, 20, hx_synth_between(r, 0.4, 1.7));
    run_device(h, day, kw, washing + 20, 45, 0.25);
    if (chance(r, h->dryer_chance * (0.8 + 0.2 * day->winter)))
      run_device(h, day, kw, washing + 70, hx_synth_between(r, 45, 95), 1.9);
  }
  if (chance(r, h->dish_chance)) {
    double dishes = cooks ? dinner + dinner_min + hx_synth_between(r, 15, 90) : bed - 60;
    run_device(h, day, kw, dishes, 25, 1.8);
    run_device(h, day, kw, dishes + 25, 40, 0.12);
    run_device(h, day, kw, dishes + 65, 18, 1.8);
  }
  if (h->boiler_kw > 0) {
    double kwh = (0.7 + 0.75 * h->people) * (1 + 0.2 * day->winter) * hx_synth_between(r, 0.6, 1.3);
    run_device(h, day, kw, up + 20, 60 * 0.65 * kwh / h->boiler_kw, h->boiler_kw);
    run_device(h, day, kw, dinner + 45, 60 * 0.35 * kwh / h->boiler_kw, h->boiler_kw);
  }
}

void hx_synth_household_run(hx_synth_household *h, const hx_synth_day *day, double *kw) {
  hx_rng *r = &h->rng;
  for (uint32_t step = 0; step < day->steps; step++) {
    kw[step] = h->standby_kw;
    day->scratch[step] = 0;
  }
  hx_synth_carry carry[HX_SYNTH_MAX_CARRY];
  int n_carry = h->n_carry;
  memcpy(carry, h->carry, sizeof carry);
  h->n_carry = 0;
  for (int i = 0; i < n_carry; i++)
    run_device(h, day, kw, 0, carry[i].minutes, carry[i].kw);

  bool away = is_away(h, day);
  if (!away)
    live(h, day, kw);
  else
    h->up_past_midnight_min = 0;
  add_fridge(h, day, kw);
  if (h->tank_kw > 0) {
    double kwh = h->tank_kwh * (1 + 0.22 * day->winter) * hx_synth_between(r, 0.55, 1.25);
    if (away)
      kwh = 0.9; /* standing losses */
    double start = h->tank_start_min < MIDNIGHT ? h->tank_start_min : h->tank_start_min - MIDNIGHT;
    run_device(h, day, kw, start, 60 * kwh / h->tank_kw, h->tank_kw);
  }
  if (away)
    return;

  bool cools = chance(r, h->cool_chance), heats = chance(r, h->heat_chance);
  double cool_from = h->cool_from_c + 0.5 * hx_synth_normal(r),
         heat_below = h->heat_below_c + 0.7 * hx_synth_normal(r);
  double cool_kw = cools ? h->cool_kw : 0, heat_kw = heats ? h->heat_kw : 0;
  for (uint32_t step = 0; step < day->steps; step++) {
    double present = day->scratch[step];
    if (present <= 0)
      continue;
    double wobble = 0.75 + 0.5 * hx_rng_uniform(r);
    double hot = (day->indoor_c[step] - cool_from) * (1.0 / 4.5),
           cold = (heat_below - day->indoor_c[step]) * (1.0 / 5.5);
    double power = h->gadget_kw + h->light_kw * day->dark[step];
    if (hot > 0)
      power += cool_kw * (hot < 1 ? 0.25 + 0.75 * hot : 1);
    if (cold > 0)
      power += heat_kw * (cold < 1 ? 0.15 + 0.85 * cold : 1);
    kw[step] += present * power * wobble;
  }
}
