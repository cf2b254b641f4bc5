/* libpvs as work: a study's plan behind hx_work_ops. */
#ifndef HX_EXEC_STUDY_WORK_H
#define HX_EXEC_STUDY_WORK_H

#include "exec/exec.h"
#include "exec/fault.h"

/* What is told about a scenario when a run is over. */
typedef struct hx_scenario_figures {
  long id;                 /* its number in the study file */
  const char *arrangement; /* lives as long as the study */
  double total_cost;       /* of the building, $; mean over the load files, as the others */
  double self_consumption; /* %; NaN without PV */
} hx_scenario_figures;

typedef struct hx_study_work {
  hx_work work; /* what executors take */
  const pvs_study *study;
  const pvs_plan *plan;
  pvs_output *output;
  const hx_fault *fault;
  /* Called from emit, in scenario order, so always by the caller's own process and thread; what they
   * are given lives as long as the call. text is length bytes. */
  void (*figures)(void *ctx, const hx_scenario_figures *figures);
  void (*warn)(void *ctx, const char *text, size_t length);
  void *ctx;                  /* handed to both */
  uint32_t first;             /* the plan's first scenario; executors count from it */
  uint64_t *scenario_digests; /* of what was emitted, in scenario order */
} hx_study_work;

/* All of them are borrowed; fault, figures and warn may be NULL. The struct must stay where it is
 * until deinit. False when out of memory. */
bool hx_study_work_init(hx_study_work *work, const pvs_study *study, const pvs_plan *plan,
                        pvs_output *output, const hx_fault *fault);
void hx_study_work_deinit(hx_study_work *work);

/* The rows in a filled buffer, which begins with its hx_scenario_figures. */
const pvs_rows *hx_study_rows(const void *buffer);

/* pvs_study_open with up to `threads` threads. All of them have ended when it returns, so that
 * processes may be forked. */
pvs_code hx_study_open(const pvs_study_options *options, unsigned threads, pvs_study **study,
                       pvs_error *error);

#endif
