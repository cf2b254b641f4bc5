/* The outputs of a run on disk: their digest, and their comparison with expected ones. */
#ifndef HX_MEASURE_OUTPUTS_H
#define HX_MEASURE_OUTPUTS_H

#include "measure/environment.h"

#include <stdbool.h>
#include <stddef.h>

/* Of a file's bytes, or of all that is in a folder: names (relative, sorted), bytes of files, targets of
 * links to anything else, and of the rest its kind (empty folder, pipe, ...). "" when there is nothing, or
 * nothing but files without bytes, or it cannot be read: then false is returned. */
bool hx_outputs_digest(const char *path, char digest[HX_HASH_TEXT]);

typedef enum hx_expected {
  HX_EXPECTED_UNCHECKED,
  HX_EXPECTED_AGREES,
  HX_EXPECTED_DIFFERS,
  HX_EXPECTED_ERROR, /* could not be compared */
} hx_expected;

/* Outputs with the same bytes agree. Other CSV files, and folders of them, are compared cell by
 * cell with the usual tolerances (compare_files.h). If they do not agree, `message` says where they
 * differ or why they could not be compared. */
hx_expected hx_outputs_compare(const char *expected, const char *actual, char *message, size_t cap);

#endif
