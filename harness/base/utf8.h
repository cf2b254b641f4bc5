/* Which bytes of a text are UTF-8. */
#ifndef HX_BASE_UTF8_H
#define HX_BASE_UTF8_H

#include <stddef.h>

/* Takes the place of bytes that are not UTF-8. */
#define HX_UTF8_REPLACEMENT "\xef\xbf\xbd"

/* Bytes of the character that `text` (not empty) begins with, 1 to 4; 0 if they are not valid
 * UTF-8, as are overlong forms, surrogates and values above U+10FFFF. */
size_t hx_utf8_length(const char *text);

#endif
