/* Second pass over study_<study>.csv, when the customers are known: row by row into scenarios.
 * Nothing of a row is kept but small numbers into interned sets. */
#include "input/study_rows.h"
#include "base/number.h"
#include "input/row_batteries.h"
#include "input/row_costing.h"
#include "input/row_pv.h"
#include "input/tariff_table.h"
#include <string.h>
#include <strings.h>

typedef struct pass {
  pvs_builder *builder;
  const uint32_t *tariff_of_row;
  bool past_header;
} pass;

static pvs_code folder_columns_find(pvs_builder *builder, uint32_t folder, pvs_error *error) {
  pvs_study *study = builder->study;
  struct pvs_study_columns *c = builder->columns;
  folder_columns *columns = &c->folders[folder];
  const pvs_folder *f = &study->folders[folder];
  if (columns->ready)
    return PVS_OK;
  columns->tariff = pvs_arena_alloc(builder->arena, f->n_residents, sizeof *columns->tariff);
  columns->battery = pvs_arena_alloc(builder->arena, f->n_residents, sizeof *columns->battery);
  if (!columns->tariff || !columns->battery)
    return pvs_fail_memory(error);
  for (uint32_t i = 0; i < f->n_residents; i++) {
    pvs_code code = PVS_OK;
    if (i == f->cp)
      columns->tariff[i] = c->cp;
    else if (c->all_residents >= 0)
      columns->tariff[i] = c->all_residents;
    else
      code = pvs_study_column(builder, f->residents[i], &columns->tariff[i], error);
    if (!code && columns->tariff[i] < 0)
      return pvs_fail(error, PVS_MISSING_COLUMN,
                      (pvs_where){.file = builder->study_path, .row = 1, .column = f->residents[i]},
                      "found neither 'all_residents' nor '%s', expected the tariff of each "
                      "customer of load folder '%s'",
                      f->residents[i], f->name);
    /* central_battery_… is the building's, whatever customers are called. */
    columns->battery[i] = (battery_columns){.id = -1, .strategy = -1, .capacity = -1};
    if (!code && strcmp(f->residents[i], "central") != 0)
      code = pvs_battery_columns_find(builder, f->residents[i], &columns->battery[i], error);
    if (code)
      return code;
  }
  columns->ready = true;
  return PVS_OK;
}

static pvs_code tariff(const pvs_row *row, const uint32_t *tariff_of_row, int32_t column,
                       uint32_t *id, pvs_error *error) {
  const char *text = pvs_row_text(row, column);
  uint32_t table_row = *text ? pvs_tariff_row(row->builder, text) : PVS_NONE;
  *id = 0;
  if (table_row == PVS_NONE) {
    pvs_code code = pvs_fail(error, PVS_UNKNOWN_ID, pvs_row_at(row, column),
                             PVS_FOUND ", expected a tariff_id of %s", PVS_FOUND_ARGS(text),
                             row->builder->tariff_table.file);
    return pvs_settle(&row->builder->notes, code, error);
  }
  *id = tariff_of_row[table_row];
  return PVS_OK;
}

static pvs_code read_logs(const pvs_row *row, pvs_scenario *scenario, pvs_error *error) {
  int32_t column = row->builder->columns->output_types;
  const char *logs = pvs_row_text(row, column);
  if (strstr(logs, "log_timeseries_detailed"))
    scenario->logs |= PVS_LOG_DETAILED;
  if (strstr(logs, "log_timeseries_brief"))
    scenario->logs |= PVS_LOG_BRIEF;
  if (!*logs || scenario->logs)
    return PVS_OK;
  return pvs_row_warn(
      row, column, error,
      "found '%.80s', which asks for nothing; known are log_timeseries_detailed and "
      "log_timeseries_brief",
      logs);
}

static pvs_code warn_other_region(const pvs_row *row, pvs_error *error) {
  const char *region = pvs_row_text(row, row->builder->columns->dst),
             *used = row->builder->study->region;
  if (!*region || row->builder->is_region_given || strcasecmp(region, used) == 0)
    return PVS_OK;
  return pvs_row_warn(
      row, row->builder->columns->dst, error,
      "found '%.80s', which is not used: all scenarios of a study have the daylight "
      "saving of its first dst, '%.80s'",
      region, used);
}

/* A register is charged by a tariff that knows it, or by mistake not at all. */
static pvs_code check_registers(const pvs_row *row, const uint32_t *ids, pvs_error *error) {
  const pvs_study *study = row->builder->study;
  const pvs_folder *folder = row->folder;
  for (uint32_t i = 0; i < folder->n_registers && row->builder->notes.n_errors == 0; i++) {
    const pvs_register *own = &folder->registers[i];
    const pvs_tariff *paid = &study->tariffs[ids[own->owner]];
    if (paid->register_rate && paid->register_rate[own->number])
      continue;
    pvs_code code =
        pvs_row_refuse(row, row->columns->tariff[own->owner], error,
                       "a tariff with import rows for the register of column '%.80s' in load "
                       "folder '%.80s' (reference/tariff_calendar.csv, column register)",
                       own->column, folder->name);
    if (code)
      return code;
  }
  return PVS_OK;
}

/* Local solar bills are paid to a solar retailer, or to nobody. */
static pvs_code warn_unpaid_solar(const pvs_row *row, const uint32_t *ids, pvs_error *error) {
  const pvs_study *study = row->builder->study;
  const struct pvs_study_columns *c = row->builder->columns;
  const char *pv = pvs_row_text(row, c->pv_filename);
  uint32_t n = row->folder->n_residents;
  if (!row->arrangement->has_pv || !*pv || row->builder->notes.n_errors > 0)
    return PVS_OK;
  for (uint32_t i = 0; i <= n; i++) {
    int32_t column = i < n ? row->columns->tariff[i] : c->parent;
    if (!study->tariffs[ids[i]].charges_solar ||
        (i < n ? row->arrangement->solar_retailer : !row->arrangement->embedded) ||
        (i > 0 && i < n && column == row->columns->tariff[i - 1]))
      continue;
    pvs_code code = pvs_row_warn(
        row, column, error,
        "found '%.80s', which charges for the building's solar energy: %s in %s, so that payments "
        "and receipts differ by it",
        pvs_row_text(row, column),
        i < n ? "nobody is paid for that" : "nobody is paid for that at the parent meter",
        row->arrangement->id);
    if (code)
      return code;
  }
  return PVS_OK;
}

static pvs_code build_payers(const pvs_row *row, const uint32_t *tariff_of_row,
                             pvs_scenario *scenario, pvs_error *error) {
  uint32_t n = row->folder->n_residents, *ids = row->builder->columns->scratch_ids;
  const struct pvs_study_columns *c = row->builder->columns;
  for (uint32_t i = 0; i < n; i++) {
    /* Nearly always the column of the resident before: no second look-up. */
    if (i > 0 && row->columns->tariff[i] == row->columns->tariff[i - 1]) {
      ids[i] = ids[i - 1];
      continue;
    }
    pvs_code code = tariff(row, tariff_of_row, row->columns->tariff[i], &ids[i], error);
    if (code)
      return code;
  }
  pvs_code code = tariff(row, tariff_of_row, c->parent, &ids[n], error);
  if (!code && row->folder->is_unknown && c->all_residents >= 0)
    code = tariff(row, tariff_of_row, c->all_residents, &ids[n + 1], error);
  if (!code)
    code = tariff(row, tariff_of_row, c->network_tariff, &ids[n + 1], error);
  if (!code)
    code = check_registers(row, ids, error);
  if (!code)
    code = warn_unpaid_solar(row, ids, error);
  if (code)
    return code;
  scenario->payers = pvs_intern_add(&row->builder->payer_keys, ids, (n + 2) * sizeof *ids, NULL);
  return scenario->payers == PVS_INTERN_NONE ? pvs_fail_memory(error) : PVS_OK;
}

static pvs_code build_scenario(const pvs_row *row, const uint32_t *tariff_of_row,
                               pvs_scenario *scenario, pvs_error *error) {
  pvs_code code = build_payers(row, tariff_of_row, scenario, error);
  if (!code)
    code = pvs_row_batteries(row, scenario, error);
  if (!code)
    code = pvs_row_pv(row, scenario, error);
  if (!code)
    code = pvs_row_costing(row, scenario, error);
  if (!code)
    code = read_logs(row, scenario, error);
  return code ? code : warn_other_region(row, error);
}

static uint8_t arrangement_number(const char *id) {
  uint8_t number = 0;
  while (pvs_arrangements()[number] && strcmp(pvs_arrangements()[number]->id, id) != 0)
    number++;
  return number;
}

static pvs_code build_record(void *ctx, long number, const pvs_field *fields, uint32_t n,
                             pvs_error *error) {
  pass *p = ctx;
  pvs_builder *builder = p->builder;
  const struct pvs_study_columns *c = builder->columns;
  (void)n;
  bool is_header = !p->past_header;
  p->past_header = true;
  if (is_header || !fields[c->scenario].length)
    return PVS_OK;
  const char *folder_name = fields[c->load_folder].text;
  pvs_scenario scenario = {
      .folder = pvs_intern_find(&builder->folder_names, folder_name, strlen(folder_name)),
      .arrangement = arrangement_number(fields[c->arrangement].text)};
  const pvs_arrangement *arrangement = pvs_arrangements()[scenario.arrangement];
  if (!arrangement || scenario.folder == PVS_INTERN_NONE)
    return PVS_OK; /* only in a check: what is wrong is said already */
  double id = 0;
  pvs_parse_double(fields[c->scenario].text, fields[c->scenario].length, &id);
  scenario.id = (long)id;
  pvs_row row = {
      .builder = builder,
      .fields = fields,
      .number = number,
      .folder = &builder->study->folders[scenario.folder],
      .columns = &c->folders[scenario.folder],
      .arrangement = arrangement,
  };
  pvs_code code = folder_columns_find(builder, scenario.folder, error);
  if (code)
    return pvs_settle(&builder->notes, code, error);
  code = build_scenario(&row, p->tariff_of_row, &scenario, error);
  if (code)
    return code;
  pvs_scenario *slot = PVS_LIST_ADD(builder->scenarios);
  if (!slot)
    return pvs_fail_memory(error);
  *slot = scenario;
  return PVS_OK;
}

pvs_code pvs_study_rows_build(pvs_builder *builder, const uint32_t *tariff_of_row,
                              pvs_error *error) {
  pvs_study *study = builder->study;
  struct pvs_study_columns *c = builder->columns;
  c->folders = pvs_arena_alloc(builder->arena, study->n_folders, sizeof *c->folders);
  c->scratch_ids =
      pvs_arena_alloc(builder->arena, study->max_residents + 2, sizeof *c->scratch_ids);
  c->scratch_systems = pvs_arena_alloc(builder->arena, c->n_kwp + 1, sizeof *c->scratch_systems);
  if (!c->folders || !c->scratch_ids || !c->scratch_systems)
    return pvs_fail_memory(error);
  pass p = {.builder = builder, .tariff_of_row = tariff_of_row};
  return pvs_csv_read(builder->study_path, builder->study_bytes.data, builder->study_bytes.size,
                      build_record, &p, error);
}
