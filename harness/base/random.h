/* The harness's only random number generator: xoshiro256**, seeded by SplitMix64 (both by Blackman
 * and Vigna, in the public domain). The same seed gives the same numbers on every machine. */
#ifndef HX_BASE_RANDOM_H
#define HX_BASE_RANDOM_H

#include <stdint.h>

typedef struct hx_rng {
  uint64_t state[4];
} hx_rng;

/* SplitMix64: the next number after *state. Spreads similar seeds far apart. */
static inline uint64_t hx_rng_mix(uint64_t *state) {
  uint64_t z = (*state += UINT64_C(0x9e3779b97f4a7c15));
  z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
  return z ^ (z >> 31);
}

/* The state is never all zero, whatever the seed. */
static inline void hx_rng_seed(hx_rng *rng, uint64_t seed) {
  for (int i = 0; i < 4; i++)
    rng->state[i] = hx_rng_mix(&seed);
}

static inline uint64_t hx_rng_next(hx_rng *rng) {
  uint64_t *s = rng->state, x = s[1] * 5, t = s[1] << 17;
  uint64_t result = ((x << 7) | (x >> 57)) * 9;
  s[2] ^= s[0];
  s[3] ^= s[1];
  s[1] ^= s[2];
  s[0] ^= s[3];
  s[2] ^= t;
  s[3] = (s[3] << 45) | (s[3] >> 19);
  return result;
}

/* In [0, 1). */
static inline double hx_rng_uniform(hx_rng *rng) {
  return (double)(hx_rng_next(rng) >> 11) * 0x1p-53;
}

#endif
