/* Loads beside each other: columns and files that are copies, households that are all without a load
 * at once, and what half of them use. */
#ifndef PVS_INPUT_LOAD_COMPARE_H
#define PVS_INPUT_LOAD_COMPARE_H

#include "input/builder.h"

/* The loads of one file. Marks those that are copies of each other, by number of resident or
 * register. */
pvs_code pvs_load_compare(pvs_builder *builder, const pvs_load *load, bool *copies,
                          pvs_error *error);
/* Files of a folder that have the same loads. */
pvs_code pvs_loads_warn_copies(pvs_builder *builder, pvs_error *error);

#endif
