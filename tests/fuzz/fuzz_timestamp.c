/* Timestamps and clock times: what is read is a time that reads back from its own text. */
#include "base/calendar.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int truth) {
  if (!truth) {
    abort();
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const char *text = size > 0 ? (const char *)data : "";
  pvs_time time;
  if (pvs_parse_timestamp(text, size, &time)) {
    require(size >= sizeof "1/1/13" - 1);
    char iso[PVS_TIMESTAMP_LENGTH];
    pvs_format_timestamp(iso, time);
    pvs_time back;
    require(pvs_parse_timestamp(iso, sizeof iso, &back) && back == time);
    const int year = pvs_year_of(time);
    require(pvs_year_start(year) <= time && time < pvs_year_start(year + 1));
    require(pvs_is_weekend(time) == pvs_is_weekend(time + (pvs_time)7 * 86400));
  }
  uint32_t seconds;
  if (pvs_parse_clock(text, size, &seconds)) {
    require(size >= 4 && size <= 8 && seconds <= 86400);
  }
  return 0;
}
