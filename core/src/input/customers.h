/* What a study needs of its load and PV files when all are read. */
#ifndef PVS_INPUT_CUSTOMERS_H
#define PVS_INPUT_CUSTOMERS_H

#include "input/builder.h"

/* Checks that all files have one time index; fills the calendar. */
pvs_code pvs_profiles_check(pvs_builder *builder, pvs_error *error);
/* The customers of each folder, their series in each load file, and the totals of PV files. */
pvs_code pvs_customers_take(pvs_builder *builder, pvs_error *error);

#endif
