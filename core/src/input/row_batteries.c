/* Who has which battery in a scenario (MODEL.md section 7). */
#include "input/row_batteries.h"
#include "input/battery_table.h"
#include <string.h>

/* A capacity that the study gives, at the table's price, which stays the same for any. */
static pvs_code warn_price(const pvs_row *row, const battery_columns *columns, uint32_t number,
                           pvs_error *error) {
  const pvs_battery_terms *terms = &row->builder->installed.items[number].terms;
  double per_kwh = terms->cost_dollars / terms->cap_kwh;
  if (!*pvs_row_text(row, columns->capacity) ||
      !pvs_battery_is_scaled(pvs_row_text(row, columns->id)) ||
      *pvs_row_text(row, row->builder->columns->battery_capex_per_kwh) || !(per_kwh > 0) ||
      (per_kwh >= PVS_BATTERY_DOLLARS_MIN && per_kwh <= PVS_BATTERY_DOLLARS_MAX))
    return PVS_OK;
  return pvs_row_warn(row, columns->capacity, error,
                      "found %.10g kWh for $%.10g (%.6g $/kWh; usual are 300 to 2000): the cost in "
                      "battery_lookup.csv is "
                      "for any capacity; for a price per kWh use battery_capex_per_kWh",
                      terms->cap_kwh, terms->cost_dollars, per_kwh);
}

/* By far too large, or of a size that only the table tells while other rows give one. */
static pvs_code warn_size(const pvs_row *row, const battery_columns *columns, uint32_t number,
                          pvs_error *error) {
  const struct pvs_study_columns *c = row->builder->columns;
  const char *id = pvs_row_text(row, columns->id);
  bool is_of_household = columns->id != c->central.id && strncmp(c->names[columns->id], "cp_", 3);
  double kwh = row->builder->installed.items[number].terms.cap_kwh;
  if (kwh > (is_of_household ? PVS_HOUSEHOLD_BATTERY_KWH_MAX : PVS_BUILDING_BATTERY_KWH_MAX) &&
      (is_of_household || pvs_battery_is_scaled(id)))
    return pvs_row_warn(row, columns->id, error,
                        "found '%.80s', a battery of %.10g kWh; usual are %s", id, kwh,
                        is_of_household ? "5 to 30 for a household" : "2 to 1000 for a building");
  if (columns->capacity >= 0 && c->has_value[columns->capacity] &&
      !*pvs_row_text(row, columns->capacity) && pvs_battery_is_scaled(id))
    return pvs_row_warn(row, columns->capacity, error,
                        "found an empty cell: '%.80s' has the %.10g kWh of the table", id, kwh);
  return PVS_OK;
}

static pvs_code warn_size_and_price(const pvs_row *row, const battery_columns *columns,
                                    uint32_t number, pvs_error *error) {
  pvs_code code = warn_size(row, columns, number, error);
  return code ? code : warn_price(row, columns, number, error);
}

static pvs_code warn_half(const pvs_row *row, const battery_columns *columns, pvs_error *error) {
  const char *id = pvs_row_text(row, columns->id), *strategy = pvs_row_text(row, columns->strategy),
             *capacity = pvs_row_text(row, columns->capacity);
  pvs_notes *notes = &row->builder->notes;
  if (*id)
    return pvs_warn(notes, error, pvs_row_at(row, columns->id),
                    "found '%.80s' without a battery_strategy beside it: there is no battery", id);
  if (*strategy)
    return pvs_warn(notes, error, pvs_row_at(row, columns->strategy),
                    "found '%.80s' without a battery_id beside it: there is no battery", strategy);
  if (*capacity)
    return pvs_warn(notes, error, pvs_row_at(row, columns->capacity),
                    "found %.80s kWh without a battery_id beside it: there is no battery",
                    capacity);
  return PVS_OK;
}

/* The installed battery of a row's three cells; PVS_NONE: no battery. */
static pvs_code battery(const pvs_row *row, const battery_columns *columns, uint32_t *number,
                        pvs_error *error) {
  const char *id = pvs_row_text(row, columns->id), *strategy = pvs_row_text(row, columns->strategy);
  *number = PVS_NONE;
  if (columns->id < 0 && columns->strategy < 0 && columns->capacity < 0)
    return PVS_OK; /* as for most residents */
  if (!*id || !*strategy)
    return warn_half(row, columns, error);
  double capacity;
  pvs_notes *notes = &row->builder->notes;
  pvs_code code = pvs_row_number(row, columns->capacity, 1, &capacity, error);
  if (!code && capacity < 0)
    code = pvs_fail(error, PVS_BAD_VALUE, pvs_row_at(row, columns->capacity),
                    "found %.10g, expected the capacity of '%s' in kWh, 0 or more", capacity, id);
  if (!code && *pvs_row_text(row, columns->capacity) && !pvs_battery_is_scaled(id))
    code =
        pvs_warn(notes, error, pvs_row_at(row, columns->capacity),
                 "found %.10g, which is not used: '%.80s' has the capacity of the table, since its "
                 "name has no 'scale'",
                 capacity, id);
  if (!code)
    code = pvs_installed_battery_find(row->builder, id, strategy, capacity,
                                      pvs_row_at(row, columns->id),
                                      pvs_row_at(row, columns->strategy), number, error);
  code = pvs_settle(notes, code, error);
  return code || *number == PVS_NONE || *number >= row->builder->installed.count
             ? code
             : warn_size_and_price(row, columns, *number, error);
}

/* Batteries where the arrangement has no use for them. `central` and `households`: there is one. */
static pvs_code warn_odd(const pvs_row *row, bool central, bool households, pvs_error *error) {
  const char *id = row->arrangement->id;
  const struct pvs_study_columns *c = row->builder->columns;
  int32_t column = central ? c->central.id : c->all.id;
  pvs_where where = column >= 0 ? pvs_row_at(row, column) : pvs_row_at(row, c->arrangement);
  if (central && strncmp(id, "btm", 3) == 0)
    return pvs_warn(&row->builder->notes, error, where,
                    "found a central battery in %s: it stores the building's surplus, and its cost "
                    "is shared out",
                    id);
  if ((central || households) && strcmp(id, "cp_only") == 0)
    return pvs_warn(&row->builder->notes, error, where,
                    "found a %s battery in cp_only, where only cp usually has one: it is simulated",
                    central ? "central" : "household");
  return PVS_OK;
}

/* Where the number of the set of this central battery alone is, PVS_NONE: it has none yet. */
static uint32_t *set_of_central(pvs_builder *builder, uint32_t central) {
  while (builder->central_sets.count <= central) {
    uint32_t *added = PVS_LIST_ADD(builder->central_sets);
    if (!added)
      return NULL;
    *added = PVS_NONE;
  }
  return &builder->central_sets.items[central];
}

/* The same for a set in which residents have batteries; *kept: they, for as long as the builder. */
static uint32_t *set_of_owners(pvs_builder *builder, const uint32_t *installed, uint32_t n_owners,
                               const uint32_t **kept) {
  int is_new;
  const uint32_t key =
      pvs_intern_add(&builder->battery_keys, installed, n_owners * sizeof *installed, &is_new);
  if (key == PVS_INTERN_NONE)
    return NULL;
  if (is_new) {
    uint32_t *added = PVS_LIST_ADD(builder->owner_sets);
    if (!added)
      return NULL;
    *added = PVS_NONE;
  }
  *kept = builder->battery_keys.keys[key];
  return &builder->owner_sets.items[key];
}

pvs_code pvs_battery_set_find(pvs_builder *builder, const uint32_t *installed, uint32_t n_residents,
                              uint32_t n_individual, uint32_t *set, pvs_error *error) {
  const uint32_t *kept = NULL;
  uint32_t *number = n_individual > 0 ? set_of_owners(builder, installed, n_residents + 1, &kept)
                                      : set_of_central(builder, installed[n_residents]);
  if (!number)
    return pvs_fail_memory(error);
  if (*number == PVS_NONE) {
    pvs_battery_set *made = PVS_LIST_ADD(builder->battery_sets);
    if (!made)
      return pvs_fail_memory(error);
    *made = (pvs_battery_set){.central = installed[n_residents],
                              .n_individual = n_individual,
                              .individual = kept,
                              .n_residents = kept ? n_residents : 0};
    *number = builder->battery_sets.count - 1;
  }
  *set = *number;
  return PVS_OK;
}

static pvs_code warn_overruled(const pvs_row *row, int32_t column, pvs_error *error) {
  if (!*pvs_row_text(row, column))
    return PVS_OK;
  return pvs_warn(&row->builder->notes, error, pvs_row_at(row, column),
                  "found '%.80s', which is not used: all_battery_id gives every household its "
                  "battery in this row",
                  pvs_row_text(row, column));
}

/* Batteries of residents; *n_individual of them have one. */
static pvs_code individual(const pvs_row *row, uint32_t all, uint32_t *ids, uint32_t *n_individual,
                           pvs_error *error) {
  const uint32_t n = row->folder->n_residents, cp = row->folder->cp;
  for (uint32_t i = 0; i < n; i++)
    ids[i] = all;
  if (cp < n)
    ids[cp] = PVS_NONE;
  *n_individual = all == PVS_NONE ? 0 : n - (cp < n);
  for (uint32_t k = 0; k < row->columns->n_with_battery; k++) {
    const uint32_t i = row->columns->with_battery[k];
    const battery_columns *columns = &row->columns->battery[i];
    const bool is_overruled = i != cp && all != PVS_NONE;
    pvs_code code = is_overruled ? warn_overruled(row, columns->id, error)
                                 : battery(row, columns, &ids[i], error);
    if (code)
      return code;
    *n_individual += !is_overruled && ids[i] != PVS_NONE;
  }
  return PVS_OK;
}

pvs_code pvs_row_batteries(const pvs_row *row, pvs_scenario *scenario, pvs_error *error) {
  const struct pvs_study_columns *c = row->builder->columns;
  const uint32_t n = row->folder->n_residents, cp = row->folder->cp;
  uint32_t *ids = c->scratch_ids, all = PVS_NONE, n_individual = 0;
  pvs_code code = battery(row, &c->central, &ids[n], error);
  if (!code)
    code = battery(row, &c->all, &all, error);
  const bool central = ids[n] != PVS_NONE;
  scenario->empty_central = !central && *pvs_row_text(row, c->central.id) &&
                            *pvs_row_text(row, c->central.strategy) &&
                            row->arrangement->has_batteries;
  if (!code)
    code = individual(row, all, ids, &n_individual, error);
  scenario->batteries = PVS_NONE;
  if (code || (!central && n_individual == 0))
    return code;
  if (!row->arrangement->has_batteries)
    return pvs_warn(&row->builder->notes, error, pvs_row_at(row, c->arrangement),
                    "found '%s', which has no batteries: those of this row are left out",
                    row->arrangement->id);
  code = warn_odd(row, central, n_individual > (cp < n && ids[cp] != PVS_NONE), error);
  return code ? code
              : pvs_battery_set_find(row->builder, ids, n, n_individual, &scenario->batteries,
                                     error);
}
