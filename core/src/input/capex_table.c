/* capex_en_lookup.csv and capex_pv_lookup.csv: what a scenario's equipment costs in a year
 * (MODEL.md section 8). */

#include "input/capex_table.h"
#include "base/number.h"
#include "model/finance.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static pvs_code embedded_network(pvs_builder *builder, const pvs_costing_request *request,
                                 pvs_costing *costing, pvs_error *error) {
  if (!*request->en_capex_id)
    return PVS_OK;
  const pvs_table *table = &builder->en_table;
  uint32_t row;
  double site_capex, unit_capex, site_opex, unit_opex;
  pvs_code code =
      pvs_table_find(table, "en_capex_id", request->en_capex_id, request->en_cell, &row, error);
  if (!code)
    code = pvs_table_number_named(table, row, "site_capex", 0, &site_capex, error);
  if (!code)
    code = pvs_table_number_named(table, row, "unit_capex", 0, &unit_capex, error);
  if (!code)
    code = pvs_table_number_named(table, row, "site_opex", 0, &site_opex, error);
  if (!code)
    code = pvs_table_number_named(table, row, "unit_opex", 0, &unit_opex, error);
  if (code || !request->has_en_capex)
    return code;
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

/* $/W of the band lo < kWp <= hi among columns `<kind>_lo_hi`; *found false when there is none. */
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
        !parse_edge(middle + 1, strlen(middle + 1), &high) || !(low < kwp && kwp <= high))
      continue;
    *found = *pvs_table_cell(table, row, (int32_t)column) != 0;
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
    double kwp = request->systems[s].kwp, system, inverter;
    bool has_system, has_inverter;
    pvs_code code = band_price(table, row, "sys", kwp, &system, &has_system, error);
    if (!code)
      code = band_price(table, row, "inv", kwp, &inverter, &has_inverter, error);
    if (!code && !(has_system && has_inverter))
      code = pvs_builder_warn(builder, request->scenario, error,
                              "no price of a %g kWp %s in %s for '%s': taken as 0", kwp,
                              has_system ? "inverter" : "system", table->file, request->pv_cap_id);
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
  const pvs_table *table = &builder->pv_table;
  uint32_t row;
  double capex, inverter_cost, inverter_life;
  pvs_code code =
      pvs_table_find(table, "pv_cap_id", request->pv_cap_id, request->pv_cell, &row, error);
  if (!code)
    code = pvs_table_number_named(table, row, "inverter_life", 0, &inverter_life, error);
  if (code)
    return code;
  if (strstr(request->pv_cap_id, "pricepoint") || strstr(request->pv_cap_id, "price_point"))
    return price_points(builder, request, row, inverter_life, costing, error);
  code = pvs_table_number_named(table, row, "pv_capex", 0, &capex, error);
  if (!code)
    code = pvs_table_number_named(table, row, "inverter_cost", 0, &inverter_cost, error);
  if (code)
    return code;
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
