/* spread: each worker gets its own share of the machine, as far from the others as possible
 * (the idea of hwloc_distrib): two workers on two packages have a package each, as many workers as
 * cores have a core each. Sets are as wide as the share: the kernel may still avoid a busy CPU inside
 * it.
 *
 * Kinds of core are filled one after the other: one worker per core of the best kind, then of the
 * next kind, then the siblings in the same order; no share spans two kinds. Of a hybrid each
 * process gets a share and its threads get shares of that. Workers beyond the number of PUs repeat
 * the places from the start. */
#include "base/fail.h"
#include "machine/pin.h"
#include "machine/topo_hwloc.h"

#include <assert.h>
#include <stdlib.h>

static int weight(const hwloc_obj_t object) {
  return hwloc_bitmap_weight(object->cpuset);
}

/* n < objects: n groups of neighbours, cut where the middle of an object lies beyond the next n-th
 * of all CPUs. */
static void group_objects(hwloc_obj_t *object, int objects, hx_cpuset *share, int n) {
  int total = 0, before = 0, g = 0;
  for (int i = 0; i < objects; i++)
    total += weight(object[i]);
  for (int i = 0; i < objects; i++) {
    int middle_x2 = 2 * before + weight(object[i]);
    bool beyond = (long)middle_x2 * n > 2L * (g + 1) * total;
    bool must = objects - i == n - 1 - g; /* an object each for the groups that are left */
    bool next = i > 0 && g < n - 1 && (beyond || must);
    g += next;
    if (next || i == 0)
      share[g] = (hx_cpuset){{0}};
    hx_cpuset cpus = hx_cpuset_from_hwloc(object[i]->cpuset);
    share[g] = hx_cpuset_or(&share[g], &cpus);
    before += weight(object[i]);
  }
}

/* Shares each object gets at least: one for each of its cores where n suffices, else one. Returns
 * their sum. */
static int least_parts(hwloc_topology_t topology, hwloc_obj_t *object, int objects, int n,
                       int *parts) {
  int sum = 0;
  for (int i = 0; i < objects; i++) {
    int cores = hwloc_get_nbobjs_inside_cpuset_by_type(topology, object[i]->cpuset, HWLOC_OBJ_CORE);
    parts[i] = cores > 1 ? cores : 1;
    sum += parts[i];
  }
  if (sum <= n)
    return sum;
  for (int i = 0; i < objects; i++)
    parts[i] = 1;
  return objects;
}

/* Divides the CPUs of the objects, which are at least n, into n shares. What hwloc_distrib does,
 * but that rounds up from the left: of two packages with five and four cores both of two shares
 * would lie in the first. Here every object gets a share (and every core one, if they suffice)
 * before any gets two, and the next goes where shares are largest. */
static bool share_out(hwloc_topology_t topology, hwloc_obj_t *object, int objects, hx_cpuset *share,
                      int n) {
  if (n < objects) {
    group_objects(object, objects, share, n);
    return true;
  }
  int *parts = calloc((size_t)objects, sizeof *parts);
  if (parts == NULL)
    return false;
  int given = least_parts(topology, object, objects, n, parts);
  for (; given < n; given++) {
    int best = 0;
    for (int i = 1; i < objects; i++)
      if (weight(object[i]) * parts[best] > weight(object[best]) * parts[i])
        best = i;
    parts[best]++;
  }
  bool ok = true;
  for (int i = 0, at = 0; i < objects && ok; at += parts[i++]) {
    if (parts[i] == 1)
      share[at] = hx_cpuset_from_hwloc(object[i]->cpuset);
    else
      ok = share_out(topology, object[i]->children, (int)object[i]->arity, &share[at], parts[i]);
  }
  free(parts);
  return ok;
}

/* Divides `set` into n shares of `topology` (1 <= n <= its CPUs in set). False without memory. */
static bool divide_in(hwloc_topology_t topology, const hx_cpuset *set, int n, hx_cpuset *share) {
  int cpus = hx_cpuset_count(set);
  hwloc_bitmap_t whole = hx_cpuset_to_hwloc(set);
  hwloc_obj_t *root = calloc((size_t)cpus, sizeof(hwloc_obj_t));
  bool ok = whole != NULL && root != NULL;
  if (ok) {
    int roots = hwloc_get_largest_objs_inside_cpuset(topology, whole, root, cpus);
    ok = share_out(topology, root, roots, share, n);
  }
  free(root);
  hwloc_bitmap_free(whole);
  return ok;
}

/* The CPUs of `set` whose core is also that of a CPU in `part`. */
static hx_cpuset whole_cores(const hx_topo *topo, const hx_cpuset *part, const hx_cpuset *set) {
  int n;
  const hx_pu *pu = hx_topo_pus(topo, &n);
  hx_cpuset cores = {{0}};
  bool inside = false;
  for (int i = 0; i < n; i++) {
    inside = pu[i].sibling == 0 ? hx_cpuset_has(part, pu[i].cpu) : inside;
    if (inside && hx_cpuset_has(set, pu[i].cpu))
      hx_cpuset_add(&cores, pu[i].cpu);
  }
  return cores;
}

/* Divides `set` into n shares (n <= CPUs in set): by whole cores while there are enough, by PUs
 * beyond. hwloc_distrib weighs by PUs, which on a machine of unequal cores would put two workers on
 * one core and none on another. */
static bool divide(const hx_topo *topo, const hx_cpuset *set, int n, hx_cpuset *share) {
  int pus;
  const hx_pu *pu = hx_topo_pus(topo, &pus);
  hx_cpuset first = {{0}};
  for (int i = 0; i < pus; i++)
    if (pu[i].sibling == 0 && hx_cpuset_has(set, pu[i].cpu))
      hx_cpuset_add(&first, pu[i].cpu);
  if (n > hx_cpuset_count(&first))
    return divide_in(hx_topo_allowed(topo), set, n, share);
  bool ok = divide_in(hx_topo_cores(topo), &first, n, share);
  for (int i = 0; ok && i < n; i++)
    share[i] = whole_cores(topo, &share[i], set);
  return ok;
}

/* How many groups of `size` workers go to each kind: first one worker per core, then one per PU.
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

/* Divides `set` among `groups` groups of `size` workers: each group gets a share, and each of its
 * workers a share of that. Where a share has fewer CPUs than the group has workers (an uneven machine) the set is
 * divided among all workers at once. */
static bool place_groups(const hx_topo *topo, const hx_cpuset *set, int groups, int size,
                         hx_place *place) {
  int workers = groups * size;
  if (groups == 0)
    return true;
  hx_cpuset *share = calloc((size_t)workers, sizeof *share);
  hx_cpuset *part = calloc((size_t)size, sizeof *part);
  bool ok = share != NULL && part != NULL && divide(topo, set, groups, share);
  bool fits = true;
  for (int g = 0; ok && g < groups; g++)
    fits = fits && hx_cpuset_count(&share[g]) >= size;
  if (ok && !fits) {
    ok = divide(topo, set, workers, share);
    groups = workers;
    size = 1;
  }
  for (int g = 0; ok && g < groups; g++) {
    ok = divide(topo, &share[g], size, part);
    for (int t = 0; ok && t < size; t++)
      place[g * size + t].cpus = part[t];
  }
  free(part);
  free(share);
  return ok;
}

static bool place_spread(const hx_topo *topo, const hx_pin_request *request, hx_place *place,
                         pvs_error *error) {
  const hx_topo_counts *counts = hx_topo_get_counts(topo);
  const hx_cpuset *allowed = &hx_topo_get_allocation(topo)->allowed;
  bool alone = request->processes == 1;
  int groups = alone ? request->threads : request->processes;
  int size = alone ? 1 : request->threads;
  int *per_kind = calloc((size_t)counts->kinds, sizeof *per_kind);
  bool ok = per_kind != NULL;
  int placed = 0; /* workers with a place of their own */
  if (ok && size > counts->pus) {
    /* A process larger than the machine: its threads repeat, and so do the processes. */
    placed = counts->pus;
    ok = place_groups(topo, allowed, placed, 1, place);
  } else if (ok) {
    int fit = split_kinds(topo, groups, size, per_kind);
    for (int kind = 0, at = 0; ok && kind < counts->kinds; at += per_kind[kind++]) {
      hx_cpuset set = cpus_of_kind(topo, kind);
      ok = place_groups(topo, &set, per_kind[kind], size, &place[at * size]);
    }
    if (ok && fit == 0) {
      /* Larger than any one kind of core: shares of everything. */
      fit = counts->pus / size < groups ? counts->pus / size : groups;
      ok = place_groups(topo, allowed, fit, size, place);
    }
    placed = fit * size;
  }
  assert(!ok || placed > 0);
  for (int w = placed; ok && w < groups * size; w++)
    place[w].cpus = place[w % placed].cpus;
  free(per_kind);
  return ok || hx_fail_memory(error);
}

const hx_pin_ops hx_pin_spread = {
    .name = "spread",
    .words = "pinned far from each other",
    .place = place_spread,
};
