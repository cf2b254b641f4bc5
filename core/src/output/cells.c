/* Cells of CSV rows. */
#include "output/output.h"
#include <string.h>

char *pvs_put_number(char *end, double value) {
  *end++ = ',';
  return end + pvs_format_double(end, value);
}

char *pvs_put_integer(char *end, long value) {
  char digits[PVS_NUMBER_MAX], *first = digits + sizeof digits;
  unsigned long left = value < 0 ? 0 - (unsigned long)value : (unsigned long)value;
  do
    *--first = (char)('0' + left % 10);
  while ((left /= 10) > 0);
  if (value < 0)
    *--first = '-';
  const size_t length = (size_t)(digits + sizeof digits - first);
  memcpy(end, first, length);
  return end + length;
}

char *pvs_put_number_again(char *end, double value, pvs_number_text *cache) {
  *end++ = ',';
  return end + pvs_format_double_again(cache, end, value);
}

static bool needs_quotes(const char *text) {
  return strpbrk(text, ",\"\r\n") != NULL;
}

/* What a spreadsheet would run as a formula when a person opens the file. */
static bool is_formula(const char *text) {
  double value;
  return *text && strchr("=+-@\t\r", *text) && !pvs_parse_double(text, strlen(text), &value);
}

static char *put_bare(char *end, const char *text) {
  size_t length = strlen(text);
  memcpy(end, text, length);
  return end + length;
}

static char *put_doubled(char *end, const char *text) {
  for (; *text; text++) {
    if (*text == '"')
      *end++ = '"';
    *end++ = *text;
  }
  return end;
}

char *pvs_put_text(char *end, const char *text) {
  bool quoted = needs_quotes(text);
  if (quoted)
    *end++ = '"';
  if (is_formula(text))
    *end++ = '\'';
  if (!quoted)
    return put_bare(end, text);
  end = put_doubled(end, text);
  *end++ = '"';
  return end;
}

char *pvs_put_cell(char *end, const char *text) {
  *end++ = ',';
  return pvs_put_text(end, text);
}

char *pvs_put_name(char *end, const char *prefix, const char *name, const char *suffix) {
  *end++ = ',';
  bool quoted = needs_quotes(name);
  if (quoted)
    *end++ = '"';
  end = put_bare(end, prefix);
  end = quoted ? put_doubled(end, name) : put_bare(end, name);
  end = put_bare(end, suffix);
  if (quoted)
    *end++ = '"';
  return end;
}

size_t pvs_text_bound(const char *text) {
  return 2 * strlen(text) + 3;
}
