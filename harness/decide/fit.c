#include "decide/fit.h"

#include "decide/stats.h"

#include <math.h>
#include <stdlib.h>

enum { ROUNDS = 10 };

/* Where psi leaves the straight line, below and above, and where it is back at zero, in units of
 * the noise. */
static const double BEND_BELOW = 2.0, BEND_ABOVE = 1.5, ZERO_ABOVE = 4.5;

static const double LEAST_NOISE =
    1e-6; /* clocks are no better; keeps equal runs from dividing by zero */

struct hx_fit_work {
  size_t m;
  size_t *begin; /* [m + 1]: where a configuration's runs begin in grouped */
  size_t *slot;  /* of a run in grouped */
  double *residual, *drift, *grouped, *copy, *pairs;
};

hx_fit_work *hx_fit_create(size_t max_runs, size_t m, size_t max_each) {
  hx_fit_work *work = calloc(1, sizeof *work);
  if (!work)
    return NULL;
  work->m = m;
  work->begin = calloc(m + 1 + max_runs, sizeof *work->begin);
  work->residual = calloc(4 * max_runs + max_runs * max_each / 2 + 1, sizeof *work->residual);
  if (!work->begin || !work->residual) {
    hx_fit_destroy(work);
    return NULL;
  }
  work->slot = work->begin + m + 1;
  work->drift = work->residual + max_runs;
  work->grouped = work->drift + max_runs;
  work->copy = work->grouped + max_runs;
  work->pairs = work->copy + max_runs;
  return work;
}

void hx_fit_destroy(hx_fit_work *work) {
  if (!work)
    return;
  free(work->begin);
  free(work->residual);
  free(work);
}

static double weight(double u) {
  if (u < -BEND_BELOW)
    return BEND_BELOW / -u;
  if (u <= BEND_ABOVE)
    return 1;
  if (u >= ZERO_ABOVE)
    return 0;
  return BEND_ABOVE * (ZERO_ABOVE - u) / (ZERO_ABOVE - BEND_ABOVE) / u;
}

static double slope(double u) {
  if (u < -BEND_BELOW || u >= ZERO_ABOVE)
    return 0;
  return u <= BEND_ABOVE ? 1 : -BEND_ABOVE / (ZERO_ABOVE - BEND_ABOVE);
}

/* Lower median: of two values the smaller, since interference only adds. */
static double start(double *x, size_t n) {
  return n > 1 ? hx_stats_quantile(x, n, (double)((n - 1) / 2) / (double)(n - 1)) : x[0];
}

static double locate(const double *x, size_t n, double at, double noise) {
  for (int round = 0; round < 8; round++) {
    double sum = 0, weights = 0;
    for (size_t i = 0; i < n; i++) {
      double w = weight((x[i] - at) / noise);
      sum += w * x[i];
      weights += w;
    }
    if (weights <= 0)
      break;
    at = sum / weights;
  }
  return at;
}

/* What a block's runs share: what at least three quarters of them are away from their levels, all
 * of them when there are four or fewer. Less would let interference that hit part of a block make
 * the rest look fast. Zero is the level of most runs. */
static void estimate_drift(hx_fit_work *work, const hx_fit_run *runs, size_t n) {
  double *sorted = work->copy;
  for (size_t begin = 0, end = 0; begin < n; begin = end) {
    while (end < n && runs[end].block == runs[begin].block) {
      sorted[end - begin] = work->residual[end];
      end++;
    }
    size_t count = end - begin, quarter = (count - 1) / 4;
    hx_stats_sort(sorted, count);
    double low = sorted[quarter], high = sorted[count - 1 - quarter];
    for (size_t t = begin; t < end; t++)
      work->drift[t] = low > 0 ? low : high < 0 ? high : 0;
  }
  for (size_t t = 0; t < n; t++)
    work->copy[t] = work->drift[t];
  double undisturbed = hx_stats_median(work->copy, n);
  for (size_t t = 0; t < n; t++)
    work->drift[t] -= undisturbed;
}

/* Sorts the runs by configuration, keeping their order: begin[] and slot[]. */
static void group(hx_fit_work *work, const hx_fit_run *runs, size_t n) {
  size_t *begin = work->begin, m = work->m;
  for (size_t c = 0; c <= m; c++)
    begin[c] = 0;
  for (size_t t = 0; t < n; t++)
    begin[runs[t].config + 1]++;
  for (size_t c = 0; c < m; c++)
    begin[c + 1] += begin[c];
  for (size_t t = 0; t < n; t++)
    work->slot[t] = begin[runs[t].config]++;
  for (size_t c = m; c > 0; c--)
    begin[c] = begin[c - 1];
  begin[0] = 0;
}

/* Noise from the differences between runs of the same configuration: needs no estimate of mu, so
 * that two runs are enough. */
static double within_noise(hx_fit_work *work, const hx_fit_run *runs, size_t n) {
  for (size_t t = 0; t < n; t++)
    work->grouped[work->slot[t]] = runs[t].y - work->drift[t];
  size_t count = 0;
  for (size_t c = 0; c < work->m; c++)
    for (size_t i = work->begin[c]; i < work->begin[c + 1]; i++)
      for (size_t j = i + 1; j < work->begin[c + 1]; j++)
        work->pairs[count++] = work->grouped[i] - work->grouped[j];
  return fmax(LEAST_NOISE, hx_stats_mad_sd(work->pairs, count, 0) / sqrt(2));
}

/* mu from what the drift leaves; scale 0: the starting values. */
static void locate_all(hx_fit_work *work, const hx_fit_run *runs, size_t n, double scale,
                       double *mu) {
  for (size_t t = 0; t < n; t++)
    work->copy[work->slot[t]] = work->grouped[work->slot[t]] = runs[t].y - work->drift[t];
  for (size_t c = 0; c < work->m; c++) {
    size_t first = work->begin[c], count = work->begin[c + 1] - first;
    mu[c] = count > 0 ? start(work->copy + first, count) : (double)NAN;
    if (count > 1 && scale > 0)
      mu[c] = locate(work->grouped + first, count, mu[c], scale);
  }
}

hx_fit hx_fit_estimate(hx_fit_work *work, const hx_fit_run *runs, size_t n, double *mu) {
  group(work, runs, n);
  for (size_t t = 0; t < n; t++)
    work->drift[t] = 0;
  locate_all(work, runs, n, 0, mu);

  size_t repeated = 0, configs = 0; /* runs of configurations that ran more than once, and those */
  for (size_t c = 0; c < work->m; c++) {
    size_t count = work->begin[c + 1] - work->begin[c];
    repeated += count > 1 ? count : 0;
    configs += count > 1;
  }
  if (repeated == 0)
    return (hx_fit){(double)NAN, 0};
  double df = (double)(repeated - configs), scale = 0;

  for (int round = 0; round < ROUNDS; round++) {
    for (size_t t = 0; t < n; t++)
      work->residual[t] = runs[t].y - mu[runs[t].config];
    if (round > 0)
      estimate_drift(work, runs, n);
    scale = within_noise(work, runs, n);
    locate_all(work, runs, n, scale, mu);
  }

  /* Asymptotic variance of an M-estimate (Huber and Ronchetti, section 3.2). */
  double psi_squares = 0, slopes = 0;
  for (size_t t = 0; t < n; t++) {
    size_t c = runs[t].config;
    if (work->begin[c + 1] - work->begin[c] < 2)
      continue;
    double u = (runs[t].y - work->drift[t] - mu[c]) / scale, psi = weight(u) * u;
    psi_squares += psi * psi;
    slopes += slope(u);
  }
  double mean_slope = fmax(0.2, slopes / (double)repeated);
  return (hx_fit){scale * sqrt(psi_squares / df) / mean_slope, df};
}
