/* Response surfaces: how long every configuration of a machine takes, and what a search sees. */
#ifndef SELFTEST_SURFACE_H
#define SELFTEST_SURFACE_H

#include "decide/space.h"
#include "decide/stats.h"
#include "selftest/machine_model.h"

typedef struct surface_config {
  hx_point point;
  double seconds;
  int row; /* placement */
} surface_config;

typedef struct surface {
  hx_space space; /* its callbacks look into this surface */
  const model *machine;
  surface_config *configs; /* every distinct one; [0] is serial */
  size_t n;
  size_t best, serial; /* indices; serial is 0 unless read from a file */
  int *index;          /* hash of points */
  size_t index_size;
  void *owned; /* of one read from a file, and what frees it */
  void (*disown)(void *owned);
} surface;

/* Draws a program on a machine: Amdahl, contention and coherency with the peak anywhere, bandwidth
 * of L3 caches and NUMA nodes, SMT, remote memory, few units of work, oversubscription, frequency,
 * start costs; some are flat, some have two valleys. held_out: other ranges of everything. serial
 * takes between half a second and five minutes. NULL when out of memory. */
surface *surface_draw(const model *machine, hx_rng *rng, bool held_out);

/* One on which workers make no difference at all. */
surface *surface_flat(const model *machine, double seconds);
void surface_destroy(surface *s);

/* For surfaces of other origin: room for `most` configurations, all the rest empty; and one more of
 * them (not one that is there already). NULL, or false, when out of memory. */
surface *surface_create(size_t most);
bool surface_add(surface *s, const surface_config *config);
void surface_find_best(surface *s);

/* The configuration a point stands for; NULL: it cannot run. */
const surface_config *surface_find(const surface *s, const hx_point *point);

#endif
