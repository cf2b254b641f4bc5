/* Imagined machines: where workers sit under each pin strategy, and what they share there. */
#ifndef SELFTEST_MACHINE_MODEL_H
#define SELFTEST_MACHINE_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MODEL_PINS = 5 };
typedef enum model_pin {
  MODEL_NONE,
  MODEL_COMPACT,
  MODEL_CORES,
  MODEL_SPREAD,
  MODEL_NUMA
} model_pin;

typedef struct model_shape {
  const char *name;
  int packages, nodes, l3s; /* nodes of a package, L3 caches of a node */
  int cores, smt;           /* cores of an L3, hardware threads of a core */
  int e_cores;              /* efficient cores besides, one hardware thread each */
} model_shape;

/* The nine machines that the search is tuned on, and others on which it is only tested. */
enum { MODEL_TUNED = 9, MODEL_HELD_OUT = 6 };
extern const model_shape model_machines[MODEL_TUNED + MODEL_HELD_OUT];

typedef struct model_pu {
  int core, l3, node, package;
  bool efficient;
} model_pu;

/* Rows are placements: (pin, n workers); each has `width` workers' figures, of which n are used. */
typedef struct model {
  model_shape shape;
  int pus, cores, l3s, nodes, packages;
  int cores_per_l3, cores_per_node;
  int width, n_rows;                         /* width: most workers, pus + 1 */
  model_pu *pu;                              /* [pus] */
  int *row_workers;                          /* [n_rows] */
  int *worker_pu;                            /* [n_rows * width], like the following */
  float *on_core, *on_pu, *on_l3, *on_node;  /* workers that share it with this one */
  int *active_cores, *used_l3s, *used_nodes; /* [n_rows] */
  uint64_t *signature; /* [n_rows]: rows that load the cores alike are equal */
} model;

/* NULL when out of memory. */
model *model_create(const model_shape *shape);
void model_destroy(model *m);

static inline int model_row(const model *m, int pin, int workers) {
  return pin * m->width + workers - 1;
}

#endif
