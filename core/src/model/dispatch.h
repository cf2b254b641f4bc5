/* Dispatches several batteries: side by side if there are enough of them, else one after the other. */
#ifndef PVS_MODEL_DISPATCH_H
#define PVS_MODEL_DISPATCH_H

#include "model/kernels.h"

/* `count` batteries (at most 2 x PVS_BATTERY_LANES) over n steps: number i is batteries[owners[i]]
 * with states[owners[i]], its series series[i]. The same to the bit however they are grouped. */
void pvs_dispatch_slots(const pvs_kernels *kernels, size_t n, uint32_t count,
                        const uint32_t *owners, const pvs_battery *batteries,
                        pvs_battery_state *states, pvs_battery_series *series);

#endif
