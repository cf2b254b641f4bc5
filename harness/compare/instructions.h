/* Instructions a run executes: evidence beside time that no other job can disturb. */
#ifndef HX_COMPARE_INSTRUCTIONS_H
#define HX_COMPARE_INSTRUCTIONS_H

#include "pvs/pvs.h"

#include "compare/ready_side.h"

#include <stdbool.h>
#include <stddef.h>

typedef enum hx_instructions_by {
  HX_INSTRUCTIONS_NOBODY,
  HX_INSTRUCTIONS_COUNTER,   /* the CPU's own, through perf_event_open: user mode, all its
                                processes */
  HX_INSTRUCTIONS_CALLGRIND, /* simulated: some fifty times slower */
} hx_instructions_by;

/* What two sides execute on their workloads, serially: of studies and commands in a whole run, of a
 * built-in the work of some scenarios, as it is ranked on its work and not on making its inputs.
 * NaN when they cannot be counted; `note` says by whom and on what they were, or why they were not.
 * Outputs go to a folder below `scratch`. */
void hx_instructions_compare(const hx_ready_side sides[2], const hx_workload *const workload[2],
                             const char *scratch, double count[2], char *note, size_t note_cap);

/* Who can count here. NOBODY, with a sentence in `why` that says what to install or allow. */
hx_instructions_by hx_instructions_find(char *why, size_t cap);

/* Instructions of one serial run, NaN with a sentence in error when it failed. `output`: where the
 * run may leave its outputs. */
double hx_instructions_count(hx_instructions_by by, const hx_ready_side *ready,
                             const hx_workload *workload, const char *output, pvs_error *error);

#endif
