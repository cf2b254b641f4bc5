#ifndef PVS_INPUT_ROW_BATTERIES_H
#define PVS_INPUT_ROW_BATTERIES_H

#include "input/row.h"

/* Sets scenario->batteries; a set that is new is added to the builder's. */
pvs_code pvs_row_batteries(const pvs_row *row, pvs_scenario *scenario, pvs_error *error);

/* The set of these batteries, one for each owner and PVS_NONE where there is none; equal sets are
 * one. n_individual: how many owners but the last, which is the building, have one. */
pvs_code pvs_battery_set_find(pvs_builder *builder, const uint32_t *installed, uint32_t n_owners,
                              uint32_t n_individual, uint32_t *set, pvs_error *error);

#endif
