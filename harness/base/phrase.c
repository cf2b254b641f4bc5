#include "base/phrase.h"

#include <stdarg.h>
#include <stdio.h>

void hx_phrase_add(hx_phrase *text, const char *format, ...) {
  size_t used = text->length < text->cap ? text->length : text->cap;
  va_list args;
  va_start(args, format);
  int n = vsnprintf(text->cap > used ? text->at + used : NULL, text->cap - used, format, args);
  va_end(args);
  if (n > 0)
    text->length += (size_t)n;
}
