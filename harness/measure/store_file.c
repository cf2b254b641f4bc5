#include "measure/store_file.h"

#include "base/fail.h"

#include "measure/store_text.h"

#include <csv.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

enum { COLUMNS_MAX = 256 };

static bool fail(pvs_error *error, const char *path, const char *what) {
  hx_fail(error, PVS_IO, "%s: %s: %s", path, what, strerror(errno));
  return false;
}

static void join(char *path, size_t cap, const char *folder, const char *file) {
  snprintf(path, cap, "%s/%s", folder, file);
}

/* ---- reading ---- */

/* What the header line in force says: for each column of the file its place in the schema. */
typedef struct header {
  int column[COLUMNS_MAX]; /* index into the schema, -1: unknown, -2: the closing mark */
  size_t n;                /* 0: no header seen yet */
} header;

typedef struct line_cells {
  char *cell[COLUMNS_MAX];
  size_t n;
  size_t records;
  bool too_many;
} line_cells;

static void on_cell(void *data, size_t size, void *arg) {
  line_cells *cells = arg;
  (void)size;
  if (cells->n < COLUMNS_MAX)
    cells->cell[cells->n++] = data;
  else
    cells->too_many = true;
}

static void on_record(int end, void *arg) {
  (void)end;
  ((line_cells *)arg)->records++;
}

typedef struct reader {
  const hx_store_schema *schema;
  struct csv_parser csv;
  header header;
  hx_store_rows *out;
  char *text; /* where the next cell's text goes */
  size_t rows_cap;
} reader;

/* Copies a cell behind the texts kept so far: libcsv's own buffer is reused for the next cell. */
typedef struct copying {
  reader *reader;
  line_cells cells;
} copying;

static void copy_cell(void *data, size_t size, void *arg) {
  copying *c = arg;
  char *kept = c->reader->text;
  if (size)
    memcpy(kept, data, size);
  kept[size] = 0;
  c->reader->text += size + 1;
  on_cell(kept, size, &c->cells);
}

static void copy_record(int end, void *arg) {
  on_record(end, &((copying *)arg)->cells);
}

/* Splits one line. False when it is not one well-formed record. */
static bool split(reader *r, const char *line, size_t size, line_cells *cells) {
  copying c = {.reader = r};
  bool ok = csv_parse(&r->csv, line, size, copy_cell, copy_record, &c) == size;
  ok = csv_fini(&r->csv, copy_cell, copy_record, &c) == 0 && ok;
  if (!ok) { /* a strict parser remembers where it failed */
    csv_free(&r->csv);
    csv_init(&r->csv, CSV_STRICT | CSV_STRICT_FINI);
  }
  *cells = c.cells;
  return ok && cells->records == 1 && !cells->too_many;
}

static bool is_header(const line_cells *cells) {
  return cells->n > 0 && strncmp(cells->cell[cells->n - 1], "schema_", 7) == 0;
}

static void take_header(reader *r, const line_cells *cells) {
  r->header.n = cells->n;
  for (size_t i = 0; i < cells->n; i++) {
    r->header.column[i] = i + 1 == cells->n ? -2 : -1;
    for (size_t k = 0; k < r->schema->n_columns && r->header.column[i] == -1; k++)
      if (strcmp(cells->cell[i], r->schema->columns[k].name) == 0)
        r->header.column[i] = (int)k;
  }
}

void hx_store_row_clear(const hx_store_schema *schema, void *row) {
  static const char nothing[] = "";
  const char *empty = nothing;
  long long none = HX_STORE_NONE;
  double nan_value = NAN;
  memset(row, 0, schema->row_size);
  for (size_t i = 0; i < schema->n_columns; i++) {
    char *at = (char *)row + schema->columns[i].offset;
    switch (schema->columns[i].cell) {
    case HX_CELL_TEXT:
      memcpy(at, &empty, sizeof empty);
      break;
    case HX_CELL_INT:
      memcpy(at, &none, sizeof none);
      break;
    case HX_CELL_REAL:
      memcpy(at, &nan_value, sizeof nan_value);
      break;
    }
  }
}

static bool take_cell(const hx_store_column *column, const char *cell, char *row) {
  char *at = row + column->offset;
  char *end;
  if (column->cell == HX_CELL_TEXT) {
    memcpy(at, &cell, sizeof cell);
    return true;
  }
  if (!*cell)
    return true;
  if (column->cell == HX_CELL_REAL) {
    double real = strtod(cell, &end);
    memcpy(at, &real, sizeof real);
    return *end == 0 && end != cell;
  }
  errno = 0;
  long long whole = strtoll(cell, &end, 10);
  memcpy(at, &whole, sizeof whole);
  return *end == 0 && end != cell && errno == 0;
}

static bool take_row(reader *r, const line_cells *cells) {
  const hx_store_schema *schema = r->schema;
  if (!r->header.n || cells->n != r->header.n || strcmp(cells->cell[cells->n - 1], ".") != 0)
    return false;
  hx_store_rows *out = r->out;
  char *row = (char *)out->rows + out->n * schema->row_size;
  hx_store_row_clear(schema, row);
  for (size_t i = 0; i < cells->n; i++)
    if (r->header.column[i] >= 0 &&
        !take_cell(&schema->columns[r->header.column[i]], cells->cell[i], row))
      return false;
  out->n++;
  return true;
}

static bool room_for_row(reader *r) {
  if (r->out->n < r->rows_cap)
    return true;
  size_t cap = r->rows_cap ? r->rows_cap * 2 : 64;
  void *grown = realloc(r->out->rows, cap * r->schema->row_size);
  if (!grown)
    return false;
  r->out->rows = grown;
  r->rows_cap = cap;
  return true;
}

static bool read_lines(reader *r, const char *path, const char *data, size_t size) {
  size_t line_number = 0, first_bad = 0;
  for (size_t at = 0; at < size;) {
    const char *line = data + at;
    const char *newline = memchr(line, '\n', size - at);
    size_t length = newline ? (size_t)(newline - line) : size - at;
    at += length + 1;
    line_number++;
    if (length == 0)
      continue;
    char *text_before = r->text;
    line_cells cells;
    bool whole = memchr(line, 0, length) == NULL && split(r, line, length, &cells);
    if (whole && is_header(&cells)) {
      take_header(r, &cells);
      r->text = text_before;
      continue;
    }
    if (!room_for_row(r))
      return false;
    if (!whole || !take_row(r, &cells)) {
      r->text = text_before;
      if (r->out->skipped++ == 0)
        first_bad = line_number;
    }
  }
  if (r->out->skipped)
    snprintf(r->out->warning, sizeof r->out->warning,
             "%s: line %zu is no whole row (an interrupted write?): %zu line%s skipped", path,
             first_bad, r->out->skipped, r->out->skipped == 1 ? "" : "s");
  return true;
}

/* All of an open file; the caller holds a lock on it. */
static bool slurp(int fd, const char *path, char **data, size_t *size, pvs_error *error) {
  struct stat st;
  *size = 0;
  *data = NULL;
  if (fstat(fd, &st) != 0)
    return fail(error, path, "cannot be read");
  *data = malloc((size_t)st.st_size + 1);
  while (*data && *size < (size_t)st.st_size) {
    ssize_t got = pread(fd, *data + *size, (size_t)st.st_size - *size, (off_t)*size);
    if (got == 0)
      break;
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0) {
      free(*data);
      *data = NULL;
      break;
    }
    *size += (size_t)got;
  }
  return *data || fail(error, path, "cannot be read");
}

/* *data NULL: there is no such file. The shared lock keeps rows being written out of sight. */
static bool slurp_path(const char *path, char **data, size_t *size, pvs_error *error) {
  *data = NULL;
  *size = 0;
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return errno == ENOENT ? true : fail(error, path, "cannot be opened");
  bool ok = flock(fd, LOCK_SH) == 0 || fail(error, path, "cannot be locked");
  ok = ok && slurp(fd, path, data, size, error);
  close(fd);
  return ok;
}

bool hx_store_rows_read(const char *folder, const hx_store_schema *schema, hx_store_rows *out,
                        pvs_error *error) {
  char path[PATH_MAX];
  char *data;
  size_t size;
  *out = (hx_store_rows){.schema = schema};
  join(path, sizeof path, folder, schema->file);
  if (!slurp_path(path, &data, &size, error))
    return false;
  if (!data)
    return true;
  reader r = {.schema = schema, .out = out};
  /* Unquoting never lengthens a cell, and every cell's NUL takes the place of its separator. */
  r.text = out->text = malloc(size + 2);
  bool ok = r.text && csv_init(&r.csv, CSV_STRICT | CSV_STRICT_FINI) == 0;
  if (ok) {
    ok = read_lines(&r, path, data, size);
    csv_free(&r.csv);
  }
  free(data);
  if (!ok) {
    hx_store_rows_deinit(out);
    hx_fail(error, PVS_IO, "%s: out of memory", path);
  }
  return ok;
}

void hx_store_rows_deinit(hx_store_rows *rows) {
  free(rows->rows);
  free(rows->text);
  *rows = (hx_store_rows){.schema = rows->schema};
}

/* ---- appending ---- */

struct hx_store_file {
  const hx_store_schema *schema;
  int fd;
  off_t known_size; /* of the file when its tail was last known to be ours; -1: never */
  char path[PATH_MAX];
};

hx_store_file *hx_store_file_open(const char *folder, const hx_store_schema *schema,
                                  pvs_error *error) {
  hx_store_file *file = calloc(1, sizeof *file);
  if (!file) {
    hx_fail(error, PVS_IO, "%s/%s: out of memory", folder, schema->file);
    return NULL;
  }
  file->schema = schema;
  file->known_size = -1;
  join(file->path, sizeof file->path, folder, schema->file);
  file->fd = open(file->path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
  if (file->fd < 0) {
    fail(error, file->path, "cannot be opened for appending");
    free(file);
    return NULL;
  }
  return file;
}

void hx_store_file_close(hx_store_file *file) {
  if (!file)
    return;
  close(file->fd);
  free(file);
}

/* The last whole header line of a file is `header` (with its newline). Only ever a prefix check of
 * lines: rows begin with a UUID or a hash, never with a column's name. */
static bool last_header_is(const char *data, size_t size, const char *head, size_t head_size) {
  const char *name_end = memchr(head, ',', head_size);
  size_t name = (size_t)(name_end - head) + 1;
  bool same = false;
  for (size_t at = 0; at < size;) {
    const char *newline = memchr(data + at, '\n', size - at);
    size_t length = newline ? (size_t)(newline - data) - at + 1 : size - at;
    if (length >= name && memcmp(data + at, head, name) == 0)
      same = length == head_size && memcmp(data + at, head, head_size) == 0;
    at += length;
  }
  return same;
}

/* Puts before the rows what the end of the file lacks: a newline, the header. */
static bool put_missing(hx_store_file *file, hx_store_text *t, off_t size, pvs_error *error) {
  hx_store_text head = {0};
  char *data;
  size_t n;
  if (size == file->known_size)
    return true;
  if (!slurp(file->fd, file->path, &data, &n, error))
    return false;
  hx_store_text_header(&head, file->schema);
  if (n && data[n - 1] != '\n')
    hx_store_text_put(t, "\n", 1);
  if (head.no_memory || !last_header_is(data, n, head.data, head.size))
    hx_store_text_put(t, head.data, head.size);
  t->no_memory |= head.no_memory;
  free(head.data);
  free(data);
  return true;
}

static bool write_all(hx_store_file *file, const hx_store_text *t, off_t old_size,
                      pvs_error *error) {
  size_t done = 0;
  while (done < t->size) {
    ssize_t n = write(file->fd, t->data + done, t->size - done);
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0) {
      fail(error, file->path, "a row cannot be written");
      if (ftruncate(file->fd, old_size) != 0)
        file->known_size = -1;
      return false;
    }
    done += (size_t)n;
  }
  return true;
}

bool hx_store_file_append(hx_store_file *file, const void *rows, size_t n, pvs_error *error) {
  struct stat st;
  hx_store_text t = {0};
  while (flock(file->fd, LOCK_EX) != 0)
    if (errno != EINTR)
      return fail(error, file->path, "cannot be locked");
  bool ok = fstat(file->fd, &st) == 0 || fail(error, file->path, "cannot be read");
  ok = ok && put_missing(file, &t, st.st_size, error);
  if (ok) {
    for (size_t i = 0; i < n; i++)
      hx_store_text_row(&t, file->schema, (const char *)rows + i * file->schema->row_size);
    if (t.no_memory) {
      hx_fail(error, PVS_IO, "%s: out of memory", file->path);
      ok = false;
    }
  }
  ok = ok && write_all(file, &t, st.st_size, error);
  if (ok)
    file->known_size = st.st_size + (off_t)t.size;
  flock(file->fd, LOCK_UN);
  free(t.data);
  return ok;
}

bool hx_store_file_sync(hx_store_file *file, pvs_error *error) {
  return fdatasync(file->fd) == 0 || fail(error, file->path, "cannot be synced");
}

void hx_uuid(char uuid[HX_UUID_TEXT]) {
  unsigned char b[16];
  while (getrandom(b, sizeof b, 0) != (ssize_t)sizeof b) {
  }
  b[6] = (unsigned char)((b[6] & 0x0f) | 0x40);
  b[8] = (unsigned char)((b[8] & 0x3f) | 0x80);
  char *at = uuid;
  for (size_t i = 0; i < sizeof b; i++)
    at += snprintf(at, 4, "%s%02x", i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "", b[i]);
}
