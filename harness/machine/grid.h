/* The configurations worth trying on a machine. Pure: the same topology and request give the same
 * grid. */
#ifndef HX_MACHINE_GRID_H
#define HX_MACHINE_GRID_H

#include "pvs/pvs.h"

#include "base/config.h"
#include "machine/pin.h"
#include "machine/topo.h"

#include <stdbool.h>
#include <stddef.h>

enum { HX_GRID_COUNTS_MAX = 2048, HX_GRID_WHY = 96 };

/* A worker count and why it is worth trying: "cores of an L3, cores of a package". */
typedef struct hx_grid_count {
  int workers;
  char why[HX_GRID_WHY];
} hx_grid_count;

/* The most workers that are tried unless a greater number is asked for: one more than there are
 * usable CPUs (allowed ones and quota together), but only one where there is one CPU. */
int hx_grid_most_workers(const hx_topo *topo);

/* Ascending, without repeats: 1, 2, the cores of an L3, of a NUMA node, of a package, of the best
 * kind, all cores, all PUs, one over; none above hx_grid_most_workers. `units` is how many units of
 * work there are (0: unknown); greater counts are lowered to it. Writes up to cap and returns how
 * many. */
int hx_grid_counts(const hx_topo *topo, int units, hx_grid_count *count, int cap);

/* A hybrid shape worth trying: one process per package, NUMA node or L3 (if there are two or more),
 * with one thread per core of it, or one per PU. There are never more workers than usable CPUs or
 * units of work. */
typedef struct hx_grid_shape {
  int processes, threads;
  const char *why; /* static */
} hx_grid_shape;

/* Without repeats, the largest domains first. Writes up to cap and returns how many. */
int hx_grid_shapes(const hx_topo *topo, int units, hx_grid_shape *shape, int cap);

/* What to combine; NULL takes the default. All lists are comma separated.
 *
 *   workers    "auto" (hx_grid_counts and the hybrid shapes), "all" (every count from 1 to
 *              hx_grid_most_workers), or counts, ranges and shapes: "1,2,4-6,2x4". A shape applies
 *              to hybrid, a count to the others
 *   executors  default "serial,threads,processes,hybrid"
 *   pins       default: every strategy without a list. "list:..." must come last, since it contains
 *              commas
 *   schedules  default "dynamic,static"
 *   chunk      for all of them; 0: the executor's own
 *
 * The serial baseline comes first in every grid, whatever was asked. */
typedef struct hx_grid_request {
  const char *workers, *executors, *pins, *schedules;
  int chunk;
  int units; /* units of work available, 0 unknown */
} hx_grid_request;

/* A configuration left out because it is the same thing as config[into]. */
typedef struct hx_grid_merge {
  hx_config dropped;
  size_t into;
  const char *why; /* static text: "same CPUs", "more workers than units of work", ... */
} hx_grid_merge;

typedef struct hx_grid {
  hx_config *config;
  size_t n;
  hx_grid_merge *merged;
  size_t merged_n;
} hx_grid;

/* Fills *grid (all zero or deinitialised before). False with an error naming the option and what
 * was found. Two strategies count as the same when the workers of every process get the same sets,
 * in any order. For this, a worker alone on its core may use any sibling of its CPU; a set of all
 * allowed CPUs counts as not bound, and so does memory on a machine with one NUMA node. The simpler
 * strategy stays. */
bool hx_grid_init(hx_grid *grid, const hx_topo *topo, const hx_grid_request *request,
                  pvs_error *error);
void hx_grid_deinit(hx_grid *grid);

/* Rewrites the places of processes x threads workers so that the bytes of two placements are equal
 * exactly if hx_grid_init treats them as the same (see there): what makes no difference is removed,
 * and workers that can be exchanged are sorted. */
void hx_grid_normalise(const hx_topo *topo, hx_place *place, int processes, int threads);

#endif
