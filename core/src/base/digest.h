/* Digests of inputs and outputs: XXH3, 64 bits. */
#ifndef PVS_BASE_DIGEST_H
#define PVS_BASE_DIGEST_H

#include <stddef.h>
#include <stdint.h>
#include <xxhash.h>

/* The digest of what `digest` stood for followed by these bytes: start from 0. The division into
 * calls matters: "a", "b" gives another digest than "ab". */
static inline uint64_t pvs_digest_add(uint64_t digest, const void *data, size_t size) {
  return XXH3_64bits_withSeed(data, size, digest);
}

/* The same digest, sooner where there is much data. */
uint64_t pvs_digest_add_long(uint64_t digest, const void *data, size_t size);

#endif
