/* Which bytes of a text are UTF-8, and which characters may be shown as they are. */
#ifndef HX_BASE_UTF8_H
#define HX_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Takes the place of bytes that are not UTF-8. */
#define HX_UTF8_REPLACEMENT "\xef\xbf\xbd"

/* Decodes the character at s (not at its end) and returns how many bytes it takes. A byte that is not
 * valid UTF-8, as in overlong forms, surrogates and values above U+10FFFF, is one character, U+FFFD. */
size_t hx_utf8_decode(const char *s, uint32_t *code);

/* Whether a terminal would obey the character, or show what follows it in another order or on another
 * line, so that the text reads as something else. */
bool hx_utf8_is_harmful(uint32_t code);

/* The character at s (not at its end) as every text for people shows it: a harmful one as \x1b or
 * \u202e, a byte that is not UTF-8 as U+FFFD, any other as it is. Returns what follows it. */
enum { HX_UTF8_SHOWN = sizeof "\\u202e" };
const char *hx_utf8_printable(const char *s, char shown[HX_UTF8_SHOWN]);

#endif
