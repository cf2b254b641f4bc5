#include "decide/space.h"

#include <math.h>
#include <string.h>

enum { LARGE = 16 }; /* CPUs */

bool hx_space_is_large(const hx_space *s) {
  return s->cpus > LARGE;
}

int hx_space_most_workers(const hx_space *s) {
  int most = s->confined ? s->cpus : s->cpus + 1;
  return s->units > 0 && s->units < most ? s->units : most;
}

hx_point hx_space_point(const hx_space *s, int executor, int processes, int workers,
                        const int *value) {
  hx_point p = {.executor = executor, .processes = 1, .threads = 1};
  switch (s->executors[executor]) {
  case HX_SPACE_SERIAL:
    break;
  case HX_SPACE_THREADS:
    p.threads = workers;
    break;
  case HX_SPACE_PROCESSES:
    p.processes = workers;
    break;
  case HX_SPACE_HYBRID:
    p.processes = processes;
    p.threads = workers / processes;
    break;
  }
  for (int a = 0; a < s->n_axes; a++)
    p.value[a] = s->axes[a].parallel && hx_point_workers(&p) == 1 ? 0 : value[a];
  return p;
}

bool hx_point_equal(const hx_point *a, const hx_point *b) {
  return a->executor == b->executor && a->processes == b->processes && a->threads == b->threads &&
         memcmp(a->value, b->value, sizeof a->value) == 0;
}

/* Whether so many workers belong to a space that is not listed. */
static bool is_sensible(const hx_space *s, const hx_point *p) {
  int workers = hx_point_workers(p);
  bool hybrid = s->executors[p->executor] == HX_SPACE_HYBRID;
  return workers >= 1 && workers <= hx_space_most_workers(s) &&
         (!hybrid || (p->processes >= 2 && p->threads >= 2 && workers <= s->cpus));
}

bool hx_space_canonical(const hx_space *s, hx_point *p) {
  if (!s->listed && !is_sensible(s, p))
    return false;
  for (int a = 0; a < s->n_axes && !s->listed && hx_point_workers(p) == 1; a++)
    if (s->axes[a].parallel)
      p->value[a] = 0;
  if (s->place && s->place_axis < s->n_axes && p->value[s->place_axis] > 0) {
    uint64_t place = s->place(s->context, p);
    hx_point other = *p;
    for (int v = 0; v < p->value[s->place_axis]; v++) {
      other.value[s->place_axis] = v;
      if (s->place(s->context, &other) == place &&
          (!s->can_run || s->can_run(s->context, &other))) {
        *p = other;
        break;
      }
    }
  }
  return !s->can_run || s->can_run(s->context, p);
}

int hx_space_prefer(const hx_space *s, const hx_point *a, const hx_point *b) {
  int order = hx_point_workers(a) - hx_point_workers(b);
  if (order == 0)
    order = a->executor - b->executor;
  if (order == 0)
    order = a->processes - b->processes;
  for (int i = 0; i < s->n_axes && order == 0; i++)
    order = a->value[i] - b->value[i];
  return order;
}

static int add(int *counts, int n, int count, int most) {
  if (count < 1 || count > most || n == HX_SPACE_COUNTS)
    return n;
  int at = n;
  while (at > 0 && counts[at - 1] > count)
    at--;
  if (at > 0 && counts[at - 1] == count)
    return n;
  memmove(counts + at + 1, counts + at, (size_t)(n - at) * sizeof *counts);
  counts[at] = count;
  return n + 1;
}

static int rounds_to_workers(int units, int rounds) {
  return (units + rounds - 1) / rounds;
}

int hx_space_ladder(const hx_space *s, int *counts) {
  int most = hx_space_most_workers(s), n = 0;
  for (int count = s->cpus; count >= 1; count /= 2)
    n = add(counts, n, count, most);
  n = add(counts, n, most, most);
  n = add(counts, n, 2, most);
  if (s->units > 0)
    for (int rounds = 1; rounds <= 4; rounds++)
      n = add(counts, n, rounds_to_workers(s->units, rounds), most);
  for (int i = 0; i < s->n_counts; i++)
    n = add(counts, n, s->counts[i], most);
  return n;
}

int hx_space_between(const hx_space *s, int low, int high, int step) {
  int least = (low / step + 1) * step, most = (high - 1) / step * step;
  if (least > most)
    return 0;
  double middle = sqrt((double)low * high);
  int best = (int)lround(middle / step) * step;
  best = best < least ? least : best; /* sqrt(low * high) never rounds to more than `most` */
  if (s->uneven || s->units == 0 || s->units > 4 * high)
    return best;
  double nearest = INFINITY;
  best = 0;
  for (int rounds = 1; rounds <= s->units; rounds++) {
    int count = (rounds_to_workers(s->units, rounds) + step - 1) / step * step;
    double away = fabs(log(count / middle));
    if (count >= least && count <= most && away < nearest) {
      nearest = away;
      best = count;
    }
  }
  return best;
}
