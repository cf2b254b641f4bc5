#include "decide/pairs.h"

#include "decide/stats.h"

#include <math.h>

hx_pairs hx_pairs_compare(const hx_pairs_cell *a, const hx_pairs_cell *b, size_t n, size_t stride,
                          bool whole) {
  double d[HX_PAIRS_MOST] = {0}, back[HX_PAIRS_MOST] = {0};
  hx_pairs p = {.least = INFINITY};
  for (size_t i = 0; i < n; i++) {
    const hx_pairs_cell *x = &a[i * stride], *y = &b[i * stride];
    if (isnan(x->y) || isnan(y->y) || (x->censored && (whole || y->censored)) ||
        (y->censored && whole))
      continue;
    p.n_bounded += y->censored;
    d[p.n] = y->y - x->y;
    back[p.n] = -d[p.n];
    p.least = fmin(p.least, d[p.n]);
    p.n++;
  }
  size_t pairs = (size_t)p.n;
  hx_signed_rank r = hx_stats_signed_rank(d, pairs, 0.025);
  p.estimate = r.estimate;
  p.lower = p.n >= HX_PAIRS_FEWEST ? r.lower : -INFINITY;
  p.upper = p.n >= HX_PAIRS_FEWEST ? r.upper : INFINITY;
  p.p_a_faster = pairs > 0 ? hx_stats_signed_rank_above(d, pairs, 0) : 1;
  p.p_b_faster = pairs > 0 ? hx_stats_signed_rank_above(back, pairs, 0) : 1;
  return p;
}
