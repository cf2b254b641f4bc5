/* When two placements are the same thing. */
#include "machine/grid.h"

#include <stdlib.h>
#include <string.h>

/* A worker alone on one core may use all of that core: which of its siblings it runs on makes no
 * difference. */
static void widen_to_core(const hx_topo *topo, hx_place *place, int n) {
  int pus;
  const hx_pu *pu = hx_topo_pus(topo, &pus);
  for (int first = 0, next; first < pus; first = next) {
    hx_cpuset core = {{0}};
    for (next = first; next < pus && pu[next].core == pu[first].core; next++)
      hx_cpuset_add(&core, pu[next].cpu);
    int touching = 0, alone = -1;
    for (int w = 0; w < n; w++) {
      hx_cpuset both = hx_cpuset_and(&place[w].cpus, &core);
      if (hx_cpuset_is_empty(&both))
        continue;
      touching++;
      alone = hx_cpuset_is_inside(&place[w].cpus, &core) ? w : -1;
    }
    if (touching == 1 && alone >= 0)
      place[alone].cpus = core;
  }
}

static int by_bytes(const void *a, const void *b) {
  return memcmp(a, b, sizeof(hx_place));
}

static int by_bytes_of_process(const void *a, const void *b, void *size) {
  return memcmp(a, b, *(const size_t *)size);
}

void hx_grid_normalise(const hx_topo *topo, hx_place *place, int processes, int threads) {
  const hx_cpuset *allowed = &hx_topo_get_allocation(topo)->allowed;
  bool one_node = hx_topo_get_counts(topo)->numa_nodes <= 1;
  int n = processes * threads;
  widen_to_core(topo, place, n);
  for (int w = 0; w < n; w++) {
    if (one_node)
      place[w].mem_node = -1;
    if (hx_cpuset_equal(&place[w].cpus, allowed))
      place[w].cpus = (hx_cpuset){{0}};
    place[w].process = place[w].thread = 0;
  }
  size_t process_bytes = (size_t)threads * sizeof *place;
  for (int p = 0; p < processes; p++)
    qsort(&place[p * threads], (size_t)threads, sizeof *place, by_bytes);
  qsort_r(place, (size_t)processes, process_bytes, by_bytes_of_process, &process_bytes);
}
