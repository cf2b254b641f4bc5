#include "tune/recommend.h"

#include "base/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* ---- choosing ---- */

/* An incumbent stays while its estimate is within twice the tie width of the best and it is not
 * shown to be slower: noise alone then never changes a recommendation. */
static const double kept_within = 0.04;

static size_t find_config(const hx_sweep_report *report, const hx_config *config) {
  size_t i = 0;
  while (config && i < report->n_configs && !hx_config_equal(&report->configs[i], config))
    i++;
  return config ? i : report->n_configs;
}

/* A configuration that was measured, not one that stands in for another. */
static bool is_run(const hx_sweep_result *result, size_t i) {
  return result->lines[i].same_as == i && !result->lines[i].over &&
         !isnan(result->lines[i].estimate.seconds);
}

static size_t find_runner_up(const hx_sweep_report *report, const hx_sweep_result *result,
                             size_t chosen) {
  size_t best = chosen;
  bool best_ties = true;
  for (size_t i = 0; i < report->n_configs; i++) {
    const hx_search_estimate *e = &result->lines[i].estimate;
    if (i == chosen || !is_run(result, i) || e->fate == HX_SEARCH_BROKEN)
      continue;
    bool ties = e->fate == HX_SEARCH_TIED;
    if (best == chosen || (best_ties && !ties) ||
        (best_ties == ties && e->seconds < result->lines[best].estimate.seconds)) {
      best = i;
      best_ties = ties;
    }
  }
  return best;
}

hx_choice hx_recommend_choose(const hx_sweep_report *report, size_t workload,
                              const hx_config *incumbent) {
  const hx_sweep_result *result = &report->results[workload];
  hx_choice choice = {0};
  if (result->failed || !result->lines || !result->found)
    return choice;
  choice.found = true;
  choice.config = result->winner;
  size_t old = find_config(report, incumbent);
  if (old < report->n_configs && is_run(result, old) &&
      result->lines[old].estimate.fate == HX_SEARCH_TIED &&
      result->lines[old].estimate.ratio <= 1 + kept_within) {
    choice.kept = true;
    choice.config = old;
  }
  choice.runner_up = find_runner_up(report, result, choice.config);
  return choice;
}

hx_choice hx_recommend_choose_jointly(const hx_sweep_report *report, const hx_config *incumbent) {
  hx_choice choice = {.found = report->has_joint, .config = report->joint.winner};
  if (!choice.found)
    return choice;
  size_t old = find_config(report, incumbent);
  if (old < report->n_configs && report->tied[old]) {
    choice.kept = true;
    choice.config = old;
  }
  choice.runner_up = choice.config;
  for (size_t i = 0; i < report->n_configs; i++)
    if (i != choice.config && !isnan(report->worst[i]) &&
        (choice.runner_up == choice.config || report->worst[i] < report->worst[choice.runner_up]))
      choice.runner_up = i;
  return choice;
}

const char *hx_recommend_reason(const hx_sweep_report *report, size_t workload,
                                const hx_choice *choice, char *text, size_t cap) {
  const hx_sweep_result *result = &report->results[workload];
  if (choice->kept && choice->config != result->winner) {
    snprintf(text, cap, "recommended before, and not shown to be slower");
    return text;
  }
  if (result->verdict.state == HX_VERDICT_NO_EFFECT)
    snprintf(text, cap, "nothing is faster or slower than serial");
  else if (result->verdict.alone)
    snprintf(text, cap, "nothing else that was tried is within the limits");
  else if (result->verdict.n_tied > 0)
    snprintf(text, cap, "simplest of the %d that tie", result->verdict.n_tied + 1);
  else
    snprintf(text, cap, "nothing else that was measured to the end is as good");
  return text;
}

/* ---- storing ---- */

typedef struct row_texts {
  char key[HX_UUID_TEXT], made_utc[HX_UTC_TEXT];
  char config[HX_CONFIG_TEXT], runner_up[HX_CONFIG_TEXT];
  char reason[128], interference[512];
  char *ties, *workloads;
} row_texts;

/* malloc'd; NULL when out of memory. */
static char *join_ties(const hx_sweep_report *report, const hx_sweep_result *result) {
  hx_text text = {0};
  for (size_t i = 0; i < report->n_configs; i++) {
    bool tied = result ? is_run(result, i) && result->lines[i].estimate.fate == HX_SEARCH_TIED
                       : report->tied[i];
    char config[HX_CONFIG_TEXT];
    if (!tied)
      continue;
    hx_config_format(&report->configs[i], config, sizeof config);
    hx_text_printf(&text, "%s%s", text.length ? " " : "", config);
  }
  return hx_text_take(&text);
}

static void start_row(const hx_measure_context *context, const hx_sweep_options *options,
                      const hx_sweep_report *report, const hx_choice *choice, row_texts *texts,
                      hx_recommendation_row *row) {
  const hx_config *config = &report->configs[choice->config];
  hx_store_row_clear(&hx_recommendations_schema, row);
  hx_uuid(texts->key);
  hx_utc_now(texts->made_utc);
  hx_config_format(config, texts->config, sizeof texts->config);
  hx_config_format(&report->configs[choice->runner_up], texts->runner_up, sizeof texts->runner_up);
  row->recommendation = texts->key;
  row->sweep = report->sweep;
  row->made_utc = texts->made_utc;
  row->machine = context->machine;
  row->allocation = context->allocation;
  row->kernel = context->kernel;
  row->binary = context->binary;
  row->revision = context->revision;
  row->config = texts->config;
  HX_STORE_PUT_CONFIG(row, config);
  row->runner_up = texts->runner_up;
  row->note = options->note;
}

static void fill_single(const hx_sweep_report *report, size_t w, const hx_choice *choice,
                        row_texts *texts, hx_recommendation_row *row) {
  const hx_sweep_result *result = &report->results[w];
  const hx_sweep_line *line = &result->lines[choice->config];
  row->scope = "single";
  row->workload = result->workload->key;
  row->workload_class = result->workload_class;
  row->units = result->units ? result->units : HX_STORE_NONE;
  const hx_sweep_line *serial = &result->lines[result->serial];
  row->serial_s = serial->estimate.seconds;
  row->log2_serial_s = log2(row->serial_s);
  row->ties = texts->ties = join_ties(report, result);
  row->reason = hx_recommend_reason(report, w, choice, texts->reason, sizeof texts->reason);
  row->seconds = line->estimate.seconds;
  row->seconds_lower = line->estimate.lower_s;
  row->seconds_upper = line->estimate.upper_s;
  if (!hx_goal_is_time(report->goal)) {
    row->objective = hx_goal_name(report->goal, report->goal->what);
    row->value = hx_goal_value(report->goal, line->estimate.seconds);
    row->serial_value = hx_goal_value(report->goal, serial->estimate.seconds);
    row->seconds = line->typical.of[HX_MEASURE_TIME];
    row->serial_s = serial->typical.of[HX_MEASURE_TIME];
    row->seconds_lower = row->seconds_upper = (double)NAN;
    row->log2_serial_s = log2(row->serial_s);
  }
  row->max_rss_bytes = line->typical.of[HX_MEASURE_RSS];
  row->speedup = line->speedup;
  row->speedup_lower = line->speedup_lower;
  row->speedup_upper = line->speedup_upper;
  row->runs = (long long)result->runs;
  row->noise = result->verdict.noise;
  row->interference = hx_interference_sentence(&result->interference, texts->interference,
                                               sizeof texts->interference);
}

static void fill_joint(const hx_sweep_options *options, const hx_sweep_report *report,
                       const hx_choice *choice, row_texts *texts, hx_recommendation_row *row) {
  texts->workloads = hx_workload_join(options->workloads, options->n_workloads);
  row->scope = "joint";
  row->workload = texts->workloads;
  row->workload_class = "several";
  row->ties = texts->ties = join_ties(report, NULL);
  row->reason = "least loss on the workload it suits least";
  row->worst_regret = report->worst[choice->config];
  row->interference = hx_interference_sentence(&report->interference, texts->interference,
                                               sizeof texts->interference);
}

bool hx_recommend_store(const hx_measure_context *context, const hx_sweep_options *options,
                        const hx_sweep_report *report, const hx_choice *choices,
                        const hx_choice *joint, pvs_error *error) {
  hx_store_file *file = hx_store_file_open(context->folder, &hx_recommendations_schema, error);
  bool ok = file != NULL, any_wrong = false;
  for (size_t w = 0; ok && w <= report->n_results; w++) {
    const hx_choice *choice = w < report->n_results ? &choices[w] : joint;
    row_texts texts = {0};
    hx_recommendation_row row;
    bool wrong = w < report->n_results ? report->results[w].wrong > 0 : any_wrong;
    any_wrong |= wrong;
    if (!choice->found || wrong)
      continue;
    start_row(context, options, report, choice, &texts, &row);
    if (w < report->n_results)
      fill_single(report, w, choice, &texts, &row);
    else
      fill_joint(options, report, choice, &texts, &row);
    ok = hx_store_file_append(file, &row, 1, error);
    free(texts.ties);
    free(texts.workloads);
  }
  ok = ok && hx_store_file_sync(file, error);
  hx_store_file_close(file);
  return ok;
}
