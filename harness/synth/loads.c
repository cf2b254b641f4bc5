#include "synth/files.h"

#include "base/dates.h"
#include "synth/household.h"
#include "synth/portable_math.h"
#include "synth/sun.h"

#include <stdio.h>
#include <stdlib.h>

bool hx_synth_day_off(long day_number) {
  static const struct {
    int month, day;
  } holidays[] = {{1, 1}, {1, 26}, {4, 25}, {12, 25}, {12, 26}};
  if (hx_weekday(day_number) >= 5)
    return true;
  hx_date date = hx_date_of(day_number);
  for (unsigned i = 0; i < sizeof holidays / sizeof holidays[0]; i++)
    if (date.month == holidays[i].month && date.day == holidays[i].day)
      return true;
  return false;
}

/* ---- the common property: corridor and car-park lights, lifts, ventilation, a pump ---- */

typedef struct common_property {
  hx_rng rng;
  uint32_t households;
} common_property;

static void common_init(common_property *cp, uint64_t seed, uint32_t file, uint32_t households) {
  *cp = (common_property){.rng = hx_synth_rng(seed, HX_STREAM_COMMON, file, 0),
                          .households = households};
}

/* A bump of height 1 around `centre`, minutes. */
static double bump(double minute, double centre, double width) {
  double x = (minute - centre) / width;
  return x > -3 && x < 3 ? hx_synth_exp(-x * x) : 0;
}

/* Lift trips per hour and household. */
static double traffic(double minute, bool off) {
  if (off)
    return 0.06 + 0.55 * bump(minute, 690, 170) + 0.5 * bump(minute, 1070, 200);
  return 0.05 + 1.2 * bump(minute, 485, 65) + 0.22 * bump(minute, 780, 170) +
         1.0 * bump(minute, 1090, 110) + 0.3 * bump(minute, 1290, 70);
}

/* The next day: kw[step] = mean power over each step. */
static void common_run(common_property *cp, const hx_synth_day *day, double *kw) {
  hx_rng *r = &cp->rng;
  double n = cp->households;
  double lights_kw = 0.15 + 0.026 * n, outside_kw = 0.08 + 0.012 * n, trip_kwh = 0.035;
  double fan_kw = 0.25 + 0.06 * n;
  for (uint32_t step = 0; step < day->steps; step++) {
    double minute = (step + 0.5) * day->step_min;
    double expected_trips = traffic(minute, day->off) * n * day->step_min / 60;
    double trips = expected_trips < 25
                       ? (double)(uint32_t)(expected_trips +
                                            hx_rng_uniform(r) * (1 + expected_trips) * 0.7 + 0.15)
                       : expected_trips * (1 + 0.1 * hx_synth_normal(r));
    kw[step] = lights_kw * (0.97 + 0.06 * hx_rng_uniform(r)) + outside_kw * day->dark[step] +
               trips * trip_kwh * 60 / day->step_min + 0.08;
  }
  /* The car park is ventilated on a clock while people drive, and for a quarter of an hour whenever
   * its air asks for it. */
  double morning = 390 + (day->off ? 90 : 0), evening = 990;
  hx_synth_add_block(day, kw, morning, day->off ? 60 : 150, fan_kw);
  hx_synth_add_block(day, kw, evening, day->off ? 90 : 180, fan_kw);
  uint32_t calls = 3 + hx_synth_below(r, 5);
  for (uint32_t i = 0; i < calls; i++)
    hx_synth_add_block(day, kw, hx_synth_between(r, 420, 1320), 15, 0.7 * fan_kw);
  uint32_t pumpings = 4 + hx_synth_below(r, 4);
  for (uint32_t i = 0; i < pumpings; i++) {
    double start = hx_synth_between(r, 0, 1430), minutes = hx_synth_between(r, 4, 14);
    hx_synth_add_block(day, kw, start, minutes, 0.8 + 0.02 * n);
  }
}

/* ---- a load file ---- */

/* Memory of one load file: the people and one day. */
typedef struct load_scratch {
  hx_synth_household *households;
  double *values; /* [column][step], then the arrays below */
  double *indoor_c, *dark, *present;
  double indoor_now_c;
} load_scratch;

static pvs_code scratch_init(load_scratch *s, uint32_t households, uint32_t steps) {
  size_t columns = (size_t)households + 1;
  s->households = calloc(households, sizeof *s->households);
  s->values = calloc((columns + 3) * steps, sizeof *s->values);
  if (!s->households || !s->values)
    return PVS_NO_MEMORY;
  s->indoor_c = s->values + columns * steps;
  s->dark = s->indoor_c + steps;
  s->present = s->dark + steps;
  return PVS_OK;
}

static void scratch_deinit(load_scratch *s) {
  free(s->households);
  free(s->values);
}

/* Walls delay the outside temperature by hours; people and sun add some degrees. */
static void condition_day(load_scratch *s, const hx_synth_climate *climate, uint32_t day,
                          uint32_t steps, double step_min) {
  double keep = hx_synth_exp(-step_min / 270);
  hx_synth_sun sun = hx_synth_sun_of(climate->first_day + (long)day);
  if (day == 0)
    s->indoor_now_c =
        0.5 * (hx_synth_temperature_c(climate, 0, 0) + hx_synth_climate_day(climate, 0)->max_c);
  for (uint32_t step = 0; step < steps; step++) {
    double minute = (step + 0.5) * step_min;
    double outside = hx_synth_temperature_c(climate, day, minute);
    s->indoor_now_c = keep * s->indoor_now_c + (1 - keep) * outside;
    s->indoor_c[step] = s->indoor_now_c + 2.5;
    s->dark[step] = hx_synth_clamp((0.08 - hx_synth_sun_at(&sun, minute).up) / 0.16, 0, 1);
  }
}

static pvs_code put_load_file(hx_synth_text *t, const hx_synth_spec *spec,
                              const hx_synth_building *building, const hx_synth_climate *climate,
                              uint32_t file, load_scratch *s) {
  uint32_t n = spec->customers, steps = 1440 / spec->interval_min;
  hx_synth_put(t, "timestamp");
  char name[HX_SYNTH_NAME_SIZE];
  for (uint32_t i = 0; i < n; i++)
    hx_synth_putf(t, ",%s", hx_synth_household_name(building, i, name));
  hx_synth_put(t, ",cp\n");
  for (uint32_t i = 0; i < n; i++)
    hx_synth_household_init(&s->households[i], spec->seed, file, i);
  common_property cp;
  common_init(&cp, spec->seed, file, n);

  double hours = spec->interval_min / 60.0;
  int decimals = hx_synth_decimals(spec->interval_min);
  for (uint32_t d = 0; d < spec->days && t->code == PVS_OK; d++) {
    long number = climate->first_day + (long)d;
    hx_synth_day day = {.number = number,
                        .off = hx_synth_day_off(number),
                        .winter = hx_synth_winter(number),
                        .steps = steps,
                        .step_min = spec->interval_min,
                        .indoor_c = s->indoor_c,
                        .dark = s->dark,
                        .scratch = s->present};
    condition_day(s, climate, d, steps, day.step_min);
    for (uint32_t i = 0; i < n; i++)
      hx_synth_household_run(&s->households[i], &day, s->values + (size_t)i * steps);
    common_run(&cp, &day, s->values + (size_t)n * steps);
    for (size_t i = 0; i < ((size_t)n + 1) * steps; i++)
      s->values[i] *= hours;
    hx_synth_put_day(t, number, spec->interval_min, s->values, n + 1, decimals);
  }
  return hx_synth_text_end(t);
}

pvs_code hx_synth_put_load_files(hx_synth_text *t, const hx_synth_spec *spec,
                                 const hx_synth_building *building,
                                 const hx_synth_climate *climate) {
  load_scratch scratch = {0};
  pvs_code code = scratch_init(&scratch, spec->customers, 1440 / spec->interval_min);
  for (uint32_t file = 0; file < spec->load_files && code == PVS_OK; file++) {
    char path[64];
    /* Numbered so that byte order is number order. */
    snprintf(path, sizeof path, "load_profiles/" HX_SYNTH_LOAD_FOLDER "/load_%0*u.csv",
             spec->load_files > 9 ? 2 : 1, file + 1);
    hx_synth_text_begin(t, path);
    code = put_load_file(t, spec, building, climate, file, &scratch);
  }
  scratch_deinit(&scratch);
  return code;
}
