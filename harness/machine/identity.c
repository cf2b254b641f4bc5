#include "machine/identity.h"
#include "base/phrase.h"

#include "machine/topo_hwloc.h"

#include <stdio.h>
#include <stdlib.h>
#include <xxhash.h>

enum { DESCRIPTION_MAX = 16384 };

static int largest_first(const void *a, const void *b) {
  return *(const int *)b - *(const int *)a;
}

/* "4x7+2x1": seven times 4, once 2; the largest first. Sorts `number`. */
static void add_histogram(hx_phrase *out, int *number, int n) {
  qsort(number, (size_t)n, sizeof *number, largest_first);
  for (int i = 0, run; i < n; i += run) {
    for (run = 1; i + run < n && number[i + run] == number[i]; run++)
      ;
    hx_phrase_add(out, "%s%dx%d", i > 0 ? "+" : "", number[i], run);
  }
}

static const char *info(hwloc_obj_t object, const char *name) {
  const char *value = object != NULL ? hwloc_obj_get_info_by_name(object, name) : NULL;
  return value != NULL ? value : "-";
}

/* The CPU model of every package (of the machine where it has no packages). */
static void describe_models(hwloc_topology_t whole, hx_phrase *out) {
  static const char *const names[] = {"CPUVendor", "CPUModel", "CPUFamilyNumber", "CPUModelNumber",
                                      "CPUStepping"};
  hwloc_obj_t package = hwloc_get_obj_by_type(whole, HWLOC_OBJ_PACKAGE, 0);
  hwloc_obj_t object = package != NULL ? package : hwloc_get_root_obj(whole);
  for (; object != NULL; object = package != NULL ? object->next_cousin : NULL) {
    hx_phrase_add(out, "cpu");
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
      hx_phrase_add(out, " %s=%s", names[i], info(object, names[i]));
    hx_phrase_add(out, "\n");
  }
}

/* Sizes in CPUs of all objects of a type. */
static void describe_type(hwloc_topology_t whole, hwloc_obj_type_t type, const char *name,
                          hx_phrase *out) {
  int size[HX_CPUSET_BITS], n = 0;
  for (hwloc_obj_t object = NULL;
       n < HX_CPUSET_BITS && (object = hwloc_get_next_obj_by_type(whole, type, object)) != NULL;)
    size[n++] = hwloc_bitmap_weight(object->cpuset);
  if (n == 0)
    return;
  hx_phrase_add(out, "%s pus=", name);
  add_histogram(out, size, n);
  hx_phrase_add(out, "\n");
}

static void describe_kinds(hwloc_topology_t whole, hx_phrase *out) {
  int n = hwloc_cpukinds_get_nr(whole, 0);
  int efficiency;
  for (int k = 0; n > 1 && k < n; k++) {
    int pus = 0;
    for (hwloc_obj_t pu = NULL; (pu = hwloc_get_next_obj_by_type(whole, HWLOC_OBJ_PU, pu)) != NULL;)
      pus += hwloc_cpukinds_get_by_cpuset(whole, pu->cpuset, 0) == k;
    if (hwloc_cpukinds_get_info(whole, (unsigned)k, NULL, &efficiency, NULL, NULL, 0) == 0)
      hx_phrase_add(out, "kind efficiency=%d pus=%d\n", efficiency, pus);
  }
}

size_t hx_identity_describe(const hx_topo *topo, char *text, size_t cap) {
  hwloc_topology_t whole = hx_topo_whole(topo);
  hx_phrase out = {text, cap, 0};
  describe_models(whole, &out);
  describe_type(whole, HWLOC_OBJ_PACKAGE, "package", &out);
  describe_type(whole, HWLOC_OBJ_NUMANODE, "numa", &out);
  describe_type(whole, HWLOC_OBJ_CORE, "core", &out);
  hx_phrase_add(&out, "pu %d\n", hwloc_get_nbobjs_by_type(whole, HWLOC_OBJ_PU));
  int n;
  const hx_cache *cache = hx_topo_caches(topo, &n);
  for (int i = 0; i < n; i++)
    hx_phrase_add(&out, "cache L%d%c bytes=%llu pus=%dx%d\n", cache[i].level, cache[i].type,
                  (unsigned long long)cache[i].bytes, cache[i].pus, cache[i].count);
  describe_kinds(whole, &out);
  hx_phrase_add(&out, "hypervisor %s\n", info(hwloc_get_root_obj(whole), "Hypervisor"));
  return out.length;
}

/* Allowed cores in each domain of one sort; nothing where there are no such domains. */
static void add_cores_per(hx_phrase *out, const hx_topo *topo, const char *name,
                          int (*domain)(const hx_pu *)) {
  int n, domains = 0, cores[HX_CPUSET_BITS] = {0}; /* a CPU number is less than that */
  const hx_pu *pu = hx_topo_pus(topo, &n);
  for (int i = 0; i < n; i++) {
    int d = domain(&pu[i]);
    if (d < 0 || d >= n)
      continue;
    cores[d] += pu[i].sibling == 0;
    domains = d >= domains ? d + 1 : domains;
  }
  if (domains > 0) {
    hx_phrase_add(out, "%s=", name);
    add_histogram(out, cores, domains);
    hx_phrase_add(out, "/");
  }
}

static int l3_of(const hx_pu *pu) {
  return pu->l3;
}
static int numa_of(const hx_pu *pu) {
  return pu->numa;
}
static int kind_of(const hx_pu *pu) {
  return pu->kind;
}

hx_identity hx_identity_of(const hx_topo *topo) {
  hx_identity id = {{0}, {0}};
  char text[DESCRIPTION_MAX];
  size_t length = hx_identity_describe(topo, text, sizeof text);
  XXH64_hash_t hash = XXH3_64bits(text, length < sizeof text ? length : sizeof text - 1);
  snprintf(id.machine, sizeof id.machine, "m-%010llx", (unsigned long long)(hash >> 24));

  const hx_topo_counts *counts = hx_topo_get_counts(topo);
  const hx_quota *quota = &hx_topo_get_allocation(topo)->quota;
  hx_phrase out = {id.allocation, sizeof id.allocation, 0};
  add_cores_per(&out, topo, "l3", l3_of);
  add_cores_per(&out, topo, "numa", numa_of);
  if (counts->kinds > 1)
    add_cores_per(&out, topo, "kinds", kind_of);
  hx_phrase_add(&out, "pus=%d/quota=", counts->pus);
  if (quota->cpus > 0)
    hx_phrase_add(&out, "%.4g", quota->cpus);
  else
    hx_phrase_add(&out, "none");
  return id;
}
