#include "base/csv_plain.h"

#include "base/encoding.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

enum { LOOK = 64 };

void pvs_csv_plain_init(pvs_csv_plain *plain, const char *data, size_t size, long row) {
  *plain = (pvs_csv_plain){.at = data, .end = data + size, .row = row};
}

void pvs_csv_plain_deinit(pvs_csv_plain *plain) {
  free(plain->fields);
  free(plain->copy);
}

bool pvs_csv_plain_next(pvs_csv_plain *plain, pvs_csv_line *line) {
  if (plain->at == plain->end) {
    return false;
  }
  const char *feed = memchr(plain->at, '\n', (size_t)(plain->end - plain->at));
  const char *end = feed == NULL ? plain->end : feed;
  *line = (pvs_csv_line){plain->at, (size_t)(end - plain->at), plain->row++};
  plain->at = feed == NULL ? end : end + 1;
  return true;
}

long pvs_csv_count_lines(const char *data, size_t size) {
  enum { AT_ONCE = 240 }; /* so many fit the small counters of SIMD lanes */
  long n = 0;
  for (size_t first = 0; first < size; first += AT_ONCE) {
    const size_t end = size - first < AT_ONCE ? size : first + AT_ONCE;
    uint8_t found = 0;
    for (size_t i = first; i < end; i++) {
      found = (uint8_t)(found + (data[i] == '\n'));
    }
    n += found;
  }
  return n + (size > 0 && data[size - 1] != '\n');
}

static bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r';
}

/* Of LOOK bytes of text, a bit for each: commas, and what is odd: neither a comma nor what names and
 * numbers are made of, which is ASCII behind the comma. */
typedef struct look {
  uint64_t commas, odd;
} look;

#if defined(__SSE2__)

static inline uint64_t bits_of(__m128i a, __m128i b, __m128i c, __m128i d) {
  return (uint64_t)(unsigned)_mm_movemask_epi8(a) | (uint64_t)(unsigned)_mm_movemask_epi8(b) << 16 |
         (uint64_t)(unsigned)_mm_movemask_epi8(c) << 32 |
         (uint64_t)(unsigned)_mm_movemask_epi8(d) << 48;
}

static inline look look_at(const char *text) {
  const __m128i *at = (const __m128i *)(const void *)text, comma = _mm_set1_epi8(',');
  const __m128i a = _mm_loadu_si128(at), b = _mm_loadu_si128(at + 1), c = _mm_loadu_si128(at + 2),
                d = _mm_loadu_si128(at + 3);
  const uint64_t commas = bits_of(_mm_cmpeq_epi8(a, comma), _mm_cmpeq_epi8(b, comma),
                                  _mm_cmpeq_epi8(c, comma), _mm_cmpeq_epi8(d, comma));
  /* As signed numbers, bytes that are not ASCII are negative. */
  const uint64_t usual = bits_of(_mm_cmpgt_epi8(a, comma), _mm_cmpgt_epi8(b, comma),
                                 _mm_cmpgt_epi8(c, comma), _mm_cmpgt_epi8(d, comma));
  return (look){commas, ~(commas | usual)};
}

#else

static look look_at(const char *text) {
  look found = {0};
  for (unsigned i = 0; i < LOOK; i++) {
    const unsigned char byte = (unsigned char)text[i];
    found.commas |= (uint64_t)(byte == ',') << i;
    found.odd |= (uint64_t)(byte < ',' || byte > 127) << i;
  }
  return found;
}

#endif

/* Whether it is UTF-8 without quotes and NUL bytes. */
static bool is_plain_text(const char *text, size_t length) {
  return memchr(text, '"', length) == NULL && memchr(text, '\0', length) == NULL &&
         pvs_encoding_check("", text, length, NULL) == PVS_OK;
}

/* The field without the blanks around it. */
static pvs_field trimmed(pvs_field field) {
  while (field.length > 0 && is_blank(field.text[0])) {
    field.text++;
    field.length--;
  }
  while (field.length > 0 && is_blank(field.text[field.length - 1])) {
    field.length--;
  }
  return field;
}

static bool make_room(pvs_csv_plain *plain, size_t length) {
  if (length + LOOK > plain->copy_size) {
    free(plain->copy);
    plain->copy_size = 2 * length + 1024;
    plain->copy = malloc(plain->copy_size);
  }
  /* No line has more fields than bytes and one. */
  const size_t most = length + 1 < 64 ? 64 : length + 1;
  if (most > plain->room && most <= UINT32_MAX / sizeof *plain->fields) {
    free(plain->fields);
    plain->fields = malloc(most * sizeof *plain->fields);
    plain->room = (uint32_t)most;
  }
  return plain->copy != NULL && plain->fields != NULL && most <= plain->room;
}

pvs_csv_split pvs_csv_plain_split(pvs_csv_plain *plain, const pvs_csv_line *line,
                                  uint32_t n_columns) {
  if (!make_room(plain, line->length)) {
    return PVS_CSV_NO_MEMORY;
  }
  char *copy = plain->copy, *first = copy, *end = copy + line->length;
  memcpy(copy, line->text, line->length);
  memset(end, 'x', LOOK); /* neither odd nor a comma */
  uint64_t odd = 0;
  pvs_field *const fields = plain->fields, *field = fields;
  for (char *at = copy; at < end; at += LOOK) {
    const look found = look_at(at);
    odd |= found.odd;
    for (uint64_t commas = found.commas; commas != 0; commas &= commas - 1) {
      char *comma = at + (unsigned)__builtin_ctzll(commas);
      *field++ = (pvs_field){first, (size_t)(comma - first)};
      *comma = '\0';
      first = comma + 1;
    }
  }
  if (odd != 0 && !is_plain_text(line->text, line->length)) {
    return PVS_CSV_NOT_PLAIN;
  }
  *field++ = (pvs_field){first, (size_t)(end - first)};
  *end = '\0';
  const uint32_t n = plain->n_fields = (uint32_t)(field - fields);
  size_t text = line->length + 1 - n;
  if (odd != 0) {
    text = 0;
    for (uint32_t i = 0; i < n; i++) {
      fields[i] = trimmed(fields[i]);
      copy[fields[i].text - copy + (ptrdiff_t)fields[i].length] = '\0';
      text += fields[i].length;
    }
  }
  if (text == 0) {
    return PVS_CSV_BLANK;
  }
  return n_columns == 0 || n == n_columns ? PVS_CSV_ROW : PVS_CSV_NOT_PLAIN;
}
