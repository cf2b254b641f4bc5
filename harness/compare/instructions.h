/* Instructions a run executes: evidence beside time that no other job can disturb. */
#ifndef HX_COMPARE_INSTRUCTIONS_H
#define HX_COMPARE_INSTRUCTIONS_H

#include "pvs/pvs.h"

#include "compare/subject.h"

#include <stdbool.h>
#include <stddef.h>

typedef enum hx_instructions_by {
  HX_INSTRUCTIONS_NOBODY,
  HX_INSTRUCTIONS_COUNTER,   /* the CPU's own, through perf_event_open: user mode, all its
                                processes */
  HX_INSTRUCTIONS_CALLGRIND, /* simulated: some fifty times slower */
} hx_instructions_by;

/* Who can count here. NOBODY, with a sentence in `why` that says what to install or allow. */
hx_instructions_by hx_instructions_find(char *why, size_t cap);

/* Instructions of one serial run, NaN with a sentence in error when it failed. `output`: where the
 * run may leave its outputs. */
double hx_instructions_count(hx_instructions_by by, const hx_subject *subject,
                             const hx_workload *workload, const char *output, pvs_error *error);

#endif
