/* Runners make timed runs: as real processes or, in tests, from a table of times. The sweep knows no
 * other way to run anything, so it can be tested without timing.
 *
 * To add one, write a const hx_runner_ops and a function that makes its hx_runner. `run` says what
 * happened; check.h decides whether the run is valid. */
#ifndef HX_MEASURE_RUNNER_H
#define HX_MEASURE_RUNNER_H

#include "base/config.h"
#include "exec/telemetry.h"
#include "machine/topo.h"
#include "measure/goal.h"
#include "measure/life.h"
#include "measure/outputs.h"
#include "measure/process.h"
#include "measure/program.h"
#include "measure/workload.h"

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

/* One run to make. */
typedef struct hx_runner_job {
  const hx_workload *workload;
  const hx_config *config;
  size_t repetition;       /* of this configuration on this workload, from 0 */
  double cap_s, timeout_s; /* of the whole process; INFINITY: none */
  bool expendable;         /* it is not timed, so the first Ctrl-C stops it */
  const char *expected;    /* when not NULL, compare the outputs with this file or folder */
  bool weigh_capture;      /* measure what capturing its printed output costs */
  bool watch_groups;       /* look whether a process leaves the run's group */
  hx_cpuset confined;      /* a run that is not pinned shall keep to these; empty: to none */
} hx_runner_job;

typedef enum hx_binding {
  HX_BINDING_NONE,    /* not asked for */
  HX_BINDING_HELD,    /* proven */
  HX_BINDING_LOST,    /* proven otherwise */
  HX_BINDING_UNKNOWN, /* not proven: too short to look, or part of it was not watched */
} hx_binding;

/* What happened. */
typedef struct hx_measured {
  hx_process_result process; /* end, times, usage */
  double seconds;            /* what configurations are ranked on; NaN when the run says nothing */
  bool has_telemetry;
  hx_telemetry telemetry;
  char digest[HX_HASH_TEXT]; /* of all outputs; "": there were none */
  char input_digest[HX_HASH_TEXT];
  char workload_class[16];
  int units, workers_seen; /* 0: unknown */
  hx_binding binding;
  hx_cpuset ran_on;
  hx_expected expected;
  bool failure_ignored;             /* a non-zero exit code is fine */
  long long captured_bytes;         /* of printed output */
  double capture_s;                 /* what writing them costs; NaN unless weighed */
  double energy_j;                  /* of the packages while it ran; NaN: unknown */
  double output_bytes;              /* NaN: not kept */
  double metrics[HX_METRICS_MAX];   /* of the runner's goal; NaN: not printed */
  char message[HX_PROCESS_MESSAGE]; /* why there is no result, or how outputs differ; one line */
  pvs_error life_error; /* a command around the run failed: measuring cannot go on; else code 0 */
} hx_measured;

typedef struct hx_runner_ops {
  const char *name;
  void (*run)(void *ctx, const hx_runner_job *job, hx_measured *out);
  /* NULL: runs cannot take turns. */
  void (*run_in_turns)(void *const ctx[2], const hx_runner_job job[2], double turn_s,
                       hx_measured out[2]);
} hx_runner_ops;

typedef struct hx_runner {
  const hx_runner_ops *ops;
  void *ctx;
} hx_runner;

/* Initialises *out, runs, and leaves it to the caller to deinit. */
void hx_runner_run(const hx_runner *runner, const hx_runner_job *job, hx_measured *out);
/* Makes both runs at once, in turns of about turn_s (process.h), job[0] first; times do not include
 * waiting for turns. Both runners must be of the same kind, for which hx_runner_takes_turns. */
void hx_runner_run_in_turns(const hx_runner *const runner[2], const hx_runner_job job[2],
                            double turn_s, hx_measured out[2]);
bool hx_runner_takes_turns(const hx_runner *runner);
/* Its measures and metrics. */
void hx_measured_measures(const hx_measured *measured, hx_measures *out);
/* True, with the reason in error, when a command around the run failed. */
bool hx_measured_cannot_go_on(const hx_measured *measured, pvs_error *error);
void hx_measured_deinit(hx_measured *measured);

/* ---- real processes ---- */

typedef struct hx_process_runner {
  const char *self;        /* the pvtune to run */
  const hx_topo *topo;     /* for pinning commands from outside; live */
  const char *scratch;     /* an existing folder for outputs, which is emptied after each run. Two
                        * runners whose runs take turns must have different folders */
  const char *folder;      /* working folder of the runs; NULL: the caller's, or the life's */
  const hx_run_life *life; /* what happens around each run; NULL: nothing */
  const hx_goal *goal;     /* whose metrics are read; NULL: none */
  const volatile sig_atomic_t *interrupts;
  hx_programs programs; /* its own: what it has run */
} hx_process_runner;

hx_runner hx_runner_processes(hx_process_runner *runner);

#endif
