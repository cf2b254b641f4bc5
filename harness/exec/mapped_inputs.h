/* Input files are mapped while they are read, and others may write to them meanwhile. If a file gets
 * shorter, the first access behind its new end raises SIGBUS, after which the process cannot
 * continue; other changes may be seen or not. */
#ifndef HX_EXEC_MAPPED_INPUTS_H
#define HX_EXEC_MAPPED_INPUTS_H

#include "pvs/pvs.h"

/* The files of this machine, as pvs_source_files. From the first call on, SIGBUS in a file that is read
 * through it ends the process with HX_EXIT_USAGE and a message on standard error that names the file.
 * One thread at a time reads and releases; any may use the bytes. */
const pvs_source *hx_mapped_inputs(void);
/* Whether all files that were read since the last call of hx_mapped_inputs are still what they were
 * then, by size and time; else an error that names one. */
bool hx_mapped_inputs_unchanged(pvs_error *error);

#endif
