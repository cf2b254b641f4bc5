#include "report/html.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* Length of the valid UTF-8 sequence at s, 0 when there is none. */
static size_t utf8_length(const unsigned char *s) {
  size_t n = s[0] < 0x80                    ? 1
             : s[0] >= 0xc2 && s[0] <= 0xdf ? 2
             : s[0] >= 0xe0 && s[0] <= 0xef ? 3
             : s[0] >= 0xf0 && s[0] <= 0xf4 ? 4
                                            : 0;
  for (size_t i = 1; i < n; i++)
    if ((s[i] & 0xc0) != 0x80)
      return 0;
  /* Overlong forms, surrogates, beyond U+10FFFF. */
  if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) ||
      (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f))
    return 0;
  return n;
}

void hx_html_text(FILE *out, const char *text) {
  for (const unsigned char *s = (const unsigned char *)(text ? text : ""); *s;) {
    size_t n = utf8_length(s);
    if (n == 0)
      fputs("\xef\xbf\xbd", out);
    else if (n > 1)
      fwrite(s, 1, n, out);
    else if (*s == '&')
      fputs("&amp;", out);
    else if (*s == '<')
      fputs("&lt;", out);
    else if (*s == '>')
      fputs("&gt;", out);
    else if (*s == '"')
      fputs("&quot;", out);
    else if (*s == '\'')
      fputs("&#39;", out);
    else
      fputc(*s < 0x20 || *s == 0x7f ? ' ' : *s, out);
    s += n > 0 ? n : 1;
  }
}

static void say(FILE *out, const char *format, va_list arguments) {
  char *text;
  if (vasprintf(&text, format, arguments) < 0)
    return;
  hx_html_text(out, text);
  free(text);
}

void hx_html_say(FILE *out, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  say(out, format, arguments);
  va_end(arguments);
}

void hx_html_table_start(FILE *out, const char *id, const char *columns) {
  fputs("<div class=\"table\"><table class=\"sortable\" id=\"", out);
  hx_html_text(out, id);
  fputs("\"><thead><tr>", out);
  while (*columns) {
    int is_number = *columns == '#';
    size_t length = strcspn(columns += is_number, "|");
    fprintf(out, "<th scope=\"col\"%s><button type=\"button\">",
            is_number ? " class=\"number\"" : "");
    hx_html_say(out, "%.*s", (int)length, columns);
    fputs("</button></th>", out);
    columns += length + (columns[length] == '|');
  }
  fputs("</tr></thead><tbody>\n", out);
}

void hx_html_row(FILE *out, const char *class_name) {
  fputs("<tr", out);
  if (class_name) {
    fputs(" class=\"", out);
    hx_html_text(out, class_name);
    fputc('"', out);
  }
  fputc('>', out);
}

void hx_html_cell(FILE *out, const char *format, ...) {
  va_list arguments;
  fputs("<td>", out);
  va_start(arguments, format);
  say(out, format, arguments);
  va_end(arguments);
  fputs("</td>", out);
}

void hx_html_number(FILE *out, double value, const char *format, ...) {
  va_list arguments;
  if (isnan(value)) {
    fputs("<td class=\"number\" data-value=\"\">–</td>", out);
    return;
  }
  fprintf(out, "<td class=\"number\" data-value=\"%.9g\">", value);
  va_start(arguments, format);
  say(out, format, arguments);
  va_end(arguments);
  fputs("</td>", out);
}

void hx_html_row_end(FILE *out) {
  fputs("</tr>\n", out);
}

void hx_html_table_end(FILE *out) {
  fputs("</tbody></table></div>\n", out);
}

const char *hx_html_duration(double seconds, char text[HX_DURATION_TEXT]) {
  if (isnan(seconds))
    snprintf(text, HX_DURATION_TEXT, "–");
  else if (seconds < 0.0009995)
    snprintf(text, HX_DURATION_TEXT, "%.0f µs", seconds * 1e6);
  else if (seconds < 0.09995)
    snprintf(text, HX_DURATION_TEXT, "%.1f ms", seconds * 1e3);
  else if (seconds < 0.9995)
    snprintf(text, HX_DURATION_TEXT, "%.0f ms", seconds * 1e3);
  else if (seconds < 99.995)
    snprintf(text, HX_DURATION_TEXT, "%.2f s", seconds);
  else
    snprintf(text, HX_DURATION_TEXT, "%.0f min %.0f s", floor(seconds / 60), fmod(seconds, 60));
  return text;
}
