#include "cli/table.h"
#include "base/grow.h"
#include "base/text.h"
#include "cli/message.h"
#include "cli/table_data.h"
#include "cli/text.h"

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char *copy(hx_table *t, const char *text) {
  char *made = strdup(text);
  t->failed |= made == NULL;
  return made;
}

/* Titles and headers are for people only; cells, facts and notes are made printable by the forms that
 * are for people. */
static char *printable(hx_table *t, const char *text) {
  char *made = text != NULL ? hx_text_clean(text) : NULL;
  t->failed |= made == NULL && text != NULL;
  return made;
}

static char *formatted(hx_table *t, const char *format, va_list arguments) {
  char *text;
  if (vasprintf(&text, format, arguments) >= 0)
    return text;
  t->failed = true;
  return NULL;
}

/* Room for one more element; false without memory. */
static bool grow(hx_table *t, void *array, size_t count, size_t size) {
  bool ok = hx_grow(array, count, size);
  t->failed |= !ok;
  return ok;
}

hx_table *hx_table_create(const char *key, const char *title) {
  hx_table *t = calloc(1, sizeof *t);
  if (t == NULL)
    return NULL;
  t->key = copy(t, key);
  t->title = printable(t, title);
  return t;
}

void hx_table_column(hx_table *t, const char *key, const char *header, hx_column_kind kind) {
  if (t == NULL)
    return;
  assert(t->n_rows == 0);
  if (grow(t, &t->columns, t->n_columns, sizeof *t->columns))
    t->columns[t->n_columns++] = (hx_table_column_info){copy(t, key), printable(t, header), kind};
}

void hx_table_columns(hx_table *t, const char *columns) {
  char *text = t == NULL ? NULL : copy(t, columns), *state = NULL;
  for (char *word = text ? strtok_r(text, "|", &state) : NULL; word != NULL;
       word = strtok_r(NULL, "|", &state)) {
    hx_column_kind kind = *word == '#'   ? HX_COL_NUMBER
                          : *word == '?' ? HX_COL_BOOL
                          : *word == '!' ? HX_COL_VERDICT
                                         : HX_COL_TEXT;
    char *key = word + (kind != HX_COL_TEXT), *header = strchr(key, '=');
    if (header != NULL)
      *header++ = '\0';
    hx_table_column(t, key, header, kind);
  }
  free(text);
}

void hx_table_row(hx_table *t) {
  if (t == NULL || t->failed)
    return;
  while (t->n_cells < t->n_rows * t->n_columns)
    hx_table_empty(t);
  t->n_rows++;
}

/* Takes over cell.text. */
static void add_cell(hx_table *t, hx_cell cell) {
  assert(t->failed || (t->n_cells < t->n_rows * t->n_columns && "more cells than columns"));
  if (!t->failed && grow(t, &t->cells, t->n_cells, sizeof *t->cells))
    t->cells[t->n_cells++] = cell;
  else
    free(cell.text);
}

void hx_table_text(hx_table *t, const char *format, ...) {
  if (t == NULL)
    return;
  va_list arguments;
  va_start(arguments, format);
  add_cell(t, (hx_cell){.text = formatted(t, format, arguments)});
  va_end(arguments);
}

void hx_table_number(hx_table *t, double value, int decimals) {
  hx_table_number_as(t, value, "%.*f", decimals, value);
}

void hx_table_number_as(hx_table *t, double value, const char *format, ...) {
  if (t == NULL || isnan(value)) {
    hx_table_empty(t);
    return;
  }
  va_list arguments;
  va_start(arguments, format);
  add_cell(t, (hx_cell){.text = formatted(t, format, arguments), .value = value});
  va_end(arguments);
}

void hx_table_percent(hx_table *t, double fraction, bool with_sign) {
  if (isfinite(fraction))
    hx_table_number_as(t, fraction, with_sign ? "%+.1f %%" : "%.1f %%", hx_text_percent(fraction));
  else
    hx_table_empty(t);
}

void hx_table_add_line(hx_table *t, const hx_table_value *values, size_t n) {
  hx_table_row(t);
  hx_table_add_cells(t, values, n);
}

void hx_table_add_cells(hx_table *t, const hx_table_value *values, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (values[i].text != NULL)
      hx_table_text(t, "%s", values[i].text);
    else if (values[i].decimals < 0)
      hx_table_percent(t, values[i].number, values[i].decimals == -2);
    else
      hx_table_number(t, values[i].number, values[i].decimals);
}

void hx_table_bool(hx_table *t, bool value) {
  if (t != NULL)
    add_cell(t, (hx_cell){.text = value ? copy(t, "yes") : NULL, .value = value});
}

void hx_table_empty(hx_table *t) {
  if (t != NULL)
    add_cell(t, (hx_cell){.value = NAN});
}

void hx_table_note(hx_table *t, const char *format, ...) {
  if (t == NULL || !grow(t, &t->notes, t->n_notes, sizeof *t->notes))
    return;
  va_list arguments;
  va_start(arguments, format);
  t->notes[t->n_notes++] = formatted(t, format, arguments);
  va_end(arguments);
}

static void add_fact(hx_table *t, const char *key, bool words, const char *format,
                     va_list arguments) {
  if (t != NULL && grow(t, &t->facts, t->n_facts, sizeof *t->facts))
    t->facts[t->n_facts++] =
        (hx_table_fact_info){copy(t, key), formatted(t, format, arguments), words};
}

void hx_table_fact(hx_table *t, const char *key, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  add_fact(t, key, false, format, arguments);
  va_end(arguments);
}

void hx_table_remark(hx_table *t, const char *key, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  add_fact(t, key, true, format, arguments);
  va_end(arguments);
}

void hx_table_measurement(hx_table *t, const char *sweep) {
  if (t == NULL)
    return;
  free(t->sweep);
  t->sweep = copy(t, sweep);
}

bool hx_tables_are_alike(const hx_table *first, const hx_table *t) {
  bool same = first->n_columns == t->n_columns;
  for (size_t c = 0; same && c < t->n_columns; c++)
    same = strcmp(first->columns[c].key, t->columns[c].key) == 0;
  return same;
}

hx_cell hx_table_cell(const hx_table *t, size_t row, size_t column) {
  size_t index = row * t->n_columns + column;
  return index < t->n_cells ? t->cells[index] : (hx_cell){.value = NAN};
}

static int out_of_memory(void) {
  errno = ENOMEM;
  return -1;
}

static bool print_csv(hx_table *const *tables, size_t count) {
  bool ok = true;
  for (size_t i = 0; ok && i < count; i++)
    if (hx_tables_are_alike(tables[0], tables[i]))
      ok = hx_table_write_csv(tables[i], i == 0, stdout);
    else
      hx_note(
          "the table %s is left out here: --export-csv FILE writes each table to a file of its own",
          tables[i]->key);
  return ok;
}

int hx_tables_print(hx_table *const *tables, size_t count, hx_table_format format,
                    const hx_table_about *about) {
  for (size_t i = 0; i < count; i++)
    if (tables[i] == NULL || tables[i]->failed)
      return out_of_memory();
  size_t width = isatty(STDOUT_FILENO) ? hx_text_columns(STDOUT_FILENO) : SIZE_MAX;
  bool ok = format == HX_TABLE_JSON  ? hx_tables_write_json(tables, count, about, stdout) == 0
            : format == HX_TABLE_CSV ? print_csv(tables, count)
                                     : true;
  for (size_t i = 0; ok && i < count && format == HX_TABLE_TEXT; i++) {
    if (i > 0)
      putchar('\n');
    ok = hx_table_write_text(tables[i], stdout, width, hx_message_colours(STDOUT_FILENO));
  }
  if (!ok)
    return out_of_memory();
  return fflush(stdout) != 0 || ferror(stdout) ? -1 : 0;
}

hx_table_format hx_table_format_of(bool json, bool csv) {
  return json ? HX_TABLE_JSON : csv ? HX_TABLE_CSV : HX_TABLE_TEXT;
}

void hx_table_destroy(hx_table *t) {
  if (t == NULL)
    return;
  for (size_t i = 0; i < t->n_columns; i++) {
    free(t->columns[i].key);
    free(t->columns[i].header);
  }
  for (size_t i = 0; i < t->n_cells; i++)
    free(t->cells[i].text);
  for (size_t i = 0; i < t->n_notes; i++)
    free(t->notes[i]);
  for (size_t i = 0; i < t->n_facts; i++) {
    free(t->facts[i].key);
    free(t->facts[i].text);
  }
  free(t->columns);
  free(t->cells);
  free(t->notes);
  free(t->facts);
  free(t->key);
  free(t->title);
  free(t->sweep);
  free(t);
}
