/* CSV tables in memory. */
#include "base/csv.h"
#include "base/digest.h"
#include "base/number.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

typedef struct builder {
  pvs_table *table;
  pvs_arena *arena;
  const char *data;
  size_t size;
  const char **cells;
  long *rows;
} builder;

static const char *keep_text(pvs_arena *arena, pvs_field field) {
  return field.length == 0 ? "" : pvs_arena_string(arena, field.text, field.length);
}

static pvs_code take_header(builder *self, const pvs_field *fields, uint32_t n_fields,
                            pvs_error *error) {
  pvs_table *table = self->table;
  const size_t bound = pvs_csv_rows_bound(self->data, self->size, n_fields);
  if (bound > UINT32_MAX || bound > SIZE_MAX / n_fields) {
    return pvs_fail_memory(error);
  }
  const char **header = pvs_arena_alloc(self->arena, n_fields, sizeof *header);
  self->cells = pvs_arena_alloc(self->arena, bound * n_fields, sizeof *self->cells);
  self->rows = pvs_arena_alloc(self->arena, bound, sizeof *self->rows);
  if (header == NULL || self->cells == NULL || self->rows == NULL) {
    return pvs_fail_memory(error);
  }
  for (uint32_t i = 0; i < n_fields; i++) {
    header[i] = keep_text(self->arena, fields[i]);
    if (header[i] == NULL) {
      return pvs_fail_memory(error);
    }
  }
  table->n_columns = n_fields;
  table->header = header;
  table->cells = self->cells;
  table->rows = self->rows;
  return PVS_OK;
}

static pvs_code take_record(void *ctx, long row, const pvs_field *fields, uint32_t n_fields,
                            pvs_error *error) {
  builder *self = ctx;
  pvs_table *table = self->table;
  if (table->header == NULL) {
    table->header_row = row;
    return take_header(self, fields, n_fields, error);
  }
  const char **cells = self->cells + (size_t)table->n_rows * n_fields;
  bool blank = true;
  for (uint32_t i = 0; i < n_fields; i++) {
    cells[i] = keep_text(self->arena, fields[i]);
    if (cells[i] == NULL) {
      return pvs_fail_memory(error);
    }
    blank = blank && fields[i].length == 0;
  }
  if (!blank) {
    self->rows[table->n_rows++] = row;
  }
  return PVS_OK;
}

pvs_code pvs_table_parse(pvs_table *table, const char *file, const char *data, size_t size,
                         pvs_arena *arena, pvs_error *error) {
  *table = (pvs_table){.file = pvs_arena_string(arena, file, strlen(file))};
  if (table->file == NULL) {
    return pvs_fail_memory(error);
  }
  builder self = {.table = table, .arena = arena, .data = data, .size = size};
  return pvs_csv_read(table->file, data, size, take_record, &self, error);
}

pvs_code pvs_table_load(pvs_table *table, const pvs_source *source, const char *base,
                        const char *relative, pvs_arena *arena, uint64_t *input_digest,
                        uint64_t *input_bytes, pvs_error *error) {
  *table = (pvs_table){0};
  const size_t path_size = strlen(base) + strlen(relative) + 2;
  char *path = pvs_arena_small(arena, path_size);
  if (path == NULL) {
    return pvs_fail_memory(error);
  }
  snprintf(path, path_size, "%s/%s", base, relative);
  pvs_bytes bytes;
  pvs_code code = source->read(source->ctx, path, &bytes, error);
  if (code != PVS_OK) {
    return code;
  }
  code = pvs_table_parse(table, path, bytes.data, bytes.size, arena, error);
  if (input_digest != NULL) {
    *input_digest = pvs_digest_add(*input_digest, bytes.data, bytes.size);
  }
  if (input_bytes != NULL) {
    *input_bytes += bytes.size;
  }
  source->release(source->ctx, &bytes);
  return code;
}

pvs_code pvs_table_column(const pvs_table *table, const char *name, bool required, int32_t *column,
                          pvs_error *error) {
  *column = -1;
  if (name[0] == '\0') {
    return PVS_OK;
  }
  const pvs_where where = {.file = table->file, .row = table->header_row, .column = name};
  for (uint32_t i = 0; i < table->n_columns; i++) {
    /* Most differ in their first byte: tariffs alone are asked for thousands of columns. */
    if (table->header[i][0] != name[0] || strcmp(table->header[i], name) != 0) {
      continue;
    }
    if (*column >= 0) {
      return pvs_fail(error, PVS_DUPLICATE, where, "columns %ld and %ld are both named \"%s\"",
                      (long)*column + 1, (long)i + 1, name);
    }
    *column = (int32_t)i;
  }
  if (required && *column < 0) {
    return pvs_fail(error, PVS_MISSING_COLUMN, where, "there is no column \"%s\"", name);
  }
  return PVS_OK;
}

pvs_where pvs_table_where(const pvs_table *table, uint32_t row, int32_t column) {
  pvs_where where = {.file = table->file, .row = row < table->n_rows ? table->rows[row] : 0};
  if (column >= 0) {
    where.column = table->header[column];
    where.column_number = (long)column + 1;
  }
  return where;
}

pvs_code pvs_table_number(const pvs_table *table, uint32_t row, int32_t column, double absent,
                          double *value, pvs_error *error) {
  const char *cell = pvs_table_cell(table, row, column);
  if (cell[0] == '\0') {
    *value = absent;
    return PVS_OK;
  }
  if (!pvs_parse_double(cell, strlen(cell), value)) {
    return pvs_fail(error, PVS_BAD_VALUE, pvs_table_where(table, row, column),
                    "\"%.80s\", expected a number%s", cell, pvs_number_hint(cell));
  }
  if (fabs(*value) > PVS_GREATEST_INPUT) {
    *value = absent;
    return pvs_fail(error, PVS_BAD_VALUE, pvs_table_where(table, row, column),
                    "\"%.80s\", expected a number of at most %g in size", cell, PVS_GREATEST_INPUT);
  }
  return PVS_OK;
}

pvs_code pvs_table_bool(const pvs_table *table, uint32_t row, int32_t column, bool *value,
                        pvs_error *error) {
  const char *cell = pvs_table_cell(table, row, column);
  *value = false;
  if (cell[0] == '\0' || pvs_parse_boolean(cell, value)) {
    return PVS_OK;
  }
  return pvs_fail(error, PVS_BAD_VALUE, pvs_table_where(table, row, column),
                  "\"%.80s\", expected TRUE or FALSE", cell);
}

pvs_code pvs_table_find(const pvs_table *table, const char *key, const char *id, pvs_where cell,
                        uint32_t *row, pvs_error *error) {
  int32_t column;
  const pvs_code code = pvs_table_column(table, key, true, &column, error);
  if (code != PVS_OK) {
    return code;
  }
  bool found = false;
  for (uint32_t i = 0; i < table->n_rows; i++) {
    if (strcmp(pvs_table_cell(table, i, column), id) != 0) {
      continue;
    }
    if (found) {
      return pvs_fail(error, PVS_DUPLICATE, pvs_table_where(table, i, column),
                      "found '%s' a second time, expected each id once", id);
    }
    found = true;
    *row = i;
  }
  return found ? PVS_OK
               : pvs_fail(error, PVS_UNKNOWN_ID, cell,
                          "found '%s', expected one of column %s of %s", id, key, table->file);
}
