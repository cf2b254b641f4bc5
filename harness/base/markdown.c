#include "base/markdown.h"

#include "base/utf8.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

/* Of "https://" and "www.", which are links wherever they stand, the character that makes them so. */
static bool makes_link(const char *text, const char *at) {
  return strncmp(at, "://", 3) == 0 ||
         (*at == '.' && at - text >= 3 && strncasecmp(at - 3, "www", 3) == 0);
}

void hx_markdown_put(const char *text, FILE *out) {
  for (const char *at = text; at && *at;) {
    char shown[HX_UTF8_SHOWN] = " ";
    bool link = makes_link(text, at);
    at = *at == '\n' ? at + 1 : hx_utf8_printable(at, shown);
    if (link || strchr("\\`*_[<|&~$#", shown[0]))
      fputc('\\', out);
    fputs(shown, out);
  }
}
