/* Tidy tables about all that is stored: several workloads, sizes, commits. */
#include "report/plot.h"

#include "decide/history.h"
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

/* One recorded commit: its runs are the side B of a `record`, the reference binary's the side A. */
typedef struct commit {
  const hx_run_row *run; /* the first of side B */
  double ln_ratio, lower, upper;
} commit;

/* ln B - ln A of each block that has both. */
static size_t block_differences(const hx_report_data *data, const hx_run_row *first, double *x,
                                size_t cap) {
  const hx_run_row *run = data->runs.rows;
  size_t n = 0;
  for (size_t i = 0; i < data->runs.n && n < cap; i++) {
    if (strcmp(run[i].sweep, first->sweep) != 0 || strcmp(run[i].side, "B") != 0 ||
        strcmp(run[i].workload, first->workload) != 0 || run[i].counted != 1)
      continue;
    double a = 0, b = 0, n_a = 0, n_b = 0;
    bool again = false;
    for (size_t k = 0; k < data->runs.n; k++) {
      if (strcmp(run[k].sweep, first->sweep) != 0 || run[k].block != run[i].block ||
          run[k].counted != 1 || strcmp(run[k].workload, first->workload) != 0)
        continue;
      if (strcmp(run[k].side, "A") == 0) {
        a += log(run[k].seconds);
        n_a++;
      } else {
        again = again || k < i; /* the block was met before */
        b += log(run[k].seconds);
        n_b++;
      }
    }
    if (n_a > 0 && !again)
      x[n++] = b / n_b - a / n_a;
  }
  return n;
}

static size_t collect_commits(const hx_report_data *data, commit *commits) {
  const hx_run_row *run = data->runs.rows;
  double x[HX_STATS_SIGNED_RANK_MAX];
  size_t n = 0;
  for (size_t i = 0; i < data->runs.n; i++) {
    bool is_new = strcmp(run[i].command, "record") == 0 && strcmp(run[i].side, "B") == 0;
    for (size_t k = 0; k < n && is_new; k++)
      is_new = strcmp(commits[k].run->sweep, run[i].sweep) != 0;
    size_t blocks = is_new ? block_differences(data, &run[i], x, HX_STATS_SIGNED_RANK_MAX) : 0;
    if (blocks == 0)
      continue;
    hx_signed_rank rank = hx_stats_signed_rank(x, blocks, 0.025);
    commits[n++] = (commit){&run[i], rank.estimate, rank.lower, rank.upper};
  }
  return n;
}

static void write_commit(const commit *c, size_t position, double level,
                         const hx_history_change *change, FILE *out) {
  fprintf(out, "%zu,", position + 1);
  hx_plot_text(out, c->run->revision[0] ? c->run->revision : c->run->binary, ',');
  hx_plot_text(out, c->run->start_utc, ',');
  hx_plot_number(out, exp(c->ln_ratio), ',');
  bool bounded = isfinite(c->lower) && isfinite(c->upper); /* not with few blocks */
  hx_plot_number(out, bounded ? exp(c->lower) : (double)NAN, ',');
  hx_plot_number(out, bounded ? exp(c->upper) : (double)NAN, ',');
  hx_plot_number(out, level, ',');
  hx_plot_number(out, change ? change->change : (double)NAN, '\n');
}

size_t hx_plot_history(const hx_report_data *data, FILE *out) {
  commit *commits = calloc(data->runs.n + 1, sizeof *commits);
  double *ln_ratio = calloc(data->runs.n + 1, sizeof *ln_ratio);
  hx_history_change *changes = calloc(data->runs.n + 1, sizeof *changes);
  hx_history_options options = hx_history_defaults();
  hx_history_fit fit = {0};
  size_t n = 0;
  fprintf(out, "position,revision,at_utc,ratio,lower,upper,level,change\n");
  if (commits && ln_ratio && changes) {
    n = collect_commits(data, commits);
    for (size_t i = 0; i < n; i++)
      ln_ratio[i] = commits[i].ln_ratio;
    if (!hx_history_detect(ln_ratio, n, &options, changes, &fit))
      fit.n_changes = 0;
    double all = exp(hx_stats_median(ln_ratio, n)); /* sorts it */
    for (size_t i = 0, next = 0; i < n; i++) {
      const hx_history_change *change =
          next < fit.n_changes && changes[next].at == i ? &changes[next++] : NULL;
      double level = fit.n_changes == 0 ? all
                     : next > 0         ? exp(changes[next - 1].after)
                                        : exp(changes[0].before);
      write_commit(&commits[i], i, level, change, out);
    }
  }
  free(commits);
  free(ln_ratio);
  free(changes);
  return n;
}
