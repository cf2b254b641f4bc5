#include "cli/json_text.h"

#include "base/utf8.h"

#include <stdlib.h>

bool hx_json_write(const json_t *value, FILE *out) {
  char *text = value ? json_dumps(value, JSON_INDENT(2) | JSON_REAL_PRECISION(9)) : NULL;
  for (const char *at = text; at && *at;) {
    uint32_t code;
    size_t bytes = hx_utf8_decode(at, &code);
    if (code != '\n' && hx_utf8_is_harmful(code)) /* jansson has escaped those below U+0020 */
      fprintf(out, "\\u%04X", (unsigned)code);
    else
      fwrite(at, 1, bytes, out);
    at += bytes;
  }
  if (text)
    fputc('\n', out);
  free(text);
  return text != NULL;
}
