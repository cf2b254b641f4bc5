/* Tidy tables about one workload. */
#include "report/plot.h"

#include "decide/stats.h"
#include "machine/pin.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SHOWN_CONFIGS = 24 }; /* rows of the distributions plot */

static bool has_estimate(const hx_report_config *c) {
  return !isnan(c->estimate.seconds);
}

/* The configuration a plot of one is about: the recommended, else the fastest. */
static int focus_of(const hx_report_subject *s) {
  if (s->chosen != HX_REPORT_NOWHERE)
    return s->chosen;
  return s->n_configs > 0 && has_estimate(&s->configs[0]) ? 0 : HX_REPORT_NOWHERE;
}

/* ---- speedup ---- */

/* Of the configurations with that executor and worker count, the one to show: the recommended, else
 * the fastest. */
static bool stands_for_its_count(const hx_report_subject *s, size_t i) {
  const hx_report_config *c = &s->configs[i];
  int workers = hx_config_workers(&c->config);
  if (!has_estimate(c))
    return false;
  for (size_t k = 0; k < s->n_configs; k++) {
    const hx_report_config *other = &s->configs[k];
    bool rival = k != i && other->config.executor == c->config.executor && has_estimate(other) &&
                 hx_config_workers(&other->config) == workers;
    if (rival && ((int)k == s->chosen || (k < i && (int)i != s->chosen)))
      return false;
  }
  return true;
}

size_t hx_plot_speedup(const hx_report_subject *s, FILE *out) {
  size_t rows = 0;
  fprintf(out, "workload,series,workers,config,runs,seconds,seconds_lower,seconds_upper,"
               "speedup,speedup_lower,speedup_upper,efficiency,efficiency_lower,efficiency_upper,"
               "tied,recommended\n");
  for (int executor = 0; executor < HX_EXECUTOR_COUNT; executor++)
    for (int last = 0, workers = 0; last < HX_WORKERS_MAX; last = workers) {
      const hx_report_config *next = NULL;
      size_t at = 0;
      workers = HX_WORKERS_MAX + 1;
      for (size_t i = 0; i < s->n_configs; i++) { /* the next larger count */
        const hx_report_config *c = &s->configs[i];
        int n = hx_config_workers(&c->config);
        if ((int)c->config.executor == executor && n > last && n < workers &&
            stands_for_its_count(s, i)) {
          next = c;
          workers = n;
          at = i;
        }
      }
      if (!next)
        break;
      hx_plot_text(out, s->workload, ',');
      hx_plot_text(out, hx_executor_name(next->config.executor), ',');
      fprintf(out, "%d,", workers);
      hx_plot_text(out, next->key, ',');
      fprintf(out, "%zu,", next->runs);
      hx_plot_number(out, next->estimate.seconds, ',');
      hx_plot_number(out, next->estimate.lower_s, ',');
      hx_plot_number(out, next->estimate.upper_s, ',');
      hx_plot_number(out, next->speedup, ',');
      hx_plot_number(out, next->speedup_lower, ',');
      hx_plot_number(out, next->speedup_upper, ',');
      hx_plot_number(out, next->speedup / workers, ',');
      hx_plot_number(out, next->speedup_lower / workers, ',');
      hx_plot_number(out, next->speedup_upper / workers, ',');
      fprintf(out, "%d,%d\n", hx_report_is_tied(s, (int)at), (int)at == s->chosen);
      rows++;
    }
  return rows;
}

/* ---- heatmap ---- */

/* Order of the map's rows: executor, then pinning from simple to complicated. */
static int row_order(const hx_config *a, const hx_config *b) {
  if (a->executor != b->executor)
    return a->executor < b->executor ? -1 : 1;
  int x = hx_pin_rank(a->pin), y = hx_pin_rank(b->pin);
  if (x != y)
    return x < y ? -1 : 1;
  return strcmp(a->pin, b->pin);
}

/* How many distinct rows (worker counts) come before that of configuration i. */
static int row_rank(const hx_report_subject *s, size_t i) {
  int rank = 0;
  for (size_t k = 0; k < s->n_configs; k++) {
    bool before = row_order(&s->configs[k].config, &s->configs[i].config) < 0;
    for (size_t l = 0; l < k && before; l++) /* counted already */
      before = row_order(&s->configs[l].config, &s->configs[k].config) != 0;
    rank += before;
  }
  return rank;
}

static int workers_rank(const hx_report_subject *s, size_t i) {
  int rank = 0, mine = hx_config_workers(&s->configs[i].config);
  for (size_t k = 0; k < s->n_configs; k++) {
    int n = hx_config_workers(&s->configs[k].config);
    bool before = n < mine;
    for (size_t l = 0; l < k && before; l++)
      before = hx_config_workers(&s->configs[l].config) != n;
    rank += before;
  }
  return rank;
}

size_t hx_plot_heatmap(const hx_report_subject *s, FILE *out) {
  size_t rows = 0;
  fprintf(out, "workload,row,row_rank,workers,workers_rank,config,runs,seconds,ratio\n");
  for (size_t i = 0; i < s->n_configs; i++) {
    const hx_report_config *c = &s->configs[i];
    bool best = has_estimate(c); /* of several schedules in one cell */
    for (size_t k = 0; k < i && best; k++)
      best = row_order(&s->configs[k].config, &c->config) != 0 ||
             hx_config_workers(&s->configs[k].config) != hx_config_workers(&c->config);
    if (!best)
      continue;
    char row[HX_PIN_TEXT + 32];
    snprintf(row, sizeof row, "%s%s%s", hx_executor_name(c->config.executor),
             c->config.executor == HX_EXECUTOR_SERIAL ? "" : " ",
             c->config.executor == HX_EXECUTOR_SERIAL ? ""
             : strcmp(c->config.pin, "none") == 0     ? "unpinned"
                                                      : c->config.pin);
    hx_plot_text(out, s->workload, ',');
    hx_plot_text(out, row, ',');
    fprintf(out, "%d,%d,%d,", row_rank(s, i), hx_config_workers(&c->config), workers_rank(s, i));
    hx_plot_text(out, c->key, ',');
    fprintf(out, "%zu,", c->runs);
    hx_plot_number(out, c->estimate.seconds, ',');
    hx_plot_number(out, c->estimate.seconds / s->configs[0].estimate.seconds, '\n');
    rows++;
  }
  return rows;
}

/* ---- runs over time, distributions ---- */

static double known(double value) {
  return isfinite(value) && value > 0 ? value : 0;
}

size_t hx_plot_runs(const hx_report_subject *s, FILE *out) {
  int focus = focus_of(s);
  size_t rows = 0;
  double zero = (double)NAN;
  fprintf(out, "at_s,config,focus,block,seconds,median,counted,outcome,disturbed,other_cores\n");
  for (size_t i = 0; i < s->n_runs; i++) {
    const hx_run_row *run = s->runs[i];
    if (run->block < 1 || isnan(run->start_s))
      continue;
    if (isnan(zero))
      zero = run->start_s;
    bool is_focus = focus != HX_REPORT_NOWHERE && strcmp(run->config, s->configs[focus].key) == 0;
    hx_plot_number(out, run->start_s - zero, ',');
    hx_plot_text(out, is_focus ? s->configs[focus].words : run->config, ',');
    fprintf(out, "%d,%lld,", is_focus, run->block);
    hx_plot_number(out, run->seconds, ',');
    hx_plot_number(out, is_focus ? s->configs[focus].estimate.median_s : (double)NAN, ',');
    fprintf(out, "%d,", run->counted == 1);
    hx_plot_text(out, run->outcome, ',');
    fprintf(out, "%d,", run->disturbed == 1);
    hx_plot_number(
        out, run->wall_s > 0 ? (known(run->other_cpu_s) + known(run->steal_s)) / run->wall_s : 0,
        '\n');
    rows++;
  }
  return rows;
}

size_t hx_plot_distributions(const hx_report_subject *s, FILE *out) {
  size_t rows = 0;
  fprintf(out, "config,label,rank,offset,seconds,counted,outcome,median,lower,upper,recommended,"
               "tied\n");
  for (size_t c = 0; c < s->n_configs && c < SHOWN_CONFIGS; c++) {
    const hx_report_config *config = &s->configs[c];
    double offset = 0;
    bool first = true;
    for (size_t i = 0; i < s->n_runs; i++) {
      const hx_run_row *run = s->runs[i];
      if (run->block < 1 || !(run->seconds > 0) || strcmp(run->config, config->key) != 0)
        continue;
      offset = fmod(offset + 0.618034, 1); /* spreads any number of dots evenly */
      hx_plot_text(out, config->key, ',');
      hx_plot_text(out, config->words, ',');
      fprintf(out, "%zu,%.3f,", c, 0.56 * (offset - 0.5));
      hx_plot_number(out, run->seconds, ',');
      fprintf(out, "%d,", run->counted == 1);
      hx_plot_text(out, run->outcome, ',');
      if (first) { /* once a configuration */
        hx_plot_number(out, config->estimate.median_s, ',');
        hx_plot_number(out, config->estimate.lower_s, ',');
        hx_plot_number(out, config->estimate.upper_s, ',');
        fprintf(out, "%d,%d\n", (int)c == s->chosen, hx_report_is_tied(s, (int)c));
      } else {
        fprintf(out, ",,,,\n");
      }
      first = false;
      rows++;
    }
  }
  return rows;
}

/* ---- where the time goes ---- */

enum { START, READ, PLAN, SIMULATE, BILL, WRITE, STAGES };

/* One run's stages; the time in workers is shared out as they spent it. False when the run did not
 * say. */
static bool stages_of(const hx_run_row *run, double stage[STAGES]) {
  if (isnan(run->read_s) || isnan(run->simulate_s))
    return false;
  double write = known(run->cpu_finish_s) + known(run->cpu_write_s);
  double busy = known(run->cpu_flow_s) + known(run->cpu_bill_s) + write;
  double scale = busy > 0 ? known(run->simulate_s) / busy : 0;
  stage[READ] = known(run->read_s);
  stage[PLAN] = known(run->plan_s);
  stage[SIMULATE] = busy > 0 ? scale * known(run->cpu_flow_s) : known(run->simulate_s);
  stage[BILL] = scale * known(run->cpu_bill_s);
  stage[WRITE] = scale * write + known(run->output_s) + known(run->publish_s);
  stage[START] = fmax(0, known(run->wall_s) - stage[READ] - stage[PLAN] - known(run->simulate_s) -
                             known(run->output_s) - known(run->publish_s));
  return true;
}

size_t hx_plot_time(const hx_report_subject *s, FILE *out) {
  static const char *const names[STAGES] = {"start and end", "read", "plan",
                                            "simulate",      "bill", "write"};
  int focus = focus_of(s);
  double *values = calloc(STAGES * (s->n_runs + 1), sizeof *values);
  size_t n = 0;
  fprintf(out, "stage,rank,seconds,limit_s\n");
  for (size_t i = 0; values && focus != HX_REPORT_NOWHERE && i < s->n_runs; i++) {
    double stage[STAGES];
    if (s->runs[i]->counted != 1 || strcmp(s->runs[i]->config, s->configs[focus].key) != 0 ||
        !stages_of(s->runs[i], stage))
      continue;
    for (int k = 0; k < STAGES; k++)
      values[(size_t)k * s->n_runs + n] = stage[k];
    n++;
  }
  for (size_t k = 0; n > 0 && k < STAGES; k++) {
    hx_plot_text(out, names[k], ',');
    fprintf(out, "%zu,", k);
    hx_plot_number(out, hx_stats_median(values + k * s->n_runs, n), ',');
    fprintf(out, "\n");
  }
  free(values);
  return n > 0 ? STAGES : 0;
}
