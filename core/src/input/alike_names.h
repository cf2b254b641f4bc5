/* Names that look the same to a reader, such as "TOU" and "tou", are two names to the model: whoever writes
 * one and means the other gets another bill. Both being there draws a warning. */
#ifndef PVS_INPUT_ALIKE_NAMES_H
#define PVS_INPUT_ALIKE_NAMES_H

#include "input/builder.h"

/* Ids of the tables, registers, households of one folder, load folders and PV files, when all files are read.
 * Takes time in proportion to the names. */
pvs_code pvs_alike_names_check(pvs_builder *builder, pvs_error *error);

#endif
