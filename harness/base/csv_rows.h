/* Rows of CSV text by libcsv, strict: quotes must be well-formed. LF and CRLF end rows, empty lines
 * are skipped, and blanks belong to their field. A file is read row by row in bounded memory, and a
 * UTF-8 byte order mark is skipped. */
#ifndef HX_BASE_CSV_ROWS_H
#define HX_BASE_CSV_ROWS_H

#include "pvs/pvs.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct hx_csv_rows hx_csv_rows;

typedef struct hx_csv_field {
  const char *text; /* NUL-terminated, and holding no other NUL */
  size_t length;
} hx_csv_field;

typedef struct hx_csv_row {
  const hx_csv_field *fields; /* valid until the next call on the same file */
  size_t n_fields;
  size_t line; /* where it starts, from 1 */
} hx_csv_row;

/* NULL when the file cannot be opened, or memory is short. */
hx_csv_rows *hx_csv_rows_open(const char *path, pvs_error *error);
/* For hx_csv_rows_split alone: no file. NULL when memory is short. */
hx_csv_rows *hx_csv_rows_create(pvs_error *error);
void hx_csv_rows_close(hx_csv_rows *r); /* NULL is fine */

/* 1: *row is the next row; 0: no row is left; -1: unreadable, with an error that names file, row
 * and column. */
int hx_csv_rows_next(hx_csv_rows *r, hx_csv_row *row, pvs_error *error);

/* Splits one row in memory. 1: *row is it; 0: the text is not exactly one well-formed row; -1: memory
 * is short. */
int hx_csv_rows_split(hx_csv_rows *r, const char *text, size_t length, hx_csv_row *row);

#endif
