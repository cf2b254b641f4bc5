/* What is drawn with the generator of base/random.h. */
#include "decide/stats.h"

#include <assert.h>
#include <math.h>

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
