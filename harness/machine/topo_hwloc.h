/* hwloc's own view of an open topology, for the few places in machine/ that need it. */
#ifndef HX_MACHINE_TOPO_HWLOC_H
#define HX_MACHINE_TOPO_HWLOC_H

#include "machine/topo.h"

#include <hwloc.h>

/* The whole machine, disallowed parts included. */
hwloc_topology_t hx_topo_whole(const hx_topo *topo);
/* Restricted to the allowed CPUs. */
hwloc_topology_t hx_topo_allowed(const hx_topo *topo);
/* Restricted further to the first allowed CPU of each core. */
hwloc_topology_t hx_topo_cores(const hx_topo *topo);

/* Conversions between hwloc's sets and ours. The first ignores CPUs beyond HX_CPUSET_BITS; the
 * second returns a new bitmap that the caller frees, or NULL without memory. */
hx_cpuset hx_cpuset_from_hwloc(hwloc_const_bitmap_t bitmap);
hwloc_bitmap_t hx_cpuset_to_hwloc(const hx_cpuset *set);

#endif
