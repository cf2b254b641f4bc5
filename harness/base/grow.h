/* Arrays that grow by one element at a time. */
#ifndef HX_BASE_GROW_H
#define HX_BASE_GROW_H

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Makes room for one more element behind the `count` elements of *array, which is NULL when count
 * is 0. `array` is the address of the pointer. Call it before each element that is added: the room
 * is doubled whenever count is a power of two. False when memory runs out; then the array stays as
 * it was. */
static inline bool hx_grow(void *array, size_t count, size_t element_size) {
  void *old, *grown;
  if ((count & (count - 1)) != 0)
    return true;
  memcpy(&old, array, sizeof old);
  grown = reallocarray(old, count == 0 ? 1 : 2 * count, element_size);
  if (!grown)
    return false;
  memcpy(array, &grown, sizeof grown);
  return true;
}

#endif
