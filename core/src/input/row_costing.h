#ifndef PVS_INPUT_ROW_COSTING_H
#define PVS_INPUT_ROW_COSTING_H

#include "input/row.h"

/* Sets scenario->costing; needs scenario->pv. */
pvs_code pvs_row_costing(const pvs_row *row, pvs_scenario *scenario, pvs_error *error);

#endif
