#include "bm_run.h"

#include <stdlib.h>

void bm_job_abandon(bm_job *job) {
  if (job->output)
    pvs_output_close(job->output, NULL, NULL, NULL);
  pvs_workspace_destroy(job->workspace);
  pvs_plan_destroy(job->plan);
  free(job->results);
  free(job->rows);
  *job = (bm_job){0};
}

pvs_code bm_job_begin(bm_job *job, const pvs_study *study, const bm_job_options *options,
                      pvs_error *error) {
  *job = (bm_job){.study = study};
  pvs_plan_options plan_options = {.no_share = options->plain};
  pvs_code code = pvs_plan_create(study, &plan_options, &job->plan, error);
  if (!code) {
    if (options->plain)
      job->plan->kernels = pvs_kernels_choose("portable");
    pvs_plan_describe(job->plan, &job->info);
    job->results = bm_alloc(job->info.results_bytes, 1);
    job->rows = bm_alloc(job->info.rows_bytes, 1);
    code = pvs_workspace_create(job->plan, &job->workspace, error);
  }
  if (!code)
    code = pvs_output_create(job->plan, &(pvs_output_options){.folder = options->folder},
                             &job->output, error);
  if (code)
    bm_job_abandon(job);
  return code;
}

static pvs_code run_group(bm_job *job, uint32_t group, pvs_error *error) {
  uint32_t first, n;
  pvs_plan_group_units(job->plan, group, &first, &n);
  pvs_code code = PVS_OK;
  for (uint32_t unit = first; unit < first + n && !code; unit++)
    code = pvs_unit_run(job->plan, unit, job->workspace, job->results, job->output, error);
  return code;
}

pvs_code bm_job_work(bm_job *job, uint64_t *scenario_digests, pvs_work_stats *stats,
                     uint64_t *tariff_digests, pvs_error *error) {
  pvs_code code = PVS_OK;
  for (uint32_t s = 0; s < job->info.scenarios && !code; s++) {
    uint32_t group = pvs_plan_scenario_group(job->plan, s);
    if (pvs_plan_group_first_scenario(job->plan, group) == s)
      code = run_group(job, group, error);
    if (!code)
      code = pvs_scenario_finish(job->plan, s, job->workspace, job->results, job->output, job->rows,
                                 error);
    if (!code)
      code = pvs_output_emit(job->output, job->rows, error);
    if (scenario_digests)
      scenario_digests[s] = job->rows->digest;
  }
  for (uint32_t part = 0; part < pvs_output_tariff_parts(job->output) && !code; part++)
    code =
        pvs_output_write_tariffs(job->output, part, job->workspace, &tariff_digests[part], error);
  pvs_workspace_stats(job->workspace, stats);
  return code;
}

pvs_code bm_job_end(bm_job *job, const uint64_t *tariff_digests, uint64_t *digest,
                    pvs_error *error) {
  pvs_code code = pvs_output_close(job->output, tariff_digests, digest, error);
  job->output = NULL;
  bm_job_abandon(job);
  return code;
}

pvs_code bm_job_run(const pvs_study *study, const bm_job_options *options, pvs_work_stats *stats,
                    uint64_t *scenario_digests, uint64_t *digest, pvs_error *error) {
  bm_job job;
  pvs_code code = bm_job_begin(&job, study, options, error);
  if (code)
    return code;
  uint64_t *tariff_digests = bm_alloc(pvs_output_tariff_parts(job.output), sizeof *tariff_digests);
  code = bm_job_work(&job, scenario_digests, stats, tariff_digests, error);
  if (code)
    bm_job_abandon(&job);
  else
    code = bm_job_end(&job, tariff_digests, digest, error);
  free(tariff_digests);
  return code;
}
