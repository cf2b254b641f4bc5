/* battery_lookup.csv and battery_control_strategies.csv: batteries and strategies that the study
 * names (MODEL.md section 7). */

#include "input/battery_table.h"
#include <math.h>
#include <string.h>

static pvs_code refuse(const pvs_table *table, uint32_t row, const char *name, double value,
                       const char *expected, pvs_error *error) {
  return pvs_fail(error, PVS_BAD_VALUE,
                  (pvs_where){.file = table->file, .row = table->rows[row], .column = name},
                  "found %g, expected %s", value, expected);
}

static pvs_code read_terms(const pvs_table *table, uint32_t row, const char *id,
                           double capacity_factor, pvs_battery_terms *terms, pvs_error *error) {
  pvs_battery_terms t;
  pvs_code code = pvs_table_number_named(table, row, "capacity_kWh", NAN, &t.cap_kwh, error);
  if (!code && isnan(t.cap_kwh))
    return pvs_fail(
        error, PVS_BAD_VALUE,
        (pvs_where){.file = table->file, .row = table->rows[row], .column = "capacity_kWh"},
        "found an empty cell, expected the capacity of '%s' in kWh", id);
  if (!code)
    code = pvs_table_number_named(table, row, "max_charge_kW", 0.5 * t.cap_kwh, &t.max_charge_kw,
                                  error);
  if (!code)
    code = pvs_table_number_named(table, row, "efficiency_cycle", 0.95, &t.efficiency, error);
  if (!code)
    code = pvs_table_number_named(table, row, "maxDOD", 0.8, &t.max_dod, error);
  if (!code)
    code = pvs_table_number_named(table, row, "maxSOC", 1.0, &t.max_soc, error);
  if (!code)
    code = pvs_table_number_named(table, row, "max_cycles", 2000, &t.max_cycles, error);
  if (!code)
    code = pvs_table_number_named(table, row, "battery_cost", 0, &t.cost_dollars, error);
  if (!code)
    code =
        pvs_table_number_named(table, row, "battery_inv_cost", 0, &t.inverter_cost_dollars, error);
  if (!code)
    code = pvs_table_number_named(table, row, "battery_life_years", 0, &t.life_years, error);
  if (!code)
    code = pvs_table_number_named(table, row, "life_bat_inv", NAN, &t.inverter_life_years, error);
  if (code)
    return code;
  if (!(t.cap_kwh > 0))
    return refuse(table, row, "capacity_kWh", t.cap_kwh, "more than 0", error);
  if (!(t.max_charge_kw >= 0))
    return refuse(table, row, "max_charge_kW", t.max_charge_kw, "0 or more", error);
  if (!(t.efficiency > 0 && t.efficiency <= 1))
    return refuse(table, row, "efficiency_cycle", t.efficiency, "more than 0 and at most 1", error);
  if (!(t.max_dod >= 0 && t.max_dod <= 1))
    return refuse(table, row, "maxDOD", t.max_dod, "a fraction, 0 to 1", error);
  if (!(t.max_soc >= 0 && t.max_soc <= 1))
    return refuse(table, row, "maxSOC", t.max_soc, "a fraction, 0 to 1", error);
  if (!(t.max_dod + t.max_soc > 1))
    return refuse(table, row, "maxDOD", t.max_dod, "maxDOD + maxSOC of more than 1", error);
  if (!(t.max_cycles > 0))
    return refuse(table, row, "max_cycles", t.max_cycles, "more than 0", error);
  if (!(t.life_years >= 0))
    return refuse(table, row, "battery_life_years", t.life_years, "0 or more", error);
  if (t.inverter_life_years < 0)
    return refuse(table, row, "life_bat_inv", t.inverter_life_years, "0 or more", error);
  if (t.inverter_life_years == 0)
    t.inverter_life_years = NAN; /* 0, like absent: lasts as long as the loan */
  if (t.life_years == 0)
    t.life_years = 1000;
  if (strstr(id, "scale")) {
    t.cap_kwh *= capacity_factor;
    t.max_charge_kw *= capacity_factor;
  }
  *terms = t;
  return PVS_OK;
}

typedef struct flagger {
  uint8_t *flags;
  uint8_t bit;
} flagger;

static void set_flags(void *ctx, uint32_t first, uint32_t n) {
  const flagger *f = ctx;
  for (uint32_t t = first; t < first + n; t++)
    f->flags[t] |= f->bit;
}

static pvs_code read_clock(const pvs_table *table, uint32_t row, const char *name,
                           uint32_t *seconds, bool *present, pvs_error *error) {
  int32_t column;
  pvs_code code = pvs_table_column(table, name, false, &column, error);
  if (code)
    return code;
  const char *cell = pvs_table_cell(table, row, column);
  *present = *cell != 0;
  if (!*present || pvs_parse_clock(cell, strlen(cell), seconds))
    return PVS_OK;
  return pvs_fail(error, PVS_BAD_VALUE, pvs_table_where(table, row, column),
                  "found '%s', expected a time of day h:mm", cell);
}

/* One of charge_1, charge_2, discharge_1, discharge_2: sets `bit` where it applies. */
static pvs_code read_period(pvs_builder *builder, uint32_t row, const char *const names[3],
                            bool seasonal, flagger flags, bool *any, pvs_error *error) {
  pvs_study *study = builder->study;
  const pvs_table *table = &builder->strategy_table;
  pvs_period period = {0};
  bool has_start, has_end;
  pvs_code code = read_clock(table, row, names[0], &period.start_s, &has_start, error);
  if (!code)
    code = read_clock(table, row, names[1], &period.end_s, &has_end, error);
  if (code || (!has_start && !has_end))
    return code;
  if (!has_start)
    return pvs_fail(error, PVS_BAD_VALUE,
                    (pvs_where){.file = table->file, .row = table->rows[row], .column = names[0]},
                    "found an empty cell, expected the start of the period that %s ends", names[1]);
  int32_t column;
  code = pvs_table_column(table, names[2], false, &column, error);
  if (code)
    return code;
  const char *week = pvs_table_cell(table, row, column);
  pvs_where where = {.file = table->file, .row = table->rows[row], .column = names[1]};
  if (!has_end)
    return pvs_fail(error, PVS_BAD_VALUE, where,
                    "found an empty cell, expected the end of the period that %s begins", names[0]);
  where.column = names[2];
  if (!pvs_parse_week(week, &period.week))
    return pvs_fail(error, PVS_BAD_VALUE, where, PVS_FOUND ", expected day, end or both",
                    PVS_FOUND_ARGS(week));
  if (period.end_s == 23 * 3600 + 59 * 60)
    period.end_s = PVS_SECONDS_PER_DAY;
  pvs_period_steps(&study->metering.calendar, period, seasonal, set_flags, &flags);
  *any = true;
  return PVS_OK;
}

static pvs_code read_strategy(pvs_builder *builder, uint32_t row, const char *id,
                              pvs_strategy *strategy, pvs_error *error) {
  pvs_study *study = builder->study;
  static const char *const charge[2][3] = {{"charge_start1", "charge_end1", "charge_day1"},
                                           {"charge_start2", "charge_end2", "charge_day2"}};
  static const char *const discharge[2][3] = {
      {"discharge_start1", "discharge_end1", "discharge_day1"},
      {"discharge_start2", "discharge_end2", "discharge_day2"}};
  const pvs_table *table = &builder->strategy_table;
  bool seasonal = false, charges = false, discharges = false;
  double percentage;
  int32_t seasonal_column, prioritise_column;
  pvs_code code = pvs_table_column(table, "seasonal_strategy", false, &seasonal_column, error);
  if (!code)
    code = pvs_table_column(table, "prioritise_battery", false, &prioritise_column, error);
  if (!code)
    code = pvs_table_bool(table, row, seasonal_column, &seasonal, error);
  if (!code)
    code = pvs_table_bool(table, row, prioritise_column, &strategy->prioritise, error);
  if (!code)
    code =
        pvs_table_number_named(table, row, "charge_c_rate", NAN, &strategy->charge_c_rate, error);
  if (!code)
    code = pvs_table_number_named(table, row, "discharge_c_rate", NAN, &strategy->discharge_c_rate,
                                  error);
  if (!code)
    code = pvs_table_number_named(table, row, "peak_demand_percentage", 0, &percentage, error);
  if (code)
    return code;
  if (strategy->charge_c_rate < 0)
    return refuse(table, row, "charge_c_rate", strategy->charge_c_rate, "0 or more", error);
  if (strategy->discharge_c_rate < 0)
    return refuse(table, row, "discharge_c_rate", strategy->discharge_c_rate, "0 or more", error);
  if (percentage < 0)
    return refuse(table, row, "peak_demand_percentage", percentage, "0 or more", error);
  uint8_t *flags = pvs_arena_alloc(builder->arena, study->stride, 1);
  if (!flags)
    return pvs_fail_memory(error);
  for (int i = 0; i < 2 && !code; i++) {
    code = read_period(builder, row, charge[i], seasonal, (flagger){flags, PVS_MAY_CHARGE},
                       &charges, error);
    if (!code)
      code = read_period(builder, row, discharge[i], seasonal, (flagger){flags, PVS_MAY_DISCHARGE},
                         &discharges, error);
  }
  if (!discharges)
    set_flags(&(flagger){flags, PVS_MAY_DISCHARGE}, 0, study->metering.calendar.steps);
  strategy->id = id;
  strategy->peak_demand_percentage = percentage;
  strategy->flags = flags;
  return code;
}

static pvs_code find_strategy(pvs_builder *builder, const char *id, pvs_where cell, uint32_t *index,
                              pvs_error *error) {
  int is_new;
  *index = pvs_intern_add(&builder->strategy_ids, id, strlen(id), &is_new);
  if (*index == PVS_INTERN_NONE)
    return pvs_fail_memory(error);
  if (!is_new)
    return PVS_OK;
  uint32_t row;
  pvs_code code =
      pvs_table_find(&builder->strategy_table, "battery_strategy", id, cell, &row, error);
  pvs_strategy strategy = {0};
  if (!code)
    code = read_strategy(builder, row, builder->strategy_ids.keys[*index], &strategy, error);
  if (code)
    return code;
  pvs_strategy *slot = PVS_LIST_ADD(builder->strategies);
  if (!slot)
    return pvs_fail_memory(error);
  *slot = strategy;
  return PVS_OK;
}

pvs_code pvs_battery_unit_find(pvs_builder *builder, const char *battery_id,
                               const char *strategy_id, double capacity_factor,
                               pvs_where battery_cell, pvs_where strategy_cell, uint32_t *unit,
                               pvs_error *error) {
  pvs_study *study = builder->study;
  char key[512];
  size_t ids = strlen(battery_id) + strlen(strategy_id) + 2;
  if (ids + sizeof capacity_factor > sizeof key)
    return pvs_fail(error, PVS_UNKNOWN_ID, battery_cell, "found an id of more than %zu bytes",
                    sizeof key);
  if (!strstr(battery_id, "scale"))
    capacity_factor = 1;
  memcpy(key, battery_id, strlen(battery_id) + 1);
  memcpy(key + strlen(battery_id) + 1, strategy_id, strlen(strategy_id) + 1);
  memcpy(key + ids, &capacity_factor, sizeof capacity_factor);
  int is_new;
  *unit = pvs_intern_add(&builder->unit_keys, key, ids + sizeof capacity_factor, &is_new);
  if (*unit == PVS_INTERN_NONE)
    return pvs_fail_memory(error);
  if (!is_new)
    return PVS_OK;

  pvs_battery_unit made = {.id = builder->unit_keys.keys[*unit]};
  uint32_t row;
  pvs_code code =
      pvs_table_find(&builder->battery_table, "battery_id", battery_id, battery_cell, &row, error);
  if (!code)
    code =
        read_terms(&builder->battery_table, row, battery_id, capacity_factor, &made.terms, error);
  if (!code)
    code = find_strategy(builder, strategy_id, strategy_cell, &made.strategy, error);
  if (code)
    return code;
  pvs_battery_compile(&made.battery, &made.terms, &builder->strategies.items[made.strategy],
                      study->metering.calendar.interval_s / PVS_SECONDS_PER_HOUR);
  pvs_battery_unit *slot = PVS_LIST_ADD(builder->units);
  if (!slot)
    return pvs_fail_memory(error);
  *slot = made;
  return PVS_OK;
}
