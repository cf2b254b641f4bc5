#include "selftest/trial.h"

#include <assert.h>
#include <math.h>

enum { MAX_RUNS = 4 * HX_COMPARE_MAX_BLOCKS };

/* One comparison on consecutive noise; B carries `ln_slowdown` besides. */
static hx_compare_result compare_on(const double *ln_factor, double ln_slowdown, double margin,
                                    int max_blocks, uint64_t seed) {
  hx_compare_options options = hx_compare_defaults();
  options.margin = margin;
  hx_compare_plan_looks(&options, max_blocks);
  options.seed = seed;
  hx_compare c;
  hx_compare_init(&c, &options);
  hx_compare_result result;
  do {
    const double *run = ln_factor + 4 * c.n_blocks;
    double b = exp(ln_slowdown);
    hx_compare_block block =
        hx_compare_b_first(&c)
            ? (hx_compare_block){exp(run[1]), exp(run[0]) * b, exp(run[3]) * b, exp(run[2])}
            : (hx_compare_block){exp(run[0]), exp(run[1]) * b, exp(run[2]) * b, exp(run[3])};
    hx_compare_add(&c, &block);
  } while (hx_compare_decide(&c, &result) == HX_COMPARE_GO_ON);
  return result;
}

/* The same number of runs as sequential batches, judged as people do today. */
static void judge_as_today(const double *ln_factor, size_t runs, double slowdown,
                           hx_selftest_compare_figures *figures) {
  double a[MAX_RUNS / 2], b[MAX_RUNS / 2];
  size_t n = runs / 2;
  for (size_t i = 0; i < n; i++) {
    a[i] = exp(ln_factor[i]);
    b[i] = exp(ln_factor[n + i]) * (1 + slowdown);
  }
  double mean_a = hx_stats_mean(a, n), mean_b = hx_stats_mean(b, n), sd = hx_stats_sd(a, n);
  figures->mean_sd_slower += mean_b > mean_a + sd;
  figures->mean_sd_faster += mean_b < mean_a - sd;
  if (hx_stats_mann_whitney(a, n, b, n) >= 0.05)
    return;
  bool slower = hx_stats_median(b, n) > hx_stats_median(a, n);
  figures->u_test_slower += slower;
  figures->u_test_faster += !slower;
}

void hx_selftest_compare(double slowdown, hx_noise_kind noise, int max_blocks, size_t trials,
                         hx_selftest_compare_figures *figures) {
  hx_selftest_compare_margin(slowdown, noise, hx_compare_defaults().margin, max_blocks, trials,
                             figures);
}

void hx_selftest_compare_margin(double slowdown, hx_noise_kind noise, double margin, int max_blocks,
                                size_t trials, hx_selftest_compare_figures *figures) {
  assert(trials >= 1 && trials <= HX_SELFTEST_MAX_TRIALS);
  *figures = (hx_selftest_compare_figures){.trials = trials};
  double runs[HX_SELFTEST_MAX_TRIALS];
  for (size_t i = 0; i < trials; i++) {
    double ln_factor[MAX_RUNS];
    hx_rng rng;
    hx_rng_seed(&rng, i + 1);
    hx_noise_draw(noise, &rng, ln_factor, MAX_RUNS);
    hx_compare_result r = compare_on(ln_factor, log1p(slowdown), margin, max_blocks, i + 1);
    figures->verdicts[r.verdict]++;
    runs[i] = r.runs;
    judge_as_today(ln_factor, (size_t)r.runs, slowdown, figures);
  }
  figures->runs_median = hx_stats_quantile(runs, trials, 0.5);
  figures->runs_p90 = hx_stats_quantile(runs, trials, 0.9);
}

bool hx_selftest_bisect(double slowdown, hx_noise_kind noise, size_t trials,
                        hx_selftest_bisect_figures *figures) {
  assert(trials >= 1 && trials <= HX_SELFTEST_MAX_TRIALS);
  *figures = (hx_selftest_bisect_figures){0};
  double runs[HX_SELFTEST_MAX_TRIALS] = {0};
  for (size_t i = 0; i < trials; i++) {
    hx_rng rng;
    hx_rng_seed(&rng, i + 1);
    size_t slow = 1 + hx_rng_below(&rng, HX_SELFTEST_BISECT_COMMITS - 1), commit, good, bad;
    hx_bisect *b = hx_bisect_create(HX_SELFTEST_BISECT_COMMITS);
    if (!b)
      return false;
    while (hx_bisect_next(b, &commit)) {
      double ln_factor[MAX_RUNS];
      hx_noise_draw(noise, &rng, ln_factor, MAX_RUNS);
      double change = commit >= slow ? log1p(slowdown) : 0;
      hx_compare_result r = compare_on(ln_factor, change, hx_compare_defaults().margin,
                                       HX_COMPARE_USUAL_BLOCKS, hx_rng_next(&rng));
      runs[i] += r.runs;
      hx_bisect_tell(b, commit, r.verdict);
    }
    hx_bisect_get(b, &good, &bad, NULL);
    figures->named += good + 1 == bad && bad == slow ? 1 / (double)trials : 0;
    hx_bisect_destroy(b);
  }
  figures->runs_median = hx_stats_quantile(runs, trials, 0.5);
  return true;
}
