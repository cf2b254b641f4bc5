#include "synth/common.h"

#include "synth/portable_math.h"

void hx_synth_common_init(hx_synth_common *cp, uint64_t seed, uint32_t file, uint32_t households) {
  *cp = (hx_synth_common){.rng = hx_synth_rng(seed, HX_STREAM_COMMON, file, 0),
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

void hx_synth_common_run(hx_synth_common *cp, const hx_synth_day *day, double *kw) {
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
