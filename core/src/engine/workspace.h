/* A worker's memory: made once, by the thread that uses it. Computing allocates nothing. */
#ifndef PVS_ENGINE_WORKSPACE_H
#define PVS_ENGINE_WORKSPACE_H

#include "base/number_cache.h"
#include "engine/unit.h"

enum { PVS_LOG_STATE_BYTES = 4096 };

/* What of a scenario's money is charged and paid to nobody, or spent and paid by nobody; c. */
typedef struct pvs_imbalance {
  double solar_bills, pv, embedded_network, batteries;
} pvs_imbalance;

struct pvs_workspace {
  const struct pvs_plan *plan;
  pvs_work_stats stats;
  pvs_unit units[PVS_UNITS_TOGETHER]; /* the plan's `together` of them; the first one has room for
                                         PVS_PARENT_METERS parent meters, the others for one */
  pvs_scratch scratch;
  pvs_bill_finder finder;
  double *thresholds; /* by strategy: of a battery that serves the building of thresholds_of; NaN:
                         not known yet */
  const pvs_load *thresholds_of;
  /* Results of one scenario. */
  double *costs_battery; /* by resident */
  double *pv_share;
  pvs_payment *payments;           /* max_residents + 2 */
  pvs_imbalance imbalance;         /* where the checksum is farthest from 0 */
  double *columns;                 /* most load files x (fixed + 3 x residents) */
  pvs_scenario_results results;    /* over its load files */
  pvs_customer_results *customers; /* of results: max_residents */
  /* Its output. */
  char *text; /* text_bytes: output under construction */
  size_t text_bytes;
  uint32_t *cell_at; /* number i of a scenario's first row is text[cell_at[i] … cell_at[i + 1]),
                        with its comma */
  pvs_number_text *numbers; /* PVS_NUMBER_CACHE: what was written before */
  void *log_state;          /* PVS_LOG_STATE_BYTES: of a unit's time series (flow.h) */
  pvs_arena arena;
};

/* Bytes that creating one takes. */
size_t pvs_workspace_bytes(const struct pvs_plan *plan);
/* Upper bound of one scenario's rows. */
size_t pvs_plan_rows_bytes(const struct pvs_plan *plan);
/* CLOCK_MONOTONIC. */
uint64_t pvs_now_ns(void);

#endif
