#include "base/number_cache.h"

#include <string.h>

_Static_assert(sizeof(pvs_number_text) == 32, "two of them fill a cache line");
_Static_assert((int)sizeof(((pvs_number_text *)0)->text) <= (int)PVS_NUMBER_MAX,
               "all of a text may be copied");

size_t pvs_format_double_again(pvs_number_text *cache, char *buffer, double value) {
  uint64_t bits;
  memcpy(&bits, &value, sizeof bits);
  pvs_number_text *entry =
      &cache[(bits * UINT64_C(0x9e3779b97f4a7c15)) >> (64 - PVS_NUMBER_CACHE_BITS)];
  if (entry->bits == bits && entry->length > 0) {
    memcpy(buffer, entry->text, sizeof entry->text);
    return entry->length;
  }
  const size_t length = pvs_format_double(buffer, value);
  if (length > 0 && length <= sizeof entry->text) {
    entry->bits = bits;
    entry->length = (uint8_t)length;
    memcpy(entry->text, buffer, length);
  }
  return length;
}
