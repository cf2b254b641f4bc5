/* battery_lookup.csv and battery_control_strategies.csv (MODEL.md section 7). */
#ifndef PVS_INPUT_BATTERY_TABLE_H
#define PVS_INPUT_BATTERY_TABLE_H

#include "input/builder.h"

/* The unit of (battery, strategy, capacity factor), compiled on first use. The cells are those of
 * the study file that name battery and strategy. */
pvs_code pvs_battery_unit_find(pvs_builder *builder, const char *battery_id,
                               const char *strategy_id, double capacity_factor,
                               pvs_where battery_cell, pvs_where strategy_cell, uint32_t *unit,
                               pvs_error *error);

#endif
