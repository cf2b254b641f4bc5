/* How often comparisons on this machine call identical things different. Stored pairs of runs of
 * the same side and block are replayed as comparisons. */
#ifndef HX_COMPARE_ALARMS_H
#define HX_COMPARE_ALARMS_H

#include "pvs/pvs.h"

#include "decide/compare.h"
#include "measure/store.h"

#include <stdbool.h>

/* Over all comparisons stored in `folder` (results/<machine>) for this allocation. False with a
 * sentence in error. */
bool hx_alarms_read(const char *folder, const char *allocation, const hx_compare_options *rule,
                    hx_compare_alarms *alarms, pvs_error *error);

/* ln ratios of the two runs of one side in a block, A's in the order of measuring and then B's, of
 * this workload (NULL: of all). `out` has room for runs->n. Returns how many there are. */
size_t hx_alarms_differences(const hx_store_rows *runs, const char *allocation,
                             const char *workload, double *out);

#endif
