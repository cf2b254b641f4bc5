#include "machine/topo.h"

#include "base/fail.h"
#include "base/files.h"
#include "machine/sysfile.h"
#include "machine/topo_hwloc.h"
#include "machine/topo_origin.h"
#include "machine/topo_trial.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

enum { LEVELS_MAX = 24, CACHES_MAX = 32 };

typedef struct level {
  hx_cpuset *domain;
  int n;
} level;

struct hx_topo {
  hwloc_topology_t whole, usable;
  hwloc_topology_t cores; /* == usable where no core has a second allowed PU */
  bool live;
  hx_allocation allocation;
  hx_topo_counts counts;
  hx_pu *pu;
  hx_cpuset *numa;
  int numa_n;
  level level[LEVELS_MAX];
  int levels;
  hx_cache cache[CACHES_MAX];
  int caches;
};

/* ------------------------------------------------------------------------------ hwloc's sets */

hx_cpuset hx_cpuset_from_hwloc(hwloc_const_bitmap_t bitmap) {
  hx_cpuset set = {{0}};
  for (int cpu = hwloc_bitmap_first(bitmap); cpu >= 0 && cpu < HX_CPUSET_BITS;
       cpu = hwloc_bitmap_next(bitmap, cpu))
    hx_cpuset_add(&set, cpu);
  return set;
}

hwloc_bitmap_t hx_cpuset_to_hwloc(const hx_cpuset *set) {
  hwloc_bitmap_t bitmap = hwloc_bitmap_alloc();
  for (int cpu = hx_cpuset_next(set, -1); cpu >= 0 && bitmap != NULL;
       cpu = hx_cpuset_next(set, cpu))
    hwloc_bitmap_set(bitmap, (unsigned)cpu);
  return bitmap;
}

/* ------------------------------------------------------------------------ opening the machine */

/* Marks a virtual machine in the root object, so that an XML export carries the mark along. */
static bool mark_hypervisor(hwloc_topology_t whole, const char *root) {
  hwloc_obj_t machine = hwloc_get_root_obj(whole);
  return !hx_sysfile_virtual(root) || hwloc_obj_get_info_by_name(machine, "Hypervisor") ||
         hwloc_obj_add_info(machine, "Hypervisor", "yes") == 0;
}

/* hwloc's plugins read XML, and find GPUs, for which we never ask. Loading them takes several times as long as
 * all the rest, so they are loaded only for a file. The variable is gone again before any program is
 * measured, since hwloc may be part of that too. */
static int init(hwloc_topology_t *topology, bool plugins) {
  static const char path[] = "HWLOC_PLUGINS_PATH";
  bool ours = !plugins && getenv(path) == NULL && setenv(path, "", 1) == 0;
  int failed = hwloc_topology_init(topology);
  if (ours)
    unsetenv(path);
  return failed;
}

static bool load_whole(hx_topo *t, const hx_topo_origin *origin, pvs_error *error) {
  if (init(&t->whole, origin->xml != NULL) != 0)
    return hx_fail(error, PVS_BAD_VALUE, "hwloc: cannot start: %s", strerror(errno));
  hwloc_topology_set_flags(t->whole, HWLOC_TOPOLOGY_FLAG_INCLUDE_DISALLOWED);
  errno = 0;
  if (origin->synthetic != NULL && hwloc_topology_set_synthetic(t->whole, origin->synthetic) != 0)
    return hx_fail(error, PVS_BAD_VALUE,
                   "synthetic topology \"%s\": not understood by hwloc; expected levels from the "
                   "outside in, like \"pack:2 numa:2 core:8 pu:2\"",
                   origin->synthetic);
  bool ok = origin->xml == NULL || hwloc_topology_set_xml(t->whole, origin->xml) == 0;
  ok = ok && hwloc_topology_load(t->whole) == 0;
  if (!ok && origin->xml != NULL)
    return hx_fail(error, PVS_BAD_VALUE, "%s: expected a topology exported by hwloc (lstopo): %s",
                   origin->xml, strerror(errno));
  if (!ok)
    return hx_fail(error, PVS_BAD_VALUE, "hwloc: the topology cannot be loaded: %s",
                   strerror(errno));
  hwloc_const_bitmap_t cpus = hwloc_topology_get_topology_cpuset(t->whole);
  int last = hwloc_bitmap_last(cpus);
  if (last < 0 || last >= HX_CPUSET_BITS)
    return hx_fail(error, PVS_BAD_VALUE, "found CPU number %d, expected 0 to %d", last,
                   HX_CPUSET_BITS - 1);
  return true;
}

static bool find_allocation(hx_topo *t, const hx_topo_origin *origin, pvs_error *error) {
  hx_allocation *a = &t->allocation;
  a->machine = hx_cpuset_from_hwloc(hwloc_topology_get_topology_cpuset(t->whole));
  a->cgroup = hx_cpuset_from_hwloc(hwloc_topology_get_allowed_cpuset(t->whole));
  a->affinity = a->asked = a->machine;
  if (t->live && !hx_affinity_read(0, &a->affinity))
    return hx_fail(error, PVS_BAD_VALUE, "the affinity mask of this process cannot be read");
  if (origin->allowed != NULL) {
    pvs_error why = {0};
    if (!hx_cpuset_parse(origin->allowed, &a->asked, &why))
      return hx_fail(error, PVS_BAD_VALUE, "--allowed: %s", HX_FAIL_LINE(&why));
    a->has_asked = true;
    if (!hx_cpuset_is_inside(&a->asked, &a->machine)) {
      char list[HX_CPUSET_TEXT];
      hx_cpuset_format(&a->machine, list, sizeof list);
      return hx_fail(error, PVS_BAD_VALUE, "--allowed: found %s, expected some of %s",
                     origin->allowed, list);
    }
  }
  hx_cpuset both = hx_cpuset_and(&a->cgroup, &a->affinity);
  a->allowed = hx_cpuset_and(&both, &a->asked);
  if (hx_cpuset_is_empty(&a->allowed)) {
    char why[1024];
    hx_allocation_explain(a, why, sizeof why);
    return hx_fail(error, PVS_BAD_VALUE, "no CPU is allowed: %s", why);
  }
  if (origin->quota_cpus > 0) {
    a->quota.cpus = origin->quota_cpus;
    strcpy(a->quota.where, "asked for");
  } else if (t->live || origin->root != NULL) {
    a->quota = hx_quota_read(origin->root);
  }
  a->cpus = hx_cpuset_count(&a->allowed);
  if (a->quota.cpus > 0 && a->quota.cpus < a->cpus)
    a->cpus = a->quota.cpus;
  return true;
}

static const char *name_of(const hx_topo_origin *origin) {
  return origin->xml != NULL ? origin->xml : "hwloc";
}

static bool restrict_to_allowed(hx_topo *t, const hx_topo_origin *origin, pvs_error *error) {
  hwloc_bitmap_t set = hx_cpuset_to_hwloc(&t->allocation.allowed);
  bool ok = set != NULL && hwloc_topology_dup(&t->usable, t->whole) == 0 &&
            hwloc_topology_restrict(t->usable, set, HWLOC_RESTRICT_FLAG_REMOVE_CPULESS) == 0;
  hwloc_bitmap_free(set);
  if (!ok)
    return hx_fail(error, PVS_BAD_VALUE,
                   "hwloc: cannot restrict the topology to the allowed CPUs: %s", strerror(errno));
  int found = hwloc_get_nbobjs_by_type(t->usable, HWLOC_OBJ_PU);
  int expected = hx_cpuset_count(&t->allocation.allowed);
  if (found != expected) /* an XML file may disagree with itself */
    return hx_fail(error, PVS_BAD_VALUE, "%s: found %d PUs, expected the %d of the allowed CPUs",
                   name_of(origin), found, expected);
  return hx_topo_is_consistent(t->usable, name_of(origin), error);
}

/* --------------------------------------------------------------------------- what there is */

/* Kinds of core as hwloc ranks them, 0 = most performant (hwloc's efficiency is ascending). One
 * kind when the ranking is unknown; kinds without an allowed PU do not count. */
static void rank_kinds(hx_topo *t) {
  hwloc_bitmap_t set = hwloc_bitmap_alloc();
  int n = hwloc_cpukinds_get_nr(t->whole, 0), rank = 0, known = 0;
  for (int k = n - 1; k >= 0 && set != NULL; k--) {
    int efficiency = -1;
    if (hwloc_cpukinds_get_info(t->whole, (unsigned)k, set, &efficiency, NULL, NULL, 0) != 0 ||
        efficiency < 0)
      break;
    bool present = false;
    for (int i = 0; i < t->counts.pus; i++)
      if (hwloc_bitmap_isset(set, (unsigned)t->pu[i].cpu)) {
        t->pu[i].kind = rank;
        present = true;
        known++;
      }
    rank += present;
  }
  hwloc_bitmap_free(set);
  if (known < t->counts.pus) {
    for (int i = 0; i < t->counts.pus; i++)
      t->pu[i].kind = 0;
    rank = 1;
  }
  t->counts.kinds = rank;
}

/* The NUMA node nearest to a PU: the smallest that contains it; of several in one place (DRAM
 * before HBM) the first. */
static hwloc_obj_t nearest_node(hwloc_topology_t topology, unsigned cpu) {
  hwloc_obj_t best = NULL, node = NULL;
  while ((node = hwloc_get_next_obj_by_type(topology, HWLOC_OBJ_NUMANODE, node)) != NULL)
    if (hwloc_bitmap_isset(node->cpuset, cpu) &&
        (best == NULL || hwloc_bitmap_weight(node->cpuset) < hwloc_bitmap_weight(best->cpuset)))
      best = node;
  return best;
}

static int ancestor_index(hwloc_topology_t topology, hwloc_obj_type_t type, hwloc_obj_t obj) {
  hwloc_obj_t up = hwloc_get_ancestor_obj_by_type(topology, type, obj);
  return up != NULL ? (int)up->logical_index : -1;
}

/* Fills pu[] in hwloc's logical order, and the NUMA domains in order of first appearance. */
static bool list_pus(hx_topo *t) {
  int n = hwloc_get_nbobjs_by_type(t->usable, HWLOC_OBJ_PU);
  t->counts.pus = n;
  t->pu = calloc((size_t)n, sizeof *t->pu);
  t->numa = calloc((size_t)n, sizeof *t->numa);
  hwloc_obj_t *node_of = calloc((size_t)n, sizeof(hwloc_obj_t));
  if (t->pu == NULL || t->numa == NULL || node_of == NULL) {
    free(node_of);
    return false;
  }
  hwloc_const_bitmap_t usable_nodes = hwloc_topology_get_allowed_nodeset(t->usable);
  for (int i = 0; i < n; i++) {
    hx_pu *pu = &t->pu[i];
    hwloc_obj_t obj = hwloc_get_obj_by_type(t->usable, HWLOC_OBJ_PU, (unsigned)i);
    hwloc_obj_t node = nearest_node(t->usable, obj->os_index);
    int core = ancestor_index(t->usable, HWLOC_OBJ_CORE, obj);
    pu->cpu = (int)obj->os_index;
    pu->core = core >= 0 ? core : i;
    pu->sibling = i > 0 && t->pu[i - 1].core == pu->core ? t->pu[i - 1].sibling + 1 : 0;
    pu->l3 = ancestor_index(t->usable, HWLOC_OBJ_L3CACHE, obj);
    pu->package = ancestor_index(t->usable, HWLOC_OBJ_PACKAGE, obj);
    bool may_bind = node != NULL && hwloc_bitmap_isset(usable_nodes, node->os_index);
    pu->numa_os = may_bind ? (int)node->os_index : -1;
    int k = 0;
    while (k < t->numa_n && node_of[k] != node)
      k++;
    if (k == t->numa_n)
      node_of[t->numa_n++] = node;
    pu->numa = k;
    hx_cpuset_add(&t->numa[k], pu->cpu);
  }
  free(node_of);
  return true;
}

static bool same_domains(const level *a, const hx_cpuset *domain, int n) {
  return a->n == n && memcmp(a->domain, domain, (size_t)n * sizeof *domain) == 0;
}

/* Every depth of the tree, innermost first, as sets. Depths that divide the CPUs alike are listed
 * once. */
static bool list_levels(hx_topo *t) {
  for (int depth = hwloc_topology_get_depth(t->usable) - 1; depth >= 0; depth--) {
    int n = (int)hwloc_get_nbobjs_by_depth(t->usable, depth);
    hx_cpuset *domain = calloc((size_t)n, sizeof *domain);
    if (domain == NULL)
      return false;
    for (int i = 0; i < n; i++)
      domain[i] =
          hx_cpuset_from_hwloc(hwloc_get_obj_by_depth(t->usable, depth, (unsigned)i)->cpuset);
    if (t->levels > 0 && same_domains(&t->level[t->levels - 1], domain, n)) {
      free(domain);
    } else if (t->levels < LEVELS_MAX) {
      t->level[t->levels++] = (level){domain, n};
    } else {
      free(domain);
      return false;
    }
  }
  return true;
}

static void list_caches(hx_topo *t) {
  for (int depth = hwloc_topology_get_depth(t->whole) - 1; depth >= 0; depth--) {
    for (hwloc_obj_t o = hwloc_get_obj_by_depth(t->whole, depth, 0); o != NULL;
         o = o->next_cousin) {
      if (!hwloc_obj_type_is_cache(o->type))
        break;
      hx_cache found = {(int)o->attr->cache.depth,
                        o->attr->cache.type == HWLOC_OBJ_CACHE_UNIFIED       ? 'u'
                        : o->attr->cache.type == HWLOC_OBJ_CACHE_INSTRUCTION ? 'i'
                                                                             : 'd',
                        o->attr->cache.size, 1, hwloc_bitmap_weight(o->cpuset)};
      int i = 0;
      while (i < t->caches && (t->cache[i].level != found.level || t->cache[i].type != found.type ||
                               t->cache[i].bytes != found.bytes || t->cache[i].pus != found.pus))
        i++;
      if (i < t->caches)
        t->cache[i].count++;
      else if (t->caches < CACHES_MAX)
        t->cache[t->caches++] = found;
    }
  }
}

/* How many cores the fullest domain has; key gives a PU's domain, -1 none. */
static int fullest(const hx_topo *t, int (*key)(const hx_pu *)) {
  int best = 0;
  for (int i = 0; i < t->counts.pus; i++) {
    int n = 0;
    /* Each domain is counted once, from its first PU. */
    bool counted = key(&t->pu[i]) < 0;
    for (int j = 0; j < i && !counted; j++)
      counted = key(&t->pu[j]) == key(&t->pu[i]);
    for (int j = i; j < t->counts.pus && !counted; j++)
      n += key(&t->pu[j]) == key(&t->pu[i]) && t->pu[j].sibling == 0;
    best = n > best ? n : best;
  }
  return best;
}

static int key_l3(const hx_pu *pu) {
  return pu->l3;
}
static int key_numa(const hx_pu *pu) {
  return pu->numa;
}
static int key_package(const hx_pu *pu) {
  return pu->package;
}

static int at_least_0(int n) {
  return n > 0 ? n : 0;
}

static void count_all(hx_topo *t) {
  hx_topo_counts *c = &t->counts;
  c->packages = at_least_0(hwloc_get_nbobjs_by_type(t->usable, HWLOC_OBJ_PACKAGE));
  c->l3s = at_least_0(hwloc_get_nbobjs_by_type(t->usable, HWLOC_OBJ_L3CACHE));
  c->numa_nodes = t->numa_n;
  c->packages_whole = at_least_0(hwloc_get_nbobjs_by_type(t->whole, HWLOC_OBJ_PACKAGE));
  c->l3s_whole = at_least_0(hwloc_get_nbobjs_by_type(t->whole, HWLOC_OBJ_L3CACHE));
  c->numa_nodes_whole = at_least_0(hwloc_get_nbobjs_by_type(t->whole, HWLOC_OBJ_NUMANODE));
  c->pus_whole = hwloc_get_nbobjs_by_type(t->whole, HWLOC_OBJ_PU);
  int cores_whole = hwloc_get_nbobjs_by_type(t->whole, HWLOC_OBJ_CORE);
  c->cores_whole = cores_whole > 0 ? cores_whole : c->pus_whole;
  for (int i = 0; i < c->pus; i++) {
    const hx_pu *pu = &t->pu[i];
    c->cores += pu->sibling == 0;
    c->cores_best_kind += pu->sibling == 0 && pu->kind == 0;
    c->pus_best_kind += pu->kind == 0;
    c->pus_per_core = pu->sibling + 1 > c->pus_per_core ? pu->sibling + 1 : c->pus_per_core;
  }
  c->cores_per_l3 = fullest(t, key_l3);
  c->cores_per_numa_node = fullest(t, key_numa);
  c->cores_per_package = fullest(t, key_package);
  int whole_cpus = (int)t->allocation.cpus;
  c->usable = whole_cpus < t->allocation.cpus ? whole_cpus + 1 : whole_cpus;
}

static bool restrict_to_cores(hx_topo *t, const hx_topo_origin *origin, pvs_error *error) {
  t->cores = t->usable;
  if (t->counts.pus_per_core <= 1)
    return true;
  t->cores = NULL;
  hx_cpuset first = {{0}};
  for (int i = 0; i < t->counts.pus; i++)
    if (t->pu[i].sibling == 0)
      hx_cpuset_add(&first, t->pu[i].cpu);
  hwloc_bitmap_t set = hx_cpuset_to_hwloc(&first);
  bool ok = set != NULL && hwloc_topology_dup(&t->cores, t->usable) == 0 &&
            hwloc_topology_restrict(t->cores, set, 0) == 0;
  hwloc_bitmap_free(set);
  if (!ok)
    return hx_fail(error, PVS_BAD_VALUE, "hwloc: cannot restrict the topology to one CPU per core");
  return hx_topo_is_consistent(t->cores, name_of(origin), error);
}

static hx_topo *open_topo(const hx_topo_origin *origin, pvs_error *error) {
  hx_topo *t = calloc(1, sizeof *t);
  if (t == NULL) {
    hx_fail_memory(error);
    return NULL;
  }
  t->live = origin->synthetic == NULL && origin->xml == NULL;
  bool ok = load_whole(t, origin, error) && find_allocation(t, origin, error) &&
            restrict_to_allowed(t, origin, error);
  if (ok && (!list_pus(t) || !list_levels(t)))
    ok = hx_fail_memory(error);
  if (!ok) {
    hx_topo_close(t);
    return NULL;
  }
  rank_kinds(t);
  count_all(t);
  if (!restrict_to_cores(t, origin, error)) {
    hx_topo_close(t);
    return NULL;
  }
  list_caches(t);
  if (t->live && !mark_hypervisor(t->whole, origin->root)) {
    hx_fail_memory(error);
    hx_topo_close(t);
    return NULL;
  }
  return t;
}

static void try_to_open(const hx_topo_origin *origin) {
  hx_topo_close(open_topo(origin, NULL));
}

hx_topo *hx_topo_open(const hx_topo_origin *origin, pvs_error *error) {
  if (!hx_topo_origin_check(origin, error))
    return NULL;
  if (!origin->xml)
    return open_topo(origin, error);
  struct rlimit usual = hx_topo_bound_memory();
  hx_topo *t = hx_topo_survives(origin, try_to_open, error) ? open_topo(origin, error) : NULL;
  setrlimit(RLIMIT_DATA, &usual);
  return t;
}

void hx_topo_close(hx_topo *t) {
  if (t == NULL)
    return;
  for (int i = 0; i < t->levels; i++)
    free(t->level[i].domain);
  if (t->cores != NULL && t->cores != t->usable)
    hwloc_topology_destroy(t->cores);
  if (t->usable != NULL)
    hwloc_topology_destroy(t->usable);
  if (t->whole != NULL)
    hwloc_topology_destroy(t->whole);
  free(t->numa);
  free(t->pu);
  free(t);
}

/* ------------------------------------------------------------------------------------ reading */

const hx_topo_counts *hx_topo_get_counts(const hx_topo *t) {
  return &t->counts;
}

const hx_allocation *hx_topo_get_allocation(const hx_topo *t) {
  return &t->allocation;
}

const hx_pu *hx_topo_pus(const hx_topo *t, int *n) {
  *n = t->counts.pus;
  return t->pu;
}

const hx_cache *hx_topo_caches(const hx_topo *t, int *n) {
  *n = t->caches;
  return t->cache;
}

const char *hx_topo_cpu_model(const hx_topo *t) {
  hwloc_obj_t package = hwloc_get_obj_by_type(t->whole, HWLOC_OBJ_PACKAGE, 0);
  const char *model = package != NULL ? hwloc_obj_get_info_by_name(package, "CPUModel") : NULL;
  if (model == NULL)
    model = hwloc_obj_get_info_by_name(hwloc_get_root_obj(t->whole), "CPUModel");
  return model != NULL ? model : "unknown";
}

int hx_topo_levels(const hx_topo *t) {
  return t->levels;
}

const hx_cpuset *hx_topo_level(const hx_topo *t, int index, int *n) {
  *n = t->level[index].n;
  return t->level[index].domain;
}

const hx_cpuset *hx_topo_numa_cpus(const hx_topo *t, int *n) {
  *n = t->numa_n;
  return t->numa;
}

hwloc_topology_t hx_topo_whole(const hx_topo *t) {
  return t->whole;
}

hwloc_topology_t hx_topo_allowed(const hx_topo *t) {
  return t->usable;
}

hwloc_topology_t hx_topo_cores(const hx_topo *t) {
  return t->cores;
}

bool hx_topo_export_xml(const hx_topo *t, const char *path, pvs_error *error) {
  char *text;
  int size; /* with the NUL */
  if (hwloc_topology_export_xmlbuffer(t->whole, &text, &size, 0) != 0)
    return hx_fail(error, PVS_IO, "%s: hwloc cannot export the topology", path);
  bool ok = hx_files_replace(path, text, (size_t)size - 1, error);
  hwloc_free_xmlbuffer(t->whole, text);
  return ok;
}
