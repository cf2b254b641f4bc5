/* A study's life: open (tables, study file, names of profiles), read (profiles), seal (check
 * together, compile), close. */
#include "base/digest.h"
#include "input/customers.h"
#include "input/dst_table.h"
#include "input/profile_files.h"
#include "input/study_rows.h"
#include "input/study_scan.h"
#include "input/tariff_table.h"
#include "study/load_sums.h"
#include <stdlib.h>
#include <string.h>

/* ---- opening ---- */

static pvs_code load_tables(pvs_builder *builder, pvs_error *error) {
  pvs_study *study = builder->study;
  struct {
    pvs_table *table;
    const char *file;
  } tables[] = {
      {&builder->tariff_table, "reference/tariff_lookup.csv"},
      {&builder->battery_table, "reference/battery_lookup.csv"},
      {&builder->strategy_table, "reference/battery_control_strategies.csv"},
      {&builder->en_table, "reference/capex_en_lookup.csv"},
      {&builder->pv_table, "reference/capex_pv_lookup.csv"},
      {&builder->dst_table, "reference/dst_lookup.csv"},
  };
  for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
    pvs_code code =
        pvs_table_load(tables[i].table, builder->source, builder->base, tables[i].file,
                       builder->arena, &study->input_digest, &study->input_bytes, error);
    if (code)
      return code;
  }
  return PVS_OK;
}

static pvs_code scan(pvs_builder *builder, const char *region, pvs_error *error) {
  pvs_study *study = builder->study;
  builder->study_path = pvs_builder_path(builder, "%s/studies/%s/inputs/study_%s.csv",
                                         builder->base, study->project, study->name);
  if (!builder->study_path)
    return pvs_fail_memory(error);
  pvs_code code = builder->source->read(builder->source->ctx, builder->study_path,
                                        &builder->study_bytes, error);
  if (code)
    return code;
  builder->study_bytes_held = true;
  study->input_digest =
      pvs_digest_add(study->input_digest, builder->study_bytes.data, builder->study_bytes.size);
  study->input_bytes += builder->study_bytes.size;
  builder->tariff_used =
      pvs_arena_alloc(builder->arena, builder->tariff_table.n_rows, sizeof *builder->tariff_used);
  const char *named = NULL;
  code =
      builder->tariff_used ? pvs_study_rows_scan(builder, &named, error) : pvs_fail_memory(error);
  study->region = region  ? pvs_arena_string(builder->arena, region, strlen(region))
                  : named ? named
                          : "nsw";
  return code || study->region ? code : pvs_fail_memory(error);
}

pvs_code pvs_study_open(const pvs_study_options *options, pvs_study **out, pvs_error *error) {
  *out = NULL;
  pvs_builder *builder = pvs_builder_create(options);
  if (!builder)
    return pvs_fail_memory(error);
  pvs_study *study = builder->study;
  pvs_code code = load_tables(builder, error);
  if (!code)
    code = pvs_tariffs_index(builder, error);
  if (!code)
    code = scan(builder, options->region, error);
  if (!code)
    code = pvs_files_list(builder, error);
  if (!code)
    code = pvs_files_open(builder, error);
  if (!options->defer_profiles) {
    for (size_t task = 0; !code && task < pvs_study_reads(study); task++)
      code = pvs_study_read(study, task, error);
    if (!code)
      code = pvs_study_seal(study, error);
  }
  if (code)
    pvs_study_close(study);
  else
    *out = study;
  return code;
}

size_t pvs_study_reads(const pvs_study *study) {
  return study->builder ? study->builder->n_read_tasks : 0;
}

pvs_code pvs_study_read(pvs_study *study, size_t task, pvs_error *error) {
  (void)error;
  pvs_files_read(study->builder, task);
  return PVS_OK;
}

/* ---- sealing ---- */

static pvs_code build_scenarios(pvs_builder *builder, pvs_error *error) {
  uint32_t *tariff_of_row =
      malloc(((size_t)builder->tariff_table.n_rows + 1) * sizeof *tariff_of_row);
  pvs_code code =
      tariff_of_row ? pvs_tariffs_compile(builder, tariff_of_row, error) : pvs_fail_memory(error);
  if (!code)
    code = pvs_study_rows_build(builder, tariff_of_row, error);
  free(tariff_of_row);
  return code;
}

pvs_code pvs_study_seal(pvs_study *study, pvs_error *error) {
  pvs_builder *builder = study->builder;
  if (!builder)
    return PVS_OK;
  pvs_code code = pvs_files_finish(builder, error);
  if (!code)
    code = pvs_profiles_check(builder, error);
  if (!code)
    code = pvs_customers_take(builder, error);
  if (!code)
    code = pvs_summers_fill(builder, error);
  if (!code && !pvs_days_compile(&study->metering.days, &study->metering.calendar, builder->arena))
    code = pvs_fail_memory(error);
  if (!code)
    code = build_scenarios(builder, error);
  if (!code && !pvs_load_sums_make(study))
    code = pvs_fail_memory(error);
  if (code)
    return code;
  const pvs_scenario *last = &builder->scenarios.items[builder->scenarios.count - 1];
  study->has_std_dev = study->folders[last->folder].n_loads > 1;
  study->one_folder = study->n_folders == 1;
  return pvs_builder_hand_over(builder, error);
}

void pvs_study_close(pvs_study *study) {
  if (!study)
    return;
  if (study->builder)
    pvs_files_close(study->builder);
  pvs_builder_destroy(study->builder);
  for (uint32_t i = 0; study->loads && i < study->n_loads; i++)
    pvs_profile_deinit(&study->loads[i].profile);
  for (uint32_t i = 0; study->pvs && i < study->n_pvs; i++)
    pvs_profile_deinit(&study->pvs[i].profile);
  free((void *)study->strategies.items);
  free((void *)study->units.items);
  free((void *)study->battery_sets.items);
  free((void *)study->costings.items);
  free((void *)study->scenarios.items);
  free((void *)study->warnings.items);
  pvs_arena_deinit(&study->arena);
  free(study);
}
