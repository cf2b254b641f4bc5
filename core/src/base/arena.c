#include "base/arena.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Blocks are carved from the front of `chunks`; whatever is too large for a common chunk gets one
 * of its own, behind the front, so that the room left in front is not lost. calloc takes large
 * chunks fresh from the system: they are zero without being touched, so first touch decides where
 * they lie. */
struct pvs_arena_chunk {
  struct pvs_arena_chunk *next;
  size_t used, size; /* bytes of data, counted from the first aligned one */
  unsigned char *data;
};

enum { CHUNK_BYTES = 64 * 1024, LARGE_BYTES = CHUNK_BYTES / 4 };

void pvs_arena_init(pvs_arena *arena) {
  arena->chunks = NULL;
}

void pvs_arena_deinit(pvs_arena *arena) {
  struct pvs_arena_chunk *chunk = arena->chunks;
  while (chunk != NULL) {
    struct pvs_arena_chunk *next = chunk->next;
    free(chunk);
    chunk = next;
  }
  arena->chunks = NULL;
}

static struct pvs_arena_chunk *chunk_create(size_t size) {
  const size_t extra = sizeof(struct pvs_arena_chunk) + PVS_ALIGN - 1;
  if (size > SIZE_MAX - extra) {
    return NULL;
  }
  struct pvs_arena_chunk *chunk = calloc(1, size + extra);
  if (chunk != NULL) {
    const uintptr_t first = (uintptr_t)(chunk + 1);
    chunk->data = (unsigned char *)(chunk + 1) + (-first & (PVS_ALIGN - 1));
    chunk->size = size;
  }
  return chunk;
}

static void *carve(pvs_arena *arena, size_t size, size_t align) {
  struct pvs_arena_chunk *front = arena->chunks;
  if (front != NULL) {
    const size_t at = (front->used + align - 1) & ~(align - 1);
    if (at <= front->size && size <= front->size - at) {
      front->used = at + size;
      return front->data + at;
    }
  }
  const bool large = size > LARGE_BYTES;
  struct pvs_arena_chunk *chunk = chunk_create(large ? size : CHUNK_BYTES);
  if (chunk == NULL) {
    return NULL;
  }
  chunk->used = size;
  if (large && front != NULL) {
    chunk->next = front->next;
    front->next = chunk;
  } else {
    chunk->next = front;
    arena->chunks = chunk;
  }
  return chunk->data;
}

void *pvs_arena_alloc(pvs_arena *arena, size_t n, size_t size) {
  if (size != 0 && n > SIZE_MAX / size) {
    return NULL;
  }
  return carve(arena, n * size, PVS_ALIGN);
}

void *pvs_arena_small(pvs_arena *arena, size_t size) {
  return carve(arena, size, 8);
}

char *pvs_arena_string(pvs_arena *arena, const char *text, size_t length) {
  if (length == SIZE_MAX) {
    return NULL;
  }
  char *copy = carve(arena, length + 1, 1);
  if (copy != NULL && length > 0) {
    memcpy(copy, text, length);
  }
  return copy;
}
