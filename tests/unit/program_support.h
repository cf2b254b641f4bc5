/* Programs to search in: configurations drawn from a seed, and how the work of a run is divided. */
#ifndef TESTS_UNIT_PROGRAM_SUPPORT_H
#define TESTS_UNIT_PROGRAM_SUPPORT_H

#include "decide/space.h"
#include "decide/stats.h"

#include <math.h>

static inline bool program_not_every_pin(void *context, const hx_point *p) {
  (void)context;
  return p->value[0] != 3 || p->threads < 5;
}

static inline uint64_t program_place(void *context, const hx_point *p) {
  (void)context;
  return hx_point_workers(p) <= 2 ? 0 : (uint64_t)p->value[0];
}

/* All but .confined and .units. levels: most values of the second axis. */
static inline hx_space program_space(uint64_t seed, hx_rng *rng, int n_executors, size_t levels) {
  static const int cpus[] = {2, 4, 8, 20, 48};
  int pins = 1 + (int)hx_rng_below(rng, 4);
  return (hx_space){
      .executors = {HX_SPACE_SERIAL, HX_SPACE_THREADS, HX_SPACE_PROCESSES, HX_SPACE_HYBRID},
      .executor_names = {"serial", "threads", "processes", "hybrids"},
      .n_executors = n_executors,
      .axes = {{"pin", pins, false, true},
               {"level", 1 + (int)hx_rng_below(rng, levels), true, false}},
      .n_axes = 2,
      .place_axis = 0,
      .cpus = cpus[seed % 5],
      .uneven = seed % 7 == 0,
      .levels = {2, 4},
      .n_levels = 2,
      .place = seed % 2 ? program_place : NULL,
      .can_run = seed % 4 == 1 ? program_not_every_pin : NULL};
}

/* How much of the parallel work the busiest of that many workers has. */
static inline double program_share(const hx_space *space, double workers) {
  if (workers > space->cpus)
    return 1.05 / space->cpus;
  return space->units > 0 ? ceil(space->units / workers) / space->units : 1 / workers;
}

#endif
