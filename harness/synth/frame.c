#include "synth/files.h"

#include "base/dates.h"

#include <stdio.h>

int hx_synth_decimals(uint32_t interval_min) {
  return interval_min >= 15 ? 3 : interval_min >= 5 ? 4 : 5;
}

void hx_synth_put_day(hx_synth_text *t, long day_number, uint32_t interval_min,
                      const double *values, uint32_t columns, int decimals) {
  uint32_t steps = 1440 / interval_min;
  hx_date date = hx_date_of(day_number);
  char day_text[40];
  snprintf(day_text, sizeof day_text, "%d/%02d/%04d ", date.day, date.month, date.year);
  for (uint32_t step = 0; step < steps; step++) {
    uint32_t minute = step * interval_min;
    hx_synth_put(t, day_text);
    hx_synth_put_uint(t, minute / 60);
    hx_synth_put_char(t, ':');
    hx_synth_put_char(t, (char)('0' + minute % 60 / 10));
    hx_synth_put_char(t, (char)('0' + minute % 10));
    for (uint32_t c = 0; c < columns; c++) {
      hx_synth_put_char(t, ',');
      hx_synth_put_number(t, values[(size_t)c * steps + step], decimals);
    }
    hx_synth_put_char(t, '\n');
  }
}
