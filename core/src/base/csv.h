/* CSV tables through libcsv: optional UTF-8 BOM, LF or CRLF, quoted fields, last line with or
 * without newline; blank lines and rows of only commas are skipped. Every other row must have as many
 * fields as the header. NUL bytes, an unterminated quote, a quote in mid-field, text that is not
 * UTF-8, an empty file are PVS_SYNTAX or PVS_EMPTY errors naming file, row and column. Fields are trimmed of surrounding blanks when unquoted. */
#ifndef PVS_BASE_CSV_H
#define PVS_BASE_CSV_H

#include "base/arena.h"
#include "base/error.h"
#include <stdint.h>

typedef struct pvs_field {
  const char *text; /* NUL-terminated, valid during the callback */
  size_t length;
} pvs_field;

/* Called once per row: the header first with row 1 (the line a spreadsheet counts: blank lines
 * count, a quoted line break does not). Anything but PVS_OK stops the reading and is returned; the
 * callback has filled the error. */
typedef pvs_code (*pvs_csv_row)(void *ctx, long row, const pvs_field *fields, uint32_t n_fields,
                                pvs_error *error);

/* `file` names the input in errors. */
pvs_code pvs_csv_read(const char *file, const char *data, size_t size, pvs_csv_row take_row,
                      void *ctx, pvs_error *error);

/* An upper bound of how many rows the file has below the header, to allocate arrays at once: counts
 * the lines with at least n_columns - 1 commas. */
size_t pvs_csv_rows_bound(const char *data, size_t size, uint32_t n_columns);

/* A whole table in memory. Columns with a blank header are kept but cannot be found by name. Rows
 * whose fields are all blank are left out. */
typedef struct pvs_table {
  const char *file;
  uint32_t n_columns, n_rows;
  const char **header; /* n_columns */
  const char **cells;  /* n_rows x n_columns, "" = absent */
  const long *rows;    /* spreadsheet row of each */
  long header_row;
} pvs_table;

/* Everything lies in the arena. A table without rows is fine here. */
pvs_code pvs_table_parse(pvs_table *table, const char *file, const char *data, size_t size,
                         pvs_arena *arena, pvs_error *error);
/* Reads base/relative through the source. A missing file is an error naming it. *input_digest and
 * *input_bytes (both may be NULL) are advanced over it. */
pvs_code pvs_table_load(pvs_table *table, const pvs_source *source, const char *base,
                        const char *relative, pvs_arena *arena, uint64_t *input_digest,
                        uint64_t *input_bytes, pvs_error *error);
/* *column is the index of the column of that name, -1 where there is none. Fails with PVS_DUPLICATE
 * when two columns have the name, with PVS_MISSING_COLUMN when a `required` one is absent. */
pvs_code pvs_table_column(const pvs_table *table, const char *name, bool required, int32_t *column,
                          pvs_error *error);
static inline const char *pvs_table_cell(const pvs_table *table, uint32_t row, int32_t column) {
  return column < 0 ? "" : table->cells[(size_t)row * table->n_columns + (size_t)column];
}
/* The row whose column `key` holds `id`. An id that is not there is PVS_UNKNOWN_ID at `cell`, the
 * place that named it; one that is there twice is PVS_DUPLICATE in the table. */
pvs_code pvs_table_find(const pvs_table *table, const char *key, const char *id, pvs_where cell,
                        uint32_t *row, pvs_error *error);
/* A number cell: absent gives `absent`; text, nan, infinity or a number beyond PVS_GREATEST_INPUT is
 * PVS_BAD_VALUE naming file, row, column, what was found. */
pvs_code pvs_table_number(const pvs_table *table, uint32_t row, int32_t column, double absent,
                          double *value, pvs_error *error);
/* TRUE/FALSE or yes/no in any case, 1/0, 1.0/0.0; absent = false. */
pvs_code pvs_table_bool(const pvs_table *table, uint32_t row, int32_t column, bool *value,
                        pvs_error *error);
pvs_where pvs_table_where(const pvs_table *table, uint32_t row, int32_t column);

#endif
