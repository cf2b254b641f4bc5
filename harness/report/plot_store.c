/* Tidy tables about all that is stored: several workloads, sizes, commits. */
#include "report/plot.h"

#include "compare/series.h"
#include "decide/stats.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- regret ---- */

/* The workloads tuned together last; at most `cap`. */
static size_t joint_subjects(const hx_report_data *data, const hx_report_subject **list,
                             size_t cap) {
  size_t n = 0;
  for (size_t i = 0; data->joint && i < data->n_subjects && n < cap; i++)
    if (strcmp(data->subjects[i].sweep, data->joint->sweep) == 0 &&
        strcmp(data->subjects[i].allocation, data->joint->allocation) == 0)
      list[n++] = &data->subjects[i];
  return n;
}

static double seconds_of(const hx_report_subject *s, const char *config) {
  int i = hx_report_config_index(s, config);
  return i == HX_REPORT_NOWHERE ? (double)NAN : s->configs[i].estimate.seconds;
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

enum { WORKLOADS_MAX = 64, REGRET_CONFIGS = 24 };

size_t hx_plot_regret(const hx_report_data *data, FILE *out) {
  const hx_report_subject *list[WORKLOADS_MAX];
  size_t n = joint_subjects(data, list, WORKLOADS_MAX), m = 0, rows = 0;
  fprintf(out, "workload,workload_rank,config,config_rank,label,regret,worst,recommended,tied\n");
  if (n < 2)
    return 0;
  worst_of *all = calloc(list[0]->n_configs + 1, sizeof *all);
  for (size_t c = 0; all && c < list[0]->n_configs; c++) { /* those measured on every workload */
    worst_of one = {&list[0]->configs[c], 0};
    for (size_t w = 0; w < n; w++)
      one.worst =
          fmax(one.worst,
               seconds_of(list[w], one.config->key) / list[w]->configs[0].estimate.seconds - 1);
    bool everywhere = true;
    for (size_t w = 0; w < n; w++)
      everywhere = everywhere && !isnan(seconds_of(list[w], one.config->key));
    if (everywhere)
      all[m++] = one;
  }
  if (m > 1)
    qsort(all, m, sizeof *all, least_first);
  for (size_t c = 0; c < m && c < REGRET_CONFIGS; c++)
    for (size_t w = 0; w < n; w++) {
      hx_plot_text(out, list[w]->workload, ',');
      fprintf(out, "%zu,", w);
      hx_plot_text(out, all[c].config->key, ',');
      fprintf(out, "%zu,", c);
      hx_plot_text(out, all[c].config->words, ',');
      hx_plot_number(
          out, seconds_of(list[w], all[c].config->key) / list[w]->configs[0].estimate.seconds - 1,
          ',');
      hx_plot_number(out, all[c].worst, ',');
      fprintf(out, "%d,%d\n", strcmp(all[c].config->key, data->joint->config) == 0,
              log1p(all[c].worst) - log1p(all[0].worst) <= hx_search_defaults().tie);
      rows++;
    }
  free(all);
  return rows;
}

/* ---- growth ---- */

/* "builtin:batteries" of "builtin:batteries:400"; 0 for workloads that have no size. */
static size_t family_length(const char *workload) {
  const char *colon = strrchr(workload, ':');
  return strncmp(workload, "builtin:", 8) == 0 && colon > workload + 8 ? (size_t)(colon - workload)
                                                                       : 0;
}

static bool is_serial_of(const hx_run_row *run, const char *workload) {
  return run->counted == 1 && run->seconds > 0 && strcmp(run->executor, "serial") == 0 &&
         strcmp(run->workload, workload) == 0;
}

static bool is_first(const hx_run_row *run, size_t i) {
  for (size_t k = 0; k < i; k++)
    if (is_serial_of(&run[k], run[i].workload))
      return false;
  return true;
}

/* A power law through fewer would say nothing. */
enum { SIZES_MIN = 3 };

/* Of how many sizes that family was measured. */
static int count_sizes(const hx_report_data *data, const char *workload) {
  const hx_run_row *run = data->runs.rows;
  size_t length = family_length(workload);
  int n = 0;
  for (size_t i = 0; i < data->runs.n && n < SIZES_MIN; i++)
    n += family_length(run[i].workload) == length &&
         strncmp(run[i].workload, workload, length) == 0 &&
         is_serial_of(&run[i], run[i].workload) && is_first(run, i);
  return n;
}

size_t hx_plot_growth(const hx_report_data *data, FILE *out) {
  const hx_run_row *run = data->runs.rows;
  double *seconds = calloc(data->runs.n + 1, sizeof *seconds);
  size_t rows = 0;
  fprintf(out, "series,size,seconds,seconds_lower,seconds_upper\n");
  for (size_t i = 0; seconds && i < data->runs.n; i++) {
    if (family_length(run[i].workload) == 0 || run[i].scenarios < 1 ||
        !is_serial_of(&run[i], run[i].workload) || !is_first(run, i) ||
        count_sizes(data, run[i].workload) < SIZES_MIN)
      continue;
    size_t n = 0;
    for (size_t k = i; k < data->runs.n; k++)
      if (is_serial_of(&run[k], run[i].workload))
        seconds[n++] = run[k].seconds;
    char series[64];
    snprintf(series, sizeof series, "%.*s", (int)family_length(run[i].workload) - 8,
             run[i].workload + 8);
    hx_plot_text(out, series, ',');
    fprintf(out, "%lld,", run[i].scenarios);
    hx_plot_number(out, hx_stats_median(seconds, n), ',');
    hx_plot_number(out, hx_stats_quantile(seconds, n, 0.25), ',');
    hx_plot_number(out, hx_stats_quantile(seconds, n, 0.75), '\n');
    rows++;
  }
  free(seconds);
  return rows;
}

/* ---- history ---- */

static void write_point(const hx_series_point *p, size_t position, FILE *out) {
  fprintf(out, "%zu,", position);
  hx_plot_text(out, p->row->b_revision[0] ? p->row->b_revision : p->row->b_binary, ',');
  hx_plot_text(out, p->row->made_utc, ',');
  hx_plot_number(out, p->ratio, ',');
  hx_plot_number(out, isfinite(p->upper) ? p->lower : (double)NAN, ',');
  hx_plot_number(out, isfinite(p->lower) ? p->upper : (double)NAN, ',');
  hx_plot_number(out, p->level, ',');
  hx_plot_number(out, p->change ? p->change->change : (double)NAN, ',');
  fprintf(out, "%s\n", p->change ? (p->change->accepted ? "1" : "0") : "");
}

size_t hx_plot_history(const hx_report_data *data, FILE *out) {
  hx_series series;
  hx_series_key last = {0};
  fprintf(out, "position,revision,at_utc,ratio,lower,upper,level,change,accepted\n");
  if (data->verdicts.n == 0 ||
      !hx_series_make(&data->verdicts, &data->accepted, &last, NULL, &series))
    return 0;
  size_t n = series.n;
  for (size_t i = 0; i < n; i++)
    write_point(&series.points[i], i + 1, out);
  hx_series_deinit(&series);
  return n;
}
