#include "measure/compare_rows.h"
#include "measure/csv_rows.h"
#include "measure/number_text.h"
#include "measure/pending_rows.h"

#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NO_COLUMN = -1 };

typedef struct side {
  const char *path;
  hx_csv_rows *file;
  char **names; /* header, a copy */
  size_t n_columns;
  hx_csv_row row;
  bool has_row;
  hx_pending pending; /* rows of this side without a partner so far */
} side;

typedef struct comparison {
  side expected, actual;
  ptrdiff_t *partner; /* for each expected column: the actual column, or NO_COLUMN */
  hx_tolerance tolerance;
  hx_verify_file *result;
  char **error;
} comparison;

static int fail(const comparison *c, const char *format, ...) __attribute__((format(printf, 2, 3)));
static int fail(const comparison *c, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  if (vasprintf(c->error, format, arguments) < 0)
    *c->error = NULL;
  va_end(arguments);
  return -1;
}

static int next_row(const comparison *c, side *s) {
  int got = hx_csv_rows_next(s->file, &s->row, c->error);
  s->has_row = got == 1;
  if (got < 0)
    return -1;
  if (got == 1 && s->row.n_fields != s->n_columns)
    return fail(c, "%s: row %zu: found %zu field%s, expected %zu as in the header", s->path,
                s->row.line, s->row.n_fields, s->row.n_fields == 1 ? "" : "s", s->n_columns);
  return 0;
}

static int open_side(const comparison *c, side *s) {
  s->file = hx_csv_rows_open(s->path, c->error);
  if (s->file == NULL)
    return -1;
  hx_csv_row header;
  int got = hx_csv_rows_next(s->file, &header, c->error);
  if (got < 0)
    return -1;
  if (got == 0)
    return fail(c, "%s: found nothing, expected a header", s->path);
  s->names = calloc(header.n_fields, sizeof *s->names);
  if (s->names == NULL)
    return -1;
  for (; s->n_columns < header.n_fields; s->n_columns++)
    if ((s->names[s->n_columns] = strdup(header.fields[s->n_columns].text)) == NULL)
      return -1;
  return next_row(c, s);
}

static void close_side(side *s) {
  hx_csv_rows_close(s->file);
  for (size_t i = 0; i < s->n_columns; i++)
    free(s->names[i]);
  free(s->names);
  hx_pending_release(&s->pending);
}

static int keep_text(char **place, const char *text) {
  free(*place);
  *place = strdup(text);
  return *place == NULL ? -1 : 0;
}

/* Counts a column that one side lacks; keeps the first such name. */
static int count_column(size_t *count, char **first, const char *name) {
  return (*count)++ > 0 ? 0 : keep_text(first, name);
}

/* The first column is the key on both sides whatever its name, the others meet by name; repeated
 * names meet in order. */
static int match_columns(comparison *c) {
  const side *e = &c->expected, *a = &c->actual;
  hx_verify_file *f = c->result;
  bool *taken = calloc(a->n_columns, sizeof *taken);
  c->partner = calloc(e->n_columns, sizeof *c->partner);
  int failed = taken == NULL || c->partner == NULL;
  for (size_t i = 0; i < e->n_columns && !failed; i++) {
    size_t j = i < a->n_columns && !taken[i] && strcmp(e->names[i], a->names[i]) == 0 ? i : 0;
    if (i > 0 && j == 0)
      for (j = 1; j < a->n_columns && (taken[j] || strcmp(e->names[i], a->names[j]) != 0);)
        j++;
    c->partner[i] = j < a->n_columns ? (ptrdiff_t)j : NO_COLUMN;
    if (j < a->n_columns)
      taken[j] = true;
    if (j == a->n_columns || strcmp(e->names[i], a->names[j]) != 0)
      failed = count_column(&f->columns_missing, &f->column_missing, e->names[i]);
  }
  for (size_t j = 0; j < a->n_columns && !failed; j++)
    if (!taken[j] || (j == 0 && strcmp(e->names[0], a->names[0]) != 0))
      failed = count_column(&f->columns_extra, &f->column_extra, a->names[j]);
  free(taken);
  return failed ? -1 : 0;
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
    *relative = largest > 0 ? *absolute / largest : 0;
    double allowed = tolerance.relative * largest + tolerance.absolute;
    *excess = *absolute <= allowed ? (*absolute > 0 ? *absolute / allowed : 0)
                                   : fmax(*absolute / allowed, nextafter(1, 2));
  } else if ((isnan(a) && isnan(b)) || (isinf(a) && isinf(b) && (a > 0) == (b > 0))) {
    *absolute = *relative = *excess = 0;
  }
}

static int compare_cell(const comparison *c, const hx_csv_row *expected, size_t column,
                        hx_csv_field actual) {
  hx_verify_file *f = c->result;
  hx_csv_field cell = expected->fields[column];
  f->cells++;
  if (cell.length == actual.length && memcmp(cell.text, actual.text, cell.length) == 0)
    return 0;
  double absolute, relative, excess;
  measure(cell, actual, c->tolerance, &absolute, &relative, &excess);
  f->differing += excess > 1;
  if (excess <= f->worst_excess)
    return 0;
  f->worst_abs = absolute;
  f->worst_rel = relative;
  f->worst_excess = excess;
  return keep_text(&f->worst_row, expected->fields[0].text) |
         keep_text(&f->worst_column, c->expected.names[column]) |
         keep_text(&f->worst_expected, cell.text) | keep_text(&f->worst_actual, actual.text);
}

static int compare_row(const comparison *c, const hx_csv_row *expected, const hx_csv_row *actual) {
  for (size_t i = 0; i < expected->n_fields; i++)
    if (c->partner[i] != NO_COLUMN &&
        compare_cell(c, expected, i, actual->fields[c->partner[i]]) != 0)
      return -1;
  return 0;
}

/* Meets the side's current row with a waiting one of the other, or lets it wait; then goes on to
 * the next. */
static int settle(const comparison *c, side *s, side *other, bool is_expected) {
  hx_pending_row *partner = hx_pending_take(&other->pending, s->row.fields[0]);
  int status;
  if (partner == NULL) {
    status = hx_pending_add(&s->pending, &s->row);
  } else {
    hx_csv_row view = hx_pending_view(partner);
    status = is_expected ? compare_row(c, &s->row, &view) : compare_row(c, &view, &s->row);
    free(partner);
  }
  return status != 0 ? status : next_row(c, s);
}

static int compare_all_rows(comparison *c) {
  side *e = &c->expected, *a = &c->actual;
  while (e->has_row || a->has_row) {
    bool in_step = e->has_row && a->has_row && e->pending.count == 0 && a->pending.count == 0 &&
                   hx_pending_same_key(e->row.fields[0], a->row.fields[0]);
    if (in_step) {
      if (compare_row(c, &e->row, &a->row) != 0 || next_row(c, e) != 0 || next_row(c, a) != 0)
        return -1;
      continue;
    }
    if (e->has_row && settle(c, e, a, true) != 0)
      return -1;
    if (a->has_row && settle(c, a, e, false) != 0)
      return -1;
  }
  return 0;
}

static int count_left_over(const hx_pending *pending, size_t *count, char **first) {
  *count = pending->count;
  return pending->oldest == NULL
             ? 0
             : keep_text(first, hx_pending_view(pending->oldest).fields[0].text);
}

int hx_verify_two(const char *expected, const char *actual, hx_tolerance tolerance,
                  hx_verify_file *result, char **error) {
  comparison c = {.expected = {.path = expected},
                  .actual = {.path = actual},
                  .tolerance = tolerance,
                  .result = result,
                  .error = error};
  *error = NULL;
  int status = open_side(&c, &c.expected);
  if (status == 0)
    status = open_side(&c, &c.actual);
  if (status == 0)
    status = match_columns(&c);
  if (status == 0)
    status = compare_all_rows(&c);
  if (status == 0)
    status = count_left_over(&c.expected.pending, &result->rows_missing, &result->row_missing) |
             count_left_over(&c.actual.pending, &result->rows_extra, &result->row_extra);
  close_side(&c.expected);
  close_side(&c.actual);
  free(c.partner);
  bool differs = result->differing + result->rows_missing + result->rows_extra +
                     result->columns_missing + result->columns_extra >
                 0;
  result->status = differs ? HX_VERIFY_DIFFERENT : HX_VERIFY_EQUAL;
  return status;
}
