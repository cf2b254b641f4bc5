/* tariff_calendar.csv: the charges of tariffs of the type Calendar (MODEL.md section 3). */
#ifndef PVS_INPUT_CHARGE_TABLE_H
#define PVS_INPUT_CHARGE_TABLE_H

#include "input/builder.h"

/* Reads the rows of all tariffs that the study names, and holidays.csv if there are any; fills the limits
 * of exports. Draws warnings
 * about rows and steps that have no effect. */
pvs_code pvs_charges_read(pvs_builder *builder, pvs_error *error);
/* Of all tariffs together. */
size_t pvs_charges_count(const pvs_builder *builder);

#endif
