/* When two placements are the same thing. */
#ifndef HX_MACHINE_GRID_SAME_H
#define HX_MACHINE_GRID_SAME_H

#include "machine/pin.h"
#include "machine/topo.h"

#include <stdbool.h>

/* Rewrites the places of processes x threads workers into a form that is byte-equal exactly for
 * placements that hx_grid_init treats as the same (see there): what makes no difference is taken
 * out, workers that can be exchanged are sorted. */
void hx_grid_normalise(const hx_topo *topo, hx_place *place, int processes, int threads);

#endif
