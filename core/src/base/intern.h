/* Byte strings (names, or whole structs of plain data without padding) to small numbers 0, 1, 2 …
 * in order of first sight. */
#ifndef PVS_BASE_INTERN_H
#define PVS_BASE_INTERN_H

#include "base/arena.h"
#include <stdint.h>

typedef struct pvs_intern_slot {
  uint32_t hash, number; /* of the key, counted from 1; 0: free */
} pvs_intern_slot;

typedef struct pvs_intern {
  pvs_arena *arena;       /* keys are copied here */
  pvs_intern_slot *slots; /* open addressing, malloc'd, freed by deinit */
  uint32_t n_slots, count, capacity;
  const void **keys; /* malloc'd; NUL-terminated copies, so a string key can be used as text */
  uint32_t *lengths;
} pvs_intern;

#define PVS_INTERN_NONE UINT32_MAX

void pvs_intern_init(pvs_intern *intern, pvs_arena *arena);
void pvs_intern_deinit(pvs_intern *intern);
/* The key's number, added when new (*is_new when not NULL); PVS_INTERN_NONE when out of memory. */
uint32_t pvs_intern_add(pvs_intern *intern, const void *key, size_t length, int *is_new);
/* The same for a key that is not copied: it stays where it is for as long as the intern's, and there is
 * a NUL behind it. */
uint32_t pvs_intern_adopt(pvs_intern *intern, const void *key, size_t length, int *is_new);
/* PVS_INTERN_NONE when absent. */
uint32_t pvs_intern_find(const pvs_intern *intern, const void *key, size_t length);

#endif
