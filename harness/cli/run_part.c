/* Runs of a part of a study: --scenarios and --shard. */
#include "base/fail.h"
#include "cli/message.h"
#include "cli/run.h"
#include "cluster/shard.h"

#include <stdio.h>
#include <string.h>

bool run_part_make(const run_options *options, hx_range *range) {
  pvs_error error = {0};
  *range = (hx_range){0};
  if (options->scenarios && options->shard)
    return hx_error("found --scenarios and --shard, expected one of them");
  const char *part = options->scenarios ? "--scenarios" : options->shard ? "--shard" : NULL;
  if (part && options->expect)
    return hx_error("--expect needs the outputs of whole studies, found %s", part);
  if (part && options->check)
    return hx_error("--check reads the inputs of whole studies, found %s", part);
  if ((options->scenarios && !hx_range_parse_scenarios(options->scenarios, range, &error)) ||
      (options->shard && !hx_range_parse_shard(options->shard, range, &error)))
    return hx_error("%s", HX_FAIL_LINE(&error));
  return true;
}

bool run_part_name(const hx_range *range, run_study *study, pvs_error *error) {
  char suffix[32];
  uint32_t first, count;
  if (range->kind == HX_RANGE_ALL)
    return true;
  if (!hx_range_resolve(range, study->info.scenarios, &first, &count, error))
    return false;
  int n = snprintf(suffix, sizeof suffix, ".%u-%u", first, first + count - 1);
  if (study->folder[0] && strlen(study->folder) + (size_t)n >= sizeof study->folder)
    return hx_fail(error, PVS_BAD_VALUE, "the output folder's path is too long: %s", study->folder);
  if (study->folder[0])
    strcat(study->folder, suffix);
  return run_study_spares_inputs(study, study, error);
}

void run_part_plan(const hx_range *range, const run_study *study, pvs_plan_options *plan) {
  if (range->kind != HX_RANGE_ALL)
    hx_range_resolve(range, study->info.scenarios, &plan->first_scenario, &plan->scenarios, NULL);
}

bool run_part_describe(const run_study *study, const hx_study_work *work, const char *folder,
                       bool scenario_files, pvs_error *error) {
  pvs_study_info info;
  pvs_study_describe(work->study, &info);
  hx_shard shard = {.input_digest = info.input_digest,
                    .scenarios = info.scenarios,
                    .first = study->plan.first_scenario,
                    .count = study->plan.scenarios,
                    .scenario_files = scenario_files,
                    .tariff_parts = work->work.parts,
                    .digests = work->scenario_digests};
  snprintf(shard.version, sizeof shard.version, "%s", PVS_VERSION);
  snprintf(shard.study, sizeof shard.study, "%s", info.name);
  snprintf(shard.project, sizeof shard.project, "%s", info.project);
  snprintf(shard.region, sizeof shard.region, "%s", info.region);
  for (uint32_t i = 0; i < work->work.parts && i < HX_SHARD_PARTS; i++)
    shard.tariff_digests[i] = work->work.part_digests[i];
  memcpy(shard.tables, study->tables, sizeof shard.tables);
  return hx_shard_write(&shard, folder, error);
}
