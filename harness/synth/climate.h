/* Weather day by day: temperatures and the kind of sky, correlated from day to day as in
 * Sydney. */
#ifndef HX_SYNTH_CLIMATE_H
#define HX_SYNTH_CLIMATE_H

#include "pvs/pvs.h"

#include <stdint.h>

typedef enum hx_synth_sky { HX_SKY_CLEAR, HX_SKY_PARTLY, HX_SKY_OVERCAST } hx_synth_sky;

typedef struct hx_synth_weather {
  double min_c, max_c; /* around 6:00 and 15:00 */
  hx_synth_sky sky;
} hx_synth_weather;

typedef struct hx_synth_climate {
  long first_day; /* day number, see base/dates.h */
  uint32_t days;
  hx_synth_weather
      *weather; /* owned: days + 2, from the day before the first to the day after the last */
} hx_synth_climate;

/* PVS_NO_MEMORY or PVS_OK. */
pvs_code hx_synth_climate_init(hx_synth_climate *climate, uint64_t seed, long first_day,
                               uint32_t days);
void hx_synth_climate_deinit(hx_synth_climate *climate);

/* day: 0 is the first day of the series. */
const hx_synth_weather *hx_synth_climate_day(const hx_synth_climate *climate, uint32_t day);
/* Of the air, °C. minute within [0, 1440]. */
double hx_synth_temperature_c(const hx_synth_climate *climate, uint32_t day, double minute);
/* 1 in mid-July, -1 in mid-January. */
double hx_synth_winter(long day_number);

#endif
