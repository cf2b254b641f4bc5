/* What the equipment of a scenario costs (MODEL.md section 8). */
#include "input/row_costing.h"
#include "base/number.h"
#include "input/battery_table.h"
#include "input/capex_table.h"
#include <math.h>
#include <string.h>

enum {
  MOST_YEARS = 1000, /* of repayment: each month is a term of the present value */
  MOST_KWP = 2000,
  MANY_DAYS = 60 /* enough for a clear sky */
};
#define MOST_KW_PER_KWP 1.4

static pvs_code read_loan(const pvs_row *row, pvs_costing_request *request, pvs_error *error) {
  const struct pvs_study_columns *c = row->builder->columns;
  double years, rate;
  pvs_code code = pvs_row_number(row, c->a_term, NAN, &years, error);
  if (!code)
    code = pvs_row_number(row, c->a_rate, NAN, &rate, error);
  request->a_term_years = 1;
  if (!code && years > 0 && years <= MOST_YEARS)
    request->a_term_years = years;
  else if (!code && (!isnan(years) || !*pvs_row_text(row, c->a_term)))
    code = pvs_row_refuse(row, c->a_term, error, "years of repayment, more than 0 and at most %d",
                          MOST_YEARS);
  if (!code && rate >= 0 && rate <= 1)
    request->a_rate = rate;
  else if (!code && (!isnan(rate) || !*pvs_row_text(row, c->a_rate)))
    code = pvs_row_refuse(row, c->a_rate, error,
                          "a yearly interest rate as a fraction, 0 to 1 (0.05 for 5 %%)");
  if (!code && request->a_term_years < 1)
    code = pvs_row_warn(row, c->a_term, error, "found %g years of repayment; usual are 5 to 30",
                        request->a_term_years);
  if (!code && request->a_term_years > 60)
    code = pvs_row_warn(row, c->a_term, error, "found %g years of repayment; usual are 5 to 30",
                        request->a_term_years);
  if (!code && request->a_rate > 0 && (request->a_rate < 0.002 || request->a_rate > 0.3))
    code = pvs_row_warn(row, c->a_rate, error,
                        "found an interest rate of %g, which is %g %%; usual are 0 to 0.12",
                        request->a_rate, 100 * request->a_rate);
  return code;
}

static bool names_battery(const pvs_row *row) {
  const struct pvs_study_columns *c = row->builder->columns;
  bool found = *pvs_row_text(row, c->central.id) || *pvs_row_text(row, c->all.id);
  for (uint32_t i = 0; i < row->folder->n_residents && !found; i++)
    found = *pvs_row_text(row, row->columns->battery[i].id);
  return found;
}

static pvs_code read_battery_price(const pvs_row *row, pvs_costing_request *request,
                                   pvs_error *error) {
  int32_t column = row->builder->columns->battery_capex_per_kwh;
  double *price = &request->battery_capex_per_kwh;
  pvs_code code = pvs_row_number(row, column, 0, price, error);
  if (!code && *price < 0)
    return pvs_row_refuse(row, column, error, "$/kWh, 0 or more");
  if (code || !*pvs_row_text(row, column))
    return code;
  if (*price == 0)
    return pvs_row_warn(row, column, error,
                        "found 0, which prices nothing: the lookup's prices are used");
  if (!names_battery(row))
    return pvs_row_warn(row, column, error,
                        "found a price, which is not used: this row has no battery");
  if (*price > PVS_BATTERY_DOLLARS_MAX || *price < PVS_BATTERY_DOLLARS_MIN)
    return pvs_row_warn(row, column, error, "found %g $/kWh; usual are 300 to 2000", *price);
  return PVS_OK;
}

static pvs_code read_capex_scale(const pvs_row *row, pvs_costing_request *request,
                                 pvs_error *error) {
  const struct pvs_study_columns *c = row->builder->columns;
  bool scaleable, capex_scaleable;
  double peak;
  pvs_code code = pvs_row_boolean(row, c->pv_scaleable, false, &scaleable, error);
  if (!code)
    code = pvs_row_boolean(row, c->pv_capex_scaleable, scaleable, &capex_scaleable, error);
  if (!code)
    code = pvs_row_number(row, c->pv_kw_peak, NAN, &peak, error);
  if (code || !request->has_pv || !capex_scaleable)
    return code;
  if (scaleable || (isnan(peak) && *pvs_row_text(row, c->pv_kw_peak)))
    peak = peak >= 0 ? peak : 1; /* only in a check: what is wrong is said already */
  if (!(peak >= 0))
    return pvs_row_refuse(row, c->pv_kw_peak >= 0 ? c->pv_kw_peak : c->pv_capex_scaleable, error,
                          "the kWp of a scaleable capex in pv_kW_peak, 0 or more");
  request->capex_scale = peak;
  request->is_capex_scaleable = true;
  return PVS_OK;
}

/* Once per row, since a building may have many systems. */
static pvs_code warn_unused_system(const pvs_row *row, pvs_error *error) {
  const struct pvs_study_columns *c = row->builder->columns;
  for (uint32_t i = 0; i < c->n_kwp; i++) {
    const char *text = pvs_row_text(row, c->kwp[i]);
    double kwp = NAN;
    if (*text && !(pvs_parse_double(text, strlen(text), &kwp) && kwp == 0))
      return pvs_row_warn(row, c->kwp[i], error,
                          "found a size, which is not used: this row has no PV");
  }
  return PVS_OK;
}

static pvs_code read_systems(const pvs_row *row, pvs_costing_request *request, pvs_error *error) {
  const struct pvs_study_columns *c = row->builder->columns;
  if (!request->has_pv)
    return warn_unused_system(row, error);
  for (uint32_t i = 0; i < c->n_kwp; i++) {
    double kwp;
    pvs_code code = pvs_row_number(row, c->kwp[i], NAN, &kwp, error);
    if (!code && kwp < 0)
      code = pvs_row_refuse(row, c->kwp[i], error, "kWp, 0 or more");
    if (code)
      return code;
    if (isnan(kwp))
      continue;
    if (kwp > MOST_KWP)
      code = pvs_row_warn(row, c->kwp[i], error, "found %g kWp; usual are 1 to 500", kwp);
    if (!code && *request->pv_cap_id && !pvs_capex_is_price_points(request->pv_cap_id))
      code = pvs_row_warn(row, c->kwp[i], error,
                          "found %g, which is not used: '%.80s' has no price points in its name",
                          kwp, request->pv_cap_id);
    if (code)
      return code;
    c->scratch_systems[request->n_systems++] =
        (pvs_system){.owner = pvs_folder_owner(row->folder, c->kwp_owners[i]), .kwp = kwp};
  }
  return PVS_OK;
}

/* What this row leaves empty while others give it. */
static pvs_code warn_free(const pvs_row *row, const pvs_costing_request *request,
                          pvs_error *error) {
  const struct pvs_study_columns *c = row->builder->columns;
  pvs_code code = PVS_OK;
  if (request->has_pv && !*request->pv_cap_id && c->pv_cap_id >= 0 && c->has_value[c->pv_cap_id])
    code = pvs_row_warn(row, c->pv_cap_id, error,
                        "found an empty cell: the PV of this row costs nothing");
  if (!code && request->has_en_capex && !*request->en_capex_id && c->en_capex_id >= 0 &&
      c->has_value[c->en_capex_id])
    code = pvs_row_warn(row, c->en_capex_id, error,
                        "found an empty cell: the embedded network of this row costs nothing");
  return code;
}

static bool is_scaled(const pvs_row *row) {
  const char *text = pvs_row_text(row, row->builder->columns->pv_scaleable);
  bool scaleable = false;
  return pvs_parse_boolean(text, &scaleable) && scaleable;
}

static bool has_many_days(const pvs_profile *profile) {
  return (uint64_t)profile->steps * profile->interval_s >= MANY_DAYS * (uint64_t)PVS_DAY_S;
}

/* A size that is priced beside the most that it generates. */
static pvs_code warn_power(const pvs_row *row, const pvs_scenario *scenario, int32_t column,
                           double kwp, double kw, pvs_error *error) {
  const pvs_profile *profile = &row->builder->study->pvs[scenario->pv].profile;
  if (row->builder->pv_peaks_kw[scenario->pv] == 0 ||
      (kw <= MOST_KW_PER_KWP * kwp && kw >= (has_many_days(profile) ? 0.3 : 0.05) * kwp))
    return PVS_OK;
  return pvs_row_warn(row, column, error,
                      "found %g kWp, but this PV generates at most %.3g kW; usual are 0.6 to 1.1 "
                      "kW per kWp%s",
                      kwp, kw,
                      kw < kwp && kw <= MOST_KW_PER_KWP && !is_scaled(row)
                          ? " (is it a profile for 1 kWp, without pv_scaleable in this row?)"
                          : "");
}

/* A system beside the column of the PV file that is its owner's. */
static pvs_code warn_system(const pvs_row *row, const pvs_scenario *scenario, uint32_t number,
                            double kwp, pvs_error *error) {
  const struct pvs_study_columns *c = row->builder->columns;
  const pvs_study *study = row->builder->study;
  const pvs_profile *profile = &study->pvs[scenario->pv].profile;
  const int32_t *column_of =
      row->builder->owner_maps[(size_t)scenario->folder * study->n_pvs + scenario->pv].column_of;
  const uint32_t owner = pvs_folder_owner(row->folder, c->kwp_owners[number]);
  const bool is_one = profile->n_series == 1;
  if (owner == PVS_NONE || (!is_one && !column_of))
    return PVS_OK;
  if (is_one ? row->arrangement->central_is_owner && owner < row->folder->n_residents
             : column_of[owner] < 0)
    return pvs_row_warn(row, c->kwp[number], error,
                        "found %g kWp, which are priced and generate nothing: %s", kwp,
                        is_one ? "the only column of this PV is central's"
                               : "this PV has no column of their owner");
  return is_one ? PVS_OK
                : warn_power(row, scenario, c->kwp[number], kwp,
                             row->builder->pv_columns_kw[scenario->pv][column_of[owner]] *
                                 scenario->pv_scale,
                             error);
}

static pvs_code warn_systems(const pvs_row *row, const pvs_scenario *scenario,
                             const pvs_costing_request *request, pvs_error *error) {
  const struct pvs_study_columns *c = row->builder->columns;
  const uint32_t n_series = row->builder->study->pvs[scenario->pv].profile.n_series;
  double all = 0;
  int32_t first = -1;
  pvs_code code = PVS_OK;
  const uint64_t calls = row->builder->notes.calls;
  for (uint32_t i = 0; i < c->n_kwp && request->n_systems > 0 && !code; i++) {
    const char *text = pvs_row_text(row, c->kwp[i]);
    double kwp;
    if (!pvs_parse_double(text, strlen(text), &kwp) || !(kwp > 0 && kwp <= MOST_KWP))
      continue;
    all += kwp;
    first = first < 0 ? c->kwp[i] : first;
    if (row->builder->notes.calls == calls) /* once per row: a building may have many systems */
      code = warn_system(row, scenario, i, kwp, error);
  }
  const bool is_whole = n_series == 1 ? !is_scaled(row) : !row->arrangement->by_name;
  if (code || first < 0 || !is_whole)
    return code;
  return warn_power(row, scenario, first, all,
                    row->builder->pv_peaks_kw[scenario->pv] * scenario->pv_scale, error);
}

/* One price for the whole PV beside the most that it generates, or its kWp. */
static pvs_code warn_price(const pvs_row *row, const pvs_scenario *scenario,
                           const pvs_costing_request *request, pvs_error *error) {
  const double capex = row->builder->costings.items[scenario->costing].pv_capex;
  const bool scaled = is_scaled(row);
  if (!(capex >= PVS_PV_DOLLARS_LEAST) || (scaled && request->is_capex_scaleable))
    return PVS_OK;
  const double kwp = scaled ? scenario->pv_scale : row->builder->pv_peaks_kw[scenario->pv],
               per_kwp = capex / kwp;
  const bool knows_most = scaled || has_many_days(&row->builder->study->pvs[scenario->pv].profile);
  if (!(kwp > 0) ||
      (per_kwp >= PVS_PV_DOLLARS_MIN && !(per_kwp > PVS_PV_DOLLARS_MAX && knows_most)))
    return PVS_OK;
  return pvs_row_warn(row, row->builder->columns->pv_cap_id, error,
                      "found '%.80s', $%g for PV of %s%.4g kW%s, which is %.3g $/kWp; usual are "
                      "800 to 3000",
                      request->pv_cap_id, capex, scaled ? "" : "up to ", kwp, scaled ? "p" : "",
                      per_kwp);
}

/* Sizes that are priced beside the size that generates. */
static pvs_code warn_other_size(const pvs_row *row, const pvs_scenario *scenario,
                                const pvs_costing_request *request, pvs_error *error) {
  double kwp = 0;
  for (uint32_t i = 0; i < request->n_systems; i++)
    kwp += request->systems[i].kwp;
  if (!is_scaled(row) || fabs(kwp - scenario->pv_scale) <= 0.01 * scenario->pv_scale ||
      row->builder->study->pvs[scenario->pv].profile.n_series > 1)
    return PVS_OK;
  return pvs_row_warn(row, row->builder->columns->pv_kw_peak, error,
                      "found %g kWp of PV, but the systems that are priced in this row have %g",
                      scenario->pv_scale, kwp);
}

static bool has_system(const pvs_costing_request *request, uint32_t owner) {
  for (uint32_t i = 0; i < request->n_systems; i++)
    if (request->systems[i].owner == owner)
      return true;
  return false;
}

/* Under price points a PV system without a kWp costs nothing. */
static pvs_code warn_without_size(const pvs_row *row, const pvs_scenario *scenario,
                                  const pvs_costing_request *request, pvs_error *error) {
  const pvs_study *study = row->builder->study;
  int32_t column = row->builder->columns->pv_cap_id;
  if (request->n_systems == 0)
    return pvs_row_warn(row, column, error,
                        "found price points, but no <owner>_kWp in this row: its PV costs nothing");
  const pvs_owner_map *map =
      &row->builder->owner_maps[(size_t)scenario->folder * study->n_pvs + scenario->pv];
  for (uint32_t owner = 0; map->column_of && owner <= request->n_residents; owner++)
    if (map->column_of[owner] >= 0 && !has_system(request, owner) &&
        row->builder->pv_columns_kw[scenario->pv][map->column_of[owner]] > 0) {
      const char *name = owner == request->n_residents ? "central" : row->folder->residents[owner];
      return pvs_row_warn(row, column, error,
                          "found price points, but no %.80s_kWp in this row: the PV of '%.80s' "
                          "costs nothing",
                          name, name);
    }
  return PVS_OK;
}

static pvs_code warn_price_points(const pvs_row *row, const pvs_scenario *scenario,
                                  const pvs_costing_request *request, pvs_error *error) {
  pvs_code code = request->n_systems > 0 ? warn_other_size(row, scenario, request, error) : PVS_OK;
  if (!code)
    code = warn_systems(row, scenario, request, error);
  return code ? code : warn_without_size(row, scenario, request, error);
}

pvs_code pvs_row_costing(const pvs_row *row, pvs_scenario *scenario, pvs_error *error) {
  pvs_builder *builder = row->builder;
  const struct pvs_study_columns *c = builder->columns;
  pvs_costing_request request = {
      .en_capex_id = pvs_row_text(row, c->en_capex_id),
      .pv_cap_id = pvs_row_text(row, c->pv_cap_id),
      .en_cell = pvs_row_at(row, c->en_capex_id),
      .pv_cell = pvs_row_at(row, c->pv_cap_id),
      .n_residents = row->folder->n_residents,
      .en_units = row->folder->n_residents - (row->arrangement->en_units_include_cp ? 0 : 1),
      .has_en_capex = row->arrangement->has_en_capex,
      .has_pv = scenario->pv != PVS_NONE,
      .capex_scale = 1,
      .systems = c->scratch_systems,
  };
  pvs_code code = read_loan(row, &request, error);
  if (!code)
    code = read_battery_price(row, &request, error);
  if (!code)
    code = read_capex_scale(row, &request, error);
  if (!code)
    code = read_systems(row, &request, error);
  if (!code)
    code = warn_free(row, &request, error);
  if (!code && request.has_pv && pvs_capex_is_price_points(request.pv_cap_id))
    code = warn_price_points(row, scenario, &request, error);
  if (!code)
    code = pvs_costing_find(builder, &request, &scenario->costing, error);
  return code || !request.has_pv ? code : warn_price(row, scenario, &request, error);
}
