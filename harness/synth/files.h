/* The files of a base folder, and what studies may choose from. */
#ifndef HX_SYNTH_FILES_H
#define HX_SYNTH_FILES_H

#include "synth/building.h"
#include "synth/climate.h"
#include "synth/text.h"

#include <stdint.h>

/* ---- load files: every household and the common property, under one weather (loads.c) ---- */

/* Saturday, Sunday, or a public holiday of fixed date in New South Wales. */
bool hx_synth_day_off(long day_number);

/* Writes load_profiles/building/load_1.csv and so on. */
pvs_code hx_synth_put_load_files(hx_synth_text *t, const hx_synth_spec *spec,
                                 const hx_synth_building *building,
                                 const hx_synth_climate *climate);

/* ---- PV profiles: clear-sky sun on panels of different orientation, dimmed by the day's sky (pv.c)
 * ---- */

/* Writes pv_profiles/{pv_total,pv_1kW,pv_ind,pv_central}.csv, all under the same clouds. */
pvs_code hx_synth_put_pv_files(hx_synth_text *t, const hx_synth_spec *spec,
                               const hx_synth_building *building, const hx_synth_climate *climate);

/* ---- the rows of load and PV files, an interval each, written day by day (frame.c) ---- */

/* Digits of a reading: a smart meter's 3 at half-hours, more where intervals are short. */
int hx_synth_decimals(uint32_t interval_min);

/* Rows of one day: values[column * steps + step]. */
void hx_synth_put_day(hx_synth_text *t, long day_number, uint32_t interval_min,
                      const double *values, uint32_t columns, int decimals);

/* ---- tables under reference/: tariffs, batteries, strategies, capital costs, daylight saving
 * (tables.c, tariffs.c). The values are made up, within the range of Australian offers. Studies
 * choose from the ids below ---- */

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

/* ---- study files: each energy flow of the sweep with tariffs and costs varied around it (study.c)
 * ---- */

/* Writes studies/synthetic/inputs/study_<kind>.csv: exactly the spec's distinct flows, those of one
 * flow next to each other. */
pvs_code hx_synth_put_study(hx_synth_text *t, const hx_synth_spec *spec,
                            const hx_synth_building *building, hx_synth_kind kind);

#endif
