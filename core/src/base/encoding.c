#include "base/encoding.h"

#include "base/unicode.h"

#include <stdbool.h>
#include <string.h>

static bool is_ascii(const char *data, size_t size) {
  unsigned char all = 0;
  for (size_t i = 0; i < size; i++) {
    all |= (unsigned char)data[i];
  }
  return all < 0x80;
}

static long row_at(const char *data, size_t at) {
  long row = 1;
  for (const char *p = data; (p = memchr(p, '\n', (size_t)(data + at - p))) != NULL; p++) {
    row++;
  }
  return row;
}

/* A mark at the beginning, or every second byte of the first two characters is 0. */
static bool is_utf16(const char *data, size_t size) {
  static const char *const marks[] = {"\xff\xfe", "\xfe\xff"};
  return size >= 4 && (memcmp(data, marks[0], 2) == 0 || memcmp(data, marks[1], 2) == 0 ||
                       (data[0] != 0 && data[1] == 0 && data[2] != 0 && data[3] == 0) ||
                       (data[0] == 0 && data[1] != 0 && data[2] == 0 && data[3] != 0));
}

/* What a file is that is no text; NULL: nothing known. */
static const char *kind_of_file(const char *data, size_t size) {
  static const struct {
    const char *magic, *kind;
  } kinds[] = {
      {"PK\x03\x04", "a ZIP archive or an .xlsx workbook"},
      {"\x1f\x8b", "compressed with gzip"},
      {"\xd0\xcf\x11\xe0", "an .xls workbook"},
  };
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
    const size_t length = strlen(kinds[i].magic);
    if (size >= length && memcmp(data, kinds[i].magic, length) == 0) {
      return kinds[i].kind;
    }
  }
  return NULL;
}

pvs_code pvs_encoding_check(const char *file, const char *data, size_t size, pvs_error *error) {
  const char *kind = kind_of_file(data, size);
  if (kind != NULL) {
    return pvs_fail(error, PVS_SYNTAX, (pvs_where){.file = file},
                    "this file is %s, expected text (a spreadsheet writes it as 'CSV UTF-8')",
                    kind);
  }
  if (is_utf16(data, size)) {
    return pvs_fail(error, PVS_SYNTAX, (pvs_where){.file = file},
                    "this file is text in UTF-16, expected UTF-8 (a spreadsheet writes it as 'CSV "
                    "UTF-8')");
  }
  if (is_ascii(data, size)) {
    return PVS_OK;
  }
  size_t at = 0;
  uint32_t code;
  for (size_t length;
       at < size && (length = pvs_unicode_decode(data + at, size - at, &code)) > 0;) {
    at += length;
  }
  return at == size
             ? PVS_OK
             : pvs_fail(error, PVS_SYNTAX, (pvs_where){.file = file, .row = row_at(data, at)},
                        "byte 0x%02X is not UTF-8, expected a file in UTF-8 (this one seems "
                        "to be in Latin-1 or Windows-1252; a spreadsheet writes UTF-8 as "
                        "'CSV UTF-8')",
                        (unsigned char)data[at]);
}
