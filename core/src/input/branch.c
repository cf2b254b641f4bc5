#include "input/branch.h"
#include "input/row_batteries.h"
#include "input/study_columns.h"
#include <stdlib.h>
#include <string.h>

/* What the first pass collects, and the second only reads. */
static bool start_names(pvs_builder *b) {
  struct pvs_study_columns *c = b->columns;
  pvs_intern_init(&b->folder_names, b->arena);
  pvs_intern_init(&b->pv_names, b->arena);
  memset(&b->folder_rows, 0, sizeof b->folder_rows);
  memset(&b->pv_rows, 0, sizeof b->pv_rows);
  b->tariff_used = pvs_arena_alloc(b->arena, b->tariff_table.n_rows, sizeof *b->tariff_used);
  c->has_value = pvs_arena_alloc(b->arena, c->n, sizeof *c->has_value);
  c->has_other = pvs_arena_alloc(b->arena, c->n, sizeof *c->has_other);
  return b->tariff_used && c->has_value && c->has_other;
}

pvs_code pvs_branch_begin(pvs_branch *branch, const pvs_builder *trunk, bool has_names,
                          pvs_error *error) {
  pvs_builder *b = &branch->builder;
  const pvs_study *study = trunk->study;
  *b = *trunk;
  pvs_arena *arena = b->arena = &branch->arena;
  pvs_arena_init(arena);
  pvs_notes_init(&b->notes, arena, trunk->notes.collects_errors);
  b->notes.ordered_file = trunk->study_path;
  pvs_builder_start_lists(b);
  b->en_seen = b->pv_seen = NULL;
  struct pvs_study_columns *c = pvs_arena_small(arena, sizeof *c);
  b->columns = c;
  b->owner_maps =
      pvs_arena_alloc(arena, (size_t)study->n_folders * study->n_pvs, sizeof *b->owner_maps);
  if (!c || !b->owner_maps)
    return pvs_fail_memory(error);
  *c = *trunk->columns;
  branch->has_names = has_names;
  return !has_names || start_names(b) ? PVS_OK : pvs_fail_memory(error);
}

void pvs_branch_end(pvs_branch *branch) {
  pvs_builder *b = &branch->builder;
  if (!b->arena)
    return;
  b->scenarios.items = NULL; /* the study's */
  pvs_builder_free_lists(b);
  if (branch->has_names) {
    pvs_intern_deinit(&b->folder_names);
    pvs_intern_deinit(&b->pv_names);
    free(b->folder_rows.items);
    free(b->pv_rows.items);
  }
  pvs_notes_deinit(&b->notes);
  pvs_arena_deinit(&branch->arena);
}

/* ---- the first pass ---- */

/* Adds names that are new, and to the list `rows` the rows that have them first. */
#define ADD_NAMES(to, from, names, rows)                                                           \
  for (uint32_t i = 0; i < (from)->names.count; i++) {                                             \
    int is_new;                                                                                    \
    if (pvs_intern_add(&(to)->names, (from)->names.keys[i], (from)->names.lengths[i], &is_new) ==  \
        PVS_INTERN_NONE)                                                                           \
      return false;                                                                                \
    if (is_new && !PVS_LIST_ADD((to)->rows))                                                       \
      return false;                                                                                \
    if (is_new)                                                                                    \
      (to)->rows.items[(to)->rows.count - 1] = (from)->rows.items[i];                              \
  }

static bool add_names(pvs_builder *to, const pvs_builder *from) {
  ADD_NAMES(to, from, folder_names, folder_rows)
  ADD_NAMES(to, from, pv_names, pv_rows)
  return true;
}

static void add_flags(bool *to, const bool *from, uint32_t n) {
  for (uint32_t i = 0; i < n; i++)
    to[i] = to[i] || from[i];
}

pvs_code pvs_branch_join_names(pvs_builder *trunk, pvs_branch *branch, pvs_error *error) {
  const pvs_builder *b = &branch->builder;
  add_flags(trunk->tariff_used, b->tariff_used, trunk->tariff_table.n_rows);
  add_flags(trunk->columns->has_value, b->columns->has_value, trunk->columns->n);
  add_flags(trunk->columns->has_other, b->columns->has_other, trunk->columns->n);
  return add_names(trunk, b) ? pvs_notes_join(&trunk->notes, &b->notes, error)
                             : pvs_fail_memory(error);
}

/* ---- the second pass ---- */

/* Numbers of a branch's things in the study. */
typedef struct joint {
  pvs_builder *trunk;
  const pvs_builder *branch;
  uint32_t *strategies, *installed, *sets, *payers, *costings;
} joint;

/* Puts what intern `ids` of the branch numbers into the study, with the things in `list`; the number
 * of each is its place there. */
#define JOIN_LIST(j, ids, list, map, change)                                                       \
  for (uint32_t i = 0; i < (j)->branch->ids.count; i++) {                                          \
    int is_new;                                                                                    \
    (map)[i] = pvs_intern_adopt(&(j)->trunk->ids, (j)->branch->ids.keys[i],                        \
                                (j)->branch->ids.lengths[i], &is_new);                             \
    if ((map)[i] == PVS_INTERN_NONE)                                                               \
      return false;                                                                                \
    if (!is_new)                                                                                   \
      continue;                                                                                    \
    if (!PVS_LIST_ADD((j)->trunk->list))                                                           \
      return false;                                                                                \
    (j)->trunk->list.items[(map)[i]] = (j)->branch->list.items[i];                                 \
    change;                                                                                        \
  }

static bool join_installed(joint *j) {
  JOIN_LIST(j, strategy_ids, strategies, j->strategies, (void)0)
  JOIN_LIST(j, installed_keys, installed, j->installed, {
    pvs_installed_battery *battery = &j->trunk->installed.items[j->installed[i]];
    battery->strategy = j->strategies[battery->strategy];
  })
  return true;
}

static bool join_sets(joint *j) {
  for (uint32_t i = 0; i < j->branch->battery_sets.count; i++) {
    pvs_battery_set *set = &j->branch->battery_sets.items[i];
    uint32_t *installed = set->individual
                              ? (uint32_t *)(uintptr_t)set->individual /* its own copy */
                              : &set->central;
    for (uint32_t owner = 0; owner <= set->n_residents; owner++)
      if (installed[owner] != PVS_NONE)
        installed[owner] = j->installed[installed[owner]];
    if (pvs_battery_set_find(j->trunk, installed, set->n_residents, set->n_individual, &j->sets[i],
                             NULL))
      return false;
  }
  return true;
}

static bool join_others(joint *j) {
  for (uint32_t i = 0; i < j->branch->payer_keys.count; i++)
    if ((j->payers[i] = pvs_intern_adopt(&j->trunk->payer_keys, j->branch->payer_keys.keys[i],
                                         j->branch->payer_keys.lengths[i], NULL)) ==
        PVS_INTERN_NONE)
      return false;
  JOIN_LIST(j, costing_keys, costings, j->costings, (void)0)
  return true;
}

static uint32_t *make_map(pvs_arena *arena, uint32_t count) {
  return pvs_arena_small(arena, (size_t)count * sizeof(uint32_t) + 1);
}

static bool join(joint *j, pvs_arena *arena) {
  const pvs_builder *b = j->branch;
  j->strategies = make_map(arena, b->strategy_ids.count);
  j->installed = make_map(arena, b->installed_keys.count);
  j->sets = make_map(arena, b->battery_sets.count);
  j->payers = make_map(arena, b->payer_keys.count);
  j->costings = make_map(arena, b->costing_keys.count);
  return j->strategies && j->installed && j->sets && j->payers && j->costings &&
         join_installed(j) && join_sets(j) && join_others(j);
}

static void renumber(const joint *j) {
  for (uint32_t i = 0; i < j->branch->scenarios.count; i++) {
    pvs_scenario *s = &j->branch->scenarios.items[i];
    s->payers = j->payers[s->payers];
    s->costing = j->costings[s->costing];
    if (s->batteries != PVS_NONE)
      s->batteries = j->sets[s->batteries];
  }
}

/* Texts and arrays of what was joined lie in the branch's arena. */
static void keep_owner_maps(pvs_builder *trunk, const pvs_builder *b) {
  const size_t n = (size_t)trunk->study->n_folders * trunk->study->n_pvs;
  for (size_t i = 0; i < n; i++)
    if (!trunk->owner_maps[i].column_of)
      trunk->owner_maps[i] = b->owner_maps[i];
}

pvs_code pvs_branch_join_rows(pvs_builder *trunk, pvs_branch *branch, pvs_error *error) {
  joint j = {.trunk = trunk, .branch = &branch->builder};
  pvs_arena maps;
  pvs_arena_init(&maps);
  pvs_code code = join(&j, &maps) ? PVS_OK : pvs_fail_memory(error);
  if (!code) {
    renumber(&j);
    keep_owner_maps(trunk, &branch->builder);
    code = pvs_notes_join(&trunk->notes, &branch->builder.notes, error);
  }
  pvs_arena_deinit(&maps);
  pvs_arena_take(trunk->arena, &branch->arena);
  return code;
}
