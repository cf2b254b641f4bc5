/* From a subject's raw runs to one line for each configuration: the estimates that decide/search
 * makes of them, in the order they were made. */
#include "report/data.h"

#include "base/phrase.h"
#include "tune/sweep.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Far more rounds than anybody measures; a damaged number is none. */
enum { BLOCKS_MAX = 10000 };

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

static hx_search_outcome outcome_of(const hx_run_row *run) {
  if (!(run->seconds > 0))
    return HX_SEARCH_INVALID;
  return strcmp(run->outcome, "valid") == 0      ? HX_SEARCH_VALID
         : strcmp(run->outcome, "censored") == 0 ? HX_SEARCH_CENSORED
                                                 : HX_SEARCH_INVALID;
}

/* A run with its configuration and round. */
typedef struct round_run {
  const hx_run_row *run;
  size_t config, place; /* place: in the order of measuring */
  long long round;
} round_run;

static int by_round(const void *a, const void *b) {
  const round_run *x = a, *y = b;
  if (x->round != y->round)
    return x->round < y->round ? -1 : 1;
  return (x->place > y->place) - (x->place < y->place);
}

/* The counted runs by round. A race stores the rounds it ran. A search runs one configuration after
 * the other and numbers each run: there the n-th run of each configuration makes up round n, since
 * what a single run deviates by must not pass for what disturbed its round. A store that was merged
 * with a copy of itself has each run twice; the second is left out. Returns how many. */
static size_t sort_into_rounds(const hx_report_subject *subject, round_run *runs) {
  size_t n = 0;
  bool is_race = false;
  for (size_t i = 0; i < subject->n_runs; i++) {
    const hx_run_row *run = subject->runs[i];
    size_t config = (size_t)hx_report_config_index(subject, run->config);
    bool again = false;
    for (size_t k = 0; k < n && !again; k++) {
      bool same_block = runs[k].round == run->block;
      again = same_block && runs[k].config == config;
      is_race |= same_block && runs[k].config != config;
    }
    if (run->block >= 1 && run->block <= BLOCKS_MAX && !again) {
      runs[n] = (round_run){run, config, n, run->block};
      n++;
    }
  }
  for (size_t i = 0; !is_race && i < n; i++) {
    runs[i].round = 1;
    for (size_t k = 0; k < i; k++)
      runs[i].round += runs[k].config == runs[i].config;
  }
  qsort(runs, n, sizeof *runs, by_round);
  return n;
}

/* Gives all the runs to a search that drops nothing, block by block, for its estimates. False when
 * out of memory. */
static bool estimate(hx_report_subject *subject, hx_search_estimate *estimates, size_t *order) {
  size_t m = subject->n_configs;
  hx_search_config *configs = calloc(m, sizeof *configs);
  hx_search_options options = hx_search_defaults();
  options.exhaustive = true;
  options.max_blocks = BLOCKS_MAX;
  for (size_t i = 0; configs && i < m; i++) {
    const hx_config *c = &subject->configs[i].config;
    configs[i] = hx_sweep_search_config(c, (int)subject->units);
  }
  hx_search *search = configs ? hx_search_create(configs, m, &options) : NULL;
  free(configs);
  long long block = 0;
  round_run *runs = calloc(subject->n_runs + 1, sizeof *runs);
  size_t n = runs ? sort_into_rounds(subject, runs) : 0;
  for (size_t i = 0; search && i < n; i++) {
    const hx_run_row *run = runs[i].run;
    if (runs[i].round != block) {
      if (block > 0)
        hx_search_decide(search, INFINITY);
      if (hx_search_next_block(search, order) == 0)
        break;
      block = runs[i].round;
    }
    hx_search_add(search,
                  &(hx_search_run){runs[i].config, run->seconds,
                                   isnan(run->spent_s) ? 0 : run->spent_s, outcome_of(run)});
  }
  bool ok = search && runs;
  if (ok) {
    if (block > 0)
      hx_search_decide(search, INFINITY);
    hx_search_end(search, HX_SEARCH_STOP_BUDGET);
    hx_search_get(search, &subject->search, estimates);
  }
  free(runs);
  hx_search_destroy(search);
  return ok;
}

/* The interval's ratios are each relative to the leader, with independent errors. */
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
  double up = hypot(log(serial->ratio_upper / serial->ratio), log(e->ratio / e->ratio_lower));
  double down = hypot(log(serial->ratio / serial->ratio_lower), log(e->ratio_upper / e->ratio));
  c->speedup_upper = c->speedup * exp(up);
  c->speedup_lower = c->speedup * exp(-down);
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

bool hx_report_judge(hx_report_subject *subject) {
  if (!collect_configs(subject))
    return false;
  size_t m = subject->n_configs;
  hx_search_estimate *estimates = calloc(m + 1, sizeof *estimates);
  size_t *order = calloc(m + 1, sizeof *order);
  hx_interference_run *room = calloc(subject->n_runs + 1, sizeof *room);
  bool ok = estimates && order && room && estimate(subject, estimates, order);
  if (ok) {
    for (size_t i = 0; i < m; i++)
      subject->configs[i].estimate = estimates[i];
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
  free(estimates);
  free(order);
  free(room);
  return ok;
}
