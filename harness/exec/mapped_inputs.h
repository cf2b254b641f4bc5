/* Input files are mapped while they are read. If another program shortens such a file, the first
 * access behind its new end raises SIGBUS, after which the process cannot continue. */
#ifndef HX_EXEC_MAPPED_INPUTS_H
#define HX_EXEC_MAPPED_INPUTS_H

#include "pvs/pvs.h"

/* The files of this machine, as pvs_source_files. From the first call on, SIGBUS in a file that is read
 * through it ends the process with HX_EXIT_USAGE and a message on standard error that names the file.
 * One thread at a time reads and releases; any may use the bytes. */
const pvs_source *hx_mapped_inputs(void);

#endif
