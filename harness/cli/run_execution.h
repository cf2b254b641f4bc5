/* A study while it runs, for run_study.c and run_ranks.c. */
#ifndef HX_CLI_RUN_EXECUTION_H
#define HX_CLI_RUN_EXECUTION_H

#include "cli/message.h"
#include "cli/run.h"
#include "cluster/inputs.h"
#include "cluster/ranks.h"
#include "exec/outdir.h"
#include "synth/synth.h"

/* Everything that exists while a study runs. */
typedef struct execution {
  const run_setup *setup;
  run_study *study;
  hx_synth_memory *memory; /* of a built-in study */
  hx_inputs *inputs;       /* handed out by rank 0; NULL: each process reads its own */
  pvs_study *opened;
  pvs_plan *plan;
  pvs_output *output;
  hx_publish outdir;
  hx_study_work work;
  hx_place *places;
  hx_progress *progress;
  uint32_t block;        /* scenarios of a block, with ranks */
  uint32_t rank_threads; /* of rank 0, as far as its options say */
  hx_journal journal;    /* on rank 0 */
  bool journal_taken;    /* it is that of an earlier run, which is resumed */
  bool keep_folder;      /* what is unfinished stays, to be resumed */
} execution;

/* Records the error, says it, and returns false. */
bool run_fail(execution *e, const pvs_error *error);
bool run_fail_text(execution *e, int status, const char *text);

/* ---- with the ranks of an MPI run (run_ranks.c); without one, of this process alone ---- */

/* Whether this process makes the folder of outputs and speaks. */
bool run_leads(const execution *e);
/* Whether no rank has failed; otherwise the error of the first rank that failed is printed once,
 * and all ranks fail. */
bool run_agree(execution *e, bool ok);
/* Before the plan: how large blocks are, and with --resume which unfinished folder is taken up. */
bool run_ranks_prepare(execution *e);
/* The plan, in blocks that fit into memory. */
bool run_ranks_plan(execution *e, pvs_plan_options *options, pvs_error *error);
/* Once rank 0 has made the folder: the others learn where it is, and the journal is begun. */
bool run_ranks_folder(execution *e);
/* What to say when another rank does not find it: false. */
bool run_ranks_fail_join(execution *e);
bool run_ranks_simulate(execution *e, const hx_exec_options *options, hx_exec_result *result);
/* The journal is closed; when the run has failed with complete blocks, they are kept. */
void run_ranks_close(execution *e, bool ok);

#endif
