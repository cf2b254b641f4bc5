#include "input/alike_names.h"
#include "base/name_set.h"

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

static pvs_code check_name(pvs_builder *builder, pvs_name_set *set, const char *name,
                           pvs_where where, pvs_error *error) {
  int is_new;
  const char *twin;
  pvs_code code = pvs_name_set_add(set, name, &is_new, &twin, error);
  if (code || !twin)
    return code;
  return pvs_warn(&builder->notes, error, where,
                  "found '%.80s' beside '%.80s': they look the same but are two names", name, twin);
}

static pvs_code check_column(pvs_builder *builder, pvs_name_set *set, const pvs_table *table,
                             const char *header, pvs_error *error) {
  int32_t column;
  if (pvs_table_column(table, header, true, &column, NULL))
    return PVS_OK; /* whoever needs the column says so */
  pvs_code code = PVS_OK;
  for (uint32_t row = 0; row < table->n_rows && !code; row++)
    code = check_name(builder, set, pvs_table_cell(table, row, column),
                      pvs_table_where(table, row, column), error);
  return code;
}

/* Tariffs may be in two tables, of which each must find the other's. */
static pvs_code check_tables(pvs_builder *builder, pvs_error *error) {
  const struct {
    const pvs_table *tables[2];
    const char *header;
  } ids[] = {
      {{&builder->tariff_table, &builder->charge_table}, "tariff_id"},
      {{&builder->charge_table}, "register"},
      {{&builder->battery_table}, "battery_id"},
      {{&builder->strategy_table}, "battery_strategy"},
      {{&builder->en_table}, "en_capex_id"},
      {{&builder->pv_table}, "pv_cap_id"},
      {{&builder->holiday_table}, "region"},
  };
  pvs_code code = PVS_OK;
  for (size_t i = 0; i < COUNT_OF(ids) && !code; i++) {
    pvs_name_set set;
    pvs_name_set_init(&set);
    for (size_t j = 0; j < COUNT_OF(ids[i].tables) && ids[i].tables[j] && !code; j++)
      code = check_column(builder, &set, ids[i].tables[j], ids[i].header, error);
    pvs_name_set_deinit(&set);
  }
  return code;
}

static pvs_code check_households(pvs_builder *builder, const pvs_folder *folder, pvs_error *error) {
  if (folder->is_unknown)
    return PVS_OK;
  const pvs_profile *first = &builder->study->loads[folder->first_load].profile;
  pvs_name_set set;
  pvs_name_set_init(&set);
  pvs_code code = PVS_OK;
  for (uint32_t i = 0; i < first->n_series && !code; i++)
    code = check_name(builder, &set, first->names[i],
                      (pvs_where){.file = first->path,
                                  .row = pvs_profile_header_row(first),
                                  .column = first->names[i]},
                      error);
  pvs_name_set_deinit(&set);
  return code;
}

/* Of what a column of the study file names; rows[i] is the first row that has the i-th name. */
static pvs_code check_cells(pvs_builder *builder, const pvs_intern *names, const long *rows,
                            const char *header, pvs_error *error) {
  pvs_name_set set;
  pvs_name_set_init(&set);
  pvs_code code = PVS_OK;
  for (uint32_t i = 0; i < names->count && !code; i++)
    code = check_name(builder, &set, names->keys[i],
                      (pvs_where){.file = builder->study_path, .row = rows[i], .column = header},
                      error);
  pvs_name_set_deinit(&set);
  return code;
}

pvs_code pvs_alike_names_check(pvs_builder *builder, pvs_error *error) {
  const pvs_study *study = builder->study;
  pvs_code code = check_tables(builder, error);
  for (uint32_t i = 0; i < study->n_folders && !code; i++)
    code = check_households(builder, &study->folders[i], error);
  if (!code)
    code = check_cells(builder, &builder->folder_names, builder->folder_rows.items, "load_folder",
                       error);
  return code ? code
              : check_cells(builder, &builder->pv_names, builder->pv_rows.items, "pv_filename",
                            error);
}
