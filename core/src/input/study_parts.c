#include "input/study_parts.h"
#include "base/csv_plain.h"
#include "input/row_memo.h"
#include "input/study_columns.h"
#include <stdlib.h>
#include <string.h>

/* More parts than workers, so that one that is held up does not make the others wait for long. */
enum { LEAST_BYTES = 1 << 20, PARTS_PER_WORKER = 4 };

void pvs_builder_run(const pvs_builder *builder, size_t n, void (*task)(void *ctx, size_t index),
                     void *ctx) {
  const pvs_parallel *parallel = builder->parallel;
  if (parallel && parallel->workers > 1 && n > 1) {
    parallel->run(parallel->ctx, n, task, ctx);
    return;
  }
  for (size_t i = 0; i < n; i++)
    task(ctx, i);
}

/* ---- dividing ---- */

static void without_mark(const pvs_builder *builder, const char **data, size_t *size) {
  *data = builder->study_bytes.data;
  *size = builder->study_bytes.size;
  if (*size >= 3 && memcmp(*data, "\xef\xbb\xbf", 3) == 0) {
    *data += 3;
    *size -= 3;
  }
}

void pvs_study_parts_unite(pvs_builder *builder, bool is_plain) {
  pvs_study_part *first = builder->parts, *last = first + builder->n_parts - 1;
  first->size = (size_t)(last->data - first->data) + last->size;
  builder->n_parts = 1;
  builder->is_plain = is_plain;
}

/* One header of several plain names. */
static bool is_plain_header(const pvs_field *fields, uint32_t n) {
  for (uint32_t i = 0; i < n; i++)
    if (memchr(fields[i].text, '\r', fields[i].length))
      return false;
  return n > 1;
}

static pvs_code read_header(pvs_builder *builder, pvs_csv_plain *plain, pvs_error *error) {
  pvs_csv_line line;
  pvs_csv_split split = PVS_CSV_BLANK;
  while (split == PVS_CSV_BLANK && pvs_csv_plain_next(plain, &line))
    split = pvs_csv_plain_split(plain, &line, 0);
  if (split == PVS_CSV_NO_MEMORY)
    return pvs_fail_memory(error);
  builder->is_plain =
      split == PVS_CSV_ROW && is_plain_header(plain->fields, plain->n_fields) &&
      pvs_study_columns_read(builder, line.row, plain->fields, plain->n_fields, NULL) == PVS_OK;
  if (!builder->is_plain)
    builder->columns = NULL; /* whatever is wrong is told by who reads it through libcsv */
  return PVS_OK;
}

static size_t count_parts(const pvs_builder *builder, size_t size) {
  const pvs_parallel *parallel = builder->parallel;
  /* In a check what is found may depend on all that was found before. */
  if (!builder->is_plain || !parallel || parallel->workers < 2 || builder->notes.collects_errors)
    return 1;
  size_t most = (size_t)parallel->workers * PARTS_PER_WORKER,
         n = size / (parallel->least_bytes ? parallel->least_bytes : LEAST_BYTES);
  return n < 1 ? 1 : n > most ? most : n;
}

static void count_lines(void *ctx, size_t index) {
  pvs_study_part *part = (pvs_study_part *)ctx + index;
  part->row = pvs_csv_count_lines(part->data, part->size);
}

static pvs_code divide(pvs_builder *builder, const char *data, size_t size, long row,
                       pvs_error *error) {
  const size_t n = count_parts(builder, size);
  pvs_study_part *parts = pvs_arena_alloc(builder->arena, n, sizeof *parts);
  if (!parts)
    return pvs_fail_memory(error);
  builder->parts = parts;
  builder->n_parts = (uint32_t)n;
  const char *at = data, *end = data + size;
  for (size_t i = 0; i < n; i++) {
    const char *next = data + size / n * (i + 1);
    const char *feed = next > at ? memchr(next - 1, '\n', (size_t)(end - next) + 1) : at - 1;
    next = i + 1 == n || !feed ? end : feed + 1;
    parts[i] = (pvs_study_part){.data = at, .size = (size_t)(next - at)};
    at = next;
  }
  if (n > 1)
    pvs_builder_run(builder, n, count_lines, parts);
  for (size_t i = 0; i < n; i++) {
    long lines = parts[i].row;
    parts[i].row = row;
    row += lines;
  }
  return PVS_OK;
}

pvs_code pvs_study_parts_find(pvs_builder *builder, pvs_error *error) {
  const char *data;
  size_t size;
  without_mark(builder, &data, &size);
  pvs_csv_plain plain;
  pvs_csv_plain_init(&plain, data, size, 1);
  pvs_code code = read_header(builder, &plain, error);
  if (!code)
    code = divide(builder, plain.at, (size_t)(plain.end - plain.at), plain.row, error);
  pvs_csv_plain_deinit(&plain);
  return code;
}

/* ---- taking rows ---- */

typedef struct judged {
  pvs_builder *builder;
  const pvs_row_taker *taker;
  bool past_header;
} judged;

static pvs_code take_judged(void *ctx, long row, const pvs_field *fields, uint32_t n,
                            pvs_error *error) {
  judged *j = ctx;
  bool is_header = !j->past_header;
  uint32_t value = PVS_NONE;
  j->past_header = true;
  if (!is_header)
    return j->taker->take(j->taker->ctx, row, fields, &value, error);
  return j->builder->columns ? PVS_OK : pvs_study_columns_read(j->builder, row, fields, n, error);
}

/* The digits of a whole number, as parsing it as any number would give it. */
static bool parse_digits(const char *text, size_t length, int64_t *value) {
  *value = 0;
  for (size_t i = 0; i < length; i++) {
    if (text[i] < '0' || text[i] > '9')
      return false;
    *value = *value * 10 + (text[i] - '0');
  }
  return length > 0;
}

enum { MOST_DIGITS = 15 }; /* exact as a double */

/* What is behind the scenario number, where that is in the first column and plain; false: elsewhere. */
static bool split_number(const pvs_csv_line *line, int64_t *scenario, pvs_csv_line *rest) {
  size_t most = line->length < MOST_DIGITS + 1 ? line->length : MOST_DIGITS + 1;
  const char *comma = memchr(line->text, ',', most);
  if (!comma || !parse_digits(line->text, (size_t)(comma - line->text), scenario))
    return false;
  *rest = (pvs_csv_line){comma, line->length - (size_t)(comma - line->text), line->row};
  return true;
}

/* Going through a part. */
typedef struct reading {
  const struct pvs_study_columns *columns;
  const pvs_row_taker *taker;
  pvs_csv_plain plain;
  pvs_row_memo memo; /* of rows without their numbers, and without what is varied */
  pvs_varied varied;
  pvs_arena keys; /* of the memo, where something is varied */
  char *key;
  size_t key_size;
  bool is_plain;
} reading;

/* The row behind its number without the varied cells; commas stay, so that it is clear which are left
 * out. NULL: out of memory. */
static const char *key_of(reading *r, const pvs_csv_line *rest, size_t number_length,
                          size_t *length) {
  if (rest->length > r->key_size) {
    free(r->key);
    r->key_size = 2 * rest->length;
    r->key = malloc(r->key_size);
  }
  const char *from = r->plain.copy + number_length, *line = from;
  *length = 0;
  for (uint32_t i = 0; i < r->varied.n && r->key; i++) {
    const pvs_field *left_out = &r->plain.fields[r->varied.columns[i]];
    const size_t n = (size_t)(left_out->text - from);
    memcpy(r->key + *length, rest->text + (from - line), n);
    *length += n;
    from = left_out->text + left_out->length;
  }
  const size_t n = rest->length - (size_t)(from - line);
  if (r->key)
    memcpy(r->key + *length, rest->text + (from - line), n);
  *length += n;
  return r->key;
}

/* Not what decides which rows there are, and to which folders and files they belong. */
static bool may_vary(const struct pvs_study_columns *c, int32_t column) {
  return column != c->scenario && column != c->load_folder && column != c->arrangement &&
         column != c->pv_filename && column != c->dst;
}

/* Rows hardly come again: perhaps they do but for some columns. */
static void find_varied(reading *r) {
  const uint32_t *fresh = r->varied.n > 0 ? NULL : r->taker->fresh(r->taker->ctx);
  r->varied.n = 0;
  for (uint32_t i = 0; fresh && i < r->columns->n; i++) {
    if (fresh[i] < r->memo.tried / 4 || !may_vary(r->columns, (int32_t)i))
      continue;
    if (r->varied.n == PVS_MOST_VARIED)
      fresh = NULL;
    else
      r->varied.columns[r->varied.n++] = i;
  }
  if (fresh && r->varied.n > 0) {
    pvs_row_memo_clear(&r->memo);
  } else {
    r->varied.n = 0;
    pvs_row_memo_deinit(&r->memo);
  }
}

/* What follows is of a row with a plain number. */

static pvs_code take_new(reading *r, const pvs_csv_line *line, const char *key, size_t length,
                         pvs_error *error) {
  uint32_t value = PVS_NONE;
  pvs_code code = r->taker->take(r->taker->ctx, line->row, r->plain.fields, &value, error);
  if (code || value == PVS_NONE || !pvs_row_memo_has_room(&r->memo))
    return code;
  if (r->varied.n > 0)
    key = pvs_arena_string(&r->keys, key, length);
  if (key)
    pvs_row_memo_keep(&r->memo, key, length, value);
  return PVS_OK;
}

static pvs_code take_fields(reading *r, const pvs_csv_line *line, const pvs_csv_line *rest,
                            int64_t scenario, pvs_error *error) {
  uint32_t value;
  size_t length = rest->length;
  const char *key = rest->text;
  if (r->varied.n > 0) {
    key = key_of(r, rest, line->length - rest->length, &length);
    if (!key)
      return pvs_fail_memory(error);
    if (pvs_row_memo_find(&r->memo, key, length, &value))
      /* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): the key is the reading's, which frees it */
      return r->taker->vary(r->taker->ctx, line->row, scenario, value, r->plain.fields, &r->varied,
                            error);
  }
  return take_new(r, line, key, length, error);
}

/* Any row. */
static pvs_code take_line(reading *r, const pvs_csv_line *line, pvs_error *error) {
  pvs_csv_line rest;
  int64_t scenario;
  uint32_t value = PVS_NONE;
  const bool has_number = r->columns->scenario == 0 && split_number(line, &scenario, &rest);
  if (has_number && r->varied.n == 0 && pvs_row_memo_find(&r->memo, rest.text, rest.length, &value))
    return r->taker->again(r->taker->ctx, line->row, scenario, value, error);
  switch (pvs_csv_plain_split(&r->plain, line, r->columns->n)) {
  case PVS_CSV_ROW:
    return has_number ? take_fields(r, line, &rest, scenario, error)
                      : r->taker->take(r->taker->ctx, line->row, r->plain.fields, &value, error);
  case PVS_CSV_NOT_PLAIN:
    r->is_plain = false;
    break;
  case PVS_CSV_NO_MEMORY:
    return pvs_fail_memory(error);
  case PVS_CSV_BLANK:
    break;
  }
  return PVS_OK;
}

static size_t line_length(const pvs_study_part *part) {
  const char *feed = memchr(part->data, '\n', part->size);
  return feed ? (size_t)(feed - part->data) : part->size;
}

pvs_code pvs_study_part_take(pvs_builder *builder, const pvs_study_part *part,
                             const pvs_row_taker *taker, bool *is_plain, pvs_error *error) {
  *is_plain = true;
  if (!builder->is_plain) {
    judged j = {.builder = builder, .taker = taker};
    return pvs_csv_read(builder->study_path, builder->study_bytes.data, builder->study_bytes.size,
                        take_judged, &j, error);
  }
  reading r = {.columns = builder->columns, .taker = taker, .is_plain = true};
  pvs_csv_line line;
  pvs_csv_plain_init(&r.plain, part->data, part->size, part->row);
  pvs_row_memo_init(&r.memo, part->size / (line_length(part) + 1));
  pvs_arena_init(&r.keys);
  pvs_code code = PVS_OK;
  while (!code && r.is_plain && pvs_csv_plain_next(&r.plain, &line)) {
    code = take_line(&r, &line, error);
    if (pvs_row_memo_is_poor(&r.memo))
      find_varied(&r);
  }
  *is_plain = r.is_plain;
  free(r.key);
  pvs_arena_deinit(&r.keys);
  pvs_row_memo_deinit(&r.memo);
  pvs_csv_plain_deinit(&r.plain);
  return code;
}
