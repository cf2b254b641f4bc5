/* A study from its bytes to its outputs, by one thread, in pieces that cases measure. */
#ifndef BM_RUN_H
#define BM_RUN_H

#include "bm_data.h"

typedef struct bm_job {
  const pvs_study *study; /* the caller's */
  pvs_plan *plan;
  pvs_plan_info info;
  pvs_workspace *workspace;
  pvs_output *output;
  void *results;
  pvs_rows *rows;
} bm_job;

typedef struct bm_job_options {
  const char *folder; /* NULL: nothing is written */
  /* Nothing shared and the simplest kernels: the plain way to the same bytes. */
  bool plain;
} bm_job_options;

/* On failure nothing is held. */
pvs_code bm_job_begin(bm_job *job, const pvs_study *study, const bm_job_options *options,
                      pvs_error *error);
/* Everything between begin and end: all units, scenarios and tariffs, in order. Each scenario's
 * digest goes to scenario_digests where it is not NULL. */
pvs_code bm_job_work(bm_job *job, uint64_t *scenario_digests, pvs_work_stats *stats,
                     uint64_t *tariff_digests, pvs_error *error);
pvs_code bm_job_end(bm_job *job, const uint64_t *tariff_digests, uint64_t *digest,
                    pvs_error *error);
/* Gives up: frees all of it. */
void bm_job_abandon(bm_job *job);

/* All three. */
pvs_code bm_job_run(const pvs_study *study, const bm_job_options *options, pvs_work_stats *stats,
                    uint64_t *scenario_digests, uint64_t *digest, pvs_error *error);

#endif
