/* Tables as CSV and JSON. */
#include "base/text.h"
#include "cli/json_text.h"
#include "cli/table_data.h"
#include "cli/text.h"

#include <assert.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Raised when a member changes its name or its meaning; new members do not. */
enum { HX_TABLE_SCHEMA = 1 };

/* Whole numbers in full (counts must not turn into 1.23456789e+09), others with 9 significant
 * digits. */
static bool is_whole(double value) {
  return fabs(value) < 9007199254740992.0 && !(trunc(value) < value || trunc(value) > value);
}

/* Neither a terminal nor a spreadsheet obeys it: control characters are written as \\x1b, and a
 * formula has an apostrophe in front. */
static bool write_field(FILE *out, const char *text) {
  char *clean = hx_text_clean(text);
  if (clean == NULL)
    return false;
  bool quoted = strpbrk(clean, ",\"") != NULL;
  if (quoted)
    fputc('"', out);
  if (hx_text_is_formula(clean))
    fputc('\'', out);
  for (const char *c = clean; *c != '\0'; c++) {
    if (*c == '"')
      fputc('"', out);
    fputc(*c, out);
  }
  if (quoted)
    fputc('"', out);
  free(clean);
  return true;
}

static bool write_cell(FILE *out, hx_column_kind kind, hx_cell cell) {
  if (kind == HX_COL_BOOL && !isnan(cell.value))
    fputs(cell.value > 0 ? "yes" : "no", out);
  else if (cell.text != NULL && hx_column_is_text(kind))
    return write_field(out, cell.text);
  else if (cell.text != NULL)
    fprintf(out, is_whole(cell.value) ? "%.0f" : "%.9g", cell.value);
  return true;
}

bool hx_table_write_csv(const hx_table *t, bool with_header, FILE *out) {
  bool ok = true;
  for (size_t c = 0; with_header && c < t->n_columns; c++) {
    if (c > 0)
      fputc(',', out);
    ok &= write_field(out, t->columns[c].key);
  }
  if (with_header)
    fputc('\n', out);
  for (size_t r = 0; r < t->n_rows; r++) {
    for (size_t c = 0; c < t->n_columns; c++) {
      if (c > 0)
        fputc(',', out);
      ok &= write_cell(out, t->columns[c].kind, hx_table_cell(t, r, c));
    }
    fputc('\n', out);
  }
  return ok;
}

/* JSON is UTF-8; a file name need not be. */
static json_t *json_text(const char *text) {
  json_t *json = json_string(text);
  if (json == NULL) {
    char *clean = hx_text_clean(text);
    json = clean == NULL ? NULL : json_string(clean);
    free(clean);
  }
  return json;
}

static json_t *json_cell(hx_column_kind kind, hx_cell cell) {
  if (kind == HX_COL_BOOL && !isnan(cell.value))
    return json_boolean(cell.value > 0);
  if (cell.text == NULL)
    return hx_column_is_text(kind) ? json_string("") : json_null();
  if (hx_column_is_text(kind))
    return json_text(cell.text);
  if (!isfinite(cell.value))
    return json_null();
  return is_whole(cell.value) ? json_integer((json_int_t)cell.value) : json_real(cell.value);
}

static json_t *json_rows(const hx_table *t) {
  json_t *rows = json_array();
  for (size_t r = 0; r < t->n_rows; r++) {
    json_t *row = json_object();
    int failed = row == NULL;
    for (size_t c = 0; c < t->n_columns; c++)
      failed |= json_object_set_new(row, t->columns[c].key,
                                    json_cell(t->columns[c].kind, hx_table_cell(t, r, c)));
    failed |= json_array_append_new(rows, row);
    if (failed) {
      json_decref(rows);
      return NULL;
    }
  }
  return rows;
}

static json_t *json_about(hx_table *const *tables, size_t count, const hx_table_about *about) {
  const struct {
    const char *key, *text;
  } members[] = {{"pvtune", PVS_VERSION},
                 {"command", about->command},
                 {"machine", about->machine},
                 {"allocation", about->allocation},
                 {"sweep", count > 0 ? tables[0]->sweep : NULL}};
  json_t *object = json_pack("{si}", "schema", HX_TABLE_SCHEMA);
  for (size_t i = 0; object != NULL && i < sizeof members / sizeof *members; i++)
    if (members[i].text != NULL && members[i].text[0] != '\0' &&
        json_object_set_new(object, members[i].key, json_text(members[i].text)) != 0) {
      json_decref(object);
      object = NULL;
    }
  return object;
}

int hx_tables_write_json(hx_table *const *tables, size_t count, const hx_table_about *about,
                         FILE *out) {
  json_t *object = json_object();
  int failed = object == NULL;
  if (about != NULL && !failed)
    failed |= json_object_set_new(object, "about", json_about(tables, count, about));
  for (size_t i = 0; i < count && !failed; i++) {
    const hx_table *t = tables[i];
    for (size_t f = 0; f < t->n_facts; f++)
      if (!t->facts[f].words)
        failed |= json_object_set_new(object, t->facts[f].key, json_text(t->facts[f].text));
    assert(json_object_get(object, t->key) == NULL && "a table is named like a fact");
    failed |= json_object_set_new(object, t->key, json_rows(t));
  }
  failed = failed || !hx_json_write(object, out);
  json_decref(object);
  return failed ? -1 : 0;
}
