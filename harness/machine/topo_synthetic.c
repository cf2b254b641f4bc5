/* The machine as hwloc's synthetic description. */
#include "machine/topo_hwloc.h"

#include <stdio.h>

void hx_topo_synthetic(const hx_topo *topo, char *text, size_t cap) {
  unsigned long flags = HWLOC_TOPOLOGY_EXPORT_SYNTHETIC_FLAG_NO_ATTRS;
  int n = hwloc_topology_export_synthetic(hx_topo_allowed(topo), text, cap, flags);
  if (n < 0 || (size_t)n >= cap)
    snprintf(text, cap, "pu:%d", hx_topo_get_counts(topo)->pus);
}
