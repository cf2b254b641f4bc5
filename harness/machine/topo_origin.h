/* Whether a topology can be read at all, before hwloc does. */
#ifndef HX_MACHINE_TOPO_ORIGIN_H
#define HX_MACHINE_TOPO_ORIGIN_H

#include "machine/topo.h"

/* False with an error for what hwloc would wait for or fill memory with, and for two origins. */
bool hx_topo_origin_check(const hx_topo_origin *origin, pvs_error *error);

#endif
