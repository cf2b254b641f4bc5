#include "decide/stats.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#ifndef MATHLIB_STANDALONE
#define MATHLIB_STANDALONE
#endif
#include <Rmath.h>

static int compare_doubles(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

void hx_stats_sort(double *x, size_t n) {
  qsort(x, n, sizeof *x, compare_doubles);
}

double hx_stats_mean(const double *x, size_t n) {
  double sum = 0;
  for (size_t i = 0; i < n; i++)
    sum += x[i];
  return n > 0 ? sum / (double)n : (double)NAN;
}

double hx_stats_sd(const double *x, size_t n) {
  if (n < 2)
    return (double)NAN;
  double mean = hx_stats_mean(x, n), squares = 0;
  for (size_t i = 0; i < n; i++)
    squares += (x[i] - mean) * (x[i] - mean);
  return sqrt(squares / (double)(n - 1));
}

/* Quickselect (Hoare): the k-th smallest moves to x[k], smaller ones before it, larger ones behind.
 */
static double select_kth(double *x, size_t n, size_t k) {
  size_t low = 0, high = n - 1;
  while (low < high) {
    double pivot = x[low + (high - low) / 2];
    size_t i = low, j = high;
    for (;;) {
      while (x[i] < pivot)
        i++;
      while (pivot < x[j])
        j--;
      if (i >= j)
        break;
      double swap = x[i];
      x[i++] = x[j];
      x[j--] = swap;
    }
    if (i == j && x[i] <= pivot)
      i++;
    if (k < i)
      high = i - 1;
    else
      low = i;
  }
  return x[k];
}

double hx_stats_quantile(double *x, size_t n, double p) {
  if (n == 0)
    return (double)NAN;
  double position = p * (double)(n - 1);
  size_t below = (size_t)position;
  double low = select_kth(x, n, below), fraction = position - (double)below;
  if (fraction <= 0 || below + 1 >= n)
    return low;
  double high = x[below + 1];
  for (size_t i = below + 2; i < n; i++)
    high = x[i] < high ? x[i] : high;
  return low + fraction * (high - low);
}

double hx_stats_median(double *x, size_t n) {
  return hx_stats_quantile(x, n, 0.5);
}

double hx_stats_mad_sd(double *x, size_t n, double centre) {
  for (size_t i = 0; i < n; i++)
    x[i] = fabs(x[i] - centre);
  return 1.4826 * hx_stats_median(x, n);
}

double hx_stats_normal_quantile(double p) {
  return qnorm(p, 0, 1, 1, 0);
}

double hx_stats_t_quantile(double p, double df) {
  return qt(p, df, 1, 0);
}

double hx_stats_t_upper(double t, double df) {
  return pt(t, df, 0, 0);
}

double hx_stats_binomial_upper(int k, int n, double confidence) {
  return k >= n ? 1 : qbeta(confidence, k + 1, n - k, 1, 0);
}

/* The following arrays have the size that n needs: for the greatest n they would be too much for a small
 * stack, and n is hardly ever that great. */
#define RANK_SUMS(n) ((n) * ((n) + 1) / 4 + 2)

/* How often each rank sum of n values occurs among their 2^n signs, up to the middle one. Rmath's
 * psignrank, which counts likewise, ends the program when it gets no memory for it. */
static void count_rank_sums(size_t n, double *count) {
  size_t half = n * (n + 1) / 4;
  for (size_t w = 0; w < RANK_SUMS(n); w++)
    count[w] = w < 2;
  for (size_t j = 2; j <= n; j++)
    for (size_t w = j * (j + 1) / 2 < half ? j * (j + 1) / 2 : half; w >= j; w--)
      count[w] += count[w - j];
}

/* How many sums w, from 0 on, have P(W <= w) <= alpha, which is less than half. */
static size_t rare_rank_sums(size_t n, double alpha) {
  double count[RANK_SUMS(n)], p = 0, each = exp(-(double)n * M_LN2);
  size_t rare = 0;
  assert(alpha < 0.5);
  count_rank_sums(n, count);
  while ((p += each * count[rare]) <= alpha)
    rare++;
  return rare;
}

/* P(W > w) for w from -1 on. */
static double rank_sum_above(double w, size_t n) {
  double count[RANK_SUMS(n)], p = 0, each = exp(-(double)n * M_LN2);
  double most = (double)(n * (n + 1) / 2);
  bool is_high = w > most / 2;
  double end = is_high ? most - w : w + 1;
  count_rank_sums(n, count);
  for (size_t i = 0; i < RANK_SUMS(n) && (double)i < end; i++)
    p += each * count[i];
  return is_high ? p : 0.5 - p + 0.5;
}

hx_signed_rank hx_stats_signed_rank(const double *x, size_t n, double alpha) {
  assert(n <= HX_STATS_SIGNED_RANK_MAX);
  if (n == 0)
    return (hx_signed_rank){(double)NAN, (double)NAN, (double)NAN};
  size_t below = rare_rank_sums(n, alpha);
  double walsh[n * (n + 1) / 2];
  size_t count = 0;
  for (size_t i = 0; i < n; i++)
    for (size_t j = i; j < n; j++)
      walsh[count++] = (x[i] + x[j]) / 2;
  hx_stats_sort(walsh, count);
  hx_signed_rank r = {(walsh[(count - 1) / 2] + walsh[count / 2]) / 2, -(double)INFINITY,
                      (double)INFINITY};
  /* P(W <= w) <= alpha for w = below - 1, so the below-th Walsh average from either end is a bound
   * (Hollander and Wolfe, section 3.3). */
  if (below >= 1) {
    r.lower = walsh[below - 1];
    r.upper = walsh[count - below];
  }
  return r;
}

double hx_stats_signed_rank_above(const double *x, size_t n, double centre) {
  assert(n <= HX_STATS_SIGNED_RANK_MAX);
  double size[HX_STATS_SIGNED_RANK_MAX], rank_sum = 0;
  size_t used = 0;
  for (size_t i = 0; i < n; i++)
    if (x[i] < centre || x[i] > centre)
      size[used++] = fabs(x[i] - centre);
  if (used == 0)
    return 1;
  hx_stats_sort(size, used);
  for (size_t i = 0; i < n; i++) {
    if (!(x[i] > centre))
      continue;
    double value = x[i] - centre;
    size_t less = 0, equal = 0;
    for (size_t j = 0; j < used; j++) {
      less += size[j] < value;
      equal += !(size[j] < value) && !(size[j] > value);
    }
    rank_sum += (double)less + ((double)equal + 1) / 2;
  }
  return rank_sum_above(floor(rank_sum) - 1, used);
}

double hx_stats_mann_whitney(const double *a, size_t n_a, const double *b, size_t n_b) {
  double u = 0, ties = 0;
  for (size_t i = 0; i < n_a; i++)
    for (size_t j = 0; j < n_b; j++) {
      u += a[i] > b[j];
      ties += !(a[i] > b[j]) && !(a[i] < b[j]);
    }
  double na = (double)n_a, nb = (double)n_b, n = na + nb;
  if (n_a == 0 || n_b == 0)
    return 1;
  double low = u + ties / 2 < na * nb / 2 ? u + ties / 2 : na * nb - u - ties / 2;
  if (ties <= 0 && n_a <= 50 && n_b <= 50)
    return fmin(1, 2 * pwilcox(low, na, nb, 1, 0));
  /* Sum over tie groups of t^3 - t, each group counted once through its members: t^2 - 1 a member.
   */
  double correction = 0;
  for (size_t i = 0; i < n_a + n_b; i++) {
    double value = i < n_a ? a[i] : b[i - n_a], same = 0;
    for (size_t j = 0; j < n_a + n_b; j++) {
      double other = j < n_a ? a[j] : b[j - n_a];
      same += !(value < other) && !(value > other);
    }
    correction += same * same - 1;
  }
  double variance = na * nb / 12 * (n + 1 - correction / (n * (n - 1)));
  if (variance <= 0)
    return 1;
  double z = (low - na * nb / 2 + 0.5) / sqrt(variance);
  return fmin(1, 2 * pnorm(z, 0, 1, 1, 0));
}

void hx_stats_holm(const double *p, size_t n, double alpha, bool *reject) {
  size_t order[1024];
  assert(n <= sizeof order / sizeof *order);
  for (size_t i = 0; i < n; i++) {
    size_t at = i;
    for (; at > 0 && p[order[at - 1]] > p[i]; at--)
      order[at] = order[at - 1];
    order[at] = i;
  }
  bool still = true;
  for (size_t i = 0; i < n; i++) {
    still = still && p[order[i]] <= alpha / (double)(n - i);
    reject[order[i]] = still;
  }
}
