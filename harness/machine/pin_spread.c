/* spread: each worker gets its own share of the machine, as far from the others as possible
 * (hwloc_distrib): with two workers on two packages a package each, with as many as cores a core
 * each. Sets are as wide as the share: the kernel may still avoid a busy CPU inside it.
 *
 * Kinds of core are filled one after the other: one worker a core of the best kind, then of the
 * next kind, then the siblings in the same order; no share spans two kinds. Of a hybrid each
 * process gets a share and its threads get shares of that. Workers beyond the number of PUs repeat
 * the places from the start. */
#include "machine/pin.h"
#include "machine/say.h"
#include "machine/topo_hwloc.h"

#include <limits.h>
#include <stdlib.h>

/* Divides `set` into n shares (n <= CPUs in set). False without memory. */
static bool divide(hwloc_topology_t topology, const hx_cpuset *set, int n, hx_cpuset *share) {
  int cpus = hx_cpuset_count(set);
  hwloc_bitmap_t whole = hx_cpuset_to_hwloc(set);
  hwloc_obj_t *root = calloc((size_t)cpus, sizeof(hwloc_obj_t));
  hwloc_bitmap_t *part = calloc((size_t)n, sizeof(hwloc_bitmap_t));
  bool ok = whole != NULL && root != NULL && part != NULL;
  if (ok) {
    int roots = hwloc_get_largest_objs_inside_cpuset(topology, whole, root, cpus);
    ok = roots > 0 &&
         hwloc_distrib(topology, root, (unsigned)roots, part, (unsigned)n, INT_MAX, 0) == 0;
    for (int i = 0; ok && i < n; i++)
      share[i] = hx_cpuset_from_hwloc(part[i]);
    for (int i = 0; i < n; i++)
      hwloc_bitmap_free(part[i]);
  }
  free(part);
  free(root);
  hwloc_bitmap_free(whole);
  return ok;
}

/* How many groups of `size` workers go to each kind: first one worker a core, then one a PU.
 * Returns their sum, at most `groups`; less when there are not enough PUs, 0 when no kind alone
 * holds a group. */
static int split_kinds(const hx_topo *topo, int groups, int size, int *per_kind) {
  int n, given = 0;
  const hx_pu *pu = hx_topo_pus(topo, &n);
  int kinds = hx_topo_get_counts(topo)->kinds;
  for (int whole_cores = 1; whole_cores >= 0; whole_cores--)
    for (int kind = 0; kind < kinds; kind++) {
      int room = 0;
      for (int i = 0; i < n; i++)
        room += pu[i].kind == kind && (!whole_cores || pu[i].sibling == 0);
      int more = room / size - per_kind[kind];
      if (more > groups - given)
        more = groups - given;
      if (more > 0) {
        per_kind[kind] += more;
        given += more;
      }
    }
  return given;
}

static hx_cpuset cpus_of_kind(const hx_topo *topo, int kind) {
  int n;
  const hx_pu *pu = hx_topo_pus(topo, &n);
  hx_cpuset set = {{0}};
  for (int i = 0; i < n; i++)
    if (pu[i].kind == kind)
      hx_cpuset_add(&set, pu[i].cpu);
  return set;
}

/* Divides `set` among `groups` groups of `size` workers: a share a group, and of that a share a
 * worker. Where a share has fewer CPUs than the group has workers (an uneven machine) the set is
 * divided among all workers at once. */
static bool place_groups(hwloc_topology_t topology, const hx_cpuset *set, int groups, int size,
                         hx_place *place) {
  int workers = groups * size;
  if (groups == 0)
    return true;
  hx_cpuset *share = calloc((size_t)workers, sizeof *share);
  hx_cpuset *part = calloc((size_t)size, sizeof *part);
  bool ok = share != NULL && part != NULL && divide(topology, set, groups, share);
  bool fits = true;
  for (int g = 0; ok && g < groups; g++)
    fits = fits && hx_cpuset_count(&share[g]) >= size;
  if (ok && !fits) {
    ok = divide(topology, set, workers, share);
    groups = workers;
    size = 1;
  }
  for (int g = 0; ok && g < groups; g++) {
    ok = divide(topology, &share[g], size, part);
    for (int t = 0; ok && t < size; t++)
      place[g * size + t].cpus = part[t];
  }
  free(part);
  free(share);
  return ok;
}

static bool place_spread(const hx_topo *topo, const hx_pin_request *request, hx_place *place,
                         char *err, size_t err_cap) {
  const hx_topo_counts *counts = hx_topo_get_counts(topo);
  const hx_cpuset *allowed = &hx_topo_get_allocation(topo)->allowed;
  hwloc_topology_t topology = hx_topo_allowed(topo);
  bool alone = request->processes == 1;
  int groups = alone ? request->threads : request->processes;
  int size = alone ? 1 : request->threads;
  int *per_kind = calloc((size_t)counts->kinds, sizeof *per_kind);
  bool ok = per_kind != NULL;
  int placed = 0; /* workers with a place of their own */
  if (ok && size > counts->pus) {
    /* A process larger than the machine: its threads repeat, and so do the processes. */
    placed = counts->pus;
    ok = place_groups(topology, allowed, placed, 1, place);
  } else if (ok) {
    int fit = split_kinds(topo, groups, size, per_kind);
    for (int kind = 0, at = 0; ok && kind < counts->kinds; at += per_kind[kind++]) {
      hx_cpuset set = cpus_of_kind(topo, kind);
      ok = place_groups(topology, &set, per_kind[kind], size, &place[at * size]);
    }
    if (ok && fit == 0) {
      /* Larger than any one kind of core: shares of everything. */
      fit = counts->pus / size < groups ? counts->pus / size : groups;
      ok = place_groups(topology, allowed, fit, size, place);
    }
    placed = fit * size;
  }
  for (int w = placed; ok && w < groups * size; w++)
    place[w].cpus = place[w % placed].cpus;
  free(per_kind);
  return ok || hx_say(err, err_cap, "out of memory");
}

const hx_pin_ops hx_pin_spread = {
    .name = "spread",
    .summary = "each worker its own share of the machine, far from the others",
    .place = place_spread,
};
