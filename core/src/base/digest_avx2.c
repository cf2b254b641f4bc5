/* XXH3 of long inputs, compiled for AVX2: the installed library has it for plain x86-64. */
#define XXH_INLINE_ALL
#include "base/digest.h"

#if defined(__x86_64__)
uint64_t pvs_digest_add_avx2(uint64_t digest, const void *data, size_t size) {
  return pvs_digest_add(digest, data, size);
}
#endif
