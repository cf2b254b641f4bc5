/* tariff_lookup.csv (MODEL.md section 3). */
#ifndef PVS_INPUT_TARIFF_TABLE_H
#define PVS_INPUT_TARIFF_TABLE_H

#include "input/builder.h"

/* Gives each row of the table its id's number. */
pvs_code pvs_tariffs_index(pvs_builder *builder, pvs_error *error);
/* The id's row in the table; PVS_NONE when there is no such id. */
uint32_t pvs_tariff_row(const pvs_builder *builder, const char *id);
/* Compiles every row marked in tariff_used, in lookup order; fills the study's tariffs, and
 * tariff_of_row (n_rows of the table) with the number of each. An id that is used and there twice is
 * an error. */
pvs_code pvs_tariffs_compile(pvs_builder *builder, uint32_t *tariff_of_row, pvs_error *error);

#endif
