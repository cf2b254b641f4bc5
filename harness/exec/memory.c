#include "exec/memory.h"

#include <sys/mman.h>

void *hx_memory_map(size_t size, bool shared) {
  int flags = MAP_ANONYMOUS | MAP_NORESERVE | (shared ? MAP_SHARED : MAP_PRIVATE);
  void *memory = mmap(NULL, size > 0 ? size : 1, PROT_READ | PROT_WRITE, flags, -1, 0);
  return memory == MAP_FAILED ? NULL : memory;
}

void hx_memory_unmap(void *memory, size_t size) {
  if (memory)
    munmap(memory, size > 0 ? size : 1);
}

static size_t stride_of(const hx_work *work) {
  return (work->buffer_bytes + 63) / 64 * 64;
}

size_t hx_memory_buffers_bytes(const hx_work *work, uint32_t buffers) {
  size_t bytes;
  return __builtin_mul_overflow(stride_of(work), (size_t)buffers, &bytes) ? SIZE_MAX : bytes;
}

bool hx_memory_init(hx_memory *memory, const hx_work *work, uint32_t buffers, bool shared) {
  *memory = (hx_memory){.results_bytes = work->results_bytes,
                        .buffer_stride = stride_of(work),
                        .n_buffers = buffers,
                        .keeps_buffers = work->kept_buffers && !shared};
  const size_t buffers_bytes = hx_memory_buffers_bytes(work, buffers);
  if (buffers_bytes == SIZE_MAX)
    return false;
  memory->results = hx_memory_map(memory->results_bytes, shared);
  memory->buffers =
      memory->keeps_buffers ? work->kept_buffers : hx_memory_map(buffers_bytes, shared);
  if (memory->results && memory->buffers)
    return true;
  hx_memory_deinit(memory);
  return false;
}

void hx_memory_deinit(hx_memory *memory) {
  hx_memory_unmap(memory->results, memory->results_bytes);
  if (!memory->keeps_buffers)
    hx_memory_unmap(memory->buffers, memory->buffer_stride * memory->n_buffers);
  *memory = (hx_memory){0};
}

void *hx_memory_buffer(const hx_memory *memory, uint32_t scenario) {
  return memory->buffers + memory->buffer_stride * (scenario % memory->n_buffers);
}
