/* A given list: its points in rounds of random order, before the final. */
#include "decide/explore_state.h"

#include <math.h>
#include <stdlib.h>

/* Whether a node runs in this round, the first one being 1. */
static bool takes_part(const hx_explore *x, int node, int round) {
  return round == 1 || x->options.exhaustive ||
         hx_explore_distance(x, node) <= HX_EXPLORE_PLAUSIBLE;
}

static bool round_of(hx_explore *x, size_t *nodes, int round) {
  size_t n = 0;
  for (int i = 0; i < x->n_nodes; i++)
    if ((i > 0 || round > 1) && takes_part(x, i, round)) /* the serial run was the first */
      nodes[n++] = (size_t)i;
  hx_rng_shuffle(&x->rng, nodes, n);
  x->doing = HX_DOING_LIST;
  x->doing_low = round;
  x->doing_high = x->options.rounds > 1 ? x->options.rounds : 1;
  for (size_t i = 0; i < n; i++)
    if (!hx_explore_run_node(x, (int)nodes[i],
                             x->options.exhaustive || nodes[i] == 0 ? INFINITY : HX_EXPLORE_CAP))
      return false;
  return true;
}

bool hx_explore_list(hx_explore *x) {
  for (size_t i = 0; i < x->options.n_given; i++)
    hx_explore_node(x, x->given[i]);
  size_t *nodes = calloc((size_t)x->n_nodes, sizeof *nodes);
  bool ok = nodes != NULL;
  x->no_memory = x->no_memory || !nodes;
  for (int round = 1; ok && (round == 1 || round <= x->options.rounds); round++) {
    ok = round_of(x, nodes, round);
    x->walked = x->walked || ok;
  }
  free(nodes);
  return ok && (x->options.exhaustive || x->n_nodes == 1 || hx_explore_settle(x));
}
