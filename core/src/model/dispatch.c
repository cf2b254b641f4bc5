#include "model/dispatch.h"

void pvs_dispatch_slots(const pvs_kernels *kernels, size_t n, uint32_t count,
                        const uint32_t *owners, const pvs_battery *batteries,
                        pvs_battery_state *states, pvs_battery_series *series) {
  if (count < kernels->lanes_from) {
    for (uint32_t i = 0; i < count; i++)
      kernels->dispatch(n, &batteries[owners[i]], &states[owners[i]], series[i].flags,
                        series[i].gen, series[i].load, series[i].net, series[i].log,
                        series[i].level);
    return;
  }
  /* A lane without a battery repeats the first battery, so that the same values are written to the
   * same place. */
  pvs_battery_lanes groups[2];
  pvs_battery_series lanes[2 * PVS_BATTERY_LANES];
  unsigned n_groups = count > PVS_BATTERY_LANES ? 2 : 1;
  for (uint32_t i = 0; i < n_groups * PVS_BATTERY_LANES; i++) {
    uint32_t from = i < count ? i : 0;
    pvs_battery_put(&groups[i / PVS_BATTERY_LANES], (int)(i % PVS_BATTERY_LANES),
                    &batteries[owners[from]], &states[owners[from]]);
    lanes[i] = series[from];
  }
  kernels->dispatch_lanes(n, n_groups, groups, lanes);
  for (uint32_t i = 0; i < count; i++)
    pvs_battery_take(&groups[i / PVS_BATTERY_LANES], (int)(i % PVS_BATTERY_LANES),
                     &states[owners[i]]);
}
