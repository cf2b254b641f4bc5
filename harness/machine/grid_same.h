/* When two placements are the same thing. */
#ifndef HX_MACHINE_GRID_SAME_H
#define HX_MACHINE_GRID_SAME_H

#include "machine/pin.h"
#include "machine/topo.h"

/* Rewrites the places of processes x threads workers so that the bytes of two placements are equal
 * exactly if hx_grid_init treats them as the same (see there): what makes no difference is removed,
 * and workers that can be exchanged are sorted. */
void hx_grid_normalise(const hx_topo *topo, hx_place *place, int processes, int threads);

#endif
