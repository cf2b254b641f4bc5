/* Units of work in the groups in which they are computed fastest. */
#ifndef PVS_ENGINE_UNITS_H
#define PVS_ENGINE_UNITS_H

#include "engine/workspace.h"

/* Fills the result blocks of units first … first + count - 1, to which nobody listens. */
void pvs_units_compute(const struct pvs_plan *plan, uint32_t first, uint32_t count,
                       struct pvs_workspace *ws, void *results);

#endif
