/* One import rate for every step. */
#include "model/tariff.h"
#include <string.h>

static bool matches(const char *type) {
  return strcasestr(type, "Flat") != NULL;
}

static pvs_code compile(pvs_tariff *tariff, const pvs_tariff_terms *terms,
                        const pvs_metering *metering, pvs_arena *arena, pvs_error *error) {
  (void)metering, (void)arena, (void)error;
  tariff->flat_c_per_kwh = terms->flat_c_per_kwh;
  return PVS_OK;
}

const pvs_tariff_kind pvs_tariff_flat = {"flat", matches, compile};
