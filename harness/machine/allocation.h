/* Which part of the machine this process may use, and what restricts it: hwloc's allowed set
 * (cpuset cgroups), the inherited affinity mask, a restriction asked for, and the cgroup CPU
 * quota. */
#ifndef HX_MACHINE_ALLOCATION_H
#define HX_MACHINE_ALLOCATION_H

#include "machine/cpuset.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum { HX_QUOTA_WHERE = 256 };

/* A CPU quota: `cpus` CPUs' worth of time per period; 0 means no quota. `where` is the file
 * that set it, "asked for", or "" when there is none. Of nested cgroups the tightest counts. */
typedef struct hx_quota {
  double cpus;
  char where[HX_QUOTA_WHERE];
} hx_quota;

typedef struct hx_allocation {
  hx_cpuset machine;  /* every online CPU */
  hx_cpuset cgroup;   /* hwloc's allowed set: machine minus what cpuset cgroups take away */
  hx_cpuset affinity; /* the mask this process inherited; equals machine when not live */
  hx_cpuset asked;    /* the restriction asked for; equals machine when none */
  bool has_asked;
  hx_cpuset allowed; /* the intersection of all four */
  hx_quota quota;
  double cpus; /* min(number of allowed CPUs, quota) */
} hx_allocation;

/* Reads cgroup v2 (cpu.max) and v1 (cpu.cfs_quota_us / cpu.cfs_period_us) of the calling process
 * and of all its ancestors below `root` ("/" when NULL), found through proc/self/cgroup and
 * proc/self/mountinfo. Files that are missing or hold no number mean no quota. */
hx_quota hx_quota_read(const char *root);

/* The affinity mask of a thread (0: the calling one). False when there is no such thread or its
 * mask has CPUs beyond HX_CPUSET_BITS. */
bool hx_affinity_read(pid_t tid, hx_cpuset *set);

/* CPUs that the calling thread may use: those of its affinity mask, or the whole ones of the quota read
 * below `root` (as hx_quota_read) if these are fewer. At least 1. */
int hx_cpus_usable(const char *root);

/* One sentence: which CPUs are allowed and what took the others away, e.g.
 * "4 of 8 CPUs (0-3): 4-7 taken by the affinity mask; quota 1.5 CPUs (/sys/fs/cgroup/x/cpu.max)".
 */
size_t hx_allocation_explain(const hx_allocation *allocation, char *text, size_t cap);

#endif
