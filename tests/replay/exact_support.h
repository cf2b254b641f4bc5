/* Answers of pure functions to many fixed questions, line by line as they are stored in
 * tests/replay/data/exact/NAME.txt. A change that is meant is reviewed as a change of that file:
 * PVT_WRITE_EXACT=1 writes it anew. */
#ifndef TESTS_REPLAY_EXACT_SUPPORT_H
#define TESTS_REPLAY_EXACT_SUPPORT_H

#include "base/text.h"

#include "unit/decide_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static inline void exact_check_at(hx_text *answers, const char *name, const char *file, int line) {
  char path[1024], expected[4096];
  snprintf(path, sizeof path, "%s/replay/data/exact/%s.txt", PVT_TESTS_DIR, name);
  char *all = hx_text_take(answers);
  assert_non_null(all);
  FILE *f = fopen(path, getenv("PVT_WRITE_EXACT") ? "w+" : "r");
  if (!f)
    fail_msg("%s cannot be opened", path);
  if (getenv("PVT_WRITE_EXACT"))
    assert_true(fputs(all, f) >= 0 && fflush(f) == 0);
  rewind(f);
  char *rest = all;
  for (int number = 1; fgets(expected, sizeof expected, f); number++) {
    size_t length = strlen(expected);
    if (strncmp(rest, expected, length) != 0) {
      print_error("%s:%d: expected %sfound    %.*s\n", path, number, expected,
                  (int)strcspn(rest, "\n"), rest);
      _fail(file, line);
    }
    rest += length;
  }
  fclose(f);
  if (*rest) {
    print_error("%s: lines beyond its end: %s", path, rest);
    _fail(file, line);
  }
  free(all);
}

#define exact_check(answers, name) exact_check_at(answers, name, __FILE__, __LINE__)

/* Nine digits: what the C library's functions differ in from version to version is not shown. Six where
 * there are so many numbers that some would be rounded the other way. */
static int exact_digits = 9;

static inline void exact_numbers(hx_text *answers, const char *title, const double *x, size_t n) {
  hx_text_put(answers, title);
  for (size_t i = 0; i < n; i++)
    if (isnan(x[i]))
      hx_text_put(answers, " nan");
    else
      hx_text_printf(answers, " %.*g", exact_digits, fabs(x[i]) < 1e-12 ? 0 : x[i]);
  hx_text_put(answers, "\n");
}

#define EXACT(answers, title, ...)                                                                 \
  exact_numbers(answers, title, (const double[]){__VA_ARGS__},                                     \
                sizeof((const double[]){__VA_ARGS__}) / sizeof(double))

/* A long answer as one line: its length and its hash (FNV-1a), and it is empty again. To see what has
 * changed, PVT_EXACT_TEXT=FILE adds the answers themselves to FILE: compare two of these. */
static inline void exact_digest(hx_text *answers, const char *title, int number, hx_text *answer) {
  const char *path = getenv("PVT_EXACT_TEXT");
  uint64_t hash = 14695981039346656037U;
  size_t length = answer->length;
  char *all = hx_text_take(answer);
  assert_non_null(all);
  for (size_t i = 0; i < length; i++)
    hash = (hash ^ (unsigned char)all[i]) * 1099511628211U;
  hx_text_printf(answers, "%s %d: %zu characters, %016llx\n", title, number, length,
                 (unsigned long long)hash);
  FILE *f = path ? fopen(path, "a") : NULL;
  if (f) {
    fprintf(f, "==== %s %d\n%s", title, number, all);
    fclose(f);
  }
  free(all);
}

#endif
