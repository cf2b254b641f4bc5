/* Batteries: parameters, state and control strategy (MODEL.md section 7). */
#ifndef PVS_MODEL_BATTERY_H
#define PVS_MODEL_BATTERY_H

#include "base/calendar.h"
#include <stdbool.h>
#include <stdint.h>

/* A row of battery_lookup.csv after defaults and scaling. */
typedef struct pvs_battery_terms {
  double cap_kwh, max_charge_kw, efficiency, max_dod, max_soc, max_cycles;
  double cost_dollars, inverter_cost_dollars;
  double life_years;
  double inverter_life_years; /* NaN: a_term */
} pvs_battery_terms;

/* A row of battery_control_strategies.csv, compiled for a calendar. */
typedef struct pvs_strategy {
  const char *id;
  double charge_c_rate, discharge_c_rate; /* NaN: max_charge_kW */
  double peak_demand_percentage;
  bool prioritise;
  const uint8_t *flags; /* one byte per step (padding 0): PVS_MAY_CHARGE, PVS_MAY_DISCHARGE */
} pvs_strategy;

enum { PVS_MAY_CHARGE = 1, PVS_MAY_DISCHARGE = 2 };

/* What a dispatch reads in every step. All of it is derived from terms and strategy, except the
 * threshold, which depends on the load that the battery serves. */
typedef struct pvs_battery {
  double efficiency;
  double top_kwh;           /* cap x maxSOC */
  double floor_kwh;         /* cap x (1 - maxDOD) */
  double cycle_kwh;         /* cap x (maxSOC - 1 + maxDOD) */
  double charge_max_kwh;    /* in a step, measured outside the battery: cmax */
  double charge_max_in_kwh; /* cmax x efficiency */
  double discharge_max_kwh; /* in a step: dmax */
  double threshold_kwh;
  bool prioritise;
} pvs_battery;

typedef struct pvs_battery_state {
  double level_kwh;
  double through_kwh; /* stored plus given: wears the battery */
  double taken_kwh;   /* taken outside the battery for charging */
} pvs_battery_state;

enum { PVS_BATTERY_LANES = 8 };

/* Batteries side by side, each with its own parameters and state. */
typedef struct pvs_battery_lanes {
  _Alignas(64) double efficiency[PVS_BATTERY_LANES];
  double top_kwh[PVS_BATTERY_LANES], floor_kwh[PVS_BATTERY_LANES];
  double charge_max_kwh[PVS_BATTERY_LANES], charge_max_in_kwh[PVS_BATTERY_LANES];
  double minus_efficiency[PVS_BATTERY_LANES];
  double reciprocal[PVS_BATTERY_LANES]; /* 1 / minus_efficiency */
  double minus_discharge_max_kwh[PVS_BATTERY_LANES], minus_threshold_kwh[PVS_BATTERY_LANES];
  int64_t prioritise[PVS_BATTERY_LANES]; /* -1: yes, 0: no */
  double level_kwh[PVS_BATTERY_LANES], through_kwh[PVS_BATTERY_LANES], taken_kwh[PVS_BATTERY_LANES];
} pvs_battery_lanes;

/* Series of one lane over a stretch of steps: inputs and what dispatch writes. level NULL: not
 * wanted. */
typedef struct pvs_battery_series {
  const uint8_t *flags;
  const double *gen, *load;
  double *net, *log, *level;
} pvs_battery_series;

/* Puts a battery and its state into a lane, and takes the state back. */
void pvs_battery_put(pvs_battery_lanes *lanes, int lane, const pvs_battery *battery,
                     const pvs_battery_state *state);
void pvs_battery_take(const pvs_battery_lanes *lanes, int lane, pvs_battery_state *state);

/* Everything but threshold_kwh, which stays 0 until the load is known. */
void pvs_battery_compile(pvs_battery *battery, const pvs_battery_terms *terms,
                         const pvs_strategy *strategy, double interval_h);
/* Half charged and not used yet. */
void pvs_battery_begin(pvs_battery_state *state, const pvs_battery_terms *terms);
/* peak_demand_percentage / 100 of the greatest load, kWh, in a step of the discharge periods. */
double pvs_battery_threshold(const pvs_strategy *strategy, const double *load, uint32_t steps);
/* Full cycles: 0.5 x energy through / usable capacity. */
double pvs_battery_cycles(const pvs_battery *battery, const pvs_battery_state *state);
/* All losses are in charging. */
double pvs_battery_losses_kwh(const pvs_battery *battery, const pvs_battery_state *state);
/* State of health, %: 100 when new, 0 after max_cycles. */
double pvs_battery_soh(double cycles, const pvs_battery_terms *terms);

#endif
