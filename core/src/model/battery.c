#include "model/battery.h"
#include <math.h>

static double rate_kw(double c_rate, const pvs_battery_terms *terms) {
  return isnan(c_rate) ? terms->max_charge_kw : fmin(terms->max_charge_kw, c_rate * terms->cap_kwh);
}

void pvs_battery_compile(pvs_battery *battery, const pvs_battery_terms *terms,
                         const pvs_strategy *strategy, double interval_h) {
  *battery = (pvs_battery){
      .efficiency = terms->efficiency,
      .top_kwh = terms->cap_kwh * terms->max_soc,
      .floor_kwh = terms->cap_kwh * (1 - terms->max_dod),
      .cycle_kwh = terms->cap_kwh * (terms->max_soc - 1 + terms->max_dod),
      .charge_max_kwh = rate_kw(strategy->charge_c_rate, terms) * interval_h,
      .discharge_max_kwh = rate_kw(strategy->discharge_c_rate, terms) * interval_h,
      .prioritise = strategy->prioritise,
  };
  battery->charge_max_in_kwh = battery->charge_max_kwh * battery->efficiency;
}

void pvs_battery_begin(pvs_battery_state *state, const pvs_battery_terms *terms) {
  *state = (pvs_battery_state){.level_kwh = terms->cap_kwh * 0.5};
}

double pvs_battery_threshold(const pvs_strategy *strategy, const double *load, uint32_t steps) {
  double most = 0;
  if (!(strategy->peak_demand_percentage > 0))
    return 0;
  for (uint32_t t = 0; t < steps; t++)
    if ((strategy->flags[t] & PVS_MAY_DISCHARGE) && load[t] > most)
      most = load[t];
  return most * strategy->peak_demand_percentage / 100;
}

double pvs_battery_soh(double cycles, const pvs_battery_terms *terms) {
  return 100 - cycles / terms->max_cycles * 100;
}

double pvs_battery_cycles(const pvs_battery *battery, const pvs_battery_state *state) {
  return 0.5 * state->through_kwh / battery->cycle_kwh;
}

double pvs_battery_losses_kwh(const pvs_battery *battery, const pvs_battery_state *state) {
  return state->taken_kwh * (1 - battery->efficiency);
}

void pvs_battery_put(pvs_battery_lanes *lanes, int lane, const pvs_battery *battery,
                     const pvs_battery_state *state) {
  lanes->efficiency[lane] = battery->efficiency;
  lanes->top_kwh[lane] = battery->top_kwh;
  lanes->floor_kwh[lane] = battery->floor_kwh;
  lanes->charge_max_kwh[lane] = battery->charge_max_kwh;
  lanes->charge_max_in_kwh[lane] = battery->charge_max_in_kwh;
  lanes->minus_efficiency[lane] = -battery->efficiency;
  lanes->reciprocal[lane] = 1 / lanes->minus_efficiency[lane];
  lanes->minus_discharge_max_kwh[lane] = -battery->discharge_max_kwh;
  lanes->minus_threshold_kwh[lane] = -battery->threshold_kwh;
  lanes->prioritise[lane] = -(int64_t)battery->prioritise;
  lanes->level_kwh[lane] = state->level_kwh;
  lanes->through_kwh[lane] = state->through_kwh;
  lanes->taken_kwh[lane] = state->taken_kwh;
}

void pvs_battery_take(const pvs_battery_lanes *lanes, int lane, pvs_battery_state *state) {
  state->level_kwh = lanes->level_kwh[lane];
  state->through_kwh = lanes->through_kwh[lane];
  state->taken_kwh = lanes->taken_kwh[lane];
}
