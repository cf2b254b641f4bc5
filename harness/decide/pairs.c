#include "decide/pairs.h"

#include "decide/stats.h"

#include <math.h>

/* More than any ln of a ratio: what is not known. */
static const double UNKNOWN = 1e6;

/* Fills the least and the most that ln(seconds of b / seconds of a) may be; false where not even its
 * sign is known. */
static bool difference(const hx_pairs_cell *a, const hx_pairs_cell *b, double *least,
                       double *most) {
  double d = b->y - a->y;
  bool any = isfinite(d) && !(a->censored && b->censored);
  *least = a->censored ? -UNKNOWN : d;
  *most = b->censored ? UNKNOWN : d;
  return any && !(b->censored && d <= 0) && !(a->censored && d >= 0);
}

hx_pairs hx_pairs_compare(const hx_pairs_cell *a, const hx_pairs_cell *b, size_t n, size_t stride,
                          bool whole) {
  double d[HX_PAIRS_MOST] = {0}, least[HX_PAIRS_MOST] = {0}, most[HX_PAIRS_MOST] = {0};
  double back[HX_PAIRS_MOST] = {0};
  hx_pairs p = {.least = INFINITY};
  for (size_t i = 0; i < n; i++) {
    const hx_pairs_cell *x = &a[i * stride], *y = &b[i * stride];
    if (!difference(x, y, &least[p.n], &most[p.n]) || (whole && (x->censored || y->censored)))
      continue;
    d[p.n] = y->y - x->y;
    back[p.n] = -most[p.n];
    p.least = fmin(p.least, least[p.n]);
    p.n_bounded += y->censored;
    p.n++;
  }
  size_t pairs = (size_t)p.n;
  p.estimate = hx_stats_signed_rank(d, pairs, 0.025).estimate;
  p.lower = hx_stats_signed_rank(least, pairs, 0.025).lower;
  p.upper = hx_stats_signed_rank(most, pairs, 0.025).upper;
  if (p.n < HX_PAIRS_FEWEST || p.lower < -UNKNOWN / HX_PAIRS_MOST)
    p.lower = -INFINITY;
  if (p.n < HX_PAIRS_FEWEST || p.upper > UNKNOWN / HX_PAIRS_MOST)
    p.upper = INFINITY;
  p.p_a_faster = pairs > 0 ? hx_stats_signed_rank_above(least, pairs, 0) : 1;
  p.p_b_faster = pairs > 0 ? hx_stats_signed_rank_above(back, pairs, 0) : 1;
  return p;
}
