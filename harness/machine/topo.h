/* The machine's topology and the part of it that this process may use. Callers do not see hwloc
 * (topo_hwloc.h has its handles). A topology is immutable once opened: any number of threads may
 * read it, and it survives fork. */
#ifndef HX_MACHINE_TOPO_H
#define HX_MACHINE_TOPO_H

#include "pvs/pvs.h"

#include "machine/allocation.h"
#include "machine/cpuset.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct hx_topo hx_topo;

/* Where a topology comes from. A zeroed struct means the live machine. synthetic and xml exclude
 * each other; with either of them the affinity mask and the cgroups of this process do not count,
 * unless `root` says where to read the quota. */
typedef struct hx_topo_origin {
  const char *synthetic; /* hwloc's synthetic description, "pack:2 numa:2 core:8 pu:2" */
  const char *xml;       /* path of an hwloc (lstopo) XML export */
  const char *allowed;   /* restrict to these CPUs, "0-3,8"; NULL: no further restriction */
  double
      quota_cpus;   /* a CPU quota to assume; 0: read the cgroups (live or root given), else none */
  const char *root; /* prefix of /proc and /sys; NULL: "/" */
} hx_topo_origin;

/* Counts over the allowed CPUs, except the *_whole ones, which describe all of the machine. */
typedef struct hx_topo_counts {
  int packages, numa_nodes, l3s, cores, pus;
  int packages_whole, numa_nodes_whole, l3s_whole, cores_whole, pus_whole;
  int kinds; /* kinds of core that hwloc can rank; 1 on an ordinary machine */
  int cores_best_kind, pus_best_kind;
  int cores_per_package, cores_per_numa_node, cores_per_l3; /* in the fullest such domain */
  int pus_per_core;                                         /* in the fullest core: 1 without SMT */
  int usable; /* effective parallelism: min(pus, ceil(quota)) */
} hx_topo_counts;

/* One allowed processing unit (hardware thread). Indexes of domains count allowed domains in
 * topology order. */
typedef struct hx_pu {
  int cpu;         /* the operating system's number */
  int core;        /* index of its physical core */
  int sibling;     /* 0 for the first allowed PU of its core, 1 for the next... */
  int kind;        /* 0 = the most performant kind of core */
  int l3, package; /* -1 where the machine reports none */
  int numa;        /* index into hx_topo_numa_cpus; of the nearest node */
  int numa_os;     /* that node's operating system number, what memory is bound to */
} hx_pu;

typedef struct hx_cache {
  int level; /* 1, 2, 3, 4 */
  char type; /* 'd' data, 'i' instruction, 'u' unified */
  uint64_t bytes;
  int count; /* how many of this size and sharing there are, in the whole machine */
  int pus;   /* how many PUs share one */
} hx_cache;

/* NULL on failure, with an error: hwloc's refusal of the description, no CPU left (and
 * which mask removed the last one), a CPU number beyond HX_CPUSET_BITS. Free with hx_topo_close
 * (NULL is fine). Not thread safe: it changes an environment variable for hwloc, and while it reads a
 * file a limit of the process. */
hx_topo *hx_topo_open(const hx_topo_origin *origin, pvs_error *error);
void hx_topo_close(hx_topo *topo);

const hx_topo_counts *hx_topo_get_counts(const hx_topo *topo);
const hx_allocation *hx_topo_get_allocation(const hx_topo *topo);
/* The allowed PUs in topology order (hwloc's logical order: neighbours share caches). */
const hx_pu *hx_topo_pus(const hx_topo *topo, int *n);
/* Caches of the whole machine, innermost first, those of equal size and sharing counted together.
 */
const hx_cache *hx_topo_caches(const hx_topo *topo, int *n);
/* "AMD EPYC 7763", or "unknown" for a synthetic machine. */
const char *hx_topo_cpu_model(const hx_topo *topo);

/* Domains of allowed CPUs, from the innermost level (0: one PU per domain) to the whole machine (the
 * last level). The sets of a level are disjoint and in topology order; levels that divide alike are
 * listed once. */
int hx_topo_levels(const hx_topo *topo);
const hx_cpuset *hx_topo_level(const hx_topo *topo, int level, int *n);
/* CPUs nearest to each allowed NUMA node, in topology order. */
const hx_cpuset *hx_topo_numa_cpus(const hx_topo *topo, int *n);

/* The allowed part of the machine as a synthetic description of hwloc, "Package:2 Core:8 PU:2";
 * "pu:N" if it is too irregular for one. */
void hx_topo_synthetic(const hx_topo *topo, char *text, size_t cap);

/* Writes the whole machine as XML that lstopo reads (to keep beside the measurements). Opening that
 * file again gives the same machine id. False with an error when it cannot be written. */
bool hx_topo_export_xml(const hx_topo *topo, const char *path, pvs_error *error);

#endif
