/* When two placements are the same thing. */
#include "machine/grid.h"

#include <stdlib.h>
#include <string.h>

/* The CPUs of the core that has pu[first], its first one. */
static hx_cpuset core_at(const hx_pu *pu, int n, int first) {
  hx_cpuset core = {{0}};
  for (int i = first; i < n && pu[i].core == pu[first].core; i++)
    hx_cpuset_add(&core, pu[i].cpu);
  return core;
}

/* A worker alone on one core may use all of that core: which of its siblings it runs on makes no
 * difference. */
static void widen_to_core(const hx_topo *topo, hx_place *place, int n) {
  int pus, first_of[HX_CPUSET_BITS] = {0}; /* by CPU: an index of pu[] */
  int touching[HX_CPUSET_BITS] = {0},
      toucher[HX_CPUSET_BITS] = {0}; /* by that: how many, and the last + 1 */
  const hx_pu *pu = hx_topo_pus(topo, &pus);
  if (hx_topo_get_counts(topo)->pus_per_core <= 1)
    return;
  for (int i = 0, first = 0; i < pus; i++) {
    first = pu[i].core == pu[first].core ? first : i;
    first_of[pu[i].cpu] = first;
  }
  for (int w = 0; w < n; w++)
    for (int cpu = hx_cpuset_next(&place[w].cpus, -1); cpu >= 0;
         cpu = hx_cpuset_next(&place[w].cpus, cpu)) {
      int core = first_of[cpu];
      touching[core] += toucher[core] != w + 1;
      toucher[core] = w + 1;
    }
  for (int w = 0; w < n; w++) {
    int cpu = hx_cpuset_next(&place[w].cpus, -1);
    if (cpu < 0 || touching[first_of[cpu]] != 1)
      continue;
    hx_cpuset core = core_at(pu, pus, first_of[cpu]);
    if (hx_cpuset_is_inside(&place[w].cpus, &core))
      place[w].cpus = core;
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
