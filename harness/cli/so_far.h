/* What has been measured so far, for the files of --export-json and so on: they are written after
 * each round, so that an interruption, of whatever kind, loses nothing. */
#ifndef HX_CLI_SO_FAR_H
#define HX_CLI_SO_FAR_H

#include "cli/command.h"

/* Writes the table `so_far` from the last measurement in `folder` (results/<machine>) to the files;
 * does nothing when no file was asked for. Errors are not reported here but at the end, when the
 * complete tables are written. */
void hx_export_so_far(const hx_context *cx, const char *folder);

#endif
