/* Several workloads of a sweep together. Internal to sweep. */
#ifndef HX_TUNE_SWEEP_JOINT_H
#define HX_TUNE_SWEEP_JOINT_H

#include "tune/sweep_runs.h"

/* After the searches: measures some configurations on all workloads, in rounds of random order, and
 * fills the report's joint result. These are serial, the winner of each workload, what ties with a
 * winner, and what seems to suit all. There is no joint result if a workload has no answer, or if
 * the budget is too short for one round. runs: one per workload. */
bool hx_sweep_joint_run(hx_sweep_runs *runs, hx_sweep_report *report, pvs_error *error);

#endif
