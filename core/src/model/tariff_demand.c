/* A demand charge on top of whatever else the tariff charges. */
#include "base/error.h"
#include "model/tariff.h"
#include <string.h>

static bool matches(const char *type) {
  return strstr(type, "Demand") != NULL;
}

static pvs_code compile(pvs_tariff *tariff, const pvs_tariff_terms *terms,
                        const pvs_metering *metering, pvs_arena *arena, pvs_error *error) {
  tariff->demand_mask = pvs_rate_table(NULL, metering, terms->demand_period, 1, arena);
  if (!tariff->demand_mask)
    return pvs_fail_memory(error);
  tariff->demand_c_per_kw_day = terms->demand_c_per_kw_day;
  tariff->demand_power_factor = terms->demand_power_factor;
  return PVS_OK;
}

const pvs_tariff_kind pvs_tariff_demand = {"demand", matches, compile};
