/* Memory that workers fill: zeroed, page-aligned, not touched before it is used (so that it lies
 * near whoever fills it), and not charged to the process until then. */
#ifndef HX_EXEC_MEMORY_H
#define HX_EXEC_MEMORY_H

#include "exec/exec.h"

/* shared: also written by processes forked later. NULL when there is none; size 0 gives a page. */
void *hx_memory_map(size_t size, bool shared);
void hx_memory_unmap(void *memory, size_t size); /* NULL is fine */

/* The results of the work and a ring of `buffers` buffers. */
typedef struct hx_memory {
  unsigned char *results, *buffers;
  size_t results_bytes, buffer_stride;
  uint32_t n_buffers;
  bool keeps_buffers; /* they are the caller's */
} hx_memory;

/* Of so many buffers; SIZE_MAX if that is more than there can be. */
size_t hx_memory_buffers_bytes(const hx_work *work, uint32_t buffers);
bool hx_memory_init(hx_memory *memory, const hx_work *work, uint32_t buffers, bool shared);
void hx_memory_deinit(hx_memory *memory);
void *hx_memory_buffer(const hx_memory *memory, uint32_t scenario);

#endif
