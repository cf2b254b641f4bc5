/* capex_en_lookup.csv and capex_pv_lookup.csv: what a scenario's equipment costs in a year
 * (MODEL.md section 8). */
#include "input/capex_table.h"
#include "base/number.h"
#include "input/table_row.h"
#include "model/finance.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool pvs_capex_is_price_points(const char *pv_cap_id) {
  return strstr(pv_cap_id, "pricepoint") || strstr(pv_cap_id, "price_point");
}

/* An amount of money, 0 when absent. */
static double dollars(pvs_table_row *r, const char *column) {
  double value = pvs_table_row_number(r, column, 0);
  if (value < 0)
    pvs_table_row_refuse(r, column, "$, 0 or more");
  return value;
}

static pvs_code embedded_network(pvs_builder *builder, const pvs_costing_request *request,
                                 pvs_costing *costing, pvs_error *error) {
  if (!*request->en_capex_id)
    return PVS_OK;
  pvs_table_row r = {.table = &builder->en_table, .notes = &builder->notes, .error = error};
  pvs_code code =
      pvs_table_find(r.table, "en_capex_id", request->en_capex_id, request->en_cell, &r.row, error);
  if (code)
    return pvs_settle(&builder->notes, code, error);
  double site_capex = dollars(&r, "site_capex"), unit_capex = dollars(&r, "unit_capex"),
         site_opex = dollars(&r, "site_opex"), unit_opex = dollars(&r, "unit_opex");
  if (r.code || !request->has_en_capex)
    return r.code;
  costing->en_opex = site_opex + unit_opex * request->en_units;
  costing->en_repayment = pvs_annual_repayment(site_capex + unit_capex * request->en_units,
                                               request->a_term_years, request->a_rate);
  return PVS_OK;
}

/* Not with strtod: in some locales it stops at a point. */
static bool parse_edge(const char *text, size_t length, double *edge) {
  if (length == 3 && strncmp(text, "inf", length) == 0) {
    *edge = INFINITY;
    return true;
  }
  return pvs_parse_double(text, length, edge);
}

/* $/W of the first band lo < kWp <= hi that has a price, among columns `<kind>_lo_hi`; *found false
 * when there is none. */
static pvs_code band_price(const pvs_table *table, uint32_t row, const char *kind, double kwp,
                           double *price, bool *found, pvs_error *error) {
  size_t length = strlen(kind);
  *price = 0;
  *found = false;
  for (uint32_t column = 0; column < table->n_columns; column++) {
    const char *name = table->header[column];
    if (strncmp(name, kind, length) != 0 || name[length] != '_')
      continue;
    const char *low_text = name + length + 1, *middle = strchr(low_text, '_');
    double low, high;
    if (!middle || !parse_edge(low_text, (size_t)(middle - low_text), &low) ||
        !parse_edge(middle + 1, strlen(middle + 1), &high) || !(low < kwp && kwp <= high) ||
        !*pvs_table_cell(table, row, (int32_t)column))
      continue;
    *found = true;
    return pvs_table_number(table, row, (int32_t)column, 0, price, error);
  }
  return PVS_OK;
}

/* How often an inverter is bought again within the term. */
static double replacements(double a_term_years, double inverter_life_years) {
  return inverter_life_years > 0 ? trunc(a_term_years / inverter_life_years - 0.01) : 0;
}

static double repayment_of(double capex, const pvs_costing_request *request) {
  return capex > 0 ? pvs_annual_repayment(capex, request->a_term_years, request->a_rate) : 0;
}

static pvs_code warn_no_price(pvs_builder *builder, const pvs_costing_request *request,
                              const pvs_system *system, const char *what, pvs_error *error) {
  return pvs_warn(&builder->notes, error, request->pv_cell,
                  "found '%.80s', which has no price for the %s of %g kWp in %s: it costs nothing",
                  request->pv_cap_id, what, system->kwp, builder->pv_table.file);
}

static pvs_code price_points(pvs_builder *builder, const pvs_costing_request *request, uint32_t row,
                             double inverter_life, pvs_costing *costing, pvs_error *error) {
  const pvs_table *table = &builder->pv_table;
  uint32_t n = request->n_residents;
  double *owners = pvs_arena_alloc(builder->arena, n, sizeof *owners);
  if (!owners)
    return pvs_fail_memory(error);
  for (uint32_t i = 0; i < n; i++)
    owners[i] = NAN;
  double total = 0, central = 0, inverters = replacements(request->a_term_years, inverter_life);
  for (uint32_t s = 0; s < request->n_systems; s++) {
    double kwp = request->systems[s].kwp, system = 0, inverter = 0;
    bool has_system = false, has_inverter = false;
    pvs_code code = band_price(table, row, "sys", kwp, &system, &has_system, error);
    if (!code)
      code = band_price(table, row, "inv", kwp, &inverter, &has_inverter, error);
    code = pvs_settle(&builder->notes, code, error);
    if (!code && kwp > 0 && !(has_system && has_inverter))
      code = warn_no_price(builder, request, &request->systems[s],
                           has_system ? "inverter" : "system", error);
    if (code)
      return code;
    double capex = system * kwp * 1000 + inverters * inverter * kwp * 1000;
    uint32_t owner = request->systems[s].owner;
    total += capex;
    if (owner == n)
      central += capex;
    if (owner < n)
      owners[owner] = repayment_of(capex, request);
  }
  costing->pv_owner_repayment = owners;
  costing->pv_total_repayment = repayment_of(total, request);
  costing->pv_central_repayment = repayment_of(central, request);
  return PVS_OK;
}

static pvs_code pv_system(pvs_builder *builder, const pvs_costing_request *request,
                          pvs_costing *costing, pvs_error *error) {
  if (!request->has_pv || !*request->pv_cap_id)
    return PVS_OK;
  pvs_table_row r = {.table = &builder->pv_table, .notes = &builder->notes, .error = error};
  pvs_code code =
      pvs_table_find(r.table, "pv_cap_id", request->pv_cap_id, request->pv_cell, &r.row, error);
  if (code)
    return pvs_settle(&builder->notes, code, error);
  double inverter_life = pvs_table_row_number(&r, "inverter_life", 0);
  if (inverter_life < 0)
    pvs_table_row_refuse(&r, "inverter_life", "years, 0 or more");
  if (r.code)
    return r.code;
  if (pvs_capex_is_price_points(request->pv_cap_id))
    return price_points(builder, request, r.row, inverter_life, costing, error);
  double capex = dollars(&r, "pv_capex"), inverter_cost = dollars(&r, "inverter_cost");
  if (r.code)
    return r.code;
  double total = (capex + replacements(request->a_term_years, inverter_life) * inverter_cost) *
                 request->capex_scale;
  costing->pv_total_repayment = costing->pv_central_repayment = repayment_of(total, request);
  return PVS_OK;
}

/* Everything that the result depends on, as bytes. */
static size_t request_key(const pvs_costing_request *request, char *key, size_t size) {
  int ids = snprintf(key, size, "%s\n%s\n", request->en_capex_id, request->pv_cap_id);
  double numbers[] = {request->has_en_capex ? request->en_units : -1,
                      request->has_pv,
                      request->capex_scale,
                      request->a_term_years,
                      request->a_rate,
                      request->battery_capex_per_kwh,
                      request->n_residents};
  size_t systems = request->has_pv ? request->n_systems * sizeof *request->systems : 0;
  if (ids < 0 || (size_t)ids + sizeof numbers + systems > size)
    return 0;
  memcpy(key + ids, numbers, sizeof numbers);
  memcpy(key + (size_t)ids + sizeof numbers, request->systems, systems);
  return (size_t)ids + sizeof numbers + systems;
}

pvs_code pvs_costing_find(pvs_builder *builder, const pvs_costing_request *request,
                          uint32_t *costing, pvs_error *error) {
  size_t size = strlen(request->en_capex_id) + strlen(request->pv_cap_id) + 128 +
                request->n_systems * sizeof(pvs_system);
  char *key = malloc(size);
  size_t length = key ? request_key(request, key, size) : 0;
  int is_new = 0;
  *costing =
      length ? pvs_intern_add(&builder->costing_keys, key, length, &is_new) : PVS_INTERN_NONE;
  free(key);
  if (*costing == PVS_INTERN_NONE)
    return pvs_fail_memory(error);
  if (!is_new)
    return PVS_OK;
  pvs_costing made = {
      .a_term_years = request->a_term_years,
      .a_rate = request->a_rate,
      .present_value_factor = pvs_present_value_factor(request->a_term_years, request->a_rate),
      .battery_capex_per_kwh = request->battery_capex_per_kwh,
  };
  pvs_code code = embedded_network(builder, request, &made, error);
  if (!code)
    code = pv_system(builder, request, &made, error);
  if (code)
    return code;
  pvs_costing *slot = PVS_LIST_ADD(builder->costings);
  if (!slot)
    return pvs_fail_memory(error);
  *slot = made;
  return PVS_OK;
}
