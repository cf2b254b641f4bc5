/* A demand charge on top of whatever else the tariff charges. */
#include "base/error.h"
#include "model/tariff.h"
#include <string.h>

static bool matches(const char *type) {
  return strstr(type, "Demand") != NULL;
}

static pvs_code compile(pvs_tariff *tariff, const pvs_tariff_terms *terms,
                        const pvs_calendar *calendar, pvs_arena *arena, pvs_error *error) {
  if (!terms->has_demand)
    return PVS_OK;
  double *mask = pvs_arena_alloc(arena, (size_t)calendar->steps + PVS_LANES, sizeof(double));
  if (!mask)
    return pvs_fail_memory(error);
  pvs_series_fill(mask, calendar, terms->demand_period, true, 1);
  tariff->has_demand = true;
  tariff->demand_mask = mask;
  tariff->demand_c_per_kw_day = terms->demand_c_per_kw_day;
  tariff->demand_power_factor = terms->demand_power_factor;
  return PVS_OK;
}

const pvs_tariff_kind pvs_tariff_demand = {"demand", matches, compile};
