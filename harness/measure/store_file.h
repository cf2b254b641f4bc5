/* An append-only CSV file of plain structs: what every table of the store is kept in.
 *
 * A schema lists the columns of a row struct. Rows are appended under flock, with one write(2) per
 * call, so that rows of several processes never mix and a kill at any moment costs at most the row in
 * flight. The last column of every file is named `schema_<version>` and holds "." in each row: a
 * row that lacks it was torn. One row is one physical line (control characters in text become
 * spaces), so a torn row never takes its neighbours with it. A header line may stand anywhere and
 * holds for the rows behind it: files merge with cat. Columns are found by name; unknown ones are
 * ignored when reading and stay in the file; missing ones read as missing.
 *
 * Not thread safe per object; different processes may append to the same file at the same time. */
#ifndef HX_MEASURE_STORE_FILE_H
#define HX_MEASURE_STORE_FILE_H

#include "pvs/pvs.h"

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

/* A missing whole number; missing texts read as "" and missing reals as NaN. All three are written
 * as an empty cell. */
#define HX_STORE_NONE LLONG_MIN

typedef enum hx_store_cell {
  HX_CELL_TEXT, /* const char *; NULL is written as "" */
  HX_CELL_INT,  /* long long */
  HX_CELL_REAL, /* double */
} hx_store_cell;

typedef struct hx_store_column {
  const char *name, *unit, *meaning; /* results/README.md has the same words */
  hx_store_cell cell;
  size_t offset; /* in the row struct */
} hx_store_column;

typedef struct hx_store_schema {
  const char *file; /* "runs.csv" */
  int version;
  const hx_store_column *columns;
  size_t n_columns;
  size_t row_size;
} hx_store_schema;

/* Initialises a row: every text is "", and every number is missing. */
void hx_store_row_clear(const hx_store_schema *schema, void *row);

/* Who is told, in one sentence each, what is not right with a file that is read: lines that are no rows
 * of its table, a newer version. For the whole process, so that no reader can forget to pass it on.
 * NULL, as at first: nobody. */
enum { HX_STORE_WARNING = PATH_MAX + 256 };
typedef void hx_store_teller(const char *warning);
void hx_store_set_teller(hx_store_teller *teller);
void hx_store_tell(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Rows of one file in file order. Texts live as long as this. */
typedef struct hx_store_rows {
  const hx_store_schema *schema;
  void *rows; /* array of the schema's row struct */
  size_t n;
  size_t skipped;                 /* lines that were no whole row */
  char warning[HX_STORE_WARNING]; /* what was told about them; "" when none */
  char *text;                     /* owns the cells' texts */
} hx_store_rows;

/* Reads folder/schema->file; a file that does not exist has no rows. False with a sentence in error
 * (cannot be read, no memory); *out is then empty. */
bool hx_store_rows_read(const char *folder, const hx_store_schema *schema, hx_store_rows *out,
                        pvs_error *error);
void hx_store_rows_deinit(hx_store_rows *rows);

/* Calls visit for each whole row of folder/schema->file, in file order; a file that does not exist has
 * none, and other lines are passed over and told of. The row and its texts live until visit returns: a table may be
 * larger than memory. False with a sentence in error, as above; visit returns false when there is no
 * memory. */
typedef bool (*hx_store_visit)(void *ctx, const void *row);
bool hx_store_rows_each(const char *folder, const hx_store_schema *schema, hx_store_visit visit,
                        void *ctx, pvs_error *error);

typedef struct hx_store_file hx_store_file;

/* Opens for appending, creating the file when needed (not the folder). The header is written with
 * the first row. NULL with a sentence in error. */
hx_store_file *hx_store_file_open(const char *folder, const hx_store_schema *schema,
                                  pvs_error *error);
/* Appends n rows with one write. A missing final newline is completed first, and the header is
 * repeated when the last one in the file is another. When the disk refuses (full), the file is cut
 * back to where it was. */
bool hx_store_file_append(hx_store_file *file, const void *rows, size_t n, pvs_error *error);
/* fdatasync. */
bool hx_store_file_sync(hx_store_file *file, pvs_error *error);
void hx_store_file_close(hx_store_file *file); /* NULL is fine */

/* Opens the file, appends one row, syncs and closes it. False with a sentence in error. */
bool hx_store_row_keep(const char *folder, const hx_store_schema *schema, const void *row,
                       pvs_error *error);

/* A random (version 4) UUID as text. */
enum { HX_UUID_TEXT = 37 };
void hx_uuid(char text[HX_UUID_TEXT]);

#endif
