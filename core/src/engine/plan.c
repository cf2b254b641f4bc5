#include "engine/plan.h"
#include "base/error.h"
#include "engine/workspace.h"
#include <stdlib.h>

static pvs_code find_daylight(struct pvs_plan *plan, pvs_error *error) {
  const struct pvs_study *study = plan->study;
  plan->daylight = pvs_arena_alloc(&plan->arena, study->n_pvs, sizeof *plan->daylight);
  bool ok = plan->daylight != NULL;
  for (uint32_t i = 0; i < study->n_pvs && ok; i++)
    ok = pvs_daylight_find(&plan->daylight[i], study, &study->pvs[i].profile, &plan->arena);
  return ok ? PVS_OK : pvs_fail_memory(error);
}

/* Which part of the study, in which blocks. */
static pvs_code take_range(struct pvs_plan *plan, const pvs_plan_options *options,
                           pvs_error *error) {
  uint32_t all = plan->study->scenarios.count;
  plan->info.scenarios = all;
  if (!options)
    return PVS_OK;
  plan->block = options->block;
  if (options->scenarios == 0)
    return PVS_OK;
  plan->info.first_scenario = options->first_scenario;
  plan->info.scenarios = options->scenarios;
  if ((uint64_t)options->first_scenario + options->scenarios <= all)
    return PVS_OK;
  return pvs_fail(error, PVS_BAD_VALUE, (pvs_where){0},
                  "found scenarios %u to %llu, expected at most 0 to %u, as study %s has %u",
                  options->first_scenario,
                  (unsigned long long)options->first_scenario + options->scenarios - 1, all - 1,
                  plan->study->name, all);
}

/* By how many of the flows have a battery. */
static pvs_workload_class classify(const struct pvs_plan *plan) {
  uint32_t with = 0;
  for (uint32_t g = 0; g < plan->info.groups; g++)
    with += plan->study->scenarios.items[plan->groups[g].first_scenario].batteries != PVS_NONE;
  return with == 0                       ? PVS_CLASS_STATIC
         : 2 * with >= plan->info.groups ? PVS_CLASS_BATTERIES
                                         : PVS_CLASS_MIXED;
}

pvs_code pvs_plan_create(const pvs_study *study, const pvs_plan_options *options, pvs_plan **out,
                         pvs_error *error) {
  *out = NULL;
  struct pvs_plan *plan = calloc(1, sizeof *plan);
  if (!plan)
    return pvs_fail_memory(error);
  pvs_arena_init(&plan->arena);
  plan->study = study;
  plan->kernels = pvs_kernels_choose(options ? options->simd : NULL);
  plan->info.window = options && options->window ? options->window : 256;
  plan->group_of_scenario = pvs_arena_alloc(&plan->arena, study->scenarios.count, sizeof(uint32_t));
  plan->next_in_group = pvs_arena_alloc(&plan->arena, study->scenarios.count, sizeof(uint32_t));
  pvs_code code = plan->group_of_scenario && plan->next_in_group ? PVS_OK : pvs_fail_memory(error);

  if (!code)
    code = take_range(plan, options, error);
  if (!code && !plan->kernels)
    code = pvs_fail(error, PVS_UNSUPPORTED, (pvs_where){0},
                    "found SIMD level '%s', expected one that this processor has: the widest is %s",
                    options ? options->simd : "", pvs_kernels_choose(NULL)->name);

  if (!code)
    code = pvs_plan_find_groups(plan, !(options && options->no_share), error);
  if (!code)
    code = find_daylight(plan, error);
  if (code) {
    pvs_plan_destroy(plan);
    return code;
  }
  pvs_plan_place_results(plan);
  plan->info.workload_class = classify(plan);
  plan->info.workspace_bytes = pvs_workspace_bytes(plan);
  plan->info.rows_bytes = pvs_plan_rows_bytes(plan);
  *out = plan;
  return PVS_OK;
}

void pvs_plan_destroy(pvs_plan *plan) {
  if (!plan)
    return;
  pvs_arena_deinit(&plan->arena);
  free(plan);
}

void pvs_plan_describe(const pvs_plan *plan, pvs_plan_info *info) {
  *info = plan->info;
}

uint32_t pvs_plan_scenario_group(const pvs_plan *plan, uint32_t scenario) {
  return plan->group_of_scenario[scenario];
}

void pvs_plan_group_units(const pvs_plan *plan, uint32_t group, uint32_t *first_unit,
                          uint32_t *n_units) {
  const pvs_group *g = &plan->groups[group];
  *first_unit = g->first_unit;
  *n_units =
      (group + 1 < plan->info.groups ? plan->groups[group + 1].first_unit : plan->info.units) -
      g->first_unit;
}

uint32_t pvs_plan_unit_group(const pvs_plan *plan, uint32_t unit) {
  return plan->group_of_unit[unit];
}

uint32_t pvs_plan_group_first_scenario(const pvs_plan *plan, uint32_t group) {
  return plan->groups[group].first_scenario;
}

bool pvs_plan_group_is_shared(const pvs_plan *plan, uint32_t group) {
  return plan->groups[group].shared;
}
