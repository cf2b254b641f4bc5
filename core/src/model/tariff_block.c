/* Block tariffs: each kWh of a day, week or quarter at the rate of its own band. */
#include "base/error.h"
#include "model/tariff.h"
#include <math.h>
#include <string.h>

#define WEEK_S    (7.0 * PVS_SECONDS_PER_DAY)
#define QUARTER_S (91.25 * PVS_SECONDS_PER_DAY) /* 4380 half-hours */

static bool matches(const char *type) {
  return strstr(type, "Block") || strstr(type, "block") || strstr(type, "Dynamic") ||
         strstr(type, "dynamic");
}

static pvs_code compile(pvs_tariff *tariff, const pvs_tariff_terms *terms,
                        const pvs_calendar *calendar, pvs_arena *arena, pvs_error *error) {
  (void)calendar, (void)arena;
  if (strstr(terms->type, "Solar"))
    return pvs_fail(error, PVS_UNSUPPORTED, (pvs_where){.column = "tariff_type"},
                    "solar block tariffs are not supported ('%s')", terms->type);
  if (strstr(terms->type, "Daily"))
    tariff->block = PVS_BLOCK_DAILY;
  else if (strstr(terms->type, "Weekly"))
    tariff->block = PVS_BLOCK_WEEKLY;
  else if (strstr(terms->type, "Quarterly"))
    tariff->block = PVS_BLOCK_QUARTERLY;
  else
    return pvs_fail(
        error, PVS_UNSUPPORTED, (pvs_where){.column = "tariff_type"},
        "found block tariff type '%s', expected Block_Daily, Block_Weekly or Block_Quarterly",
        terms->type);
  memcpy(tariff->block_rate_c_per_kwh, terms->block_rate_c_per_kwh,
         sizeof tariff->block_rate_c_per_kwh);
  memcpy(tariff->block_high_kwh, terms->block_high_kwh, sizeof tariff->block_high_kwh);
  tariff->import_rate = NULL;
  tariff->flat_c_per_kwh = 0;
  return PVS_OK;
}

const pvs_tariff_kind pvs_tariff_block = {"block", matches, compile};

static int64_t block_of(const pvs_tariff *tariff, const pvs_calendar *calendar, uint32_t step) {
  int64_t since_start = (int64_t)step * calendar->interval_s;
  switch (tariff->block) {
  case PVS_BLOCK_DAILY: {
    pvs_time day = calendar->start + since_start;
    return (day - (day % PVS_SECONDS_PER_DAY + PVS_SECONDS_PER_DAY) % PVS_SECONDS_PER_DAY) /
           PVS_SECONDS_PER_DAY;
  }
  case PVS_BLOCK_WEEKLY:
    return (int64_t)floor((double)since_start / WEEK_S);
  case PVS_BLOCK_QUARTERLY:
    return (int64_t)floor((double)since_start / QUARTER_S);
  case PVS_BLOCK_NONE:
    break;
  }
  return 0;
}

/* kWh of [from, to) above `above`, at `rate` instead of the band's below. */
static double band_cents(double from, double to, double above, double extra_rate) {
  double over = to - (from > above ? from : above);
  return over > 0 ? over * extra_rate : 0;
}

void pvs_block_charge(const pvs_tariff *tariff, const pvs_calendar *calendar, uint32_t first,
                      uint32_t n, const double *import, pvs_charge *charge) {
  const double *rate = tariff->block_rate_c_per_kwh, *high = tariff->block_high_kwh;
  double used = charge->block_used_kwh, cents = charge->block_cents;
  for (uint32_t t = 0; t < n && first + t < calendar->steps; t++) {
    int64_t block = block_of(tariff, calendar, first + t);
    if (block != charge->block_index) {
      charge->block_index = block;
      used = 0;
    }
    double to = used + import[t];
    cents += import[t] * rate[0];
    if (to > high[0])
      cents += band_cents(used, to, high[0], rate[1] - rate[0]);
    if (to > high[1])
      cents += band_cents(used, to, high[1], rate[2] - rate[1]);
    used = to;
  }
  charge->block_used_kwh = used;
  charge->block_cents = cents;
}
