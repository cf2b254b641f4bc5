#include "selftest/trial.h"

#include <math.h>

enum { N = HX_SELFTEST_COMMITS, BLOCKS = 12, EDGE = 10 };

static const double AR_RHO = 0.5;
static const double LEAST_SPIKE = 0.05, LARGEST_SPIKE = 0.5;

static void draw_ar(hx_rng *rng, double sd, double *y) {
  double state = sd * hx_rng_normal(rng);
  for (size_t i = 0; i < N; i++) {
    y[i] = state;
    state = AR_RHO * state + sqrt(1 - AR_RHO * AR_RHO) * sd * hx_rng_normal(rng);
  }
}

static void draw_recorded(hx_rng *rng, double *y) {
  for (size_t i = 0; i < N; i++) {
    double run[4 * BLOCKS], x[BLOCKS];
    hx_noise_draw(HX_NOISE_RECORDED, rng, run, 4 * BLOCKS);
    for (size_t b = 0; b < BLOCKS; b++)
      x[b] = (run[4 * b + 1] + run[4 * b + 2] - run[4 * b] - run[4 * b + 3]) / 2;
    y[i] = hx_stats_median(x, BLOCKS);
  }
}

bool hx_selftest_history(hx_selftest_series kind, double sd, double step, size_t series,
                         hx_selftest_history_figures *figures) {
  *figures = (hx_selftest_history_figures){0};
  hx_history_options options = hx_history_defaults();
  size_t flagged = 0, found = 0, placed = 0, extra = 0, spiked = 0;
  double squares = 0;
  for (size_t s = 0; s < series; s++) {
    double y[N], changed[N];
    hx_history_change changes[N];
    hx_history_fit fit;
    hx_rng rng;
    hx_rng_seed(&rng, s + 1);
    if (kind == HX_SELFTEST_AR)
      draw_ar(&rng, sd, y);
    else
      draw_recorded(&rng, y);
    if (!hx_history_detect(y, N, &options, changes, &fit))
      return false;
    bool null_flagged = fit.n_changes > 0;
    flagged += null_flagged;

    size_t at = EDGE + hx_rng_below(&rng, N - 2 * EDGE + 1);
    for (size_t i = 0; i < N; i++) {
      squares += y[i] * y[i];
      changed[i] = y[i] + (i >= at ? log1p(step) : 0);
    }
    if (!hx_history_detect(changed, N, &options, changes, &fit))
      return false;
    bool near = false;
    for (size_t k = 0; k < fit.n_changes; k++)
      near = near || (changes[k].at <= at + 2 && at <= changes[k].at + 2);
    found += fit.n_changes > 0;
    placed += near;
    extra += fit.n_changes > 1;

    for (size_t i = 0; i < N; i++)
      changed[i] = y[i];
    changed[at] += log1p(LEAST_SPIKE + (LARGEST_SPIKE - LEAST_SPIKE) * hx_rng_uniform(&rng));
    if (!hx_history_detect(changed, N, &options, changes, &fit))
      return false;
    spiked += fit.n_changes > 0 && !null_flagged;
  }
  double n = (double)series;
  figures->sd = sqrt(squares / (n * N));
  figures->flagged = (double)flagged / n;
  figures->found = (double)found / n;
  figures->placed = (double)placed / n;
  figures->extra = (double)extra / n;
  figures->spiked = flagged < series ? (double)spiked / (n - (double)flagged) : 0;
  return true;
}
