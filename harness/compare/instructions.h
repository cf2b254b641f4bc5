/* The number of instructions that a run executes: a second kind of evidence, which other jobs
 * cannot disturb. */
#ifndef HX_COMPARE_INSTRUCTIONS_H
#define HX_COMPARE_INSTRUCTIONS_H

#include "pvs/pvs.h"

#include "compare/ready_side.h"
#include "decide/compare.h"

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

typedef enum hx_instructions_by {
  HX_INSTRUCTIONS_NOBODY,
  HX_INSTRUCTIONS_COUNTER,   /* the CPU's own, through perf_event_open: user mode, all its
                                processes */
  HX_INSTRUCTIONS_CALLGRIND, /* simulated: some fifty times slower */
} hx_instructions_by;

/* What may end a counted run early, beside its own end. */
typedef struct hx_instructions_limits {
  const volatile sig_atomic_t *interrupts; /* NULL: nobody interrupts */
  double timeout_s;                        /* of one run; INFINITY: none */
} hx_instructions_limits;

/* Counts the instructions of a serial run of each side on its workload. For studies and commands
 * the whole run is counted; for a built-in only the work of some scenarios, because making its
 * inputs is not compared. callgrind does not count what a process executed before it called exec, and
 * counts for a forked child what its parent had executed until then. NaN when they cannot be
 * counted; `note` says what counted them and on what, or why they were not counted. Outputs go to a
 * folder below `scratch`. */
void hx_instructions_compare(const hx_ready_side sides[2], const hx_workload *const workload[2],
                             const char *scratch, const hx_instructions_limits *limits,
                             double count[2], char *note, size_t note_cap);

/* Gives a verdict from two counts of each side, first[] and second[], A's before B's, instead of
 * many timed runs. Counts are exact: the verdict is SLOWER or FASTER beyond rule->min_effect, else
 * SAME within rule->margin and INCONCLUSIVE beyond it. False when the two counts of one side differ
 * by more than 0.01 % or are NaN, so that the program is not deterministic: `why` says so, and *side
 * is 0 for A and 1 for B. */
bool hx_instructions_decide(const hx_compare_options *rule, const double first[2],
                            const double second[2], hx_compare_result *result, int *side, char *why,
                            size_t cap);

/* What a verdict by instructions cannot see, a sentence without its full stop. */
extern const char hx_instructions_blind[];

/* What can count instructions here. If nothing can: NOBODY, with a sentence in `why` about what to
 * install or allow. */
hx_instructions_by hx_instructions_find(char *why, size_t cap);

/* Instructions of one serial run, NaN with a sentence in error when it failed. `output`: where the
 * run may leave its outputs; beside it a folder is made for logs, and removed. */
double hx_instructions_count(hx_instructions_by by, const hx_ready_side *ready,
                             const hx_workload *workload, const char *output,
                             const hx_instructions_limits *limits, pvs_error *error);

#endif
