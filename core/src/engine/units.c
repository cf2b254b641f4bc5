#include "engine/units.h"

#include "engine/flow.h"

static uint32_t least(uint32_t a, uint32_t b) {
  return a < b ? a : b;
}

/* Computes as many units from `unit` on, at most `most`, as are better computed together than one
 * by one. Returns how many. */
static uint32_t compute_some(const struct pvs_plan *plan, uint32_t unit, uint32_t most,
                             struct pvs_workspace *ws, void *results) {
  uint32_t alike = least(least(pvs_plan_alike(plan, unit), PVS_NETS), most);
  if (alike >= plan->kernels->lanes_from) {
    pvs_flow_run_alike(plan, unit, alike, ws, results);
    return alike;
  }
  uint32_t abreast = least(least(pvs_plan_same_load(plan, unit), plan->abreast), most);
  pvs_flow_run_abreast(plan, unit, abreast, ws, results);
  return abreast;
}

void pvs_units_compute(const struct pvs_plan *plan, uint32_t first, uint32_t count,
                       struct pvs_workspace *ws, void *results) {
  for (uint32_t done = 0; done < count;)
    done += compute_some(plan, first + done, count - done, ws, results);
}
