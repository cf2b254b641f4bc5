/* A sweep: one workload after the other is searched for its best configuration, every run checked
 * and stored. The heart of sweep and tune.
 *
 *   hx_sweep_report report;
 *   if (hx_sweep_run(&context, &options, &report, &error)) ... report ...
 *   hx_sweep_report_deinit(&report);
 *
 * What is searched is the whole space of the machine, or a given list. decide/explore.h says how;
 * fresh runs of the finalists decide. For several workloads, what ties on any of them is then
 * measured on all (sweep_joint.c).
 *
 * Each workload begins with one serial run: its outputs are the reference for all others, and it
 * tells how many units of work there are.
 *
 * A sweep that was interrupted or killed is taken up by the same call on the same boot: the search
 * is replayed over the stored runs, which it would have ordered in the same way, and goes on. */
#ifndef HX_TUNE_SWEEP_H
#define HX_TUNE_SWEEP_H

#include "pvs/pvs.h"

#include "decide/estimate.h"
#include "decide/verdict.h"
#include "machine/grid.h"
#include "measure/check.h"
#include "measure/context.h"
#include "measure/goal.h"
#include "measure/interference.h"
#include "tune/params.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct hx_sweep_options {
  const char *command;          /* "sweep", "tune", "check" */
  const hx_workload *workloads; /* with their sizes */
  size_t n_workloads;           /* at least 1 */
  const char *const *expected;  /* one per workload, NULL where none; NULL: none at all */
  hx_grid_request grid;         /* units are found out */
  const hx_params *params;      /* of the command; NULL: none */
  hx_config serial;             /* the baseline, with the parameters' first values */
  bool listed; /* measure the grid's configurations, each at least once; otherwise the whole space
                  is searched, which the grid's executors, pins and schedules restrict */
  const hx_config *configs; /* a list instead of the grid's, serial among them; NULL: none */
  size_t n_configs;
  int rounds;                  /* of a list before the final; 0 is 1 */
  bool exhaustive;             /* all of the list in every round */
  uint64_t seed;               /* of random orders; 0: one of the sweep's own */
  double budget_s;             /* of the whole sweep; INFINITY: none */
  double timeout_s;            /* of one run; INFINITY: none */
  int warm_ups;                /* serial runs before the first that counts; 0 is 1 */
  const hx_run_life *life;     /* that the runner was given; NULL: none */
  const hx_goal *goal;         /* the same; NULL: time */
  bool fresh;                  /* do not resume */
  const char *note, *describe; /* recorded; describe: the options as text */
} hx_sweep_options;

/* What is known of one configuration on one workload. */
typedef struct hx_sweep_line {
  hx_search_estimate estimate;
  bool listed;    /* for this workload, whether it ran or not */
  size_t same_as; /* index of the configuration that was run in its place; its own mostly */
  int seen;       /* fewest workers that were at work; 0: unknown */
  double speedup, speedup_lower, speedup_upper; /* over serial; NaN: unknown */
  hx_measures typical; /* medians of its valid runs, and their greatest memory; NaN: unknown */
  bool over;           /* a run was over a limit: it is never recommended */
  char reason[HX_RUN_REASON]; /* the first thing wrong with it; "" */
} hx_sweep_line;

typedef struct hx_sweep_result {
  const hx_workload *workload;
  hx_sweep_line *lines; /* one per configuration of the report */
  hx_search_verdict verdict;
  bool found;        /* there is an answer: the verdict's winner, which may be serial */
  size_t winner;     /* index of it; of serial where there is none */
  bool same_workers; /* whatever count was asked for, the same number of workers was at work */
  size_t serial;     /* index of the serial configuration */
  int units;         /* 0: unknown */
  char workload_class[16];
  char reference[HX_HASH_TEXT]; /* digest every run had to have; "": no outputs */
  char inputs[HX_HASH_TEXT];    /* likewise, of what it read */
  bool expected_checked, outputs_ignored, outputs_filtered;
  int exit_code;                   /* of the serial warm-up */
  bool failed;                     /* the serial warm-up is not valid: nothing else was run */
  char reason[HX_RUN_REASON];      /* why */
  size_t runs, resumed;            /* runs in all, of them taken from the store */
  size_t wrong, invalid, failures; /* runs with other outputs; not as asked; that failed */
  size_t other_inputs;             /* than the serial run: the invalid ones that are so for this */
  size_t serial_wrong;             /* of those with other outputs, the serial ones */
  size_t compared;                 /* runs that ended and were compared with the first serial one */
  long long captured_bytes;        /* that the warm-up printed */
  double capture_s;                /* what writing them costs each run; NaN: unknown */
  hx_interference interference;
} hx_sweep_result;

/* Several workloads at once: the configuration whose worst regret is the least, ties settled by the
 * policy. */
typedef struct hx_sweep_joint {
  size_t winner, n_tied;
} hx_sweep_joint;

typedef struct hx_sweep_report {
  char sweep[HX_UUID_TEXT];
  const hx_params *params; /* of the options */
  const hx_goal *goal;     /* the same. Estimates are in ranks (hx_goal_rank), mostly seconds */
  hx_config *configs;      /* that ran or were listed, serial first */
  size_t n_configs;
  hx_sweep_result *results; /* one per workload */
  size_t n_results;
  bool has_joint; /* several workloads, and what was recommended for any was measured on all */
  hx_sweep_joint joint;
  double *regret; /* [workload * n_configs + config], NaN unknown; NULL without joint */
  double *worst;  /* [config] */
  bool *tied;     /* [config] */
  hx_interference interference; /* over all workloads */
  bool interrupted, resumed;
  double spent_s;
} hx_sweep_report;

/* False with a sentence in error when the harness itself failed (store, memory, a grid that cannot
 * be); what was measured until then is in the store. Else the report is filled, which may say that
 * nothing ran validly. The report is initialised by the call. */
bool hx_sweep_run(const hx_measure_context *context, const hx_sweep_options *options,
                  hx_sweep_report *report, pvs_error *error);
void hx_sweep_report_deinit(hx_sweep_report *report);

/* The report's index of a configuration, which is added to it and to all results when it is new.
 * SIZE_MAX: out of memory. */
size_t hx_sweep_report_index(hx_sweep_report *report, const hx_config *config);

/* The grid a sweep would run, for --dry-run. units 0: unknown. */
bool hx_sweep_grid(const hx_topo *topo, const hx_sweep_options *options, int units, hx_grid *grid,
                   pvs_error *error);

#endif
