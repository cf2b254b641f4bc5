/* study_<study>.csv, read twice: first for what the whole study needs (folders, PV files, tariffs, region, duplicate numbers), then, when the
 * customers are known, row by row into scenarios. Nothing of a row is kept but small numbers into interned sets. */
#include "base/number.h"
#include "input/study.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* X(member, header, required) */
#define FIXED_COLUMNS(X)                                                                                               \
  X(scenario, "scenario", true)                                                                                        \
  X(load_folder, "load_folder", true)                                                                                  \
  X(arrangement, "arrangement", true)                                                                                  \
  X(cp, "cp", true)                                                                                                    \
  X(parent, "parent", true)                                                                                            \
  X(network_tariff, "network_tariff", true)                                                                            \
  X(a_term, "a_term", true)                                                                                            \
  X(a_rate, "a_rate", true)                                                                                            \
  X(all_residents, "all_residents", false)                                                                             \
  X(pv_filename, "pv_filename", false)                                                                                 \
  X(pv_scaleable, "pv_scaleable", false)                                                                               \
  X(pv_kw_peak, "pv_kW_peak", false)                                                                                   \
  X(pv_cap_id, "pv_cap_id", false)                                                                                     \
  X(pv_capex_scaleable, "pv_capex_scaleable", false)                                                                   \
  X(en_capex_id, "en_capex_id", false)                                                                                 \
  X(battery_capex_per_kwh, "battery_capex_per_kWh", false)                                                             \
  X(output_types, "output_types", false)                                                                               \
  X(dst, "dst", false)

/* `<owner>_battery_id`, `_strategy`, `_capacity_kWh`; -1: none. */
typedef struct battery_columns {
  int32_t id, strategy, capacity;
} battery_columns;

typedef struct folder_columns {
  bool ready;
  int32_t *tariff; /* by resident */
  battery_columns *battery;
} folder_columns;

struct pvs_study_columns {
#define MEMBER(member, header, required) int32_t member;
  FIXED_COLUMNS(MEMBER)
#undef MEMBER
  uint32_t n;
  const char **names;
  battery_columns central, all;
  folder_columns *folders;
  uint32_t n_kwp;
  int32_t *kwp;             /* columns `<owner>_kWp` */
  const char **kwp_owners;
  uint32_t *scratch_ids;    /* max_residents + 2 */
  pvs_system *scratch_systems;
};

typedef struct pass {
  struct pvs_study *study;
  const uint32_t *tariff_of_row;
  const char **region;
  pvs_intern ids;
  bool past_header;
  char **previous; /* last text by column that was looked up as a tariff id */
} pass;

static pvs_where at(const struct pvs_study *study, long row, int32_t column) {
  return (pvs_where){.file = study->study_path,
                     .row = row,
                     .column = column >= 0 ? study->columns->names[column] : NULL,
                     .column_number = column + 1};
}

static const char *cell(const pvs_field *fields, int32_t column) { return column < 0 ? "" : fields[column].text; }

static pvs_code unique_column(struct pvs_study *study, const char *name, int32_t *column, pvs_error *error) {
  const struct pvs_study_columns *c = study->columns;
  *column = -1;
  for (uint32_t i = 0; i < c->n; i++) {
    if (strcmp(c->names[i], name) != 0) continue;
    if (*column >= 0)
      return pvs_fail(error, PVS_DUPLICATE, at(study, 1, (int32_t)i), "found the header '%s' a second time, expected it once", name);
    *column = (int32_t)i;
  }
  return PVS_OK;
}

static pvs_code battery_columns_find(struct pvs_study *study, const char *owner, battery_columns *columns, pvs_error *error) {
  char name[320];
  snprintf(name, sizeof name, "%s_battery_id", owner);
  pvs_code code = unique_column(study, name, &columns->id, error);
  snprintf(name, sizeof name, "%s_battery_strategy", owner);
  if (!code) code = unique_column(study, name, &columns->strategy, error);
  snprintf(name, sizeof name, "%s_battery_capacity_kWh", owner);
  if (!code) code = unique_column(study, name, &columns->capacity, error);
  return code;
}

static pvs_code find_kwp_columns(struct pvs_study *study, pvs_error *error) {
  struct pvs_study_columns *c = study->columns;
  c->kwp = pvs_arena_alloc(&study->arena, c->n, sizeof *c->kwp);
  c->kwp_owners = pvs_arena_alloc(&study->arena, c->n, sizeof *c->kwp_owners);
  if (!c->kwp || !c->kwp_owners) return pvs_fail_memory(error);
  for (uint32_t i = 0; i < c->n; i++) {
    size_t length = strlen(c->names[i]);
    if (length <= 4 || strcasecmp(c->names[i] + length - 4, "_kwp") != 0) continue;
    c->kwp[c->n_kwp] = (int32_t)i;
    c->kwp_owners[c->n_kwp] = pvs_arena_string(&study->arena, c->names[i], length - 4);
    if (!c->kwp_owners[c->n_kwp++]) return pvs_fail_memory(error);
  }
  return PVS_OK;
}

static pvs_code read_header(struct pvs_study *study, const pvs_field *fields, uint32_t n, pvs_error *error) {
  struct pvs_study_columns *c = pvs_arena_alloc(&study->arena, 1, sizeof *c);
  if (!c) return pvs_fail_memory(error);
  study->columns = c;
  c->n = n;
  c->names = pvs_arena_alloc(&study->arena, n, sizeof *c->names);
  if (!c->names) return pvs_fail_memory(error);
  for (uint32_t i = 0; i < n; i++)
    if (!(c->names[i] = pvs_arena_string(&study->arena, fields[i].text, fields[i].length))) return pvs_fail_memory(error);
  pvs_code code;
#define FIND(member, header, required)                                                                                 \
  code = unique_column(study, header, &c->member, error);                                                              \
  if (code) return code;                                                                                               \
  if ((required) && c->member < 0)                                                                                     \
    return pvs_fail(error, PVS_MISSING_COLUMN, (pvs_where){.file = study->study_path, .row = 1, .column = header},     \
                    "the header has no column '%s'", header);
  FIXED_COLUMNS(FIND)
#undef FIND
  code = battery_columns_find(study, "central", &c->central, error);
  if (!code) code = battery_columns_find(study, "all", &c->all, error);
  return code ? code : find_kwp_columns(study, error);
}

/* ---- first pass ---------------------------------------------------------------------------------------------- */

static pvs_code scan_number(struct pvs_study *study, pass *p, long row, const pvs_field *fields, pvs_error *error) {
  int32_t column = study->columns->scenario;
  double value;
  if (!pvs_parse_double(fields[column].text, fields[column].length, &value) || value != trunc(value) || fabs(value) > 1e15)
    return pvs_fail(error, PVS_BAD_VALUE, at(study, row, column), "found '%s', expected a whole number", fields[column].text);
  int64_t id = (int64_t)value;
  int is_new;
  if (pvs_intern_add(&p->ids, &id, sizeof id, &is_new) == PVS_INTERN_NONE) return pvs_fail_memory(error);
  if (!is_new)
    return pvs_fail(error, PVS_DUPLICATE, at(study, row, column), "found scenario %lld a second time, expected each number once",
                    (long long)id);
  return PVS_OK;
}

static pvs_code scan_names(struct pvs_study *study, long row, const pvs_field *fields, pvs_error *error) {
  const struct pvs_study_columns *c = study->columns;
  const char *folder = cell(fields, c->load_folder), *arrangement = cell(fields, c->arrangement), *pv = cell(fields, c->pv_filename);
  if (!*folder)
    return pvs_fail(error, PVS_BAD_VALUE, at(study, row, c->load_folder), "found an empty cell, expected a folder of load_profiles");
  if (pvs_intern_add(&study->folder_names, folder, strlen(folder), NULL) == PVS_INTERN_NONE) return pvs_fail_memory(error);
  const pvs_arrangement *a = pvs_arrangement_find(arrangement);
  if (!a)
    return pvs_fail(error, PVS_UNKNOWN_ID, at(study, row, c->arrangement),
                    "found '%s', expected bau, bau_bat, en, en_pv, cp_only or btm_ i, s or p _ u or c (btm_i_u, ...)", arrangement);
  if (!*pv || !a->has_pv) return PVS_OK;
  char name[1024];
  size_t length = strlen(pv);
  bool has_suffix = length > 4 && strcasecmp(pv + length - 4, ".csv") == 0;
  snprintf(name, sizeof name, "%s%s", pv, has_suffix ? "" : ".csv");
  return pvs_intern_add(&study->pv_names, name, strlen(name), NULL) == PVS_INTERN_NONE ? pvs_fail_memory(error) : PVS_OK;
}

/* Any cell that is a tariff's id puts that tariff among the saved ones. */
static pvs_code scan_tariffs(pass *p, const pvs_field *fields, uint32_t n, pvs_error *error) {
  for (uint32_t i = 0; i < n; i++) {
    if (!fields[i].length) continue;
    char *last = p->previous[i];
    if (last && strcmp(last, fields[i].text) == 0) continue;
    free(last);
    if (!(p->previous[i] = strdup(fields[i].text))) return pvs_fail_memory(error);
    uint32_t row = pvs_tariff_row(p->study, fields[i].text);
    if (row != PVS_NONE) p->study->tariff_used[row] = true;
  }
  return PVS_OK;
}

static pvs_code scan_record(void *ctx, long row, const pvs_field *fields, uint32_t n, pvs_error *error) {
  pass *p = ctx;
  struct pvs_study *study = p->study;
  if (!study->columns) {
    p->previous = calloc(n, sizeof *p->previous);
    return p->previous ? read_header(study, fields, n, error) : pvs_fail_memory(error);
  }
  const struct pvs_study_columns *c = study->columns;
  if (!fields[c->scenario].length) return PVS_OK;
  pvs_code code = scan_number(study, p, row, fields, error);
  if (!code) code = scan_names(study, row, fields, error);
  if (!code) code = scan_tariffs(p, fields, n, error);
  const char *dst = cell(fields, c->dst);
  if (!code && *dst && !*p->region && !(*p->region = pvs_arena_string(&study->arena, dst, strlen(dst)))) code = pvs_fail_memory(error);
  return code;
}

pvs_code pvs_study_rows_scan(struct pvs_study *study, const char **region, pvs_error *error) {
  pvs_arena arena;
  pvs_arena_init(&arena);
  pass p = {.study = study, .region = region};
  pvs_intern_init(&p.ids, &arena);
  pvs_code code = pvs_csv_read(study->study_path, study->study_bytes.data, study->study_bytes.size, scan_record, &p, error);
  if (!code && p.ids.count == 0)
    code = pvs_fail(error, PVS_EMPTY, (pvs_where){.file = study->study_path}, "found no scenario, expected a row for each");
  if (p.previous)
    for (uint32_t i = 0; study->columns && i < study->columns->n; i++) free(p.previous[i]);
  free(p.previous);
  pvs_intern_deinit(&p.ids);
  pvs_arena_deinit(&arena);
  return code;
}

/* ---- second pass --------------------------------------------------------------------------------------------- */

static pvs_code folder_columns_find(struct pvs_study *study, uint32_t folder, pvs_error *error) {
  struct pvs_study_columns *c = study->columns;
  folder_columns *columns = &c->folders[folder];
  const pvs_folder *f = &study->folders[folder];
  if (columns->ready) return PVS_OK;
  columns->tariff = pvs_arena_alloc(&study->arena, f->n_residents, sizeof *columns->tariff);
  columns->battery = pvs_arena_alloc(&study->arena, f->n_residents, sizeof *columns->battery);
  if (!columns->tariff || !columns->battery) return pvs_fail_memory(error);
  for (uint32_t i = 0; i < f->n_residents; i++) {
    pvs_code code = PVS_OK;
    if (i == f->cp)
      columns->tariff[i] = c->cp;
    else if (c->all_residents >= 0)
      columns->tariff[i] = c->all_residents;
    else
      code = unique_column(study, f->residents[i], &columns->tariff[i], error);
    if (!code && columns->tariff[i] < 0)
      return pvs_fail(error, PVS_MISSING_COLUMN, (pvs_where){.file = study->study_path, .row = 1, .column = f->residents[i]},
                      "found neither 'all_residents' nor '%s', expected the tariff of each customer of load folder '%s'",
                      f->residents[i], f->name);
    if (!code) code = battery_columns_find(study, f->residents[i], &columns->battery[i], error);
    if (code) return code;
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

static pvs_code number(const build *b, int32_t column, double absent, double *value, pvs_error *error) {
  const char *text = cell(b->fields, column);
  *value = absent;
  if (!*text || pvs_parse_double(text, strlen(text), value)) return PVS_OK;
  return pvs_fail(error, PVS_BAD_VALUE, at(b->study, b->row, column), "found '%s', expected a number", text);
}

static pvs_code boolean(const build *b, int32_t column, bool absent, bool *value, pvs_error *error) {
  static const char *const yes[] = {"true", "1", "yes"}, *const no[] = {"false", "0", "no"};
  const char *text = cell(b->fields, column);
  *value = absent;
  if (!*text) return PVS_OK;
  for (int i = 0; i < 3; i++) {
    if (strcasecmp(text, yes[i]) == 0) return *value = true, PVS_OK;
    if (strcasecmp(text, no[i]) == 0) return *value = false, PVS_OK;
  }
  return pvs_fail(error, PVS_BAD_VALUE, at(b->study, b->row, column), "found '%s', expected TRUE or FALSE", text);
}

static pvs_code tariff(const build *b, int32_t column, uint32_t *id, pvs_error *error) {
  const char *text = cell(b->fields, column);
  uint32_t row = *text ? pvs_tariff_row(b->study, text) : PVS_NONE;
  if (row == PVS_NONE)
    return pvs_fail(error, PVS_UNKNOWN_ID, at(b->study, b->row, column), "found '%s', expected a tariff_id of %s", text,
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
    if (code) return code;
  }
  pvs_code code = tariff(b, c->parent, &ids[n], error);
  if (!code) code = tariff(b, c->network_tariff, &ids[n + 1], error);
  if (code) return code;
  scenario->payers = pvs_intern_add(&b->study->payer_keys, ids, (n + 2) * sizeof *ids, NULL);
  return scenario->payers == PVS_INTERN_NONE ? pvs_fail_memory(error) : PVS_OK;
}

static pvs_code battery(const build *b, battery_columns columns, uint32_t *unit, pvs_error *error) {
  const char *id = cell(b->fields, columns.id), *strategy = cell(b->fields, columns.strategy);
  *unit = PVS_NONE;
  if (!*id || !*strategy) return PVS_OK;
  double capacity;
  pvs_code code = number(b, columns.capacity, 1, &capacity, error);
  if (code) return code;
  return pvs_battery_unit_find(b->study, id, strategy, capacity, at(b->study, b->row, columns.id),
                               at(b->study, b->row, columns.strategy), unit, error);
}

static pvs_code warn_odd_batteries(const build *b, bool central, bool households, pvs_error *error) {
  const char *id = b->arrangement->id;
  if (central && strncmp(id, "btm", 3) == 0)
    return pvs_study_warn(b->study, b->index, error, "a central battery in %s: its cost is shared out", id);
  if ((central || households) && strcmp(id, "cp_only") == 0)
    return pvs_study_warn(b->study, b->index, error, "a %s battery in cp_only, which has batteries on cp alone",
                          central ? "central" : "household");
  return PVS_OK;
}

static pvs_code build_batteries(const build *b, pvs_scenario *scenario, pvs_error *error) {
  struct pvs_study *study = b->study;
  const struct pvs_study_columns *c = study->columns;
  uint32_t n = b->folder->n_residents, *ids = c->scratch_ids, all = PVS_NONE, any = PVS_NONE;
  bool households = false;
  pvs_code code = battery(b, c->central, &ids[n], error);
  if (!code) code = battery(b, c->all, &all, error);
  if (ids[n] != PVS_NONE) any = ids[n];
  for (uint32_t i = 0; i < n && !code; i++) {
    ids[i] = PVS_NONE;
    if (i != b->folder->cp && all != PVS_NONE)
      ids[i] = all;
    else
      code = battery(b, b->columns->battery[i], &ids[i], error);
    if (ids[i] == PVS_NONE) continue;
    any = ids[i];
    if (i != b->folder->cp) households = true;
  }
  if (code) return code;
  scenario->batteries = PVS_NONE;
  if (any == PVS_NONE) return PVS_OK;
  if (!b->arrangement->has_batteries)
    return pvs_study_warn(study, b->index, error, "a battery in %s, which has none: left out", b->arrangement->id);
  code = warn_odd_batteries(b, ids[n] != PVS_NONE, households, error);
  if (code) return code;

  int is_new;
  scenario->batteries = pvs_intern_add(&study->battery_keys, ids, (n + 1) * sizeof *ids, &is_new);
  if (scenario->batteries == PVS_INTERN_NONE) return pvs_fail_memory(error);
  if (!is_new) return PVS_OK;
  pvs_battery_set *set = PVS_LIST_ADD(study->battery_sets);
  if (!set) return pvs_fail_memory(error);
  const uint32_t *kept = study->battery_keys.keys[scenario->batteries];
  *set = (pvs_battery_set){.central = kept[n]};
  for (uint32_t i = 0; i < n; i++) set->n_individual += kept[i] != PVS_NONE;
  if (set->n_individual) set->individual = kept;
  return PVS_OK;
}

static uint32_t owner_index(const pvs_folder *folder, const char *owner) {
  if (strcmp(owner, "central") == 0) return folder->n_residents;
  for (uint32_t i = 0; i < folder->n_residents; i++)
    if (strcmp(folder->residents[i], owner) == 0) return i;
  return PVS_NONE;
}

static pvs_code owner_map(struct pvs_study *study, uint32_t folder, uint32_t pv, pvs_owner_map **out, pvs_error *error) {
  pvs_owner_map *map = *out = &study->owner_maps[(size_t)folder * study->n_pvs + pv];
  if (map->column_of) return PVS_OK;
  const pvs_folder *f = &study->folders[folder];
  const pvs_profile *profile = &study->pvs[pv].profile;
  map->column_of = pvs_arena_alloc(&study->arena, f->n_residents + 1, sizeof *map->column_of);
  if (!map->column_of) return pvs_fail_memory(error);
  for (uint32_t i = 0; i <= f->n_residents; i++) map->column_of[i] = -1;
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
  const char *text = cell(b->fields, c->pv_filename);
  scenario->pv = PVS_NONE;
  scenario->pv_scale = 1;
  if (!*text || !b->arrangement->has_pv) return PVS_OK;
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
  if (!code) code = number(b, c->pv_kw_peak, NAN, &peak, error);
  if (code) return code;
  if (scaleable && !(peak >= 0))
    return pvs_fail(error, PVS_BAD_VALUE, at(study, b->row, c->pv_kw_peak >= 0 ? c->pv_kw_peak : c->pv_scaleable),
                    "found '%s', expected the kWp of a scaleable profile in pv_kW_peak", cell(b->fields, c->pv_kw_peak));
  if (scaleable) scenario->pv_scale = peak;
  const pvs_profile *profile = &study->pvs[scenario->pv].profile;
  if (!b->arrangement->by_name || profile->n_series == 1) return PVS_OK;
  pvs_owner_map *map;
  code = owner_map(study, scenario->folder, scenario->pv, &map, error);
  if (code) return code;
  int32_t wrong = map->stranger;
  if (wrong < 0 && !b->arrangement->central_is_owner) wrong = map->column_of[b->folder->n_residents];
  if (wrong >= 0)
    return pvs_fail(error, PVS_UNKNOWN_ID, at(study, b->row, c->pv_filename),
                    "found PV column '%s' in %s, expected names of customers of load folder '%s'%s", profile->names[wrong],
                    profile->path, b->folder->name, b->arrangement->central_is_owner ? " or central" : "");
  return PVS_OK;
}

static pvs_code build_costing(const build *b, pvs_scenario *scenario, pvs_error *error) {
  struct pvs_study *study = b->study;
  const struct pvs_study_columns *c = study->columns;
  pvs_costing_request request = {
      .en_capex_id = cell(b->fields, c->en_capex_id),
      .pv_cap_id = cell(b->fields, c->pv_cap_id),
      .en_cell = at(study, b->row, c->en_capex_id),
      .pv_cell = at(study, b->row, c->pv_cap_id),
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
  if (!code && !(request.a_term_years > 0))
    return pvs_fail(error, PVS_BAD_VALUE, at(study, b->row, c->a_term), "found '%s', expected years of repayment, more than 0",
                    cell(b->fields, c->a_term));
  if (!code) code = number(b, c->a_rate, NAN, &request.a_rate, error);
  if (!code && !(request.a_rate >= 0))
    return pvs_fail(error, PVS_BAD_VALUE, at(study, b->row, c->a_rate), "found '%s', expected a yearly interest rate as a fraction, 0 or more",
                    cell(b->fields, c->a_rate));
  if (!code) code = number(b, c->battery_capex_per_kwh, 0, &request.battery_capex_per_kwh, error);
  if (!code) code = boolean(b, c->pv_scaleable, false, &scaleable, error);
  if (!code) code = boolean(b, c->pv_capex_scaleable, scaleable, &capex_scaleable, error);
  if (!code) code = number(b, c->pv_kw_peak, NAN, &peak, error);
  if (code) return code;
  if (request.has_pv && capex_scaleable) {
    if (!(peak >= 0))
      return pvs_fail(error, PVS_BAD_VALUE, at(study, b->row, c->pv_kw_peak >= 0 ? c->pv_kw_peak : c->pv_capex_scaleable),
                      "found '%s', expected the kWp of a scaleable capex in pv_kW_peak", cell(b->fields, c->pv_kw_peak));
    request.capex_scale = peak;
  }
  for (uint32_t i = 0; i < c->n_kwp && request.has_pv; i++) {
    double kwp;
    code = number(b, c->kwp[i], NAN, &kwp, error);
    if (code) return code;
    if (isnan(kwp)) continue;
    c->scratch_systems[request.n_systems++] =
        (pvs_system){.owner = owner_index(b->folder, c->kwp_owners[i]), .kwp = kwp};
  }
  return pvs_costing_find(study, &request, &scenario->costing, error);
}

static pvs_code build_record(void *ctx, long row, const pvs_field *fields, uint32_t n, pvs_error *error) {
  pass *p = ctx;
  struct pvs_study *study = p->study;
  const struct pvs_study_columns *c = study->columns;
  (void)n;
  bool is_header = !p->past_header;
  p->past_header = true;
  if (is_header || !fields[c->scenario].length) return PVS_OK;
  const char *folder_name = fields[c->load_folder].text, *logs = cell(fields, c->output_types);
  pvs_scenario scenario = {.folder = pvs_intern_find(&study->folder_names, folder_name, strlen(folder_name))};
  double id = 0;
  pvs_parse_double(fields[c->scenario].text, fields[c->scenario].length, &id);
  scenario.id = (long)id;
  while (strcmp(pvs_arrangements()[scenario.arrangement]->id, fields[c->arrangement].text) != 0) scenario.arrangement++;
  if (strstr(logs, "log_timeseries_detailed")) scenario.logs |= PVS_LOG_DETAILED;
  if (strstr(logs, "log_timeseries_brief")) scenario.logs |= PVS_LOG_BRIEF;
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
  if (!code) code = build_payers(&b, &scenario, error);
  if (!code) code = build_batteries(&b, &scenario, error);
  if (!code) code = build_pv(&b, &scenario, error);
  if (!code) code = build_costing(&b, &scenario, error);
  if (code) return code;
  pvs_scenario *slot = PVS_LIST_ADD(study->scenarios);
  if (!slot) return pvs_fail_memory(error);
  *slot = scenario;
  return PVS_OK;
}

pvs_code pvs_study_rows_build(struct pvs_study *study, const uint32_t *tariff_of_row, pvs_error *error) {
  struct pvs_study_columns *c = study->columns;
  c->folders = pvs_arena_alloc(&study->arena, study->n_folders, sizeof *c->folders);
  c->scratch_ids = pvs_arena_alloc(&study->arena, study->max_residents + 2, sizeof *c->scratch_ids);
  c->scratch_systems = pvs_arena_alloc(&study->arena, c->n_kwp + 1, sizeof *c->scratch_systems);
  if (!c->folders || !c->scratch_ids || !c->scratch_systems) return pvs_fail_memory(error);
  pass p = {.study = study, .tariff_of_row = tariff_of_row};
  return pvs_csv_read(study->study_path, study->study_bytes.data, study->study_bytes.size, build_record, &p, error);
}
