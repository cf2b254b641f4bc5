/* A sweep's journal: its rows in the store, written as they come, and those of an interrupted one
 * found again. Internal to sweep. */
#ifndef HX_TUNE_SWEEP_JOURNAL_H
#define HX_TUNE_SWEEP_JOURNAL_H

#include "pvs/pvs.h"

#include "tune/sweep.h"

/* The little the sweep needs of a run, new or stored. */
typedef struct hx_sweep_fact {
  hx_run_outcome outcome;
  double seconds, spent_s; /* seconds: what is ranked on (hx_goal_rank) */
  hx_measures measures;
  double wall_s, other_cpu_s, steal_s;
  long long major_faults;
  int units, seen;
  int exit_code; /* 0 also when it did not exit by itself */
  char digest[HX_HASH_TEXT], input_digest[HX_HASH_TEXT];
  char workload_class[16];
  char reason[HX_RUN_REASON];
} hx_sweep_fact;

typedef struct hx_sweep_journal {
  const hx_measure_context *context;
  const hx_sweep_options *options;
  hx_store_file *runs, *sweeps;
  hx_store_rows stored; /* runs.csv as it was at the start; read only when resuming */
  char sweep[HX_UUID_TEXT];
  char resume_key[HX_HASH_TEXT];
  char *workloads; /* their keys joined by " + " */
  bool resumed;
} hx_sweep_journal;

/* Opens the store's files, finds the unfinished sweep of this boot with the same key unless fresh,
 * and writes the row that says a sweep has begun. */
bool hx_sweep_journal_open(hx_sweep_journal *journal, const hx_measure_context *context,
                           const hx_sweep_options *options, pvs_error *error);
/* The stored run of this block and configuration, if it was made before. */
bool hx_sweep_journal_find(const hx_sweep_journal *journal, const hx_workload *workload,
                           const hx_config *config, int block, hx_sweep_fact *fact);

/* Where in the sweep a run stands. */
typedef struct hx_sweep_moment {
  const hx_workload *workload;
  const hx_config *config;
  int block;
  size_t position;
  const char *reference, *expected; /* "" none */
  double cap_s;
} hx_sweep_moment;

/* Appends the run's row. */
bool hx_sweep_journal_add(hx_sweep_journal *journal, const hx_sweep_moment *moment,
                          const hx_measured *measured, const hx_sweep_fact *fact, pvs_error *error);
/* At the end of a block. */
bool hx_sweep_journal_sync(hx_sweep_journal *journal, pvs_error *error);
/* The row that says how it ended. */
bool hx_sweep_journal_finish(hx_sweep_journal *journal, const hx_sweep_report *report,
                             pvs_error *error);
void hx_sweep_journal_close(hx_sweep_journal *journal);

#endif
