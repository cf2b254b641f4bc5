#ifndef PVS_INPUT_ROW_PAYERS_H
#define PVS_INPUT_ROW_PAYERS_H

#include "input/row.h"

/* Sets scenario->payers; a set of tariffs that is new is added to the builder's. */
pvs_code pvs_row_payers(const pvs_row *row, pvs_scenario *scenario, pvs_error *error);

#endif
