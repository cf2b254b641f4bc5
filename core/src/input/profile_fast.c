#include "input/profile_fast.h"

#include "base/decimal.h"
#include "base/timestamp.h"
#include "input/profile_block.h"
#include "input/profile_parts.h"
#include "input/profile_values.h"

#include <stdlib.h>

enum { ROW_BYTES_MIN = sizeof "1/1/13 0:00,1" };

/* ---- opening ---- */

static pvs_code take_header(void *ctx, long row, const pvs_field *fields, uint32_t n_fields,
                            pvs_error *error) {
  pvs_profile *profile = ctx;
  uint32_t *series_of, time_column;
  return pvs_profile_take_header(profile, fields, n_fields, row, &time_column, &series_of, error) ==
                     PVS_OK &&
                 time_column == 0 && profile->n_series == n_fields - 1
             ? PVS_OK
             : PVS_UNSUPPORTED;
}

/* A plain time is a date, a blank or a T, and a clock of digits and colons. Returns the length of
 * the date with what is behind it, 0 when the time is not plain. */
static size_t plain_time(const char *text, size_t length, pvs_timestamp *timestamp) {
  if (length < 5 || !pvs_parse_any_timestamp(text, length, PVS_DAY_FIRST, timestamp)) {
    return 0;
  }
  const char *separator = memchr(text, ' ', length);
  if (separator == NULL && (text[4] == '-' || text[4] == '/')) {
    separator = memchr(text, 'T', length);
  }
  for (const char *p = separator; p != NULL && p + 1 < text + length; p++) {
    if ((unsigned char)(p[1] - '0') > 10) { /* a colon is behind the nine */
      return 0;
    }
  }
  return separator == NULL ? 0 : (size_t)(separator - text) + 1;
}

/* The time at the start of a line. */
static bool line_time(const char *line, const char *end, pvs_timestamp *timestamp) {
  const char *comma = line < end ? memchr(line, ',', (size_t)(end - line)) : NULL;
  return comma != NULL && plain_time(line, (size_t)(comma - line), timestamp) > 0;
}

static bool take_time_index(pvs_profile *profile, const char *rows, const char *end) {
  const char *line_end = rows < end ? memchr(rows, '\n', (size_t)(end - rows)) : NULL;
  pvs_timestamp first, second;
  if (line_end == NULL || !line_time(rows, end, &first) || !line_time(line_end + 1, end, &second)) {
    return false;
  }
  const int64_t interval_s = second.time - first.time;
  profile->start = first.time;
  profile->interval_s = (uint32_t)interval_s;
  return interval_s > 0 && interval_s <= UINT32_MAX;
}

/* Which step a line is, by its time: in a plain file no line need be counted. */
static bool line_step(const pvs_profile *profile, const char *line, const char *end,
                      uint32_t *step) {
  pvs_timestamp now;
  if (!line_time(line, end, &now) || now.time < profile->start) {
    return false;
  }
  const int64_t steps = (now.time - profile->start) / profile->interval_s;
  *step = (uint32_t)steps;
  return steps < UINT32_MAX && steps * profile->interval_s == now.time - profile->start;
}

/* All rows are of one date that may be day-first or month-first: the slow reader has to warn. */
static bool is_one_open_date(const pvs_profile *profile, const char *rows, const char *end,
                             uint32_t steps) {
  const pvs_time last = profile->start + (pvs_time)(steps - 1) * profile->interval_s;
  const int64_t date = pvs_floor_div(profile->start, PVS_DAY_S);
  pvs_timestamp first;
  int year, month, day;
  pvs_date_of(date, &year, &month, &day);
  return date == pvs_floor_div(last, PVS_DAY_S) && day <= 12 && day != month &&
         line_time(rows, end, &first) && first.has_order;
}

static bool count_steps(const pvs_profile *profile, const char *rows, const char *end,
                        uint32_t *steps) {
  const char *before = memrchr(rows, '\n', (size_t)(end - rows));
  if (!line_step(profile, before == NULL ? rows : before + 1, end, steps)) {
    return false;
  }
  ++*steps;
  /* Whatever the last time says, the file cannot hold more rows than this. */
  return *steps <= (size_t)(end - rows) / ROW_BYTES_MIN + 1 &&
         !is_one_open_date(profile, rows, end, *steps);
}

static bool divide(const pvs_profile *profile, const char *rows, const char *end, uint32_t steps,
                   pvs_profile_range *ranges, size_t n_ranges) {
  const size_t size = (size_t)(end - rows);
  const char *begin = rows;
  uint32_t first_step = 0;
  for (size_t i = 0; i < n_ranges; i++) {
    const char *cut = i + 1 == n_ranges ? end : rows + size / n_ranges * (i + 1);
    if (cut < begin) {
      cut = begin;
    }
    if (cut < end) {
      const char *line_end = memchr(cut, '\n', (size_t)(end - cut));
      cut = line_end == NULL ? end : line_end + 1;
    }
    uint32_t end_step = steps;
    if (cut < end && !line_step(profile, cut, end, &end_step)) {
      return false;
    }
    if (end_step < first_step || end_step > steps) {
      return false;
    }
    ranges[i] = (pvs_profile_range){
        .begin = begin, .end = cut, .first_step = first_step, .steps = end_step - first_step};
    first_step = end_step;
    begin = cut;
  }
  return true;
}

/* The end without line ends, and without rows of only commas, which spreadsheets leave behind. */
static const char *without_blank_rows(const char *begin, const char *end) {
  for (;;) {
    while (end > begin && (end[-1] == '\n' || end[-1] == '\r')) {
      end--;
    }
    const char *row = end;
    while (row > begin && row[-1] == ',') {
      row--;
    }
    if (row == end || row == begin || row[-1] != '\n') {
      return end;
    }
    end = row;
  }
}

static bool open_plain(pvs_profile *profile, const char *path, const char *data, size_t size,
                       pvs_profile_range *ranges, size_t n_ranges) {
  const char *end = data + size;
  const char *header_end = memchr(data, '\n', size);
  if (header_end == NULL || memchr(data, '"', (size_t)(header_end - data)) != NULL ||
      pvs_profile_begin(profile, path, NULL) != PVS_OK ||
      pvs_csv_read(path, data, (size_t)(header_end - data), take_header, profile, NULL) != PVS_OK) {
    return false;
  }
  end = without_blank_rows(header_end, end);
  const char *rows = header_end + 1;
  if (!take_time_index(profile, rows, end)) {
    return false;
  }
  return count_steps(profile, rows, end, &profile->steps) &&
         divide(profile, rows, end, profile->steps, ranges, n_ranges) &&
         pvs_profile_allocate(profile, profile->steps, NULL) == PVS_OK;
}

bool pvs_profile_fast_open(pvs_profile *profile, const char *path, const char *data, size_t size,
                           pvs_profile_range *ranges, size_t n_ranges) {
  *profile = (pvs_profile){0};
  if (size > 0 && open_plain(profile, path, data, size, ranges, n_ranges)) {
    return true;
  }
  pvs_profile_deinit(profile);
  return false;
}

/* ---- times ---- */

/* The date of the row before as text, up to the clock. While a row begins with the same text its day
 * is known and only the clock is left to read. */
typedef struct known_day {
  pvs_time day;
  uint64_t words[2]; /* bytes 0 … 7 and 4 … 11 of the text, 0 where it is shorter */
  uint64_t masks[2];
  unsigned length; /* 0: none known yet */
} known_day;

enum { DAY_TEXT_MAX = 11, TIME_TEXT_MAX = 19 };

static uint64_t mask_bytes(unsigned n) {
  return n >= sizeof(uint64_t) ? UINT64_MAX : ((uint64_t)1 << (8 * n)) - 1;
}

/* The careful way: any form of timestamp; remembers its day. Returns the end of the text, NULL when
 * it is not `expected`. */
static __attribute__((noinline)) const char *read_any_time(const char *p, const char *end,
                                                           pvs_time expected, known_day *known) {
  known->length = 0;
  const size_t longest = end - p < TIME_TEXT_MAX + 1 ? (size_t)(end - p) : TIME_TEXT_MAX + 1;
  const char *comma = memchr(p, ',', longest);
  pvs_timestamp now;
  const size_t length = comma == NULL ? 0 : plain_time(p, (size_t)(comma - p), &now);
  if (length == 0 || now.time != expected) {
    return NULL;
  }
  char text[DAY_TEXT_MAX + 1] = "";
  if (length <= DAY_TEXT_MAX && length >= 4) {
    memcpy(text, p, length);
    *known = (known_day){.day = pvs_floor_div(now.time, PVS_DAY_S) * PVS_DAY_S,
                         .words = {pvs_decimal_load(text), pvs_decimal_load(text + 4)},
                         .masks = {mask_bytes((unsigned)length), mask_bytes((unsigned)length - 4)},
                         .length = (unsigned)length};
  }
  return comma;
}

/* Seconds of the day at the start of a word that begins HH:MM; 2^32 - 1 when there is none. */
static inline uint32_t clock_seconds(uint64_t word) {
  const uint64_t digits = (word & 0xffffffffffu) ^ 0x30303a3030u;
  /* Bytes of at most 2, 9, 0 (the colon), 5, 9. */
  if (((digits | (digits + 0x767a7f767du)) & 0x8080808080u) != 0) {
    return UINT32_MAX;
  }
  const uint32_t hours = (uint32_t)(digits & 0xff) * 10 + (uint32_t)(digits >> 8 & 0xff);
  const uint32_t minutes = (uint32_t)(digits >> 24 & 0xff) * 10 + (uint32_t)(digits >> 32);
  return hours * 3600 + minutes * 60;
}

/* Returns the comma behind the timestamp, NULL when it is not `expected`. */
static inline const char *read_time(const char *p, const char *end, pvs_time expected,
                                    known_day *known) {
  const int64_t expected_s = expected - known->day;
  if (known->length == 0 || expected_s >= PVS_DAY_S || end - p < TIME_TEXT_MAX + 1 ||
      ((pvs_decimal_load(p) ^ known->words[0]) & known->masks[0]) != 0 ||
      ((pvs_decimal_load(p + 4) ^ known->words[1]) & known->masks[1]) != 0) {
    return read_any_time(p, end, expected, known);
  }
  const char *clock = p + known->length;
  uint64_t word = pvs_decimal_load(clock);
  const bool one_digit = clock[1] == ':';
  word = one_digit ? word << 8 | '0' : word;
  clock += 5 - one_digit;
  /* What is not a time is far from any second of the day. */
  int64_t second = clock_seconds(word);
  if (*clock == ':') {
    const unsigned tens = (unsigned char)(clock[1] - '0'), ones = (unsigned char)(clock[2] - '0');
    second = tens < 6 && ones < 10 ? second + tens * 10 + ones : UINT32_MAX;
    clock += 3;
  }
  return *clock == ',' && second == expected_s ? clock : read_any_time(p, end, expected, known);
}

/* ---- rows ---- */

/* Rows are collected in a tile that stays in the cache and written from there series by series, in
 * whole cache lines: writing every value to its series at once would touch as many cache lines and
 * pages at a time as there are series. */
enum { TILE_BYTES = 16 * 1024, LINE_DOUBLES = PVS_ALIGN / sizeof(double), TILE_ROWS_MAX = 256 };

static uint32_t tile_rows(uint32_t n_series) {
  const uint32_t rows = (uint32_t)(TILE_BYTES / sizeof(double)) / n_series;
  const uint32_t lines = rows / LINE_DOUBLES * LINE_DOUBLES;
  return lines < LINE_DOUBLES ? LINE_DOUBLES : (lines > TILE_ROWS_MAX ? TILE_ROWS_MAX : lines);
}

static void write_tile(const pvs_profile *profile, const double *tile, uint32_t first_step,
                       uint32_t rows) {
  const size_t n_series = profile->n_series;
  for (size_t i = 0; i < n_series; i++) {
    double *series = profile->values + i * profile->stride + first_step;
    for (uint32_t row = 0; row < rows; row++) {
      series[row] = tile[row * n_series + i];
    }
  }
}

/* Reading a range: where it stands. */
typedef struct progress {
  const pvs_profile *profile;
  const char *p, *end;
  uint32_t step, end_step;
  known_day known;
} progress;

static pvs_time time_of(const progress *self, uint32_t row) {
  return self->profile->start + (pvs_time)(self->step + row) * (pvs_time)self->profile->interval_s;
}

/* Returns the start of the next line, NULL when the row is not plain. */
static const char *read_row(const char *p, const char *end, uint32_t n_series, pvs_time expected,
                            known_day *known, pvs_values_reader read_values, double *values) {
  p = read_time(p, end, expected, known);
  p = p == NULL ? NULL : read_values(p, end, n_series, values);
  if (p != NULL && p < end && *p == '\r') {
    p++;
  }
  if (p == NULL || p == end) {
    return p;
  }
  return *p == '\n' ? p + 1 : NULL;
}

/* All that is left, row by row. False when a row is not plain. */
static bool read_rows(progress *self) {
  const pvs_profile *profile = self->profile;
  const uint32_t rows_max = tile_rows(profile->n_series);
  double *tile = malloc((size_t)rows_max * profile->n_series * sizeof *tile);
  if (tile == NULL) {
    return false;
  }
  const pvs_values_reader read_values = pvs_values_reader_best();
  while (self->step < self->end_step && self->p != NULL) {
    const uint32_t left = self->end_step - self->step;
    const uint32_t rows = left < rows_max ? left : rows_max;
    for (uint32_t row = 0; row < rows && self->p != NULL; row++) {
      self->p = read_row(self->p, self->end, profile->n_series, time_of(self, row), &self->known,
                         read_values, tile + (size_t)row * profile->n_series);
    }
    if (self->p != NULL) {
      write_tile(profile, tile, self->step, rows);
      self->step += rows;
    }
  }
  free(tile);
  return self->p == self->end;
}

/* ---- blocks ---- */

static bool read_block(progress *self, const pvs_block_level *level, const pvs_block *block,
                       uint32_t *n_long) {
  const pvs_profile *profile = self->profile;
  const uint32_t *ends = block->ends;
  const char *line = block->text;
  for (uint32_t row = 0; row < block->rows; row++, ends += (size_t)block->n_numbers + 1) {
    const char *line_end = block->text + ends[block->n_numbers];
    if (*line_end != '\n' ||
        read_time(line, self->end, time_of(self, row), &self->known) != block->text + ends[0]) {
      return false;
    }
    line = line_end + 1;
  }
  if (!pvs_block_read(level, block, self->end, profile->values + self->step, profile->stride,
                      n_long)) {
    return false;
  }
  self->p = line;
  self->step += block->rows;
  return true;
}

/* As many rows as are better read in blocks; towards the end, blocks become smaller. False when a
 * row is not plain. */
static bool read_blocks(progress *self, const pvs_block_level *level) {
  const uint32_t rows_max = pvs_block_rows(self->profile->n_series);
  const size_t fields = (size_t)rows_max * ((size_t)self->profile->n_series + 1);
  pvs_block block = {.n_numbers = self->profile->n_series,
                     .rows = rows_max,
                     .ends = malloc((fields + PVS_BLOCK_ROOM) * sizeof *block.ends)};
  bool plain = true;
  uint32_t n_long = 0;
  while (block.ends != NULL && plain && self->step < self->end_step &&
         n_long <= block.n_numbers / 2) {
    const uint32_t left = self->end_step - self->step;
    block.text = self->p;
    block.rows = left < block.rows ? left : block.rows;
    while (block.rows >= PVS_BLOCK_ROWS_MIN && !pvs_block_find(level, &block, self->end)) {
      block.rows /= 2;
    }
    if (block.rows < PVS_BLOCK_ROWS_MIN) {
      break;
    }
    plain = read_block(self, level, &block, &n_long);
  }
  free(block.ends);
  return plain;
}

bool pvs_profile_fast_read_by(const pvs_profile *profile, const pvs_profile_range *range,
                              const pvs_block_level *level) {
  progress self = {.profile = profile,
                   .p = range->begin,
                   .end = range->end,
                   .step = range->first_step,
                   .end_step = range->first_step + range->steps};
  return (level == NULL || read_blocks(&self, level)) && read_rows(&self);
}

bool pvs_profile_fast_read(const pvs_profile *profile, const pvs_profile_range *range) {
  return pvs_profile_fast_read_by(profile, range, pvs_block_choose(NULL));
}
