#include "base/number.h"

#include "base/decimal.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static bool is_digit(char c) {
  return (unsigned char)(c - '0') < 10;
}

static bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* More decimal digits than any boundary between two doubles has (767), so that digits behind them
 * only matter as "something or nothing". */
enum { DIGITS_MAX = 780 };

/* A number taken apart: value = digits × 10^exponent. */
typedef struct parts {
  bool negative;
  const char *first,
      *last;         /* from the first digit that is not 0 to behind the last; may hold the point */
  uint64_t mantissa; /* right when n_digits <= 19 */
  size_t n_digits;   /* between first and last */
  long exponent;     /* counted from the last digit */
} parts;

/* Exponents saturate here: no text that fits in memory can bring such a number back into range. */
static const long EXPONENT_MAX = 1000000000000000L;

static bool take_apart(const char *text, const char *end, parts *number) {
  *number = (parts){0};
  const char *p = text;
  if (p < end && (*p == '+' || *p == '-')) {
    number->negative = *p++ == '-';
  }
  bool any_digit = false;
  bool after_point = false;
  long decimals = 0;
  number->first = number->last = p;
  for (; p < end; p++) {
    if (is_digit(*p)) {
      any_digit = true;
      decimals += after_point;
      if (number->n_digits == 0) {
        number->first = p;
      }
      if (number->n_digits > 0 || *p != '0') {
        number->mantissa = number->mantissa * 10 + (uint64_t)(*p - '0');
        number->n_digits++;
      }
    } else if (*p == '.' && !after_point) {
      after_point = true;
    } else {
      break;
    }
  }
  number->last = p;
  if (!any_digit) {
    return false;
  }
  long exponent = 0;
  if (p < end && (*p == 'e' || *p == 'E')) {
    p++;
    const bool negative = p < end && *p == '-';
    if (p < end && (*p == '+' || *p == '-')) {
      p++;
    }
    if (p == end) {
      return false;
    }
    for (; p < end && is_digit(*p); p++) {
      if (exponent < EXPONENT_MAX) {
        exponent = exponent * 10 + (*p - '0');
      }
    }
    if (negative) {
      exponent = -exponent;
    }
    if (!is_digit(p[-1])) {
      return false;
    }
  }
  number->exponent = exponent - decimals;
  return p == end;
}

/* The library's conversion, on a text without a point: that is the one thing in which locales
 * differ. */
static double convert_any(const parts *number) {
  char text[DIGITS_MAX + 32];
  size_t length = 0;
  size_t dropped = 0;
  bool tail = false;
  for (const char *p = number->first; p < number->last; p++) {
    if (*p == '.') {
      continue;
    }
    if (length < DIGITS_MAX) {
      text[length++] = *p;
    } else {
      dropped++;
      tail = tail || *p != '0';
    }
  }
  long exponent = number->exponent + (long)dropped;
  if (tail) {
    text[length++] = '1';
    exponent--;
  }
  snprintf(text + length, sizeof text - length, "e%ld", exponent);
  return strtod(text, NULL);
}

bool pvs_parse_double(const char *text, size_t length, double *value) {
  const char *end = text + length;
  while (text < end && is_blank(*text)) {
    text++;
  }
  while (text < end && is_blank(end[-1])) {
    end--;
  }
  parts number;
  if (!take_apart(text, end, &number)) {
    return false;
  }
  double magnitude = 0;
  if (number.n_digits > 0 && (number.n_digits > 19 ||
                              !pvs_decimal_convert(number.mantissa, number.exponent, &magnitude))) {
    magnitude = convert_any(&number);
  }
  if (!isfinite(magnitude)) {
    return false;
  }
  *value = number.negative ? -magnitude : magnitude;
  return true;
}

bool pvs_parse_boolean(const char *text, bool *value) {
  static const char *const yes[] = {"true", "yes"}, *const no[] = {"false", "no"};
  for (int i = 0; i < 2; i++) {
    if (strcasecmp(text, yes[i]) == 0) {
      *value = true;
      return true;
    }
    if (strcasecmp(text, no[i]) == 0) {
      *value = false;
      return true;
    }
  }
  double number;
  if (!pvs_parse_double(text, strlen(text), &number) || (number != 0 && number != 1)) {
    return false;
  }
  *value = number == 1;
  return true;
}

/* Digits with a point and an exponent, as the numbers that are read. */
static bool has_form_of_number(const char *text) {
  static const char digits[] = "0123456789";
  text += *text == '+' || *text == '-';
  size_t n = strspn(text, digits);
  text += n;
  if (*text == '.') {
    const size_t decimals = strspn(text + 1, digits);
    n += decimals;
    text += decimals + 1;
  }
  if (n > 0 && (*text == 'e' || *text == 'E')) {
    text += text[1] == '+' || text[1] == '-' ? 2 : 1;
    n = strspn(text, digits);
    text += n;
  }
  return n > 0 && *text == '\0';
}

const char *pvs_number_hint(const char *text) {
  if (has_form_of_number(text)) {
    return " of at most 1e+09 in size";
  }
  const size_t digits = strspn(text, "+-0123456789");
  const bool is_decimal_comma =
      digits > 0 && text[digits] == ',' &&
      strspn(text + digits + 1, "0123456789") == strlen(text) - digits - 1;
  return is_decimal_comma ? " with a decimal point, not a comma" : "";
}
