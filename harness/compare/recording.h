/* Which commits `pvtune record` has to measure against the pinned reference, and which it has
 * measured already. */
#ifndef HX_COMPARE_RECORDING_H
#define HX_COMPARE_RECORDING_H

#include "pvs/pvs.h"

#include "compare/comparison.h"

#include <stdbool.h>

/* The commits that the arguments name. Each argument is a REV or, as in git, FIRST..LAST, which does
 * not include FIRST; without arguments it is HEAD. There may be no commit at all. Call
 * hx_commits_deinit in any case. */
bool hx_recording_commits(const hx_repository *repository, char *const *arguments, int n,
                          hx_commits *out, pvs_error *error);

/* Is the commit recorded on every workload of the comparison, against the same A, on the same CPUs?
 * `verdicts`: rows of verdicts.csv. */
bool hx_recording_is_known(const hx_comparison *comparison, const hx_store_rows *verdicts,
                           const hx_commit *commit);

#endif
