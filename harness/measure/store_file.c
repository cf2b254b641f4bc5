#include "measure/store_file.h"

#include "base/csv_rows.h"
#include "base/fail.h"
#include "base/files.h"
#include "base/grow.h"
#include "measure/store_text.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

enum { COLUMNS_MAX = 256, APPENDING = O_RDWR | O_APPEND | O_CREAT };

static void join(char *path, size_t cap, const char *folder, const char *file) {
  snprintf(path, cap, "%s/%s", folder, file);
}

/* ---- telling ---- */

static hx_store_teller *teller;

void hx_store_set_teller(hx_store_teller *wanted) {
  teller = wanted;
}

void hx_store_tell(const char *format, ...) {
  char text[HX_STORE_WARNING];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  if (teller)
    teller(text);
}

/* ---- reading ---- */

static const char torn[] = "is no whole row (an interrupted write?)",
                  foreign[] = "is the header of another table",
                  headless[] = "is neither a row nor a header of this table (another file?)";

typedef struct reader {
  const hx_store_schema *schema;
  hx_csv_rows *csv;
  /* What the header line in force says: for each column of the file its place in the schema, -1:
   * unknown, -2: the closing mark. 0 columns: no header seen yet. */
  int column[COLUMNS_MAX];
  size_t n_columns;
  size_t size; /* of what is read */
  void *row;   /* the one being read */
  char *text;  /* where the next cell's text goes; NULL: texts live as long as their line */
  hx_store_visit visit;
  void *ctx;
  size_t skipped, first_skipped; /* lines that were no whole row, and the number of the first */
  const char *why;               /* what that one is */
  char warning[HX_STORE_WARNING];
  long newest; /* version of the headers */
} reader;

static bool is_header(const hx_csv_row *row) {
  return strncmp(row->fields[row->n_fields - 1].text, "schema_", 7) == 0;
}

/* False for the header of another table, none of whose rows are read: it lacks our key and begins
 * with a column that is none of ours, or most of its columns are none. */
static bool take_header(reader *r, const hx_csv_row *row) {
  size_t known = 0;
  bool named = false;
  for (size_t i = 0; i < row->n_fields; i++) {
    r->column[i] = i + 1 == row->n_fields ? -2 : -1;
    for (size_t k = 0; k < r->schema->n_columns && r->column[i] == -1; k++)
      if (strcmp(row->fields[i].text, r->schema->columns[k].name) == 0)
        r->column[i] = (int)k;
    known += r->column[i] >= 0;
    named = named || r->column[i] == 0 || (i == 0 && r->column[i] >= 0);
  }
  bool ours = named && 2 * known >= row->n_fields - 1;
  long version = strtol(row->fields[row->n_fields - 1].text + strlen("schema_"), NULL, 10);
  r->n_columns = ours ? row->n_fields : 0;
  r->newest = ours && version > r->newest ? version : r->newest;
  return ours;
}

static void skip(reader *r, size_t number, const char *why) {
  if (r->skipped++)
    return;
  r->first_skipped = number;
  r->why = why;
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
    cell = hx_text_cell_value(cell);
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

static bool take_row(reader *r, const hx_csv_row *row) {
  if (!r->n_columns || row->n_fields != r->n_columns ||
      strcmp(row->fields[row->n_fields - 1].text, ".") != 0)
    return false;
  char *text = r->text;
  hx_store_row_clear(r->schema, r->row);
  for (size_t i = 0; i < row->n_fields; i++) {
    const char *cell = row->fields[i].text;
    if (r->column[i] < 0)
      continue;
    if (text) {
      cell = text;
      text = (char *)mempcpy(text, row->fields[i].text, row->fields[i].length + 1);
    }
    if (!take_cell(&r->schema->columns[r->column[i]], cell, r->row))
      return false;
  }
  r->text = text;
  return true;
}

/* Line by line, so that a torn one does not take its neighbours with it; those that end beyond the first
 * r->size bytes are not read. */
static bool read_lines(reader *r, FILE *file) {
  char *line = NULL;
  size_t room = 0, number = 0, done = 0;
  ssize_t got;
  bool ok = true;
  while (ok && (got = getline(&line, &room, file)) > 0 && (done += (size_t)got) <= r->size) {
    hx_csv_row row;
    size_t length = (size_t)got - (line[got - 1] == '\n');
    size_t mark = length >= 3 && memcmp(line, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0; /* an editor's */
    number++;
    if (length == mark)
      continue;
    int split = hx_csv_rows_split(r->csv, line + mark, length - mark, &row);
    bool whole = split == 1 && row.n_fields <= COLUMNS_MAX;
    if (split < 0)
      ok = false;
    else if (whole && is_header(&row) && !take_header(r, &row))
      skip(r, number, foreign);
    else if (whole && take_row(r, &row))
      ok = r->visit(r->ctx, r->row);
    else if (!whole || !is_header(&row))
      skip(r, number, r->n_columns ? torn : headless);
  }
  free(line);
  return ok && (feof(file) || done > r->size);
}

/* *file: NULL, there is no such file. The shared lock keeps rows being written out of sight. */
static bool open_table(const char *path, FILE **file, pvs_error *error) {
  *file = NULL;
  if (access(path, F_OK) != 0 && errno == ENOENT)
    return true;
  int fd = hx_files_open(path, O_RDONLY, "a CSV file", error);
  if (fd < 0)
    return false;
  int locked;
  while ((locked = flock(fd, LOCK_SH)) != 0 && errno == EINTR) {
  }
  if (locked == 0 && (*file = fdopen(fd, "r")) != NULL)
    return true;
  hx_fail_errno(error, errno, path, "cannot be locked");
  close(fd);
  return false;
}

static bool read_table(reader *r, const char *path, FILE *file, pvs_error *error) {
  r->csv = hx_csv_rows_create(NULL);
  r->row = malloc(r->schema->row_size);
  bool ok = r->csv && r->row && read_lines(r, file);
  if (!ok && ferror(file))
    hx_fail_errno(error, errno, path, "cannot be read");
  else if (!ok)
    hx_fail_memory(error);
  hx_csv_rows_close(r->csv);
  free(r->row);
  if (ok && r->skipped) {
    snprintf(r->warning, sizeof r->warning, "%s: line %zu %s: %zu line%s skipped", path,
             r->first_skipped, r->why, r->skipped, r->skipped == 1 ? "" : "s");
    hx_store_tell("%s", r->warning);
  }
  if (ok && r->newest > r->schema->version)
    hx_store_tell("%s was written by a newer pvtune (schema_%ld, this one knows schema_%d): what "
                  "it does not know of is ignored",
                  path, r->newest, r->schema->version);
  return ok;
}

bool hx_store_rows_each(const char *folder, const hx_store_schema *schema, hx_store_visit visit,
                        void *ctx, pvs_error *error) {
  char path[PATH_MAX];
  FILE *file;
  join(path, sizeof path, folder, schema->file);
  if (!open_table(path, &file, error))
    return false;
  reader r = {.schema = schema, .size = SIZE_MAX, .visit = visit, .ctx = ctx};
  bool ok = !file || read_table(&r, path, file, error);
  if (file)
    fclose(file);
  return ok;
}

static bool keep(void *ctx, const void *row) {
  hx_store_rows *out = ctx;
  const size_t size = out->schema->row_size;
  if (!hx_grow(&out->rows, out->n, size))
    return false;
  memcpy((char *)out->rows + out->n++ * size, row, size);
  return true;
}

bool hx_store_rows_read(const char *folder, const hx_store_schema *schema, hx_store_rows *out,
                        pvs_error *error) {
  char path[PATH_MAX];
  FILE *file;
  struct stat st;
  *out = (hx_store_rows){.schema = schema};
  join(path, sizeof path, folder, schema->file);
  if (!open_table(path, &file, error))
    return false;
  if (!file)
    return true;
  reader r = {.schema = schema, .visit = keep, .ctx = out};
  bool ok = fstat(fileno(file), &st) == 0 || hx_fail_errno(error, errno, path, "cannot be read");
  if (ok) {
    r.size = (size_t)st.st_size; /* who does not know of the lock may be writing more */
    /* Unquoting never lengthens a cell, and every cell's NUL takes the place of its separator. */
    r.text = out->text = malloc(r.size + 2);
    ok = r.text ? read_table(&r, path, file, error) : hx_fail_memory(error);
  }
  fclose(file);
  out->skipped = r.skipped;
  strcpy(out->warning, r.warning);
  if (!ok)
    hx_store_rows_deinit(out);
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
    hx_fail_memory(error);
    return NULL;
  }
  file->schema = schema;
  file->known_size = -1;
  join(file->path, sizeof file->path, folder, schema->file);
  file->fd = hx_files_open(file->path, APPENDING, "a CSV file", error);
  if (file->fd < 0) {
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
static bool last_header_is(FILE *in, const hx_text *head, bool *ends_with_newline, bool *same) {
  size_t name = strcspn(head->at, ",") + 1, room = 0;
  char *line = NULL;
  ssize_t got;
  *ends_with_newline = true;
  *same = false;
  while ((got = getline(&line, &room, in)) > 0) {
    size_t length = (size_t)got;
    *ends_with_newline = line[length - 1] == '\n';
    if (length >= name && memcmp(line, head->at, name) == 0)
      *same = length == head->length && memcmp(line, head->at, length) == 0;
  }
  free(line);
  return feof(in);
}

/* Puts before the rows what the end of the file lacks: a newline, the header. */
static bool put_missing(hx_store_file *file, hx_text *t, off_t size, pvs_error *error) {
  hx_text head = {0};
  if (size == file->known_size)
    return true;
  bool ends = true, same = false;
  hx_store_text_header(&head, file->schema);
  /* Another descriptor of the same open file, which has the lock. */
  int fd = fcntl(file->fd, F_DUPFD_CLOEXEC, 0);
  FILE *in = fd >= 0 && lseek(fd, 0, SEEK_SET) == 0 ? fdopen(fd, "r") : NULL;
  bool ok = in && !head.failed && last_header_is(in, &head, &ends, &same);
  if (!ok)
    hx_fail_errno(error, head.failed ? ENOMEM : errno, file->path, "cannot be read");
  if (in)
    fclose(in);
  else if (fd >= 0)
    close(fd);
  if (ok && !ends)
    hx_text_put_char(t, '\n');
  if (ok && !same)
    hx_text_add(t, head.at, head.length);
  hx_text_deinit(&head);
  return ok;
}

/* A disk that takes only a part of it (full) gives that part back. */
static bool write_all(hx_store_file *file, const hx_text *t, off_t old_size, pvs_error *error) {
  if (hx_files_write_fd(file->fd, t->at, t->length))
    return true;
  hx_fail_errno(error, errno, file->path, "a row cannot be written");
  /* What cannot be given back is seen at the next row: the size is no longer the known one. */
  (void)!ftruncate(file->fd, old_size);
  return false;
}

/* The file of that name may have been removed or replaced: what is written to the old one is lost. */
static bool reopen_if_gone(hx_store_file *file, pvs_error *error) {
  struct stat ours, there;
  if (fstat(file->fd, &ours) == 0 && stat(file->path, &there) == 0 && ours.st_ino == there.st_ino &&
      ours.st_dev == there.st_dev)
    return true;
  int fd = hx_files_open(file->path, APPENDING, "a CSV file", error);
  if (fd < 0)
    return false;
  close(file->fd);
  file->fd = fd;
  file->known_size = -1;
  return true;
}

bool hx_store_file_append(hx_store_file *file, const void *rows, size_t n, pvs_error *error) {
  struct stat st;
  hx_text t = {0};
  if (!reopen_if_gone(file, error))
    return false;
  while (flock(file->fd, LOCK_EX) != 0)
    if (errno != EINTR)
      return hx_fail_errno(error, errno, file->path, "cannot be locked");
  bool ok = fstat(file->fd, &st) == 0 || hx_fail_errno(error, errno, file->path, "cannot be read");
  ok = ok && put_missing(file, &t, st.st_size, error);
  for (size_t i = 0; ok && i < n; i++)
    hx_store_text_row(&t, file->schema, (const char *)rows + i * file->schema->row_size);
  if (ok && t.failed)
    ok = hx_fail_memory(error);
  ok = ok && write_all(file, &t, st.st_size, error);
  if (ok)
    file->known_size = st.st_size + (off_t)t.length;
  flock(file->fd, LOCK_UN);
  hx_text_deinit(&t);
  return ok;
}

bool hx_store_file_sync(hx_store_file *file, pvs_error *error) {
  return fdatasync(file->fd) == 0 || hx_fail_errno(error, errno, file->path, "cannot be synced");
}

bool hx_store_row_keep(const char *folder, const hx_store_schema *schema, const void *row,
                       pvs_error *error) {
  hx_store_file *file = hx_store_file_open(folder, schema, error);
  bool ok = file && hx_store_file_append(file, row, 1, error) && hx_store_file_sync(file, error);
  hx_store_file_close(file);
  return ok;
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
