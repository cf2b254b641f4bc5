/* What the stored runs say about a workload before it is compared: how long a run takes, and how
 * much runs of the same side differ. */
#ifndef HX_COMPARE_FORECAST_H
#define HX_COMPARE_FORECAST_H

#include "pvs/pvs.h"

#include "measure/store.h"
#include "measure/workload.h"

#include <stddef.h>

typedef struct hx_forecast {
  double *differences; /* for hx_cost_of_comparison; malloc'd */
  size_t n;            /* of them */
  size_t runs;         /* stored runs of this workload in this configuration */
  double run_s;        /* median of what one of them took in all; NaN: there is none */
} hx_forecast;

/* From rows of runs.csv. For a built-in without a size, the size that was measured last is meant.
 * False when out of memory. */
bool hx_forecast_make(const hx_store_rows *runs, const char *allocation,
                      const hx_workload *workload, const char *config, hx_forecast *out,
                      pvs_error *error);
void hx_forecast_deinit(hx_forecast *forecast);

#endif
