#include "input/battery_table.h"
#include "input/strategy_table.h"
#include "input/study_columns.h"
#include "input/table_row.h"
#include <math.h>
#include <string.h>

bool pvs_battery_is_scaled(const char *battery_id) {
  return strstr(battery_id, "scale") || strstr(battery_id, "scalable");
}

static void check_terms(pvs_table_row *r, const pvs_battery_terms *t) {
  const struct {
    const char *column;
    double value;
    bool is_right;
    const char *expected;
  } checks[] = {
      {"capacity_kWh", t->cap_kwh, t->cap_kwh > 0, "0 (no battery) or more"},
      {"max_charge_kW", t->max_charge_kw, t->max_charge_kw >= 0, "0 or more"},
      {"efficiency_cycle", t->efficiency, t->efficiency >= 0.01 && t->efficiency <= 1,
       "a fraction, 0.01 to 1"},
      {"maxDOD", t->max_dod, t->max_dod >= 0 && t->max_dod <= 1, "a fraction, 0 to 1"},
      {"maxSOC", t->max_soc, t->max_soc >= 0 && t->max_soc <= 1, "a fraction, 0 to 1"},
      {"maxDOD", t->max_dod, t->max_dod + t->max_soc > 1, "maxDOD + maxSOC of more than 1"},
      {"max_cycles", t->max_cycles, t->max_cycles >= 1, "1 or more"},
      {"battery_cost", t->cost_dollars, t->cost_dollars >= 0, "$, 0 or more"},
      {"battery_inv_cost", t->inverter_cost_dollars, t->inverter_cost_dollars >= 0, "$, 0 or more"},
      {"battery_life_years", t->life_years, t->life_years == 0 || t->life_years >= 0.1,
       "years, 0.1 or more (0: no limit)"},
      {"life_bat_inv", t->inverter_life_years,
       !(t->inverter_life_years < 0.1) || t->inverter_life_years == 0,
       "years, 0.1 or more (0: as long as a_term)"},
  };
  for (size_t i = 0; i < sizeof checks / sizeof *checks; i++)
    if (!checks[i].is_right)
      pvs_table_row_refuse_number(r, checks[i].column, checks[i].value, checks[i].expected);
}

static void warn_unusual(pvs_table_row *r, const pvs_battery_terms *t) {
  static const pvs_usual columns[] = {
      {"maxDOD", 0.3, 1, "0.8 to 1"},
      {"maxSOC", 0.5, 1, "0.9 to 1"},
      {"max_cycles", 300, 50000, "2000 to 10000"},
      {"battery_life_years", 2, 40, "8 to 20 years"},
      {"life_bat_inv", 2, 40, "8 to 15 years"},
  };
  pvs_table_row_warn_unusual(r, columns, sizeof columns / sizeof *columns);
  if (t->cap_kwh > PVS_BUILDING_BATTERY_KWH_MAX)
    pvs_table_row_warn(r, "capacity_kWh", "found %.10g kWh; batteries of buildings have 2 to 1000",
                       t->cap_kwh);
  double per_kwh = t->cost_dollars / t->cap_kwh;
  if (per_kwh > 0 && (per_kwh < PVS_BATTERY_DOLLARS_MIN || per_kwh > PVS_BATTERY_DOLLARS_MAX))
    pvs_table_row_warn(r, "battery_cost",
                       "found $%.10g for %.10g kWh, which is %.6g $/kWh; usual are 300 to 2000%s",
                       t->cost_dollars, t->cap_kwh, per_kwh,
                       per_kwh < PVS_BATTERY_DOLLARS_MIN ? " (is it a price per kWh?)" : "");
  if (t->efficiency < 0.5)
    pvs_table_row_warn(
        r, "efficiency_cycle",
        "found %.10g, which loses more than half of what is stored; usual are 0.8 to "
        "0.95",
        t->efficiency);
  if (t->max_charge_kw == 0)
    pvs_table_row_warn(r, "max_charge_kW", "found 0: this battery never charges or discharges");
  if (t->cost_dollars > 0 && t->inverter_cost_dollars > 2 * t->cost_dollars)
    pvs_table_row_warn(
        r, "battery_inv_cost",
        "found $%.10g for the inverter of a battery of $%.10g; usual are 5 to 30 %% of it",
        t->inverter_cost_dollars, t->cost_dollars);
  if (t->max_charge_kw > 0 && t->max_charge_kw < 0.02 * t->cap_kwh)
    pvs_table_row_warn(
        r, "max_charge_kW",
        "found %.10g kW for %.10g kWh, filled in days; usual are 0.2 to 2 kW per kWh",
        t->max_charge_kw, t->cap_kwh);
  if (t->max_charge_kw > 10 * t->cap_kwh)
    pvs_table_row_warn(
        r, "max_charge_kW",
        "found %.10g kW for %.10g kWh, filled within minutes; usual are 0.2 to 2 kW per "
        "kWh",
        t->max_charge_kw, t->cap_kwh);
}

/* Nothing costs nothing but by saying so, unless studies price batteries by size. */
static void warn_no_cost(pvs_table_row *r, const pvs_builder *builder) {
  const struct pvs_study_columns *c = builder->columns;
  if (c->battery_capex_per_kwh < 0 || !c->has_value[c->battery_capex_per_kwh])
    pvs_table_row_warn_empty(r, "battery_cost", "this battery costs nothing (0 says so too)");
}

static void read_terms(pvs_table_row *r, pvs_battery_terms *t) {
  t->cap_kwh = pvs_table_row_needed(r, "capacity_kWh", "the battery's capacity in kWh");
  if (t->cap_kwh == 0 || isnan(t->cap_kwh)) {
    t->cap_kwh = 0;
    return; /* no battery, whatever the other columns say */
  }
  t->max_charge_kw = pvs_table_row_number(r, "max_charge_kW", 0.5 * t->cap_kwh);
  t->efficiency = pvs_table_row_number(r, "efficiency_cycle", 0.95);
  t->max_dod = pvs_table_row_number(r, "maxDOD", 0.8);
  t->max_soc = pvs_table_row_number(r, "maxSOC", 1.0);
  t->max_cycles = pvs_table_row_number(r, "max_cycles", 2000);
  t->cost_dollars = pvs_table_row_number(r, "battery_cost", 0);
  t->inverter_cost_dollars = pvs_table_row_number(r, "battery_inv_cost", 0);
  t->life_years = pvs_table_row_number(r, "battery_life_years", 0);
  t->inverter_life_years = pvs_table_row_number(r, "life_bat_inv", NAN);
  if (r->code)
    return;
  check_terms(r, t);
  warn_unusual(r, t);
  if (t->inverter_life_years == 0)
    t->inverter_life_years = NAN; /* 0, like absent: lasts as long as the loan */
  if (t->life_years == 0)
    t->life_years = 1000;
}

/* The terms of a battery, which are the same for each capacity. Whatever there is to say about them is
 * said each time: then they are not kept. */
static pvs_code find_terms(pvs_builder *builder, const char *battery_id, pvs_where cell,
                           pvs_battery_terms *terms, pvs_error *error) {
  const uint64_t calls = builder->notes.calls;
  const uint32_t known = pvs_intern_find(&builder->battery_ids, battery_id, strlen(battery_id));
  if (known != PVS_INTERN_NONE) {
    *terms = builder->battery_terms.items[known];
    return PVS_OK;
  }
  pvs_table_row r = {.table = &builder->battery_table, .notes = &builder->notes, .error = error};
  pvs_code code = pvs_table_find(r.table, "battery_id", battery_id, cell, &r.row, error);
  if (code)
    return pvs_settle(&builder->notes, code, error);
  read_terms(&r, terms);
  if (terms->cap_kwh > 0)
    warn_no_cost(&r, builder);
  code = pvs_settle(&builder->notes, r.code, error);
  if (code || builder->notes.calls != calls)
    return code;
  pvs_battery_terms *kept = PVS_LIST_ADD(builder->battery_terms);
  if (!kept || pvs_intern_add(&builder->battery_ids, battery_id, strlen(battery_id), NULL) ==
                   PVS_INTERN_NONE)
    return pvs_fail_memory(error);
  *kept = *terms;
  return PVS_OK;
}

static pvs_code compile(pvs_builder *builder, const char *battery_id, const char *strategy_id,
                        double capacity_factor, pvs_where battery_cell, pvs_where strategy_cell,
                        pvs_installed_battery *installed, pvs_error *error) {
  pvs_code code = find_terms(builder, battery_id, battery_cell, &installed->terms, error);
  if (!code)
    code = pvs_strategy_find(builder, strategy_id, strategy_cell, &installed->strategy, error);
  if (code)
    return code;
  installed->terms.cap_kwh *= capacity_factor;
  installed->terms.max_charge_kw *= capacity_factor;
  pvs_battery_compile(&installed->battery, &installed->terms,
                      &builder->strategies.items[installed->strategy],
                      builder->study->metering.calendar.interval_s / PVS_SECONDS_PER_HOUR);
  return PVS_OK;
}

pvs_code pvs_installed_battery_find(pvs_builder *builder, const char *battery_id,
                                    const char *strategy_id, double capacity_factor,
                                    pvs_where battery_cell, pvs_where strategy_cell,
                                    uint32_t *number, pvs_error *error) {
  char key[512];
  size_t ids = strlen(battery_id) + strlen(strategy_id) + 2;
  if (ids + sizeof capacity_factor > sizeof key)
    return pvs_fail(error, PVS_UNKNOWN_ID, battery_cell, "found an id of more than %zu bytes",
                    sizeof key);
  if (!pvs_battery_is_scaled(battery_id))
    capacity_factor = 1;
  memcpy(key, battery_id, strlen(battery_id) + 1);
  memcpy(key + strlen(battery_id) + 1, strategy_id, strlen(strategy_id) + 1);
  memcpy(key + ids, &capacity_factor, sizeof capacity_factor);
  int is_new;
  *number = pvs_intern_add(&builder->installed_keys, key, ids + sizeof capacity_factor, &is_new);
  if (*number == PVS_INTERN_NONE)
    return pvs_fail_memory(error);
  if (is_new) {
    pvs_installed_battery made = {.id = builder->installed_keys.keys[*number]};
    pvs_code code = compile(builder, battery_id, strategy_id, capacity_factor, battery_cell,
                            strategy_cell, &made, error);
    if (code)
      return code;
    pvs_installed_battery *added = PVS_LIST_ADD(builder->installed);
    if (!added)
      return pvs_fail_memory(error);
    *added = made;
  }
  if (builder->installed.items[*number].terms.cap_kwh == 0)
    *number = PVS_NONE;
  return PVS_OK;
}
