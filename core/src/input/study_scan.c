/* First pass over study_<study>.csv: what the whole study needs (folders, PV files, tariffs, region,
 * duplicate numbers). Parts of the file are gone through by branches of the builder. */
#include "input/study_scan.h"
#include "base/number.h"
#include "input/branch.h"
#include "input/row_cells.h"
#include "input/study_columns.h"
#include "input/study_parts.h"
#include "input/tariff_table.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

typedef struct pass {
  pvs_branch branch;
  pvs_builder *builder; /* the branch's, or the study's */
  const pvs_study_part *part;
  const char *region; /* the first that was found */
  pvs_row_cells cells;
  pvs_cell_memo names; /* of the columns that scan_names reads */
  /* Numbers of scenarios. While they ascend, none can be there twice. */
  uint32_t n;
  int64_t first, last;
  bool ascends;
  pvs_intern *ids; /* NULL: they are expected to ascend */
  bool is_plain;
  pvs_code code;
  pvs_error error;
} pass;

/* ---- one row ---- */

static pvs_code take_id(pass *p, long row, int64_t id, pvs_error *error) {
  int is_new = 1;
  p->ascends = p->ascends && (p->n == 0 || id > p->last);
  if (p->n == 0)
    p->first = id;
  if (p->ids && pvs_intern_add(p->ids, &id, sizeof id, &is_new) == PVS_INTERN_NONE)
    return pvs_fail_memory(error);
  if (!is_new)
    return pvs_fail(error, PVS_DUPLICATE,
                    pvs_study_at(p->builder, row, p->builder->columns->scenario),
                    "found scenario %lld a second time, expected each number once", (long long)id);
  p->last = id;
  p->n++;
  return PVS_OK;
}

static pvs_code scan_number(pass *p, long row, const pvs_field *fields, pvs_error *error) {
  int32_t column = p->builder->columns->scenario;
  double value;
  bool is_whole =
      pvs_parse_double(fields[column].text, fields[column].length, &value) && value == trunc(value);
  if (!is_whole || fabs(value) > PVS_GREATEST_SCENARIO)
    return pvs_fail(error, PVS_BAD_VALUE, pvs_study_at(p->builder, row, column),
                    PVS_FOUND ", expected a whole number%s", PVS_FOUND_ARGS(fields[column].text),
                    is_whole ? " of at most 1e+15 in size" : "");
  return take_id(p, row, (int64_t)value, error);
}

/* Arrangements as the first version of the model called them, with today's names. */
static const char *of_version_1(const char *arrangement) {
  static const char *const names[][2] = {
      {"en_strata", ", which is called en today (en_pv with PV)"},
      {"en_external", ", which is called en today (en_pv with PV)"},
      {"btm_i", ", which is called btm_i_u today (btm_i_c with common property)"},
      {"btm_s", ", which is called btm_s_u today (btm_s_c with common property)"},
      {"btm_p", ", which is called btm_p_u today (btm_p_c with common property)"},
      {"btm", ", which is called btm_i_u, btm_s_u or btm_p_u today"},
      {"cp", ", which is called cp_only today"},
  };
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (strcasecmp(arrangement, names[i][0]) == 0)
      return names[i][1];
  return "";
}

static pvs_code scan_names(pvs_builder *builder, long row, const pvs_field *fields,
                           pvs_error *error) {
  const struct pvs_study_columns *c = builder->columns;
  const char *folder = pvs_study_cell(fields, c->load_folder),
             *arrangement = pvs_study_cell(fields, c->arrangement),
             *pv = pvs_study_cell(fields, c->pv_filename);
  if (!*folder)
    return pvs_fail(error, PVS_BAD_VALUE, pvs_study_at(builder, row, c->load_folder),
                    "found an empty cell, expected a folder of load_profiles");
  int is_new = 0;
  if (pvs_intern_add(&builder->folder_names, folder, strlen(folder), &is_new) == PVS_INTERN_NONE)
    return pvs_fail_memory(error);
  long *first = is_new ? PVS_LIST_ADD(builder->folder_rows) : NULL;
  if (is_new && !first)
    return pvs_fail_memory(error);
  if (first)
    *first = row;
  const pvs_arrangement *a = pvs_arrangement_find(arrangement);
  if (!a)
    return pvs_fail(error, PVS_UNKNOWN_ID, pvs_study_at(builder, row, c->arrangement),
                    PVS_FOUND "%s, expected bau, bau_bat, en, en_pv, cp_only, btm_i_u, btm_i_c, "
                              "btm_s_u, btm_s_c, btm_p_u or btm_p_c",
                    PVS_FOUND_ARGS(arrangement), of_version_1(arrangement));
  if (!*pv || !a->has_pv)
    return PVS_OK;
  char name[PVS_PV_NAME];
  pvs_pv_file_name(pv, name);
  if (pvs_intern_add(&builder->pv_names, name, strlen(name), &is_new) == PVS_INTERN_NONE)
    return pvs_fail_memory(error);
  first = is_new ? PVS_LIST_ADD(builder->pv_rows) : NULL;
  if (is_new && !first)
    return pvs_fail_memory(error);
  if (first)
    *first = row;
  return PVS_OK;
}

static pvs_code scan_new_names(pass *p, long row, const pvs_field *fields, pvs_error *error) {
  uint32_t slot;
  pvs_cell_memo_take(&p->names, &p->cells);
  if (pvs_cell_memo_find(&p->names, 0, &slot))
    return PVS_OK;
  pvs_code code = scan_names(p->builder, row, fields, error);
  if (!code)
    pvs_cell_memo_keep(&p->names, 0, slot);
  return code;
}

/* Any cell that is a tariff's id puts that tariff among the saved ones. Not of an empty cell. */
static void scan_tariff(const pvs_builder *builder, const pvs_field *fields, uint32_t column) {
  struct pvs_study_columns *c = builder->columns;
  c->has_value[column] = true;
  uint32_t row = pvs_tariff_row(builder, fields[column].text);
  c->has_other[column] = c->has_other[column] || row == PVS_NONE;
  if (row != PVS_NONE)
    builder->tariff_used[row] = true;
}

static void scan_tariffs(const pass *p, const pvs_field *fields) {
  for (uint32_t n = 0; n < p->cells.n_filled; n++)
    if (p->cells.filled[n].is_fresh)
      scan_tariff(p->builder, fields, p->cells.filled[n].column);
}

/* The columns are known with the first row. libcsv's reading is the judge: it takes nothing from
 * other rows. */
static pvs_code prepare(pass *p, const pvs_field *fields, pvs_error *error) {
  const struct pvs_study_columns *c = p->builder->columns;
  if (!p->cells.filled) {
    if (!pvs_row_cells_init(&p->cells, c->n, p->builder->is_plain) ||
        !pvs_cell_memo_init(&p->names, c->n, 1, PVS_CELL_MEMO_MOST_SLOTS))
      return pvs_fail_memory(error);
    const int32_t columns[] = {c->load_folder, c->arrangement, c->pv_filename};
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
      if (columns[i] >= 0)
        p->names.sets[columns[i]] = 1;
  }
  pvs_row_cells_take(&p->cells, fields);
  return PVS_OK;
}

static pvs_code scan_row(void *ctx, long row, const pvs_field *fields, uint32_t *value,
                         pvs_error *error) {
  pass *p = ctx;
  pvs_builder *builder = p->builder;
  const struct pvs_study_columns *c = builder->columns;
  pvs_notes *notes = &builder->notes;
  const uint64_t calls = notes->calls;
  if (!fields[c->scenario].length && !fields[c->arrangement].length)
    return PVS_OK; /* a remark */
  if (!fields[c->scenario].length)
    return pvs_warn(notes, error, pvs_study_at(builder, row, c->scenario),
                    "found a row without a scenario number: it is skipped");
  pvs_code code = prepare(p, fields, error);
  if (!code)
    code = pvs_settle(notes, scan_number(p, row, fields, error), error);
  if (!code)
    code = pvs_settle(notes, scan_new_names(p, row, fields, error), error);
  if (code)
    return code;
  scan_tariffs(p, fields);
  const char *dst = pvs_study_cell(fields, c->dst);
  if (*dst && !p->region && !(p->region = pvs_arena_string(builder->arena, dst, strlen(dst))))
    return pvs_fail_memory(error);
  *value = notes->calls == calls ? 0 : PVS_NONE; /* its like has nothing new but its number */
  return PVS_OK;
}

static pvs_code scan_again(void *ctx, long row, int64_t scenario, uint32_t value,
                           pvs_error *error) {
  pass *p = ctx;
  (void)value;
  return pvs_settle(&p->builder->notes, take_id(p, row, scenario, error), error);
}

static pvs_code scan_varied(void *ctx, long row, int64_t scenario, uint32_t value,
                            const pvs_field *fields, const pvs_varied *varied, pvs_error *error) {
  const pass *p = ctx;
  for (uint32_t i = 0; i < varied->n; i++)
    if (fields[varied->columns[i]].length)
      scan_tariff(p->builder, fields, varied->columns[i]);
  return scan_again(ctx, row, scenario, value, error);
}

static const uint32_t *fresh_texts(const void *ctx) {
  const pass *p = ctx;
  return p->cells.n_fresh;
}

/* ---- all of them ---- */

static void scan_part(pass *p) {
  const pvs_row_taker taker = {
      .take = scan_row, .again = scan_again, .vary = scan_varied, .fresh = fresh_texts, .ctx = p};
  p->ascends = true;
  p->is_plain = true;
  if (!p->code)
    p->code = pvs_study_part_take(p->builder, p->part, &taker, &p->is_plain, &p->error);
  pvs_row_cells_deinit(&p->cells);
  pvs_cell_memo_deinit(&p->names);
}

static void scan_branch(void *ctx, size_t index) {
  pass *p = (pass *)ctx + index;
  p->code = pvs_branch_begin(&p->branch, p->builder, true, &p->error);
  p->builder = &p->branch.builder;
  scan_part(p);
}

/* Whatever is wrong is left to libcsv as well: it may not be what would be met first. */
static bool all_are_plain(const pass *passes, uint32_t n) {
  bool is_plain = true;
  for (uint32_t i = 0; i < n; i++)
    is_plain = is_plain && passes[i].is_plain && !passes[i].code;
  return is_plain;
}

static bool all_ascend(const pass *passes, uint32_t n) {
  const pass *before = NULL;
  for (const pass *p = passes; p < passes + n; p++) {
    if (!p->ascends || (before && p->n > 0 && p->first <= before->last))
      return false;
    before = p->n > 0 ? p : before;
  }
  return true;
}

static pvs_code join(pvs_builder *builder, pass *passes, uint32_t n, const char **region,
                     pvs_error *error) {
  for (uint32_t i = 0; i < n; i++) {
    pass *p = &passes[i];
    pvs_code code = pvs_branch_join_names(builder, &p->branch, error);
    if (!code && p->region && !*region &&
        !(*region = pvs_arena_string(builder->arena, p->region, strlen(p->region))))
      code = pvs_fail_memory(error);
    if (code)
      return code;
    builder->parts[i].scenarios = p->n;
    builder->n_rows += p->n;
  }
  return PVS_OK;
}

/* True when that settled it: *code. False: what is in the file, or in which order, needs more than
 * parts gone through at the same time. */
static bool scan_parts(pvs_builder *builder, const char **region, pvs_code *code,
                       pvs_error *error) {
  const uint32_t n = builder->n_parts;
  pass *passes = calloc(n, sizeof *passes);
  if (!passes) {
    *code = pvs_fail_memory(error);
    return true;
  }
  for (uint32_t i = 0; i < n; i++)
    passes[i] = (pass){.builder = builder, .part = &builder->parts[i]};
  pvs_builder_run(builder, n, scan_branch, passes);
  const bool is_plain = all_are_plain(passes, n), settled = is_plain && all_ascend(passes, n);
  if (settled)
    *code = join(builder, passes, n, region, error);
  else
    pvs_study_parts_unite(builder, is_plain);
  for (uint32_t i = 0; i < n; i++)
    pvs_branch_end(&passes[i].branch);
  free(passes);
  return settled;
}

/* In one go, with a set of all numbers. */
static pvs_code scan_whole(pvs_builder *builder, const char **region, pvs_error *error) {
  pvs_arena arena;
  pvs_intern ids;
  pvs_arena_init(&arena);
  pvs_intern_init(&ids, &arena);
  pass p = {.builder = builder, .part = builder->parts, .ids = &ids};
  scan_part(&p);
  builder->n_rows = builder->parts[0].scenarios = p.n;
  *region = p.region;
  if (p.code && error)
    *error = p.error;
  pvs_intern_deinit(&ids);
  pvs_arena_deinit(&arena);
  return p.code;
}

pvs_code pvs_study_rows_scan(pvs_builder *builder, const char **region, pvs_error *error) {
  pvs_code code = pvs_study_parts_find(builder, error);
  if (!code && (!builder->is_plain || !scan_parts(builder, region, &code, error)))
    code = scan_whole(builder, region, error);
  if (!code && builder->n_rows == 0)
    code = pvs_fail(error, PVS_EMPTY, (pvs_where){.file = builder->study_path},
                    "found no scenario, expected a row for each");
  return code;
}
