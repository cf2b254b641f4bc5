#include "report/data.h"

#include "base/fail.h"
#include "base/grow.h"
#include "compare/series.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool same(const char *a, const char *b) {
  return strcmp(a, b) == 0;
}

/* ---- topics ---- */

/* Runs of `tune` and `sweep`; comparisons and checks hold two configurations only. */
static bool belongs_to_a_sweep(const hx_run_row *run) {
  return same(run->command, "tune") || same(run->command, "sweep");
}

static bool is_about(const hx_report_topic *topic, const char *workload, const char *allocation) {
  return same(topic->workload, workload) && same(topic->allocation, allocation);
}

/* NULL: out of memory. */
static hx_report_topic *find_or_add(hx_report_data *data, const hx_run_row *run) {
  for (size_t i = 0; i < data->n_topics; i++)
    if (is_about(&data->topics[i], run->workload, run->allocation))
      return &data->topics[i];
  if (!hx_grow(&data->topics, data->n_topics, sizeof *data->topics))
    return NULL;
  hx_report_topic *topic = &data->topics[data->n_topics++];
  *topic = (hx_report_topic){.workload = run->workload,
                             .allocation = run->allocation,
                             .serial = HX_REPORT_NOWHERE,
                             .chosen = HX_REPORT_NOWHERE,
                             .answer = HX_REPORT_NOWHERE};
  const hx_recommendation_row *row = data->recommendations.rows;
  for (size_t i = 0; i < data->recommendations.n; i++)
    if (same(row[i].scope, "single") && is_about(topic, row[i].workload, row[i].allocation))
      topic->recommendation = &row[i];
  return topic;
}

/* The sweep that explains the recommendation when its runs are still stored, else the last. */
static bool find_topics(hx_report_data *data) {
  const hx_run_row *run = data->runs.rows;
  for (size_t i = 0; i < data->runs.n; i++) {
    hx_report_topic *s = belongs_to_a_sweep(&run[i]) ? find_or_add(data, &run[i]) : NULL;
    if (belongs_to_a_sweep(&run[i]) && !s)
      return false;
    if (s && !(s->sweep && s->recommendation && same(s->recommendation->sweep, s->sweep)))
      s->sweep = run[i].sweep;
  }
  return true;
}

static bool collect_runs(const hx_report_data *data, hx_report_topic *topic) {
  const hx_run_row *run = data->runs.rows;
  topic->runs = calloc(data->runs.n + 1, sizeof *topic->runs);
  for (size_t i = 0; topic->runs && i < data->runs.n; i++)
    if (belongs_to_a_sweep(&run[i]) && same(run[i].sweep, topic->sweep) &&
        is_about(topic, run[i].workload, run[i].allocation)) {
      topic->runs[topic->n_runs++] = &run[i];
      if (run[i].units > topic->units)
        topic->units = run[i].units;
    }
  return topic->runs != NULL;
}

/* What was tuned before what was only swept; newest first. */
static int most_wanted_first(const void *a, const void *b) {
  const hx_report_topic *left = a, *right = b;
  if (!left->recommendation != !right->recommendation)
    return left->recommendation ? -1 : 1;
  return strcmp(right->runs[0]->start_utc, left->runs[0]->start_utc);
}

static bool arrange(hx_report_data *data) {
  if (!find_topics(data))
    return false;
  for (size_t i = 0; i < data->n_topics; i++)
    if (!collect_runs(data, &data->topics[i]) ||
        !hx_report_judge(&data->topics[i], &data->standings))
      return false;
  if (data->n_topics > 1)
    qsort(data->topics, data->n_topics, sizeof *data->topics, most_wanted_first);
  for (size_t i = 0; i < data->n_topics; i++) {
    size_t k = 0;
    while (k < i && !same(data->topics[k].allocation, data->topics[i].allocation))
      k++;
    data->n_allocations += k == i;
  }
  const hx_recommendation_row *row = data->recommendations.rows;
  for (size_t i = 0; i < data->recommendations.n; i++)
    if (same(row[i].scope, "joint"))
      data->joint = &row[i];
  return true;
}

/* ---- opening ---- */

/* They give the records their order. Without them that of recording has to do, so nothing here is an
 * error. */
static void read_commits(hx_report_data *data) {
  const hx_verdict_row *row = data->verdicts.rows;
  hx_repository repository;
  char head[HX_COMMIT_TEXT];
  size_t i = 0;
  while (i < data->verdicts.n && !same(row[i].command, "record"))
    i++;
  if (i < data->verdicts.n && hx_repository_open(NULL, &repository, NULL) &&
      hx_repository_resolve(&repository, "HEAD", head, NULL))
    hx_repository_list(&repository, NULL, head, HX_REPORT_COMMITS, &data->commits, NULL);
}

bool hx_report_open(const char *results, const char *machine, hx_report_data *out,
                    pvs_error *error) {
  *out = (hx_report_data){.runs.schema = &hx_runs_schema};
  const struct {
    const hx_store_schema *schema;
    hx_store_rows *rows;
  } tables[] = {{&hx_runs_schema, &out->runs},
                {&hx_sweeps_schema, &out->sweeps},
                {&hx_standings_schema, &out->standings},
                {&hx_recommendations_schema, &out->recommendations},
                {&hx_verdicts_schema, &out->verdicts},
                {&hx_accepted_schema, &out->accepted},
                {&hx_environments_schema, &out->environments}};
  if (snprintf(out->machine, sizeof out->machine, "%s", machine) >= (int)sizeof out->machine)
    return hx_fail(error, PVS_IO, "machine id \"%.40s...\": too long", machine);
  if (!hx_store_folder(results, machine, false, out->folder, sizeof out->folder, error))
    return false;
  bool ok = true;
  for (size_t i = 0; ok && i < sizeof tables / sizeof *tables; i++)
    ok = hx_store_rows_read(out->folder, tables[i].schema, tables[i].rows, error);
  if (ok && !arrange(out)) {
    hx_fail_memory(error);
    ok = false;
  }
  if (ok)
    read_commits(out);
  else
    hx_report_close(out);
  return ok;
}

void hx_report_close(hx_report_data *data) {
  for (size_t i = 0; i < data->n_topics; i++) {
    free(data->topics[i].runs);
    free(data->topics[i].configs);
  }
  free(data->topics);
  hx_commits_deinit(&data->commits);
  data->topics = NULL;
  data->n_topics = 0;
  data->joint = NULL;
  hx_store_rows *const rows[] = {&data->runs,        &data->sweeps,          &data->standings,
                                 &data->verdicts,    &data->recommendations, &data->accepted,
                                 &data->environments};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    if (rows[i]->schema)
      hx_store_rows_deinit(rows[i]);
}

bool hx_report_is_empty(const hx_report_data *data) {
  return data->n_topics == 0 && data->verdicts.n == 0;
}

const char *hx_report_warning(const hx_report_data *d) {
  const hx_store_rows *const tables[] = {
      &d->runs,     &d->sweeps,   &d->standings,   &d->recommendations,
      &d->verdicts, &d->accepted, &d->environments};
  size_t i = 0;
  while (i + 1 < sizeof tables / sizeof *tables && !tables[i]->warning[0])
    i++;
  return tables[i]->warning;
}

/* ---- finding ---- */

const hx_report_topic *hx_report_find(const hx_report_data *data, const char *workload) {
  for (size_t i = 0; i < data->n_topics; i++)
    if (same(data->topics[i].workload, workload))
      return &data->topics[i];
  return NULL;
}

int hx_report_config_index(const hx_report_topic *topic, const char *key) {
  for (size_t i = 0; i < topic->n_configs; i++)
    if (hx_config_same(topic->configs[i].key, key))
      return (int)i;
  return HX_REPORT_NOWHERE;
}

int hx_report_best(const hx_report_topic *topic) {
  if (topic->chosen != HX_REPORT_NOWHERE)
    return topic->chosen;
  if (topic->answer != HX_REPORT_NOWHERE)
    return topic->answer;
  if (topic->decided) /* nothing is shown to be better than serial */
    return topic->serial;
  return topic->n_configs > 0 && !isnan(topic->configs[0].estimate.seconds) ? 0 : HX_REPORT_NOWHERE;
}

bool hx_report_is_choice(const hx_report_topic *topic) {
  return topic->recommendation || topic->n_configs > 1;
}

bool hx_report_is_tied(const hx_report_topic *topic, int config) {
  return config == topic->chosen || topic->configs[config].estimate.fate == HX_SEARCH_TIED;
}

bool hx_report_is_command(const hx_report_topic *topic) {
  return strncmp(topic->workload, "cmd:", 4) == 0;
}

/* An older pvtune stored the recommendation alone. */
static void say_recommendation(const hx_report_topic *s, char *text, size_t cap) {
  const hx_recommendation_row *r = s->recommendation;
  hx_search_verdict v = {.state = HX_VERDICT_TIE,
                         .speedup = {r->speedup, r->speedup_lower, r->speedup_upper, 1},
                         .n_tied = -1};
  for (size_t i = 0; i < s->n_configs; i++)
    v.n_tied += hx_report_is_tied(s, (int)i);
  if (v.n_tied < 1)
    v.state = HX_VERDICT_FOUND;
  hx_search_verdict_sentence(&v,
                             &(hx_search_words){s->configs[s->chosen].words, "serial",
                                                s->objective[0] ? s->objective : NULL,
                                                hx_config_is_plural(&s->configs[s->chosen].config)},
                             text, cap);
}

const char *hx_report_finding(const hx_report_topic *s, char *text, size_t cap) {
  bool recommends = s->chosen != HX_REPORT_NOWHERE;
  const char *words = recommends ? s->configs[s->chosen].words : "";
  if (recommends && s->answer != HX_REPORT_NOWHERE && s->chosen != s->answer)
    snprintf(text, cap, "%s %s recommended before, and %s not shown to be %s", words,
             hx_config_is_plural(&s->configs[s->chosen].config) ? "were" : "was",
             hx_config_is_plural(&s->configs[s->chosen].config) ? "are" : "is",
             s->objective[0] ? "worse" : "slower");
  else if (s->finding[0] || !recommends || isnan(s->recommendation->speedup))
    snprintf(text, cap, "%s", s->finding);
  else
    say_recommendation(s, text, cap);
  text[0] = (char)toupper((unsigned char)text[0]);
  return text;
}
