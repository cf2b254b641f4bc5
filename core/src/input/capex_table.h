/* capex_en_lookup.csv and capex_pv_lookup.csv (MODEL.md section 8). */
#ifndef PVS_INPUT_CAPEX_TABLE_H
#define PVS_INPUT_CAPEX_TABLE_H

#include "input/study_columns.h"

typedef struct pvs_costing_request {
  const char *en_capex_id, *pv_cap_id; /* "" absent */
  pvs_where en_cell, pv_cell;
  uint32_t n_residents;
  double en_units; /* k, when the arrangement has embedded-network capex */
  bool has_en_capex, has_pv;
  bool is_capex_scaleable;
  double capex_scale; /* pv_kW_peak when the capex is scaleable, else 1 */
  double a_term_years, a_rate, battery_capex_per_kwh;
  const pvs_system *systems;
  uint32_t n_systems;
} pvs_costing_request;

/* Prices of PV beyond these draw a warning, in $/kWp. */
#define PVS_PV_DOLLARS_MIN   250
#define PVS_PV_DOLLARS_MAX   10000
#define PVS_PV_DOLLARS_LEAST 500 /* of a whole system */

/* Whether the PV costs $/W by size: the id contains `pricepoint` or `price_point`. */
bool pvs_capex_is_price_points(const char *pv_cap_id);
/* The costing of what is requested; equal requests share one. */
pvs_code pvs_costing_find(pvs_builder *builder, const pvs_costing_request *request,
                          uint32_t *costing, pvs_error *error);

#endif
