/* Looking around what is good: other values, other executors, second runs. */
#include "decide/explore_state.h"

#include <math.h>

enum {
  BATCH = HX_EXPLORE_NODES, /* holds any choice of nodes */
  SETTLED = 7,              /* most second runs at a time: those of the best */
  OTHER_COUNTS = 1,         /* other counts screened, besides the best of each executor */
  FINALISTS = 4,            /* and the simplest of what ties with the best */
  SURE_FINALISTS = 3,       /* however far behind */
  SETTLED_LARGE = 12,
  FINALISTS_LARGE = 5, /* and of a given list */
  STRANDS_LARGE = 5,
  OTHER_LARGE = 2,
  STRANDS = 3,       /* most strands refined at a time */
  FOLLOWED = 2,      /* of them, the best: where they lead is looked at further */
  STEP_CONTROLS = 4, /* controls in a row that are as much off: the machine's speed has changed */
};

static const double NEAR = 0.08;       /* a second run for what is as near to the best */
static const double DRIFTED = 0.06;    /* a control run this far from its level is a warning */
static const double SCREENED = 0.22;   /* executors' bests worth a look at their other values */
static const double REFINED = 0.08;    /* strands' bests worth refining */
static const double OTHER_COUNT = 1.3; /* counts this much apart are quite different */
static const double OTHER_NEAR = 0.1;
static const double OTHER_NEAR_FEW = 0.2; /* where few units make the response uneven */
static const double DOUBTED_SMALL = 0.12;
static const double DOUBTED = 0.2; /* single runs as slow as this in a screening: once more */
static const double BENT = 0.03;   /* above the line between its neighbours: was it disturbed? */
static const double FINAL_NEAR = 0.06;

double hx_explore_distance(const hx_explore *x, int node) {
  int best = hx_explore_best(x);
  return best < 0 ? INFINITY : hx_explore_level(x, node) - hx_explore_level(x, best);
}

static bool run_all(hx_explore *x, const size_t *order, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (!hx_explore_run_node(x, (int)order[i], HX_EXPLORE_CAP))
      return false;
  return true;
}

/* The incumbent once more. Fills how far it was from its level. */
static bool control(hx_explore *x, int incumbent, double level, double *off) {
  int doing = x->doing;
  x->doing = HX_DOING_CONTROL;
  bool ok = hx_explore_run_node(x, incumbent, 2 * HX_EXPLORE_CAP);
  x->doing = ok ? doing : x->doing; /* what is asked for now says that it is a control run */
  const hx_node *d = &x->nodes[incumbent];
  *off = ok && d->n > 0 ? d->y[(d->n - 1) % HX_EXPLORE_EACH] - level : 0;
  return ok;
}

bool hx_explore_batch(hx_explore *x, int *nodes, int n, bool again) {
  size_t order[BATCH], m = 0;
  for (int i = 0; i < n; i++) {
    const hx_node *d = &x->nodes[nodes[i]];
    if (!d->broken && (again || !hx_node_has_run(d)))
      order[m++] = (size_t)nodes[i];
  }
  hx_rng_shuffle(&x->rng, order, m);
  if (m < 3)
    return run_all(x, order, m);
  size_t half = m / 2;
  int incumbent = hx_explore_best(x);
  double level = hx_explore_level(x, incumbent), off = 0;
  if (!run_all(x, order, half) || !control(x, incumbent, level, &off) ||
      !run_all(x, order + half, m - half))
    return false;
  if (fabs(off) <= DRIFTED)
    return true;
  /* Disturbed for a while, or has the machine changed its speed for good? */
  double least = off, most = off;
  for (int again_too = 1; again_too < STEP_CONTROLS && fabs(off) > DRIFTED; again_too++) {
    if (!control(x, incumbent, level, &off))
      return false;
    least = fmin(least, off);
    most = fmax(most, off);
  }
  if (fabs(off) > DRIFTED && most - least < DRIFTED)
    x->shift += (least + most) / 2;
  size_t kept = 0;
  for (size_t i = 0; i < m; i++)
    if (hx_explore_distance(x, (int)order[i]) < HX_EXPLORE_PLAUSIBLE || x->nodes[order[i]].n == 0)
      order[kept++] = order[i];
  hx_rng_shuffle(&x->rng, order, kept);
  return run_all(x, order, kept);
}

/* Whether two nodes belong to one ladder: the same but for the count of workers. */
static bool same_strand(const hx_explore *x, int a, int b) {
  hx_point p = x->nodes[a].point, q = x->nodes[b].point;
  bool hybrid = x->space.executors[p.executor] == HX_SPACE_HYBRID;
  if (p.executor != q.executor || (hybrid && p.processes != q.processes))
    return false;
  q.threads = p.threads;
  q.processes = p.processes;
  /* One worker has no pin and no schedule: it begins every strand. */
  if (hx_point_workers(&x->nodes[b].point) == 1 || hx_point_workers(&p) == 1)
    for (int i = 0; i < x->space.n_axes; i++)
      if (x->space.axes[i].parallel)
        q.value[i] = p.value[i];
  return hx_point_equal(&p, &q);
}

/* Second runs of single ones that are slower than the best, yet not by so much that interference
 * could not explain it. */
static bool doubt(hx_explore *x, const int *nodes, int n) {
  int again[BATCH], m = 0;
  for (int i = 0; i < n; i++) {
    double away = hx_explore_distance(x, nodes[i]);
    if (x->nodes[nodes[i]].n == 1 && away >= NEAR &&
        away < (hx_space_is_large(&x->space) ? DOUBTED : DOUBTED_SMALL))
      again[m++] = nodes[i];
  }
  return m == 0 || hx_explore_batch(x, again, m, true);
}

/* A baseline that must not be recommended is worse than all that may be. */
static double allowed_level(const hx_explore *x, int node) {
  return x->nodes[node].barred ? INFINITY : hx_explore_level(x, node);
}

/* How far apart the values of an axis are that are looked at first. */
static int first_step(const hx_space_axis *axis) {
  int step = 1;
  while (axis->ordered && 8 * step < axis->n_values)
    step *= 2;
  return step;
}

/* Other values of each axis at the same workers: all of few; of many numbers some that are spread
 * over all, then neighbours of the best, ever nearer, and on. */
static bool screen(hx_explore *x, int start) {
  for (int a = 0; a < x->space.n_axes; a++) {
    const hx_space_axis *axis = &x->space.axes[a];
    int centre = start, step = first_step(axis);
    bool spread = step > 1;
    for (int round = 0; round < axis->n_values; round++) {
      int batch[BATCH], n = 0;
      hx_point p = x->nodes[centre].point;
      int own = p.value[a];
      bool few = !axis->ordered || axis->n_values <= 4;
      for (int v = 0; v < axis->n_values; v++) {
        bool looked = few || v == own - step || v == own + step ||
                      (spread && (v % step == 0 || v == axis->n_values - 1));
        if (!looked)
          continue;
        p.value[a] = v;
        int node = hx_explore_node(x, p);
        if (node >= 0 && node != centre)
          batch[n++] = node;
      }
      x->doing = HX_DOING_SCREEN;
      x->doing_executor = a;
      x->doing_low = x->doing_high = hx_point_workers(&p);
      if (!hx_explore_batch(x, batch, n, false) || !doubt(x, batch, n))
        return false;
      int next = centre;
      for (int i = 0; i < n; i++)
        if (hx_explore_level(x, batch[i]) < allowed_level(x, next))
          next = batch[i];
      if (few || (next == centre && step == 1))
        break;
      step = next == centre || spread ? (step + 1) / 2 : step;
      spread = false;
      centre = next;
    }
  }
  return true;
}

/* As many workers in the other executors. */
static bool cross(hx_explore *x, int node) {
  int batch[BATCH], n = 0;
  hx_point p = x->nodes[node].point;
  int workers = hx_point_workers(&p);
  for (int e = 0; e < x->space.n_executors; e++) {
    bool hybrid = x->space.executors[e] == HX_SPACE_HYBRID;
    for (int i = 0; i < (hybrid ? x->space.n_levels : 1); i++)
      for (int more = 0; more < (hybrid ? 2 : 1); more++) {
        int processes = hybrid ? x->space.levels[i] : 1;
        int total =
            hybrid ? (workers + (more ? processes - 1 : 0)) / processes * processes : workers;
        int other = hx_explore_node(x, hx_space_point(&x->space, e, processes, total, p.value));
        if (other >= 0)
          batch[n++] = other;
      }
  }
  x->doing = HX_DOING_CROSS;
  x->doing_low = x->doing_high = workers;
  return hx_explore_batch(x, batch, n, false);
}

/* Is a ladder's point above the line between its neighbours? */
static bool bent(hx_explore *x, int node) {
  int low, high, own = hx_point_workers(&x->nodes[node].point);
  hx_explore_neighbours(x, node, own, &low, &high);
  if (low == 0 || high == 0)
    return false;
  double ends[2] = {hx_explore_level(x, hx_explore_measured(x, node, low)),
                    hx_explore_level(x, hx_explore_measured(x, node, high))};
  double at = log((double)own / low) / log((double)high / low);
  double line = ends[0] + at * (ends[1] - ends[0]);
  return isfinite(line) && hx_explore_level(x, node) > line + BENT;
}

/* Beside the best of its strand, where a disturbed run would hide a better one? */
static bool beside_best(hx_explore *x, int node) {
  int low, high, best = hx_explore_best_of_strand(x, node);
  if (best == node || hx_explore_distance(x, best) > NEAR)
    return false;
  hx_explore_neighbours(x, node, hx_point_workers(&x->nodes[best].point), &low, &high);
  int own = hx_point_workers(&x->nodes[node].point);
  return own == low || own == high;
}

/* Sorts nodes by level and keeps the best. */
static void keep_best(const hx_explore *x, int *nodes, int *n, int most) {
  for (int i = 1; i < *n; i++)
    for (int j = i; j > 0 && hx_explore_level(x, nodes[j]) < hx_explore_level(x, nodes[j - 1]);
         j--) {
      int swap = nodes[j];
      nodes[j] = nodes[j - 1];
      nodes[j - 1] = swap;
    }
  *n = *n < most ? *n : most;
}

bool hx_explore_settle(hx_explore *x) {
  int batch[BATCH], n = 0;
  for (int i = 0; i < x->n_nodes; i++) {
    const hx_node *d = &x->nodes[i];
    double away = hx_explore_distance(x, i);
    if (d->n == 1 && (away < NEAR || (away < HX_EXPLORE_PLAUSIBLE &&
                                      (d->n_clean == 0 || bent(x, i) || beside_best(x, i)))))
      batch[n++] = i;
  }
  keep_best(x, batch, &n, hx_space_is_large(&x->space) ? SETTLED_LARGE : SETTLED);
  x->doing = HX_DOING_SETTLE;
  return hx_explore_batch(x, batch, n, true);
}

/* The best node of every executor, or of every strand, that is near enough. */
static int bests(const hx_explore *x, bool of_strands, double near, int *best) {
  int n = 0;
  for (int i = 0; i < x->n_nodes; i++) {
    if (hx_explore_distance(x, i) > near || (i == 0 && !hx_explore_serial_varies(x)) ||
        (x->nodes[i].barred && i != hx_explore_best(x)))
      continue;
    bool first = true;
    for (int j = 0; j < x->n_nodes && first; j++) {
      bool alike = of_strands ? same_strand(x, i, j)
                              : x->nodes[i].point.executor == x->nodes[j].point.executor;
      double a = hx_explore_level(x, i), b = hx_explore_level(x, j);
      first = !alike || (x->nodes[j].barred && i != j) || a < b || (a <= b && i <= j);
    }
    if (first)
      best[n++] = i;
  }
  return n;
}

/* Adds the best nodes with quite different counts: the pin strategy that helps there may not help
 * here. */
static int add_other_counts(const hx_explore *x, int *best, int n) {
  bool few = x->space.units > 0 && x->space.units <= 4 * x->space.cpus;
  double near = hx_space_is_large(&x->space) && few ? OTHER_NEAR_FEW : OTHER_NEAR;
  for (int more = 0; more < (hx_space_is_large(&x->space) ? OTHER_LARGE + few : OTHER_COUNTS);
       more++) {
    int found = -1;
    for (int i = 0; i < x->n_nodes; i++) {
      int workers = hx_point_workers(&x->nodes[i].point);
      bool other = hx_explore_distance(x, i) < near && workers > 1;
      for (int j = 0; j < n && other; j++)
        other = fabs(log((double)workers / hx_point_workers(&x->nodes[best[j]].point))) >
                log(OTHER_COUNT);
      if (other && (found < 0 || hx_explore_level(x, i) < hx_explore_level(x, found)))
        found = i;
    }
    if (found >= 0)
      best[n++] = found;
  }
  return n;
}

bool hx_explore_improve(hx_explore *x, bool first) {
  int best[BATCH], n = bests(x, false, SCREENED, best);
  if (first)
    n = add_other_counts(x, best, n);
  for (int i = 0; i < n; i++)
    if (!screen(x, best[i]))
      return false;
  if (!hx_explore_settle(x))
    return false;
  n = bests(x, true, REFINED, best);
  keep_best(x, best, &n, hx_space_is_large(&x->space) ? STRANDS_LARGE : STRANDS);
  for (int i = 0; i < n; i++)
    if (!hx_explore_refine(x, best[i], i < FOLLOWED))
      return false;
  return hx_explore_settle(x) && cross(x, hx_explore_best(x));
}

/* Adds the one whose fastest run, as it was measured, was the fastest of all: interference only ever
 * makes runs slower, and what was taken for the machine's speed may have been interference. */
static size_t add_least(const hx_explore *x, const int *order, int m, int *finalists, size_t n) {
  if (m == 0)
    return n;
  int least = order[0];
  for (int i = 1; i < m; i++)
    if (x->nodes[order[i]].least < x->nodes[least].least)
      least = order[i];
  for (size_t i = 0; i < n; i++)
    if (finalists[i] == least)
      return n;
  finalists[n++] = least;
  return n;
}

size_t hx_explore_finalists(const hx_explore *x, int *finalists) {
  int order[HX_EXPLORE_NODES], m = 0;
  for (int i = 0; i < x->n_nodes; i++)
    if (isfinite(hx_explore_level(x, i)) && !x->nodes[i].barred)
      order[m++] = i;
  keep_best(x, order, &m, m);
  size_t n = 0;
  for (int i = 0; i < m && n < (hx_space_is_large(&x->space) || x->given ? (size_t)FINALISTS_LARGE
                                                                         : FINALISTS);
       i++)
    if (n < SURE_FINALISTS || hx_explore_distance(x, order[i]) < FINAL_NEAR)
      finalists[n++] = order[i];
  /* What never finished may have met a machine that was slower for a while: fresh runs tell. */
  for (int i = 1; i < x->n_nodes && n < SURE_FINALISTS; i++)
    if (x->nodes[i].n == 0 && x->nodes[i].n_stopped > 0 && !x->nodes[i].broken)
      finalists[n++] = i;
  n = add_least(x, order, m, finalists, n);
  int simplest = -1;
  for (int i = 0; i < m && hx_explore_distance(x, order[i]) < x->options.tie; i++)
    if (simplest < 0 ||
        hx_space_prefer(&x->space, &x->nodes[order[i]].point, &x->nodes[simplest].point) < 0)
      simplest = order[i];
  for (size_t i = 0; i < n; i++)
    if (finalists[i] == simplest)
      simplest = -1;
  if (simplest >= 0)
    finalists[n++] = simplest;
  return n;
}
