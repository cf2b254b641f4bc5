/* The search of one workload of a sweep. Internal to sweep. */
#ifndef HX_TUNE_SWEEP_SEARCH_H
#define HX_TUNE_SWEEP_SEARCH_H

#include "tune/sweep_runs.h"

/* After the warm-up, with left_s set. What is run joins the report's configurations; the result has a
 * verdict. */
bool hx_sweep_search_run(hx_sweep_runs *runs, pvs_error *error);

#endif
