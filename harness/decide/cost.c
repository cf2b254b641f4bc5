#include "decide/cost.h"

#include "decide/stats.h"

#include <math.h>

enum { TRIALS = 40 };

/* Sizes of a block's difference between equal things, ln: 24 evenly spaced quantiles of those
 * recorded on a shared two-core virtual machine (tests/replay/data/pinned_sequential_1500.csv). */
static const double usual_noise[] = {
    0.0004, 0.0014, 0.0024, 0.0032, 0.0040, 0.0053, 0.0062, 0.0071, 0.0083, 0.0097, 0.0112, 0.0131,
    0.0152, 0.0176, 0.0202, 0.0242, 0.0292, 0.0348, 0.0406, 0.0465, 0.0570, 0.0716, 0.0979, 0.1619};

typedef struct noise {
  const double *values;
  size_t n;
  double scale; /* from a value to a block's difference */
} noise;

static double draw(const noise *from, hx_rng *rng) {
  double sign = hx_rng_next(rng) & 1 ? 1 : -1;
  return sign * from->scale * from->values[hx_rng_below(rng, from->n)];
}

static hx_compare_result try_once(const noise *from, const hx_compare_options *options,
                                  hx_rng *rng) {
  hx_compare c;
  hx_compare_result result;
  hx_compare_init(&c, options);
  do
    c.x[c.n_blocks++] = draw(from, rng);
  while (hx_compare_decide(&c, &result) == HX_COMPARE_GO_ON);
  return result;
}

static double spread_of(const noise *from) {
  double sizes[HX_COMPARE_MAX_BLOCKS];
  size_t n = from->n < HX_COMPARE_MAX_BLOCKS ? from->n : HX_COMPARE_MAX_BLOCKS;
  for (size_t i = 0; i < n; i++) /* the newest */
    sizes[i] = from->scale * from->values[from->n - n + i];
  return hx_stats_mad_sd(sizes, n, 0);
}

hx_cost hx_cost_of_comparison(const double *differences, size_t n,
                              const hx_compare_options *options) {
  noise from = {usual_noise, sizeof usual_noise / sizeof *usual_noise, 1};
  if (n >= HX_COST_FEWEST)
    from = (noise){differences, n, 1 / sqrt(2)};
  double runs[TRIALS], open = 0;
  hx_rng rng;
  hx_rng_seed(&rng, options->seed);
  for (int i = 0; i < TRIALS; i++) {
    hx_compare_result result = try_once(&from, options, &rng);
    runs[i] = result.runs;
    open += result.verdict == HX_COMPARE_INCONCLUSIVE;
  }
  return (hx_cost){.runs = (int)hx_stats_median(runs, TRIALS),
                   .most_runs = 4 * options->looks[options->n_looks - 1],
                   .open = open / TRIALS,
                   .detectable = hx_compare_detectable(spread_of(&from), 0.9, options)};
}
