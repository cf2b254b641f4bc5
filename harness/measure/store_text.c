#include "measure/store_text.h"

#include <csv.h>
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void hx_store_text_put(hx_store_text *t, const char *data, size_t size) {
  if (t->size + size > t->cap) {
    size_t cap = (t->size + size) * 2 + 256;
    char *grown = t->no_memory ? NULL : realloc(t->data, cap);
    if (!grown) {
      t->no_memory = true;
      return;
    }
    t->data = grown;
    t->cap = cap;
  }
  memcpy(t->data + t->size, data, size);
  t->size += size;
}

/* Bare when nothing in it could be misread, so that the file stays pleasant for awk and people. */
static bool needs_quotes(const char *s) {
  for (; *s; s++)
    if (!isalnum((unsigned char)*s) && !strchr("_.:/+=@-", *s))
      return true;
  return false;
}

static void put_text(hx_store_text *t, const char *s) {
  if (!s || !*s)
    return;
  if (!needs_quotes(s)) {
    hx_store_text_put(t, s, strlen(s));
    return;
  }
  char *line = strdup(s);
  size_t cap = strlen(s) * 2 + 3;
  char *quoted = malloc(cap);
  if (line && quoted) {
    for (char *c = line; *c; c++)
      if ((unsigned char)*c < 0x20 || *c == 0x7f)
        *c = ' ';
    hx_store_text_put(t, quoted, csv_write2(quoted, cap, line, strlen(line), '"'));
  } else {
    t->no_memory = true;
  }
  free(line);
  free(quoted);
}

/* The shortest decimal that reads back as the same double. */
static void put_real(hx_store_text *t, double value) {
  char number[40];
  if (!isfinite(value))
    return;
  for (int digits = 6; digits <= 17; digits++) {
    snprintf(number, sizeof number, "%.*g", digits, value);
    if (strtod(number, NULL) == value)
      break;
  }
  hx_store_text_put(t, number, strlen(number));
}

static void put_cell(hx_store_text *t, const hx_store_column *column, const char *row) {
  const char *at = row + column->offset;
  char number[32];
  long long whole;
  double real;
  const char *words;
  switch (column->cell) {
  case HX_CELL_TEXT:
    memcpy(&words, at, sizeof words);
    put_text(t, words);
    break;
  case HX_CELL_INT:
    memcpy(&whole, at, sizeof whole);
    if (whole != HX_STORE_NONE)
      hx_store_text_put(t, number, (size_t)snprintf(number, sizeof number, "%lld", whole));
    break;
  case HX_CELL_REAL:
    memcpy(&real, at, sizeof real);
    put_real(t, real);
    break;
  }
}

void hx_store_text_row(hx_store_text *t, const hx_store_schema *schema, const char *row) {
  for (size_t i = 0; i < schema->n_columns; i++) {
    put_cell(t, &schema->columns[i], row);
    hx_store_text_put(t, ",", 1);
  }
  hx_store_text_put(t, ".\n", 2);
}

void hx_store_text_header(hx_store_text *t, const hx_store_schema *schema) {
  char last[32];
  for (size_t i = 0; i < schema->n_columns; i++) {
    hx_store_text_put(t, schema->columns[i].name, strlen(schema->columns[i].name));
    hx_store_text_put(t, ",", 1);
  }
  snprintf(last, sizeof last, "schema_%d\n", schema->version);
  hx_store_text_put(t, last, strlen(last));
}
