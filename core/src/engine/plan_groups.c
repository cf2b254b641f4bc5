/* Which scenarios share energy flows, in which units of work, and which units are neighbours that are
 * faster together. */
#include "base/error.h"
#include "base/intern.h"
#include "engine/unit.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Half of a second-level cache, or all of a small one. */
enum { LARGE_BYTES = 1 << 20 };

uint32_t pvs_plan_residents(const struct pvs_plan *plan, const pvs_group *group) {
  return plan->study->folders[plan->study->scenarios.items[group->first_scenario].folder]
      .n_residents;
}

bool pvs_plan_logs(const struct pvs_plan *plan, uint32_t group) {
  for (uint32_t s = plan->groups[group].first_scenario; s != PVS_NONE; s = plan->next_in_group[s])
    if (plan->study->scenarios.items[s].logs)
      return true;
  return false;
}

/* ---- bills ---- */

pvs_code pvs_bill_finder_init(pvs_bill_finder *finder, const struct pvs_study *study,
                              pvs_arena *arena, pvs_error *error) {
  *finder = (pvs_bill_finder){
      .sets = pvs_arena_alloc(arena, study->payer_sets.count, sizeof *finder->sets)};
  finder->set_stamp = pvs_arena_alloc(arena, study->payer_sets.count, sizeof *finder->set_stamp);
  finder->tariff_stamp = pvs_arena_alloc(arena, study->n_tariffs, sizeof *finder->tariff_stamp);
  return finder->sets && finder->set_stamp && finder->tariff_stamp ? PVS_OK
                                                                   : pvs_fail_memory(error);
}

uint32_t pvs_bill_finder_list(pvs_bill_finder *finder, const struct pvs_plan *plan, uint32_t group,
                              uint32_t *payer_first, uint32_t *tariffs) {
  const struct pvs_study *study = plan->study;
  const pvs_group *g = &plan->groups[group];
  uint32_t n_payers = pvs_plan_residents(plan, g) + 2, n_sets = 0, n_bills = 0;
  finder->stamp++;
  for (uint32_t s = g->first_scenario; s != PVS_NONE; s = plan->next_in_group[s]) {
    uint32_t set = study->scenarios.items[s].payers;
    if (finder->set_stamp[set] == finder->stamp)
      continue;
    finder->set_stamp[set] = finder->stamp;
    finder->sets[n_sets++] = set;
  }
  for (uint32_t payer = 0; payer < n_payers; payer++) {
    if (payer_first)
      payer_first[payer] = n_bills;
    finder->stamp++;
    for (uint32_t i = 0; i < n_sets; i++) {
      uint32_t tariff = pvs_study_payers(study, finder->sets[i])[payer];
      if (finder->tariff_stamp[tariff] == finder->stamp)
        continue;
      finder->tariff_stamp[tariff] = finder->stamp;
      if (tariffs)
        tariffs[n_bills] = tariff;
      n_bills++;
    }
  }
  if (payer_first)
    payer_first[n_payers] = n_bills;
  return n_bills;
}

/* ---- groups ---- */

/* Numbers for installed batteries and battery sets by what a flow depends on: two entries of battery_lookup.csv
 * that differ in price alone share flows. */
typedef struct physical {
  pvs_intern batteries, sets, flows;
  uint32_t *battery_of, *set_of;
} physical;

static pvs_code number_batteries(physical *p, const struct pvs_study *study, pvs_arena *arena,
                                 pvs_error *error) {
  p->battery_of = pvs_arena_alloc(arena, study->installed.count, sizeof *p->battery_of);
  p->set_of = pvs_arena_alloc(arena, study->battery_sets.count, sizeof *p->set_of);
  uint32_t *members = pvs_arena_alloc(arena, study->max_residents + 1, sizeof *members);
  if (!p->battery_of || !p->set_of || !members)
    return pvs_fail_memory(error);
  for (uint32_t i = 0; i < study->installed.count; i++) {
    const pvs_installed_battery *battery = &study->installed.items[i];
    double key[] = {battery->terms.cap_kwh, battery->terms.max_charge_kw, battery->terms.efficiency,
                    battery->terms.max_dod, battery->terms.max_soc,       battery->strategy};
    p->battery_of[i] = pvs_intern_add(&p->batteries, key, sizeof key, NULL);
    if (p->battery_of[i] == PVS_INTERN_NONE)
      return pvs_fail_memory(error);
  }
  /* Where no two batteries are the same, no two sets are: they keep their numbers. */
  const bool all_differ = p->batteries.count == study->installed.count;
  for (uint32_t i = 0; i < study->battery_sets.count && all_differ; i++)
    p->set_of[i] = i;
  for (uint32_t i = 0; i < study->battery_sets.count && !all_differ; i++) {
    const pvs_battery_set *set = &study->battery_sets.items[i];
    const uint32_t *installed = set->individual ? set->individual : &set->central;
    for (uint32_t k = 0; k <= set->n_residents; k++)
      members[k] = installed[k] == PVS_NONE ? PVS_NONE : p->battery_of[installed[k]];
    p->set_of[i] =
        pvs_intern_add(&p->sets, members, (set->n_residents + 1) * sizeof *members, NULL);
    if (p->set_of[i] == PVS_INTERN_NONE)
      return pvs_fail_memory(error);
  }
  return PVS_OK;
}

static uint32_t flow_number(physical *p, const pvs_scenario *s, bool share, uint32_t index) {
  struct {
    double scale;
    uint32_t folder, pv, batteries, alone;
    char allocation[16];
  } key;
  memset(&key, 0, sizeof key);
  key.folder = s->folder;
  key.pv = s->pv;
  key.batteries = s->batteries == PVS_NONE ? PVS_NONE : p->set_of[s->batteries];
  key.alone = share ? PVS_NONE : index;
  if (s->pv != PVS_NONE) {
    key.scale = s->pv_scale;
    strncpy(key.allocation, pvs_scenario_arrangement(s)->allocation, sizeof key.allocation - 1);
  }
  return pvs_intern_add(&p->flows, &key, sizeof key, NULL);
}

static pvs_code find_groups(struct pvs_plan *plan, physical *p, bool share, pvs_error *error) {
  const struct pvs_study *study = plan->study;
  uint32_t first = plan->info.first_scenario, end = first + plan->info.scenarios;
  uint32_t *last = malloc((size_t)plan->info.scenarios * sizeof *last);
  if (!last)
    return pvs_fail_memory(error);
  for (uint32_t i = first; i < end; i++) {
    uint32_t group = flow_number(p, &study->scenarios.items[i], share, i);
    if (group == PVS_INTERN_NONE) {
      free(last);
      return pvs_fail_memory(error);
    }
    assert(plan->group_of_scenario && plan->next_in_group);
    plan->group_of_scenario[i] = group;
    plan->next_in_group[i] = PVS_NONE;
    if (group == plan->info.groups)
      plan->info.groups++;
    else
      plan->next_in_group[last[group]] = i;
    last[group] = i;
  }
  plan->groups = pvs_arena_alloc(&plan->arena, plan->info.groups, sizeof *plan->groups);
  for (uint32_t g = 0; plan->groups && g < plan->info.groups; g++)
    plan->groups[g].first_scenario = PVS_NONE;
  for (uint32_t i = first; plan->groups && i < end; i++) {
    pvs_group *group = &plan->groups[plan->group_of_scenario[i]];
    if (group->first_scenario == PVS_NONE)
      group->first_scenario = i;
    group->last_scenario = i;
  }
  for (uint32_t g = 0; plan->groups && plan->block > 0 && g < plan->info.groups; g++)
    plan->groups[g].shared = (plan->groups[g].first_scenario - first) / plan->block !=
                             (plan->groups[g].last_scenario - first) / plan->block;
  free(last);
  return plan->groups ? PVS_OK : pvs_fail_memory(error);
}

static void count_work(struct pvs_plan *plan, const pvs_group *group) {
  const struct pvs_study *study = plan->study;
  const pvs_scenario *scenario = &study->scenarios.items[group->first_scenario];
  const pvs_folder *folder = &study->folders[scenario->folder];
  pvs_plan_info *info = &plan->info;
  info->units += folder->n_loads;
  info->flows += folder->n_loads;
  info->bills += (uint64_t)folder->n_loads * group->n_bills;
  info->customer_steps +=
      (uint64_t)folder->n_loads * folder->n_residents * study->metering.calendar.steps;
  if (scenario->batteries == PVS_NONE)
    return;
  const pvs_battery_set *set = &study->battery_sets.items[scenario->batteries];
  info->battery_steps += (uint64_t)folder->n_loads *
                         (set->n_individual + (set->central != PVS_NONE)) *
                         study->metering.calendar.steps;
}

static pvs_code find_units(struct pvs_plan *plan, pvs_error *error) {
  pvs_arena scratch;
  pvs_arena_init(&scratch);
  pvs_bill_finder finder;
  pvs_code code = pvs_bill_finder_init(&finder, plan->study, &scratch, error);
  for (uint32_t g = 0; g < plan->info.groups && !code; g++) {
    pvs_group *group = &plan->groups[g];
    group->first_unit = plan->info.units;
    group->n_bills = pvs_bill_finder_list(&finder, plan, g, NULL, NULL);
    count_work(plan, group);
  }
  pvs_arena_deinit(&scratch);
  if (code)
    return code;
  plan->group_of_unit =
      pvs_arena_alloc(&plan->arena, plan->info.units, sizeof *plan->group_of_unit);
  if (!plan->group_of_unit)
    return pvs_fail_memory(error);
  for (uint32_t g = 0, unit = 0; g < plan->info.groups; g++) {
    uint32_t end = g + 1 < plan->info.groups ? plan->groups[g + 1].first_unit : plan->info.units;
    while (unit < end)
      plan->group_of_unit[unit++] = g;
  }
  return PVS_OK;
}

/* Whether two groups' units differ in nothing but the battery that each has at the parent meter.
 * One load file, so that their units are neighbours; no time series, which are written on the way.
 */
static bool are_variants(const struct pvs_plan *plan, const pvs_group *a, const pvs_group *b) {
  const struct pvs_study *study = plan->study;
  const pvs_scenario *s = &study->scenarios.items[a->first_scenario],
                     *t = &study->scenarios.items[b->first_scenario];
  if (s->folder != t->folder || s->arrangement != t->arrangement || s->pv != t->pv ||
      s->pv_scale != t->pv_scale || s->batteries == PVS_NONE || t->batteries == PVS_NONE)
    return false;
  const pvs_battery_set *own = &study->battery_sets.items[s->batteries],
                        *other = &study->battery_sets.items[t->batteries];
  return study->folders[s->folder].n_loads == 1 && own->n_individual == 0 &&
         other->n_individual == 0;
}

/* Whether the group's unit has tiles of several chunks, with active residents perhaps. */
static bool has_tiles(const struct pvs_plan *plan, const pvs_group *group) {
  const struct pvs_study *study = plan->study;
  const pvs_scenario *s = &study->scenarios.items[group->first_scenario];
  bool individual =
      s->batteries != PVS_NONE && study->battery_sets.items[s->batteries].n_individual > 0;
  return study->folders[s->folder].n_loads == 1 && s->pv != PVS_NONE && !individual;
}

static bool same_folder(const struct pvs_plan *plan, const pvs_group *a, const pvs_group *b) {
  const pvs_scenario *scenarios = plan->study->scenarios.items;
  return scenarios[a->first_scenario].folder == scenarios[b->first_scenario].folder;
}

/* Whether a load file does not stay in the second-level cache from one unit to the next. */
static bool is_large(const struct pvs_plan *plan, const pvs_group *group) {
  const struct pvs_study *study = plan->study;
  uint32_t folder = study->scenarios.items[group->first_scenario].folder;
  return (size_t)study->folders[folder].n_residents * study->stride * sizeof(double) > LARGE_BYTES;
}

/* Neighbours that are faster together: counts how many follow each group. */
static void join(struct pvs_plan *plan, pvs_group *group, const pvs_group *next) {
  if (are_variants(plan, group, next))
    group->variants = next->variants + 1;
  if (same_folder(plan, group, next) && has_tiles(plan, group) && has_tiles(plan, next)) {
    group->same_load = next->same_load + 1;
    if (is_large(plan, group))
      plan->together = PVS_UNITS_TOGETHER;
  }
}

static void find_neighbours(struct pvs_plan *plan) {
  plan->info.units_at_once = plan->together = 1;
  for (uint32_t g = plan->info.groups; g-- > 0;) {
    pvs_group *group = &plan->groups[g];
    group->variants = group->same_load = 1;
    if (g + 1 < plan->info.groups && !pvs_plan_logs(plan, g) && !pvs_plan_logs(plan, g + 1))
      join(plan, group, group + 1);
    if (group->variants >= plan->kernels->lanes_from)
      plan->info.units_at_once = PVS_PARENT_METERS;
  }
  if (plan->info.units_at_once < plan->together)
    plan->info.units_at_once = plan->together;
}

pvs_code pvs_plan_find_groups(struct pvs_plan *plan, bool share, pvs_error *error) {
  pvs_arena scratch;
  pvs_arena_init(&scratch);
  physical p;
  pvs_intern_init(&p.batteries, &scratch);
  pvs_intern_init(&p.sets, &scratch);
  pvs_intern_init(&p.flows, &scratch);
  pvs_code code = number_batteries(&p, plan->study, &scratch, error);
  if (!code)
    code = find_groups(plan, &p, share, error);
  pvs_intern_deinit(&p.batteries);
  pvs_intern_deinit(&p.sets);
  pvs_intern_deinit(&p.flows);
  pvs_arena_deinit(&scratch);
  if (!code)
    code = find_units(plan, error);
  if (!code)
    find_neighbours(plan);
  return code;
}
