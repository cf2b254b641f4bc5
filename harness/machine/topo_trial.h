/* What a file of a stranger can do to hwloc, which reads it: crash it, or fill the memory. */
#ifndef HX_MACHINE_TOPO_TRIAL_H
#define HX_MACHINE_TOPO_TRIAL_H

#include "machine/topo.h"

#include <sys/resource.h>

/* Lets the process have 256 MB more memory than it has now, and no more: the largest machine needs a
 * tenth of that, but an object without a number 1 GB. Returns the limit (RLIMIT_DATA) as it was, for
 * setrlimit. Other threads have the same limit meanwhile. */
struct rlimit hx_topo_bound_memory(void);

/* Whether a child lives through `open`. False with a sentence in error. */
bool hx_topo_survives(const hx_topo_origin *origin, void (*open)(const hx_topo_origin *origin),
                      pvs_error *error);

#endif
