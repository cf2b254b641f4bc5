#include "base/digest_avx2.h"

#if defined(__x86_64__)

#define XXH_INLINE_ALL
#include <xxhash.h>

uint64_t pvs_digest_add_avx2(uint64_t digest, const void *data, size_t size) {
  return XXH3_64bits_withSeed(data, size, digest);
}

#endif
