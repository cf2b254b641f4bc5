/* Reads the recorded CSVs in tests/replay/data: the columns needed, by header name. */
#ifndef TESTS_REPLAY_REPLAY_SUPPORT_H
#define TESTS_REPLAY_REPLAY_SUPPORT_H

#include "unit/decide_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_MAX_CHARS = 512, FIELDS_MAX = 16 };

typedef struct csv_reader {
  FILE *file;
  char header[LINE_MAX_CHARS], line[LINE_MAX_CHARS];
  char *names[FIELDS_MAX], *fields[FIELDS_MAX];
  size_t n_names, n_fields;
} csv_reader;

static inline size_t split(char *line, char **fields) {
  size_t n = 0;
  line[strcspn(line, "\r\n")] = '\0';
  for (char *field; (field = strsep(&line, ",")) != NULL;) {
    assert_true(n < FIELDS_MAX);
    fields[n++] = field;
  }
  return n;
}

static inline void csv_open(csv_reader *r, const char *name) {
  char path[1024];
  snprintf(path, sizeof path, "%s/replay/data/%s", PVT_TESTS_DIR, name);
  r->file = fopen(path, "r");
  assert_non_null(r->file);
  assert_non_null(fgets(r->header, sizeof r->header, r->file));
  r->n_names = split(r->header, r->names);
}

/* false at the end, the file then closed. */
static inline int csv_next(csv_reader *r) {
  if (fgets(r->line, sizeof r->line, r->file) == NULL) {
    fclose(r->file);
    return 0;
  }
  r->n_fields = split(r->line, r->fields);
  assert_int_equal(r->n_fields, r->n_names);
  return 1;
}

static inline const char *csv_text(const csv_reader *r, const char *name) {
  for (size_t i = 0; i < r->n_names; i++)
    if (strcmp(r->names[i], name) == 0)
      return r->fields[i];
  fail_msg("no column %s", name);
  return NULL;
}

static inline double csv_number(const csv_reader *r, const char *name) {
  return strtod(csv_text(r, name), NULL);
}

#endif
