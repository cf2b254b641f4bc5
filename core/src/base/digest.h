/* Digests of inputs and outputs: XXH3, 64 bits. */
#ifndef PVS_BASE_DIGEST_H
#define PVS_BASE_DIGEST_H

#include <stddef.h>
#include <stdint.h>
#include <xxhash.h>

/* Continues a digest with these bytes; a new one starts from 0. The digest depends on how the bytes
 * are divided into calls: "a" and then "b" give another one than "ab". */
static inline uint64_t pvs_digest_add(uint64_t digest, const void *data, size_t size) {
  return XXH3_64bits_withSeed(data, size, digest);
}

/* The same digest, faster for large data. */
uint64_t pvs_digest_add_long(uint64_t digest, const void *data, size_t size);

#endif
