/* The seeded generator of stats.h and what is drawn with it. */
#include "decide/stats.h"

#include <assert.h>
#include <math.h>

static uint64_t rotate_left(uint64_t x, int k) {
  return (x << k) | (x >> (64 - k));
}

void hx_rng_seed(hx_rng *rng, uint64_t seed) {
  for (int i = 0; i < 4; i++) { /* splitmix64: the state is never all zero */
    seed += 0x9e3779b97f4a7c15U;
    uint64_t z = seed;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    rng->state[i] = z ^ (z >> 31);
  }
}

uint64_t hx_rng_next(hx_rng *rng) {
  uint64_t *s = rng->state;
  uint64_t result = rotate_left(s[1] * 5, 7) * 9, t = s[1] << 17;
  s[2] ^= s[0];
  s[3] ^= s[1];
  s[1] ^= s[2];
  s[0] ^= s[3];
  s[2] ^= t;
  s[3] = rotate_left(s[3], 45);
  return result;
}

double hx_rng_uniform(hx_rng *rng) {
  return (double)(hx_rng_next(rng) >> 11) * 0x1.0p-53;
}

size_t hx_rng_below(hx_rng *rng, size_t n) {
  assert(n >= 1);
  uint64_t range = n, limit = UINT64_MAX - UINT64_MAX % range, x;
  do
    x = hx_rng_next(rng);
  while (x >= limit);
  return (size_t)(x % range);
}

double hx_rng_exponential(hx_rng *rng) {
  return -log1p(-hx_rng_uniform(rng));
}

/* Box-Muller; the second value is thrown away so that the state stays the generator's alone. */
double hx_rng_normal(hx_rng *rng) {
  double radius = sqrt(2 * hx_rng_exponential(rng));
  return radius * cos(2 * 3.14159265358979323846 * hx_rng_uniform(rng));
}

void hx_rng_shuffle(hx_rng *rng, size_t *x, size_t n) {
  for (size_t i = n; i > 1; i--) {
    size_t j = hx_rng_below(rng, i), swap = x[i - 1];
    x[i - 1] = x[j];
    x[j] = swap;
  }
}
