#include "base/markdown.h"

#include "base/utf8.h"

#include <string.h>

void hx_markdown_put(const char *text, FILE *out) {
  while (text && *text) {
    char shown[HX_UTF8_SHOWN] = " ";
    text = *text == '\n' ? text + 1 : hx_utf8_printable(text, shown);
    if (strchr("\\`*_[<|&~$#", shown[0]))
      fputc('\\', out);
    fputs(shown, out);
  }
}
