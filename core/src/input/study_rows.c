/* Second pass over study_<study>.csv, when the customers are known: row by row into scenarios.
 * Nothing of a row is kept but small numbers into interned sets. */
#include "input/study_rows.h"
#include "base/number.h"
#include "input/branch.h"
#include "input/row_batteries.h"
#include "input/row_costing.h"
#include "input/row_pv.h"
#include "input/study_parts.h"
#include "input/tariff_table.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

typedef struct pass {
  pvs_branch branch;
  pvs_builder *builder; /* the branch's, or the study's */
  const pvs_study_part *part;
  const uint32_t *tariff_of_row;
  pvs_scenario *slots; /* where a branch puts its scenarios */
  pvs_code code;
  pvs_error error;
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

/* As the reference finds them, anywhere in the cell; whatever else is in it asks for nothing. */
static pvs_code read_logs(const pvs_row *row, pvs_scenario *scenario, pvs_error *error) {
  static const struct {
    const char *word;
    uint8_t log;
  } known[] = {{"log_timeseries_detailed", PVS_LOG_DETAILED},
               {"log_timeseries_brief", PVS_LOG_BRIEF}};
  int32_t column = row->builder->columns->output_types;
  const char *logs = pvs_row_text(row, column);
  bool is_known = true;
  for (const char *at = logs; *at && is_known;) {
    size_t length = strcspn(at, " ,;|+&[]()'\"\t");
    is_known = length == 0;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
      is_known |= strlen(known[i].word) == length && strncmp(at, known[i].word, length) == 0;
    at += length + (at[length] != 0);
  }
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    if (strstr(logs, known[i].word))
      scenario->logs |= known[i].log;
  if (is_known)
    return PVS_OK;
  return pvs_row_warn(
      row, column, error,
      "found '%.80s', %s; known are log_timeseries_detailed and "
      "log_timeseries_brief",
      logs, scenario->logs ? "of which a part asks for nothing" : "which asks for nothing");
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

static pvs_code add_scenario(pvs_builder *builder, const pvs_scenario *scenario, pvs_error *error) {
  pvs_scenario *slot = PVS_LIST_ADD(builder->scenarios);
  if (!slot)
    return pvs_fail_memory(error);
  *slot = *scenario;
  return PVS_OK;
}

static pvs_code build_row(void *ctx, long number, const pvs_field *fields, uint32_t *value,
                          pvs_error *error) {
  pass *p = ctx;
  pvs_builder *builder = p->builder;
  const struct pvs_study_columns *c = builder->columns;
  const uint64_t calls = builder->notes.calls;
  if (!fields[c->scenario].length)
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
  if (!code && builder->notes.calls == calls)
    *value = builder->scenarios.count;
  return code ? code : add_scenario(builder, &scenario, error);
}

static pvs_code build_again(void *ctx, long row, int64_t scenario, uint32_t value,
                            pvs_error *error) {
  const pass *p = ctx;
  (void)row;
  pvs_scenario like = p->builder->scenarios.items[value];
  like.id = (long)scenario;
  return add_scenario(p->builder, &like, error);
}

/* ---- all of them ---- */

static void build_part(pass *p) {
  const pvs_row_taker taker = {.take = build_row, .again = build_again, .ctx = p};
  pvs_builder *builder = p->builder;
  struct pvs_study_columns *c = builder->columns;
  const pvs_study *study = builder->study;
  pvs_arena *arena = builder->arena;
  c->folders = pvs_arena_alloc(arena, study->n_folders, sizeof *c->folders);
  c->scratch_ids = pvs_arena_alloc(arena, study->max_residents + 2, sizeof *c->scratch_ids);
  c->scratch_systems = pvs_arena_alloc(arena, c->n_kwp + 1, sizeof *c->scratch_systems);
  if (!c->folders || !c->scratch_ids || !c->scratch_systems)
    p->code = pvs_fail_memory(&p->error);
  bool is_plain;
  if (!p->code)
    p->code = pvs_study_part_take(builder, p->part, &taker, &is_plain, &p->error);
}

static void build_branch(void *ctx, size_t index) {
  pass *p = (pass *)ctx + index;
  p->code = pvs_branch_begin(&p->branch, p->builder, false, &p->error);
  p->builder = &p->branch.builder;
  p->builder->scenarios.items = p->slots;
  p->builder->scenarios.capacity = p->part->scenarios;
  if (!p->code)
    build_part(p);
}

/* True when that settled it: *code. */
static bool build_parts(pvs_builder *builder, const uint32_t *tariff_of_row, pvs_code *code,
                        pvs_error *error) {
  const uint32_t n = builder->n_parts;
  pass *passes = calloc(n, sizeof *passes);
  if (!passes) {
    *code = pvs_fail_memory(error);
    return true;
  }
  pvs_scenario *slots = builder->scenarios.items;
  for (uint32_t i = 0; i < n; i++) {
    const pvs_study_part *part = &builder->parts[i];
    passes[i] =
        (pass){.builder = builder, .part = part, .tariff_of_row = tariff_of_row, .slots = slots};
    slots += part->scenarios;
  }
  pvs_builder_run(builder, n, build_branch, passes);
  bool settled = true;
  for (uint32_t i = 0; i < n && !passes[i].code; i++)
    settled = settled && !passes[i].builder->is_one_pass;
  for (uint32_t i = 0; i < n && settled && !*code; i++) {
    pass *p = &passes[i];
    if (p->code && error)
      *error = p->error;
    *code = p->code ? p->code : pvs_branch_join_rows(builder, &p->branch, error);
    builder->scenarios.count += p->part->scenarios;
  }
  for (uint32_t i = 0; i < n; i++)
    pvs_branch_end(&passes[i].branch);
  free(passes);
  return settled;
}

static pvs_code build_whole(pvs_builder *builder, const uint32_t *tariff_of_row, pvs_error *error) {
  pass p = {.builder = builder, .part = builder->parts, .tariff_of_row = tariff_of_row};
  build_part(&p);
  if (p.code && error)
    *error = p.error;
  return p.code;
}

pvs_code pvs_study_rows_build(pvs_builder *builder, const uint32_t *tariff_of_row,
                              pvs_error *error) {
  pvs_code code = PVS_OK;
  builder->scenarios.items = malloc(((size_t)builder->n_rows + 1) * sizeof(pvs_scenario));
  builder->scenarios.capacity = builder->n_rows;
  if (!builder->scenarios.items)
    return pvs_fail_memory(error);
  if (builder->n_parts > 1) {
    if (build_parts(builder, tariff_of_row, &code, error))
      return code;
    pvs_study_parts_unite(builder, true);
  }
  return build_whole(builder, tariff_of_row, error);
}
