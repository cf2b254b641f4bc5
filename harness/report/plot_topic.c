/* Rows of the plots about one workload. */
#include "report/plot.h"

#include "decide/stats.h"
#include "machine/pin.h"
#include "measure/goal.h"
#include "report/model.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SHOWN_CONFIGS = 24 }; /* rows of the distributions plot */

static bool has_estimate(const hx_report_config *c) {
  return !isnan(c->estimate.seconds);
}

static int workers_of(const hx_report_config *c) {
  return hx_config_workers(&c->config);
}

static void add_objective(json_t *row, const hx_report_topic *s) {
  const char *name = s->objective[0] ? s->objective : "time";
  json_object_set_new(row, "objective", HX_MODEL_TEXT(name));
  json_object_set_new(row, "unit", json_string(hx_goal_unit_named(name)));
}

/* The title of the plot, in its first row; none where nothing was decided. */
static void add_finding(json_t *rows, const hx_report_topic *s) {
  char text[HX_REPORT_FINDING];
  if (json_array_size(rows) > 0 && (s->decided || s->chosen != HX_REPORT_NOWHERE))
    json_object_set_new(json_array_get(rows, 0), "finding",
                        HX_MODEL_TEXT(hx_report_finding(s, text, sizeof text)));
}

/* Median and ends of the interval of a configuration: times, or values of the objective. */
typedef struct centre {
  double median, lower, upper;
} centre;

static centre centre_of(const hx_report_topic *s, const hx_report_config *c) {
  const hx_search_estimate *e = &c->estimate;
  if (!s->objective[0])
    return (centre){c->seconds, c->lower_s, c->upper_s};
  return s->maximize ? (centre){c->value, 1 / e->upper_s, 1 / e->lower_s}
                     : (centre){c->value, e->lower_s, e->upper_s};
}

/* The configurations of hx_model_topic, in the topic's order. */
static json_t *configs_of(const hx_report_data *data, const hx_report_topic *s) {
  json_t *topic = hx_model_topic(data, s);
  json_t *configs = json_incref(json_object_get(topic, "configs"));
  json_decref(topic);
  return configs;
}

/* ---- speedup ---- */

/* Of the configurations with that executor and worker count, the one to show: the recommended, else
 * the fastest. */
static bool stands_for_its_count(const hx_report_topic *s, size_t i) {
  const hx_report_config *c = &s->configs[i];
  for (size_t k = 0; k < s->n_configs; k++) {
    const hx_report_config *other = &s->configs[k];
    bool rival = k != i && other->config.executor == c->config.executor && has_estimate(other) &&
                 workers_of(other) == workers_of(c);
    if (rival && ((int)k == s->chosen || (k < i && (int)i != s->chosen)))
      return false;
  }
  return has_estimate(c);
}

/* speed-up(n) = scale n / (1 + contention (n - 1) + coherency n (n - 1)) */
static void add_fit(json_t *row, const hx_report_topic *s, const hx_usl *fit) {
  double serial_s =
      s->serial == HX_REPORT_NOWHERE ? (double)NAN : s->configs[s->serial].estimate.seconds;
  json_object_set_new(row, "fit_scale", hx_model_number(serial_s / fit->one_s));
  json_object_set_new(row, "fit_contention", hx_model_number(fit->contention));
  json_object_set_new(row, "fit_coherency", hx_model_number(fit->coherency));
  json_object_set_new(row, "fit_peak",
                      hx_model_number(fit->coherency_shown ? fit->peak : (double)NAN));
}

HX_PLOT_ROWS(speedup) {
  (void)workload;
  const hx_config *series;
  hx_usl fit = hx_report_limits(s, &series);
  json_t *configs = configs_of(data, s), *rows = json_array();
  for (int executor = 0; executor < HX_EXECUTOR_COUNT; executor++)
    for (int last = 0, next = 1; next > 0; last = next) { /* by worker count */
      size_t at = 0;
      next = 0;
      for (size_t i = 0; i < s->n_configs; i++) {
        int n = workers_of(&s->configs[i]);
        if ((int)s->configs[i].config.executor == executor && n > last && (next == 0 || n < next) &&
            stands_for_its_count(s, i)) {
          next = n;
          at = i;
        }
      }
      if (next > 0) {
        add_objective(json_array_get(configs, at), s);
        json_array_append(rows, json_array_get(configs, at));
      }
      if (next > 0 && series && (int)series->executor == executor)
        add_fit(json_array_get(configs, at), s, &fit);
    }
  add_finding(rows, s);
  json_decref(configs);
  return rows;
}

/* ---- heatmap ---- */

/* Order of the map's rows: executor, pinning from simple to complicated, parameters. */
static int row_order(const hx_config *a, const hx_config *b) {
  /* A command's serial run is the beginning of each row of parameters. */
  bool alike = a->params[0] && b->params[0] && a->executor <= HX_EXECUTOR_THREADS &&
               b->executor <= HX_EXECUTOR_THREADS;
  if (a->executor != b->executor && !alike)
    return a->executor < b->executor ? -1 : 1;
  int x = hx_pin_rank(a->pin), y = hx_pin_rank(b->pin);
  if (x != y || strcmp(a->pin, b->pin) != 0)
    return x != y ? (x < y ? -1 : 1) : strcmp(a->pin, b->pin);
  return strverscmp(a->params, b->params); /* level=9 before level=10 */
}

static int workers_order(const hx_config *a, const hx_config *b) {
  return hx_config_workers(a) - hx_config_workers(b);
}

/* How many different rows (or columns) of the map come before that of configuration i. */
static int rank_of(const hx_report_topic *s, size_t i,
                   int (*order)(const hx_config *, const hx_config *)) {
  int rank = 0;
  for (size_t k = 0; k < s->n_configs; k++) {
    bool counts = order(&s->configs[k].config, &s->configs[i].config) < 0;
    for (size_t l = 0; l < k && counts; l++)
      counts = order(&s->configs[l].config, &s->configs[k].config) != 0;
    rank += counts;
  }
  return rank;
}

HX_PLOT_ROWS(heatmap) {
  (void)workload;
  json_t *configs = configs_of(data, s), *rows = json_array();
  for (size_t i = 0; i < s->n_configs; i++) {
    const hx_config *config = &s->configs[i].config;
    const hx_report_config *c = &s->configs[i];
    const char *mark = has_estimate(c) || !config->params[0] ? ""
                       : strcmp(c->problem, "over") == 0     ? "over"
                       : c->estimate.n_censored > 0          ? "slow"
                                                             : "";
    bool best = has_estimate(c) || *mark; /* of several schedules in one cell */
    for (size_t k = 0; k < i && best; k++)
      best = row_order(&s->configs[k].config, config) != 0 ||
             workers_order(&s->configs[k].config, config) != 0;
    if (!best)
      continue;
    json_t *row = json_array_get(configs, i);
    add_objective(row, s);
    json_object_set_new(row, "mark", json_string(mark));
    json_object_set_new(row, "row_rank", json_integer(rank_of(s, i, row_order)));
    json_object_set_new(row, "workers_rank", json_integer(rank_of(s, i, workers_order)));
    json_array_append(rows, row);
  }
  add_finding(rows, s);
  json_decref(configs);
  return rows;
}

/* ---- runs over time, distributions ---- */

static double known(double value) {
  return isfinite(value) && value > 0 ? value : 0;
}

HX_PLOT_ROWS(runs) {
  (void)data, (void)workload;
  int best = hx_report_best(s);
  const hx_report_config *focus = best == HX_REPORT_NOWHERE ? NULL : &s->configs[best];
  json_t *rows = json_array();
  double zero = (double)NAN;
  for (size_t i = 0; i < s->n_runs; i++) {
    const hx_run_row *run = s->runs[i];
    if (run->block < 1 || isnan(run->start_s))
      continue;
    if (isnan(zero))
      zero = run->start_s;
    bool is_focus = focus && hx_config_same(run->config, focus->key);
    json_t *row = hx_model_row(&hx_runs_schema, run);
    if (is_focus)
      json_object_set_new(row, "config", HX_MODEL_TEXT(focus->words));
    json_object_set_new(row, "at_s", hx_model_number(run->start_s - zero));
    json_object_set_new(row, "focus", json_boolean(is_focus));
    json_object_set_new(row, "median",
                        is_focus ? hx_model_number(centre_of(s, focus).median) : json_null());
    add_objective(row, s);
    json_object_set_new(
        row, "other_cores",
        json_real(run->wall_s > 0
                      ? fmax(0, known(run->other_cpu_s) + known(run->steal_s)) / run->wall_s
                      : 0));
    json_array_append_new(rows, row);
  }
  return rows;
}

HX_PLOT_ROWS(distributions) {
  (void)data, (void)workload;
  json_t *rows = json_array();
  for (size_t c = 0; c < s->n_configs && c < SHOWN_CONFIGS; c++) {
    const hx_report_config *config = &s->configs[c];
    double offset = 0;
    bool first = true;
    for (size_t i = 0; i < s->n_runs; i++) {
      const hx_run_row *run = s->runs[i];
      if (run->block < 1 || !(run->seconds > 0) || !hx_config_same(run->config, config->key))
        continue;
      offset = fmod(offset + 0.618034, 1); /* spreads any number of dots evenly */
      json_t *row = hx_model_row(&hx_runs_schema, run);
      json_object_set_new(row, "label", HX_MODEL_TEXT(config->words));
      json_object_set_new(row, "rank", json_integer((json_int_t)c));
      json_object_set_new(row, "offset", json_real(round(560 * (offset - 0.5)) / 1000));
      add_objective(row, s);
      if (first) { /* once for each configuration */
        centre middle = has_estimate(config) ? centre_of(s, config) : (centre){NAN, NAN, NAN};
        json_object_set_new(row, "estimate", hx_model_number(middle.median));
        json_object_set_new(row, "lower", hx_model_number(middle.lower));
        json_object_set_new(row, "upper", hx_model_number(middle.upper));
        json_object_set_new(row, "recommended", json_boolean((int)c == s->chosen));
        json_object_set_new(row, "tied", json_boolean(hx_report_is_tied(s, (int)c)));
      }
      first = false;
      json_array_append_new(rows, row);
    }
  }
  add_finding(rows, s);
  return rows;
}

/* ---- where the time goes ---- */

enum { START, READ, PLAN, SIMULATE, BILL, WRITE, STAGES };

/* One run's stages in wall time; what workers did at the same time is shared out as they spent it.
 * False when the run did not say. */
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

HX_PLOT_ROWS(time) {
  (void)data, (void)workload;
  static const char *const names[STAGES] = {"start and end", "read", "plan",
                                            "simulate",      "bill", "write"};
  int focus = hx_report_best(s);
  double *values = calloc(STAGES * (s->n_runs + 1), sizeof *values);
  json_t *rows = values ? json_array() : NULL;
  size_t n = 0;
  for (size_t i = 0; values && focus != HX_REPORT_NOWHERE && i < s->n_runs; i++) {
    double stage[STAGES];
    if (s->runs[i]->counted != 1 || !hx_config_same(s->runs[i]->config, s->configs[focus].key) ||
        !stages_of(s->runs[i], stage))
      continue;
    for (size_t k = 0; k < STAGES; k++)
      values[k * s->n_runs + n] = stage[k];
    n++;
  }
  for (size_t k = 0; n > 0 && k < STAGES; k++)
    json_array_append_new(rows,
                          json_pack("{so ss sI sf sn}", "workload", HX_MODEL_TEXT(s->workload),
                                    "stage", names[k], "rank", (json_int_t)k, "seconds",
                                    hx_stats_median(values + k * s->n_runs, n), "limit_s"));
  free(values);
  return rows;
}
