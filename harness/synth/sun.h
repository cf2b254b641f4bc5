/* Where the sun stands over Sydney, in local standard time. */
#ifndef HX_SYNTH_SUN_H
#define HX_SYNTH_SUN_H

/* What a day's positions have in common. */
typedef struct hx_synth_sun {
  double sin_declination, cos_declination;
  double noon_min; /* local standard time of the sun's highest position, minutes */
} hx_synth_sun;

/* A unit vector pointing at the sun. */
typedef struct hx_synth_direction {
  double east, north, up;
} hx_synth_direction;

hx_synth_sun hx_synth_sun_of(long day_number);
hx_synth_direction hx_synth_sun_at(const hx_synth_sun *sun, double minute);

#endif
