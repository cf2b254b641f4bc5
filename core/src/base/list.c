#include "base/list.h"

#include <stdlib.h>

void *pvs_list_grow(void *items, uint32_t *count, uint32_t *capacity, size_t size) {
  uint32_t wanted = *capacity ? *capacity * 2 : 16;
  void *grown = wanted > *count ? realloc(items, wanted * size) : NULL;
  if (!grown)
    return NULL;
  *capacity = wanted;
  return grown;
}
