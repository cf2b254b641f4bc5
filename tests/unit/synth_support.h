/* A synthetic base folder held by a test, and its files as tables. */
#ifndef TESTS_UNIT_SYNTH_SUPPORT_H
#define TESTS_UNIT_SYNTH_SUPPORT_H

#include "synth/synth.h"
#include "unit/base_support.h"

#include <stdio.h>
#include <stdlib.h>

typedef struct made_file {
  char path[96];
  char *data; /* NUL behind the last byte */
  size_t size, pieces;
} made_file;

typedef struct rendered {
  made_file files[128];
  size_t count;
} rendered;

static inline pvs_code collect(void *ctx, const char *path, const char *bytes, size_t size) {
  rendered *m = ctx;
  made_file *f = m->count ? &m->files[m->count - 1] : NULL;
  assert_in_range(size, 1, 1 << 20);
  if (!f || strcmp(f->path, path) != 0) {
    assert_true(m->count < COUNT_OF(m->files));
    f = &m->files[m->count++];
    *f = (made_file){0};
    snprintf(f->path, sizeof f->path, "%s", path);
  }
  f->data = realloc(f->data, f->size + size + 1);
  assert_non_null(f->data);
  memcpy(f->data + f->size, bytes, size);
  f->size += size;
  f->data[f->size] = '\0';
  f->pieces++;
  return PVS_OK;
}

static inline rendered make(const hx_synth_spec *spec) {
  rendered m = {0};
  pvs_error error = {0};
  if (hx_synth_render(spec, collect, &m, &error) != PVS_OK)
    fail_msg("%s: %s", error.column, error.message);
  return m;
}

static inline void unmake(rendered *m) {
  for (size_t i = 0; i < m->count; i++)
    free(m->files[i].data);
  m->count = 0;
}

static inline const made_file *find_file(const rendered *m, const char *path) {
  for (size_t i = 0; i < m->count; i++)
    if (strcmp(m->files[i].path, path) == 0)
      return &m->files[i];
  return NULL;
}

static inline const char *text_of(const rendered *m, const char *path) {
  const made_file *f = find_file(m, path);
  if (!f)
    fail_msg("%s was not made", path);
  return f->data;
}

/* Cells are strings in `text`; row 0 is the header. Every row has as many fields as the header. */
typedef struct table {
  char *text;
  char **cells;
  size_t rows, columns;
} table;

static inline const char *cell(const table *t, size_t row, size_t column) {
  return t->cells[row * t->columns + column];
}

static inline double number(const table *t, size_t row, size_t column) {
  char *end;
  const char *text = cell(t, row, column);
  double value = strtod(text, &end);
  if (end == text || *end)
    fail_msg("'%s' is no number", text);
  return value;
}

static inline table parse(const char *csv) {
  table t = {.text = malloc(strlen(csv) + 1)};
  assert_non_null(t.text);
  size_t count = 0, capacity = 0, in_row = 0;
  char *out = t.text;
  for (const char *p = csv; *p;) {
    if (count == capacity) {
      capacity = capacity ? 2 * capacity : 1024;
      t.cells = realloc(t.cells, capacity * sizeof *t.cells);
      assert_non_null(t.cells);
    }
    t.cells[count++] = out;
    in_row++;
    if (*p == '"') {
      for (p++; *p != '"'; p++)
        *out++ = *p;
      p++;
    } else {
      while (*p != ',' && *p != '\n')
        *out++ = *p++;
    }
    *out++ = '\0';
    if (*p == '\n') {
      if (t.rows == 0)
        t.columns = in_row;
      assert_int_equal(in_row, t.columns);
      t.rows++;
      in_row = 0;
    } else {
      assert_int_equal(*p, ',');
    }
    p++;
  }
  assert_int_equal(in_row, 0);
  return t;
}

static inline table table_of(const rendered *m, const char *path) {
  return parse(text_of(m, path));
}

static inline void untable(table *t) {
  free(t->text);
  free(t->cells);
}

enum { NO_COLUMN = -1 };

static inline int column_of(const table *t, const char *name) {
  for (size_t c = 0; c < t->columns; c++)
    if (strcmp(cell(t, 0, c), name) == 0)
      return (int)c;
  return NO_COLUMN;
}

/* "" where there is no such column. */
static inline const char *field(const table *t, size_t row, const char *name) {
  int c = column_of(t, name);
  return c == NO_COLUMN ? "" : cell(t, row, (size_t)c);
}

#endif
