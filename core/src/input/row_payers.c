/* Who pays which tariff in a scenario. */
#include "input/row_payers.h"
#include "input/tariff_table.h"
#include "input/tariff_usual.h"
#include <string.h>

static pvs_code tariff(const pvs_row *row, int32_t column, uint32_t *id, pvs_error *error) {
  const char *text = pvs_row_text(row, column);
  uint32_t table_row = *text ? pvs_tariff_row(row->builder, text) : PVS_NONE;
  *id = 0;
  if (table_row == PVS_NONE) {
    pvs_code code = pvs_fail(error, PVS_UNKNOWN_ID, pvs_row_at(row, column),
                             PVS_FOUND ", expected a tariff_id of %s", PVS_FOUND_ARGS(text),
                             row->builder->tariff_table.file);
    return pvs_settle(&row->builder->notes, code, error);
  }
  *id = row->tariff_of_row[table_row];
  return PVS_OK;
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

static bool is_free(const pvs_tariff *tariff) {
  return tariff->fixed_c_per_day == 0 && !tariff->import_rate && tariff->flat_c_per_kwh == 0 &&
         tariff->block == PVS_BLOCK_NONE && !tariff->demand_mask && tariff->n_demands == 0;
}

/* A household, or the parent meter of an embedded network, that pays nothing, or what nobody pays.
 * Common property that pays nothing is usual: its bill may be the network's. */
static pvs_code warn_odd_tariff(const pvs_row *row, const uint32_t *ids, pvs_error *error) {
  enum { MOST_HOUSEHOLD_FIXED = 1000 };
  const pvs_study *study = row->builder->study;
  const uint32_t n = row->folder->n_residents;
  if (row->builder->notes.n_errors > 0)
    return PVS_OK;
  if (row->arrangement->embedded && is_free(&study->tariffs[ids[n]]))
    return pvs_row_warn(row, row->builder->columns->parent, error,
                        "found '%.80s', a tariff without charges: what the building imports costs "
                        "nothing",
                        pvs_row_text(row, row->builder->columns->parent));
  const bool has_households = strcmp(row->arrangement->id, "cp_only") != 0;
  int32_t seen = -1;
  for (uint32_t i = 0; i < n && has_households; i++) {
    const int32_t column = row->columns->tariff[i];
    const pvs_tariff *paid = &study->tariffs[ids[i]];
    if (i == row->folder->cp || column == seen)
      continue;
    seen = column;
    if (is_free(paid))
      return pvs_row_warn(
          row, column, error,
          "found '%.80s', a tariff without charges: what is imported under it costs "
          "nothing",
          pvs_row_text(row, column));
    if (paid->fixed_c_per_day > MOST_HOUSEHOLD_FIXED && paid->fixed_c_per_day <= PVS_MOST_FIXED)
      return pvs_row_warn(row, column, error,
                          "found '%.80s', with %g c/day for each household; usual are 50 to 200 "
                          "(is it a charge per month?)",
                          pvs_row_text(row, column), paid->fixed_c_per_day);
  }
  return PVS_OK;
}

pvs_code pvs_row_payers(const pvs_row *row, pvs_scenario *scenario, pvs_error *error) {
  uint32_t n = row->folder->n_residents, *ids = row->builder->columns->scratch_ids;
  const struct pvs_study_columns *c = row->builder->columns;
  for (uint32_t i = 0; i < n; i++) {
    /* Nearly always the column of the resident before: no second look-up. */
    if (i > 0 && row->columns->tariff[i] == row->columns->tariff[i - 1]) {
      ids[i] = ids[i - 1];
      continue;
    }
    pvs_code code = tariff(row, row->columns->tariff[i], &ids[i], error);
    if (code)
      return code;
  }
  pvs_code code = tariff(row, c->parent, &ids[n], error);
  if (!code && row->folder->is_unknown && c->all_residents >= 0)
    code = tariff(row, c->all_residents, &ids[n + 1], error);
  if (!code)
    code = tariff(row, c->network_tariff, &ids[n + 1], error);
  if (!code)
    code = check_registers(row, ids, error);
  if (!code)
    code = warn_unpaid_solar(row, ids, error);
  if (!code)
    code = warn_odd_tariff(row, ids, error);
  if (code)
    return code;
  scenario->payers = pvs_intern_add(&row->builder->payer_keys, ids, (n + 2) * sizeof *ids, NULL);
  return scenario->payers == PVS_INTERN_NONE ? pvs_fail_memory(error) : PVS_OK;
}
