/* What the equipment of a scenario costs (MODEL.md section 8). */
#include "input/row_costing.h"
#include "input/capex_table.h"
#include <math.h>

enum { MOST_YEARS = 1000 }; /* of repayment: each month is a term of the present value */

pvs_code pvs_row_costing(const pvs_row *row, pvs_scenario *scenario, pvs_error *error) {
  pvs_builder *builder = row->builder;
  const struct pvs_study_columns *c = builder->columns;
  pvs_costing_request request = {
      .en_capex_id = pvs_row_text(row, c->en_capex_id),
      .pv_cap_id = pvs_row_text(row, c->pv_cap_id),
      .en_cell = pvs_row_at(row, c->en_capex_id),
      .pv_cell = pvs_row_at(row, c->pv_cap_id),
      .n_residents = row->folder->n_residents,
      .scenario = row->index,
      .en_units = row->folder->n_residents - (row->arrangement->en_units_include_cp ? 0 : 1),
      .has_en_capex = row->arrangement->has_en_capex,
      .has_pv = scenario->pv != PVS_NONE,
      .capex_scale = 1,
      .systems = c->scratch_systems,
  };
  bool scaleable, capex_scaleable;
  double peak;
  pvs_code code = pvs_row_number(row, c->a_term, NAN, &request.a_term_years, error);
  if (!code && !(request.a_term_years > 0 && request.a_term_years <= MOST_YEARS))
    return pvs_fail(error, PVS_BAD_VALUE, pvs_row_at(row, c->a_term),
                    PVS_FOUND ", expected years of repayment, more than 0 and at most %d",
                    PVS_FOUND_ARGS(pvs_row_text(row, c->a_term)), MOST_YEARS);
  if (!code)
    code = pvs_row_number(row, c->a_rate, NAN, &request.a_rate, error);
  if (!code && !(request.a_rate >= 0))
    return pvs_fail(error, PVS_BAD_VALUE, pvs_row_at(row, c->a_rate),
                    PVS_FOUND ", expected a yearly interest rate as a fraction, 0 or more",
                    PVS_FOUND_ARGS(pvs_row_text(row, c->a_rate)));
  if (!code)
    code = pvs_row_number(row, c->battery_capex_per_kwh, 0, &request.battery_capex_per_kwh, error);
  if (!code && request.battery_capex_per_kwh < 0)
    return pvs_fail(error, PVS_BAD_VALUE, pvs_row_at(row, c->battery_capex_per_kwh),
                    "found %g, expected $/kWh, 0 or more", request.battery_capex_per_kwh);
  if (!code)
    code = pvs_row_boolean(row, c->pv_scaleable, false, &scaleable, error);
  if (!code)
    code = pvs_row_boolean(row, c->pv_capex_scaleable, scaleable, &capex_scaleable, error);
  if (!code)
    code = pvs_row_number(row, c->pv_kw_peak, NAN, &peak, error);
  if (code)
    return code;
  if (request.has_pv && capex_scaleable) {
    if (!(peak >= 0))
      return pvs_fail(error, PVS_BAD_VALUE,
                      pvs_study_at(builder, row->number,
                                   c->pv_kw_peak >= 0 ? c->pv_kw_peak : c->pv_capex_scaleable),
                      PVS_FOUND ", expected the kWp of a scaleable capex in pv_kW_peak, 0 or more",
                      PVS_FOUND_ARGS(pvs_row_text(row, c->pv_kw_peak)));
    request.capex_scale = peak;
  }
  for (uint32_t i = 0; i < c->n_kwp && request.has_pv; i++) {
    double kwp;
    code = pvs_row_number(row, c->kwp[i], NAN, &kwp, error);
    if (code)
      return code;
    if (isnan(kwp))
      continue;
    if (kwp < 0)
      return pvs_fail(error, PVS_BAD_VALUE, pvs_row_at(row, c->kwp[i]),
                      "found %g, expected kWp, 0 or more", kwp);
    c->scratch_systems[request.n_systems++] =
        (pvs_system){.owner = pvs_folder_owner(row->folder, c->kwp_owners[i]), .kwp = kwp};
  }
  return pvs_costing_find(builder, &request, &scenario->costing, error);
}
