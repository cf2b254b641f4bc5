/* How large a built-in workload has to be on this machine. */
#ifndef HX_TUNE_SIZE_H
#define HX_TUNE_SIZE_H

#include "pvs/pvs.h"

#include "measure/context.h"

#include <stdbool.h>
#include <stddef.h>

/* Gives a size to every built-in without one: the size that it was measured with on this machine
 * before, or else one whose serial work takes about a second, found by doubling. Measures with the
 * context's runner, each run for at most timeout_s (INFINITY: any time), and tells its listener. */
bool hx_tune_choose_sizes(const hx_measure_context *context, hx_workload *workloads, size_t n,
                          double timeout_s, pvs_error *error);

#endif
