/* Rows of the plots about all that is stored: several workloads, sizes, commits. */
#include "report/plot.h"

#include "compare/series.h"
#include "report/model.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- regret ---- */

static const double TIE = 0.02; /* losses this near in ln(seconds) are equal */

enum { WORKLOADS_MAX = 64, REGRET_CONFIGS = 24, SIZES_MIN = 3 /* a power law needs them */ };

/* The workloads tuned together last; at most `cap`. */
static size_t joint_topics(const hx_report_data *data, const hx_report_topic **list, size_t cap) {
  size_t n = 0;
  for (size_t i = 0; data->joint && i < data->n_topics && n < cap; i++)
    if (strcmp(data->topics[i].sweep, data->joint->sweep) == 0 &&
        strcmp(data->topics[i].allocation, data->joint->allocation) == 0)
      list[n++] = &data->topics[i];
  return n;
}

/* NaN where it was not measured: as the search found it, else, of an older store, by medians. */
static double regret_of(const hx_report_topic *s, const char *config) {
  int at = hx_report_config_index(s, config);
  double best_s = INFINITY;
  if (at == HX_REPORT_NOWHERE || s->finding[0])
    return at == HX_REPORT_NOWHERE ? (double)NAN : s->configs[at].joint_loss;
  for (size_t i = 0; i < s->n_configs; i++)
    best_s = fmin(best_s, s->configs[i].estimate.seconds);
  return s->configs[at].estimate.seconds / best_s - 1;
}

typedef struct worst_of {
  const hx_report_config *config;
  double worst;
} worst_of;

static int least_first(const void *a, const void *b) {
  const worst_of *left = a, *right = b;
  if (left->worst != right->worst)
    return left->worst < right->worst ? -1 : 1;
  return strcmp(left->config->key, right->config->key);
}

HX_PLOT_ROWS(regret) {
  (void)s, (void)workload;
  const hx_report_topic *list[WORKLOADS_MAX];
  size_t n = joint_topics(data, list, WORKLOADS_MAX), m = 0;
  json_t *rows = json_array();
  worst_of *all = n < 2 ? NULL : calloc(list[0]->n_configs + 1, sizeof *all);
  for (size_t c = 0; all && c < list[0]->n_configs; c++) { /* those measured on every workload */
    worst_of one = {&list[0]->configs[c], 0};
    for (size_t w = 0; w < n && !isnan(one.worst); w++) {
      double regret = regret_of(list[w], one.config->key);
      one.worst = isnan(regret) || regret > one.worst ? regret : one.worst;
    }
    if (!isnan(one.worst))
      all[m++] = one;
  }
  if (m > 1)
    qsort(all, m, sizeof *all, least_first);
  for (size_t c = 0; c < m && c < REGRET_CONFIGS; c++)
    for (size_t w = 0; w < n; w++)
      json_array_append_new(
          rows,
          json_pack("{so sI so sI so sf sf sb sb}", "workload", HX_MODEL_TEXT(list[w]->workload),
                    "workload_rank", (json_int_t)w, "config", HX_MODEL_TEXT(all[c].config->key),
                    "config_rank", (json_int_t)c, "label", HX_MODEL_TEXT(all[c].config->words),
                    "regret", regret_of(list[w], all[c].config->key), "worst", all[c].worst,
                    "recommended", hx_config_same(all[c].config->key, data->joint->config), "tied",
                    log1p(all[c].worst) - log1p(all[0].worst) <= TIE));
  free(all);
  return rows;
}

/* ---- growth ---- */

/* Of "builtin:batteries:400" the length of what comes before the size; 0: it has no size. */
static size_t family_length(const char *workload) {
  const char *colon = strrchr(workload, ':');
  return strncmp(workload, "builtin:", 8) == 0 && colon > workload + 8 ? (size_t)(colon - workload)
                                                                       : 0;
}

static bool was_run_serially(const hx_report_topic *s) {
  return s->serial != HX_REPORT_NOWHERE && !isnan(s->configs[s->serial].seconds);
}

static int smallest_first(const void *a, const void *b) {
  const hx_report_topic *const *left = a, *const *right = b;
  size_t x = family_length((*left)->workload), y = family_length((*right)->workload);
  int order = strncmp((*left)->workload, (*right)->workload, x < y ? x : y);
  if (order != 0 || x != y)
    return order != 0 ? order : x < y ? -1 : 1;
  long long m = atoll((*left)->workload + x + 1), n = atoll((*right)->workload + y + 1);
  return m < n ? -1 : m > n;
}

HX_PLOT_ROWS(growth) {
  (void)s, (void)workload;
  const hx_report_topic **list = calloc(data->n_topics + 1, sizeof *list);
  json_t *rows = list ? json_array() : NULL;
  size_t n = 0;
  for (size_t i = 0; list && i < data->n_topics; i++)
    if (family_length(data->topics[i].workload) > 0 && was_run_serially(&data->topics[i]) &&
        strcmp(data->topics[i].allocation, data->topics[0].allocation) == 0)
      list[n++] = &data->topics[i];
  if (n > 1)
    qsort(list, n, sizeof *list, smallest_first);
  for (size_t i = 0, end; i < n; i = end) {
    size_t length = family_length(list[i]->workload);
    for (end = i + 1; end < n && family_length(list[end]->workload) == length &&
                      strncmp(list[end]->workload, list[i]->workload, length) == 0;
         end++)
      ;
    for (size_t k = i; k < end && end - i >= SIZES_MIN; k++) {
      const hx_report_config *c = &list[k]->configs[list[k]->serial];
      json_array_append_new(
          rows, json_pack("{ss# sI so so so}", "series", list[k]->workload + 8, (int)length - 8,
                          "size", (json_int_t)atoll(list[k]->workload + length + 1), "seconds",
                          hx_model_number(c->seconds), "seconds_lower", hx_model_number(c->lower_s),
                          "seconds_upper", hx_model_number(c->upper_s)));
    }
  }
  free(list);
  return rows;
}

/* ---- history ---- */

/* In the order of the commits; in that of recording where no commit of the current branch was
 * recorded: the plot may be made anywhere. */
static bool make_series(const hx_report_data *data, const hx_series_key *key, hx_series *series) {
  const hx_store_rows *verdicts = &data->verdicts, *accepted = &data->accepted;
  if (data->commits.n && !hx_series_make(verdicts, accepted, key, &data->commits, series))
    return false;
  if (data->commits.n && series->n)
    return true;
  if (data->commits.n)
    hx_series_deinit(series);
  return hx_series_make(verdicts, accepted, key, NULL, series);
}

HX_PLOT_ROWS(history) {
  (void)s;
  hx_series series;
  hx_series_key key = {.workload = workload};
  json_t *rows = json_array();
  if (data->verdicts.n == 0 || !make_series(data, &key, &series))
    return rows;
  for (size_t i = 0; i < series.n; i++) {
    const hx_series_point *p = &series.points[i];
    const char *name = p->row->b_revision[0] ? p->row->b_revision : p->row->b_binary;
    json_array_append_new(
        rows, json_pack("{so sI so so so so so so so so so so}", "workload",
                        HX_MODEL_TEXT(series.workload), "position", (json_int_t)i + 1, "revision",
                        HX_MODEL_TEXT(name), "at_utc", HX_MODEL_TEXT(p->row->made_utc), "ratio",
                        hx_model_number(p->ratio), "lower",
                        hx_model_number(isfinite(p->upper) ? p->lower : (double)NAN), "upper",
                        hx_model_number(isfinite(p->lower) ? p->upper : (double)NAN), "level",
                        hx_model_number(p->level), "change",
                        hx_model_number(p->change ? p->change->change : (double)NAN), "accepted",
                        p->change ? json_boolean(p->change->accepted) : json_null(), "committed",
                        p->commit ? HX_MODEL_TEXT(p->commit->when) : json_null(), "new_outputs",
                        p->outputs_known ? json_boolean(p->new_outputs) : json_null()));
  }
  hx_series_deinit(&series);
  return rows;
}
