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
  long n = 0;
  for (size_t i = 0; i < size; i++) {
    n += data[i] == '\n';
  }
  return n + (size > 0 && data[size - 1] != '\n');
}

static bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r';
}

/* What is in LOOK bytes of text: a bit for each byte that is a comma, that is low (less than '-', as
 * commas, quotes, blanks and control characters are), a quote or NUL, or not ASCII. */
typedef struct look {
  uint64_t commas, low, quotes, high;
} look;

#if defined(__SSE2__)

static inline look look_at(const char *text) {
  look found = {0};
  for (unsigned i = 0; i < LOOK; i += 16) {
    const __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(text + i));
    const __m128i low = _mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8('-' - 1)), bytes);
    const __m128i quotes = _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')),
                                        _mm_cmpeq_epi8(bytes, _mm_setzero_si128()));
    const __m128i commas = _mm_cmpeq_epi8(bytes, _mm_set1_epi8(','));
    found.commas |= (uint64_t)(unsigned)_mm_movemask_epi8(commas) << i;
    found.low |= (uint64_t)(unsigned)_mm_movemask_epi8(low) << i;
    found.quotes |= (uint64_t)(unsigned)_mm_movemask_epi8(quotes) << i;
    found.high |= (uint64_t)(unsigned)_mm_movemask_epi8(bytes) << i;
  }
  return found;
}

#else

static look look_at(const char *text) {
  look found = {0};
  for (unsigned i = 0; i < LOOK; i++) {
    const unsigned char byte = (unsigned char)text[i];
    found.commas |= (uint64_t)(byte == ',') << i;
    found.low |= (uint64_t)(byte < '-') << i;
    found.quotes |= (uint64_t)(byte == '"' || byte == '\0') << i;
    found.high |= (uint64_t)(byte > 127) << i;
  }
  return found;
}

#endif

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
  memset(end, 'x', LOOK);     /* neither odd nor a comma */
  uint64_t high = 0, odd = 0; /* odd: neither commas nor what names and numbers are made of */
  pvs_field *const fields = plain->fields, *field = fields;
  for (char *at = copy; at < end; at += LOOK) {
    const look found = look_at(at);
    if (found.quotes != 0) {
      return PVS_CSV_NOT_PLAIN;
    }
    high |= found.high;
    odd |= found.low & ~found.commas;
    for (uint64_t commas = found.commas; commas != 0; commas &= commas - 1) {
      char *comma = at + __builtin_ctzll(commas);
      *field++ = (pvs_field){first, (size_t)(comma - first)};
      *comma = '\0';
      first = comma + 1;
    }
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
  if (high != 0 && pvs_encoding_check("", line->text, line->length, NULL) != PVS_OK) {
    return PVS_CSV_NOT_PLAIN;
  }
  if (text == 0) {
    return PVS_CSV_BLANK;
  }
  return n_columns == 0 || n == n_columns ? PVS_CSV_ROW : PVS_CSV_NOT_PLAIN;
}
