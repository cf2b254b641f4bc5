/* Time of use: up to eight periods, of which a later one replaces an earlier one. Periods named solar
 * make a second table, the solar rate. It is charged in solar tariffs only, but saved for all. */
#include "base/error.h"
#include "model/tariff.h"
#include <string.h>

static bool matches(const char *type) {
  return !strcasestr(type, "Flat") && (strcasestr(type, "TOU") || strcasestr(type, "Solar_Block") ||
                                       strcasestr(type, "Solar_Inst"));
}

bool pvs_tariff_names_self_consumption(const char *name) {
  return strstr(name, "self_con") || strstr(name, "Self_Con") || strstr(name, "sc") ||
         strstr(name, "SC");
}

static pvs_code compile(pvs_tariff *tariff, const pvs_tariff_terms *terms,
                        const pvs_metering *metering, pvs_arena *arena, pvs_error *error) {
  double *import = pvs_arena_alloc(arena, metering->days.n_entries, sizeof *import), *solar = NULL;
  if (!import)
    return pvs_fail_memory(error);
  bool solar_tariff = strstr(terms->type, "Solar") || strstr(terms->type, "solar");
  for (int i = 0; i < PVS_TARIFF_PERIODS; i++) {
    if (!terms->periods[i].present)
      continue;
    double **table = terms->periods[i].solar ? &solar : &import;
    *table = pvs_rate_table(*table, metering, terms->periods[i].period,
                            terms->periods[i].rate_c_per_kwh, arena);
    if (!*table)
      return pvs_fail_memory(error);
  }
  tariff->import_rate = import;
  tariff->solar_rate = solar;
  tariff->charges_solar = solar_tariff && pvs_tariff_names_self_consumption(terms->solar_rate_name);
  return PVS_OK;
}

const pvs_tariff_kind pvs_tariff_tou = {"time of use", matches, compile};
