/* Text built in pieces, in a buffer of the caller's. */
#ifndef HX_BASE_PHRASE_H
#define HX_BASE_PHRASE_H

#include <stddef.h>

/* Like snprintf: `length` goes on counting when the buffer is full, the text is cut and always
 * ended by NUL. Start with {buffer, sizeof buffer}. */
typedef struct hx_phrase {
  char *at;
  size_t cap;
  size_t length;
} hx_phrase;
void hx_phrase_add(hx_phrase *text, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
