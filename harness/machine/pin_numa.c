/* numa: a worker runs on any CPU of its NUMA node and its memory comes from that node. Workers are
 * divided over the nodes in proportion to their CPUs, neighbouring workers together. With fewer
 * processes than nodes each process gets consecutive nodes and its threads are divided over them;
 * otherwise a process stays on one node. Slower kinds of core are left out as long as the faster
 * ones have a core for every worker. */
#include "base/fail.h"
#include "machine/pin.h"

#include <stdlib.h>

typedef struct node {
  hx_cpuset cpus;
  int weight; /* CPUs in it */
  int os;     /* -1: memory cannot be bound to it */
} node;

/* The slowest kind that is needed for every worker to have a core of a kind up to it; all kinds
 * when there are more workers than cores. */
static int last_kind(const hx_topo *topo, int workers) {
  int n;
  const hx_pu *pu = hx_topo_pus(topo, &n);
  int kinds = hx_topo_get_counts(topo)->kinds;
  for (int kind = 0, cores = 0; kind < kinds; kind++) {
    for (int i = 0; i < n; i++)
      cores += pu[i].kind == kind && pu[i].sibling == 0;
    if (cores >= workers)
      return kind;
  }
  return kinds - 1;
}

static int list_nodes(const hx_topo *topo, int kind, node *nodes) {
  int n_pus, n_nodes, n = 0;
  const hx_pu *pu = hx_topo_pus(topo, &n_pus);
  hx_topo_numa_cpus(topo, &n_nodes);
  for (int k = 0; k < n_nodes; k++) {
    node found = {{{0}}, 0, -1};
    for (int i = 0; i < n_pus; i++)
      if (pu[i].numa == k && pu[i].kind <= kind) {
        hx_cpuset_add(&found.cpus, pu[i].cpu);
        found.weight++;
        found.os = pu[i].numa_os;
      }
    if (found.weight > 0)
      nodes[n++] = found;
  }
  return n;
}

/* The node of the i-th of n workers: nodes[0 .. count-1] are laid out by weight, the line is cut
 * into n equal parts, and the middle of a part decides (its start when there are more nodes than
 * workers, so that one worker is on the first). */
static const node *share_node(const node *nodes, int count, int i, int n) {
  long total = 0, seen = 0;
  for (int k = 0; k < count; k++)
    total += nodes[k].weight;
  for (int k = 0; k < count - 1; k++) {
    seen += nodes[k].weight;
    if ((2 * i + (n >= count)) * total < seen * 2 * n)
      return &nodes[k];
  }
  return &nodes[count - 1];
}

static bool place_numa(const hx_topo *topo, const hx_pin_request *request, hx_place *place,
                       pvs_error *error) {
  int n_nodes;
  hx_topo_numa_cpus(topo, &n_nodes);
  node *nodes = calloc((size_t)n_nodes, sizeof *nodes);
  if (nodes == NULL)
    return hx_fail_memory(error);
  int workers = request->processes * request->threads;
  int n = list_nodes(topo, last_kind(topo, workers), nodes);
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
    .words = "bound to NUMA nodes, memory too",
    .place = place_numa,
};
