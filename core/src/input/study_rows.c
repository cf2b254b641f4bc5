/* Second pass over study_<study>.csv, when the customers are known: row by row into scenarios.
 * Nothing of a row is kept but small numbers into interned sets. */
#include "input/study_rows.h"
#include "base/number.h"
#include "input/branch.h"
#include "input/row_sections.h"
#include "input/study_parts.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct pass {
  pvs_branch branch;
  pvs_builder *builder; /* the branch's, or the study's */
  const pvs_study_part *part;
  const uint32_t *tariff_of_row;
  pvs_scenario *slots; /* where a branch puts its scenarios */
  pvs_row_sections sections;
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
  columns->with_battery =
      pvs_arena_alloc(builder->arena, f->n_residents, sizeof *columns->with_battery);
  if (!columns->tariff || !columns->battery || !columns->with_battery)
    return pvs_fail_memory(error);
  columns->n_with_battery = 0;
  for (uint32_t i = 0; i < f->n_residents; i++) {
    pvs_code code = PVS_OK;
    if (i == f->cp)
      columns->tariff[i] = c->cp;
    else if (c->all_residents >= 0)
      columns->tariff[i] = c->all_residents;
    else if (pvs_study_column_is_fixed(f->residents[i]))
      code = pvs_fail(
          error, PVS_BAD_VALUE,
          (pvs_where){.file = builder->study_path, .row = c->header_row, .column = f->residents[i]},
          "a customer of load folder '%s' is called like this column, expected another "
          "name or a column all_residents",
          f->name);
    else
      code = pvs_study_column(builder, f->residents[i], &columns->tariff[i], error);
    if (!code && columns->tariff[i] < 0)
      return pvs_fail(
          error, PVS_MISSING_COLUMN,
          (pvs_where){.file = builder->study_path, .row = c->header_row, .column = f->residents[i]},
          "found neither 'all_residents' nor '%s', expected the tariff of each "
          "customer of load folder '%s'",
          f->residents[i], f->name);
    /* central_battery_… is the building's, whatever customers are called. */
    columns->battery[i] = (battery_columns){.id = -1, .strategy = -1, .capacity = -1};
    if (!code && strcmp(f->residents[i], "central") != 0)
      code = pvs_battery_columns_find(builder, f->residents[i], &columns->battery[i], error);
    if (code)
      return code;
    const battery_columns *battery = &columns->battery[i];
    if (battery->id >= 0 || battery->strategy >= 0 || battery->capacity >= 0)
      columns->with_battery[columns->n_with_battery++] = i;
  }
  columns->ready = true;
  return PVS_OK;
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

static pvs_row row_of(const pass *p, long number, const pvs_field *fields,
                      const pvs_scenario *scenario) {
  pvs_builder *builder = p->builder;
  return (pvs_row){
      .builder = builder,
      .fields = fields,
      .number = number,
      .folder = &builder->study->folders[scenario->folder],
      .columns = &builder->columns->folders[scenario->folder],
      .arrangement = pvs_arrangements()[scenario->arrangement],
      .tariff_of_row = p->tariff_of_row,
  };
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
  double id;
  if (pvs_parse_double(fields[c->scenario].text, fields[c->scenario].length, &id) &&
      fabs(id) <= PVS_GREATEST_SCENARIO)
    scenario.id = (long)id; /* else a check has said what is wrong */
  const pvs_row row = row_of(p, number, fields, &scenario);
  pvs_code code = folder_columns_find(builder, scenario.folder, error);
  if (code)
    return pvs_settle(&builder->notes, code, error);
  code = pvs_row_sections_build(&p->sections, &row, &scenario, error);
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

static pvs_code build_varied(void *ctx, long number, int64_t scenario, uint32_t value,
                             const pvs_field *fields, const pvs_varied *varied, pvs_error *error) {
  const pass *p = ctx;
  pvs_scenario made = p->builder->scenarios.items[value];
  made.id = (long)scenario;
  const pvs_row row = row_of(p, number, fields, &made);
  pvs_code code =
      pvs_row_sections_vary(&p->sections, &row, varied->n, varied->columns, &made, error);
  return code ? code : add_scenario(p->builder, &made, error);
}

static const uint32_t *fresh_texts(const void *ctx) {
  const pass *p = ctx;
  return p->sections.cells.n_fresh;
}

/* ---- all of them ---- */

static void build_part(pass *p) {
  const pvs_row_taker taker = {.take = build_row,
                               .again = build_again,
                               .vary = build_varied,
                               .fresh = fresh_texts,
                               .ctx = p};
  pvs_builder *builder = p->builder;
  struct pvs_study_columns *c = builder->columns;
  const pvs_study *study = builder->study;
  pvs_arena *arena = builder->arena;
  c->folders = pvs_arena_alloc(arena, study->n_folders, sizeof *c->folders);
  c->scratch_ids = pvs_arena_alloc(arena, study->max_residents + 2, sizeof *c->scratch_ids);
  c->scratch_systems = pvs_arena_alloc(arena, c->n_kwp + 1, sizeof *c->scratch_systems);
  if (!c->folders || !c->scratch_ids || !c->scratch_systems)
    p->code = pvs_fail_memory(&p->error);
  /* libcsv's reading is the judge: it takes nothing from other rows. */
  const uint32_t rows = p->slots ? p->part->scenarios : builder->n_rows;
  if (!p->code)
    p->code = pvs_row_sections_init(&p->sections, builder, rows, builder->is_plain, &p->error);
  bool is_plain;
  if (!p->code)
    p->code = pvs_study_part_take(builder, p->part, &taker, &is_plain, &p->error);
  pvs_row_sections_deinit(&p->sections);
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
