/* numa: a worker runs on any CPU of its NUMA node and its memory comes from that node. Workers are
 * divided over the nodes in proportion to their CPUs, neighbouring workers together. With fewer
 * processes than nodes each process gets consecutive nodes and its threads are divided over them;
 * otherwise a process stays on one node. As long as the best kind of core has a core for every
 * worker only its CPUs are used. */
#include "machine/pin.h"
#include "machine/say.h"

#include <stdlib.h>

typedef struct node {
  hx_cpuset cpus;
  int weight; /* CPUs in it */
  int os;     /* -1: memory cannot be bound to it */
} node;

static int list_nodes(const hx_topo *topo, bool best_kind_only, node *nodes) {
  int n_pus, n_nodes, n = 0;
  const hx_pu *pu = hx_topo_pus(topo, &n_pus);
  hx_topo_numa_cpus(topo, &n_nodes);
  for (int k = 0; k < n_nodes; k++) {
    node found = {{{0}}, 0, -1};
    for (int i = 0; i < n_pus; i++)
      if (pu[i].numa == k && (pu[i].kind == 0 || !best_kind_only)) {
        hx_cpuset_add(&found.cpus, pu[i].cpu);
        found.weight++;
        found.os = pu[i].numa_os;
      }
    if (found.weight > 0)
      nodes[n++] = found;
  }
  return n;
}

/* The node of the i-th of n equal parts of nodes[0 .. count-1], by weight. */
static const node *share_node(const node *nodes, int count, int i, int n) {
  long total = 0, seen = 0;
  for (int k = 0; k < count; k++)
    total += nodes[k].weight;
  for (int k = 0; k < count - 1; k++) {
    seen += nodes[k].weight;
    if (i * total / n < seen)
      return &nodes[k];
  }
  return &nodes[count - 1];
}

static bool place_numa(const hx_topo *topo, const hx_pin_request *request, hx_place *place,
                       char *err, size_t err_cap) {
  int n_nodes;
  hx_topo_numa_cpus(topo, &n_nodes);
  node *nodes = calloc((size_t)n_nodes, sizeof *nodes);
  if (nodes == NULL)
    return hx_say(err, err_cap, "out of memory");
  int workers = request->processes * request->threads;
  int n = list_nodes(topo, workers <= hx_topo_get_counts(topo)->cores_best_kind, nodes);
  for (int w = 0; w < workers; w++) {
    int p = place[w].process, first = p * n / request->processes;
    int count = (p + 1) * n / request->processes - first;
    const node *own = request->processes >= n
                          ? share_node(nodes, n, p, request->processes)
                          : share_node(&nodes[first], count, place[w].thread, request->threads);
    place[w].cpus = own->cpus;
    place[w].mem_node = own->os;
  }
  free(nodes);
  return true;
}

const hx_pin_ops hx_pin_numa = {
    .name = "numa",
    .summary = "a NUMA node a worker, its memory bound there too",
    .place = place_numa,
};
