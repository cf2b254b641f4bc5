#include "base/phrase.h"
#include "machine/grid.h"

#include <stdlib.h>
#include <string.h>

/* Counts found so far, in any order. */
typedef struct counts {
  hx_grid_count *at;
  int n, cap;
  int most;  /* larger counts are not worth trying */
  int units; /* 0 unknown */
} counts;

static void add(counts *c, int workers, const char *why) {
  if (workers < 1 || workers > c->most)
    return;
  if (c->units > 0 && workers > c->units) {
    workers = c->units;
    why = "units of work";
  }
  int i = 0;
  while (i < c->n && c->at[i].workers != workers)
    i++;
  if (i == c->cap)
    return;
  hx_grid_count *count = &c->at[i];
  if (i == c->n) {
    c->n++;
    *count = (hx_grid_count){.workers = workers};
  }
  size_t used = strlen(count->why);
  bool said = strstr(count->why, why) != NULL;
  hx_phrase out = {count->why, sizeof count->why, used};
  if (!said)
    hx_phrase_add(&out, "%s%s", used > 0 ? ", " : "", why);
}

static int fewest_first(const void *a, const void *b) {
  return ((const hx_grid_count *)a)->workers - ((const hx_grid_count *)b)->workers;
}

int hx_grid_most_workers(const hx_topo *topo) {
  int usable = hx_topo_get_counts(topo)->usable;
  return usable > 1 ? usable + 1 : 1;
}

int hx_grid_counts(const hx_topo *topo, int units, hx_grid_count *count, int cap) {
  const hx_topo_counts *t = hx_topo_get_counts(topo);
  counts c = {count, 0, cap, hx_grid_most_workers(topo), units};
  add(&c, 1, "one worker");
  add(&c, 2, "two workers");
  add(&c, t->cores_per_l3, "cores of an L3 cache");
  add(&c, t->cores_per_numa_node, "cores of a NUMA node");
  add(&c, t->cores_per_package, "cores of a package");
  if (t->kinds > 1) {
    add(&c, t->cores_best_kind, "cores of the best kind");
    add(&c, t->pus_best_kind, "PUs of the best kind");
  }
  add(&c, t->cores, "all cores");
  add(&c, t->pus, "all PUs");
  if (t->usable < t->pus)
    add(&c, t->usable, "the CPU quota");
  add(&c, t->usable + 1, "one more than usable");
  qsort(count, (size_t)c.n, sizeof *count, fewest_first);
  return c.n;
}

int hx_grid_shapes(const hx_topo *topo, int units, hx_grid_shape *shape, int cap) {
  const hx_topo_counts *t = hx_topo_get_counts(topo);
  const struct {
    int domains, cores;
    const char *why;
  } level[] = {
      {t->packages, t->cores_per_package, "one process per package"},
      {t->numa_nodes, t->cores_per_numa_node, "one process per NUMA node"},
      {t->l3s, t->cores_per_l3, "one process per L3 cache"},
  };
  int n = 0;
  for (size_t l = 0; l < sizeof level / sizeof level[0]; l++)
    for (int per_pu = 0; per_pu <= 1; per_pu++) {
      int processes = level[l].domains;
      int threads = level[l].cores * (per_pu ? t->pus_per_core : 1);
      if (processes < 2)
        continue;
      if (threads > t->usable / processes)
        threads = t->usable / processes;
      if (units > 0 && threads > units / processes)
        threads = units / processes;
      bool known = false;
      for (int i = 0; i < n; i++)
        known = known || (shape[i].processes == processes && shape[i].threads == threads);
      if (threads >= 2 && !known && n < cap)
        shape[n++] = (hx_grid_shape){processes, threads, level[l].why};
    }
  return n;
}
