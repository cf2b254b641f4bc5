/* What a file of a stranger can do to hwloc, which reads it: crash it, fill the memory, or be believed
 * though it contradicts itself. */
#ifndef HX_MACHINE_TOPO_TRIAL_H
#define HX_MACHINE_TOPO_TRIAL_H

#include "machine/topo.h"

#include <hwloc.h>
#include <sys/resource.h>

/* Limits the process to 256 MB more memory than it has now. The largest machine needs a tenth of that;
 * for an object without a number hwloc wants 1 GB. Returns the limit (RLIMIT_DATA) as it was, to be set
 * again with setrlimit. Other threads are limited too. No limit is set where /proc cannot be read. */
struct rlimit hx_topo_bound_memory(void);

/* Whether a child lives through `open`. False with a sentence in error. */
bool hx_topo_survives(const hx_topo_origin *origin, void (*open)(const hx_topo_origin *origin),
                      pvs_error *error);

/* Whether each object has the CPUs of the objects in it, each once, as far as the innermost ones, which
 * have one. Otherwise a sentence in error that begins with `name`. Only a file has others, and when its
 * topology is restricted some of them stay as they were. */
bool hx_topo_is_consistent(hwloc_topology_t topology, const char *name, pvs_error *error);

#endif
