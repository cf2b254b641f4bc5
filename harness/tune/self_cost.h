/* What measuring costs: the same run is made directly and inside a sweep, and the times compared. */
#ifndef HX_TUNE_SELF_COST_H
#define HX_TUNE_SELF_COST_H

#include "pvs/pvs.h"

#include "measure/session.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct hx_self_cost {
  size_t blocks;                   /* ABBA blocks */
  double direct_s;                 /* median of direct runs */
  double cost_s, lower_s, upper_s; /* median of the differences, 95 % interval */
} hx_self_cost;

/* Pairs of whole-process times in ABBA order for about `budget_s`, at least 6 blocks: A is
 * posix_spawn and waitpid and nothing else, B a run as a sweep makes it, with counters, telemetry
 * and checks. False with a sentence in error when a run failed, or when nothing was measured. */
bool hx_self_cost_measure(const hx_measure_session *session, const hx_workload *workload,
                          const hx_config *config, double budget_s, hx_self_cost *out,
                          pvs_error *error);

#endif
