#ifndef PVS_INPUT_STUDY_SCAN_H
#define PVS_INPUT_STUDY_SCAN_H

#include "input/builder.h"

/* First pass over the study file: its columns, the folders, PV files and tariffs that it names, and
 * whether scenario numbers are unique. *region becomes the first `dst` cell, if there is one. */
pvs_code pvs_study_rows_scan(pvs_builder *builder, const char **region, pvs_error *error);

#endif
