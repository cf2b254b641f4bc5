/* battery_control_strategies.csv (MODEL.md section 7). */
#ifndef PVS_INPUT_STRATEGY_TABLE_H
#define PVS_INPUT_STRATEGY_TABLE_H

#include "input/builder.h"

/* The strategy's number, compiled for the study's calendar on first use. `cell` is the cell of the
 * study file that names it. */
pvs_code pvs_strategy_find(pvs_builder *builder, const char *id, pvs_where cell, uint32_t *index,
                           pvs_error *error);

#endif
