/* The tables under reference/: tariffs, batteries, strategies, capital costs, daylight saving.
 * The values are made up, within the range of Australian offers. Studies choose from the ids below. */
#ifndef HX_SYNTH_TABLES_H
#define HX_SYNTH_TABLES_H

#include "synth/building.h"
#include "synth/text.h"

/* A list of ids for some purpose. */
typedef struct hx_synth_ids {
  const char *const *ids;
  uint32_t count;
} hx_synth_ids;

typedef struct hx_synth_choices {
  /* Tariffs. */
  hx_synth_ids market, with_pv, network_member,
      solar_retail; /* households: plain, with own PV, in an EN, under a PPA */
  hx_synth_ids common_market, common_member; /* cp */
  hx_synth_ids parent, network;
  /* Capital costs. */
  hx_synth_ids en_capex, retailer_capex;
  hx_synth_ids pv_per_kw;            /* legacy, scaled by kW */
  const char *pv_by_price;           /* price points */
  const char *pv_total, *pv_central; /* legacy, of the fixed systems */
  /* Batteries. */
  hx_synth_ids central;         /* of fixed size */
  hx_synth_ids strategies;      /* for a battery that sees PV */
  hx_synth_ids grid_strategies; /* that charge from the grid */
  const char *central_scaled, *home_scaled, *home;
} hx_synth_choices;

extern const hx_synth_choices hx_synth_choose;

#define HX_SYNTH_NO_TARIFF "TIDNULL"

/* All six files. */
pvs_code hx_synth_put_tables(hx_synth_text *t, const hx_synth_spec *spec,
                             const hx_synth_building *building);
/* reference/tariff_lookup.csv, called by the above. */
pvs_code hx_synth_put_tariffs(hx_synth_text *t);

#endif
