#include "base/csv_rows.h"

#include "base/fail.h"

#include <csv.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CHUNK_BYTES = 128 * 1024 };

typedef struct span {
  size_t offset, length; /* into bytes */
} span;

typedef struct row_span {
  size_t first_field, n_fields, line;
} row_span;

/* A chunk of the file is parsed into complete rows plus the fields of a row that the chunk's end
 * left open; rows are then handed out without copying, and the open fields move to the front before
 * the next chunk. */
struct hx_csv_rows {
  char *path; /* NULL, and fd -1, without a file */
  int fd;
  bool at_end, failed, had_quote, had_bytes;
  struct csv_parser parser;
  char *bytes;
  span *spans;
  row_span *rows;
  hx_csv_field *fields; /* of the row handed out */
  size_t n_bytes, byte_room, n_spans, span_room, n_rows, row_room, field_room;
  size_t next_row, open_span; /* spans from open_span on belong to no complete row yet */
  size_t line, row_line;
  unsigned char chunk[CHUNK_BYTES];
};

static bool reserve(void *array, size_t *room, size_t needed, size_t size) {
  void **place = array;
  if (needed <= *room)
    return true;
  size_t larger = *room * 2 > needed ? *room * 2 : needed;
  void *made = realloc(*place, larger * size);
  if (made == NULL)
    return false;
  *place = made;
  *room = larger;
  return true;
}

static int keep_blanks(unsigned char c) {
  (void)c;
  return 0;
}

static void on_field(void *text, size_t length, void *data) {
  hx_csv_rows *r = data;
  if (!reserve(&r->bytes, &r->byte_room, r->n_bytes + length + 1, 1) ||
      !reserve(&r->spans, &r->span_room, r->n_spans + 1, sizeof *r->spans)) {
    r->failed = true;
    return;
  }
  if (length > 0)
    memcpy(r->bytes + r->n_bytes, text, length);
  r->bytes[r->n_bytes + length] = '\0';
  r->spans[r->n_spans++] = (span){r->n_bytes, length};
  if (r->had_quote)
    for (size_t i = 0; i < length; i++)
      r->line += r->bytes[r->n_bytes + i] == '\n';
  r->n_bytes += length + 1;
}

/* Called for every CR and LF (CSV_REPALL_NL), so that lines can be counted, and with -1 at the end
 * of the file. */
static void on_row(int terminator, void *data) {
  hx_csv_rows *r = data;
  if (r->n_spans > r->open_span) {
    if (reserve(&r->rows, &r->row_room, r->n_rows + 1, sizeof *r->rows))
      r->rows[r->n_rows++] = (row_span){r->open_span, r->n_spans - r->open_span, r->row_line};
    else
      r->failed = true;
    r->open_span = r->n_spans;
  }
  r->line += terminator == '\n';
  r->row_line = r->line;
}

hx_csv_rows *hx_csv_rows_create(pvs_error *error) {
  hx_csv_rows *r = calloc(1, sizeof *r);
  if (r != NULL && csv_init(&r->parser, CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL) == 0) {
    csv_set_space_func(&r->parser, keep_blanks);
    r->fd = -1;
    r->line = r->row_line = 1;
    return r;
  }
  free(r);
  hx_fail_memory(error);
  return NULL;
}

hx_csv_rows *hx_csv_rows_open(const char *path, pvs_error *error) {
  hx_csv_rows *r = hx_csv_rows_create(error);
  if (r == NULL)
    return NULL;
  r->path = strdup(path);
  /* A pipe nobody writes to is empty, and does not hang. */
  r->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (r->fd >= 0)
    fcntl(r->fd, F_SETFL, O_RDONLY);
  if (r->path != NULL && r->fd >= 0)
    return r;
  hx_fail_errno(error, errno, path, "cannot be read");
  hx_csv_rows_close(r);
  return NULL;
}

static int fail_at(const hx_csv_rows *r, const char *found, pvs_error *error) {
  bool is_first = error && error->code == PVS_OK;
  hx_fail_at(error, PVS_BAD_VALUE, r->path, (long)r->row_line, NULL, "found %s", found);
  if (is_first)
    error->column_number = (long)(r->n_spans - r->open_span + 1);
  return -1;
}

static void move_open_fields_to_front(hx_csv_rows *r) {
  size_t from = r->open_span < r->n_spans ? r->spans[r->open_span].offset : r->n_bytes;
  if (r->n_bytes > from)
    memmove(r->bytes, r->bytes + from, r->n_bytes - from);
  for (size_t i = r->open_span; i < r->n_spans; i++)
    r->spans[i - r->open_span] = (span){r->spans[i].offset - from, r->spans[i].length};
  r->n_spans -= r->open_span;
  r->n_bytes -= from;
  r->open_span = r->n_rows = r->next_row = 0;
}

static int parse(hx_csv_rows *r, const unsigned char *bytes, size_t length, pvs_error *error) {
  const unsigned char *nul = memchr(bytes, '\0', length);
  size_t usable = nul != NULL ? (size_t)(nul - bytes) : length;
  r->had_quote |= memchr(bytes, '"', usable) != NULL;
  if (csv_parse(&r->parser, bytes, usable, on_field, on_row, r) != usable || r->failed) {
    if (csv_error(&r->parser) == CSV_EPARSE)
      return fail_at(r, "a stray quote, expected quotes around a whole field, doubled within it",
                     error);
    hx_fail_memory(error);
    return -1;
  }
  return nul != NULL ? fail_at(r, "a NUL byte, expected text", error) : 0;
}

/* Reads and parses one chunk. */
static int refill(hx_csv_rows *r, pvs_error *error) {
  move_open_fields_to_front(r);
  ssize_t got;
  do
    got = read(r->fd, r->chunk, sizeof r->chunk);
  while (got < 0 && errno == EINTR);
  if (got < 0) {
    hx_fail_errno(error, errno, r->path, "cannot be read");
    return -1;
  }
  if (got > 0) {
    size_t skip = !r->had_bytes && got >= 3 && memcmp(r->chunk, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    r->had_bytes = true;
    return parse(r, r->chunk + skip, (size_t)got - skip, error);
  }
  r->at_end = true;
  if (csv_fini(&r->parser, on_field, on_row, r) != 0)
    return fail_at(r, "a quote that is never closed, expected its closing quote", error);
  if (r->failed)
    hx_fail_memory(error);
  return r->failed ? -1 : 0;
}

static bool hand_out(hx_csv_rows *r, hx_csv_row *row) {
  const row_span *next = &r->rows[r->next_row++];
  if (!reserve(&r->fields, &r->field_room, next->n_fields, sizeof *r->fields))
    return false;
  for (size_t i = 0; i < next->n_fields; i++) {
    span s = r->spans[next->first_field + i];
    r->fields[i] = (hx_csv_field){r->bytes + s.offset, s.length};
  }
  *row = (hx_csv_row){r->fields, next->n_fields, next->line};
  return true;
}

int hx_csv_rows_next(hx_csv_rows *r, hx_csv_row *row, pvs_error *error) {
  while (r->next_row == r->n_rows) {
    if (r->at_end)
      return 0;
    if (refill(r, error) != 0)
      return -1;
  }
  if (hand_out(r, row))
    return 1;
  hx_fail_memory(error);
  return -1;
}

int hx_csv_rows_split(hx_csv_rows *r, const char *text, size_t length, hx_csv_row *row) {
  r->n_spans = r->open_span = r->n_rows = r->next_row = r->n_bytes = 0;
  r->failed = false;
  bool ok = memchr(text, '\0', length) == NULL &&
            csv_parse(&r->parser, text, length, on_field, on_row, r) == length;
  bool short_of_memory = r->failed || csv_error(&r->parser) == CSV_ENOMEM;
  ok = csv_fini(&r->parser, on_field, on_row, r) == 0 && ok;
  short_of_memory |= r->failed;
  if (!ok) { /* a strict parser remembers where it failed */
    csv_free(&r->parser);
    if (csv_init(&r->parser, CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL) != 0)
      return -1;
    csv_set_space_func(&r->parser, keep_blanks);
  }
  if (short_of_memory)
    return -1;
  return !ok || r->n_rows != 1 ? 0 : hand_out(r, row) ? 1 : -1;
}

void hx_csv_rows_close(hx_csv_rows *r) {
  if (r == NULL)
    return;
  csv_free(&r->parser);
  if (r->fd >= 0)
    close(r->fd);
  free(r->path);
  free(r->bytes);
  free(r->spans);
  free(r->rows);
  free(r->fields);
  free(r);
}
