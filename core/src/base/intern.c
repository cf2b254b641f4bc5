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

static uint64_t hash_of(const void *key, size_t length) {
  return pvs_digest_add(0, key, length);
}

/* The slot of the key with that hash, or the free one where it would be put: n_slots is a power of
 * two and there is always a free one. */
static pvs_intern_slot *find_slot(const pvs_intern *intern, uint64_t hash, const void *key,
                                  size_t length) {
  const uint32_t mask = intern->n_slots - 1;
  for (uint32_t at = (uint32_t)hash & mask;; at = (at + 1) & mask) {
    pvs_intern_slot *slot = &intern->slots[at];
    if (slot->number == 0 ||
        (slot->hash == (uint32_t)hash && intern->lengths[slot->number - 1] == length &&
         memcmp(intern->keys[slot->number - 1], key, length) == 0)) {
      return slot;
    }
  }
}

/* Moves the slots; the keys are not looked at. */
static bool grow_slots(pvs_intern *intern, uint32_t n_slots) {
  pvs_intern_slot *slots = calloc(n_slots, sizeof *slots);
  if (slots == NULL) {
    return false;
  }
  for (uint32_t i = 0; i < intern->n_slots; i++) {
    uint32_t at = intern->slots[i].hash & (n_slots - 1);
    if (intern->slots[i].number == 0) {
      continue;
    }
    while (slots[at].number != 0) {
      at = (at + 1) & (n_slots - 1);
    }
    slots[at] = intern->slots[i];
  }
  free(intern->slots);
  intern->slots = slots;
  intern->n_slots = n_slots;
  return true;
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
  if (!grow_slots(intern, capacity * 2)) {
    return false;
  }
  intern->capacity = capacity;
  return true;
}

static const void *copy_of(pvs_arena *arena, const void *key, size_t length) {
  char *copy = pvs_arena_small(arena, length + 1);
  if (copy != NULL && length > 0) {
    memcpy(copy, key, length);
  }
  return copy;
}

static uint32_t add(pvs_intern *intern, const void *key, size_t length, bool is_kept, int *is_new) {
  if (is_new != NULL) {
    *is_new = 0;
  }
  const uint64_t hash = hash_of(key, length);
  pvs_intern_slot *slot = intern->n_slots == 0 ? NULL : find_slot(intern, hash, key, length);
  if (slot != NULL && slot->number != 0) {
    return slot->number - 1;
  }
  if (length >= UINT32_MAX) {
    return PVS_INTERN_NONE;
  }
  if (slot == NULL || intern->count == intern->capacity) {
    if (!grow(intern)) {
      return PVS_INTERN_NONE;
    }
    slot = find_slot(intern, hash, key, length);
  }
  const void *kept = is_kept ? key : copy_of(intern->arena, key, length);
  if (kept == NULL) {
    return PVS_INTERN_NONE;
  }
  intern->keys[intern->count] = kept;
  intern->lengths[intern->count] = (uint32_t)length;
  *slot = (pvs_intern_slot){(uint32_t)hash, ++intern->count};
  if (is_new != NULL) {
    *is_new = 1;
  }
  return intern->count - 1;
}

uint32_t pvs_intern_add(pvs_intern *intern, const void *key, size_t length, int *is_new) {
  return add(intern, key, length, false, is_new);
}

uint32_t pvs_intern_adopt(pvs_intern *intern, const void *key, size_t length, int *is_new) {
  return add(intern, key, length, true, is_new);
}

uint32_t pvs_intern_find(const pvs_intern *intern, const void *key, size_t length) {
  if (intern->n_slots == 0) {
    return PVS_INTERN_NONE;
  }
  const uint32_t number = find_slot(intern, hash_of(key, length), key, length)->number;
  return number == 0 ? PVS_INTERN_NONE : number - 1;
}
