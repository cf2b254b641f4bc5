#include "synth/sun.h"

#include "base/dates.h"
#include "synth/portable_math.h"

/* 33.9 degrees south; 1.2 degrees east of the meridian of UTC+10, so noon is 4.8 min early. */
static const double sin_latitude = -0.55774510897969;
static const double cos_latitude = 0.83001228509537;
static const double early_min = 4.8;

/* Declination after Cooper (1969), equation of time after Spencer's common three-term form. */
hx_synth_sun hx_synth_sun_of(long day_number) {
  double n = hx_day_of_year(day_number) + 1;
  double declination = 23.45 * HX_SYNTH_PI / 180 * hx_synth_sin(2 * HX_SYNTH_PI * (284 + n) / 365);
  double b = 2 * HX_SYNTH_PI * (n - 81) / 364;
  double equation_min = 9.87 * hx_synth_sin(2 * b) - 7.53 * hx_synth_cos(b) - 1.5 * hx_synth_sin(b);
  return (hx_synth_sun){.sin_declination = hx_synth_sin(declination),
                        .cos_declination = hx_synth_cos(declination),
                        .noon_min = 720 - early_min - equation_min};
}

hx_synth_direction hx_synth_sun_at(const hx_synth_sun *sun, double minute) {
  double hour_angle = (minute - sun->noon_min) * (2 * HX_SYNTH_PI / 1440);
  double sin_h = hx_synth_sin(hour_angle), cos_h = hx_synth_cos(hour_angle);
  double s = sun->sin_declination, c = sun->cos_declination;
  return (hx_synth_direction){.east = -c * sin_h,
                              .north = cos_latitude * s - sin_latitude * c * cos_h,
                              .up = sin_latitude * s + cos_latitude * c * cos_h};
}
