/* One workload's runs in a sweep: how each is made, or taken from the store, and what is remembered
 * of it. Internal to sweep. */
#ifndef HX_TUNE_SWEEP_RUNS_H
#define HX_TUNE_SWEEP_RUNS_H

#include "pvs/pvs.h"

#include "tune/sweep_journal.h"

typedef struct hx_sweep_noted {
  size_t config;
  int seen;
  double seconds; /* rank */
  hx_run_outcome outcome;
  hx_measures measures;
} hx_sweep_noted;

/* Whether it ran to its end as it should. */
static inline bool hx_sweep_noted_ran(const hx_sweep_noted *run) {
  return run->outcome == HX_RUN_VALID || run->outcome == HX_RUN_OVER;
}

typedef struct hx_sweep_runs {
  hx_sweep_journal *journal;
  hx_sweep_report *report;
  hx_sweep_result *result;
  const char *expected; /* NULL: none */
  double left_s;        /* of the budget, for this workload */
  double spent_s;       /* by it; warm-up included */
  double warm_up_s;     /* of them by the warm-up */
  double scale;         /* puts what is ranked on into the order of seconds: budgets are in them */
  double overhead_s;    /* whole process minus what is ranked, of the warm-up */
  double timeout_s;
  hx_sweep_fact warm_up;
  hx_sweep_noted *noted;
  hx_interference_run *disturbance;
  size_t n;
  int last_block; /* number of the last run */
} hx_sweep_runs;

/* The serial run whose outputs are the reference. */
bool hx_sweep_runs_warm_up(hx_sweep_runs *runs, pvs_error *error);

/* Takes the run from the store or makes it. A run that Ctrl-C stopped is neither stored nor counted;
 * fact->outcome says so. */
bool hx_sweep_runs_do(hx_sweep_runs *runs, const hx_sweep_moment *moment, double timeout_s,
                      hx_sweep_fact *fact, pvs_error *error);
/* Remembers a counted run for what is concluded at the end. */
bool hx_sweep_runs_note(hx_sweep_runs *runs, size_t config, int block, const hx_sweep_fact *fact,
                        pvs_error *error);
bool hx_sweep_runs_interrupted(const hx_sweep_runs *runs);
uint64_t hx_sweep_runs_seed(const hx_sweep_runs *runs);
/* Whether different worker counts were asked for and always as many were at work. */
bool hx_sweep_runs_same_workers(const hx_sweep_runs *runs);

/* Fills the lines' typical measures. */
void hx_sweep_runs_measures(hx_sweep_runs *runs);

void hx_sweep_runs_deinit(hx_sweep_runs *runs);

/* ---- the search of one workload (sweep_search.c) ---- */

/* After the warm-up, with left_s set. What is run joins the report's configurations; the result has a
 * verdict. */
bool hx_sweep_search_run(hx_sweep_runs *runs, pvs_error *error);

/* ---- several workloads together (sweep_joint.c) ---- */

/* After the searches: measures some configurations on all workloads, in rounds of random order, and
 * fills the report's joint result. These are serial, the winner of each workload, what ties with a
 * winner, and what seems to suit all. There is no joint result if a workload has no answer, or if
 * the budget is too short for one round. runs: one per workload. */
bool hx_sweep_joint_run(hx_sweep_runs *runs, hx_sweep_report *report, pvs_error *error);

#endif
