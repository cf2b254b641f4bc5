#include "base/digest.h"
#include "base/simd.h"

#include "base/digest_avx2.h"

uint64_t pvs_digest_add_long(uint64_t digest, const void *data, size_t size) {
#if defined(__x86_64__)
  if (pvs_simd_best() >= PVS_SIMD_AVX2)
    return pvs_digest_add_avx2(digest, data, size);
#endif
  return pvs_digest_add(digest, data, size);
}
