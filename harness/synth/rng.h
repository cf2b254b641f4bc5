/* Random numbers that are the same on every machine: xoshiro256** seeded by SplitMix64 (Blackman
 * and Vigna, public domain algorithms). A generator is keyed by what it is for, so that a
 * household's draws do not depend on how many neighbours it has. Never draw twice in one argument
 * list or sum: compilers differ in which they evaluate first. */
#ifndef HX_SYNTH_RNG_H
#define HX_SYNTH_RNG_H

#include <stdint.h>

typedef struct hx_synth_rng {
  uint64_t s[4];
} hx_synth_rng;

/* What a stream of numbers is for. */
typedef enum hx_synth_stream {
  HX_STREAM_WEATHER = 1,
  HX_STREAM_SKY,
  HX_STREAM_TRAITS,
  HX_STREAM_HOUSEHOLD,
  HX_STREAM_TRIPS,
  HX_STREAM_COMMON,
  HX_STREAM_PANELS,
} hx_synth_stream;

static inline uint64_t hx_synth_mix(uint64_t *state) {
  uint64_t z = (*state += UINT64_C(0x9e3779b97f4a7c15));
  z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
  return z ^ (z >> 31);
}

static inline hx_synth_rng hx_synth_rng_for(uint64_t seed, hx_synth_stream stream, uint64_t a,
                                            uint64_t b) {
  uint64_t state = seed;
  state = hx_synth_mix(&state) ^ (uint64_t)stream;
  state = hx_synth_mix(&state) ^ a;
  state = hx_synth_mix(&state) ^ b;
  hx_synth_rng r;
  for (int i = 0; i < 4; i++)
    r.s[i] = hx_synth_mix(&state);
  return r;
}

static inline uint64_t hx_synth_next(hx_synth_rng *r) {
  uint64_t *s = r->s, x = s[1] * 5, t = s[1] << 17;
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
static inline double hx_synth_uniform(hx_synth_rng *r) {
  return (double)(hx_synth_next(r) >> 11) * 0x1p-53;
}

static inline double hx_synth_between(hx_synth_rng *r, double low, double high) {
  return low + (high - low) * hx_synth_uniform(r);
}

/* In 0 … n-1. */
static inline uint32_t hx_synth_below(hx_synth_rng *r, uint32_t n) {
  return (uint32_t)(((hx_synth_next(r) >> 32) * n) >> 32);
}

/* Nearly normal, mean 0, deviation 1, within ±3.5: the sum of four 16-bit lanes of one draw. No
 * logarithm, no libm. */
static inline double hx_synth_normal(hx_synth_rng *r) {
  uint64_t x = hx_synth_next(r);
  int64_t sum = (int64_t)((x & 0xffff) + ((x >> 16) & 0xffff) + ((x >> 32) & 0xffff) + (x >> 48));
  return (double)(sum - 131070) * (1.0 / 37837.227);
}

#endif
