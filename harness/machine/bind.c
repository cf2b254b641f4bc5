#include "machine/bind.h"

#include "base/fail.h"
#include "machine/sysfile.h"

#include <dirent.h>
#include <errno.h>
#include <linux/mempolicy.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Node masks as the kernel wants them: at least as long as its own, which may be 1024 bits. */
enum { NODES_MAX = 1024, NODE_WORDS = NODES_MAX / (8 * sizeof(unsigned long)) };

static bool bind_memory(int node, pvs_error *error) {
  unsigned long mask[NODE_WORDS] = {0};
  const int bits = 8 * (int)sizeof mask[0];
  if (node >= NODES_MAX)
    return hx_fail(error, PVS_BAD_VALUE, "found NUMA node %d, expected 0 to %d", node,
                   NODES_MAX - 1);
  mask[node / bits] |= 1UL << (node % bits);
  /* The kernel reads one bit less than it is told. */
  if (syscall(SYS_set_mempolicy, MPOL_BIND, mask, (unsigned long)NODES_MAX + 1) != 0)
    return hx_fail(error, PVS_BAD_VALUE, "memory cannot be bound to NUMA node %d: %s", node,
                   strerror(errno));
  return true;
}

bool hx_bind_self(const hx_place *place, pvs_error *error) {
  if (!hx_cpuset_is_empty(&place->cpus) &&
      sched_setaffinity(0, sizeof place->cpus, &place->cpus) != 0) {
    int reason = errno;
    char list[HX_CPUSET_TEXT];
    hx_cpuset_format(&place->cpus, list, sizeof list);
    return hx_fail_errno(error, reason, NULL, "worker %d.%d cannot be bound to CPUs %s",
                         place->process, place->thread, list);
  }
  return place->mem_node < 0 || bind_memory(place->mem_node, error);
}

static int bound_node(void) {
  unsigned long mask[NODE_WORDS + 1] = {0};
  const int bits = 8 * (int)sizeof mask[0];
  int mode, node = -1;
  if (syscall(SYS_get_mempolicy, &mode, mask, (unsigned long)NODES_MAX + 1, NULL, 0UL) != 0 ||
      mode != MPOL_BIND)
    return -1;
  for (int i = 0; i < NODES_MAX; i++) {
    if ((mask[i / bits] >> (i % bits) & 1) == 0)
      continue;
    if (node >= 0)
      return -1;
    node = i;
  }
  return node;
}

hx_bind_proof hx_bind_prove(const hx_place *place) {
  hx_bind_proof proof = {.last_cpu = sched_getcpu(), .mem_node = bound_node()};
  bool known = hx_affinity_read(0, &proof.cpus);
  bool free_cpus = hx_cpuset_is_empty(&place->cpus);
  proof.holds = (free_cpus || (known && hx_cpuset_equal(&proof.cpus, &place->cpus) &&
                               hx_cpuset_has(&place->cpus, proof.last_cpu))) &&
                (place->mem_node < 0 || proof.mem_node == place->mem_node);
  return proof;
}

/* The CPU a task last ran on: field 39 of its stat. */
static int last_cpu_of(const char *stat) {
  const char *at = stat;
  for (int field = 2; at != NULL && field < 39; field++) {
    at = strchr(at, ' ');
    at = at != NULL ? at + 1 : NULL;
  }
  return at != NULL ? atoi(at) : -1;
}

static bool sample_task(int task_dir, const char *tid, hx_bind_sample *sample) {
  char text[4096];
  const char *stat = hx_sysfile_task_stat(task_dir, tid, text, sizeof text);
  hx_cpuset mask;
  if (!stat || !hx_affinity_read(atoi(tid), &mask))
    return false;
  sample->allowed = hx_cpuset_or(&sample->allowed, &mask);
  int cpu = last_cpu_of(stat);
  if (cpu >= 0 && cpu < HX_CPUSET_BITS)
    hx_cpuset_add(&sample->ran_on, cpu);
  return true;
}

int hx_bind_sample_process(pid_t pid, hx_bind_sample *sample) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%ld/task", (long)pid);
  DIR *dir = opendir(path);
  if (dir == NULL)
    return 0;
  int tasks = 0;
  for (struct dirent *entry; (entry = readdir(dir)) != NULL;)
    if (entry->d_name[0] != '.')
      tasks += sample_task(dirfd(dir), entry->d_name, sample);
  closedir(dir);
  if (tasks > sample->tasks)
    sample->tasks = tasks;
  return tasks;
}
