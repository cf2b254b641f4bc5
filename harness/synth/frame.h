/* The common frame of load and PV files: a header, then a row for each interval, written day by day. */
#ifndef HX_SYNTH_FRAME_H
#define HX_SYNTH_FRAME_H

#include "synth/text.h"

#include <stdint.h>

/* Digits of a reading: a smart meter's 3 at half-hours, more where intervals are short. */
int hx_synth_decimals(uint32_t interval_min);

/* Rows of one day: values[column * steps + step]. */
void hx_synth_put_day(hx_synth_text *t, long day_number, uint32_t interval_min,
                      const double *values, uint32_t columns, int decimals);

#endif
