#include "synth/climate.h"

#include "base/dates.h"
#include "synth/portable_math.h"
#include "synth/rng.h"

#include <stdlib.h>

double hx_synth_winter(long day_number) {
  return -hx_synth_cos(2 * HX_SYNTH_PI * (hx_day_of_year(day_number) - 18) / 365.25);
}

/* Days keep their kind more often than not. */
static hx_synth_sky next_sky(hx_synth_sky today, double u) {
  static const double clear[] = {0.62, 0.36, 0.20}, overcast[] = {0.09, 0.24, 0.42};
  if (u < clear[today])
    return HX_SKY_CLEAR;
  return u < 1 - overcast[today] ? HX_SKY_PARTLY : HX_SKY_OVERCAST;
}

pvs_code hx_synth_climate_init(hx_synth_climate *climate, uint64_t seed, long first_day,
                               uint32_t days) {
  static const double sky_max_c[] = {1.6, 0.2, -2.8}, sky_min_c[] = {-1.1, 0.1, 1.0};
  *climate = (hx_synth_climate){.first_day = first_day, .days = days};
  climate->weather = calloc((size_t)days + 2, sizeof *climate->weather);
  if (!climate->weather)
    return PVS_NO_MEMORY;
  hx_rng rng = hx_synth_rng(seed, HX_STREAM_WEATHER, 0, 0);
  hx_synth_sky sky = HX_SKY_CLEAR;
  double warm_c = 0, night_c = 0;
  for (uint32_t i = 0; i < days + 2; i++) {
    double winter = hx_synth_winter(first_day - 1 + (long)i);
    sky = next_sky(sky, hx_rng_uniform(&rng));
    /* Warm air lasts a few days; in the warm half-year inland air brings heat that fades quickly.
     */
    double heat_draw = hx_rng_uniform(&rng), heat_c = hx_synth_between(&rng, 6, 13);
    warm_c = 0.55 * warm_c + (1.9 - 0.5 * winter) * hx_synth_normal(&rng);
    if (heat_draw < -0.09 * winter && sky != HX_SKY_OVERCAST)
      warm_c += heat_c;
    night_c = 0.6 * night_c + 1.5 * hx_synth_normal(&rng);
    double max_c = 21.9 - 4.6 * winter + sky_max_c[sky] + warm_c;
    double min_c = 13.8 - 5.3 * winter + sky_min_c[sky] + 0.25 * warm_c + night_c;
    if (max_c < min_c + 2.5)
      max_c = min_c + 2.5;
    climate->weather[i] = (hx_synth_weather){.min_c = min_c, .max_c = max_c, .sky = sky};
  }
  return PVS_OK;
}

void hx_synth_climate_deinit(hx_synth_climate *climate) {
  free(climate->weather);
  climate->weather = NULL;
}

const hx_synth_weather *hx_synth_climate_day(const hx_synth_climate *climate, uint32_t day) {
  return &climate->weather[day + 1];
}

double hx_synth_temperature_c(const hx_synth_climate *climate, uint32_t day, double minute) {
  enum { COLDEST = 6 * 60, WARMEST = 15 * 60, MINUTES = 24 * 60 };
  const hx_synth_weather *w = hx_synth_climate_day(climate, day);
  double from, to, part;
  if (minute < COLDEST) {
    from = w[-1].max_c;
    to = w->min_c;
    part = (minute + MINUTES - WARMEST) / (MINUTES - WARMEST + COLDEST);
  } else if (minute < WARMEST) {
    from = w->min_c;
    to = w->max_c;
    part = (minute - COLDEST) / (WARMEST - COLDEST);
  } else {
    from = w->max_c;
    to = w[1].min_c;
    part = (minute - WARMEST) / (MINUTES - WARMEST + COLDEST);
  }
  return from + (to - from) * 0.5 * (1 - hx_synth_cos(HX_SYNTH_PI * part));
}
