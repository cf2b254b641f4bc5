/* Random numbers for synthetic data: base/random.h's, with a generator for each purpose, so that a
 * household's draws do not depend on how many neighbours it has. Never draw twice in one argument
 * list or sum: compilers differ in which they evaluate first. */
#ifndef HX_SYNTH_RNG_H
#define HX_SYNTH_RNG_H

#include "base/random.h"

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

static inline hx_rng hx_synth_rng(uint64_t seed, hx_synth_stream stream, uint64_t a, uint64_t b) {
  uint64_t state = seed;
  state = hx_rng_mix(&state) ^ (uint64_t)stream;
  state = hx_rng_mix(&state) ^ a;
  state = hx_rng_mix(&state) ^ b;
  hx_rng rng;
  hx_rng_seed(&rng, state);
  return rng;
}

static inline double hx_synth_between(hx_rng *rng, double low, double high) {
  return low + (high - low) * hx_rng_uniform(rng);
}

/* In 0 … n-1. */
static inline uint32_t hx_synth_below(hx_rng *rng, uint32_t n) {
  return (uint32_t)(((hx_rng_next(rng) >> 32) * n) >> 32);
}

/* Nearly normal, mean 0, deviation 1, within ±3.5: the sum of four 16-bit lanes of one draw. It
 * needs no logarithm, whose last bit differs between machines. */
static inline double hx_synth_normal(hx_rng *rng) {
  uint64_t x = hx_rng_next(rng);
  int64_t sum = (int64_t)((x & 0xffff) + ((x >> 16) & 0xffff) + ((x >> 32) & 0xffff) + (x >> 48));
  return (double)(sum - 131070) * (1.0 / 37837.227);
}

#endif
