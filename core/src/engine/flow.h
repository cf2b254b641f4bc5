/* Computing units of work: energy flows and bills of one group over one load file each (MODEL.md,
 * sections 5, 6, 7 and 9). */
#ifndef PVS_ENGINE_FLOW_H
#define PVS_ENGINE_FLOW_H

#include "engine/workspace.h"

/* What time series are made of: steps [first, first + n) of a unit, and series of these steps, kWh.
 * Valid during the call. */
typedef struct pvs_flow_chunk {
  uint32_t first, n;
  const double *load, *pv; /* of the building */
  const double *network_import, *network_export, *residents_import, *residents_export;
  const double *discharge; /* of all batteries, if there are individual ones */
  const double *central_level, *individual_level; /* the latter: sum */
  bool has_central, has_individual;               /* batteries, and so their series */
  double central_cap_kwh, individual_cap_kwh;     /* the latter: sum */
} pvs_flow_chunk;

/* Called for each chunk in order; anything but PVS_OK ends the unit with that code. */
typedef pvs_code (*pvs_flow_listener)(void *ctx, const pvs_flow_chunk *chunk, pvs_error *error);

/* Writes the time series of the units whose scenarios ask for them: implemented in output/. */
typedef struct pvs_flow_log {
  void *ctx;
  /* `state` is PVS_LOG_STATE_BYTES for this unit's use, aligned for anything. */
  pvs_code (*begin)(void *ctx, void *state, uint32_t unit, struct pvs_workspace *ws,
                    pvs_error *error);
  pvs_flow_listener chunk; /* its ctx: state */
  /* Always called after begin, with the first error so far; returns it or its own. */
  pvs_code (*end)(void *state, pvs_code code, pvs_flow_result *result, pvs_error *error);
} pvs_flow_log;

/* Computes units first … first + *count - 1 and fills their result blocks, several at a time where
 * that is faster; the results are the same. On an error *count is the number of units done. */
pvs_code pvs_flow_run_units(const struct pvs_plan *plan, uint32_t first, uint32_t *count,
                            struct pvs_workspace *ws, void *results, const pvs_flow_log *log,
                            pvs_error *error);

/* One unit. listener NULL: none, which is faster. */
pvs_code pvs_flow_run(const struct pvs_plan *plan, uint32_t unit, struct pvs_workspace *ws,
                      void *results, pvs_flow_listener listener, void *ctx, pvs_error *error);

#endif
