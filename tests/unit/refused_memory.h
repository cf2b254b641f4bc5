/* For one source of a program: whichever allocation is refused. Sanitizers have allocators of their
 * own: there nothing is, and tests skip unless REFUSES. */
#ifndef PVT_REFUSED_MEMORY_H
#define PVT_REFUSED_MEMORY_H

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) && defined(__GLIBC__)
#define REFUSES 1
#else
#define REFUSES 0
#endif

/* The allocation that is refused, counted from 1; 0: none is. */
static long refused, made;
static long held; /* blocks that were not given back */

__attribute__((unused)) static bool refuse(void) {
  if (refused == 0 || ++made != refused)
    return false;
  errno = ENOMEM;
  return true;
}

#if REFUSES
/* NOLINTBEGIN(bugprone-reserved-identifier): glibc's names */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *old, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
void __libc_free(void *block);
/* NOLINTEND(bugprone-reserved-identifier) */

static void *hold(void *block) {
  held += block != NULL;
  return block;
}

void *malloc(size_t size) {
  return refuse() ? NULL : hold(__libc_malloc(size));
}

void *calloc(size_t n, size_t size) {
  return refuse() ? NULL : hold(__libc_calloc(n, size));
}

void *realloc(void *old, size_t size) {
  if (refuse())
    return NULL;
  void *grown = __libc_realloc(old, size);
  held += grown != NULL && old == NULL;
  return grown;
}

void *aligned_alloc(size_t alignment, size_t size) {
  return refuse() ? NULL : hold(__libc_memalign(alignment, size));
}

int posix_memalign(void **block, size_t alignment, size_t size) {
  *block = aligned_alloc(alignment, size);
  return *block ? 0 : ENOMEM;
}

void *mmap(void *at, size_t size, int protection, int flags, int fd, off_t offset) {
  if (refuse())
    return MAP_FAILED;
  return (void *)syscall(SYS_mmap, at, size, protection, flags, fd, offset);
}

void free(void *block) {
  held -= block != NULL;
  __libc_free(block);
}
#endif

#endif
