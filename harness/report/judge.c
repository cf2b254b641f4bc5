/* From a subject's raw runs to one line for each configuration. */
#include "report/data.h"

#include "base/phrase.h"
#include "decide/stats.h"
#include "tune/limits.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FEWEST = 3 }; /* runs that can make a leader */
static const double TIE = 0.02;

static const char *plural(int n) {
  return n == 1 ? "" : "s";
}

const char *hx_report_config_words(const hx_config *config, char *text, size_t cap) {
  int p = config->processes, t = config->threads;
  char shape[64];
  if (config->executor == HX_EXECUTOR_SERIAL)
    snprintf(shape, sizeof shape, "serial");
  else if (p > 1 && t > 1)
    snprintf(shape, sizeof shape, "%d processes of %d threads", p, t);
  else if (config->executor == HX_EXECUTOR_PROCESSES)
    snprintf(shape, sizeof shape, "%d process%s", p, p == 1 ? "" : "es");
  else
    snprintf(shape, sizeof shape, "%d thread%s", p * t, plural(p * t));
  hx_phrase out = {text, cap, 0};
  hx_phrase_add(&out, "%s%s%s%s", shape, strcmp(config->pin, "none") == 0 ? "" : ", ",
                strcmp(config->pin, "none") == 0 ? "" : config->pin,
                config->executor != HX_EXECUTOR_SERIAL && config->schedule == HX_SCHEDULE_STATIC
                    ? ", static"
                    : "");
  if (config->executor != HX_EXECUTOR_SERIAL && config->chunk > 0)
    hx_phrase_add(&out, ", chunk %d", config->chunk);
  hx_param_value param;
  for (size_t i = 0; hx_config_param_at(config, i, &param); i++)
    if (!strchr(param.value, '{'))
      hx_phrase_add(&out, ", %s=%s", param.name, param.value);
  return text;
}

/* ---- which configurations there are ---- */

/* A key that an older or newer pvtune wrote and this one cannot read: taken apart as stored. */
static hx_config config_of(const hx_run_row *run) {
  hx_config config;
  if (hx_config_parse(run->config, &config, NULL))
    return config;
  config = hx_config_serial();
  hx_executor_parse(run->executor, &config.executor);
  config.processes = run->processes > 0 ? (int)run->processes : 1;
  config.threads = run->threads > 0 ? (int)run->threads : 1;
  snprintf(config.pin, sizeof config.pin, "%s", run->pin);
  return config;
}

static bool collect_configs(hx_report_subject *subject) {
  subject->configs = calloc(subject->n_runs + 1, sizeof *subject->configs);
  if (!subject->configs)
    return false;
  for (size_t i = 0; i < subject->n_runs; i++) {
    const hx_run_row *run = subject->runs[i];
    int at = hx_report_config_index(subject, run->config);
    if (at == HX_REPORT_NOWHERE) {
      at = (int)subject->n_configs++;
      subject->configs[at] =
          (hx_report_config){.key = run->config, .config = config_of(run), .problem = ""};
      hx_report_config_words(&subject->configs[at].config, subject->configs[at].words,
                             sizeof subject->configs[at].words);
    }
    hx_report_config *c = &subject->configs[at];
    c->runs += run->block > 0;
    if (!c->problem[0] && strcmp(run->outcome, "valid") != 0 &&
        strcmp(run->outcome, "censored") != 0)
      c->problem = run->outcome;
  }
  return true;
}

/* ---- the estimates ---- */

/* A store that was merged with a copy of itself has each run twice; the second is left out. */
static bool is_again(const hx_report_subject *subject, size_t at) {
  const hx_run_row *run = subject->runs[at];
  for (size_t i = 0; i < at; i++)
    if (subject->runs[i]->block == run->block &&
        hx_config_same(subject->runs[i]->config, run->config))
      return true;
  return false;
}

static bool is_ranked_by_time(const hx_report_subject *subject) {
  return !subject->objective[0];
}

/* What a run is ranked by, the less the better. */
static double rank_of(const hx_report_subject *subject, const hx_run_row *run) {
  return is_ranked_by_time(subject) ? run->seconds
         : subject->maximize        ? 1 / run->value
                                    : run->value;
}

/* Medians of what the CPU counted in its valid runs. */
static void count_one(const hx_report_subject *subject, const bool *again, double *room,
                      hx_report_config *c) {
  for (int k = 0; k < HX_REPORT_COUNTS; k++) {
    size_t n = 0;
    for (size_t i = 0; i < subject->n_runs; i++) {
      const hx_run_row *run = subject->runs[i];
      double count = k == 0 ? run->instructions : k == 1 ? run->cycles : run->llc_misses;
      if (run->block > 0 && !again[i] && !isnan(count) && strcmp(run->outcome, "valid") == 0 &&
          hx_config_same(run->config, c->key))
        room[n++] = count;
    }
    c->counts[k] = n > 0 ? hx_stats_median(room, n) : (double)NAN;
  }
}

/* Times and counts of one configuration's counted runs. `room` for the values of twice as many runs. */
static void estimate_one(const hx_report_subject *subject, const bool *again, double *room,
                         hx_report_config *c) {
  hx_search_estimate *e = &c->estimate;
  double *ranks = room, *seconds = room + subject->n_runs;
  size_t n = 0;
  *e = hx_search_estimate_unknown();
  c->seconds = c->lower_s = c->upper_s = c->value = c->rss_bytes = (double)NAN;
  for (size_t i = 0; i < subject->n_runs; i++) {
    const hx_run_row *run = subject->runs[i];
    if (run->block < 1 || again[i] || !hx_config_same(run->config, c->key))
      continue;
    double rank = rank_of(subject, run);
    if (strcmp(run->outcome, "valid") == 0 && rank > 0) {
      seconds[n] = run->seconds;
      ranks[n++] = rank;
      if (run->max_rss_kib != HX_STORE_NONE)
        c->rss_bytes = fmax(1024 * (double)run->max_rss_kib, c->rss_bytes);
    } else if (strcmp(run->outcome, "censored") == 0)
      e->n_censored++;
    else
      e->n_invalid++;
  }
  hx_search_estimate_times(e, ranks, n);
  if (e->n_invalid > 0)
    e->seconds = e->lower_s = e->upper_s = (double)NAN;
  if (is_ranked_by_time(subject)) {
    c->seconds = e->seconds;
    c->lower_s = e->lower_s;
    c->upper_s = e->upper_s;
  } else if (n > 0) {
    c->seconds = hx_stats_median(seconds, n);
    c->value = subject->maximize ? 1 / e->seconds : e->seconds;
  }
}

/* Without a search's verdict, which the store does not keep: by the intervals. */
static hx_search_fate fate_of(const hx_search_estimate *e) {
  if (e->n_invalid > 0)
    return HX_SEARCH_BROKEN;
  if (e->n_valid == 0)
    return e->n_censored > 0 ? HX_SEARCH_HOPELESS : HX_SEARCH_UNKNOWN;
  if (isnan(e->ratio_lower))
    return e->ratio <= 1 + TIE ? HX_SEARCH_TIED : HX_SEARCH_SURVIVED;
  return e->ratio_lower <= 1 + TIE ? HX_SEARCH_TIED : HX_SEARCH_DROPPED;
}

/* False when out of memory. */
static bool estimate(hx_report_subject *subject) {
  double *seconds = calloc(2 * subject->n_runs + 1, sizeof *seconds);
  bool *again = calloc(subject->n_runs + 1, sizeof *again);
  bool ok = seconds && again;
  const hx_search_estimate *best = NULL;
  for (size_t i = 0; ok && i < subject->n_runs; i++)
    again[i] = is_again(subject, i);
  for (size_t i = 0; ok && i < subject->n_configs; i++) {
    hx_search_estimate *e = &subject->configs[i].estimate;
    estimate_one(subject, again, seconds, &subject->configs[i]);
    count_one(subject, again, seconds, &subject->configs[i]);
    subject->n_counted += (size_t)(e->n_valid + e->n_censored + e->n_invalid);
    /* One lucky run makes no leader where others were run more often. */
    int most = best ? best->n_valid : 0;
    bool usual = e->n_valid >= FEWEST || most < FEWEST;
    if (!isnan(e->seconds) && (!best || (usual && (most < FEWEST && e->n_valid >= FEWEST)) ||
                               (usual && e->seconds < best->seconds)))
      best = e;
  }
  for (size_t i = 0; ok && i < subject->n_configs; i++) {
    hx_search_estimate *e = &subject->configs[i].estimate;
    if (best && !isnan(e->seconds))
      hx_search_estimate_ratio(e, best);
    if (e == best)
      e->ratio_lower = e->ratio_upper = 1;
    e->fate = fate_of(e);
  }
  free(seconds);
  free(again);
  return ok;
}

static void fill_speedup(hx_report_config *c, const hx_search_estimate *serial) {
  const hx_search_estimate *e = &c->estimate;
  c->speedup = c->speedup_lower = c->speedup_upper = (double)NAN;
  if (!serial || isnan(e->seconds) || isnan(serial->seconds))
    return;
  c->speedup = serial->seconds / e->seconds;
  if (serial == e) {
    c->speedup_lower = c->speedup_upper = 1;
    return;
  }
  hx_search_estimate over = *serial;
  hx_search_estimate_ratio(&over, e);
  c->speedup_lower = over.ratio_lower;
  c->speedup_upper = over.ratio_upper;
}

static int fastest_first(const void *a, const void *b) {
  const hx_report_config *left = a, *right = b;
  double x = left->estimate.seconds, y = right->estimate.seconds;
  if (isnan(x) != isnan(y))
    return isnan(x) ? 1 : -1;
  if (!isnan(x) && x != y)
    return x < y ? -1 : 1;
  return strcmp(left->key, right->key);
}

static void fill_interference(hx_report_subject *subject, hx_interference_run *room) {
  size_t n = 0;
  for (size_t i = 0; i < subject->n_runs; i++) {
    const hx_run_row *run = subject->runs[i];
    if (run->block >= 1)
      room[n++] =
          (hx_interference_run){(int)run->block, run->wall_s, run->other_cpu_s, run->steal_s,
                                run->major_faults > 0 ? run->major_faults : 0};
  }
  subject->interference = hx_interference_of(room, n);
}

/* The serial run that the others are compared with: the warm-up, since with parameters there are
 * several serial ones. */
static bool is_baseline(const hx_report_subject *subject, const hx_report_config *c) {
  if (c->config.executor != HX_EXECUTOR_SERIAL)
    return false;
  for (size_t i = 0; i < subject->n_runs; i++)
    if (subject->runs[i]->block == 0)
      return hx_config_same(subject->runs[i]->config, c->key);
  return true;
}

static void find_objective(hx_report_subject *subject) {
  subject->objective = "";
  for (size_t i = 0; i < subject->n_runs && is_ranked_by_time(subject); i++) {
    subject->objective = subject->runs[i]->objective;
    subject->maximize = subject->runs[i]->maximize == 1;
  }
}

bool hx_report_judge(hx_report_subject *subject) {
  find_objective(subject);
  if (!collect_configs(subject))
    return false;
  size_t m = subject->n_configs;
  hx_interference_run *room = calloc(subject->n_runs + 1, sizeof *room);
  bool ok = room && estimate(subject);
  if (ok) {
    qsort(subject->configs, m, sizeof *subject->configs, fastest_first);
    for (size_t i = 0; i < m; i++)
      if (is_baseline(subject, &subject->configs[i]))
        subject->serial = (int)i;
    for (size_t i = 0; i < m; i++)
      fill_speedup(&subject->configs[i], subject->serial == HX_REPORT_NOWHERE
                                             ? NULL
                                             : &subject->configs[subject->serial].estimate);
    if (subject->recommendation)
      subject->chosen = hx_report_config_index(subject, subject->recommendation->config);
    fill_interference(subject, room);
  }
  free(room);
  return ok;
}

hx_usl hx_report_limits(const hx_report_subject *subject, const hx_config **series) {
  const hx_config *of = NULL;
  hx_limits_run *runs = calloc(subject->n_configs + 1, sizeof *runs);
  for (size_t i = 0; runs && i < subject->n_configs; i++)
    runs[i] = (hx_limits_run){&subject->configs[i].config, &subject->configs[i].estimate};
  hx_usl fit =
      hx_limits_fit(runs, runs && is_ranked_by_time(subject) ? subject->n_configs : 0, &of);
  free(runs);
  if (series)
    *series = fit.fitted && !isnan(fit.contention_lower) ? of : NULL;
  return fit;
}
