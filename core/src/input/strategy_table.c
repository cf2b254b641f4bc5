#include "input/strategy_table.h"
#include "input/table_row.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

typedef struct flagger {
  uint8_t *flags;
  uint8_t bit;
  bool any;
} flagger;

static void set_flags(void *ctx, uint32_t first, uint32_t n) {
  flagger *f = ctx;
  f->any = true;
  for (uint32_t t = first; t < first + n; t++)
    f->flags[t] |= f->bit;
}

/* The two periods of charging or of discharging: sets `bit` in their steps. Returns whether there is
 * a period. */
static bool read_periods(pvs_builder *builder, pvs_table_row *r, const char *verb, bool seasonal,
                         flagger *flags) {
  bool found = false;
  char names[3][32];
  for (int i = 1; i <= 2 && !r->code; i++) {
    snprintf(names[0], sizeof names[0], "%s_start%d", verb, i);
    snprintf(names[1], sizeof names[1], "%s_end%d", verb, i);
    snprintf(names[2], sizeof names[2], "%s_day%d", verb, i);
    bool has_start = *pvs_table_row_text(r, names[0]), has_end = *pvs_table_row_text(r, names[1]);
    if (!has_start && !has_end) {
      if (*pvs_table_row_text(r, names[2]))
        pvs_table_row_warn(r, names[2], "found '%.20s', which is not used: there is no %s",
                           pvs_table_row_text(r, names[2]), names[0]);
      continue;
    }
    found = true;
    if (!has_start || !has_end) {
      pvs_table_row_refuse(r, names[has_start ? 1 : 0],
                           has_start ? "the end of this period, which has a start"
                                     : "the start of this period, which has an end");
      continue;
    }
    pvs_period period = pvs_table_row_period(r, names[0], names[1], names[2]);
    if (!r->code)
      pvs_period_steps(&builder->study->metering.calendar, period, seasonal, set_flags, flags);
  }
  return found;
}

static void warn_no_steps(pvs_table_row *r, const char *column, const char *what) {
  pvs_table_row_warn(r, column,
                     "the periods of this strategy select no step of the series: the "
                     "battery %s",
                     what);
}

static void warn_both(pvs_table_row *r, const pvs_builder *builder, const uint8_t *flags) {
  const uint32_t steps = builder->study->metering.calendar.steps;
  uint32_t both = 0;
  for (uint32_t t = 0; t < steps; t++)
    both += (flags[t] & PVS_MAY_CHARGE) && (flags[t] & PVS_MAY_DISCHARGE);
  if (both > 0)
    pvs_table_row_warn(r, "charge_start1",
                       "%u of %u steps are in a charging and in a discharging period: %s", both,
                       steps,
                       pvs_table_row_boolean(r, "prioritise_battery")
                           ? "there the battery never charges from the grid"
                           : "there the battery discharges and buys at the same time");
}

static void read_strategy(pvs_builder *builder, pvs_table_row *r, pvs_strategy *strategy) {
  static const pvs_usual c_rates[] = {{"charge_c_rate", 0.03, 5, "0.1 to 2 per hour"},
                                      {"discharge_c_rate", 0.03, 5, "0.1 to 2 per hour"}};
  bool seasonal = pvs_table_row_boolean(r, "seasonal_strategy");
  strategy->prioritise = pvs_table_row_boolean(r, "prioritise_battery");
  strategy->charge_c_rate = pvs_table_row_number(r, "charge_c_rate", NAN);
  strategy->discharge_c_rate = pvs_table_row_number(r, "discharge_c_rate", NAN);
  double percentage = pvs_table_row_number(r, "peak_demand_percentage", 0);
  if (strategy->charge_c_rate < 0)
    pvs_table_row_refuse_number(r, "charge_c_rate", strategy->charge_c_rate, "0 or more");
  if (strategy->discharge_c_rate < 0)
    pvs_table_row_refuse_number(r, "discharge_c_rate", strategy->discharge_c_rate, "0 or more");
  if (strategy->charge_c_rate == 0)
    pvs_table_row_warn(r, "charge_c_rate", "found 0: the battery never charges");
  if (strategy->discharge_c_rate == 0)
    pvs_table_row_warn(r, "discharge_c_rate", "found 0: the battery never discharges");
  pvs_table_row_warn_unusual(r, c_rates, sizeof c_rates / sizeof *c_rates);
  if (percentage < 0)
    pvs_table_row_refuse_number(r, "peak_demand_percentage", percentage, "0 or more");
  if (percentage > 100)
    pvs_table_row_warn(
        r, "peak_demand_percentage",
        "found %.10g %% of the peak: the battery never discharges; usual are 0 to 100", percentage);
  if (percentage > 0 && percentage <= 1)
    pvs_table_row_warn(
        r, "peak_demand_percentage",
        "found %.10g %% of the peak; usual are 30 to 90 (is it a fraction instead of a "
        "percentage?)",
        percentage);
  uint8_t *flags = pvs_arena_alloc(builder->arena, builder->study->stride, 1);
  if (!flags) {
    r->code = pvs_fail_memory(r->error);
    return;
  }
  strategy->flags = flags;
  strategy->peak_demand_percentage = percentage;
  flagger charge = {flags, PVS_MAY_CHARGE, false}, discharge = {flags, PVS_MAY_DISCHARGE, false};
  if (read_periods(builder, r, "charge", seasonal, &charge) && !charge.any)
    warn_no_steps(r, "charge_start1", "never charges from the grid");
  if (read_periods(builder, r, "discharge", seasonal, &discharge) && !discharge.any)
    warn_no_steps(r, "discharge_start1", "discharges at any time, as without a discharge period");
  if (charge.any && discharge.any)
    warn_both(r, builder, flags);
  if (!discharge.any)
    set_flags(&discharge, 0, builder->study->metering.calendar.steps);
}

pvs_code pvs_strategy_find(pvs_builder *builder, const char *id, pvs_where cell, uint32_t *index,
                           pvs_error *error) {
  int is_new;
  *index = pvs_intern_add(&builder->strategy_ids, id, strlen(id), &is_new);
  if (*index == PVS_INTERN_NONE)
    return pvs_fail_memory(error);
  if (!is_new)
    return PVS_OK;
  pvs_table_row r = {.table = &builder->strategy_table,
                     .calendar = &builder->study->metering.calendar,
                     .notes = &builder->notes,
                     .error = error};
  pvs_strategy strategy = {.id = builder->strategy_ids.keys[*index]};
  pvs_code code = pvs_table_find(r.table, "battery_strategy", id, cell, &r.row, error);
  if (!code) {
    read_strategy(builder, &r, &strategy);
    code = r.code;
  }
  code = pvs_settle(&builder->notes, code, error);
  if (code)
    return code;
  pvs_strategy *slot = PVS_LIST_ADD(builder->strategies);
  if (!slot)
    return pvs_fail_memory(error);
  *slot = strategy;
  return PVS_OK;
}
