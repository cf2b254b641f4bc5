#include "measure/store_text.h"

#include <string.h>

static void put_cell(hx_text *t, const hx_store_column *column, const char *row) {
  const char *at = row + column->offset;
  long long whole;
  double real;
  const char *words;
  switch (column->cell) {
  case HX_CELL_TEXT:
    memcpy(&words, at, sizeof words);
    hx_text_put_cell(t, words ? words : "");
    break;
  case HX_CELL_INT:
    memcpy(&whole, at, sizeof whole);
    if (whole != HX_STORE_NONE)
      hx_text_printf(t, "%lld", whole);
    break;
  case HX_CELL_REAL:
    memcpy(&real, at, sizeof real);
    hx_text_put_real(t, real);
    break;
  }
}

void hx_store_text_row(hx_text *t, const hx_store_schema *schema, const char *row) {
  for (size_t i = 0; i < schema->n_columns; i++) {
    put_cell(t, &schema->columns[i], row);
    hx_text_put_char(t, ',');
  }
  hx_text_put(t, ".\n");
}

void hx_store_text_header(hx_text *t, const hx_store_schema *schema) {
  for (size_t i = 0; i < schema->n_columns; i++)
    hx_text_printf(t, "%s,", schema->columns[i].name);
  hx_text_printf(t, "schema_%d\n", schema->version);
}
