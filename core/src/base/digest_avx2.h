/* XXH3 of long inputs compiled for AVX2, for machines that have it: the installed library is
 * compiled for plain x86-64. */
#ifndef PVS_BASE_DIGEST_AVX2_H
#define PVS_BASE_DIGEST_AVX2_H

#include <stddef.h>
#include <stdint.h>

uint64_t pvs_digest_add_avx2(uint64_t digest, const void *data, size_t size);

#endif
