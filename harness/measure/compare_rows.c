/* Two CSV files against each other. */
#include "measure/compare_files.h"

#include "base/csv_rows.h"
#include "base/fail.h"
#include "base/grow.h"
#include "measure/number_text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { NO_COLUMN = -1 };

/* A copy of a row, one allocation. */
typedef struct kept_row {
  hx_csv_row row;
  size_t order; /* in its file */
  double number;
  bool is_number; /* its key: the first field */
  bool met;       /* the other side has its partner */
} kept_row;

typedef struct side {
  const char *path;
  hx_csv_rows *file;
  char **names; /* header, a copy */
  size_t n_columns;
  hx_csv_row row;
  bool has_row;
  kept_row *rest; /* rows from the first one on whose key is not that of the other side */
  size_t n_rest;
} side;

typedef struct comparison {
  side expected, actual;
  ptrdiff_t *partner; /* for each expected column: the actual column, or NO_COLUMN */
  hx_tolerance tolerance;
  hx_verify_file *result;
  bool by_number;         /* some keys met that are one number, but not one text */
  bool texts_only, again; /* again: start over with texts_only, which keeps more rows */
  pvs_error *error;
} comparison;

static bool next_row(const comparison *c, side *s) {
  int got = hx_csv_rows_next(s->file, &s->row, c->error);
  s->has_row = got == 1;
  if (got == 1 && s->row.n_fields != s->n_columns)
    return hx_fail_at(c->error, PVS_BAD_VALUE, s->path, (long)s->row.line, NULL,
                      "found %zu field%s, expected %zu as in the header", s->row.n_fields,
                      s->row.n_fields == 1 ? "" : "s", s->n_columns);
  return got >= 0;
}

static bool open_side(const comparison *c, side *s) {
  hx_csv_row header;
  s->file = hx_csv_rows_open(s->path, c->error);
  int got = s->file ? hx_csv_rows_next(s->file, &header, c->error) : -1;
  if (got < 0)
    return false;
  if (got == 0)
    return hx_fail_at(c->error, PVS_EMPTY, s->path, 0, NULL, "found nothing, expected a header");
  s->names = calloc(header.n_fields, sizeof *s->names);
  for (; s->names && s->n_columns < header.n_fields; s->n_columns++)
    if ((s->names[s->n_columns] = strdup(header.fields[s->n_columns].text)) == NULL)
      break;
  if (s->n_columns < header.n_fields)
    return hx_fail_memory(c->error);
  return next_row(c, s);
}

static void close_side(side *s) {
  hx_csv_rows_close(s->file);
  for (size_t i = 0; i < s->n_columns; i++)
    free(s->names[i]);
  free(s->names);
  for (size_t i = 0; i < s->n_rest; i++)
    free((void *)s->rest[i].row.fields);
  free(s->rest);
}

static bool keep_text(char **place, const char *text) {
  free(*place);
  *place = strdup(text);
  return *place != NULL;
}

/* Counts a column that one side lacks; keeps the first such name. */
static bool count_column(size_t *count, char **first, const char *name) {
  return (*count)++ > 0 || keep_text(first, name);
}

/* The first column is the key on both sides whatever its name, the others meet by name; repeated
 * names meet in order. */
static bool match_columns(comparison *c) {
  const side *e = &c->expected, *a = &c->actual;
  hx_verify_file *f = c->result;
  bool *taken = calloc(a->n_columns, sizeof *taken);
  c->partner = calloc(e->n_columns, sizeof *c->partner);
  bool ok = taken != NULL && c->partner != NULL;
  for (size_t i = 0; i < e->n_columns && ok; i++) {
    size_t j = i < a->n_columns && !taken[i] && strcmp(e->names[i], a->names[i]) == 0 ? i : 0;
    if (i > 0 && j == 0)
      for (j = 1; j < a->n_columns && (taken[j] || strcmp(e->names[i], a->names[j]) != 0);)
        j++;
    c->partner[i] = j < a->n_columns ? (ptrdiff_t)j : NO_COLUMN;
    if (j < a->n_columns)
      taken[j] = true;
    if (j == a->n_columns || strcmp(e->names[i], a->names[j]) != 0)
      ok = count_column(&f->columns_missing, &f->column_missing, e->names[i]);
  }
  for (size_t j = 0; j < a->n_columns && ok; j++)
    if (!taken[j] || (j == 0 && strcmp(e->names[0], a->names[0]) != 0))
      ok = count_column(&f->columns_extra, &f->column_extra, a->names[j]);
  free(taken);
  return ok || hx_fail_memory(c->error);
}

/* How far apart two cells whose texts differ are. */
static void measure(hx_csv_field expected, hx_csv_field actual, hx_tolerance tolerance,
                    double *absolute, double *relative, double *excess) {
  double a, b;
  *absolute = *relative = NAN;
  *excess = INFINITY;
  if (!hx_number_text(expected.text, &a) || !hx_number_text(actual.text, &b))
    return;
  if (isfinite(a) && isfinite(b)) {
    double largest = fmax(fabs(a), fabs(b));
    *absolute = fabs(a - b);
    if (hx_integers_differ(expected.text, actual.text)) /* by 1 at the least */
      *absolute =
          (double)fmaxl(1, fabsl(strtold(expected.text, NULL) - strtold(actual.text, NULL)));
    *relative = largest > 0 ? *absolute / largest : 0;
    double allowed = tolerance.relative * largest + tolerance.absolute;
    *excess = *absolute <= allowed ? (*absolute > 0 ? *absolute / allowed : 0)
                                   : fmax(*absolute / allowed, nextafter(1, 2));
  } else if ((isnan(a) && isnan(b)) || a == b) { /* the same infinity */
    *absolute = *relative = *excess = 0;
  }
}

static bool compare_cell(const comparison *c, const hx_csv_row *expected, size_t column,
                         hx_csv_field actual) {
  hx_verify_file *f = c->result;
  hx_csv_field cell = expected->fields[column];
  f->cells++;
  if (cell.length == actual.length && memcmp(cell.text, actual.text, cell.length) == 0)
    return true;
  double absolute, relative, excess;
  measure(cell, actual, c->tolerance, &absolute, &relative, &excess);
  f->differing += excess > 1;
  if (excess <= f->worst_excess)
    return true;
  f->worst_abs = absolute;
  f->worst_rel = relative;
  f->worst_excess = excess;
  return (keep_text(&f->worst_row, expected->fields[0].text) &&
          keep_text(&f->worst_column, c->expected.names[column]) &&
          keep_text(&f->worst_expected, cell.text) && keep_text(&f->worst_actual, actual.text)) ||
         hx_fail_memory(c->error);
}

static bool compare_row(const comparison *c, const hx_csv_row *expected, const hx_csv_row *actual) {
  for (size_t i = 0; i < expected->n_fields; i++)
    if (c->partner[i] != NO_COLUMN && !compare_cell(c, expected, i, actual->fields[c->partner[i]]))
      return false;
  return true;
}

/* ---- rows in another order ---- */

/* Numbers in their order, then "nan", then texts in theirs. */
static int by_key(const kept_row *a, const kept_row *b) {
  if (a->is_number != b->is_number)
    return a->is_number ? -1 : 1;
  if (!a->is_number)
    return strcmp(a->row.fields[0].text, b->row.fields[0].text);
  if (isnan(a->number) || isnan(b->number))
    return isnan(a->number) - isnan(b->number);
  return (a->number > b->number) - (a->number < b->number);
}

static int by_key_and_order(const void *a, const void *b) {
  const kept_row *x = a, *y = b;
  int order = by_key(x, y);
  if (order == 0)
    order = strcmp(x->row.fields[0].text, y->row.fields[0].text);
  return order != 0 ? order : (x->order > y->order) - (x->order < y->order);
}

static bool keep_row(side *s) {
  const hx_csv_row *row = &s->row;
  if (!hx_grow(&s->rest, s->n_rest, sizeof *s->rest))
    return false;
  size_t bytes = row->n_fields * sizeof *row->fields;
  for (size_t i = 0; i < row->n_fields; i++)
    bytes += row->fields[i].length + 1;
  hx_csv_field *fields = malloc(bytes);
  if (!fields)
    return false;
  char *text = (char *)&fields[row->n_fields];
  for (size_t i = 0; i < row->n_fields; i++) {
    fields[i] = (hx_csv_field){text, row->fields[i].length};
    text = (char *)mempcpy(text, row->fields[i].text, row->fields[i].length + 1);
  }
  kept_row *kept = &s->rest[s->n_rest];
  *kept = (kept_row){.row = {fields, row->n_fields, row->line}, .order = s->n_rest++};
  kept->is_number = row->n_fields && hx_number_text(fields[0].text, &kept->number);
  return true;
}

static bool keep_rest(const comparison *c, side *s) {
  while (s->has_row)
    if (!keep_row(s))
      return hx_fail_memory(c->error);
    else if (!next_row(c, s))
      return false;
  if (s->n_rest > 0)
    qsort(s->rest, s->n_rest, sizeof *s->rest, by_key_and_order);
  return true;
}

/* A row without partner: counted, and the first of its file is named. */
static bool leave_over(const comparison *c, const kept_row *row, size_t *count, size_t *first_order,
                       char **first) {
  if ((*count)++ > 0 && row->order > *first_order)
    return true;
  *first_order = row->order;
  return keep_text(first, row->row.fields[0].text) || hx_fail_memory(c->error);
}

static bool compare_met(const comparison *c, kept_row *expected, kept_row *actual) {
  expected->met = actual->met = true;
  return compare_row(c, &expected->row, &actual->row);
}

/* Rows whose keys are the same number, "1" and "01", or the same text: those with the same text meet
 * first, in the order of their files. */
static bool compare_alike(const comparison *c, kept_row *e, size_t n_e, kept_row *a, size_t n_a) {
  for (size_t i = 0, j = 0; i < n_e && j < n_a;) {
    int order = strcmp(e[i].row.fields[0].text, a[j].row.fields[0].text);
    if (order == 0 && !compare_met(c, &e[i], &a[j]))
      return false;
    i += order <= 0;
    j += order >= 0;
  }
  for (size_t i = 0, first = 0; i < n_e; i++) {
    while (first < n_a && a[first].met)
      first++;
    for (size_t j = first; j < n_a && !e[i].met; j++)
      if (!a[j].met && !hx_integers_differ(e[i].row.fields[0].text, a[j].row.fields[0].text) &&
          !compare_met(c, &e[i], &a[j]))
        return false;
  }
  return true;
}

/* How many rows from `from` on have keys like its own. */
static size_t count_alike(const side *s, size_t from) {
  size_t n = 1;
  while (from + n < s->n_rest && by_key(&s->rest[from], &s->rest[from + n]) == 0)
    n++;
  return n;
}

/* Goes through both sorted rests as one. */
static bool compare_rest(const comparison *c) {
  const side *e = &c->expected, *a = &c->actual;
  hx_verify_file *f = c->result;
  size_t first_missing = 0, first_extra = 0;
  bool ok = true;
  for (size_t i = 0, j = 0; ok && i < e->n_rest && j < a->n_rest;) {
    int order = by_key(&e->rest[i], &a->rest[j]);
    size_t n_e = count_alike(e, i), n_a = count_alike(a, j);
    if (order == 0)
      ok = compare_alike(c, &e->rest[i], n_e, &a->rest[j], n_a);
    i += order <= 0 ? n_e : 0;
    j += order >= 0 ? n_a : 0;
  }
  for (size_t i = 0; ok && i < e->n_rest; i++)
    ok = e->rest[i].met ||
         leave_over(c, &e->rest[i], &f->rows_missing, &first_missing, &f->row_missing);
  for (size_t j = 0; ok && j < a->n_rest; j++)
    ok = a->rest[j].met || leave_over(c, &a->rest[j], &f->rows_extra, &first_extra, &f->row_extra);
  return ok;
}

static bool same_text(hx_csv_field a, hx_csv_field b) {
  return a.length == b.length && memcmp(a.text, b.text, a.length) == 0;
}

/* Whether the rows met in turn are partners for sure. Of those whose keys are one number, but not one
 * text, this needs that no key of the file is the same number again, as when they only increase. */
static bool are_partners(comparison *c, double *last, bool *increasing) {
  const hx_csv_field e = c->expected.row.fields[0], a = c->actual.row.fields[0];
  double x = 0, y;
  *increasing = *increasing && hx_number_text(e.text, &x) && x > *last;
  if (same_text(e, a) && (!c->by_number || *increasing)) {
    *last = *increasing ? x : *last;
    return true;
  }
  if (!*increasing || c->texts_only || !hx_number_text(a.text, &y) || x != y ||
      hx_integers_differ(e.text, a.text))
    return false;
  *last = x;
  c->by_number = true;
  return true;
}

static bool compare_all_rows(comparison *c) {
  side *e = &c->expected, *a = &c->actual;
  double last = -INFINITY;
  bool increasing = true;
  while (e->has_row && a->has_row && are_partners(c, &last, &increasing))
    if (!compare_row(c, &e->row, &a->row) || !next_row(c, e) || !next_row(c, a))
      return false;
  c->again = c->by_number && (e->has_row || a->has_row);
  return c->again || (keep_rest(c, e) && keep_rest(c, a) && compare_rest(c));
}

static bool compare_once(comparison *c) {
  bool ok = open_side(c, &c->expected) && open_side(c, &c->actual) && match_columns(c) &&
            compare_all_rows(c);
  close_side(&c->expected);
  close_side(&c->actual);
  free(c->partner);
  return ok;
}

void hx_verify_file_clear(hx_verify_file *f) {
  char *texts[] = {f->row_missing, f->row_extra,    f->column_missing, f->column_extra,
                   f->worst_row,   f->worst_column, f->worst_expected, f->worst_actual};
  for (size_t t = 0; t < sizeof texts / sizeof *texts; t++)
    free(texts[t]);
  *f = (hx_verify_file){.name = f->name, .status = f->status};
}

bool hx_verify_two(const char *expected, const char *actual, hx_tolerance tolerance,
                   hx_verify_file *result, pvs_error *error) {
  comparison c = {.again = true};
  bool ok = true;
  for (int i = 0; ok && c.again; i++) {
    c = (comparison){.expected = {.path = expected},
                     .actual = {.path = actual},
                     .tolerance = tolerance,
                     .result = result,
                     .texts_only = i > 0,
                     .error = error};
    hx_verify_file_clear(result);
    ok = compare_once(&c);
  }
  bool differs = result->differing + result->rows_missing + result->rows_extra +
                     result->columns_missing + result->columns_extra >
                 0;
  result->status = differs ? HX_VERIFY_DIFFERENT : HX_VERIFY_EQUAL;
  return ok;
}
