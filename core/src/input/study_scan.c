/* First pass over study_<study>.csv: its columns, and what the whole study needs (folders, PV
 * files, tariffs, region, duplicate numbers). */
#include "base/number.h"
#include "input/study_columns.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

typedef struct pass {
  struct pvs_study *study;
  const char **region;
  pvs_intern ids;
  char **previous; /* last text by column that was looked up as a tariff id */
} pass;

pvs_where pvs_study_at(const struct pvs_study *study, long row, int32_t column) {
  return (pvs_where){.file = study->study_path,
                     .row = row,
                     .column = column >= 0 ? study->columns->names[column] : NULL,
                     .column_number = column + 1};
}

pvs_code pvs_study_column(struct pvs_study *study, const char *name, int32_t *column,
                          pvs_error *error) {
  const struct pvs_study_columns *c = study->columns;
  *column = -1;
  for (uint32_t i = 0; i < c->n; i++) {
    if (strcmp(c->names[i], name) != 0)
      continue;
    if (*column >= 0)
      return pvs_fail(error, PVS_DUPLICATE, pvs_study_at(study, 1, (int32_t)i),
                      "found the header '%s' a second time, expected it once", name);
    *column = (int32_t)i;
  }
  return PVS_OK;
}

pvs_code pvs_battery_columns_find(struct pvs_study *study, const char *owner,
                                  battery_columns *columns, pvs_error *error) {
  char name[320];
  snprintf(name, sizeof name, "%s_battery_id", owner);
  pvs_code code = pvs_study_column(study, name, &columns->id, error);
  snprintf(name, sizeof name, "%s_battery_strategy", owner);
  if (!code)
    code = pvs_study_column(study, name, &columns->strategy, error);
  snprintf(name, sizeof name, "%s_battery_capacity_kWh", owner);
  if (!code)
    code = pvs_study_column(study, name, &columns->capacity, error);
  return code;
}

static pvs_code find_kwp_columns(struct pvs_study *study, pvs_error *error) {
  struct pvs_study_columns *c = study->columns;
  c->kwp = pvs_arena_alloc(&study->arena, c->n, sizeof *c->kwp);
  c->kwp_owners = pvs_arena_alloc(&study->arena, c->n, sizeof *c->kwp_owners);
  if (!c->kwp || !c->kwp_owners)
    return pvs_fail_memory(error);
  for (uint32_t i = 0; i < c->n; i++) {
    size_t length = strlen(c->names[i]);
    if (length <= 4 || strcasecmp(c->names[i] + length - 4, "_kwp") != 0)
      continue;
    c->kwp[c->n_kwp] = (int32_t)i;
    c->kwp_owners[c->n_kwp] = pvs_arena_string(&study->arena, c->names[i], length - 4);
    if (!c->kwp_owners[c->n_kwp])
      return pvs_fail_memory(error);
    for (uint32_t k = 0; k < c->n_kwp; k++)
      if (strcmp(c->kwp_owners[k], c->kwp_owners[c->n_kwp]) == 0)
        return pvs_fail(error, PVS_DUPLICATE, pvs_study_at(study, 1, (int32_t)i),
                        "found a second column for the system of '%s', expected '%s' alone",
                        c->kwp_owners[k], c->names[c->kwp[k]]);
    c->n_kwp++;
  }
  return PVS_OK;
}

static pvs_code read_header(struct pvs_study *study, const pvs_field *fields, uint32_t n,
                            pvs_error *error) {
  struct pvs_study_columns *c = pvs_arena_alloc(&study->arena, 1, sizeof *c);
  if (!c)
    return pvs_fail_memory(error);
  study->columns = c;
  c->n = n;
  c->names = pvs_arena_alloc(&study->arena, n, sizeof *c->names);
  if (!c->names)
    return pvs_fail_memory(error);
  for (uint32_t i = 0; i < n; i++)
    if (!(c->names[i] = pvs_arena_string(&study->arena, fields[i].text, fields[i].length)))
      return pvs_fail_memory(error);
  pvs_code code;
#define FIND(member, header, required)                                                             \
  code = pvs_study_column(study, header, &c->member, error);                                       \
  if (code)                                                                                        \
    return code;                                                                                   \
  if ((required) && c->member < 0)                                                                 \
    return pvs_fail(error, PVS_MISSING_COLUMN,                                                     \
                    (pvs_where){.file = study->study_path, .row = 1, .column = header},            \
                    "the header has no column '%s'", header);
  FIXED_COLUMNS(FIND)
#undef FIND
  code = pvs_battery_columns_find(study, "central", &c->central, error);
  if (!code)
    code = pvs_battery_columns_find(study, "all", &c->all, error);
  return code ? code : find_kwp_columns(study, error);
}

/* ---- first pass ---- */

static pvs_code scan_number(struct pvs_study *study, pass *p, long row, const pvs_field *fields,
                            pvs_error *error) {
  int32_t column = study->columns->scenario;
  double value;
  if (!pvs_parse_double(fields[column].text, fields[column].length, &value) ||
      value != trunc(value) || fabs(value) > 1e15)
    return pvs_fail(error, PVS_BAD_VALUE, pvs_study_at(study, row, column),
                    "found '%s', expected a whole number", fields[column].text);
  int64_t id = (int64_t)value;
  int is_new;
  if (pvs_intern_add(&p->ids, &id, sizeof id, &is_new) == PVS_INTERN_NONE)
    return pvs_fail_memory(error);
  if (!is_new)
    return pvs_fail(error, PVS_DUPLICATE, pvs_study_at(study, row, column),
                    "found scenario %lld a second time, expected each number once", (long long)id);
  return PVS_OK;
}

static pvs_code scan_names(struct pvs_study *study, long row, const pvs_field *fields,
                           pvs_error *error) {
  const struct pvs_study_columns *c = study->columns;
  const char *folder = pvs_study_cell(fields, c->load_folder),
             *arrangement = pvs_study_cell(fields, c->arrangement),
             *pv = pvs_study_cell(fields, c->pv_filename);
  if (!*folder)
    return pvs_fail(error, PVS_BAD_VALUE, pvs_study_at(study, row, c->load_folder),
                    "found an empty cell, expected a folder of load_profiles");
  if (pvs_intern_add(&study->folder_names, folder, strlen(folder), NULL) == PVS_INTERN_NONE)
    return pvs_fail_memory(error);
  const pvs_arrangement *a = pvs_arrangement_find(arrangement);
  if (!a)
    return pvs_fail(error, PVS_UNKNOWN_ID, pvs_study_at(study, row, c->arrangement),
                    PVS_FOUND ", expected bau, bau_bat, en, en_pv, cp_only, btm_i_u, btm_i_c, "
                              "btm_s_u, btm_s_c, btm_p_u or btm_p_c",
                    PVS_FOUND_ARGS(arrangement));
  if (!*pv || !a->has_pv)
    return PVS_OK;
  char name[1024];
  size_t length = strlen(pv);
  bool has_suffix = length > 4 && strcasecmp(pv + length - 4, ".csv") == 0;
  snprintf(name, sizeof name, "%s%s", pv, has_suffix ? "" : ".csv");
  return pvs_intern_add(&study->pv_names, name, strlen(name), NULL) == PVS_INTERN_NONE
             ? pvs_fail_memory(error)
             : PVS_OK;
}

/* Any cell that is a tariff's id puts that tariff among the saved ones. */
static pvs_code scan_tariffs(pass *p, const pvs_field *fields, uint32_t n, pvs_error *error) {
  for (uint32_t i = 0; i < n; i++) {
    if (!fields[i].length)
      continue;
    char *last = p->previous[i];
    if (last && strcmp(last, fields[i].text) == 0)
      continue;
    free(last);
    if (!(p->previous[i] = strdup(fields[i].text)))
      return pvs_fail_memory(error);
    uint32_t row = pvs_tariff_row(p->study, fields[i].text);
    if (row != PVS_NONE)
      p->study->tariff_used[row] = true;
  }
  return PVS_OK;
}

static pvs_code scan_record(void *ctx, long row, const pvs_field *fields, uint32_t n,
                            pvs_error *error) {
  pass *p = ctx;
  struct pvs_study *study = p->study;
  if (!study->columns) {
    p->previous = calloc(n, sizeof *p->previous);
    return p->previous ? read_header(study, fields, n, error) : pvs_fail_memory(error);
  }
  const struct pvs_study_columns *c = study->columns;
  if (!fields[c->scenario].length)
    return PVS_OK;
  pvs_code code = scan_number(study, p, row, fields, error);
  if (!code)
    code = scan_names(study, row, fields, error);
  if (!code)
    code = scan_tariffs(p, fields, n, error);
  const char *dst = pvs_study_cell(fields, c->dst);
  if (!code && *dst && !*p->region &&
      !(*p->region = pvs_arena_string(&study->arena, dst, strlen(dst))))
    code = pvs_fail_memory(error);
  return code;
}

pvs_code pvs_study_rows_scan(struct pvs_study *study, const char **region, pvs_error *error) {
  pvs_arena arena;
  pvs_arena_init(&arena);
  pass p = {.study = study, .region = region};
  pvs_intern_init(&p.ids, &arena);
  pvs_code code = pvs_csv_read(study->study_path, study->study_bytes.data, study->study_bytes.size,
                               scan_record, &p, error);
  if (!code && p.ids.count == 0)
    code = pvs_fail(error, PVS_EMPTY, (pvs_where){.file = study->study_path},
                    "found no scenario, expected a row for each");
  if (p.previous)
    for (uint32_t i = 0; study->columns && i < study->columns->n; i++)
      free(p.previous[i]);
  free(p.previous);
  pvs_intern_deinit(&p.ids);
  pvs_arena_deinit(&arena);
  return code;
}
