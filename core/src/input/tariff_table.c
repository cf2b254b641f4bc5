/* tariff_lookup.csv: rows that the study names become terms, then tariffs (MODEL.md section 3). */
#include "input/tariff_table.h"
#include "input/tariff_terms.h"
#include <stdio.h>
#include <string.h>

/* Gives the terms of a Calendar tariff its charges. */
static void take_charges(const pvs_builder *builder, pvs_table_row *r, pvs_tariff_terms *terms) {
  const uint32_t *first = builder->first_charge + r->row;
  terms->n_charges = first[1] - first[0];
  terms->charges =
      terms->n_charges > 0 ? builder->charges + first[0] : NULL; /* there may be no array */
  terms->n_registers = builder->study->n_registers;
  if (terms->n_charges == 0)
    pvs_table_row_refuse(r, "tariff_type",
                         builder->charge_table.n_columns > 0
                             ? "rows with this tariff_id in reference/tariff_calendar.csv"
                             : "a file reference/tariff_calendar.csv with this tariff's charges");
  for (size_t i = 0; i < terms->n_charges && !r->code; i++)
    if (terms->charges[i].kind == PVS_CHARGE_FEED_IN && terms->export_c_per_kwh != 0) {
      pvs_table_row_refuse(
          r, "fit_type",
          "Zero_Rate: this tariff has feed_in rows in reference/tariff_calendar.csv");
      return;
    }
}

/* Ids number the table's rows: a row without an id, or with one that is there already, gets a name
 * that no cell can have. */
static pvs_code index_row(pvs_builder *builder, uint32_t row, const char *id, pvs_error *error) {
  char nothing[16];
  int is_new = 0;
  uint32_t number =
      *id ? pvs_intern_add(&builder->tariff_ids, id, strlen(id), &is_new) : PVS_INTERN_NONE;
  if (*id && number == PVS_INTERN_NONE)
    return pvs_fail_memory(error);
  if (is_new)
    return PVS_OK;
  if (*id)
    builder->tariff_repeated[number] = row;
  int length = snprintf(nothing, sizeof nothing, "\n%u", row);
  return pvs_intern_add(&builder->tariff_ids, nothing, (size_t)length, NULL) == PVS_INTERN_NONE
             ? pvs_fail_memory(error)
             : PVS_OK;
}

pvs_code pvs_tariffs_index(pvs_builder *builder, pvs_error *error) {
  const pvs_table *table = &builder->tariff_table;
  int32_t column;
  pvs_code code = pvs_table_column(table, "tariff_id", true, &column, error);
  builder->tariff_repeated =
      pvs_arena_alloc(builder->arena, table->n_rows, sizeof *builder->tariff_repeated);
  if (!code && !builder->tariff_repeated)
    code = pvs_fail_memory(error);
  for (uint32_t row = 0; row < table->n_rows && !code; row++)
    code = index_row(builder, row, pvs_table_cell(table, row, column), error);
  return code;
}

uint32_t pvs_tariff_row(const pvs_builder *builder, const char *id) {
  return pvs_intern_find(&builder->tariff_ids, id, strlen(id));
}

static pvs_code compile_row(pvs_builder *builder, uint32_t row, pvs_tariff *tariff,
                            pvs_error *error) {
  pvs_study *study = builder->study;
  const pvs_table *table = &builder->tariff_table;
  uint32_t repeated = builder->tariff_repeated[row];
  if (repeated) {
    int32_t column;
    pvs_table_column(table, "tariff_id", false, &column, NULL);
    return pvs_fail(error, PVS_DUPLICATE, pvs_table_where(table, repeated, column),
                    "found '%s' a second time, expected each id once",
                    pvs_table_cell(table, row, column));
  }
  pvs_tariff_terms terms;
  pvs_table_row r = {.table = table,
                     .row = row,
                     .calendar = &study->metering.calendar,
                     .notes = &builder->notes,
                     .error = error};
  pvs_tariff_terms_read(&r, &study->metering.calendar, &terms);
  if (!r.code && pvs_tariff_calendar.matches(terms.type))
    take_charges(builder, &r, &terms);
  pvs_code code = r.code;
  if (!code)
    code = pvs_tariff_compile(tariff, &terms, &study->metering, builder->arena, error);
  if (code && error && !error->file[0])
    snprintf(error->file, sizeof error->file, "%s", table->file);
  if (code && error && !error->row)
    error->row = table->rows[row];
  return code;
}

pvs_code pvs_tariffs_compile(pvs_builder *builder, uint32_t *tariff_of_row, pvs_error *error) {
  pvs_study *study = builder->study;
  const pvs_table *table = &builder->tariff_table;
  const bool *used = builder->tariff_used;
  uint32_t n = 0;
  for (uint32_t row = 0; row < table->n_rows; row++)
    n += used[row];
  study->tariffs = pvs_arena_alloc(builder->arena, n, sizeof *study->tariffs);
  if (!study->tariffs)
    return pvs_fail_memory(error);
  for (uint32_t row = 0; row < table->n_rows; row++) {
    tariff_of_row[row] = PVS_NONE;
    if (!used[row])
      continue;
    pvs_code code = compile_row(builder, row, &study->tariffs[study->n_tariffs], error);
    code = pvs_settle(&builder->notes, code, error);
    if (code)
      return code;
    const pvs_tariff *made = &study->tariffs[study->n_tariffs];
    pvs_blocks *blocks = &study->metering.blocks[made->block];
    if (made->block && !blocks->first &&
        !pvs_blocks_compile(blocks, made->block, &study->metering.calendar, builder->arena))
      return pvs_fail_memory(error);
    study->needs |= made->needs;
    tariff_of_row[row] = study->n_tariffs++;
  }
  return PVS_OK;
}
