/* Whether a file is text in UTF-8. */
#ifndef PVS_BASE_ENCODING_H
#define PVS_BASE_ENCODING_H

#include "base/error.h"
#include <stddef.h>

/* PVS_SYNTAX names the file, the row and what its encoding seems to be: UTF-16, or a one-byte encoding
 * such as Latin-1. */
pvs_code pvs_encoding_check(const char *file, const char *data, size_t size, pvs_error *error);

#endif
