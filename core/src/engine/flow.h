/* Energy flows and bills of units: each of one group over one load file (MODEL.md sections 5, 6, 7,
 * 9). */
#ifndef PVS_ENGINE_FLOW_H
#define PVS_ENGINE_FLOW_H

#include "engine/workspace.h"

/* What a time series file is made of, for steps [first, first + n). Series are of these steps. */
typedef struct pvs_flow_chunk {
  uint32_t first, n;
  const double *load; /* building */
  const pvs_chunk_series *series;
  bool has_central, has_individual;
  double central_cap_kwh, individual_cap_kwh; /* the latter: sum */
} pvs_flow_chunk;

/* Called for each chunk in order; anything but PVS_OK ends the flow. */
typedef pvs_code (*pvs_flow_listener)(void *ctx, const pvs_flow_chunk *chunk, pvs_error *error);

/* Fills the unit's result block. listener NULL: nobody listens. */
pvs_code pvs_flow_run(const struct pvs_plan *plan, uint32_t unit, struct pvs_workspace *ws,
                      void *results, pvs_flow_listener listener, void *ctx, pvs_error *error);
/* The same for units unit … unit + count - 1, at most PVS_NETS, that are alike (pvs_plan_alike):
 * their batteries are dispatched side by side. */
void pvs_flow_run_alike(const struct pvs_plan *plan, uint32_t unit, uint32_t count,
                        struct pvs_workspace *ws, void *results);
/* And for at most the plan's `abreast` units of one load file (pvs_plan_same_load; one: any unit).
 */
void pvs_flow_run_abreast(const struct pvs_plan *plan, uint32_t unit, uint32_t count,
                          struct pvs_workspace *ws, void *results);

#endif
