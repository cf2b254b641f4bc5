/* Remembers the text of numbers. Scenarios that share flows also share bills, so most of their
 * numbers occur many times. Copying a text takes a fifth of the time of formatting the number. */
#ifndef PVS_BASE_NUMBER_CACHE_H
#define PVS_BASE_NUMBER_CACHE_H

#include "base/number.h"
#include <stdint.h>

/* The last number with this hash; length 0: none yet. */
typedef struct pvs_number_text {
  uint64_t bits;
  char text[23];
  uint8_t length;
} pvs_number_text;

enum { PVS_NUMBER_CACHE_BITS = 13, PVS_NUMBER_CACHE = 1 << PVS_NUMBER_CACHE_BITS };

/* As pvs_format_double, with PVS_NUMBER_CACHE entries that were zeroed once and belong to the
 * caller's thread. */
size_t pvs_format_double_again(pvs_number_text *cache, char *buffer, double value);

#endif
