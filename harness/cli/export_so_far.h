/* The files of --export-json and its like while a command still measures. */
#ifndef HX_CLI_EXPORT_SO_FAR_H
#define HX_CLI_EXPORT_SO_FAR_H

#include "cli/command.h"

/* Writes what the sweep or comparison of the last row in folder/runs.csv has measured so far to the
 * files that `cx` asks for, so that an interruption, of whatever kind, loses nothing. `folder`:
 * results/<machine>. Needs memory for the runs of this measurement, not for the store. Errors are not
 * reported here but at the end, when the complete tables are written. */
void hx_export_so_far(const hx_context *cx, const char *folder);

#endif
