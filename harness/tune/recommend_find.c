#include "tune/recommend.h"

#include "base/fail.h"

#include <assert.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

/* ---- reading ---- */

static bool is_about_the_same(const hx_recommendation_row *a, const hx_recommendation_row *b) {
  return strcmp(a->machine, b->machine) == 0 && strcmp(a->allocation, b->allocation) == 0 &&
         strcmp(a->scope, b->scope) == 0 && strcmp(a->workload, b->workload) == 0;
}

/* Oldest first, whatever their order in the file: files of one machine may be joined in any. */
static void sort_by_time(hx_recommendation_row *rows, size_t n) {
  for (size_t i = 1; i < n; i++)
    for (size_t k = i; k > 0 && strcmp(rows[k - 1].made_utc, rows[k].made_utc) > 0; k--) {
      hx_recommendation_row later = rows[k - 1];
      rows[k - 1] = rows[k];
      rows[k] = later;
    }
}

/* False with why not. */
static bool can_be_used(const hx_recommendation_row *row, const char *machine, pvs_error *why) {
  hx_config config;
  if (machine && row->machine[0] && strcmp(row->machine, machine) != 0)
    return hx_fail(why, PVS_MISMATCH, "it was made on another machine, %s", row->machine);
  if (row->speedup <= 0 || row->seconds <= 0)
    return hx_fail(why, PVS_BAD_VALUE, "its speed-up is %g and its time %g s, expected more than 0",
                   row->speedup, row->seconds);
  pvs_error unknown = {0};
  return hx_config_parse(row->config, &config, &unknown) ||
         hx_fail(why, unknown.code, "this pvtune cannot run it (%s)", HX_FAIL_LINE(&unknown));
}

const char *hx_recommendation_why_refused(const hx_recommendation_row *row, const char *machine,
                                          char *text, size_t cap) {
  pvs_error why = {0};
  can_be_used(row, machine, &why);
  snprintf(text, cap,
           "the recommendation of %.10s is not used, since %s: `pvtune tune` makes another",
           row->made_utc, HX_FAIL_LINE(&why));
  return text;
}

/* They pass for the newest until then. */
static void tell_of_future(const hx_recommendation_row *row) {
  char utc[HX_UTC_TEXT];
  hx_utc_now(utc);
  if (strncmp(row->made_utc, utc, strlen("2026-01-31")) > 0)
    hx_store_tell("the recommendation for %s is dated %.10s, which is in the future", row->workload,
                  row->made_utc);
}

bool hx_recommendations_read(const char *folder, const char *machine, hx_recommendations *out,
                             pvs_error *error) {
  *out = (hx_recommendations){.stored.schema = &hx_recommendations_schema};
  if (!hx_store_rows_read(folder, &hx_recommendations_schema, &out->stored, error))
    return false;
  sort_by_time(out->stored.rows, out->stored.n);
  const hx_recommendation_row *stored = out->stored.rows;
  out->rows = calloc(out->stored.n + 1, sizeof *out->rows);
  out->refused = calloc(out->stored.n + 1, sizeof *out->refused);
  if (!out->rows || !out->refused) {
    hx_recommendations_deinit(out);
    return hx_fail_memory(error);
  }
  for (size_t i = 0; i < out->stored.n; i++) {
    bool last = true;
    for (size_t k = i + 1; k < out->stored.n && last; k++)
      last = !is_about_the_same(&stored[i], &stored[k]);
    if (last && can_be_used(&stored[i], machine, NULL)) {
      out->rows[out->n++] = stored[i];
      tell_of_future(&stored[i]);
    } else if (last) {
      out->refused[out->n_refused++] = stored[i];
    }
  }
  return true;
}

void hx_recommendations_deinit(hx_recommendations *recommendations) {
  hx_store_rows_deinit(&recommendations->stored);
  free(recommendations->rows);
  free(recommendations->refused);
  recommendations->rows = recommendations->refused = NULL;
  recommendations->n = recommendations->n_refused = 0;
}

hx_recommendations hx_recommendations_refused(const hx_recommendations *recommendations) {
  return (hx_recommendations){.rows = recommendations->refused, .n = recommendations->n_refused};
}

const hx_recommendation_row *hx_recommendations_find(const hx_recommendations *recommendations,
                                                     const char *allocation, const char *workload) {
  for (size_t i = 0; i < recommendations->n; i++)
    if (strcmp(recommendations->rows[i].allocation, allocation) == 0 &&
        strcmp(recommendations->rows[i].workload, workload) == 0)
      return &recommendations->rows[i];
  return NULL;
}

/* ---- the one that fits ---- */

/* Of several workloads together, the key has all. */
static bool has_command(const char *workload) {
  static const char command[] = "cmd:", another[] = " + cmd:";
  return strncmp(workload, command, sizeof command - 1) == 0 || strstr(workload, another) != NULL;
}

/* What is over in a few milliseconds is soonest done by one worker, which says nothing about a
 * study that has far more to do. */
static bool is_too_short(const hx_recommendation_row *row, const hx_auto_query *query) {
  static const double short_s = 0.1;
  enum { FAR_MORE = 16 };
  return row->serial_s < short_s && row->units > 0 && query->units / FAR_MORE > row->units;
}

/* How unlike the measured workload is: 0 the same one; the class weighs more than any size, a
 * changed allocation more than the class. Infinite when it does not compare at all. */
static double distance(const hx_recommendation_row *row, const hx_auto_query *query,
                       const char *allocation) {
  double d = strcmp(row->workload, query->workload) == 0 ? 0 : 1;
  if (strcmp(row->allocation, allocation) != 0)
    d += 1000;
  if (d == 0 || strcmp(row->workload, query->workload) == 0)
    return d;
  if (has_command(row->workload) || is_too_short(row, query))
    return INFINITY;
  if (query->workload_class && strcmp(row->workload_class, query->workload_class) != 0)
    d += 100;
  if (query->units > 0 && row->units > 0)
    d += fabs(log2((double)query->units / (double)row->units));
  else
    d += 10;
  return d;
}

static const hx_recommendation_row *nearest(const hx_recommendations *all,
                                            const hx_auto_query *query, const char *allocation,
                                            int usable) {
  const hx_recommendation_row *best = NULL;
  double best_distance = INFINITY;
  for (size_t i = 0; i < all->n; i++) {
    const hx_recommendation_row *row = &all->rows[i];
    assert(row->allocation && row->workload); /* cells are texts, empty ones too */
    double d = distance(row, query, allocation);
    bool fits = strcmp(row->allocation, allocation) == 0 || row->workers <= usable;
    if (fits && d <= best_distance && isfinite(d)) { /* of equals the newer one */
      best_distance = d;
      best = row;
    }
  }
  return best;
}

static void say_changes(const hx_recommendation_row *row, const char *allocation,
                        const char *binary, const char *kernel, hx_auto_found *found) {
  const char *what[3];
  size_t n = 0;
  if (strcmp(row->binary, binary) != 0)
    what[n++] = "pvtune itself";
  if (strcmp(row->kernel, kernel) != 0)
    what[n++] = "the kernel";
  if (strcmp(row->allocation, allocation) != 0)
    what[n++] = "the set of allowed CPUs";
  if (!n)
    return;
  snprintf(found->warning, sizeof found->warning,
           "%s%s%s%s%s changed since this machine was tuned on %.10s: `pvtune tune --check` tells "
           "whether %s is still the best",
           what[0],
           n == 3   ? ", "
           : n == 2 ? " and "
                    : "",
           n > 1 ? what[1] : "", n == 3 ? " and " : "", n == 3 ? what[2] : "", row->made_utc,
           row->config);
}

/* The last one that is not used: for the very thing that is about to be run, or in place of any. */
static void say_refused(const hx_recommendations *all, const hx_auto_query *query,
                        const hx_identity *identity, hx_auto_found *found) {
  for (size_t i = all->n_refused; i-- > 0 && found->kind != HX_AUTO_EXACT;) {
    const hx_recommendation_row *row = &all->refused[i];
    assert(row->allocation && row->workload);
    if (strcmp(row->allocation, identity->allocation) != 0 ||
        (found->kind != HX_AUTO_NONE && strcmp(row->workload, query->workload) != 0))
      continue;
    hx_recommendation_why_refused(row, identity->machine, found->warning, sizeof found->warning);
    return;
  }
}

bool hx_recommend_auto(const hx_auto_query *query, hx_auto_found *found, pvs_error *error) {
  hx_recommendations all;
  struct utsname system;
  char binary[HX_HASH_TEXT], folder[PATH_MAX];
  hx_identity identity = hx_identity_of(query->topo);
  *found = (hx_auto_found){.kind = HX_AUTO_NONE};
  if (!hx_store_folder(query->results, identity.machine, false, folder, sizeof folder, error) ||
      !hx_recommendations_read(folder, identity.machine, &all, error))
    return false;
  const hx_recommendation_row *row =
      nearest(&all, query, identity.allocation, hx_topo_get_counts(query->topo)->usable);
  if (!row) {
    snprintf(found->says, sizeof found->says,
             all.n ? "nothing was tuned that compares with this study; `pvtune tune` does"
                   : "this machine has not been tuned; `pvtune tune` does");
  } else if (hx_config_parse(row->config, &found->config, NULL)) {
    bool exact = strcmp(row->workload, query->workload) == 0;
    found->kind = exact ? HX_AUTO_EXACT : HX_AUTO_NEAREST;
    found->is_of_these_cpus = strcmp(row->allocation, identity.allocation) == 0;
    if (exact)
      snprintf(found->says, sizeof found->says, "%s, tuned for this workload on %.10s", row->config,
               row->made_utc);
    else
      snprintf(found->says, sizeof found->says,
               "%s, tuned on %.10s for the nearest workload, %s (this one has not been tuned)",
               row->config, row->made_utc, row->workload);
    hx_file_hash(query->self_path, binary);
    uname(&system);
    say_changes(row, identity.allocation, binary, system.release, found);
  }
  say_refused(&all, query, &identity, found);
  hx_recommendations_deinit(&all);
  return true;
}
