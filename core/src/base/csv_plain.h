/* A fast reader of plain CSV: UTF-8 without quotes and NUL bytes, with as many fields in every row as
 * in the header. It reads such text exactly as pvs_csv_read does, which reads everything else. */
#ifndef PVS_BASE_CSV_PLAIN_H
#define PVS_BASE_CSV_PLAIN_H

#include "base/csv.h"

/* One line, without its LF. */
typedef struct pvs_csv_line {
  const char *text;
  size_t length;
  long row; /* as a spreadsheet counts */
} pvs_csv_line;

typedef struct pvs_csv_plain {
  const char *at, *end; /* what is not read yet: whole lines, though the last LF may be missing */
  long row;             /* of the line at `at` */
  pvs_field *fields;    /* of the row that was split last */
  uint32_t n_fields, room;
  char *copy; /* of its text */
  size_t copy_size;
} pvs_csv_plain;

typedef enum pvs_csv_split {
  PVS_CSV_ROW,
  PVS_CSV_BLANK,     /* nothing but blanks and commas, which is no row */
  PVS_CSV_NOT_PLAIN, /* pvs_csv_read must decide what is in the file */
  PVS_CSV_NO_MEMORY
} pvs_csv_split;

/* Of `size` bytes whose first line is row number `row`. A byte order mark must have been left out. */
void pvs_csv_plain_init(pvs_csv_plain *plain, const char *data, size_t size, long row);
void pvs_csv_plain_deinit(pvs_csv_plain *plain);
/* The next line, whatever is in it; false at the end. */
bool pvs_csv_plain_next(pvs_csv_plain *plain, pvs_csv_line *line);
/* Its fields, valid until the next is split: n_columns of them, or as many as there are for 0 (a
 * header). */
pvs_csv_split pvs_csv_plain_split(pvs_csv_plain *plain, const pvs_csv_line *line,
                                  uint32_t n_columns);
/* Lines that begin in these bytes. */
long pvs_csv_count_lines(const char *data, size_t size);

#endif
