#include "base/csv_plain.h"

#include "base/encoding.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum { WORD = sizeof(uint64_t) };

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

/* The top bit of every byte of the word that equals c, exactly. */
static uint64_t bytes_equal(uint64_t word, unsigned char c) {
  const uint64_t low = UINT64_C(0x7f7f7f7f7f7f7f7f);
  const uint64_t x = word ^ (UINT64_C(0x0101010101010101) * c);
  return ~(((x & low) + low) | x | low);
}

/* The top bit of every byte of the word that is less than '-', as commas, quotes, blanks and control
 * characters are; also of some bytes that are not ASCII. */
static uint64_t bytes_low(uint64_t word) {
  const uint64_t low = UINT64_C(0x7f7f7f7f7f7f7f7f);
  return ~((word & low) + UINT64_C(0x0101010101010101) * (0x80 - '-')) & ~low;
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
  if (length + 2 * WORD > plain->copy_size) {
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

static uint64_t load_word(const char *text) {
  uint64_t word;
  memcpy(&word, text, sizeof word);
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  word = __builtin_bswap64(word);
#endif
  return word;
}

pvs_csv_split pvs_csv_plain_split(pvs_csv_plain *plain, const pvs_csv_line *line,
                                  uint32_t n_columns) {
  if (!make_room(plain, line->length)) {
    return PVS_CSV_NO_MEMORY;
  }
  char *copy = plain->copy, *first = copy, *end = copy + line->length;
  memcpy(copy, line->text, line->length);
  memset(end, 'x', 2 * WORD); /* neither odd nor a comma */
  uint64_t any = 0, odd = 0;  /* odd: neither commas nor what names and numbers are made of */
  pvs_field *const fields = plain->fields, *field = fields;
  for (char *at = copy; at < end; at += WORD) {
    const uint64_t word = load_word(at);
    any |= word;
    uint64_t commas = bytes_equal(word, ',');
    const uint64_t others = bytes_low(word) & ~commas;
    odd |= others;
    if (others != 0 && (bytes_equal(word, '"') | bytes_equal(word, '\0')) != 0) {
      return PVS_CSV_NOT_PLAIN;
    }
    for (; commas != 0; commas &= commas - 1) {
      char *comma = at + __builtin_ctzll(commas) / 8;
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
  const bool is_ascii = (any & UINT64_C(0x8080808080808080)) == 0;
  if (!is_ascii && pvs_encoding_check("", line->text, line->length, NULL) != PVS_OK) {
    return PVS_CSV_NOT_PLAIN;
  }
  if (text == 0) {
    return PVS_CSV_BLANK;
  }
  return n_columns == 0 || n == n_columns ? PVS_CSV_ROW : PVS_CSV_NOT_PLAIN;
}
