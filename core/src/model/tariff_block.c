/* Block tariffs: each kWh of a day, week or quarter at the rate of its own band. */
#include "base/error.h"
#include "model/tariff.h"
#include <string.h>

static bool matches(const char *type) {
  return strcasestr(type, "Block") || strcasestr(type, "Dynamic");
}

static pvs_code compile(pvs_tariff *tariff, const pvs_tariff_terms *terms,
                        const pvs_metering *metering, pvs_arena *arena, pvs_error *error) {
  (void)metering, (void)arena;
  if (strcasestr(terms->type, "Solar"))
    return pvs_fail(error, PVS_UNSUPPORTED, (pvs_where){.column = "tariff_type"},
                    "found '%s', expected another type: solar block tariffs are not supported",
                    terms->type);
  if (strcasestr(terms->type, "Daily"))
    tariff->block = PVS_BLOCK_DAILY;
  else if (strcasestr(terms->type, "Weekly"))
    tariff->block = PVS_BLOCK_WEEKLY;
  else if (strcasestr(terms->type, "Quarterly"))
    tariff->block = PVS_BLOCK_QUARTERLY;
  else
    return pvs_fail(error, PVS_UNSUPPORTED, (pvs_where){.column = "tariff_type"},
                    "found '%s', expected Block_Daily, Block_Weekly or Block_Quarterly",
                    terms->type);
  memcpy(tariff->block_rate_c_per_kwh, terms->block_rate_c_per_kwh,
         sizeof tariff->block_rate_c_per_kwh);
  memcpy(tariff->block_high_kwh, terms->block_high_kwh, sizeof tariff->block_high_kwh);
  tariff->import_rate = NULL;
  tariff->flat_c_per_kwh = 0;
  return PVS_OK;
}

const pvs_tariff_kind pvs_tariff_block = {"block", matches, compile};
