/* Along one strand (all the same but the count of workers): counts between and beside those that ran. */
#include "decide/explore_state.h"

#include <math.h>

enum {
  REFINEMENTS = 8,
  FEW_UNITS = 12, /* per worker: up to here the response to the count is uneven */
  COMBED = 8,     /* CPUs, all alike: with more, extra counts beside the best do not pay */
  BATCH = 64,
};

static const double CLOSE_COUNTS = 1.07; /* counts nearer than this are alike */
static const double LEVEL = 0.02;        /* neighbours no slower than this: nothing hides between */
static const double FAR = 1.4;           /* counts this much apart leave room for a better one */

/* Workers of a strand change by so many at a time. */
static int step_of(const hx_explore *x, const hx_point *p) {
  return x->space.executors[p->executor] == HX_SPACE_HYBRID ? p->processes : 1;
}

/* The node with other workers in the strand of `node`; -1: none. Those that are the same as a
 * simpler one count too, such as 2 workers that two pin strategies put on the same CPUs. */
static int sibling(hx_explore *x, int node, int workers) {
  hx_point p = x->nodes[node].point;
  if (x->space.executors[p.executor] == HX_SPACE_HYBRID && workers % p.processes != 0)
    return -1;
  return hx_explore_node(x, hx_space_point(&x->space, p.executor, p.processes, workers, p.value));
}

int hx_explore_measured(hx_explore *x, int node, int workers) {
  hx_point p = x->nodes[node].point;
  if (x->space.executors[p.executor] == HX_SPACE_HYBRID && workers % p.processes != 0)
    return -1;
  p = hx_space_point(&x->space, p.executor, p.processes, workers, p.value);
  int other = hx_explore_known(x, &p);
  const hx_node *d = &x->nodes[other < 0 ? 0 : other];
  return other >= 0 && !d->broken && hx_node_has_run(d) ? other : -1;
}

void hx_explore_neighbours(hx_explore *x, int node, int own, int *low, int *high) {
  int most = hx_space_most_workers(&x->space);
  *low = own - 1;
  while (*low > 0 && hx_explore_measured(x, node, *low) < 0)
    --*low;
  *high = own + 1;
  while (*high <= most && hx_explore_measured(x, node, *high) < 0)
    ++*high;
  if (*high > most)
    *high = 0;
}

int hx_explore_best_of_strand(hx_explore *x, int node) {
  int best = node;
  for (int workers = 1; workers <= hx_space_most_workers(&x->space); workers++) {
    int other = hx_explore_measured(x, node, workers);
    if (other >= 0 && hx_explore_level(x, other) < hx_explore_level(x, best))
      best = other;
  }
  return best;
}

/* Where a strand ends at its own count of workers, how it may go on below (step -1) or above: at the
 * nearest count at which the executor ran with any values, if that run could be the best. Otherwise, if
 * the strand is followed, half the way to that count: with other values the best count may be another.
 * 0: not at all. */
static int beyond(const hx_explore *x, int node, int own, int step, bool followed) {
  const hx_point *p = &x->nodes[node].point;
  int nearest = 0, found = -1;
  for (int i = 0; i < x->n_nodes; i++) {
    const hx_node *d = &x->nodes[i];
    int workers = hx_point_workers(&d->point);
    bool hybrid = x->space.executors[p->executor] == HX_SPACE_HYBRID;
    if (!hx_node_has_run(d) || d->point.executor != p->executor ||
        (hybrid && d->point.processes != p->processes) || (workers - own) * step <= 0)
      continue;
    bool better = workers == nearest && hx_explore_level(x, i) < hx_explore_level(x, found);
    if (nearest == 0 || (workers - nearest) * step < 0 || better) {
      nearest = workers;
      found = i;
    }
  }
  if (found < 0 || hx_explore_distance(x, found) < HX_EXPLORE_PLAUSIBLE)
    return nearest;
  bool far = fabs(log((double)nearest / own)) >= log(FAR);
  if (!followed || !far)
    return 0;
  return hx_space_between(&x->space, nearest < own ? nearest : own, nearest < own ? own : nearest,
                          step_of(x, p));
}

/* Both neighbours about as good as the best: what lies between is not much better, unless so few
 * units of work make the response uneven. */
static bool is_level(hx_explore *x, int start, int best, int low, int high) {
  if (low == 0 || high == 0 || (x->space.units > 0 && x->space.units <= FEW_UNITS * high))
    return false;
  double limit = hx_explore_level(x, best) + LEVEL;
  return hx_explore_level(x, hx_explore_measured(x, start, low)) < limit &&
         hx_explore_level(x, hx_explore_measured(x, start, high)) < limit;
}

static bool refine(hx_explore *x, int start, bool followed) {
  for (int round = 0; round < REFINEMENTS; round++) {
    int best = hx_explore_best_of_strand(x, start), low, high, n = 0, batch[2];
    int own = hx_point_workers(&x->nodes[best].point);
    hx_explore_neighbours(x, start, own, &low, &high);
    if (is_level(x, start, best, low, high))
      return true;
    int step = step_of(x, &x->nodes[start].point);
    const int ends[2][2] = {{low, own}, {own, high}};
    x->doing = HX_DOING_REFINE;
    x->doing_executor = x->nodes[best].point.executor;
    x->doing_low = low > 0 ? low : own;
    x->doing_high = high > 0 ? high : own;
    for (int side = 0; side < 2; side++) {
      int from = ends[side][0], to = ends[side][1];
      int between = 0;
      if (from == 0 || to == 0)
        between = beyond(x, start, own, side == 0 ? -1 : 1, followed);
      else if ((double)to / from >= CLOSE_COUNTS)
        between = hx_space_between(&x->space, from, to, step);
      int node = -1;
      if (between > 0)
        node = sibling(x, start, between);
      if (node >= 0 && !hx_node_has_run(&x->nodes[node]) && !x->nodes[node].broken)
        batch[n++] = node;
    }
    if (n == 0)
      return true;
    if (!hx_explore_batch(x, batch, n, false))
      return false;
  }
  return true;
}

/* Do so many workers need fewer rounds of the units than one worker less? */
static bool is_even(int units, int workers) {
  int rounds = (units + workers - 1) / workers;
  return workers == (units + rounds - 1) / rounds;
}

/* Few units make the response to the count jagged: the counts beside the best, or on like CPUs the
 * nearest ones that save a round. */
static bool comb(hx_explore *x, int node) {
  int own = hx_point_workers(&x->nodes[node].point), batch[BATCH], n = 0;
  int units = x->space.units, most = hx_space_most_workers(&x->space);
  bool uneven = x->space.uneven;
  if (units == 0 || units > (uneven ? 8 : 4) * own || (!uneven && x->space.cpus > COMBED))
    return true;
  int step = step_of(x, &x->nodes[node].point);
  int low = own, high = own;
  for (int away = 0; away < 2; away++) {
    for (low -= step; !uneven && low > 1 && !is_even(units, low);)
      low -= step;
    for (high += step; !uneven && high < most && !is_even(units, high);)
      high += step;
    int beside[2] = {low > 1 ? sibling(x, node, low) : -1, sibling(x, node, high)};
    for (int side = 0; side < 2; side++)
      if (beside[side] >= 0)
        batch[n++] = beside[side];
  }
  x->doing = HX_DOING_REFINE;
  x->doing_executor = x->nodes[node].point.executor;
  x->doing_low = low > 1 ? low : 1;
  x->doing_high = high < most ? high : most;
  return hx_explore_batch(x, batch, n, false);
}

bool hx_explore_refine(hx_explore *x, int node, bool followed) {
  return refine(x, node, followed && hx_space_is_large(&x->space)) &&
         comb(x, hx_explore_best_of_strand(x, node));
}
