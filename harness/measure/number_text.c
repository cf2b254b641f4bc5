#include "measure/number_text.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

bool hx_number_text(const char *text, double *value) {
  text += strspn(text, " \t");
  if (strchr("+-.0123456789nNiI", text[0]) == NULL || text[0] == '\0')
    return false;
  const char *digits = text + strspn(text, "+-");
  if (digits[0] == '0' && (digits[1] == 'x' || digits[1] == 'X'))
    return false;
  char *end;
  *value = strtod(text, &end);
  bool has_digits = digits[0] == '.' || isdigit((unsigned char)digits[0]);
  return end != text && end[-1] != ')' && end[strspn(end, " \t")] == '\0' &&
         !(has_digits && isinf(*value));
}

/* Its digits without leading zeros, of which 0 has none. */
static bool read_integer(const char *text, bool *negative, const char **digits, size_t *n) {
  text += strspn(text, " \t");
  *negative = text[0] == '-';
  text += text[0] == '-' || text[0] == '+';
  size_t length = strspn(text, "0123456789"), zeros = strspn(text, "0");
  *digits = text + zeros;
  *n = length - zeros;
  *negative = *negative && *n > 0;
  return length > 0 && text[length + strspn(text + length, " \t")] == '\0';
}

bool hx_integers_differ(const char *a, const char *b) {
  bool a_negative, b_negative;
  const char *a_digits, *b_digits;
  size_t a_n, b_n;
  return read_integer(a, &a_negative, &a_digits, &a_n) &&
         read_integer(b, &b_negative, &b_digits, &b_n) &&
         (a_negative != b_negative || a_n != b_n || memcmp(a_digits, b_digits, a_n) != 0);
}
