/* What a search knows of every configuration, and how each came out. */
#include "decide/explore_state.h"

#include <math.h>

size_t hx_explore_count(const hx_explore *x) {
  return (size_t)x->n_nodes;
}

void hx_explore_get(const hx_explore *x, size_t i, hx_explore_seen *seen) {
  const hx_node *d = &x->nodes[i];
  *seen = (hx_explore_seen){.point = d->point,
                            .runs = d->n,
                            .censored = d->n_censored,
                            .seconds = d->n > 0 ? exp(hx_explore_level(x, (int)i)) : (double)NAN,
                            .at_least = d->n_censored > 0 ? exp(d->bound) : 0,
                            .broken = d->broken};
}

/* What the levels of the exploring runs have to be shifted by to be ln of ratios: the median of what
 * the finalists' own have, whose ratios the final knows better. NaN: nothing was decided. */
static double offset_of(const hx_explore *x, const hx_standing *out) {
  double offsets[HX_FINAL_MOST + 1];
  size_t n = 0;
  for (int i = 0; i < x->n_nodes && n < sizeof offsets / sizeof *offsets; i++)
    if (out[i].standing != HX_FINAL_ABSENT && out[i].ratio.estimate > 0 && x->nodes[i].n > 0)
      offsets[n++] = log(out[i].ratio.estimate) - hx_explore_level(x, i);
  return hx_stats_median(offsets, n);
}

void hx_explore_standings(const hx_explore *x, hx_standing *out) {
  double nan = (double)NAN;
  for (int i = 0; i < x->n_nodes; i++) {
    out[i] = (hx_standing){HX_FINAL_ABSENT, {nan, nan, nan, 0}};
    for (size_t k = 0; x->final && x->fatal == HX_VERDICT_OPEN && k < hx_final_count(x->final); k++)
      if (hx_point_equal(hx_final_point(x->final, k), &x->nodes[i].point))
        out[i] = hx_final_standing_of(x->final, k);
  }
  hx_search_verdict v;
  hx_explore_conclude(x, &v);
  if (v.alone)
    out[0] = (hx_standing){HX_FINAL_TIES, {1, 1, 1, 0}};
  double offset = offset_of(x, out);
  for (int i = 0; i < x->n_nodes; i++)
    if (out[i].standing == HX_FINAL_ABSENT && x->nodes[i].n > 0)
      out[i].ratio.estimate = exp(hx_explore_level(x, i) + offset);
}
