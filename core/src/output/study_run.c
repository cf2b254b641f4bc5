/* A whole study in one call, one piece of work after the other. */
#include "output/new_folder.h"
#include "output/output.h"
#include <stdlib.h>
#include <string.h>

typedef struct run {
  const pvs_study *study;
  const pvs_run_options *options;
  pvs_plan *plan;
  pvs_plan_info info;
  pvs_output *output;
  pvs_workspace *workspace;
  void *results;
  pvs_rows *rows;
  uint64_t tariff_digests[PVS_TARIFF_PARTS];
  uint32_t next_unit;
  uint64_t done, total; /* pieces of work */
} run;

static pvs_code advance(run *r, uint32_t pieces, pvs_error *error) {
  r->done += pieces;
  if (!r->options->progress || r->options->progress(r->options->ctx, r->done, r->total))
    return PVS_OK;
  return pvs_fail(error, PVS_CANCELLED, (pvs_where){0},
                  "cancelled when %llu of %llu pieces of work were done",
                  (unsigned long long)r->done, (unsigned long long)r->total);
}

static void warn(const run *r, const char *text) {
  if (r->options->warning)
    r->options->warning(r->options->ctx, text);
}

static void warn_of_study(const run *r) {
  for (size_t i = 0; i < pvs_study_warnings(r->study); i++)
    warn(r, pvs_study_warning(r->study, i));
}

static pvs_code prepare(run *r, const char *folder, pvs_error *error) {
  pvs_plan_options plan_options = {.simd = r->options->simd};
  pvs_code code = pvs_plan_create(r->study, &plan_options, &r->plan, error);
  if (code)
    return code;
  pvs_plan_describe(r->plan, &r->info);
  r->total = (uint64_t)r->info.units + r->info.scenarios + PVS_TARIFF_PARTS;
  pvs_output_options output_options = {.folder = folder,
                                       .no_scenario_files = r->options->no_scenario_files};
  code = pvs_output_create(r->plan, &output_options, &r->output, error);
  if (!code)
    code = pvs_workspace_create(r->plan, &r->workspace, error);
  if (code)
    return code;
  size_t results_bytes = (r->info.results_bytes / PVS_ALIGN + 1) * PVS_ALIGN;
  r->results = aligned_alloc(PVS_ALIGN, results_bytes);
  r->rows = malloc(r->info.rows_bytes);
  if (!r->results || !r->rows)
    return pvs_fail_memory(error);
  memset(r->results, 0, results_bytes);
  return PVS_OK;
}

/* The next units, as many as are best run together and have a place in the window of `scenario`,
 * the next to finish. */
static pvs_code run_units(run *r, uint32_t scenario, pvs_error *error) {
  uint32_t count = 0;
  while (count < r->info.units_at_once && r->next_unit + count < r->info.units) {
    uint32_t group = pvs_plan_unit_group(r->plan, r->next_unit + count);
    if (pvs_plan_group_first_scenario(r->plan, group) >= (uint64_t)scenario + r->info.window)
      break;
    count++;
  }
  pvs_code code =
      pvs_units_run(r->plan, r->next_unit, &count, r->workspace, r->results, r->output, error);
  r->next_unit += count;
  return code ? code : advance(r, count, error);
}

static pvs_code run_scenario(run *r, uint32_t scenario, pvs_error *error) {
  uint32_t first, n;
  pvs_plan_group_units(r->plan, pvs_plan_scenario_group(r->plan, scenario), &first, &n);
  pvs_code code = PVS_OK;
  while (!code && r->next_unit < first + n)
    code = run_units(r, scenario, error);
  if (!code)
    code =
        pvs_scenario_finish(r->plan, scenario, r->workspace, r->results, r->output, r->rows, error);
  if (code)
    return code;
  if (r->rows->warning_length > 0) {
    char *text = r->rows->text + r->rows->results_length + r->rows->std_dev_length +
                 r->rows->customers_length;
    text[r->rows->warning_length] = '\0';
    warn(r, text);
  }
  if (r->options->scenario)
    r->options->scenario(r->options->ctx, pvs_workspace_results(r->workspace));
  code = pvs_output_emit(r->output, r->rows, error);
  return code ? code : advance(r, 1, error);
}

static pvs_code run_all(run *r, pvs_error *error) {
  pvs_code code = advance(r, 0, error);
  for (uint32_t part = 0; part < PVS_TARIFF_PARTS && !code; part++) {
    code = pvs_output_write_tariffs(r->output, part, r->workspace, &r->tariff_digests[part], error);
    if (!code)
      code = advance(r, 1, error);
  }
  for (uint32_t scenario = 0; scenario < r->info.scenarios && !code; scenario++)
    code = run_scenario(r, scenario, error);
  return code;
}

static pvs_code run_in(run *r, const char *folder, uint64_t *digest, pvs_error *error) {
  pvs_code code = prepare(r, folder, error);
  if (!code)
    warn_of_study(r);
  if (!code)
    code = run_all(r, error);
  if (r->output) {
    pvs_code closed = pvs_output_close(r->output, r->tariff_digests, code ? NULL : digest, error);
    code = code ? code : closed;
  }
  free(r->results);
  free(r->rows);
  pvs_workspace_destroy(r->workspace);
  pvs_plan_destroy(r->plan);
  return code;
}

pvs_code pvs_study_run(const pvs_study *study, const pvs_run_options *options, uint64_t *digest,
                       pvs_error *error) {
  run r = {.study = study, .options = options};
  uint64_t found = 0;
  pvs_code code = PVS_OK;
  if (options->folder) {
    pvs_new_folder folder;
    code = pvs_new_folder_begin(&folder, options->folder, error);
    if (code)
      return code;
    code = run_in(&r, folder.partial, &found, error);
    if (code)
      pvs_new_folder_abandon(&folder);
    else
      code = pvs_new_folder_publish(&folder, error);
  } else {
    code = run_in(&r, NULL, &found, error);
  }
  if (digest && !code)
    *digest = found;
  return code;
}
