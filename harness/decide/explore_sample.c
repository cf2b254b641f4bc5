/* Combinations of values, spread over all there are: what only helps together is found here, which
 * looking at one dimension after the other would miss. */
#include "decide/explore_state.h"

enum { SAMPLE = 16 }; /* most combinations; all of them if there are no more */

/* The dimensions that one worker has too: the parameters of a command. */
static int free_axes(const hx_space *s, int axes[HX_SPACE_AXES], int *combinations) {
  int n = 0;
  *combinations = 1;
  for (int a = 0; a < s->n_axes; a++)
    if (!s->axes[a].parallel && s->axes[a].n_values > 1) {
      axes[n++] = a;
      if (*combinations <= SAMPLE)
        *combinations *= s->axes[a].n_values;
    }
  return n;
}

bool hx_explore_sample(hx_explore *x) {
  int axes[HX_SPACE_AXES], combinations, batch[SAMPLE], m = 0;
  int n_axes = free_axes(&x->space, axes, &combinations);
  if (n_axes < 2)
    return true;
  size_t n = combinations <= SAMPLE ? (size_t)combinations : SAMPLE;
  size_t order[HX_SPACE_AXES][SAMPLE];
  for (int k = 0; k < n_axes; k++) {
    for (size_t i = 0; i < n; i++)
      order[k][i] = i;
    hx_rng_shuffle(&x->rng, order[k], n);
  }
  hx_point p = x->nodes[hx_explore_best(x)].point;
  for (size_t i = 0; i < n; i++) {
    size_t left = i;
    for (int k = 0; k < n_axes; k++) {
      size_t values = (size_t)x->space.axes[axes[k]].n_values;
      if (combinations <= SAMPLE) {
        p.value[axes[k]] = (int)(left % values);
        left /= values;
      } else { /* a Latin hypercube: every value, or part of the range, equally often */
        p.value[axes[k]] = (int)(order[k][i] * values / n);
      }
    }
    int node = hx_explore_node(x, p);
    if (node >= 0)
      batch[m++] = node;
  }
  x->doing = HX_DOING_SAMPLE;
  x->doing_low = hx_point_workers(&p);
  return hx_explore_batch(x, batch, m, false);
}
