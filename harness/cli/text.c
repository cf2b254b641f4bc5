#include "cli/text.h"

#include "base/exit_code.h"
#include "base/text.h"
#include "base/utf8.h"
#include "cli/message.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

static size_t code_width(uint32_t code) {
  int width = wcwidth((wchar_t)code);
  return width < 0 ? 1 : (size_t)width;
}

size_t hx_text_width(const char *s, size_t bytes) {
  size_t width = 0;
  for (const char *end = s + bytes; s < end && *s != '\0';) {
    uint32_t code;
    s += hx_utf8_decode(s, &code);
    width += code_width(code);
  }
  return width;
}

size_t hx_text_fit(const char *s, size_t width) {
  size_t at = 0, used = 0;
  while (s[at] != '\0' && s[at] != '\n') {
    uint32_t code;
    size_t bytes = hx_utf8_decode(s + at, &code);
    used += code_width(code);
    if (used > width)
      break;
    at += bytes;
  }
  return at;
}

size_t hx_text_break(const char *s, size_t width) {
  size_t at = hx_text_fit(s, width), space = at;
  if (s[at] == '\0' || s[at] == '\n' || s[at] == ' ')
    return at;
  while (space > 0 && s[space - 1] != ' ')
    space--;
  while (space > 0 && s[space - 1] == ' ')
    space--;
  return space > 0 ? space : strcspn(s, " \n");
}

const char *hx_text_skip(const char *s, size_t bytes) {
  s += bytes;
  while (*s == ' ')
    s++;
  return *s == '\n' ? s + 1 : s;
}

void hx_text_wrap(FILE *out, const char *s, size_t at, size_t indent, size_t width) {
  while (*s != '\0') {
    size_t room = width > at ? width - at : 1;
    size_t bytes = hx_text_break(s, room);
    fwrite(s, 1, bytes, out);
    s = hx_text_skip(s, bytes);
    if (*s != '\0') {
      fprintf(out, "\n%*s", (int)indent, "");
      at = indent;
    }
  }
}

/* Bytes of the line at s, without its newline. */
static size_t line_length(const char *s) {
  return strcspn(s, "\n");
}

void hx_text_paragraphs(FILE *out, const char *s, size_t indent, size_t width) {
  while (*s != '\0') {
    size_t length = line_length(s);
    if (length == 0) {
      fputc('\n', out);
      s++;
    } else if (s[0] == ' ') {
      fprintf(out, "%*s%.*s\n", (int)indent, "", (int)length, s);
      s += length + (s[length] == '\n');
    } else {
      size_t end = length;
      while (s[end] == '\n' && s[end + 1] != '\n' && s[end + 1] != ' ' && s[end + 1] != '\0')
        end += 1 + line_length(s + end + 1);
      char *filled = strndup(s, end);
      if (filled == NULL)
        exit(hx_error_exit(HX_EXIT_FAILED, "out of memory"));
      for (char *newline = filled; (newline = strchr(newline, '\n')) != NULL;)
        *newline = ' ';
      fprintf(out, "%*s", (int)indent, "");
      hx_text_wrap(out, filled, indent, indent, width);
      fputc('\n', out);
      free(filled);
      s += end + (s[end] == '\n');
    }
  }
}

char *hx_text_clean(const char *s) {
  hx_text clean = {0};
  while (*s != '\0') {
    char shown[HX_UTF8_SHOWN];
    s = hx_utf8_printable(s, shown);
    hx_text_put(&clean, shown);
  }
  return hx_text_take(&clean);
}

size_t hx_text_columns(int fd) {
  struct winsize size;
  if (isatty(fd) && ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col >= 40)
    return size.ws_col;
  return HX_TEXT_COLUMNS;
}
