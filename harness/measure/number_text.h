/* Whether a cell's text is a number. */
#ifndef HX_MEASURE_NUMBER_TEXT_H
#define HX_MEASURE_NUMBER_TEXT_H

#include <stdbool.h>

/* Decimal numbers, "nan", "inf" and "infinity" in any case and with a sign, blanks around allowed;
 * nothing hexadecimal, and nothing too large for a double: all such would be the same infinity. */
bool hx_number_text(const char *text, double *value);

/* Whether both are whole numbers in digits alone, and not the same one: beyond 2^53 doubles cannot tell. */
bool hx_integers_differ(const char *a, const char *b);

#endif
