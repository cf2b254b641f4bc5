#include "base/digest.h"

uint64_t pvs_digest_add_avx2(uint64_t digest, const void *data, size_t size);

uint64_t pvs_digest_add_long(uint64_t digest, const void *data, size_t size) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2")) {
    return pvs_digest_add_avx2(digest, data, size);
  }
#endif
  return pvs_digest_add(digest, data, size);
}
