/* Time of use: up to eight periods, later ones over earlier ones; periods named solar make a second
 * series, the solar rate. */
#include "base/error.h"
#include "model/tariff.h"
#include <string.h>

static bool matches(const char *type) {
  return !strstr(type, "Flat") &&
         (strstr(type, "TOU") || strstr(type, "Solar_Block") || strstr(type, "Solar_Inst"));
}

static double *new_series(const pvs_calendar *calendar, pvs_arena *arena) {
  return pvs_arena_alloc(arena, (size_t)calendar->steps + PVS_LANES, sizeof(double));
}

static bool names_self_consumption(const char *name) {
  return strstr(name, "self_con") || strstr(name, "Self_Con") || strstr(name, "sc") ||
         strstr(name, "SC");
}

static pvs_code compile(pvs_tariff *tariff, const pvs_tariff_terms *terms,
                        const pvs_calendar *calendar, pvs_arena *arena, pvs_error *error) {
  double *import = new_series(calendar, arena), *solar = NULL;
  if (!import)
    return pvs_fail_memory(error);
  bool solar_tariff = strstr(terms->type, "Solar") || strstr(terms->type, "solar");
  for (int i = 0; i < PVS_TARIFF_PERIODS; i++) {
    if (!terms->periods[i].present)
      continue;
    double *series = import;
    if (terms->periods[i].solar) {
      if (!solar && !(solar = new_series(calendar, arena)))
        return pvs_fail_memory(error);
      series = solar;
    }
    pvs_series_fill(series, calendar, terms->periods[i].period, true,
                    terms->periods[i].rate_c_per_kwh);
  }
  tariff->import_rate = import;
  if (solar_tariff) {
    tariff->solar_rate = solar;
    tariff->charges_solar = names_self_consumption(terms->solar_rate_name);
  }
  return PVS_OK;
}

const pvs_tariff_kind pvs_tariff_tou = {"time of use", matches, compile};
