/* Walking along worker counts: the first starts, and the ladder of each executor. */
#include "decide/explore_state.h"

#include <math.h>
#include <string.h>

/* Even superlinear scaling is not expected to be better than this. */
static const double BEST_SCALING = 1.3;

/* This much slower than the best, in ln(seconds), is not noise. */
static const double WORSE = 0.05;

/* More than this per worker, in ln of the speed-up, is rather a slow first serial run. */
static const double IMPLAUSIBLE = 0.1;

/* A control run is stopped at this multiple; slower by this much in ln(seconds) is another speed. */
static const double SLOWEST_MACHINE = 6, SLOWER = 0.2;

/* Runs what has not run. Interference says nothing about a configuration: once more then. */
static bool try_node(hx_explore *x, int node) {
  const hx_node *d = &x->nodes[node];
  if (d->broken || hx_node_has_run(d))
    return true;
  if (!hx_explore_run_node(x, node, HX_EXPLORE_CAP))
    return false;
  return hx_node_has_run(d) || hx_explore_run_node(x, node, HX_EXPLORE_CAP);
}

static bool was_capped(const hx_explore *x, int node) {
  return x->nodes[node].n == 0;
}

/* Could so few workers be the best even with perfect scaling? */
static bool hopeless(const hx_explore *x, int workers) {
  int best = hx_explore_best(x);
  double gain = hx_explore_level(x, 0) - hx_explore_level(x, best);
  bool same = memcmp(x->from, x->space.base, sizeof x->from) == 0; /* serial is at the base */
  return best > 0 && same && log(workers * BEST_SCALING) < gain;
}

typedef struct strand {
  int executor, processes;
  const int *value;
} strand;

static int node_at(hx_explore *x, const strand *s, int workers) {
  return hx_explore_node(x,
                         hx_space_point(&x->space, s->executor, s->processes, workers, s->value));
}

/* Was the last count slower than the best? If not, no serial time says that fewer workers are too slow:
 * the first serial run may have been a slow one. */
static bool gets_worse(const hx_explore *x, int last) {
  return last >= 0 && hx_explore_level(x, last) > hx_explore_level(x, hx_explore_best(x)) + WORSE;
}

static bool walk_towards(hx_explore *x, const strand *s, const int *counts, int n, int from,
                         int step) {
  int capped = 0, last = -1;
  for (int i = from; i >= 0 && i < n && capped < 2; i += step) {
    int node = node_at(x, s, counts[i]);
    if (node < 0)
      continue;
    if (step < 0 && hopeless(x, counts[i]) && gets_worse(x, last))
      break;
    x->doing_low = step < 0 ? counts[i] : counts[from];
    x->doing_high = step < 0 ? counts[from] : counts[i];
    if (!try_node(x, node))
      return false;
    capped = was_capped(x, node) ? capped + 1 : 0;
    last = node;
  }
  return true;
}

/* Walks the counts, ascending, from the one nearest `from` upwards and then downwards. */
static bool walk(hx_explore *x, const strand *s, const int *counts, int n, int from) {
  if (n == 0)
    return true;
  int at = 0;
  for (int i = 1; i < n; i++)
    if (fabs(log((double)counts[i] / from)) < fabs(log((double)counts[at] / from)))
      at = i;
  x->doing = HX_DOING_WALK;
  x->doing_executor = s->executor;
  return walk_towards(x, s, counts, n, at, 1) && walk_towards(x, s, counts, n, at, -1);
}

static int best_workers(const hx_explore *x, int executor) {
  int best = -1;
  for (int i = 0; i < x->n_nodes; i++)
    if ((executor < 0 || x->nodes[i].point.executor == executor) && x->nodes[i].n > 0 &&
        (best < 0 || hx_explore_level(x, i) < hx_explore_level(x, best)))
      best = i;
  return best < 0 ? 0 : hx_point_workers(&x->nodes[best].point);
}

/* All first starts were stopped: are they slow, or is the machine slower than it was when serial ran?
 * Then they count for nothing. */
static bool check_speed(hx_explore *x) {
  for (int i = 1; i < x->n_nodes; i++)
    if (x->nodes[i].n > 0)
      return true;
  double level = hx_explore_level(x, 0);
  x->doing = HX_DOING_CONTROL;
  if (!hx_explore_run_node(x, 0, SLOWEST_MACHINE))
    return false;
  const hx_node *serial = &x->nodes[0];
  if (serial->n < 2 || serial->y[1] - level < SLOWER)
    return true;
  x->shift = serial->y[1] - level;
  x->nodes[0].y[1] = level;
  for (int i = 1; i < x->n_nodes; i++)
    x->nodes[i].n_censored = 0;
  return true;
}

/* Do the first starts gain more than they have workers? Then serial runs once more: the ladders are cut
 * short by its time. */
static bool check_serial(hx_explore *x) {
  bool plausible = true;
  for (int i = 1; i < x->n_nodes; i++) {
    double gain = hx_explore_level(x, 0) - hx_explore_level(x, i);
    plausible = plausible && gain < log(hx_point_workers(&x->nodes[i].point)) + IMPLAUSIBLE;
  }
  x->doing = HX_DOING_CONTROL;
  return plausible || hx_explore_run_node(x, 0, INFINITY);
}

static bool probe(hx_explore *x) {
  int most = hx_space_most_workers(&x->space);
  int middle = (int)lround(sqrt(x->space.cpus));
  for (int e = 1; e < x->space.n_executors; e++) {
    const int starts[] = {middle < 2 ? 2 : middle, x->space.cpus};
    if (x->space.executors[e] == HX_SPACE_HYBRID)
      continue;
    for (int i = 0; i < (e == 1 ? 2 : 1); i++) {
      int count = starts[i] < most ? starts[i] : most;
      int node = node_at(x, &(strand){e, 1, x->from}, count);
      x->doing = HX_DOING_PROBE;
      x->doing_executor = e;
      x->doing_low = x->doing_high = count;
      if (node >= 0 && !try_node(x, node))
        return false;
    }
  }
  return true;
}

bool hx_explore_probe(hx_explore *x) {
  return probe(x) && check_speed(x) && (fabs(x->shift) <= 0 || probe(x)) && check_serial(x);
}

static bool hybrid_ladder(hx_explore *x, int executor, int processes, const int *ladder, int n) {
  int counts[HX_SPACE_COUNTS], m = 0;
  for (int i = 0; i < n; i++) {
    int count = ladder[i] / processes * processes;
    if (count >= 2 * processes && (m == 0 || counts[m - 1] != count))
      counts[m++] = count;
  }
  int from = best_workers(x, -1);
  return walk(x, &(strand){executor, processes, x->from}, counts, m, from < 1 ? 1 : from);
}

bool hx_explore_ladders(hx_explore *x) {
  int ladder[HX_SPACE_COUNTS], n = hx_space_ladder(&x->space, ladder);
  for (int e = 1; e < x->space.n_executors; e++) {
    if (x->space.executors[e] != HX_SPACE_HYBRID) {
      int from = best_workers(x, e);
      if (from < 2)
        from = best_workers(x, -1);
      if (!walk(x, &(strand){e, 1, x->from}, ladder, n, from < 1 ? 1 : from))
        return false;
      continue;
    }
    for (int i = 0; i < x->space.n_levels; i++)
      if (x->space.levels[i] > 1 && !hybrid_ladder(x, e, x->space.levels[i], ladder, n))
        return false;
  }
  return true;
}
