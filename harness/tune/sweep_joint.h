/* Several workloads of a sweep together. Internal to sweep. */
#ifndef HX_TUNE_SWEEP_JOINT_H
#define HX_TUNE_SWEEP_JOINT_H

#include "tune/sweep_runs.h"

/* After the searches: runs serial, what was found for each workload, what seems to suit all, and what
 * ties, on all of them, in rounds of random order, and fills the report's joint part. Without an answer for each
 * workload, and where the budget does not last for a round of all, there is none. runs: one per
 * workload. */
bool hx_sweep_joint_run(hx_sweep_runs *runs, hx_sweep_report *report, pvs_error *error);

#endif
