#include "base/unicode.h"

#include <string.h>

size_t pvs_unicode_decode(const char *s, size_t room, uint32_t *code) {
  static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  const unsigned char first = (unsigned char)s[0];
  const size_t length = first < 0x80   ? 1
                        : first < 0xc0 ? 0
                        : first < 0xe0 ? 2
                        : first < 0xf0 ? 3
                                       : 4;
  if (length == 0 || length > room) {
    return 0;
  }
  *code = length == 1 ? first : first & (0x7fu >> length);
  for (size_t i = 1; i < length; i++) {
    if (((unsigned char)s[i] & 0xc0) != 0x80) {
      return 0;
    }
    *code = *code << 6 | ((unsigned char)s[i] & 0x3fu);
  }
  const bool is_surrogate = *code >= 0xd800 && *code < 0xe000;
  return *code < least[length] || is_surrogate || first > 0xf4 || *code > 0x10ffff ? 0 : length;
}

bool pvs_unicode_is_harmful(uint32_t code) {
  return code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0x061c || code == 0x200e ||
         code == 0x200f || (code >= 0x2028 && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
}

static bool is_blank(uint32_t code) {
  return code == ' ' || code == '\t' || code == 0xa0 || (code >= 0x2000 && code <= 0x200a) ||
         code == 0x202f || code == 0x205f || code == 0x3000;
}

static bool has_no_width(uint32_t code) {
  return code == 0xad || (code >= 0x200b && code <= 0x200d) || (code >= 0x2060 && code <= 0x2064) ||
         code == 0xfeff;
}

bool pvs_unicode_is_unseen(uint32_t code) {
  return code > 0x7f && (is_blank(code) || has_no_width(code));
}

/* The letter that one from U+00C0 to U+017F is without its accent and in lower case, as far as it has one. */
static char plain_letter(uint32_t code) {
  static const char letters[] = "aaaaaa.ceeeeiiiidnooooo.ouuuuy.."
                                "aaaaaa.ceeeeiiiidnooooo.ouuuuy.y"
                                "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiii..jjkk."
                                "llllllllllnnnnnn...oooooo..rrrrrrsssssssstttttt"
                                "uuuuuuuuuuuuwwyyyzzzzzzs";
  _Static_assert(sizeof letters == 0x180 - 0xc0 + 1, "one letter for each code point");
  const char letter = code >= 0xc0 && code < 0x180 ? letters[code - 0xc0] : '.';
  return code >= 'A' && code <= 'Z' ? (char)(code - 'A' + 'a') : letter;
}

static bool is_accent(uint32_t code) {
  return code >= 0x300 && code < 0x370;
}

static bool is_dash(uint32_t code) {
  return (code >= 0x2010 && code <= 0x2015) || code == 0x2212;
}

size_t pvs_unicode_look(const char *text, char *look) {
  size_t length = 0;
  bool blank = false;
  for (size_t bytes; *text != '\0'; text += bytes) {
    uint32_t code = 0;
    bytes = pvs_unicode_decode(text, SIZE_MAX, &code);
    if (bytes == 0) {
      bytes = 1;
      code = 0xfffd;
    }
    if (is_blank(code) || has_no_width(code) || is_accent(code)) {
      blank = blank || is_blank(code);
      continue;
    }
    if (blank && length > 0) {
      look[length++] = ' ';
    }
    blank = false;
    const char letter = is_dash(code) ? '-' : plain_letter(code);
    if (letter != '.') {
      look[length++] = letter;
    } else {
      memcpy(look + length, text, bytes);
      length += bytes;
    }
  }
  return length;
}
