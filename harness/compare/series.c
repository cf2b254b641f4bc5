#include "compare/series.h"

#include "base/config.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define COLUMN(cell, name, unit, meaning)                                                          \
  {#name, unit, meaning, HX_CELL_##cell, offsetof(ROW, name)},

#define ROW hx_accepted_row
static const hx_store_column accepted_columns[] = {HX_ACCEPTED_COLUMNS(COLUMN)};
#undef ROW
#define ROW hx_reference_row
static const hx_store_column reference_columns[] = {HX_REFERENCE_COLUMNS(COLUMN)};
#undef ROW

const hx_store_schema hx_accepted_schema = {"accepted.csv", 1, accepted_columns,
                                            sizeof accepted_columns / sizeof *accepted_columns,
                                            sizeof(hx_accepted_row)};
const hx_store_schema hx_references_schema = {"references.csv", 1, reference_columns,
                                              sizeof reference_columns / sizeof *reference_columns,
                                              sizeof(hx_reference_row)};

static bool same_commit(const char *a, const char *b) {
  size_t n = strlen(a) < strlen(b) ? strlen(a) : strlen(b);
  return n >= 4 && strncmp(a, b, n) == 0;
}

/* ---- which records ---- */

static bool is_of(const hx_verdict_row *row, const hx_series_key *key) {
  return strcmp(row->command, "record") == 0 && isfinite(row->change) &&
         (!key->allocation || strcmp(row->allocation, key->allocation) == 0) &&
         (!key->workload || strcmp(row->workload, key->workload) == 0) &&
         (!key->config || hx_config_same(row->b_config, key->config));
}

/* The same reference, built and run in the same way. */
static bool same_reference(const hx_verdict_row *a, const hx_verdict_row *b) {
  return strcmp(a->a_revision, b->a_revision) == 0 && strcmp(a->a_binary, b->a_binary) == 0 &&
         strcmp(a->build, b->build) == 0 && strcmp(a->around, b->around) == 0;
}

/* The last record, which says what the open parts of the key are. */
static const hx_verdict_row *complete(const hx_store_rows *verdicts, hx_series_key *key) {
  const hx_verdict_row *row = verdicts->rows, *last = NULL;
  for (size_t i = 0; i < verdicts->n; i++)
    if (is_of(&row[i], key))
      last = &row[i];
  if (last)
    *key = (hx_series_key){last->allocation, last->workload, last->b_config};
  return last;
}

static const hx_verdict_row *last_of_commit(const hx_store_rows *verdicts, const hx_series_key *key,
                                            const hx_verdict_row *last, const char *commit) {
  const hx_verdict_row *row = verdicts->rows, *found = NULL;
  for (size_t i = 0; i < verdicts->n; i++)
    if (is_of(&row[i], key) && same_reference(&row[i], last) &&
        same_commit(row[i].b_revision, commit))
      found = &row[i];
  return found;
}

/* ---- points ---- */

static hx_series_point point_of(const hx_verdict_row *row, const hx_commit *commit) {
  return (hx_series_point){.row = row,
                           .commit = commit,
                           .ratio = 1 + row->change,
                           .lower = row->lower > -1 ? 1 + row->lower : (double)NAN,
                           .upper = 1 + row->upper,
                           .level = (double)NAN};
}

static size_t find_point(const hx_series_point *points, size_t n, const char *commit) {
  for (size_t i = 0; i < n; i++)
    if (same_commit(points[i].row->b_revision, commit))
      return i;
  return n;
}

size_t hx_series_find(const hx_series *s, const char *commit) {
  return find_point(s->points, s->n, commit);
}

/* In the order of recording; a commit that was recorded again keeps its place. Returns how many. */
static size_t collect_as_recorded(const hx_store_rows *verdicts, const hx_series_key *key,
                                  const hx_verdict_row *last, hx_series_point *points) {
  const hx_verdict_row *row = verdicts->rows;
  size_t n = 0;
  for (size_t i = 0; i < verdicts->n; i++) {
    if (!is_of(&row[i], key) || find_point(points, n, row[i].b_revision) < n)
      continue;
    const hx_verdict_row *newest = last_of_commit(verdicts, key, last, row[i].b_revision);
    if (newest)
      points[n++] = point_of(newest, NULL);
  }
  return n;
}

static size_t collect_in_order(const hx_store_rows *verdicts, const hx_series_key *key,
                               const hx_verdict_row *last, const hx_commits *commits,
                               hx_series_point *points) {
  size_t n = 0;
  for (size_t c = 0; c < commits->n; c++) {
    const hx_verdict_row *row = last_of_commit(verdicts, key, last, commits->items[c].id);
    if (row)
      points[n++] = point_of(row, &commits->items[c]);
  }
  return n;
}

static size_t count_elsewhere(const hx_store_rows *verdicts, const hx_series_key *key,
                              const hx_verdict_row *last, const hx_series *s) {
  const hx_verdict_row *row = verdicts->rows;
  size_t n = 0;
  for (size_t i = 0; i < verdicts->n; i++)
    n += is_of(&row[i], key) && same_reference(&row[i], last) &&
         hx_series_find(s, row[i].b_revision) == s->n;
  return n;
}

/* ---- changes ---- */

static void accept(hx_series *s, const hx_store_rows *accepted, size_t *positions) {
  const hx_accepted_row *row = accepted->rows;
  size_t n = 0;
  for (size_t i = 0; i < accepted->n; i++) {
    size_t at = hx_series_find(s, row[i].commit);
    if (at < s->n && strcmp(row[i].workload, s->workload) == 0)
      positions[n++] = at;
  }
  s->n_open = hx_history_accept(s->changes, s->n_changes, positions, n, HX_SERIES_SLACK);
}

/* Without changes the level is the mean; with them those of the fit. */
static void set_levels(hx_series *s) {
  double sum = 0;
  for (size_t i = 0; i < s->n; i++)
    sum += log(s->points[i].ratio);
  double level = s->n_changes ? s->changes[0].before : sum / (double)s->n;
  for (size_t i = 0, next = 0; i < s->n; i++) {
    if (next < s->n_changes && s->changes[next].at == i) {
      s->points[i].change = &s->changes[next];
      level = s->changes[next++].after;
    }
    s->points[i].level = exp(level);
  }
}

static bool detect(hx_series *s, const hx_store_rows *accepted) {
  hx_history_options options = hx_history_defaults();
  double *ln_ratio = malloc((s->n + 1) * sizeof *ln_ratio);
  size_t *positions = malloc((accepted->n + 1) * sizeof *positions);
  s->changes = calloc(s->n / options.min_segment + 1, sizeof *s->changes);
  bool ok = ln_ratio && positions && s->changes;
  for (size_t i = 0; ok && i < s->n; i++)
    ln_ratio[i] = log(s->points[i].ratio);
  ok = ok && hx_history_detect(ln_ratio, s->n, &options, s->changes, &s->fit);
  if (ok) {
    s->n_changes = s->fit.n_changes;
    accept(s, accepted, positions);
    set_levels(s);
  }
  free(ln_ratio);
  free(positions);
  return ok;
}

/* ---- outputs ---- */

static bool agree_with_reference(const hx_verdict_row *row) {
  return strcmp(row->outputs, "same") == 0 || strcmp(row->outputs, "close") == 0;
}

/* Each record says whether its outputs are those of the reference. Of two whose are not, the digests
 * tell whether they are each other's. */
static void find_new_outputs(hx_series *s) {
  const hx_verdict_row *before = NULL;
  for (size_t i = 0; i < s->n; i++) {
    const hx_verdict_row *row = s->points[i].row;
    bool agrees = agree_with_reference(row), agreed = !before || agree_with_reference(before);
    if (!agrees && strcmp(row->outputs, "differ") != 0)
      continue;
    bool by_digest = !agrees && !agreed;
    s->points[i].outputs_known = !by_digest || (row->b_digest[0] && before->b_digest[0]);
    s->points[i].new_outputs =
        s->points[i].outputs_known &&
        (by_digest ? strcmp(row->b_digest, before->b_digest) != 0 : agrees != agreed);
    s->n_new_outputs += s->points[i].new_outputs;
    before = row;
  }
}

bool hx_series_make(const hx_store_rows *verdicts, const hx_store_rows *accepted,
                    const hx_series_key *asked, const hx_commits *commits, hx_series *s) {
  hx_series_key key = *asked;
  *s = (hx_series){.workload = "", .config = "", .reference = "", .around = ""};
  const hx_verdict_row *last = complete(verdicts, &key);
  if (!last)
    return true;
  s->workload = key.workload;
  s->config = key.config;
  s->reference = last->a_revision[0] ? last->a_revision : last->a_binary;
  s->around = last->around;
  s->points = calloc(verdicts->n, sizeof *s->points);
  if (!s->points)
    return false;
  s->n = commits ? collect_in_order(verdicts, &key, last, commits, s->points)
                 : collect_as_recorded(verdicts, &key, last, s->points);
  find_new_outputs(s);
  s->elsewhere = count_elsewhere(verdicts, &key, last, s);
  if (detect(s, accepted))
    return true;
  hx_series_deinit(s);
  return false;
}

void hx_series_deinit(hx_series *s) {
  free(s->points);
  free(s->changes);
  *s = (hx_series){0};
}

void hx_series_bracket(const hx_series *s, const hx_history_change *change, size_t *good,
                       size_t *bad) {
  size_t index = (size_t)(change - s->changes);
  size_t from = index ? s->changes[index - 1].at : 0;
  size_t to = index + 1 < s->n_changes ? s->changes[index + 1].at - 1 : s->n - 1;
  /* The change begins at `at`, so the commit before is the nearest that may be good. */
  *good = change->at > from + HX_SERIES_SLACK ? change->at - 1 - HX_SERIES_SLACK : from;
  *bad = change->at + HX_SERIES_SLACK < to ? change->at + HX_SERIES_SLACK : to;
}
