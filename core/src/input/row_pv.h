#ifndef PVS_INPUT_ROW_PV_H
#define PVS_INPUT_ROW_PV_H

#include "input/row.h"

/* Sets scenario->pv and pv_scale; fills the owner map of the folder and the PV file. */
pvs_code pvs_row_pv(const pvs_row *row, pvs_scenario *scenario, pvs_error *error);

#endif
