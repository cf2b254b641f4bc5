/* A worker's scratch memory: one allocation, carved once. */
#ifndef PVS_ENGINE_WORKSPACE_H
#define PVS_ENGINE_WORKSPACE_H

#include "engine/plan.h"

/* Batteries of residents that are dispatched together. */
enum { PVS_LANE_SLOTS = 2 * PVS_BATTERY_LANES };
/* Units that are worked through together, each with a battery at the parent meter. */
enum { PVS_NETS = PVS_LANE_SLOTS };

/* Series of one chunk of steps (PVS_CHUNK values each). */
typedef struct pvs_chunk_series {
  double *generation[2], *import[2], *consumption[2]; /* of the customers at hand */
  double *central_generation;
  double *split_by_load, *split_equal;         /* of shared generation, see kernels.h */
  double *residents_import, *residents_export; /* sums over residents */
  double *offered;                             /* central generation + residents' exports */
  double *network_import, *network_export;
  double *central_level;
  double *discharge;        /* sum of all step logs */
  double *pv;               /* all generation; kept for time series only */
  double *individual_level; /* sum of individual batteries' levels, kWh; likewise */
} pvs_chunk_series;

/* Units of one load file that go through it abreast, so that it is fetched from memory once. */
enum { PVS_ABREAST = 4 };

/* Chunks that a part of the residents goes through before the next part does. */
enum { PVS_WINDOW = 8 };

/* The series that are kept for all chunks of a window. */
typedef struct pvs_window_series {
  double *split_by_load, *split_equal, *residents_import, *residents_export;
  bool has_equal[PVS_WINDOW]; /* by chunk: split_equal is not 0 everywhere */
} pvs_window_series;

/* What a unit under way remembers from chunk to chunk. */
typedef struct pvs_flow_memory {
  pvs_window_series window;
  pvs_share *shares;      /* max_residents + 1 */
  pvs_flow_lanes *lanes;  /* by resident */
  pvs_battery *batteries; /* with thresholds: by resident, then by network */
  pvs_battery_state *states;
  bool *active;     /* by resident: has generation or a battery */
  uint32_t *source; /* by resident: the first of those before it whose generation is the same */
  uint32_t *owners; /* residents with a battery, ascending */
  pvs_usage *usage; /* by resident, then by network */
  unsigned *needs;  /* PVS_NEED_…: by resident, then of the networks: max_residents + 1 */
} pvs_flow_memory;

struct pvs_workspace {
  const struct pvs_plan *plan;
  pvs_work_stats stats;
  pvs_flow_memory flows[PVS_ABREAST]; /* those of the plan's `abreast`; the first with PVS_NETS
                                         networks, the others with one */
  pvs_chunk_series chunk; /* those of a window are moved along that of the flow at hand */
  pvs_bill_finder finder;
  double *thresholds; /* by strategy, of a battery that serves the building of thresholds_of; NaN:
                         not known yet */
  const pvs_load *thresholds_of;
  pvs_light *lights;                                       /* of the chunk */
  pvs_day_rows day_rows[PVS_CHUNK], awake_rows[PVS_CHUNK]; /* likewise */
  pvs_battery_series slots[PVS_LANE_SLOTS];
  double *slot_generation[PVS_LANE_SLOTS], *slot_level[PVS_LANE_SLOTS];
  double *costs_battery; /* by resident */
  double *pv_share;
  pvs_payment *payments; /* max_residents + 2 */
  double *columns;       /* results of one scenario: max load files x (fixed + 3 x residents) */
  pvs_scenario_results results;    /* over its load files */
  pvs_customer_results *customers; /* of results: max_residents */
  char *text;            /* text_bytes: output under construction */
  size_t text_bytes;
  uint32_t *cell_at; /* number i of a scenario's first row is text[cell_at[i] … cell_at[i + 1]),
                        with its comma */
  pvs_arena arena;
};

/* Bytes that creating one takes. */
size_t pvs_workspace_bytes(const struct pvs_plan *plan);
/* Upper bound of one scenario's rows. */
size_t pvs_plan_rows_bytes(const struct pvs_plan *plan);
/* CLOCK_MONOTONIC. */
uint64_t pvs_now_ns(void);

#endif
