/* Decimal text to double and back, exactly. Locale-independent, thread-safe. */
#ifndef PVS_BASE_NUMBER_H
#define PVS_BASE_NUMBER_H

#include <stdbool.h>
#include <stddef.h>

/* The whole of text[0..length) must be one finite decimal number (sign, digits, point, exponent;
 * surrounding blanks allowed): the nearest double, as strtod gives. False for blank, nan, inf, hex,
 * overflow to infinity and anything else; *value is then left as it is. */
bool pvs_parse_double(const char *text, size_t length, double *value);

/* The size of inputs is bounded, so that no sum or product of them overflows: in cells of tables, and
 * in kWh of a step. Whatever is meant is far less. */
#define PVS_GREATEST_INPUT 1e9
#define PVS_GREATEST_KWH   1e6

/* TRUE or FALSE, yes or no, in any case, or a number that is 1 or 0. False for anything else. */
bool pvs_parse_boolean(const char *text, bool *value);
/* What a text that is no number probably means, for the end of a message: ", with a decimal point"
 * for 0,5; "" when there is nothing to say. */
const char *pvs_number_hint(const char *text);

enum {
  PVS_NUMBER_MAX = 32
}; /* bytes of room that pvs_format_double needs; all of them may be written */
/* Shortest text that reads back to the same double ("0.1", "1e-07", "-3"), "inf" and "-inf"
 * included; NaN gives "" (an absent cell). Returns its length; no NUL. */
size_t pvs_format_double(char *buffer, double value);

#endif
