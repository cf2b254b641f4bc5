/* Columns that nothing reads draw a warning, unless their name says that they are for people: one
 * that was meant to be read would change bills in silence. */
#ifndef PVS_INPUT_KNOWN_COLUMNS_H
#define PVS_INPUT_KNOWN_COLUMNS_H

#include "input/builder.h"

/* The tables of the reference folder; ids that are there twice and not used, too. */
pvs_code pvs_table_columns_check(pvs_builder *builder, pvs_error *error);
/* The study file, when the customers are known. */
pvs_code pvs_study_columns_check(pvs_builder *builder, pvs_error *error);

#endif
