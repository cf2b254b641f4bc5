/* A year's metering with every kind of block, and a household with PV: what tariffs are charged on.
 */
#ifndef BM_METERED_H
#define BM_METERED_H

#include "bm_data.h"

#include "model/tariff.h"

typedef struct bm_metered {
  const bm_building *building;
  pvs_metering metering;
  uint32_t stride, chunk;
  /* Of the first household, its part of the PV cut from its load: padded series. */
  const double *load;
  double *gen, *import, *export, *consumption;
  double import_kwh, export_kwh;
  pvs_arena arena;
} bm_metered;

/* False: *why says why. */
bool bm_metered_init(bm_metered *metered, char *why);
void bm_metered_deinit(bm_metered *metered);

/* The terms of a tariff of a kind: flat, time_of_use, solar, block_daily, block_weekly,
 * block_quarterly, demand. NULL: no such kind. */
const pvs_tariff_terms *bm_terms(const char *kind);

#endif
