/* What a table holds, for the files that print it. Everything here is owned by the table. */
#ifndef HX_CLI_TABLE_DATA_H
#define HX_CLI_TABLE_DATA_H

#include "cli/table.h"

#include <stdio.h>

typedef struct hx_cell {
  char *text;   /* as the text form shows it; NULL: empty */
  double value; /* of a number that is not empty; 1 or 0 of a bool */
} hx_cell;

typedef struct hx_table_column_info {
  char *key;
  char *header; /* NULL: not in the text form */
  hx_column_kind kind;
} hx_table_column_info;

typedef struct hx_table_fact_info {
  char *key, *text;
  bool words; /* for people only */
} hx_table_fact_info;

struct hx_table {
  char *key, *title;
  char *sweep; /* NULL: shows no measurement */
  hx_table_column_info *columns;
  hx_cell *cells; /* row by row, n_columns each */
  char **notes;
  hx_table_fact_info *facts;
  size_t n_columns, n_rows, n_notes, n_facts;
  size_t n_cells; /* filled so far */
  bool failed;    /* memory ran out while filling it */
};

/* The cell of that row and column; an empty one if the row has fewer cells. */
hx_cell hx_table_cell(const hx_table *t, size_t row, size_t column);

/* Whether cells of that kind are text. */
static inline bool hx_column_is_text(hx_column_kind kind) {
  return kind == HX_COL_TEXT || kind == HX_COL_VERDICT;
}

/* False when out of memory: then the table is not whole, or not there. */
bool hx_table_write_text(const hx_table *t, FILE *out, size_t width, bool colour);
bool hx_table_write_csv(const hx_table *t, bool with_header, FILE *out);
/* All tables as one object; `about` NULL: nothing is known. Returns 0, or -1 when out of memory. */
int hx_tables_write_json(hx_table *const *tables, size_t count, const hx_table_about *about,
                         FILE *out);

#endif
