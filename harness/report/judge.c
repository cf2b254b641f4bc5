/* From a topic's runs and standings to one line for each configuration. Where a search ended, times,
 * ratios and verdicts are those that it stored (tune/standings.h). Otherwise they are medians, and
 * nothing is said to be slower. */
#include "report/data.h"

#include "decide/stats.h"
#include "tune/limits.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

static bool collect_configs(hx_report_topic *topic) {
  topic->configs = calloc(topic->n_runs + 1, sizeof *topic->configs);
  if (!topic->configs)
    return false;
  for (size_t i = 0; i < topic->n_runs; i++) {
    const hx_run_row *run = topic->runs[i];
    int at = hx_report_config_index(topic, run->config);
    if (at == HX_REPORT_NOWHERE) {
      at = (int)topic->n_configs++;
      topic->configs[at] =
          (hx_report_config){.key = run->config, .config = config_of(run), .problem = ""};
      hx_config_words(&topic->configs[at].config, hx_report_is_command(topic),
                      topic->configs[at].words, sizeof topic->configs[at].words);
    }
    hx_report_config *c = &topic->configs[at];
    c->runs += run->block > 0;
    if (!c->problem[0] && strcmp(run->outcome, "valid") != 0 &&
        strcmp(run->outcome, "censored") != 0)
      c->problem = run->outcome;
  }
  return true;
}

/* ---- the estimates ---- */

/* A store that was merged with a copy of itself has each run twice; the second is left out. */
static bool is_again(const hx_report_topic *topic, size_t at) {
  const hx_run_row *run = topic->runs[at];
  for (size_t i = 0; i < at; i++)
    if (topic->runs[i]->block == run->block && hx_config_same(topic->runs[i]->config, run->config))
      return true;
  return false;
}

static bool is_ranked_by_time(const hx_report_topic *topic) {
  return !topic->objective[0];
}

/* What a run is ranked by, the less the better. */
static double rank_of(const hx_report_topic *topic, const hx_run_row *run) {
  return is_ranked_by_time(topic) ? run->seconds : topic->maximize ? 1 / run->value : run->value;
}

/* Medians of what the CPU counted in its valid runs. */
static void count_one(const hx_report_topic *topic, const bool *again, double *room,
                      hx_report_config *c) {
  for (int k = 0; k < HX_REPORT_COUNTS; k++) {
    size_t n = 0;
    for (size_t i = 0; i < topic->n_runs; i++) {
      const hx_run_row *run = topic->runs[i];
      double count = k == 0 ? run->instructions : k == 1 ? run->cycles : run->llc_misses;
      if (run->block > 0 && !again[i] && !isnan(count) && strcmp(run->outcome, "valid") == 0 &&
          hx_config_same(run->config, c->key))
        room[n++] = count;
    }
    c->counts[k] = n > 0 ? hx_stats_median(room, n) : (double)NAN;
  }
}

/* Times and counts of one configuration's counted runs. `room` for the values of twice as many runs. */
static void estimate_one(const hx_report_topic *topic, const bool *again, double *room,
                         hx_report_config *c) {
  hx_search_estimate *e = &c->estimate;
  double *ranks = room, *seconds = room + topic->n_runs;
  size_t n = 0;
  *e = hx_search_estimate_unknown();
  c->seconds = c->lower_s = c->upper_s = c->value = c->rss_bytes = c->joint_loss = (double)NAN;
  for (size_t i = 0; i < topic->n_runs; i++) {
    const hx_run_row *run = topic->runs[i];
    if (run->block < 1 || again[i] || !hx_config_same(run->config, c->key))
      continue;
    double rank = rank_of(topic, run);
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
  if (is_ranked_by_time(topic)) {
    c->seconds = e->seconds;
    c->lower_s = e->lower_s;
    c->upper_s = e->upper_s;
  } else if (n > 0) {
    c->seconds = hx_stats_median(seconds, n);
    c->value = topic->maximize ? 1 / e->seconds : e->seconds;
  }
}

/* What the runs alone tell. False when out of memory. */
static bool estimate(hx_report_topic *topic) {
  double *seconds = calloc(2 * topic->n_runs + 1, sizeof *seconds);
  bool *again = calloc(topic->n_runs + 1, sizeof *again);
  bool ok = seconds && again;
  for (size_t i = 0; ok && i < topic->n_runs; i++)
    again[i] = is_again(topic, i);
  for (size_t i = 0; ok && i < topic->n_configs; i++) {
    hx_search_estimate *e = &topic->configs[i].estimate;
    estimate_one(topic, again, seconds, &topic->configs[i]);
    count_one(topic, again, seconds, &topic->configs[i]);
    topic->n_counted += (size_t)(e->n_valid + e->n_censored + e->n_invalid);
    e->fate = e->n_invalid > 0    ? HX_SEARCH_BROKEN
              : e->n_valid > 0    ? HX_SEARCH_SURVIVED
              : e->n_censored > 0 ? HX_SEARCH_HOPELESS
                                  : HX_SEARCH_UNKNOWN;
  }
  free(seconds);
  free(again);
  return ok;
}

/* ---- how they came out ---- */

/* The serial run that the others are compared with: the warm-up, since with parameters there are
 * several serial ones. */
static bool is_baseline(const hx_report_topic *topic, const hx_report_config *c) {
  if (c->config.executor != HX_EXECUTOR_SERIAL)
    return false;
  for (size_t i = 0; i < topic->n_runs; i++)
    if (topic->runs[i]->block == 0)
      return hx_config_same(topic->runs[i]->config, c->key);
  return true;
}

static void take_standing(hx_report_topic *s, hx_report_config *c, const hx_standing_row *row) {
  hx_search_estimate *e = &c->estimate;
  bool time = is_ranked_by_time(s), answer = strcmp(row->standing, "answer") == 0;
  double value = time ? row->seconds : row->value,
         lower = time ? row->seconds_lower : row->value_lower,
         upper = time ? row->seconds_upper : row->value_upper;
  bool inverse = !time && s->maximize;
  s->decided = s->decided || answer;
  if (row->finding[0])
    s->finding = row->finding;
  e->fate = answer ? HX_SEARCH_TIED : hx_search_fate_of_word(row->standing);
  c->seconds = row->seconds;
  c->lower_s = row->seconds_lower;
  c->upper_s = row->seconds_upper;
  c->value = row->value;
  c->joint_loss = row->joint_loss;
  c->speedup = row->speedup;
  c->speedup_lower = row->speedup_lower;
  c->speedup_upper = row->speedup_upper;
  if (e->fate == HX_SEARCH_BROKEN) /* its figures stand for nothing that may be chosen */
    return;
  e->ratio = row->ratio;
  e->ratio_lower = row->ratio_lower;
  e->ratio_upper = row->ratio_upper;
  e->seconds = inverse ? 1 / value : value;
  e->lower_s = inverse ? 1 / upper : lower;
  e->upper_s = inverse ? 1 / lower : upper;
}

/* The rows of this topic's sweep; of several for one configuration the last. */
static void take_standings(hx_report_topic *s, const hx_store_rows *standings) {
  const hx_standing_row *row = standings->rows;
  for (size_t i = 0; i < standings->n; i++)
    if (strcmp(row[i].sweep, s->sweep) == 0 && strcmp(row[i].workload, s->workload) == 0 &&
        strcmp(row[i].allocation, s->allocation) == 0) {
      int at = hx_report_config_index(s, row[i].config);
      if (at != HX_REPORT_NOWHERE)
        take_standing(s, &s->configs[at], &row[i]);
    }
}

static bool is_listed(const char *keys, const char *key) {
  size_t length = strlen(key);
  for (const char *at = keys; (at = strstr(at, key)) != NULL; at += length)
    if ((at == keys || at[-1] == ' ') && (at[length] == ' ' || at[length] == '\0'))
      return true;
  return false;
}

/* Without standings: an older pvtune wrote the store, or the sweep was interrupted. What a
 * recommendation says of its ties is all that was decided. */
static void do_without_standings(hx_report_topic *s) {
  const hx_recommendation_row *r = s->recommendation;
  const hx_report_config *best = NULL, *serial = NULL;
  if (r && strcmp(r->sweep, s->sweep) != 0)
    r = NULL;
  for (size_t i = 0; i < s->n_configs; i++) {
    hx_report_config *c = &s->configs[i];
    bool chosen = r && hx_config_same(c->key, r->config);
    if (isnan(c->estimate.seconds))
      continue;
    if (chosen || (r && is_listed(r->ties, c->key)))
      c->estimate.fate = HX_SEARCH_TIED;
    if (chosen || (!r && (!best || c->estimate.seconds < best->estimate.seconds)))
      best = c;
    if (is_baseline(s, c))
      serial = c;
  }
  for (size_t i = 0; i < s->n_configs; i++) {
    hx_report_config *c = &s->configs[i];
    c->estimate.ratio = best ? c->estimate.seconds / best->estimate.seconds : (double)NAN;
    c->speedup = serial ? serial->estimate.seconds / c->estimate.seconds : (double)NAN;
    c->speedup_lower = c->speedup_upper = c == serial ? 1 : (double)NAN;
    if (r && c == best) {
      c->speedup = r->speedup;
      c->speedup_lower = r->speedup_lower;
      c->speedup_upper = r->speedup_upper;
    }
  }
}

/* The recommended one, else the answer, first; then as rows are in all tables. */
static int by_standing(const void *a, const void *b, void *first) {
  const hx_report_config *left = a, *right = b;
  int order = hx_search_estimate_order(&left->estimate, &right->estimate);
  bool left_first = hx_config_same(left->key, first),
       right_first = hx_config_same(right->key, first);
  if (left_first != right_first)
    return left_first ? -1 : 1;
  return order != 0 ? order : strcmp(left->key, right->key);
}

/* The first serial run is one of a search's own, which its standings tell. */
static int first_block(const hx_report_topic *topic) {
  return topic->finding[0] ? 0 : 1;
}

static void count_first_run(hx_report_topic *topic) {
  for (size_t i = 0; first_block(topic) == 0 && i < topic->n_runs; i++)
    if (topic->runs[i]->block == 0 && !is_again(topic, i)) {
      topic->configs[hx_report_config_index(topic, topic->runs[i]->config)].runs++;
      topic->n_counted++;
    }
}

static void fill_interference(hx_report_topic *topic, hx_interference_run *room) {
  size_t n = 0;
  for (size_t i = 0; i < topic->n_runs; i++) {
    const hx_run_row *run = topic->runs[i];
    if (run->block >= first_block(topic))
      room[n++] =
          (hx_interference_run){(int)run->block, run->wall_s, run->other_cpu_s, run->steal_s,
                                run->major_faults > 0 ? run->major_faults : 0};
  }
  topic->interference = hx_interference_of(room, n);
}

static void find_objective(hx_report_topic *topic) {
  topic->objective = "";
  for (size_t i = 0; i < topic->n_runs && is_ranked_by_time(topic); i++) {
    topic->objective = topic->runs[i]->objective;
    topic->maximize = topic->runs[i]->maximize == 1;
  }
}

/* The key of what comes first, and of the answer; "" where there is none. */
static void find_best(hx_report_topic *s, const hx_store_rows *standings, const char **answer,
                      const char **chosen) {
  const hx_standing_row *row = standings->rows;
  *answer = *chosen = "";
  for (size_t i = 0; i < standings->n; i++)
    if (strcmp(row[i].sweep, s->sweep) == 0 && strcmp(row[i].workload, s->workload) == 0 &&
        strcmp(row[i].standing, "answer") == 0 && strcmp(row[i].verdict, "not shown") != 0)
      *answer = row[i].config;
  /* A recommendation of another sweep is not about these figures. */
  if (s->recommendation && (!s->decided || strcmp(s->recommendation->sweep, s->sweep) == 0))
    *chosen = s->recommendation->config;
}

bool hx_report_judge(hx_report_topic *topic, const hx_store_rows *standings) {
  const char *answer, *chosen;
  find_objective(topic);
  topic->finding = "";
  if (!collect_configs(topic))
    return false;
  size_t m = topic->n_configs;
  hx_interference_run *room = calloc(topic->n_runs + 1, sizeof *room);
  bool ok = room && estimate(topic);
  if (ok) {
    take_standings(topic, standings);
    count_first_run(topic);
    if (!topic->decided)
      do_without_standings(topic);
    find_best(topic, standings, &answer, &chosen);
    const char *first = *chosen ? chosen : answer;
    qsort_r(topic->configs, m, sizeof *topic->configs, by_standing, (void *)first);
    for (size_t i = 0; i < m; i++)
      if (is_baseline(topic, &topic->configs[i]))
        topic->serial = (int)i;
    topic->chosen = hx_report_config_index(topic, chosen);
    topic->answer = hx_report_config_index(topic, answer);
    fill_interference(topic, room);
  }
  free(room);
  return ok;
}

hx_usl hx_report_limits(const hx_report_topic *topic, const hx_config **series) {
  const hx_config *of = NULL;
  hx_limits_run *runs = calloc(topic->n_configs + 1, sizeof *runs);
  for (size_t i = 0; runs && i < topic->n_configs; i++)
    runs[i] = (hx_limits_run){&topic->configs[i].config, &topic->configs[i].estimate};
  hx_usl fit = hx_limits_fit(runs, runs && is_ranked_by_time(topic) ? topic->n_configs : 0, &of);
  free(runs);
  if (series)
    *series = fit.fitted && !isnan(fit.contention_lower) ? of : NULL;
  return fit;
}
