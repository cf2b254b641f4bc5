/* compact and cores: one PU per worker, taken in a fixed order. compact packs as densely as possible,
 * so that workers share caches: the SMT siblings of a core, then the next core of the same cache, then
 * the next cache. cores gives each worker a physical core, in topology order, and SMT siblings only
 * when every core has a worker. */
#include "base/fail.h"
#include "machine/pin.h"

#include <stdlib.h>

/* A PU that can be taken. `turn` is the round in which it is: PUs of a lower turn go first, and
 * taking one moves it behind all the others. */
typedef struct candidate {
  int cpu, kind, turn, index;
} candidate;

typedef struct pool {
  candidate *candidates; /* ordered by turn, kind, topology */
  int n;
  int turns; /* how far a taken one moves back */
} pool;

static int by_turn_kind_index(const candidate *x, const candidate *y) {
  int d = x->turn - y->turn;
  if (d == 0)
    d = x->kind - y->kind;
  return d != 0 ? d : x->index - y->index;
}

/* The pool is nearly ordered after a take, which suits insertion. */
static void restore_order(pool *p) {
  for (int i = 1; i < p->n; i++) {
    candidate moving = p->candidates[i];
    int j = i;
    for (; j > 0 && by_turn_kind_index(&p->candidates[j - 1], &moving) > 0; j--)
      p->candidates[j] = p->candidates[j - 1];
    p->candidates[j] = moving;
  }
}

/* Gives the chosen ones to `n` workers and moves them behind the others. */
static void take(pool *p, const int *chosen, int n, hx_place *place) {
  for (int i = 0; i < n; i++) {
    candidate *u = &p->candidates[chosen[i]];
    hx_cpuset_add(&place[i].cpus, u->cpu);
    u->turn += p->turns;
  }
  restore_order(p);
}

/* The first `size` candidates of the earliest turn inside `domain`, of one kind (any when kind < 0);
 * false if fewer. */
static bool choose(const pool *p, const hx_cpuset *domain, int kind, int size, int *chosen) {
  int found = 0;
  for (int i = 0; i < p->n && p->candidates[i].turn == p->candidates[0].turn && found < size; i++)
    if ((kind < 0 || p->candidates[i].kind == kind) && hx_cpuset_has(domain, p->candidates[i].cpu))
      chosen[found++] = i;
  return found == size;
}

/* The innermost, first domain with room for `size` workers. */
static bool choose_domain(const hx_topo *topo, const pool *p, int kind, int size, int *chosen) {
  for (int level = 0; level < hx_topo_levels(topo); level++) {
    int n;
    const hx_cpuset *domain = hx_topo_level(topo, level, &n);
    for (int d = 0; d < n; d++)
      if (choose(p, &domain[d], kind, size, chosen))
        return true;
  }
  return false;
}

static void place_process(const hx_topo *topo, pool *p, int size, int *chosen, hx_place *place) {
  int kinds = hx_topo_get_counts(topo)->kinds;
  bool found = false;
  for (int kind = 0; kind < kinds && size > 1 && size <= p->n && !found; kind++)
    found = choose_domain(topo, p, kind, size, chosen);
  if (!found && kinds > 1 && size > 1 && size <= p->n)
    found = choose_domain(topo, p, -1, size, chosen);
  if (found) {
    take(p, chosen, size, place);
    return;
  }
  /* What is left, in order; taking one by one lets a process that is larger than the machine wrap
   * round. */
  for (int t = 0; t < size; t++) {
    chosen[0] = 0;
    take(p, chosen, 1, &place[t]);
  }
}

/* PUs are taken by kind (the most performant first), then topology order; with cores_first every
 * core's first PU comes before any core's second one. When all are taken it starts again.
 *
 * The workers of one process stay together: a process of several threads goes to the innermost
 * domain (core, L2, L3, NUMA node, package) that still has as many free PUs, of one kind if
 * possible. A process that fits nowhere takes what is left in order. One process alone is not
 * grouped: its threads take the PUs in order. */
static bool pack(const hx_topo *topo, const hx_pin_request *request, bool cores_first,
                 hx_place *place, pvs_error *error) {
  pool p = {0};
  const hx_pu *pu = hx_topo_pus(topo, &p.n);
  p.candidates = calloc((size_t)p.n, sizeof *p.candidates);
  int *chosen = calloc((size_t)p.n, sizeof *chosen);
  if (p.candidates == NULL || chosen == NULL) {
    free(chosen);
    free(p.candidates);
    return hx_fail_memory(error);
  }
  p.turns = cores_first ? hx_topo_get_counts(topo)->pus_per_core : 1;
  for (int i = 0; i < p.n; i++)
    p.candidates[i] = (candidate){pu[i].cpu, pu[i].kind, cores_first ? pu[i].sibling : 0, i};
  restore_order(&p);

  bool alone = request->processes == 1;
  int groups = alone ? request->threads : request->processes;
  int size = alone ? 1 : request->threads;
  for (int g = 0; g < groups; g++)
    place_process(topo, &p, size, chosen, &place[g * size]);
  free(chosen);
  free(p.candidates);
  return true;
}

static bool place_compact(const hx_topo *topo, const hx_pin_request *request, hx_place *place,
                          pvs_error *error) {
  return pack(topo, request, false, place, error);
}

static bool place_cores(const hx_topo *topo, const hx_pin_request *request, hx_place *place,
                        pvs_error *error) {
  return pack(topo, request, true, place, error);
}

const hx_pin_ops hx_pin_compact = {
    .name = "compact",
    .words = "pinned close together",
    .place = place_compact,
};

const hx_pin_ops hx_pin_cores = {
    .name = "cores",
    .words = "pinned, one per physical core",
    .place = place_cores,
};
