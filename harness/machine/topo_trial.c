#include "machine/topo_trial.h"

#include "base/fail.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MORE_BYTES = 256 << 20 };

/* Bytes of data that the process has now; 0: not known. */
static rlim_t data_bytes(void) {
  unsigned long long pages = 0;
  FILE *f = fopen("/proc/self/statm", "re");
  if (f && fscanf(f, "%*u %*u %*u %*u %*u %llu", &pages) != 1)
    pages = 0;
  if (f)
    fclose(f);
  return (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE);
}

struct rlimit hx_topo_bound_memory(void) {
  struct rlimit usual = {RLIM_INFINITY, RLIM_INFINITY}, bounded;
  getrlimit(RLIMIT_DATA, &usual);
  rlim_t now = data_bytes();
  bounded = usual;
  if (now && now + MORE_BYTES < usual.rlim_cur)
    bounded.rlim_cur = now + MORE_BYTES;
  setrlimit(RLIMIT_DATA, &bounded);
  return usual;
}

/* hwloc crashes on some files that are no machine, and such a file may come with a store of others. So
 * a child opens it first. */
bool hx_topo_survives(const hx_topo_origin *origin, void (*open)(const hx_topo_origin *origin),
                      pvs_error *error) {
  enum { PATIENCE_S = 20 };
  static const int ends[] = {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGALRM};
  pid_t child = fork();
  if (child < 0)
    return hx_fail_errno(error, errno, origin->xml, "no process to read it in");
  if (child == 0) {
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
      signal(ends[i], SIG_DFL);
    setrlimit(RLIMIT_CORE, &(struct rlimit){0});
    alarm(PATIENCE_S);
    open(origin);
    _exit(0);
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0)
    if (errno != EINTR)
      return hx_fail_errno(error, errno, origin->xml, "the process that reads it was lost");
  return status == 0 ||
         hx_fail(error, PVS_BAD_VALUE,
                 "%s: expected a topology exported by hwloc (lstopo): hwloc fails on this one",
                 origin->xml);
}

/* NULL: there is none. */
static hwloc_obj_t find_contradiction(hwloc_obj_t object) {
  int left = hwloc_bitmap_weight(object->cpuset);
  if (object->arity == 0)
    return left == 1 && hwloc_bitmap_first(object->cpuset) == (int)object->os_index ? NULL : object;
  for (unsigned i = 0; i < object->arity; i++) {
    hwloc_obj_t child = object->children[i], found = find_contradiction(child);
    if (found)
      return found;
    if (!hwloc_bitmap_isincluded(child->cpuset, object->cpuset))
      return object;
    left -= hwloc_bitmap_weight(child->cpuset);
  }
  return left == 0 ? NULL : object;
}

bool hx_topo_is_consistent(hwloc_topology_t topology, const char *name, pvs_error *error) {
  hwloc_obj_t object = find_contradiction(hwloc_get_root_obj(topology));
  char type[64];
  if (!object)
    return true;
  hwloc_obj_type_snprintf(type, sizeof type, object, 0);
  return hx_fail(error, PVS_BAD_VALUE,
                 "%s: %s %u has %d CPUs, expected those of the objects in it, each once", name,
                 type, object->logical_index, hwloc_bitmap_weight(object->cpuset));
}
