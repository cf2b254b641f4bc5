/* dst_lookup.csv (MODEL.md section 2). */
#ifndef PVS_INPUT_DST_TABLE_H
#define PVS_INPUT_DST_TABLE_H

#include "input/builder.h"

/* Fills the calendar's summers for the study's region. */
pvs_code pvs_summers_fill(pvs_builder *builder, pvs_error *error);

#endif
