/* Load and PV series beside what apartment buildings have: warnings about values that a meter or a
 * PV system hardly gives. */
#ifndef PVS_INPUT_USUAL_H
#define PVS_INPUT_USUAL_H

#include "input/builder.h"

/* The sums of the loads must have been made. */
pvs_code pvs_loads_check(pvs_builder *builder, pvs_error *error);
/* Fills the builder's pv_peaks_kw and pv_columns_kw. */
pvs_code pvs_pvs_check(pvs_builder *builder, pvs_error *error);

#endif
