/* A study's work over the ranks of an MPI run.
 *
 * Two rounds. In the first, ranks take the saved tariffs and the flows that several blocks need;
 * then everybody gets the results of these. In the second they take blocks of consecutive
 * scenarios, compute what only these need, finish them, and write their rows into the tables.
 *
 * Rank 0 hands items out, in order, to whoever has none left: fast ranks take more. From the sizes of
 * finished blocks it knows where the rows of the next ones go, and tells so; the rows themselves
 * never travel. What rank 0 keeps of a scenario (hx_block_scenario) does.
 *
 * Every flow and bill is computed once, whatever the number of ranks. */
#ifndef HX_CLUSTER_RANKS_H
#define HX_CLUSTER_RANKS_H

#include "cluster/block.h"
#include "cluster/journal.h"

typedef struct hx_ranks_job {
  const hx_cluster *cluster;
  hx_study_work *study; /* its callbacks are called on rank 0, in scenario order */
  const char *folder;   /* of the outputs, the same on all ranks; NULL: none */
  uint32_t block;       /* scenarios of a block, as the plan has it */
  hx_journal *journal;  /* on rank 0, where complete blocks are noted; NULL: nowhere */
  bool resume;          /* rank 0: the journal is there, and its blocks are not done again */
} hx_ranks_job;

/* Collective. The status of *result is the same on all ranks, and its error that which a serial run
 * would have met first, as far as ranks had begun. *report is of all workers on rank 0, of their own
 * on the others. On failure of MPI itself the process does not come back. */
bool hx_ranks_run(const hx_ranks_job *job, const hx_exec_options *options, hx_exec_report *report,
                  hx_exec_result *result);

#endif
