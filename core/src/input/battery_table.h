/* battery_lookup.csv and battery_control_strategies.csv (MODEL.md section 7). */
#ifndef PVS_INPUT_BATTERY_TABLE_H
#define PVS_INPUT_BATTERY_TABLE_H

#include "input/builder.h"

/* Prices of batteries beyond these draw a warning, in $/kWh. */
#define PVS_BATTERY_DOLLARS_MIN 50
#define PVS_BATTERY_DOLLARS_MAX 8000
/* Where a size becomes a question, whatever the price. */
enum { PVS_HOUSEHOLD_BATTERY_KWH_MAX = 60, PVS_BUILDING_BATTERY_KWH_MAX = 1500 };

/* Whether a study gives the capacity: the id contains `scale` or `scalable`. */
bool pvs_battery_is_scaled(const char *battery_id);
/* The installed battery of (battery, strategy, capacity factor), compiled on first use; PVS_NONE when the
 * capacity is 0, which is no battery. The cells are those of the study file that name battery and
 * strategy. */
pvs_code pvs_installed_battery_find(pvs_builder *builder, const char *battery_id,
                                    const char *strategy_id, double capacity_factor,
                                    pvs_where battery_cell, pvs_where strategy_cell,
                                    uint32_t *number, pvs_error *error);

#endif
