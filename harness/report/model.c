#include "report/model.h"

#include "machine/pin.h"
#include "measure/goal.h"
#include "measure/shell_reading.h"
#include "measure/workload.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define T HX_MODEL_TEXT

enum { PROBLEMS_MAX = 20, NAME = 512 };

json_t *hx_model_number(double value) {
  return isfinite(value) ? json_real(value) : json_null();
}

const char *hx_model_workload_name(const char *workload, char *text, size_t cap) {
  const char *colon = strrchr(workload, ':'), *name = strrchr(workload, '/');
  if (strncmp(workload, "study:", 6) == 0 && name) {
    while (name > workload && name[-1] != '/' && name[-1] != ':') /* with its project */
      name--;
    snprintf(text, cap, "Study %s", name);
  } else if (strncmp(workload, "builtin:", 8) == 0 && colon > workload + 8) {
    snprintf(text, cap, "Built-in study: %.*s, %s scenarios", (int)(colon - workload - 8),
             workload + 8, colon + 1);
  } else {
    snprintf(text, cap, "%s", strncmp(workload, "cmd:", 4) == 0 ? workload + 4 : workload);
  }
  return text;
}

const char *hx_model_allocation_name(const char *allocation, char *text, size_t cap) {
  const char *pus = strstr(allocation, "pus="), *quota = strstr(allocation, "quota=");
  int n = pus ? atoi(pus + 4) : 0;
  if (n < 1)
    snprintf(text, cap, "%s", allocation);
  else if (quota && strncmp(quota, "quota=none", 10) != 0)
    snprintf(text, cap, "%d CPU%s, of which a quota allows %.4g", n, n == 1 ? "" : "s",
             strtod(quota + 6, NULL));
  else
    snprintf(text, cap, "%d CPU%s", n, n == 1 ? "" : "s");
  return text;
}

/* ---- configurations ---- */

static const char *verdict_of(const hx_report_topic *s, size_t i) {
  const hx_report_config *c = &s->configs[i];
  const hx_search_estimate *e = &c->estimate;
  if ((int)i == s->chosen)
    return "recommended";
  if (e->n_invalid > 0)
    return strcmp(c->problem, "wrong") == 0     ? "wrong outputs"
           : strcmp(c->problem, "over") == 0    ? "over a limit"
           : strcmp(c->problem, "failed") == 0  ? "failed"
           : strcmp(c->problem, "timeout") == 0 ? "ran out of time"
                                                : "did not run as asked";
  if (s->decided && s->chosen == HX_REPORT_NOWHERE && (int)i == hx_report_best(s))
    return s->answer == HX_REPORT_NOWHERE ? "not beaten" : "best";
  return isnan(e->seconds) && e->n_censored > 0 ? "stopped early"
                                                : hx_search_fate_word(e->fate, !s->objective[0]);
}

/* The objective's value with its unit; "" where it is time. */
static const char *value_text(const hx_report_topic *s, double value, char *text, size_t cap) {
  const char *unit = hx_goal_unit_named(s->objective);
  if (!s->objective[0] || isnan(value))
    *text = '\0';
  else if (strcmp(unit, "B") == 0)
    hx_goal_show_bytes(value, text, cap);
  else
    snprintf(text, cap, "%.4g%s%s", value, *unit ? " " : "", unit);
  return text;
}

/* As plots name it below themselves. */
static const char *topic_of(const hx_report_topic *s, char *text, size_t cap) {
  snprintf(text, cap, "%s%s%s", s->workload, s->objective[0] ? ", ranked by " : "", s->objective);
  return text;
}

static json_t *model_config(const hx_report_topic *s, size_t i) {
  const hx_report_config *c = &s->configs[i];
  const hx_search_estimate *e = &c->estimate;
  int workers = hx_config_workers(&c->config);
  double shared = s->objective[0] ? (double)NAN : workers; /* only time has an efficiency */
  bool serial = c->config.executor == HX_EXECUTOR_SERIAL, tied = hx_report_is_tied(s, (int)i);
  char row[HX_PIN_TEXT + 96 + HX_PARAMS_TEXT];
  snprintf(row, sizeof row, "%s%s%s", hx_executor_name(c->config.executor), serial ? "" : " ",
           serial                               ? ""
           : strcmp(c->config.pin, "none") == 0 ? "unpinned"
                                                : c->config.pin);
  if (c->config.params[0]) { /* the rows of a map differ in them; serial stands for one worker */
    bool plain = c->config.executor <= HX_EXECUTOR_THREADS && strcmp(c->config.pin, "none") == 0;
    size_t at = plain ? 0 : strlen(row);
    char params[HX_PARAMS_TEXT + 64];
    snprintf(row + at, sizeof row - at, "%s%s", plain ? "" : " ",
             hx_config_param_words(&c->config, params, sizeof params));
  }
  char value[64], topic[NAME + 64];
  json_t *config = json_pack(
      "{so so so so so so sI si sI ss ss so so so so so so so so so so sb sb}", "workload",
      T(topic_of(s, topic, sizeof topic)), "rss_bytes", hx_model_number(c->rss_bytes), "value",
      T(value_text(s, c->value, value, sizeof value)), "config", T(c->key), "label", T(c->words),
      "row", T(row), "executor", (json_int_t)c->config.executor, "workers", workers, "runs",
      (json_int_t)c->runs, "series", hx_executor_name(c->config.executor), "verdict",
      verdict_of(s, i), "seconds", hx_model_number(c->seconds), "seconds_lower",
      hx_model_number(c->lower_s), "seconds_upper", hx_model_number(c->upper_s), "speedup",
      hx_model_number(c->speedup), "speedup_lower", hx_model_number(c->speedup_lower),
      "speedup_upper", hx_model_number(c->speedup_upper), "efficiency",
      hx_model_number(c->speedup / shared), "efficiency_lower",
      hx_model_number(c->speedup_lower / shared), "efficiency_upper",
      hx_model_number(c->speedup_upper / shared), "ratio", hx_model_number(e->ratio), "tied", tied,
      "recommended", (int)i == s->chosen);
  static const char *const counts[HX_REPORT_COUNTS] = {"instructions", "cycles", "llc_misses"};
  for (int k = 0; k < HX_REPORT_COUNTS; k++)
    json_object_set_new(config, counts[k], hx_model_number(c->counts[k]));
  json_object_set_new(config, "class",
                      json_string((int)i == s->chosen ? "chosen"
                                  : tied              ? "tied"
                                                      : ""));
  return config;
}

/* ---- the answer ---- */

static const char *pin_words(const hx_config *config) {
  const hx_pin_ops *pin = hx_pin_find(config->pin);
  if (config->executor == HX_EXECUTOR_SERIAL)
    return "one worker in one process";
  return pin ? pin->words : "pinned by a strategy that this version does not know";
}

static char *command_of(const hx_report_topic *s, const hx_config *config) {
  hx_workload workload;
  char *line = NULL;
  if (hx_workload_parse(s->workload, NULL, &workload, NULL)) {
    line = hx_workload_line(&workload, config, "pvtune", NULL);
    hx_workload_deinit(&workload);
    return line;
  }
  char text[HX_CONFIG_TEXT]; /* its folder has gone */
  hx_config_format(config, text, sizeof text);
  hx_text quoted = {0};
  hx_text_put(&quoted, "pvtune run --config ");
  hx_shell_quote(&quoted, text);
  return hx_text_take(&quoted);
}

/* The recommended configuration, else the fastest; its figures as they were recommended, else those
 * of all runs. null: none ran validly. */
static json_t *model_best(const hx_report_topic *s) {
  int best = hx_report_best(s);
  if (best == HX_REPORT_NOWHERE)
    return json_null();
  const hx_report_config *c = &s->configs[best], *beaten = NULL;
  for (size_t i = 0; i < s->n_configs && !beaten; i++)
    if (s->configs[i].estimate.fate == HX_SEARCH_DROPPED && !isnan(s->configs[i].estimate.seconds))
      beaten = &s->configs[i];
  char *command = command_of(s, &c->config);
  json_t *found = model_config(s, (size_t)best);
  json_t *more = json_pack(
      "{sb ss sI so so sb ss so}", "serial", best == s->serial, "where", pin_words(&c->config),
      "runs", (json_int_t)s->n_counted, "noise", json_null(), "command", T(command ? command : ""),
      "by_itself", best == s->chosen && strncmp(s->workload, "cmd:", 4) != 0, "reason", "", "next",
      beaten ? json_pack("{so sf}", "label", T(beaten->words), "factor",
                         beaten->estimate.seconds / c->estimate.seconds)
             : json_null());
  free(command);
  if (best == s->chosen && s->recommendation && strcmp(s->recommendation->sweep, s->sweep) == 0) {
    json_t *as_recommended = hx_model_row(&hx_recommendations_schema, s->recommendation);
    json_object_del(as_recommended, "ties");
    json_object_del(as_recommended, "value"); /* has its unit already */
    json_object_update(more, as_recommended);
    json_decref(as_recommended);
  }
  json_object_update(found, more);
  json_decref(more);
  return found;
}

/* ---- trust ---- */

static bool is_problem(const hx_run_row *run) {
  return run->reason[0] && strcmp(run->outcome, "censored") != 0;
}

static json_t *model_trust(const hx_report_topic *s) {
  static const char *const outcomes[] = {"valid",   "censored", "wrong",
                                         "invalid", "failed",   "timeout"};
  enum { N_OUTCOMES = sizeof outcomes / sizeof *outcomes };
  int n[N_OUTCOMES] = {0}, runs = 0, digests = 0, checked = 0, pinned = 0, held = 0, disturbed = 0,
      told = 0, few = 0, n_problems = 0;
  const char *digest = "", *expected = "";
  json_t *problems = json_array();
  for (size_t i = 0; i < s->n_runs; i++) {
    const hx_run_row *run = s->runs[i];
    if (is_problem(run) && n_problems++ < PROBLEMS_MAX)
      json_array_append_new(problems, hx_model_row(&hx_runs_schema, run));
    expected = run->expected[0] ? run->expected : expected;
    if (run->block < 1 && !s->finding[0]) /* not one of the search's own */
      continue;
    runs++;
    for (size_t k = 0; k < N_OUTCOMES; k++)
      n[k] += strcmp(run->outcome, outcomes[k]) == 0;
    disturbed += run->disturbed == 1;
    if (run->block < 1) /* what the others are compared with */
      continue;
    digest = run->digest[0] ? run->digest : digest;
    digests += run->digest[0] != '\0';
    checked += run->digest[0] && strcmp(run->digest, run->reference_digest) == 0;
    /* A run that was stopped or failed could not tell. */
    pinned += strcmp(run->pin, "none") != 0 &&
              (run->binding[0] ? strcmp(run->binding, "unknown") != 0 : run->counted == 1);
    held += strcmp(run->binding, "held") == 0;
    told += run->workers_seen > 0;
    few += run->workers_seen > 0 && run->workers_seen < run->workers &&
           (run->units < 1 || run->units >= run->workers);
  }
  json_t *trust =
      json_pack("{si si si sb so so si si sb si sb si so si}", "runs", runs, "with_outputs",
                digests, "with_equal_outputs", checked, "all_equal",
                checked == digests && n[2] == 0, "digest", T(digest), "expected", T(expected),
                "pinned", pinned, "held", held, "all_held", held == pinned, "disturbed", disturbed,
                "told_workers", told > 0, "few_workers", few, "problems", problems,
                "problems_left_out", n_problems > PROBLEMS_MAX ? n_problems - PROBLEMS_MAX : 0);
  for (size_t k = 0; k < N_OUTCOMES; k++)
    json_object_set_new(trust, outcomes[k], json_integer(n[k]));
  return trust;
}

/* ---- the workload ---- */

json_t *hx_model_topic(const hx_report_data *data, const hx_report_topic *s) {
  char name[HX_REPORT_FINDING], allowed[NAME], interference[NAME];
  json_t *configs = json_array(), *ties = json_array();
  for (size_t i = 0; i < s->n_configs; i++) {
    json_t *config = model_config(s, i);
    if (hx_report_is_tied(s, (int)i))
      json_array_append(ties, config);
    json_array_append_new(configs, config);
  }
  bool counted = false;
  for (size_t i = 0; i < s->n_configs; i++)
    for (int k = 0; k < HX_REPORT_COUNTS; k++)
      counted = counted || !isnan(s->configs[i].counts[k]);
  bool lonely = json_array_size(ties) < 2;
  bool unknown = !s->decided && s->chosen == HX_REPORT_NOWHERE;
  hx_interference_sentence(&s->interference, interference, sizeof interference);
  json_t *model = json_pack(
      "{sI so so so so sb sI so sb sb sI so so so so sb sb so}", "index",
      (json_int_t)(s - data->topics), "name", T(hx_model_workload_name(s->workload, name, NAME)),
      "workload", T(s->workload), "allocation", T(s->allocation), "allowed",
      T(hx_model_allocation_name(s->allocation, allowed, NAME)), "allocations_differ",
      data->n_allocations > 1, "units", (json_int_t)s->units, "measured_utc",
      T(s->runs[0]->start_utc), "tuned", s->recommendation != NULL, "chosen",
      s->chosen != HX_REPORT_NOWHERE, "n_configs", (json_int_t)s->n_configs, "interference",
      T(interference), "best", model_best(s), "configs", configs, "ties", ties, "ties_unknown",
      unknown, "no_ties", !unknown && lonely, "trust", model_trust(s));
  const hx_config *series;
  hx_usl fit = hx_report_limits(s, &series);
  char limits[NAME] = "";
  if (series)
    hx_usl_sentence(&fit, limits, sizeof limits);
  json_object_set_new(model, "limits", json_string(limits));
  json_object_set_new(model, "finding", T(hx_report_finding(s, name, sizeof name)));
  json_object_set_new(model, "decided", json_boolean(s->decided));
  json_object_set_new(model, "found", json_boolean(s->answer != HX_REPORT_NOWHERE));
  json_object_set_new(model, "objective", T(s->objective));
  json_object_set_new(model, "has_counts", json_boolean(counted));
  json_object_set_new(model, "maximize", json_boolean(s->maximize));
  return model;
}
