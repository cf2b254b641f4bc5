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

bool hx_memory_init(hx_memory *memory, const hx_work *work, uint32_t slots, bool shared) {
  *memory = (hx_memory){.results_bytes = work->results_bytes,
                        .slot_stride = (work->slot_bytes + 63) / 64 * 64,
                        .n_slots = slots};
  size_t slots_bytes;
  if (__builtin_mul_overflow(memory->slot_stride, (size_t)slots, &slots_bytes))
    return false;
  memory->results = hx_memory_map(memory->results_bytes, shared);
  memory->slots = hx_memory_map(slots_bytes, shared);
  if (memory->results && memory->slots)
    return true;
  hx_memory_deinit(memory);
  return false;
}

void hx_memory_deinit(hx_memory *memory) {
  hx_memory_unmap(memory->results, memory->results_bytes);
  hx_memory_unmap(memory->slots, memory->slot_stride * memory->n_slots);
  *memory = (hx_memory){0};
}

void *hx_memory_slot(const hx_memory *memory, uint32_t scenario) {
  return memory->slots + memory->slot_stride * (scenario % memory->n_slots);
}
