#include "compare/waivers.h"

#include "base/csv_rows.h"
#include "base/fail.h"
#include "base/grow.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { COLUMNS = 4 };
static const char *const names[COLUMNS] = {"workload", "until", "reason", "who"};

static char **member(hx_waiver *w, size_t column) {
  char **members[COLUMNS] = {&w->workload, &w->until, &w->reason, &w->who};
  return members[column];
}

/* at[i]: which cell of a row is names[i]. */
static bool read_header(const char *path, const hx_csv_row *row, size_t at[COLUMNS],
                        pvs_error *error) {
  for (size_t i = 0; i < COLUMNS; i++)
    at[i] = SIZE_MAX;
  for (size_t c = 0; c < row->n_fields; c++) {
    size_t i = 0;
    while (i < COLUMNS && strcmp(row->fields[c].text, names[i]) != 0)
      i++;
    if (i == COLUMNS || at[i] != SIZE_MAX)
      return hx_fail_at(error, PVS_BAD_VALUE, path, 1, row->fields[c].text,
                        "unknown or repeated, expected the columns workload, until, reason, who");
    at[i] = c;
  }
  for (size_t i = 0; i < COLUMNS; i++)
    if (at[i] == SIZE_MAX)
      return hx_fail_at(error, PVS_MISSING_COLUMN, path, 1, names[i],
                        "missing, expected the columns workload, until, reason, who");
  return true;
}

static bool read_row(const char *path, const hx_csv_row *row, const size_t at[COLUMNS],
                     hx_waivers *waivers, pvs_error *error) {
  if (!hx_grow(&waivers->items, waivers->n, sizeof *waivers->items))
    return hx_fail_memory(error);
  hx_waiver *w = &waivers->items[waivers->n++];
  *w = (hx_waiver){0};
  for (size_t i = 0; i < COLUMNS; i++) {
    if (at[i] >= row->n_fields || !row->fields[at[i]].length)
      return hx_fail_at(error, PVS_BAD_VALUE, path, (long)row->line, names[i],
                        "found an empty cell; a waiver says for which workload it is, until which "
                        "revision, why, and who accepted it");
    if (!(*member(w, i) = strdup(row->fields[at[i]].text)))
      return hx_fail_memory(error);
  }
  for (size_t i = 0; i + 1 < waivers->n; i++)
    if (strcmp(waivers->items[i].workload, w->workload) == 0)
      return hx_fail_at(error, PVS_DUPLICATE, path, (long)row->line, names[0],
                        "found '%s' a second time, expected one waiver for each workload",
                        w->workload);
  return true;
}

bool hx_waivers_read(const hx_repository *repository, hx_waivers *waivers, pvs_error *error) {
  char path[PATH_MAX];
  size_t at[COLUMNS];
  hx_csv_row row;
  int next = 0;
  bool ok = true, has_header = false;
  *waivers = (hx_waivers){0};
  if (snprintf(path, sizeof path, "%s/" HX_WAIVERS_FILE, repository->top) >= (int)sizeof path ||
      access(path, F_OK) != 0)
    return true;
  hx_csv_rows *rows = hx_csv_rows_open(path, error);
  while (rows && ok && (next = hx_csv_rows_next(rows, &row, error)) > 0) {
    ok = has_header ? read_row(path, &row, at, waivers, error) : read_header(path, &row, at, error);
    has_header = true;
  }
  ok = ok && rows && next >= 0;
  if (ok && !has_header)
    ok = hx_fail_at(error, PVS_EMPTY, path, 0, NULL,
                    "found nothing, expected the columns workload, until, reason, who");
  hx_csv_rows_close(rows);
  return ok;
}

hx_waiver *hx_waivers_find(const hx_waivers *waivers, const hx_repository *repository,
                           const char *workload, const char *commit) {
  for (size_t i = 0; i < waivers->n; i++) {
    hx_waiver *w = &waivers->items[i];
    char until[HX_COMMIT_TEXT];
    if (strcmp(w->workload, workload) != 0)
      continue;
    w->used = true;
    bool is_over = hx_repository_resolve(repository, w->until, until, NULL) &&
                   hx_repository_contains(repository, commit, until);
    return is_over ? NULL : w;
  }
  return NULL;
}

void hx_waivers_deinit(hx_waivers *waivers) {
  for (size_t i = 0; i < waivers->n; i++)
    for (size_t c = 0; c < COLUMNS; c++)
      free(*member(&waivers->items[i], c));
  free(waivers->items);
  *waivers = (hx_waivers){0};
}
