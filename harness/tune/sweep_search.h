/* One workload's part of a sweep that searches the whole space. Internal to sweep. */
#ifndef HX_TUNE_SWEEP_SEARCH_H
#define HX_TUNE_SWEEP_SEARCH_H

#include "decide/usl.h"
#include "tune/sweep_race.h"

/* After the warm-up, with left_s set. The report's configurations, serial alone at the start, become
 * those that were run; the result has a verdict. */
bool hx_sweep_search_run(hx_sweep_race *race, pvs_error *error);

/* What limits the program, by the counts that ran in the executor, pinning and schedule that ran with
 * the most of them; serial stands for one worker. */
hx_usl hx_sweep_usl(const hx_sweep_report *report, const hx_sweep_result *result);

#endif
