#include "input/study_columns.h"
#include <stdio.h>
#include <string.h>
#include <strings.h>

pvs_where pvs_study_at(const pvs_builder *builder, long row, int32_t column) {
  return (pvs_where){.file = builder->study_path,
                     .row = row,
                     .column = column >= 0 ? builder->columns->names[column] : NULL,
                     .column_number = column + 1};
}

const char *const *pvs_study_fixed_columns(void) {
  static const char *const names[] = {
#define HEADER(member, header, required) header,
      FIXED_COLUMNS(HEADER)
#undef HEADER
          NULL};
  return names;
}

bool pvs_study_column_is_fixed(const char *name) {
  const char *const *fixed = pvs_study_fixed_columns();
  while (*fixed && strcmp(*fixed, name) != 0)
    fixed++;
  return *fixed != NULL;
}

pvs_code pvs_study_column(pvs_builder *builder, const char *name, int32_t *column,
                          pvs_error *error) {
  const struct pvs_study_columns *c = builder->columns;
  *column = -1;
  for (uint32_t i = 0; i < c->n; i++) {
    if (strcmp(c->names[i], name) != 0)
      continue;
    if (*column >= 0)
      return pvs_fail(error, PVS_DUPLICATE, pvs_study_at(builder, c->header_row, (int32_t)i),
                      "found the header '%s' a second time, expected it once", name);
    *column = (int32_t)i;
  }
  return PVS_OK;
}

pvs_code pvs_battery_columns_find(pvs_builder *builder, const char *owner, battery_columns *columns,
                                  pvs_error *error) {
  char name[320];
  snprintf(name, sizeof name, "%s_battery_id", owner);
  pvs_code code = pvs_study_column(builder, name, &columns->id, error);
  snprintf(name, sizeof name, "%s_battery_strategy", owner);
  if (!code)
    code = pvs_study_column(builder, name, &columns->strategy, error);
  snprintf(name, sizeof name, "%s_battery_capacity_kWh", owner);
  if (!code)
    code = pvs_study_column(builder, name, &columns->capacity, error);
  return code;
}

void pvs_pv_file_name(const char *cell, char name[PVS_PV_NAME]) {
  size_t length = strlen(cell);
  bool has_suffix = length > 4 && strcasecmp(cell + length - 4, ".csv") == 0;
  snprintf(name, PVS_PV_NAME, "%s%s", cell, has_suffix ? "" : ".csv");
  for (char *p = name; *p; p++)
    if (*p == '\\')
      *p = '/';
}

static pvs_code find_kwp_columns(pvs_builder *builder, pvs_error *error) {
  struct pvs_study_columns *c = builder->columns;
  c->kwp = pvs_arena_alloc(builder->arena, c->n, sizeof *c->kwp);
  c->kwp_owners = pvs_arena_alloc(builder->arena, c->n, sizeof *c->kwp_owners);
  if (!c->kwp || !c->kwp_owners)
    return pvs_fail_memory(error);
  for (uint32_t i = 0; i < c->n; i++) {
    size_t length = strlen(c->names[i]);
    if (length <= 4 || strcasecmp(c->names[i] + length - 4, "_kwp") != 0)
      continue;
    c->kwp[c->n_kwp] = (int32_t)i;
    c->kwp_owners[c->n_kwp] = pvs_arena_string(builder->arena, c->names[i], length - 4);
    if (!c->kwp_owners[c->n_kwp])
      return pvs_fail_memory(error);
    for (uint32_t k = 0; k < c->n_kwp; k++)
      if (strcmp(c->kwp_owners[k], c->kwp_owners[c->n_kwp]) == 0)
        return pvs_fail(error, PVS_DUPLICATE, pvs_study_at(builder, c->header_row, (int32_t)i),
                        "found a second column for the system of '%s', expected '%s' alone",
                        c->kwp_owners[k], c->names[c->kwp[k]]);
    c->n_kwp++;
  }
  return PVS_OK;
}

pvs_code pvs_study_columns_read(pvs_builder *builder, long row, const pvs_field *fields, uint32_t n,
                                pvs_error *error) {
  struct pvs_study_columns *c = pvs_arena_alloc(builder->arena, 1, sizeof *c);
  if (!c)
    return pvs_fail_memory(error);
  builder->columns = c;
  c->header_row = row;
  c->n = n;
  c->names = pvs_arena_alloc(builder->arena, n, sizeof *c->names);
  c->has_value = pvs_arena_alloc(builder->arena, n, sizeof *c->has_value);
  c->has_other = pvs_arena_alloc(builder->arena, n, sizeof *c->has_other);
  if (!c->names || !c->has_value || !c->has_other)
    return pvs_fail_memory(error);
  for (uint32_t i = 0; i < n; i++)
    if (!(c->names[i] = pvs_arena_string(builder->arena, fields[i].text, fields[i].length)))
      return pvs_fail_memory(error);
  pvs_code code;
  char missing[512] = "";
  const char *first_missing = NULL;
#define FIND(member, header, required)                                                             \
  code = pvs_study_column(builder, header, &c->member, error);                                     \
  if (code)                                                                                        \
    return code;                                                                                   \
  if ((required) && c->member < 0) {                                                               \
    size_t used = strlen(missing);                                                                 \
    snprintf(missing + used, sizeof missing - used, "%s'%s'", used ? ", " : "", header);           \
    first_missing = first_missing ? first_missing : header;                                        \
  }
  FIXED_COLUMNS(FIND)
#undef FIND
  if (first_missing)
    return pvs_fail(error, PVS_MISSING_COLUMN,
                    (pvs_where){.file = builder->study_path, .row = row, .column = first_missing},
                    "the header has no column %s", missing);
  code = pvs_battery_columns_find(builder, "central", &c->central, error);
  if (!code)
    code = pvs_battery_columns_find(builder, "all", &c->all, error);
  return code ? code : find_kwp_columns(builder, error);
}
