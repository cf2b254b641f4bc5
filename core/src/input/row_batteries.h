#ifndef PVS_INPUT_ROW_BATTERIES_H
#define PVS_INPUT_ROW_BATTERIES_H

#include "input/row.h"

/* Sets scenario->batteries; a set that is new is added to the builder's. */
pvs_code pvs_row_batteries(const pvs_row *row, pvs_scenario *scenario, pvs_error *error);

/* The set of these batteries, one for each resident and then the building's, PVS_NONE where there is
 * none; equal sets are one, and so are those of one battery of the building. n_individual: how many
 * residents have one. */
pvs_code pvs_battery_set_find(pvs_builder *builder, const uint32_t *installed, uint32_t n_residents,
                              uint32_t n_individual, uint32_t *set, pvs_error *error);

#endif
