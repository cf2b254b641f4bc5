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
