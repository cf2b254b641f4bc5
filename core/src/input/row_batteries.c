/* Who has which battery in a scenario (MODEL.md section 7). */
#include "input/row_batteries.h"
#include "input/battery_table.h"
#include <string.h>

static pvs_code battery(const pvs_row *row, battery_columns columns, uint32_t *unit,
                        pvs_error *error) {
  const char *id = pvs_row_text(row, columns.id), *strategy = pvs_row_text(row, columns.strategy);
  *unit = PVS_NONE;
  if (!*id || !*strategy)
    return PVS_OK;
  double capacity;
  pvs_code code = pvs_row_number(row, columns.capacity, 1, &capacity, error);
  if (!code && !(capacity > 0) && strstr(id, "scale"))
    code = pvs_fail(error, PVS_BAD_VALUE, pvs_row_at(row, columns.capacity),
                    "found %g, expected the capacity of '%s' in kWh, more than 0", capacity, id);
  if (code)
    return code;
  return pvs_battery_unit_find(row->builder, id, strategy, capacity, pvs_row_at(row, columns.id),
                               pvs_row_at(row, columns.strategy), unit, error);
}

static pvs_code warn_odd_batteries(const pvs_row *row, bool central, bool households,
                                   pvs_error *error) {
  const char *id = row->arrangement->id;
  if (central && strncmp(id, "btm", 3) == 0)
    return pvs_builder_warn(row->builder, row->index, error,
                            "a central battery in %s: its cost is shared out", id);
  if ((central || households) && strcmp(id, "cp_only") == 0)
    return pvs_builder_warn(row->builder, row->index, error,
                            "a %s battery in cp_only, which has batteries on cp alone",
                            central ? "central" : "household");
  return PVS_OK;
}

pvs_code pvs_row_batteries(const pvs_row *row, pvs_scenario *scenario, pvs_error *error) {
  pvs_builder *builder = row->builder;
  const struct pvs_study_columns *c = builder->columns;
  uint32_t n = row->folder->n_residents, *ids = c->scratch_ids, all = PVS_NONE, any = PVS_NONE;
  bool households = false;
  pvs_code code = battery(row, c->central, &ids[n], error);
  if (!code)
    code = battery(row, c->all, &all, error);
  if (ids[n] != PVS_NONE)
    any = ids[n];
  for (uint32_t i = 0; i < n && !code; i++) {
    ids[i] = PVS_NONE;
    if (i != row->folder->cp && all != PVS_NONE)
      ids[i] = all;
    else
      code = battery(row, row->columns->battery[i], &ids[i], error);
    if (ids[i] == PVS_NONE)
      continue;
    any = ids[i];
    if (i != row->folder->cp)
      households = true;
  }
  if (code)
    return code;
  scenario->batteries = PVS_NONE;
  if (any == PVS_NONE)
    return PVS_OK;
  if (!row->arrangement->has_batteries)
    return pvs_builder_warn(builder, row->index, error, "a battery in %s, which has none: left out",
                            row->arrangement->id);
  code = warn_odd_batteries(row, ids[n] != PVS_NONE, households, error);
  if (code)
    return code;

  int is_new;
  scenario->batteries = pvs_intern_add(&builder->battery_keys, ids, (n + 1) * sizeof *ids, &is_new);
  if (scenario->batteries == PVS_INTERN_NONE)
    return pvs_fail_memory(error);
  if (!is_new)
    return PVS_OK;
  pvs_battery_set *set = PVS_LIST_ADD(builder->battery_sets);
  if (!set)
    return pvs_fail_memory(error);
  const uint32_t *kept = builder->battery_keys.keys[scenario->batteries];
  *set = (pvs_battery_set){.central = kept[n], .n_owners = n + 1, .units = kept};
  for (uint32_t i = 0; i < n; i++)
    set->n_individual += kept[i] != PVS_NONE;
  if (set->n_individual)
    set->individual = kept;
  return PVS_OK;
}
