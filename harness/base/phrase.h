/* Text built in pieces, in a buffer that the caller owns. */
#ifndef HX_BASE_PHRASE_H
#define HX_BASE_PHRASE_H

#include <stddef.h>

/* Begin with {buffer, sizeof buffer}. If the text does not fit it is cut, and it always ends with
 * NUL; `length` counts the whole text, as snprintf does. */
typedef struct hx_phrase {
  char *at;
  size_t cap;
  size_t length;
} hx_phrase;
void hx_phrase_add(hx_phrase *text, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
