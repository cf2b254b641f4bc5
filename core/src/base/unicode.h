/* Characters of a text in UTF-8, and which of them a reader does not see as they are. */
#ifndef PVS_BASE_UNICODE_H
#define PVS_BASE_UNICODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes of the character at s, of which `room` can be read, and its code point; 0: they are no UTF-8
 * (The Unicode Standard, table 3-7). A text that ends in NUL may be given any room. */
size_t pvs_unicode_decode(const char *s, size_t room, uint32_t *code);

/* Whether a terminal would obey it, or show what follows in another order or on another line. */
bool pvs_unicode_is_harmful(uint32_t code);

/* Whether it looks like a blank or like nothing: a wide space, a soft hyphen, what has no width. */
bool pvs_unicode_is_unseen(uint32_t code);

/* Writes the text as it looks at a glance and returns its length, at most that of `text`: letters in
 * lower case and without their accents, whether one character or two; one blank for blanks of all
 * kinds; one hyphen for dashes; nothing for what has no width. Letters beyond Latin stay as they are. */
size_t pvs_unicode_look(const char *text, char *look);

#endif
