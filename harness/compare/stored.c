#include "compare/stored.h"

#include "base/config.h"
#include "base/fail.h"
#include "base/grow.h"

#include "decide/stats.h"
#include "measure/store.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { FEWEST_RUNS = 4, FEWEST_ID = 4 };

static const double ADVICE_P = 0.05;

/* The folder to read, and whether `what` was a path. */
static bool find_folder(const char *what, const char *folder, char *out, size_t cap,
                        bool *is_path) {
  struct stat st;
  *is_path = stat(what, &st) == 0;
  snprintf(out, cap, "%s", *is_path ? what : folder);
  char *slash = strrchr(out, '/');
  if (*is_path && !S_ISDIR(st.st_mode)) {
    if (strcmp(slash ? slash + 1 : out, hx_runs_schema.file) != 0)
      return false; /* the store reads runs.csv, whatever lies beside it */
    snprintf(slash ? slash : out, 2, slash ? "" : ".");
  }
  return true;
}

static bool starts_with(const char *text, const char *beginning) {
  return strncmp(text, beginning, strlen(beginning)) == 0;
}

/* What is being looked for; NULL: any. */
typedef struct search {
  const char *what, *id, *workload, *config;
  hx_stored *out;
  pvs_error *error;
  bool mixed; /* error says what is mixed with what */
} search;

static bool is_wanted(const search *s, const hx_run_row *row) {
  return row->counted == 1 && row->seconds > 0 &&
         (!s->id || starts_with(row->sweep, s->id) || starts_with(row->revision, s->id)) &&
         (!s->workload || strcmp(row->workload, s->workload) == 0) &&
         (!s->config || hx_config_same(row->config, s->config));
}

static bool take_texts(const hx_run_row *row, hx_stored *out) {
  out->machine = strdup(row->machine);
  out->allocation = strdup(row->allocation);
  out->workload = strdup(row->workload);
  out->config = strdup(row->config);
  return out->machine && out->allocation && out->workload && out->config;
}

/* Whether the row is of the same things as those taken so far; says so in error if not. */
static bool is_alike(search *s, const hx_run_row *row) {
  const hx_stored *out = s->out;
  if (strcmp(out->workload, row->workload) != 0 || !hx_config_same(out->config, row->config))
    hx_fail(s->error, PVS_IO,
            "stored:%s has runs of several workloads or configurations: %s as %s, and %s as %s; "
            "choose with --workload and --config",
            s->what, out->workload, out->config, row->workload, row->config);
  else if (strcmp(out->machine, row->machine) != 0 || strcmp(out->allocation, row->allocation) != 0)
    hx_fail(s->error, PVS_IO,
            "stored:%s has runs of several machines or allocations: %s with %s, and %s with %s",
            s->what, out->machine, out->allocation, row->machine, row->allocation);
  else
    return true;
  s->mixed = true;
  return false;
}

static bool visit(void *ctx, const void *stored) {
  search *s = ctx;
  const hx_run_row *row = stored;
  hx_stored *out = s->out;
  if (s->mixed || !is_wanted(s, row))
    return true;
  if (!out->n && !take_texts(row, out))
    return false;
  if (!is_alike(s, row))
    return true;
  if (!hx_grow(&out->seconds, out->n, sizeof *out->seconds))
    return false;
  out->seconds[out->n++] = row->seconds;
  return true;
}

static bool fail_without_runs(const search *s) {
  return hx_fail(
      s->error, PVS_IO,
      "stored:%s has no counted runs%s%s%s%s: expected a file runs.csv, a folder with one, "
      "or the beginning of a sweep's id or of a revision",
      s->what, s->workload ? " of " : "", s->workload ? s->workload : "", s->config ? " as " : "",
      s->config ? s->config : "");
}

bool hx_stored_read(const char *what, const char *folder, const char *workload, const char *config,
                    hx_stored *out, pvs_error *error) {
  char path[PATH_MAX];
  bool is_path;
  *out = (hx_stored){0};
  if (!find_folder(what, folder, path, sizeof path, &is_path) ||
      (!is_path && strlen(what) < FEWEST_ID))
    return hx_fail(
        error, PVS_IO,
        "stored:%s: nothing is stored there; expected a file runs.csv, a folder with one, or at "
        "least %d characters of a sweep's id or of a revision",
        what, FEWEST_ID);
  search s = {.what = what,
              .id = is_path ? NULL : what,
              .workload = workload,
              .config = config,
              .out = out,
              .error = error};
  bool ok = hx_store_rows_each(path, &hx_runs_schema, visit, &s, error) && !s.mixed &&
            (out->n || fail_without_runs(&s));
  if (!ok)
    hx_stored_deinit(out);
  return ok;
}

void hx_stored_deinit(hx_stored *stored) {
  free(stored->machine);
  free(stored->allocation);
  free(stored->workload);
  free(stored->config);
  free(stored->seconds);
  *stored = (hx_stored){0};
}

static int workers_of(const char *text) {
  pvs_error error = {0};
  hx_config config;
  return hx_config_parse(text, &config, &error) ? hx_config_workers(&config) : 0;
}

bool hx_stored_alike(const hx_stored *a, const hx_stored *b, bool own_best, pvs_error *error) {
  const struct {
    const char *name, *a, *b;
  } keys[] = {{"machine", a->machine, b->machine},
              {"allocation", a->allocation, b->allocation},
              {"workload", a->workload, b->workload},
              {workers_of(a->config) == workers_of(b->config) ? "configuration" : "worker count",
               own_best ? "" : a->config, own_best ? "" : b->config}};
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
    if (strcmp(keys[i].a, keys[i].b) != 0)
      return hx_fail(error, PVS_IO, "A and B differ in their %s: %s and %s%s", keys[i].name,
                     keys[i].a, keys[i].b, i == 3 ? " (--own-best compares each at its best)" : "");
  return true;
}

static bool median_of(const hx_stored *stored, double *median, pvs_error *error) {
  double *copy = malloc(stored->n * sizeof *copy);
  if (!copy)
    return hx_fail_memory(error);
  memcpy(copy, stored->seconds, stored->n * sizeof *copy);
  *median = hx_stats_median(copy, stored->n);
  free(copy);
  return true;
}

bool hx_stored_compare(const hx_stored *a, const hx_stored *b, double min_effect,
                       hx_stored_answer *answer, pvs_error *error) {
  if (!median_of(a, &answer->a_s, error) || !median_of(b, &answer->b_s, error))
    return false;
  answer->change = answer->b_s / answer->a_s - 1;
  answer->p = hx_stats_mann_whitney(a->seconds, a->n, b->seconds, b->n);
  answer->suspicious = a->n < FEWEST_RUNS || b->n < FEWEST_RUNS ||
                       (answer->p < ADVICE_P && answer->change > min_effect);
  return true;
}
