#include "base/clock.h"

#include <stdio.h>

void hx_utc_now(char text[HX_UTC_TEXT]) {
  struct timespec now;
  struct tm utc;
  char seconds[24];
  clock_gettime(CLOCK_REALTIME, &now);
  gmtime_r(&now.tv_sec, &utc);
  strftime(seconds, sizeof seconds, "%Y-%m-%dT%H:%M:%S", &utc);
  snprintf(text, HX_UTC_TEXT, "%s.%06ldZ", seconds, now.tv_nsec / 1000);
}
