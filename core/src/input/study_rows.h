#ifndef PVS_INPUT_STUDY_ROWS_H
#define PVS_INPUT_STUDY_ROWS_H

#include "input/builder.h"

/* Second pass over the study file, when customers and tariffs are known: appends the scenarios. */
pvs_code pvs_study_rows_build(pvs_builder *builder, const uint32_t *tariff_of_row,
                              pvs_error *error);

#endif
