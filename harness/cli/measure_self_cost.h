/* What being measured costs: the same run made directly and inside a sweep. */
#ifndef HX_CLI_MEASURE_SELF_COST_H
#define HX_CLI_MEASURE_SELF_COST_H

#include "cli/measure_session.h"

/* Pairs in ABBA order on the first workload, at its first configuration (serial unless --workers
 * names one): A is posix_spawn and waitpid and nothing else, B a run as the sweep makes it, with
 * counters, record and checks. Prints the median of the differences of whole-process times with its
 * interval. Returns the exit code. */
int hx_measure_self_cost(hx_measure_session *session, const hx_sweep_options *options);

#endif
