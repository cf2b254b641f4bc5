/* How often comparisons on this machine call identical things different. Stored pairs of runs of
 * the same side and block are replayed as comparisons. */
#ifndef HX_COMPARE_ALARMS_H
#define HX_COMPARE_ALARMS_H

#include "pvs/pvs.h"

#include "base/text.h"
#include "decide/compare.h"
#include "measure/store.h"

#include <stdbool.h>

/* Over all comparisons stored in `folder` (results/<machine>) for this allocation. The same store and
 * rule give the same answer: the rule's seed, which is another one in each comparison, is not used.
 * False with a sentence in error. */
bool hx_alarms_read(const char *folder, const char *allocation, const hx_compare_options *rule,
                    hx_compare_alarms *alarms, pvs_error *error);

/* The runs of each side, in pairs: two of one block. Begins with all zero but for what is meant. */
typedef struct hx_alarms_pairs {
  const char *allocation, *workload; /* of these alone; workload NULL: of all. Borrowed */
  struct hx_alarms_side {
    hx_text block; /* names the block of a run whose other one is still to come; empty: none */
    double first_s;
    double *differences; /* ln of the quotient of the two, in the order of measuring */
    size_t n;
  } side[2];
} hx_alarms_pairs;

/* Takes the next row of runs.csv. False when out of memory. */
bool hx_alarms_add(hx_alarms_pairs *pairs, const hx_run_row *row);
/* Gives the differences of A and then those of B, *n of them, to be freed, and empties the pairs. NULL when
 * out of memory. */
double *hx_alarms_take(hx_alarms_pairs *pairs, size_t *n);
void hx_alarms_pairs_deinit(hx_alarms_pairs *pairs);

#endif
