/* A row of study_<study>.csv on its way to a scenario. */
#ifndef PVS_INPUT_ROW_H
#define PVS_INPUT_ROW_H

#include "input/study_columns.h"

typedef struct pvs_row {
  pvs_builder *builder;
  const pvs_field *fields;
  long number; /* as a spreadsheet counts */
  const pvs_folder *folder;
  const folder_columns *columns;
  const pvs_arrangement *arrangement;
  const uint32_t *tariff_of_row; /* number of the tariff, by row of the table */
} pvs_row;

static inline const char *pvs_row_text(const pvs_row *row, int32_t column) {
  return pvs_study_cell(row->fields, column);
}
static inline pvs_where pvs_row_at(const pvs_row *row, int32_t column) {
  return pvs_study_at(row->builder, row->number, column);
}
/* An absent cell, or column -1, gives `absent`. In a check a cell that is wrong does too. */
pvs_code pvs_row_number(const pvs_row *row, int32_t column, double absent, double *value,
                        pvs_error *error);
pvs_code pvs_row_boolean(const pvs_row *row, int32_t column, bool absent, bool *value,
                         pvs_error *error);
/* An error about a cell: "found 'text', expected …". In a check it is kept, and PVS_OK returned. */
pvs_code pvs_row_refuse(const pvs_row *row, int32_t column, pvs_error *error, const char *format,
                        ...) __attribute__((format(printf, 4, 5)));
pvs_code pvs_row_warn(const pvs_row *row, int32_t column, pvs_error *error, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Resident of that name, n_residents for `central`, PVS_NONE for anybody else. */
uint32_t pvs_folder_owner(const pvs_folder *folder, const char *owner);

#endif
