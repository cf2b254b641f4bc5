/* Rows of a CSV file, one after the other, in bounded memory (libcsv, strict: quotes must be
 * well-formed). A UTF-8 byte order mark is skipped, LF and CRLF end rows, empty lines are no rows,
 * blanks belong to their field. */
#ifndef HX_MEASURE_CSV_ROWS_H
#define HX_MEASURE_CSV_ROWS_H

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

/* NULL with the reason in *error (malloc'd, naming the file; NULL when out of memory) when the file
 * cannot be opened. */
hx_csv_rows *hx_csv_rows_open(const char *path, char **error);

/* 1: *row is the next row; 0: no row is left; -1: unreadable, *error as above, naming file, row and
 * column. */
int hx_csv_rows_next(hx_csv_rows *r, hx_csv_row *row, char **error);

void hx_csv_rows_close(hx_csv_rows *r); /* NULL is fine */

#endif
