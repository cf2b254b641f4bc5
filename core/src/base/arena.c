#include "base/arena.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* The address sanitizer notices one step beyond a block only if blocks stand apart and nobody may touch
 * what lies between them. */
#if defined(__SANITIZE_ADDRESS__) /* gcc */
#define HAS_ASAN
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAS_ASAN
#endif
#endif
#ifdef HAS_ASAN
#include <sanitizer/asan_interface.h>
enum { GAP_BYTES = PVS_ALIGN };
#else
#define ASAN_POISON_MEMORY_REGION(at, size)   ((void)(at), (void)(size))
#define ASAN_UNPOISON_MEMORY_REGION(at, size) ((void)(at), (void)(size))
enum { GAP_BYTES = 0 };
#endif

/* Blocks are carved from the front of `chunks`, which is the one with most room left among those
 * that have been in front. */
struct pvs_arena_chunk {
  struct pvs_arena_chunk *next;
  size_t used, size; /* bytes of data, counted from the first aligned one */
  unsigned char *data;
  size_t mapped; /* bytes, when it was mapped; 0: from calloc */
};

enum {
  LEAST_BYTES = 4 * 1024,
  CHUNK_BYTES = 64 * 1024,
  HUGE_PAGE_BYTES = 2 * 1024 * 1024,
  /* From this size on a huge page is taken instead of small ones: 64 page faults cost about twice as
   * much as its one, and memory grows by less than a huge page per arena. */
  WORTH_HUGE_BYTES = HUGE_PAGE_BYTES / 8
};

void pvs_arena_init(pvs_arena *arena) {
  *arena = (pvs_arena){0};
}

void pvs_arena_deinit(pvs_arena *arena) {
  struct pvs_arena_chunk *chunk = arena->chunks;
  while (chunk != NULL) {
    struct pvs_arena_chunk *next = chunk->next;
    ASAN_UNPOISON_MEMORY_REGION(chunk->data, chunk->size + GAP_BYTES);
    if (chunk->mapped != 0) {
      munmap(chunk, chunk->mapped);
    } else {
      free(chunk);
    }
    chunk = next;
  }
  *arena = (pvs_arena){0};
}

void pvs_arena_take(pvs_arena *to, pvs_arena *from) {
  struct pvs_arena_chunk **end = &to->chunks;
  while (*end != NULL) {
    end = &(*end)->next;
  }
  *end = from->chunks;
  to->bytes += from->bytes;
  *from = (pvs_arena){0};
}

static unsigned char *align_up(void *memory, size_t align) {
  return (unsigned char *)memory + (-(uintptr_t)memory & (align - 1));
}

/* Mapped: zero without being touched, so that first touch decides where it lies, and given back at
 * once. Page faults cost a fifth of the time of reading a profile where pages are small. */
static struct pvs_arena_chunk *chunk_map(size_t size) {
  const size_t extra = sizeof(struct pvs_arena_chunk) + 2 * HUGE_PAGE_BYTES;
  if (size > SIZE_MAX - extra) {
    return NULL;
  }
  void *memory =
      mmap(NULL, size + extra, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) {
    return NULL;
  }
  struct pvs_arena_chunk *chunk = memory;
  chunk->mapped = size + extra;
  chunk->data = align_up(chunk + 1, HUGE_PAGE_BYTES);
  const size_t left = size % HUGE_PAGE_BYTES;
  const size_t huge = size - left + (left >= WORTH_HUGE_BYTES ? HUGE_PAGE_BYTES : 0);
  chunk->size = huge > size ? huge : size;
  madvise(chunk->data, huge, MADV_HUGEPAGE);
  return chunk;
}

static struct pvs_arena_chunk *chunk_create(size_t size) {
  if (size >= WORTH_HUGE_BYTES) {
    return chunk_map(size);
  }
  struct pvs_arena_chunk *chunk = calloc(1, sizeof *chunk + PVS_ALIGN - 1 + size + GAP_BYTES);
  if (chunk != NULL) {
    chunk->data = align_up(chunk + 1, PVS_ALIGN);
    chunk->size = size;
  }
  return chunk;
}

static size_t room(const struct pvs_arena_chunk *chunk) {
  return chunk == NULL ? 0 : chunk->size - chunk->used;
}

/* An arena doubles at first, so that one that holds little touches little memory. One that holds much
 * is given more than it asks for. */
static struct pvs_arena_chunk *add_chunk(pvs_arena *arena, size_t size) {
  const size_t least = arena->bytes >= WORTH_HUGE_BYTES ? WORTH_HUGE_BYTES
                       : arena->bytes >= CHUNK_BYTES    ? CHUNK_BYTES
                       : arena->bytes >= LEAST_BYTES    ? arena->bytes
                                                        : LEAST_BYTES;
  struct pvs_arena_chunk *chunk = chunk_create(size > least ? size : least);
  if (chunk == NULL) {
    return NULL;
  }
  ASAN_POISON_MEMORY_REGION(chunk->data, chunk->size + GAP_BYTES);
  arena->bytes += chunk->size;
  chunk->used = size;
  struct pvs_arena_chunk *front = arena->chunks;
  if (front != NULL && room(chunk) <= room(front)) {
    chunk->next = front->next;
    front->next = chunk;
  } else {
    chunk->next = front;
    arena->chunks = chunk;
  }
  return chunk;
}

static void *carve(pvs_arena *arena, size_t size, size_t align) {
  struct pvs_arena_chunk *front = arena->chunks;
  unsigned char *block = NULL;
  if (front != NULL) {
    const size_t at = (front->used + GAP_BYTES + align - 1) & ~(align - 1);
    if (at <= front->size && size <= front->size - at) {
      front->used = at + size;
      block = front->data + at;
    }
  }
  if (block == NULL) {
    struct pvs_arena_chunk *chunk = add_chunk(arena, size);
    block = chunk == NULL ? NULL : chunk->data;
  }
  if (block != NULL) {
    ASAN_UNPOISON_MEMORY_REGION(block, size);
  }
  return block;
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
