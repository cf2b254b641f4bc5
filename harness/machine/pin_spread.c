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

/* Gives one group's share to its workers. */
static bool place_group(hwloc_topology_t topology, const hx_cpuset *share, int size,
                        hx_cpuset *scratch, hx_place *place) {
  int cpus = hx_cpuset_count(share);
  int parts = size < cpus ? size : cpus;
  if (!divide(topology, share, parts, scratch))
    return false;
  for (int t = 0; t < size; t++)
    place[t].cpus = scratch[t % parts];
  return true;
}

/* Divides `set` among `groups` of `size` workers. */
static bool place_groups(hwloc_topology_t topology, const hx_cpuset *set, int groups, int size,
                         hx_cpuset *scratch, hx_place *place) {
  if (groups == 0)
    return true;
  hx_cpuset *share = calloc((size_t)groups, sizeof *share);
  bool ok = share != NULL && divide(topology, set, groups, share);
  for (int g = 0; ok && g < groups; g++)
    ok = place_group(topology, &share[g], size, scratch, &place[g * size]);
  free(share);
  return ok;
}

static bool place_spread(const hx_topo *topo, const hx_pin_request *request, hx_place *place,
                         char *err, size_t err_cap) {
  const hx_topo_counts *counts = hx_topo_get_counts(topo);
  bool alone = request->processes == 1;
  int groups = alone ? request->threads : request->processes;
  int size = alone ? 1 : request->threads;
  hwloc_topology_t topology = hx_topo_allowed(topo);
  int *per_kind = calloc((size_t)counts->kinds, sizeof *per_kind);
  hx_cpuset *scratch = calloc((size_t)counts->pus, sizeof *scratch);
  bool ok = per_kind != NULL && scratch != NULL;
  int placed = ok ? split_kinds(topo, groups, size, per_kind) : 0;
  if (ok && placed == 0) {
    /* A process larger than any one kind: shares of everything, a process at a time if it fills the
     * machine. */
    placed = counts->pus / size < groups ? counts->pus / size : groups;
    placed = placed > 0 ? placed : 1;
    ok = place_groups(topology, &hx_topo_get_allocation(topo)->allowed, placed, size, scratch,
                      place);
  } else {
    for (int kind = 0, at = 0; ok && kind < counts->kinds; at += per_kind[kind++]) {
      hx_cpuset set = cpus_of_kind(topo, kind);
      ok = place_groups(topology, &set, per_kind[kind], size, scratch, &place[at * size]);
    }
  }
  for (int w = placed * size; ok && w < groups * size; w++)
    place[w].cpus = place[w % (placed * size)].cpus;
  free(scratch);
  free(per_kind);
  return ok || hx_say(err, err_cap, "out of memory");
}

const hx_pin_ops hx_pin_spread = {
    .name = "spread",
    .summary = "each worker its own share of the machine, far from the others",
    .place = place_spread,
};
