/* The numbers of one row of a plain profile: where most of the reading time goes. */
#ifndef PVS_INPUT_PROFILE_VALUES_H
#define PVS_INPUT_PROFILE_VALUES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Reads n numbers, each after a comma, the first of which is at p, bit-equal to pvs_parse_double.
 * Returns the end of the last one; the byte behind it is for the caller to judge. NULL when there
 * are fewer numbers, or one is not plain: blanks around a number may be too much for one reader and
 * not for another. Reads no byte at or beyond `end`, and none before p - PVS_VALUES_BEFORE. */
typedef const char *(*pvs_values_reader)(const char *p, const char *end, uint32_t n,
                                         double *values);

enum { PVS_VALUES_BEFORE = 16 };

const char *pvs_values_read_portable(const char *p, const char *end, uint32_t n, double *values);
/* The fastest that this machine can run. */
pvs_values_reader pvs_values_reader_best(void);

#endif
