#include "engine/plan.h"
#include "base/intern.h"
#include "base/list.h"
#include "base/error.h"
#include "engine/workspace.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Size classes of result blocks: powers of two from 512 bytes. */
enum { SMALLEST_CLASS = 9, N_CLASSES = 64 };
/* Half of a second-level cache, or all of a small one. */
enum { LARGE_BYTES = 1 << 20 };

size_t pvs_flow_result_bytes(uint32_t n_residents, uint32_t n_bills) {
  size_t bytes = sizeof(pvs_flow_result) + 2 * (size_t)n_residents * sizeof(double) +
                 (n_residents + 3) * sizeof(uint32_t) +
                 n_bills * (sizeof(uint32_t) + sizeof(pvs_bill));
  return (bytes + 2 * PVS_ALIGN - 1) / PVS_ALIGN * PVS_ALIGN;
}

void pvs_flow_result_parts(pvs_flow_result *result, pvs_flow_parts *parts) {
  uint32_t n = result->n_residents, n_bills = result->n_bills;
  parts->generation_kwh = (double *)(result + 1);
  parts->cycles = parts->generation_kwh + n;
  parts->bills = (pvs_bill *)(parts->cycles + n);
  parts->payer_first = (uint32_t *)(parts->bills + n_bills);
  parts->tariffs = parts->payer_first + n + 3;
}

static uint32_t residents_of(const struct pvs_plan *plan, const pvs_group *group) {
  return plan->study->folders[plan->study->scenarios.items[group->first_scenario].folder]
      .n_residents;
}

pvs_flow_result *pvs_plan_result(const struct pvs_plan *plan, const void *results, uint32_t group,
                                 uint32_t file) {
  const pvs_group *g = &plan->groups[group];
  char *base = (char *)(uintptr_t)results;
  return (pvs_flow_result *)(void *)(base + g->offset +
                                     file *
                                         pvs_flow_result_bytes(residents_of(plan, g), g->n_bills));
}

/* ---- bills ---- */

pvs_code pvs_bill_finder_init(pvs_bill_finder *finder, const struct pvs_study *study,
                              pvs_arena *arena, pvs_error *error) {
  finder->sets = pvs_arena_alloc(arena, study->payer_sets.count, sizeof *finder->sets);
  finder->set_stamp = pvs_arena_alloc(arena, study->payer_sets.count, sizeof *finder->set_stamp);
  finder->tariff_stamp = pvs_arena_alloc(arena, study->n_tariffs, sizeof *finder->tariff_stamp);
  finder->stamp = 0;
  return finder->sets && finder->set_stamp && finder->tariff_stamp ? PVS_OK
                                                                   : pvs_fail_memory(error);
}

uint32_t pvs_bill_finder_list(pvs_bill_finder *finder, const struct pvs_plan *plan, uint32_t group,
                              uint32_t *payer_first, uint32_t *tariffs) {
  const struct pvs_study *study = plan->study;
  const pvs_group *g = &plan->groups[group];
  uint32_t n_payers = residents_of(plan, g) + 2, n_sets = 0, n_bills = 0;
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

/* Numbers for units and battery sets by what a flow depends on: two entries of battery_lookup.csv
 * that differ in price alone share flows. */
typedef struct physical {
  pvs_intern units, sets, flows;
  uint32_t *unit_of, *set_of;
} physical;

static pvs_code number_batteries(physical *p, const struct pvs_study *study, pvs_arena *arena,
                                 pvs_error *error) {
  p->unit_of = pvs_arena_alloc(arena, study->units.count, sizeof *p->unit_of);
  p->set_of = pvs_arena_alloc(arena, study->battery_sets.count, sizeof *p->set_of);
  uint32_t *members = pvs_arena_alloc(arena, study->max_residents + 1, sizeof *members);
  if (!p->unit_of || !p->set_of || !members)
    return pvs_fail_memory(error);
  for (uint32_t i = 0; i < study->units.count; i++) {
    const pvs_battery_unit *unit = &study->units.items[i];
    double key[] = {unit->terms.cap_kwh, unit->terms.max_charge_kw, unit->terms.efficiency,
                    unit->terms.max_dod, unit->terms.max_soc,       unit->strategy};
    p->unit_of[i] = pvs_intern_add(&p->units, key, sizeof key, NULL);
    if (p->unit_of[i] == PVS_INTERN_NONE)
      return pvs_fail_memory(error);
  }
  for (uint32_t i = 0; i < study->battery_sets.count; i++) {
    const pvs_battery_set *set = &study->battery_sets.items[i];
    for (uint32_t k = 0; k < set->n_owners; k++)
      members[k] = set->units[k] == PVS_NONE ? PVS_NONE : p->unit_of[set->units[k]];
    p->set_of[i] = pvs_intern_add(&p->sets, members, set->n_owners * sizeof *members, NULL);
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
  key.scale = s->pv == PVS_NONE ? 1 : s->pv_scale;
  key.batteries = s->batteries == PVS_NONE ? PVS_NONE : p->set_of[s->batteries];
  key.alone = share ? 0 : index + 1;
  if (s->pv != PVS_NONE)
    strncpy(key.allocation, pvs_scenario_arrangement(s)->allocation, sizeof key.allocation - 1);
  return pvs_intern_add(&p->flows, &key, sizeof key, NULL);
}

static pvs_code find_groups(struct pvs_plan *plan, physical *p, bool share, pvs_error *error) {
  const struct pvs_study *study = plan->study;
  uint32_t n = study->scenarios.count, *last = malloc((size_t)n * sizeof *last);
  if (!last)
    return pvs_fail_memory(error);
  for (uint32_t i = 0; i < n; i++) {
    uint32_t group = flow_number(p, &study->scenarios.items[i], share, i);
    if (group == PVS_INTERN_NONE) {
      free(last);
      return pvs_fail_memory(error);
    }
    assert(plan->group_of_scenario && plan->next_in_group);
    plan->group_of_scenario[i] = group;
    plan->next_in_group[i] = PVS_NONE;
    if (group == plan->info.groups) {
      plan->info.groups++;
      last[group] = i;
    } else {
      plan->next_in_group[last[group]] = i;
      last[group] = i;
    }
  }
  plan->groups = pvs_arena_alloc(&plan->arena, plan->info.groups, sizeof *plan->groups);
  for (uint32_t g = 0; plan->groups && g < plan->info.groups; g++)
    plan->groups[g].first_scenario = PVS_NONE;
  for (uint32_t i = 0; plan->groups && i < n; i++) {
    pvs_group *group = &plan->groups[plan->group_of_scenario[i]];
    if (group->first_scenario == PVS_NONE)
      group->first_scenario = i;
    group->last_scenario = i;
  }
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
static bool are_alike(const struct pvs_plan *plan, const pvs_group *a, const pvs_group *b) {
  const struct pvs_study *study = plan->study;
  const pvs_scenario *s = &study->scenarios.items[a->first_scenario],
                     *t = &study->scenarios.items[b->first_scenario];
  if (s->folder != t->folder || s->arrangement != t->arrangement || s->pv != t->pv ||
      s->pv_scale != t->pv_scale || s->batteries == PVS_NONE || t->batteries == PVS_NONE)
    return false;
  const pvs_battery_set *own = &study->battery_sets.items[s->batteries],
                        *other = &study->battery_sets.items[t->batteries];
  return study->folders[s->folder].n_loads == 1 && own->n_individual == 0 &&
         other->n_individual == 0 && own->central != PVS_NONE && other->central != PVS_NONE;
}

static bool has_logs(const struct pvs_plan *plan, const pvs_group *group) {
  for (uint32_t s = group->first_scenario; s != PVS_NONE; s = plan->next_in_group[s])
    if (plan->study->scenarios.items[s].logs)
      return true;
  return false;
}

/* Whether the group's unit goes by whole windows, with work to do for residents perhaps. */
static bool goes_by_windows(const struct pvs_plan *plan, const pvs_group *group) {
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

/* Neighbours that are better run together. */
static void find_neighbours(struct pvs_plan *plan) {
  plan->info.units_at_once = plan->abreast = 1;
  for (uint32_t g = plan->info.groups; g-- > 0;) {
    pvs_group *group = &plan->groups[g], *next = g + 1 < plan->info.groups ? group + 1 : NULL;
    bool listened = has_logs(plan, group) || (next && has_logs(plan, next));
    bool alike = next && !listened && are_alike(plan, group, next);
    bool same_load = next && !listened && same_folder(plan, group, next) &&
                     goes_by_windows(plan, group) && goes_by_windows(plan, next);
    group->alike = alike ? next->alike + 1 : 1;
    group->same_load = same_load ? next->same_load + 1 : 1;
    if (same_load && is_large(plan, group))
      plan->abreast = PVS_ABREAST;
    if (group->alike >= plan->kernels->lanes_from)
      plan->info.units_at_once = PVS_NETS;
  }
  if (plan->info.units_at_once < plan->abreast)
    plan->info.units_at_once = plan->abreast;
}

static pvs_code find_light(struct pvs_plan *plan, pvs_error *error) {
  const struct pvs_study *study = plan->study;
  plan->lit = pvs_arena_alloc(&plan->arena, study->n_pvs, sizeof *plan->lit);
  bool ok = plan->lit != NULL;
  for (uint32_t i = 0; i < study->n_pvs && ok; i++)
    ok = pvs_lit_find(&plan->lit[i], study, &study->pvs[i].profile, &plan->arena);
  return ok ? PVS_OK : pvs_fail_memory(error);
}

/* ---- where results lie ---- */

/* Blocks of one size class that are free again, ordered by the scenario after which they are: a
 * binary heap. */
typedef struct block {
  uint32_t last_scenario;
  uint64_t offset;
} block;

typedef struct block_heap {
  block *items;
  uint32_t count, capacity;
} block_heap;

static bool heap_push(block_heap *heap, block item) {
  if (heap->count == heap->capacity) {
    block *grown = pvs_list_grow(heap->items, &heap->count, &heap->capacity, sizeof *grown);
    if (!grown)
      return false;
    heap->items = grown;
  }
  uint32_t i = heap->count++;
  while (i > 0 && heap->items[(i - 1) / 2].last_scenario > item.last_scenario) {
    heap->items[i] = heap->items[(i - 1) / 2];
    i = (i - 1) / 2;
  }
  heap->items[i] = item;
  return true;
}

static block heap_pop(block_heap *heap) {
  block top = heap->items[0], last = heap->items[--heap->count];
  uint32_t i = 0;
  for (;;) {
    uint32_t child = 2 * i + 1;
    if (child >= heap->count)
      break;
    if (child + 1 < heap->count &&
        heap->items[child + 1].last_scenario < heap->items[child].last_scenario)
      child++;
    if (last.last_scenario <= heap->items[child].last_scenario)
      break;
    heap->items[i] = heap->items[child];
    i = child;
  }
  heap->items[i] = last;
  return top;
}

/* A group's block may be the block of an earlier group whose last scenario is certainly finished by
 * then: a unit starts when first < finished + window. */
static pvs_code place_results(struct pvs_plan *plan, pvs_error *error) {
  block_heap heaps[N_CLASSES] = {0};
  pvs_code code = PVS_OK;
  uint64_t end = 0;
  for (uint32_t g = 0; g < plan->info.groups && !code; g++) {
    pvs_group *group = &plan->groups[g];
    uint32_t n_files =
        plan->study->folders[plan->study->scenarios.items[group->first_scenario].folder].n_loads;
    uint64_t size =
        (uint64_t)n_files * pvs_flow_result_bytes(residents_of(plan, group), group->n_bills);
    int class = SMALLEST_CLASS;
    while ((1ull << class) < size)
      class ++;
    block_heap *heap = &heaps[class];
    bool reuse = heap->count > 0 && (uint64_t)heap->items[0].last_scenario + plan->info.window <=
                                        group->first_scenario;
    if (reuse) {
      group->offset = heap_pop(heap).offset;
    } else {
      group->offset = end;
      end += 1ull << class;
    }
    if (!heap_push(heap, (block){group->last_scenario, group->offset}))
      code = pvs_fail_memory(error);
  }
  for (int i = 0; i < N_CLASSES; i++)
    free(heaps[i].items);
  plan->info.results_bytes = (size_t)end;
  return code;
}

/* ---- public ---- */

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
  plan->info.scenarios = study->scenarios.count;
  plan->info.window = options && options->window ? options->window : 256;
  plan->group_of_scenario = pvs_arena_alloc(&plan->arena, study->scenarios.count, sizeof(uint32_t));
  plan->next_in_group = pvs_arena_alloc(&plan->arena, study->scenarios.count, sizeof(uint32_t));
  pvs_code code = plan->group_of_scenario && plan->next_in_group ? PVS_OK : pvs_fail_memory(error);

  if (!code && !plan->kernels)
    code = pvs_fail(error, PVS_UNSUPPORTED, (pvs_where){0},
                    "found SIMD level '%s', expected one that this processor has: the widest is %s",
                    options ? options->simd : "", pvs_kernels_choose(NULL)->name);

  pvs_arena scratch;
  pvs_arena_init(&scratch);
  physical p;
  pvs_intern_init(&p.units, &scratch);
  pvs_intern_init(&p.sets, &scratch);
  pvs_intern_init(&p.flows, &scratch);
  if (!code)
    code = number_batteries(&p, study, &scratch, error);
  if (!code)
    code = find_groups(plan, &p, !(options && options->no_share), error);
  pvs_intern_deinit(&p.units);
  pvs_intern_deinit(&p.sets);
  pvs_intern_deinit(&p.flows);
  pvs_arena_deinit(&scratch);

  if (!code)
    code = find_units(plan, error);
  if (!code)
    find_neighbours(plan);
  if (!code)
    code = find_light(plan, error);
  if (!code)
    code = place_results(plan, error);
  if (code) {
    pvs_plan_destroy(plan);
    return code;
  }
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
