/* A file that is replaced as a whole or stays as it was. */
#ifndef HX_REPORT_OUTPUT_FILE_H
#define HX_REPORT_OUTPUT_FILE_H

#include "pvs/pvs.h"

#include <stdbool.h>
#include <stddef.h>

/* Writes the bytes to a file of its own beside `path` and renames it: whoever looks sees the old
 * file or the new one. A link is followed, so that the file it leads to is replaced; devices and
 * pipes are written to directly. False with an error that names `path`; then the old file is as it
 * was and nothing else is left. Not for threads: signals are held back meanwhile. */
bool hx_output_file_write(const char *path, const void *bytes, size_t size, pvs_error *error);

#endif
