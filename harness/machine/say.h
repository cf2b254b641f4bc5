/* How functions of machine/ report failure: a sentence into the caller's buffer. */
#ifndef HX_MACHINE_SAY_H
#define HX_MACHINE_SAY_H

#include <stdbool.h>
#include <stddef.h>

/* Formats into err (truncating; err may be NULL with err_cap 0) and returns false, so that `return
 * hx_say(...)` ends a function that failed. */
bool hx_say(char *err, size_t err_cap, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Text built in pieces. Like snprintf the length goes on counting when the buffer is full. */
typedef struct hx_phrase {
  char *at;
  size_t cap;
  size_t length;
} hx_phrase;
void hx_phrase_add(hx_phrase *text, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
