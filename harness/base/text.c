#include "base/text.h"

#include <ctype.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char *hx_text_reserve(hx_text *text, size_t size) {
  if (text->failed)
    return NULL;
  if (text->room - text->length <= size) {
    size_t room = 2 * (text->length + size) + 64;
    char *grown = realloc(text->at, room);
    if (!grown) {
      text->failed = true;
      return NULL;
    }
    text->at = grown;
    text->room = room;
  }
  return text->at + text->length;
}

void hx_text_add(hx_text *text, const void *bytes, size_t size) {
  char *to = hx_text_reserve(text, size);
  if (!to)
    return;
  if (size > 0)
    memcpy(to, bytes, size);
  to[size] = '\0';
  text->length += size;
}

void hx_text_put(hx_text *text, const char *string) {
  hx_text_add(text, string, strlen(string));
}

void hx_text_put_char(hx_text *text, char c) {
  hx_text_add(text, &c, 1);
}

static void add_formatted(hx_text *text, const char *format, va_list args) {
  va_list again;
  va_copy(again, args);
  int length = vsnprintf(NULL, 0, format, again);
  va_end(again);
  char *to = length >= 0 ? hx_text_reserve(text, (size_t)length) : NULL;
  if (!to) {
    text->failed = true;
    return;
  }
  vsnprintf(to, (size_t)length + 1, format, args);
  text->length += (size_t)length;
}

void hx_text_printf(hx_text *text, const char *format, ...) {
  va_list args;
  va_start(args, format);
  add_formatted(text, format, args);
  va_end(args);
}

void hx_text_put_real(hx_text *text, double value) {
  char number[40] = "";
  for (int digits = 6; digits <= 17 && isfinite(value); digits++) {
    snprintf(number, sizeof number, "%.*g", digits, value);
    if (strtod(number, NULL) == value)
      break;
  }
  hx_text_put(text, number);
}

bool hx_text_is_formula(const char *value) {
  char *end;
  if (!*value || !strchr("=+-@\t\r", *value))
    return false;
  strtod(value, &end);
  return *end != '\0' || end == value;
}

/* Also one that would be taken for a formula made harmless. */
static bool needs_apostrophe(const char *value) {
  return hx_text_is_formula(value) || (*value == '\'' && needs_apostrophe(value + 1));
}

const char *hx_text_cell_value(const char *cell) {
  return *cell == '\'' && needs_apostrophe(cell + 1) ? cell + 1 : cell;
}

static bool needs_quotes(const char *value) {
  for (; *value; value++)
    if (!isalnum((unsigned char)*value) && !strchr("_.:/+=@-", *value))
      return true;
  return false;
}

void hx_text_put_cell(hx_text *text, const char *value) {
  bool formula = needs_apostrophe(value);
  if (!formula && !needs_quotes(value)) {
    hx_text_put(text, value);
    return;
  }
  hx_text_put(text, formula ? "\"'" : "\"");
  for (; *value; value++) {
    if (*value == '"')
      hx_text_put_char(text, '"');
    hx_text_put_char(text, iscntrl((unsigned char)*value) ? ' ' : *value);
  }
  hx_text_put_char(text, '"');
}

char *hx_text_take(hx_text *text) {
  if (!text->at)
    hx_text_add(text, "", 0);
  char *taken = text->failed ? NULL : text->at;
  if (!taken)
    free(text->at);
  *text = (hx_text){0};
  return taken;
}

void hx_text_deinit(hx_text *text) {
  free(text->at);
  *text = (hx_text){0};
}

char **hx_text_take_argv(hx_text *words) {
  size_t n = 0;
  for (size_t at = 0; at < words->length; at++)
    n += words->at[at] == '\0';
  char **argv = words->failed ? NULL : malloc((n + 1) * sizeof *argv + words->length);
  if (argv && n > 0) {
    char *at = memcpy(argv + n + 1, words->at, words->length);
    for (size_t i = 0; i < n; i++, at += strlen(at) + 1)
      argv[i] = at;
  }
  if (argv)
    argv[n] = NULL;
  hx_text_deinit(words);
  return argv;
}

bool hx_text_stream_close(FILE *stream, char *const *text) {
  bool failed = !stream || ferror(stream);
  return stream && fclose(stream) == 0 && !failed && *text;
}

double hx_text_percent(double fraction) {
  double percent = 100 * fraction;
  return fabs(percent) < 0.05 ? 0 : percent;
}

char *hx_format(const char *format, ...) {
  hx_text text = {0};
  va_list args;
  va_start(args, format);
  add_formatted(&text, format, args);
  va_end(args);
  return hx_text_take(&text);
}
