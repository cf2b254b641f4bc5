#include "base/csv.h"
#include "base/encoding.h"

#include <csv.h>
#include <stdlib.h>
#include <string.h>

/* libcsv sees a file in pieces of this size, so that an error stops the reading soon. */
enum { PIECE_BYTES = 64 * 1024, BLOCK_BYTES = 4096 };

/* The row being collected. libcsv reuses its buffer for every field, so the texts are copied. */
typedef struct reader {
  const char *file;
  pvs_csv_row take_row;
  void *ctx;
  pvs_error *error;
  pvs_code code;
  long row;
  uint32_t n_fields, n_columns; /* n_columns: of the header; 0 before it */
  pvs_field *fields;            /* text: set when the row is complete, `text` may move until then */
  size_t fields_capacity;
  char *text;
  size_t text_length, text_capacity;
} reader;

static bool make_room(void **memory, size_t *capacity, size_t wanted, size_t item) {
  if (wanted <= *capacity) {
    return true;
  }
  const size_t grown = wanted + wanted / 2 + 64;
  void *moved = grown < wanted || grown > SIZE_MAX / item ? NULL : realloc(*memory, grown * item);
  if (moved == NULL) {
    return false;
  }
  *memory = moved;
  *capacity = grown;
  return true;
}

static void take_field(void *text, size_t length, void *ctx) {
  reader *self = ctx;
  if (self->code != PVS_OK) {
    return;
  }
  void *fields = self->fields;
  void *texts = self->text;
  const bool room =
      make_room(&fields, &self->fields_capacity, (size_t)self->n_fields + 1, sizeof(pvs_field)) &&
      make_room(&texts, &self->text_capacity, self->text_length + length + 1, 1);
  self->fields = fields;
  self->text = texts;
  if (!room || self->n_fields == UINT32_MAX) {
    self->code = pvs_fail_memory(self->error);
    return;
  }
  if (length > 0) {
    memcpy(self->text + self->text_length, text, length);
  }
  self->text[self->text_length + length] = '\0';
  self->text_length += length + 1;
  self->fields[self->n_fields++].length = length;
}

static pvs_where here(const reader *self) {
  return (pvs_where){
      .file = self->file, .row = self->row, .column_number = (long)self->n_fields + 1};
}

static pvs_code check_row(reader *self) {
  pvs_where where = here(self);
  if (self->n_columns != 0) {
    if (self->n_fields == self->n_columns) {
      return PVS_OK;
    }
    where.column_number = 0;
    return pvs_fail(self->error, PVS_SYNTAX, where, "%u field%s, expected %u as in the header%s",
                    self->n_fields, self->n_fields == 1 ? "" : "s", self->n_columns,
                    self->n_columns == 1 ? "; is the first row a title or a comment?" : "");
  }
  self->n_columns = self->n_fields;
  if (self->n_fields == 1 && strpbrk(self->fields[0].text, ";\t") != NULL) {
    where.column_number = 0;
    return pvs_fail(self->error, PVS_SYNTAX, where,
                    "a header separated by %s, expected commas between columns (and decimal "
                    "points, not commas, in numbers)",
                    strchr(self->fields[0].text, ';') != NULL ? "semicolons" : "tabs");
  }
  for (uint32_t i = 0; i < self->n_fields; i++) {
    if (memchr(self->fields[i].text, '\r', self->fields[i].length) != NULL) {
      where.column_number = (long)i + 1;
      return pvs_fail(self->error, PVS_SYNTAX, where,
                      "a carriage return inside a field, expected lines that end in LF or CR LF");
    }
  }
  return PVS_OK;
}

/* With CSV_REPALL_NL also called for blank lines, with no field before it. A row of only commas,
 * which spreadsheets leave behind deleted rows, counts as a blank line. */
static void end_row(int terminator, void *ctx) {
  (void)terminator;
  reader *self = ctx;
  if (self->code != PVS_OK) {
    return;
  }
  /* As long as its fields' terminators: nothing but blanks and commas. */
  if (self->text_length > self->n_fields) {
    const char *text = self->text;
    for (uint32_t i = 0; i < self->n_fields; i++) {
      self->fields[i].text = text;
      text += self->fields[i].length + 1;
    }
    self->code = check_row(self);
    if (self->code == PVS_OK) {
      self->code = self->take_row(self->ctx, self->row, self->fields, self->n_fields, self->error);
    }
  }
  self->row++;
  self->n_fields = 0;
  self->text_length = 0;
}

/* A line ends at its LF, and the CR of CR LF counts as a blank before it: so one call of end_row
 * is one line of a spreadsheet. */
static int is_line_end(unsigned char c) {
  return c == CSV_LF;
}

static int is_blank(unsigned char c) {
  return c == CSV_SPACE || c == CSV_TAB || c == CSV_CR;
}

static pvs_code read_all(reader *self, struct csv_parser *parser, const char *data, size_t size) {
  const char *nul = memchr(data, '\0', size);
  const size_t readable = nul == NULL ? size : (size_t)(nul - data);
  for (size_t at = 0; at < readable && self->code == PVS_OK;) {
    const size_t piece = readable - at < PIECE_BYTES ? readable - at : PIECE_BYTES;
    const size_t done = csv_parse(parser, data + at, piece, take_field, end_row, self);
    if (self->code == PVS_OK && done != piece) {
      return csv_error(parser) == CSV_EPARSE
                 ? pvs_fail(self->error, PVS_SYNTAX, here(self),
                            "a quote inside a field, expected quotes only around a whole field "
                            "(doubled inside)")
                 : pvs_fail_memory(self->error);
    }
    at += piece;
  }
  if (self->code != PVS_OK) {
    return self->code;
  }
  if (nul != NULL) {
    return pvs_fail(self->error, PVS_SYNTAX, here(self), "a NUL byte, expected text");
  }
  if (csv_fini(parser, take_field, end_row, self) != 0) {
    return pvs_fail(self->error, PVS_SYNTAX, here(self), "a quote that is never closed");
  }
  if (self->code == PVS_OK && self->n_columns == 0) {
    return pvs_fail(self->error, PVS_EMPTY, (pvs_where){.file = self->file},
                    "the file is empty, expected a header row");
  }
  return self->code;
}

pvs_code pvs_csv_read(const char *file, const char *data, size_t size, pvs_csv_row take_row,
                      void *ctx, pvs_error *error) {
  static const char bom[] = "\xef\xbb\xbf";
  if (size >= 3 && memcmp(data, bom, 3) == 0) {
    data += 3;
    size -= 3;
  }
  const pvs_code encoding = pvs_encoding_check(file, data, size, error);
  if (encoding != PVS_OK) {
    return encoding;
  }
  struct csv_parser parser;
  if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL) != 0) {
    return pvs_fail_memory(error);
  }
  csv_set_term_func(&parser, is_line_end);
  csv_set_space_func(&parser, is_blank);
  csv_set_blk_size(&parser, BLOCK_BYTES);
  reader self = {.file = file, .take_row = take_row, .ctx = ctx, .error = error, .row = 1};
  const pvs_code code = read_all(&self, &parser, data, size);
  csv_free(&parser);
  free(self.fields);
  free(self.text);
  return code;
}

size_t pvs_csv_rows_bound(const char *data, size_t size, uint32_t n_columns) {
  size_t lines = 1;
  const char *end = data + size;
  for (const char *p = data; p < end && (p = memchr(p, '\n', (size_t)(end - p))) != NULL; p++) {
    lines++;
  }
  const size_t fitting = size / n_columns + 1;
  return lines < fitting ? lines : fitting;
}
