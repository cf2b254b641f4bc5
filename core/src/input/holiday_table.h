/* holidays.csv: public holidays (MODEL.md section 2). */
#ifndef PVS_INPUT_HOLIDAY_TABLE_H
#define PVS_INPUT_HOLIDAY_TABLE_H

#include "input/builder.h"

/* Marks the days of the calendar that are public holidays in the study's region. Without the file
 * there are none. */
pvs_code pvs_holidays_fill(pvs_builder *builder, pvs_error *error);

#endif
