/* Statistics the decisions are made of: robust location and spread, rank tests, exact bounds, a
 * seeded generator.
 *
 * Pure functions; those that sort or select reorder the array they are given and say so. Quantiles
 * come from r-mathlib, whose signed-rank and rank-sum tables are process-wide: not thread safe. */
#ifndef HX_DECIDE_STATS_H
#define HX_DECIDE_STATS_H

#include "base/random.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- Random numbers, drawn with the generator of base/random.h ---- */

size_t hx_rng_below(hx_rng *rng, size_t n); /* in 0 .. n - 1, unbiased; n >= 1 */
double hx_rng_normal(hx_rng *rng);          /* standard normal */
double hx_rng_exponential(hx_rng *rng);     /* mean 1 */
void hx_rng_shuffle(hx_rng *rng, size_t *x, size_t n);

/* ---- Location and spread ---- */

void hx_stats_sort(double *x, size_t n);         /* ascending */
double hx_stats_mean(const double *x, size_t n); /* NaN for n == 0 */
double hx_stats_sd(const double *x, size_t n);   /* n - 1; NaN for n < 2 */
/* p in [0, 1], linear between order statistics (R's type 7). Reorders x; NaN for n == 0. */
double hx_stats_quantile(double *x, size_t n, double p);
double hx_stats_median(double *x, size_t n); /* reorders x */
/* 1.4826 * median |x - centre|: the standard deviation of normal data. Overwrites x. */
double hx_stats_mad_sd(double *x, size_t n, double centre);

/* ---- Quantiles and tails ---- */

double hx_stats_normal_quantile(double p);
double hx_stats_t_quantile(double p, double df); /* df may be infinite */
double hx_stats_t_upper(double t, double df);    /* P(T > t) */

/* Upper end of a one-sided Clopper-Pearson interval for a share seen k times of n; 1 when n is 0. */
double hx_stats_binomial_upper(int k, int n, double confidence);

/* ---- Ranks ---- */

enum { HX_STATS_SIGNED_RANK_MAX = 200 };

/* Hodges-Lehmann estimate of the centre with exact one-sided Wilcoxon signed-rank bounds, each at
 * level alpha. n <= HX_STATS_SIGNED_RANK_MAX. Bounds are infinite when n is too small for alpha;
 * all NaN for n == 0. */
typedef struct hx_signed_rank {
  double estimate, lower, upper;
} hx_signed_rank;
hx_signed_rank hx_stats_signed_rank(const double *x, size_t n, double alpha);

/* Exact one-sided p-value of the Wilcoxon signed-rank test that the centre is above `centre`;
 * values equal to it are left out, ties share their mean rank (then the p-value is that of the next
 * smaller attainable statistic). */
double hx_stats_signed_rank_above(const double *x, size_t n, double centre);

/* Two-sided p-value of the Mann-Whitney U test (exact up to 50 a side without ties, else normal
 * with correction for ties and continuity). What is used today on sequential batches; here for
 * comparison only. */
double hx_stats_mann_whitney(const double *a, size_t n_a, const double *b, size_t n_b);

/* Holm's step-down: reject[i] for familywise level alpha. n <= 1024. */
void hx_stats_holm(const double *p, size_t n, double alpha, bool *reject);

#endif
