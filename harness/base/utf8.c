#include "base/utf8.h"

#include <stdio.h>
#include <string.h>

/* Bytes of the character that `text` (not empty) begins with, 1 to 4; 0 if they are not valid UTF-8. */
static size_t length_of(const char *text) {
  const unsigned char *s = (const unsigned char *)text;
  size_t n = s[0] < 0x80                    ? 1
             : s[0] >= 0xc2 && s[0] <= 0xdf ? 2
             : s[0] >= 0xe0 && s[0] <= 0xef ? 3
             : s[0] >= 0xf0 && s[0] <= 0xf4 ? 4
                                            : 0;
  for (size_t i = 1; i < n; i++)
    if ((s[i] & 0xc0) != 0x80)
      return 0;
  if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) ||
      (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f))
    return 0;
  return n;
}

size_t hx_utf8_decode(const char *s, uint32_t *code) {
  enum { REPLACEMENT = 0xFFFD };
  size_t length = length_of(s);
  *code = length == 0  ? REPLACEMENT
          : length > 1 ? (unsigned char)s[0] & (0x7Fu >> length)
                       : (unsigned char)s[0];
  for (size_t i = 1; i < length; i++)
    *code = *code << 6 | ((unsigned char)s[i] & 0x3Fu);
  return length > 0 ? length : 1;
}

bool hx_utf8_is_harmful(uint32_t code) {
  return code < 0x20 || (code >= 0x7F && code < 0xA0) || code == 0x061C || code == 0x200E ||
         code == 0x200F || (code >= 0x2028 && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069);
}

const char *hx_utf8_printable(const char *s, char shown[HX_UTF8_SHOWN]) {
  uint32_t code;
  size_t bytes = hx_utf8_decode(s, &code);
  if (hx_utf8_is_harmful(code))
    snprintf(shown, HX_UTF8_SHOWN, code < 0x100 ? "\\x%02x" : "\\u%04x", (unsigned)code);
  else if (length_of(s) == 0)
    strcpy(shown, HX_UTF8_REPLACEMENT);
  else
    *(char *)mempcpy(shown, s, bytes) = '\0';
  return s + bytes;
}
