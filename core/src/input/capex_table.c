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

/* Whether this is the first time that the number, less than n, is asked for: what is unusual in a row
 * is looked for once, not for each scenario that names it. */
static bool is_first(pvs_builder *builder, bool **seen, size_t n, size_t number) {
  if (!*seen)
    *seen = pvs_arena_alloc(builder->arena, n, sizeof **seen);
  bool is_new = !*seen || !(*seen)[number];
  if (*seen)
    (*seen)[number] = true;
  return is_new;
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
  static const pvs_usual columns[] = {{"site_capex", 200, 250000, "1000 to 100000 $"},
                                      {"unit_capex", 20, 8000, "100 to 2000 $ per household"},
                                      {"site_opex", 5, 15000, "100 to 10000 $/year"},
                                      {"unit_opex", 4, 1000, "20 to 300 $/year per household"}};
  bool is_new = is_first(builder, &builder->en_seen, r.table->n_rows, r.row);
  for (size_t i = 0; is_new && i < sizeof columns / sizeof *columns; i++)
    pvs_table_row_warn_empty(&r, columns[i].column, "it costs nothing (0 says so too)");
  if (is_new)
    pvs_table_row_warn_unusual(&r, columns, sizeof columns / sizeof *columns);
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

/* LO_HI */
static bool read_band(const char *text, double *low, double *high) {
  const char *middle = strchr(text, '_');
  return middle && parse_edge(text, (size_t)(middle - text), low) &&
         parse_edge(middle + 1, strlen(middle + 1), high);
}

/* The next of the columns `<kind>_lo_hi`, from `column` on, that has a price in the row and lo < kWp <= hi;
 * n_columns: there is none. */
static uint32_t find_band(const pvs_table *table, uint32_t row, const char *kind, double kwp,
                          uint32_t column) {
  const size_t length = strlen(kind);
  for (; column < table->n_columns; column++) {
    const char *name = table->header[column];
    double low, high;
    if (strncmp(name, kind, length) == 0 && name[length] == '_' &&
        read_band(name + length + 1, &low, &high) && low < kwp && kwp <= high &&
        *pvs_table_cell(table, row, (int32_t)column))
      break;
  }
  return column;
}

/* $/W in the first such column; *found false when there is none. */
static pvs_code band_price(pvs_builder *builder, uint32_t row, const char *kind, double kwp,
                           double *price, bool *found, pvs_error *error) {
  const pvs_table *table = &builder->pv_table;
  const uint32_t column = find_band(table, row, kind, kwp, 0);
  *price = 0;
  *found = column < table->n_columns;
  if (!*found)
    return PVS_OK;
  const pvs_where where = pvs_table_where(table, row, (int32_t)column);
  pvs_code code = pvs_table_number(table, row, (int32_t)column, 0, price, error);
  if (!code && *price < 0)
    code = pvs_fail(error, PVS_BAD_VALUE, where, "found %.10g, expected $/W, 0 or more", *price);
  if (!code && *price != 0 &&
      (*kind == 's' ? *price < 0.25 || *price > 10 : *price < 0.03 || *price > 2))
    code =
        pvs_warn(&builder->notes, error, where, "found %.10g $/W; usual are %s%s", *price,
                 *kind == 's' ? "0.8 to 3" : "0.1 to 0.5", *price > 5 ? " (is it in $/kW?)" : "");
  const uint32_t other = find_band(table, row, kind, kwp, column + 1);
  if (!code && other < table->n_columns)
    code = pvs_warn(
        &builder->notes, error, where,
        "%.10g kWp are also in the band %.40s; this price counts, because its column comes first",
        kwp, table->header[other]);
  return code;
}

/* Prices under headers that look like bands and are none. */
static pvs_code warn_no_band(pvs_builder *builder, uint32_t row, pvs_error *error) {
  const pvs_table *table = &builder->pv_table;
  pvs_code code = PVS_OK;
  for (uint32_t column = 0; column < table->n_columns && !code; column++) {
    const char *name = table->header[column];
    double low, high;
    if ((strncmp(name, "sys_", 4) != 0 && strncmp(name, "inv_", 4) != 0) ||
        !*pvs_table_cell(table, row, (int32_t)column) ||
        (read_band(name + 4, &low, &high) && low < high))
      continue;
    code = pvs_warn(&builder->notes, error,
                    (pvs_where){.file = table->file, .row = table->header_row, .column = name},
                    "this header is no band of sizes, so that its prices are not used; expected "
                    "such as sys_0_5 for more than 0 and at most 5 kWp");
  }
  return code;
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
  builder->is_one_pass = true; /* of the rows with this costing the first alone is told */
  return pvs_warn(
      &builder->notes, error, request->pv_cell,
      "found '%.80s', which has no price for the %s of %.10g kWp in %s: it costs nothing",
      request->pv_cap_id, what, system->kwp, builder->pv_table.file);
}

static pvs_code price_points(pvs_builder *builder, const pvs_costing_request *request, uint32_t row,
                             bool is_new, double inverter_life, pvs_costing *costing,
                             pvs_error *error) {
  uint32_t n = request->n_residents;
  double *owners = pvs_arena_alloc(builder->arena, n, sizeof *owners);
  if (!owners)
    return pvs_fail_memory(error);
  pvs_code checked = is_new ? warn_no_band(builder, row, error) : PVS_OK;
  if (checked)
    return checked;
  for (uint32_t i = 0; i < n; i++)
    owners[i] = NAN;
  double total = 0, central = 0, inverters = replacements(request->a_term_years, inverter_life);
  for (uint32_t s = 0; s < request->n_systems; s++) {
    double kwp = request->systems[s].kwp, system = 0, inverter = 0;
    bool has_system = false, has_inverter = false;
    pvs_code code = band_price(builder, row, "sys", kwp, &system, &has_system, error);
    if (!code)
      code = band_price(builder, row, "inv", kwp, &inverter, &has_inverter, error);
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

/* Of a PV with one price. */
static void warn_legacy(pvs_table_row *r, const pvs_costing_request *request, double capex,
                        double inverter_cost, double inverter_life) {
  static const pvs_usual per_kwp[] = {{"pv_capex", PVS_PV_DOLLARS_MIN, PVS_PV_DOLLARS_MAX,
                                       "800 to 3000 $/kWp"},
                                      {"inverter_cost", 30, 2000, "100 to 500 $/kWp"}},
                         whole[] = {{"pv_capex", PVS_PV_DOLLARS_LEAST, 2e6, "3000 to 300000 $"},
                                    {"inverter_cost", 100, 5e5, "500 to 50000 $"}};
  pvs_table_row_warn_empty(r, "pv_capex", "the PV costs nothing (0 says so too)");
  pvs_table_row_warn_unusual(r, request->is_capex_scaleable ? per_kwp : whole, 2);
  if (inverter_cost > 0 && inverter_life == 0)
    pvs_table_row_warn(r, "inverter_life",
                       "found an inverter_cost without a life: it is never replaced and its cost "
                       "not used");
  if (capex >= whole[0].least && inverter_cost > capex)
    pvs_table_row_warn(
        r, "inverter_cost",
        "found $%.10g for the inverter of a PV system of $%.10g; usual are 5 to 30 %% of it",
        inverter_cost, capex);
  if (inverter_cost == 0 && inverter_life > 0 && capex > 0)
    pvs_table_row_warn_empty(r, "inverter_cost", "replacing the inverter costs nothing");
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
  static const pvs_usual inverter_years = {"inverter_life", 2, 40, "8 to 15 years"};
  double inverter_life = pvs_table_row_number(&r, "inverter_life", 0);
  if (inverter_life != 0 && inverter_life < 0.1)
    pvs_table_row_refuse(&r, "inverter_life", "years, 0.1 or more (0: never replaced)");
  bool is_new = is_first(builder, &builder->pv_seen, 2 * (size_t)r.table->n_rows,
                         2 * (size_t)r.row + request->is_capex_scaleable);
  if (is_new)
    pvs_table_row_warn_unusual(&r, &inverter_years, 1);
  if (r.code)
    return r.code;
  if (pvs_capex_is_price_points(request->pv_cap_id))
    return price_points(builder, request, r.row, is_new, inverter_life, costing, error);
  double capex = dollars(&r, "pv_capex"), inverter_cost = dollars(&r, "inverter_cost");
  if (is_new)
    warn_legacy(&r, request, capex, inverter_cost, inverter_life);
  if (r.code)
    return r.code;
  costing->pv_capex = capex * request->capex_scale;
  double total = (capex + replacements(request->a_term_years, inverter_life) * inverter_cost) *
                 request->capex_scale;
  costing->pv_total_repayment = costing->pv_central_repayment = repayment_of(total, request);
  return PVS_OK;
}

/* Everything that the result and its warnings depend on, as bytes, which take this much room. */
static size_t key_size(const pvs_costing_request *request) {
  return strlen(request->en_capex_id) + strlen(request->pv_cap_id) + 2 + 8 * sizeof(double) +
         request->n_systems * sizeof *request->systems;
}

static size_t make_key(const pvs_costing_request *request, char *key) {
  const double numbers[8] = {request->has_en_capex ? request->en_units : -1,
                             request->has_pv,
                             request->is_capex_scaleable,
                             request->capex_scale,
                             request->a_term_years,
                             request->a_rate,
                             request->battery_capex_per_kwh,
                             request->n_residents};
  const size_t en = strlen(request->en_capex_id) + 1, pv = strlen(request->pv_cap_id) + 1,
               systems = request->has_pv ? request->n_systems * sizeof *request->systems : 0;
  char *end = key;
  memcpy(end, request->en_capex_id, en);
  memcpy(end += en, request->pv_cap_id, pv);
  memcpy(end += pv, numbers, sizeof numbers);
  end += sizeof numbers;
  memcpy(end, request->systems, systems);
  return (size_t)(end - key) + systems;
}

/* The number of the request among the builder's; PVS_INTERN_NONE: out of memory. */
static uint32_t add_request(pvs_builder *builder, const pvs_costing_request *request, int *is_new) {
  char room[1024];
  const size_t size = key_size(request);
  char *key = size <= sizeof room ? room : malloc(size);
  uint32_t number =
      key ? pvs_intern_add(&builder->costing_keys, key, make_key(request, key), is_new)
          : PVS_INTERN_NONE;
  if (key != room)
    free(key);
  return number;
}

pvs_code pvs_costing_find(pvs_builder *builder, const pvs_costing_request *request,
                          uint32_t *costing, pvs_error *error) {
  int is_new = 0;
  *costing = add_request(builder, request, &is_new);
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
