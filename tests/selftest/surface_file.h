/* Recorded response surfaces, from a CSV file: what `pvtune sweep --export-surface` writes.
 *
 *   surface,topology,units,executor,processes,threads,pin,schedule,seconds[,PARAMETER...]
 *
 * The topology is hwloc's synthetic string; units are empty when unknown; further columns are
 * parameters. A configuration that the file lacks cannot be run. Rows of a surface stand together. */
#ifndef SELFTEST_SURFACE_FILE_H
#define SELFTEST_SURFACE_FILE_H

#include "pvs/pvs.h"

#include "selftest/surface.h"

enum { SURFACE_NAME = 128 };

typedef struct surface_file surface_file; /* opaque */

/* NULL with file, row and column in error. */
surface_file *surface_file_open(const char *path, pvs_error *error);
void surface_file_close(surface_file *file); /* NULL is fine */

/* The next surface, which the caller destroys; NULL at the end, or with an error (its code is not
 * PVS_OK). */
surface *surface_file_next(surface_file *file, char name[SURFACE_NAME], pvs_error *error);

#endif
