/* The example store, and what the report's tests share. */
#ifndef TESTS_UNIT_REPORT_SUPPORT_H
#define TESTS_UNIT_REPORT_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "error_support.h"
#include "report/data.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXAMPLE_STORE   PVT_TESTS_DIR "/report/store"
#define EXAMPLE_MACHINE "m-0123456789"
#define PLOTS_FOLDER    PVT_TESTS_DIR "/../plots"

static inline void open_store(const char *results, hx_report_data *data) {
  pvs_error error;
  if (!hx_report_open(results, EXAMPLE_MACHINE, data, afresh(&error)))
    fail_msg("%s", error.message);
}

/* Text written to a stream: text_end() closes it; free the text. */
typedef struct text {
  FILE *out;
  char *data;
  size_t size;
} text;

static inline FILE *text_begin(text *t) {
  *t = (text){0};
  t->out = open_memstream(&t->data, &t->size);
  assert_non_null(t->out);
  return t->out;
}

static inline char *text_end(text *t) {
  assert_int_equal(fclose(t->out), 0);
  return t->data;
}

static inline size_t count_of(const char *in, const char *what) {
  size_t n = 0;
  for (const char *at = in; (at = strstr(at, what)) != NULL; at += strlen(what))
    n++;
  return n;
}

static inline bool is_one_of(const char *name, const char *const *list) {
  for (; *list; list++)
    if (strcmp(*list, name) == 0)
      return true;
  return false;
}

static inline const char *skip_text(const char *at) {
  for (; *at && *at != '<'; at++) {
    size_t length = strspn(at + 1, "#abcdefghijklmnopqrstuvwxyz0123456789");
    if (*at == '&' && (length == 0 || at[1 + length] != ';'))
      fail_msg("a bare & at: %.60s", at);
    if (*at == '>')
      fail_msg("a bare > at: %.60s", at);
  }
  return at;
}

/* From behind the tag's name to behind its '>'. */
static inline const char *skip_attributes(const char *at, bool *closed) {
  while (*at != '>') {
    at += strspn(at, " \n\t");
    *closed = *at == '/';
    if (*at == '/')
      at++;
    if (*at == '>')
      break;
    size_t length = strcspn(at, "= >/");
    if (length == 0)
      fail_msg("no attribute at: %.60s", at);
    at += length;
    if (*at != '=')
      continue;
    char quote = at[1];
    if (quote != '"' && quote != '\'')
      fail_msg("an attribute without quotes at: %.60s", at);
    const char *end = strchr(at + 2, quote);
    assert_non_null(end);
    assert_null(memchr(at + 2, '<', (size_t)(end - at - 2)));
    at = end + 1;
  }
  return at + 1;
}

/* Fails unless every tag is closed in order, every attribute quoted and every '&' a reference.
 * Knows HTML's void elements, and takes <style> and <script> as they are. */
static inline void assert_well_formed(const char *markup) {
  static const char *const empty[] = {"meta", "link", "br", "!DOCTYPE", NULL};
  static const char *const raw[] = {"style", "script", NULL};
  char open[64][32];
  size_t depth = 0;
  for (const char *at = skip_text(markup); *at; at = skip_text(at)) {
    bool ends = at[1] == '/', closed = false;
    char name[32];
    size_t length = strcspn(at + 1 + ends, " \n\t/>");
    assert_in_range(length, 1, sizeof name - 1);
    snprintf(name, sizeof name, "%.*s", (int)length, at + 1 + ends);
    const char *tag = at;
    at += 1 + ends + length;
    if (name[0] == '!') {
      at = strchr(at, '>') + 1;
      continue;
    }
    at = skip_attributes(at, &closed);
    if (ends) {
      if (depth == 0 || strcmp(open[depth - 1], name) != 0)
        fail_msg("</%s> closes <%s> at: %.60s", name, depth ? open[depth - 1] : "", tag);
      depth--;
    } else if (!closed && !is_one_of(name, empty)) {
      assert_true(depth < 64);
      strcpy(open[depth++], name);
      if (is_one_of(name, raw))
        at = strstr(at, "</");
    }
    assert_non_null(at);
  }
  if (depth > 0)
    fail_msg("<%s> is not closed", open[depth - 1]);
}

#endif
