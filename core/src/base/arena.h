/* Memory that is freed all at once. Blocks are 64-byte aligned and zeroed. Not thread-safe. */
#ifndef PVS_BASE_ARENA_H
#define PVS_BASE_ARENA_H

#include <stddef.h>

enum { PVS_ALIGN = 64 };

typedef struct pvs_arena {
  struct pvs_arena_chunk *chunks;
  size_t bytes; /* of all chunks */
} pvs_arena;

void pvs_arena_init(pvs_arena *arena);
void pvs_arena_deinit(pvs_arena *arena); /* frees every block; the arena may be used again */
/* Moves all blocks of `from` into `to`; `from` is empty then. */
void pvs_arena_take(pvs_arena *to, pvs_arena *from);
/* n x size bytes, PVS_ALIGN-aligned, zeroed; NULL when out of memory or the product overflows. A
 * block of 0 bytes is not NULL. */
void *pvs_arena_alloc(pvs_arena *arena, size_t n, size_t size);
/* Small, 8-byte aligned, for strings and little structs. */
void *pvs_arena_small(pvs_arena *arena, size_t size);
char *pvs_arena_string(pvs_arena *arena, const char *text, size_t length); /* NUL-terminated copy */

#endif
