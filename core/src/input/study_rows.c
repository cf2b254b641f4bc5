/* Second pass over study_<study>.csv, when the customers are known: row by row into scenarios.
 * Nothing of a row is kept but small numbers into interned sets. */
#include "base/number.h"
#include "input/study_columns.h"
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { MOST_YEARS = 1000 }; /* of repayment: each month is a term of the present value */

typedef struct pass {
  struct pvs_study *study;
  const uint32_t *tariff_of_row;
  bool past_header;
} pass;

static pvs_code folder_columns_find(struct pvs_study *study, uint32_t folder, pvs_error *error) {
  struct pvs_study_columns *c = study->columns;
  folder_columns *columns = &c->folders[folder];
  const pvs_folder *f = &study->folders[folder];
  if (columns->ready)
    return PVS_OK;
  columns->tariff = pvs_arena_alloc(&study->arena, f->n_residents, sizeof *columns->tariff);
  columns->battery = pvs_arena_alloc(&study->arena, f->n_residents, sizeof *columns->battery);
  if (!columns->tariff || !columns->battery)
    return pvs_fail_memory(error);
  for (uint32_t i = 0; i < f->n_residents; i++) {
    pvs_code code = PVS_OK;
    if (i == f->cp)
      columns->tariff[i] = c->cp;
    else if (c->all_residents >= 0)
      columns->tariff[i] = c->all_residents;
    else
      code = pvs_study_column(study, f->residents[i], &columns->tariff[i], error);
    if (!code && columns->tariff[i] < 0)
      return pvs_fail(error, PVS_MISSING_COLUMN,
                      (pvs_where){.file = study->study_path, .row = 1, .column = f->residents[i]},
                      "found neither 'all_residents' nor '%s', expected the tariff of each "
                      "customer of load folder '%s'",
                      f->residents[i], f->name);
    if (!code)
      code = pvs_battery_columns_find(study, f->residents[i], &columns->battery[i], error);
    if (code)
      return code;
  }
  columns->ready = true;
  return PVS_OK;
}

/* A row under construction. */
typedef struct build {
  struct pvs_study *study;
  const pvs_field *fields;
  const uint32_t *tariff_of_row;
  long row;
  uint32_t index;
  const pvs_folder *folder;
  const folder_columns *columns;
  const pvs_arrangement *arrangement;
} build;

static pvs_code number(const build *b, int32_t column, double absent, double *value,
                       pvs_error *error) {
  const char *text = pvs_study_cell(b->fields, column);
  *value = absent;
  if (!*text || pvs_parse_double(text, strlen(text), value))
    return PVS_OK;
  return pvs_fail(error, PVS_BAD_VALUE, pvs_study_at(b->study, b->row, column),
                  "found '%s', expected a number", text);
}

static pvs_code boolean(const build *b, int32_t column, bool absent, bool *value,
                        pvs_error *error) {
  static const char *const yes[] = {"true", "1", "yes"}, *const no[] = {"false", "0", "no"};
  const char *text = pvs_study_cell(b->fields, column);
  *value = absent;
  if (!*text)
    return PVS_OK;
  for (int i = 0; i < 3; i++) {
    if (strcasecmp(text, yes[i]) == 0)
      return *value = true, PVS_OK;
    if (strcasecmp(text, no[i]) == 0)
      return *value = false, PVS_OK;
  }
  return pvs_fail(error, PVS_BAD_VALUE, pvs_study_at(b->study, b->row, column),
                  "found '%s', expected TRUE or FALSE", text);
}

static pvs_code tariff(const build *b, int32_t column, uint32_t *id, pvs_error *error) {
  const char *text = pvs_study_cell(b->fields, column);
  uint32_t row = *text ? pvs_tariff_row(b->study, text) : PVS_NONE;
  if (row == PVS_NONE)
    return pvs_fail(error, PVS_UNKNOWN_ID, pvs_study_at(b->study, b->row, column),
                    PVS_FOUND ", expected a tariff_id of %s", PVS_FOUND_ARGS(text),
                    b->study->tariff_table.file);
  *id = b->tariff_of_row[row];
  return PVS_OK;
}

static pvs_code build_payers(const build *b, pvs_scenario *scenario, pvs_error *error) {
  uint32_t n = b->folder->n_residents, *ids = b->study->columns->scratch_ids;
  const struct pvs_study_columns *c = b->study->columns;
  for (uint32_t i = 0; i < n; i++) {
    /* Nearly always the column of the resident before: no second look-up. */
    if (i > 0 && b->columns->tariff[i] == b->columns->tariff[i - 1]) {
      ids[i] = ids[i - 1];
      continue;
    }
    pvs_code code = tariff(b, b->columns->tariff[i], &ids[i], error);
    if (code)
      return code;
  }
  pvs_code code = tariff(b, c->parent, &ids[n], error);
  if (!code)
    code = tariff(b, c->network_tariff, &ids[n + 1], error);
  if (code)
    return code;
  scenario->payers = pvs_intern_add(&b->study->payer_keys, ids, (n + 2) * sizeof *ids, NULL);
  return scenario->payers == PVS_INTERN_NONE ? pvs_fail_memory(error) : PVS_OK;
}

static pvs_code battery(const build *b, battery_columns columns, uint32_t *unit, pvs_error *error) {
  const char *id = pvs_study_cell(b->fields, columns.id),
             *strategy = pvs_study_cell(b->fields, columns.strategy);
  *unit = PVS_NONE;
  if (!*id || !*strategy)
    return PVS_OK;
  double capacity;
  pvs_code code = number(b, columns.capacity, 1, &capacity, error);
  if (!code && !(capacity > 0) && strstr(id, "scale"))
    code = pvs_fail(error, PVS_BAD_VALUE, pvs_study_at(b->study, b->row, columns.capacity),
                    "found %g, expected the capacity of '%s' in kWh, more than 0", capacity, id);
  if (code)
    return code;
  return pvs_battery_unit_find(b->study, id, strategy, capacity,
                               pvs_study_at(b->study, b->row, columns.id),
                               pvs_study_at(b->study, b->row, columns.strategy), unit, error);
}

static pvs_code warn_odd_batteries(const build *b, bool central, bool households,
                                   pvs_error *error) {
  const char *id = b->arrangement->id;
  if (central && strncmp(id, "btm", 3) == 0)
    return pvs_study_warn(b->study, b->index, error,
                          "a central battery in %s: its cost is shared out", id);
  if ((central || households) && strcmp(id, "cp_only") == 0)
    return pvs_study_warn(b->study, b->index, error,
                          "a %s battery in cp_only, which has batteries on cp alone",
                          central ? "central" : "household");
  return PVS_OK;
}

static pvs_code build_batteries(const build *b, pvs_scenario *scenario, pvs_error *error) {
  struct pvs_study *study = b->study;
  const struct pvs_study_columns *c = study->columns;
  uint32_t n = b->folder->n_residents, *ids = c->scratch_ids, all = PVS_NONE, any = PVS_NONE;
  bool households = false;
  pvs_code code = battery(b, c->central, &ids[n], error);
  if (!code)
    code = battery(b, c->all, &all, error);
  if (ids[n] != PVS_NONE)
    any = ids[n];
  for (uint32_t i = 0; i < n && !code; i++) {
    ids[i] = PVS_NONE;
    if (i != b->folder->cp && all != PVS_NONE)
      ids[i] = all;
    else
      code = battery(b, b->columns->battery[i], &ids[i], error);
    if (ids[i] == PVS_NONE)
      continue;
    any = ids[i];
    if (i != b->folder->cp)
      households = true;
  }
  if (code)
    return code;
  scenario->batteries = PVS_NONE;
  if (any == PVS_NONE)
    return PVS_OK;
  if (!b->arrangement->has_batteries)
    return pvs_study_warn(study, b->index, error, "a battery in %s, which has none: left out",
                          b->arrangement->id);
  code = warn_odd_batteries(b, ids[n] != PVS_NONE, households, error);
  if (code)
    return code;

  int is_new;
  scenario->batteries = pvs_intern_add(&study->battery_keys, ids, (n + 1) * sizeof *ids, &is_new);
  if (scenario->batteries == PVS_INTERN_NONE)
    return pvs_fail_memory(error);
  if (!is_new)
    return PVS_OK;
  pvs_battery_set *set = PVS_LIST_ADD(study->battery_sets);
  if (!set)
    return pvs_fail_memory(error);
  const uint32_t *kept = study->battery_keys.keys[scenario->batteries];
  *set = (pvs_battery_set){.central = kept[n]};
  for (uint32_t i = 0; i < n; i++)
    set->n_individual += kept[i] != PVS_NONE;
  if (set->n_individual)
    set->individual = kept;
  return PVS_OK;
}

static uint32_t owner_index(const pvs_folder *folder, const char *owner) {
  if (strcmp(owner, "central") == 0)
    return folder->n_residents;
  for (uint32_t i = 0; i < folder->n_residents; i++)
    if (strcmp(folder->residents[i], owner) == 0)
      return i;
  return PVS_NONE;
}

static pvs_code owner_map(struct pvs_study *study, uint32_t folder, uint32_t pv,
                          pvs_owner_map **out, pvs_error *error) {
  pvs_owner_map *map = *out = &study->owner_maps[(size_t)folder * study->n_pvs + pv];
  if (map->column_of)
    return PVS_OK;
  const pvs_folder *f = &study->folders[folder];
  const pvs_profile *profile = &study->pvs[pv].profile;
  map->column_of = pvs_arena_alloc(&study->arena, f->n_residents + 1, sizeof *map->column_of);
  if (!map->column_of)
    return pvs_fail_memory(error);
  for (uint32_t i = 0; i <= f->n_residents; i++)
    map->column_of[i] = -1;
  map->stranger = -1;
  for (uint32_t column = 0; column < profile->n_series; column++) {
    uint32_t owner = owner_index(f, profile->names[column]);
    if (owner == PVS_NONE)
      map->stranger = map->stranger < 0 ? (int32_t)column : map->stranger;
    else
      map->column_of[owner] = (int32_t)column;
  }
  return PVS_OK;
}

static pvs_code build_pv(const build *b, pvs_scenario *scenario, pvs_error *error) {
  struct pvs_study *study = b->study;
  const struct pvs_study_columns *c = study->columns;
  const char *text = pvs_study_cell(b->fields, c->pv_filename);
  scenario->pv = PVS_NONE;
  scenario->pv_scale = 1;
  if (!*text || !b->arrangement->has_pv)
    return PVS_OK;
  char name[1024];
  snprintf(name, sizeof name, "%s", text);
  scenario->pv = pvs_intern_find(&study->pv_names, name, strlen(name));
  if (scenario->pv == PVS_INTERN_NONE) {
    snprintf(name, sizeof name, "%s.csv", text);
    scenario->pv = pvs_intern_find(&study->pv_names, name, strlen(name));
  }
  bool scaleable;
  double peak;
  pvs_code code = boolean(b, c->pv_scaleable, false, &scaleable, error);
  if (!code)
    code = number(b, c->pv_kw_peak, NAN, &peak, error);
  if (code)
    return code;
  if (scaleable && !(peak >= 0))
    return pvs_fail(
        error, PVS_BAD_VALUE,
        pvs_study_at(study, b->row, c->pv_kw_peak >= 0 ? c->pv_kw_peak : c->pv_scaleable),
        PVS_FOUND ", expected the kWp of a scaleable profile in pv_kW_peak, 0 or more",
        PVS_FOUND_ARGS(pvs_study_cell(b->fields, c->pv_kw_peak)));
  if (scaleable)
    scenario->pv_scale = peak;
  const pvs_profile *profile = &study->pvs[scenario->pv].profile;
  if (!b->arrangement->by_name || profile->n_series == 1)
    return PVS_OK;
  pvs_owner_map *map;
  code = owner_map(study, scenario->folder, scenario->pv, &map, error);
  if (code)
    return code;
  int32_t wrong = map->stranger;
  if (wrong < 0 && !b->arrangement->central_is_owner)
    wrong = map->column_of[b->folder->n_residents];
  if (wrong >= 0)
    return pvs_fail(error, PVS_UNKNOWN_ID, pvs_study_at(study, b->row, c->pv_filename),
                    "found PV column '%s' in %s, expected names of customers of load folder '%s'%s",
                    profile->names[wrong], profile->path, b->folder->name,
                    b->arrangement->central_is_owner ? " or central" : "");
  return PVS_OK;
}

static pvs_code build_costing(const build *b, pvs_scenario *scenario, pvs_error *error) {
  struct pvs_study *study = b->study;
  const struct pvs_study_columns *c = study->columns;
  pvs_costing_request request = {
      .en_capex_id = pvs_study_cell(b->fields, c->en_capex_id),
      .pv_cap_id = pvs_study_cell(b->fields, c->pv_cap_id),
      .en_cell = pvs_study_at(study, b->row, c->en_capex_id),
      .pv_cell = pvs_study_at(study, b->row, c->pv_cap_id),
      .n_residents = b->folder->n_residents,
      .scenario = b->index,
      .en_units = b->folder->n_residents - (b->arrangement->en_units_include_cp ? 0 : 1),
      .has_en_capex = b->arrangement->has_en_capex,
      .has_pv = scenario->pv != PVS_NONE,
      .capex_scale = 1,
      .systems = c->scratch_systems,
  };
  bool scaleable, capex_scaleable;
  double peak;
  pvs_code code = number(b, c->a_term, NAN, &request.a_term_years, error);
  if (!code && !(request.a_term_years > 0 && request.a_term_years <= MOST_YEARS))
    return pvs_fail(error, PVS_BAD_VALUE, pvs_study_at(study, b->row, c->a_term),
                    PVS_FOUND ", expected years of repayment, more than 0 and at most %d",
                    PVS_FOUND_ARGS(pvs_study_cell(b->fields, c->a_term)), MOST_YEARS);
  if (!code)
    code = number(b, c->a_rate, NAN, &request.a_rate, error);
  if (!code && !(request.a_rate >= 0))
    return pvs_fail(error, PVS_BAD_VALUE, pvs_study_at(study, b->row, c->a_rate),
                    PVS_FOUND ", expected a yearly interest rate as a fraction, 0 or more",
                    PVS_FOUND_ARGS(pvs_study_cell(b->fields, c->a_rate)));
  if (!code)
    code = number(b, c->battery_capex_per_kwh, 0, &request.battery_capex_per_kwh, error);
  if (!code && request.battery_capex_per_kwh < 0)
    return pvs_fail(error, PVS_BAD_VALUE, pvs_study_at(study, b->row, c->battery_capex_per_kwh),
                    "found %g, expected $/kWh, 0 or more", request.battery_capex_per_kwh);
  if (!code)
    code = boolean(b, c->pv_scaleable, false, &scaleable, error);
  if (!code)
    code = boolean(b, c->pv_capex_scaleable, scaleable, &capex_scaleable, error);
  if (!code)
    code = number(b, c->pv_kw_peak, NAN, &peak, error);
  if (code)
    return code;
  if (request.has_pv && capex_scaleable) {
    if (!(peak >= 0))
      return pvs_fail(
          error, PVS_BAD_VALUE,
          pvs_study_at(study, b->row, c->pv_kw_peak >= 0 ? c->pv_kw_peak : c->pv_capex_scaleable),
          PVS_FOUND ", expected the kWp of a scaleable capex in pv_kW_peak, 0 or more",
          PVS_FOUND_ARGS(pvs_study_cell(b->fields, c->pv_kw_peak)));
    request.capex_scale = peak;
  }
  for (uint32_t i = 0; i < c->n_kwp && request.has_pv; i++) {
    double kwp;
    code = number(b, c->kwp[i], NAN, &kwp, error);
    if (code)
      return code;
    if (isnan(kwp))
      continue;
    if (kwp < 0)
      return pvs_fail(error, PVS_BAD_VALUE, pvs_study_at(study, b->row, c->kwp[i]),
                      "found %g, expected kWp, 0 or more", kwp);
    c->scratch_systems[request.n_systems++] =
        (pvs_system){.owner = owner_index(b->folder, c->kwp_owners[i]), .kwp = kwp};
  }
  return pvs_costing_find(study, &request, &scenario->costing, error);
}

static pvs_code build_record(void *ctx, long row, const pvs_field *fields, uint32_t n,
                             pvs_error *error) {
  pass *p = ctx;
  struct pvs_study *study = p->study;
  const struct pvs_study_columns *c = study->columns;
  (void)n;
  bool is_header = !p->past_header;
  p->past_header = true;
  if (is_header || !fields[c->scenario].length)
    return PVS_OK;
  const char *folder_name = fields[c->load_folder].text,
             *logs = pvs_study_cell(fields, c->output_types);
  pvs_scenario scenario = {
      .folder = pvs_intern_find(&study->folder_names, folder_name, strlen(folder_name))};
  double id = 0;
  pvs_parse_double(fields[c->scenario].text, fields[c->scenario].length, &id);
  scenario.id = (long)id;
  while (strcmp(pvs_arrangements()[scenario.arrangement]->id, fields[c->arrangement].text) != 0)
    scenario.arrangement++;
  if (strstr(logs, "log_timeseries_detailed"))
    scenario.logs |= PVS_LOG_DETAILED;
  if (strstr(logs, "log_timeseries_brief"))
    scenario.logs |= PVS_LOG_BRIEF;
  pvs_code code = folder_columns_find(study, scenario.folder, error);
  build b = {
      .study = study,
      .fields = fields,
      .tariff_of_row = p->tariff_of_row,
      .row = row,
      .index = study->scenarios.count,
      .folder = &study->folders[scenario.folder],
      .columns = &c->folders[scenario.folder],
      .arrangement = pvs_arrangements()[scenario.arrangement],
  };
  if (!code)
    code = build_payers(&b, &scenario, error);
  if (!code)
    code = build_batteries(&b, &scenario, error);
  if (!code)
    code = build_pv(&b, &scenario, error);
  if (!code)
    code = build_costing(&b, &scenario, error);
  if (code)
    return code;
  pvs_scenario *slot = PVS_LIST_ADD(study->scenarios);
  if (!slot)
    return pvs_fail_memory(error);
  *slot = scenario;
  return PVS_OK;
}

pvs_code pvs_study_rows_build(struct pvs_study *study, const uint32_t *tariff_of_row,
                              pvs_error *error) {
  struct pvs_study_columns *c = study->columns;
  c->folders = pvs_arena_alloc(&study->arena, study->n_folders, sizeof *c->folders);
  c->scratch_ids = pvs_arena_alloc(&study->arena, study->max_residents + 2, sizeof *c->scratch_ids);
  c->scratch_systems = pvs_arena_alloc(&study->arena, c->n_kwp + 1, sizeof *c->scratch_systems);
  if (!c->folders || !c->scratch_ids || !c->scratch_systems)
    return pvs_fail_memory(error);
  pass p = {.study = study, .tariff_of_row = tariff_of_row};
  return pvs_csv_read(study->study_path, study->study_bytes.data, study->study_bytes.size,
                      build_record, &p, error);
}
