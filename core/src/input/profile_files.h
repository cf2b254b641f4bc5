/* The load and PV files of a study. */
#ifndef PVS_INPUT_PROFILE_FILES_H
#define PVS_INPUT_PROFILE_FILES_H

#include "input/builder.h"

/* The load files of each folder that the study names, in byte order of their names, and its PV
 * files. */
pvs_code pvs_files_list(pvs_builder *builder, pvs_error *error);
/* Opens every file and divides it into reading tasks. */
pvs_code pvs_files_open(pvs_builder *builder, pvs_error *error);
/* One task; any thread, once, at the same time as others. */
void pvs_files_read(pvs_builder *builder, size_t task);
/* When all tasks have run: takes over their results, or reads a file again with the slow reader. */
pvs_code pvs_files_finish(pvs_builder *builder, pvs_error *error);
void pvs_files_close(pvs_builder *builder);

#endif
