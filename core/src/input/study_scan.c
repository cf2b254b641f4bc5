/* First pass over study_<study>.csv: its columns, and what the whole study needs (folders, PV
 * files, tariffs, region, duplicate numbers). */
#include "input/study_scan.h"
#include "base/number.h"
#include "input/study_columns.h"
#include "input/tariff_table.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

typedef struct pass {
  pvs_builder *builder;
  const char **region;
  pvs_intern ids;
  char **previous; /* last text by column that was looked up as a tariff id */
} pass;

static pvs_code scan_number(pvs_builder *builder, pass *p, long row, const pvs_field *fields,
                            pvs_error *error) {
  int32_t column = builder->columns->scenario;
  double value;
  if (!pvs_parse_double(fields[column].text, fields[column].length, &value) ||
      value != trunc(value) || fabs(value) > 1e15)
    return pvs_fail(error, PVS_BAD_VALUE, pvs_study_at(builder, row, column),
                    "found '%s', expected a whole number", fields[column].text);
  int64_t id = (int64_t)value;
  int is_new;
  if (pvs_intern_add(&p->ids, &id, sizeof id, &is_new) == PVS_INTERN_NONE)
    return pvs_fail_memory(error);
  if (!is_new)
    return pvs_fail(error, PVS_DUPLICATE, pvs_study_at(builder, row, column),
                    "found scenario %lld a second time, expected each number once", (long long)id);
  return PVS_OK;
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

/* Any cell that is a tariff's id puts that tariff among the saved ones. */
static pvs_code scan_tariffs(pass *p, const pvs_field *fields, uint32_t n, pvs_error *error) {
  struct pvs_study_columns *c = p->builder->columns;
  for (uint32_t i = 0; i < n; i++) {
    if (!fields[i].length)
      continue;
    c->has_value[i] = true;
    char *last = p->previous[i];
    if (last && strcmp(last, fields[i].text) == 0)
      continue;
    free(last);
    if (!(p->previous[i] = strdup(fields[i].text)))
      return pvs_fail_memory(error);
    uint32_t row = pvs_tariff_row(p->builder, fields[i].text);
    c->has_other[i] = c->has_other[i] || row == PVS_NONE;
    if (row != PVS_NONE)
      p->builder->tariff_used[row] = true;
  }
  return PVS_OK;
}

static pvs_code scan_record(void *ctx, long row, const pvs_field *fields, uint32_t n,
                            pvs_error *error) {
  pass *p = ctx;
  pvs_builder *builder = p->builder;
  if (!builder->columns) {
    p->previous = calloc(n, sizeof *p->previous);
    return p->previous ? pvs_study_columns_read(builder, fields, n, error) : pvs_fail_memory(error);
  }
  const struct pvs_study_columns *c = builder->columns;
  pvs_notes *notes = &builder->notes;
  if (!fields[c->scenario].length && !fields[c->arrangement].length)
    return PVS_OK; /* a remark */
  if (!fields[c->scenario].length)
    return pvs_warn(notes, error, pvs_study_at(builder, row, c->scenario),
                    "found a row without a scenario number: it is skipped");
  pvs_code code = pvs_settle(notes, scan_number(builder, p, row, fields, error), error);
  if (!code)
    code = pvs_settle(notes, scan_names(builder, row, fields, error), error);
  if (!code)
    code = scan_tariffs(p, fields, n, error);
  const char *dst = pvs_study_cell(fields, c->dst);
  if (!code && *dst && !*p->region &&
      !(*p->region = pvs_arena_string(builder->arena, dst, strlen(dst))))
    code = pvs_fail_memory(error);
  return code;
}

pvs_code pvs_study_rows_scan(pvs_builder *builder, const char **region, pvs_error *error) {
  pvs_arena arena;
  pvs_arena_init(&arena);
  pass p = {.builder = builder, .region = region};
  pvs_intern_init(&p.ids, &arena);
  pvs_code code = pvs_csv_read(builder->study_path, builder->study_bytes.data,
                               builder->study_bytes.size, scan_record, &p, error);
  if (!code && p.ids.count == 0)
    code = pvs_fail(error, PVS_EMPTY, (pvs_where){.file = builder->study_path},
                    "found no scenario, expected a row for each");
  if (p.previous)
    for (uint32_t i = 0; builder->columns && i < builder->columns->n; i++)
      free(p.previous[i]);
  free(p.previous);
  pvs_intern_deinit(&p.ids);
  pvs_arena_deinit(&arena);
  return code;
}
