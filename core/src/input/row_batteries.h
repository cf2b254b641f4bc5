#ifndef PVS_INPUT_ROW_BATTERIES_H
#define PVS_INPUT_ROW_BATTERIES_H

#include "input/row.h"

/* Sets scenario->batteries; a set that is new is added to the builder's. */
pvs_code pvs_row_batteries(const pvs_row *row, pvs_scenario *scenario, pvs_error *error);

#endif
