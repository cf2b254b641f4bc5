#include "base/intern.h"

#include "base/digest.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

void pvs_intern_init(pvs_intern *intern, pvs_arena *arena) {
  *intern = (pvs_intern){.arena = arena};
}

void pvs_intern_deinit(pvs_intern *intern) {
  free(intern->slots);
  free(intern->keys);
  free(intern->lengths);
  *intern = (pvs_intern){0};
}

/* The slot that holds the key's number plus one, or 0 where it would be put. n_slots is a power of
 * two and never full. */
static uint32_t *find_slot(const pvs_intern *intern, const void *key, size_t length) {
  const uint32_t mask = intern->n_slots - 1;
  for (uint32_t at = (uint32_t)pvs_digest_add(0, key, length) & mask;; at = (at + 1) & mask) {
    const uint32_t slot = intern->slots[at];
    if (slot == 0 ||
        (intern->lengths[slot - 1] == length && memcmp(intern->keys[slot - 1], key, length) == 0)) {
      return &intern->slots[at];
    }
  }
}

static bool grow(pvs_intern *intern) {
  const uint32_t capacity = intern->capacity == 0 ? 32 : intern->capacity * 2;
  if (capacity >= PVS_INTERN_NONE / 4) {
    return false;
  }
  const void **keys = realloc(intern->keys, capacity * sizeof *keys);
  if (keys == NULL) {
    return false;
  }
  intern->keys = keys;
  uint32_t *lengths = realloc(intern->lengths, capacity * sizeof *lengths);
  if (lengths == NULL) {
    return false;
  }
  intern->lengths = lengths;
  uint32_t *slots = calloc((size_t)capacity * 2, sizeof *slots);
  if (slots == NULL) {
    return false;
  }
  free(intern->slots);
  intern->slots = slots;
  intern->n_slots = capacity * 2;
  intern->capacity = capacity;
  for (uint32_t i = 0; i < intern->count; i++) {
    *find_slot(intern, intern->keys[i], intern->lengths[i]) = i + 1;
  }
  return true;
}

uint32_t pvs_intern_add(pvs_intern *intern, const void *key, size_t length, int *is_new) {
  if (is_new != NULL) {
    *is_new = 0;
  }
  const uint32_t known = pvs_intern_find(intern, key, length);
  if (known != PVS_INTERN_NONE) {
    return known;
  }
  if (length >= UINT32_MAX || (intern->count == intern->capacity && !grow(intern))) {
    return PVS_INTERN_NONE;
  }
  char *copy = pvs_arena_small(intern->arena, length + 1);
  if (copy == NULL) {
    return PVS_INTERN_NONE;
  }
  if (length > 0) {
    memcpy(copy, key, length);
  }
  intern->keys[intern->count] = copy;
  intern->lengths[intern->count] = (uint32_t)length;
  *find_slot(intern, copy, length) = ++intern->count;
  if (is_new != NULL) {
    *is_new = 1;
  }
  return intern->count - 1;
}

uint32_t pvs_intern_find(const pvs_intern *intern, const void *key, size_t length) {
  const uint32_t slot = intern->n_slots == 0 ? 0 : *find_slot(intern, key, length);
  return slot == 0 ? PVS_INTERN_NONE : slot - 1;
}
