#include "cli/measure_print.h"
#include "cli/text.h"

#include "base/phrase.h"
#include "base/text.h"
#include "machine/pin.h"
#include "tune/limits.h"
#include "tune/standings.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CAPTURE_WORTH_SAYING = 100000 }; /* bytes */
enum { ROWS_UNASKED_MAX = 24, WORDS = 320, TIME_TEXT = 64, KEY = 40 };

/* ---- words ---- */

char *hx_measure_line(const hx_topo *topo, const hx_workload *workload, const hx_config *config) {
  char text[HX_CPUSET_TEXT];
  hx_cpuset cpus;
  if (workload->kind != HX_WORKLOAD_COMMAND || strcmp(config->pin, "none") == 0)
    return hx_workload_line(workload, config, "pvtune", NULL);
  if (!hx_pin_union(topo, config, &cpus, NULL))
    return NULL;
  hx_cpuset_format(&cpus, text, sizeof text);
  return hx_workload_pinned_line(workload, config, text);
}

const char *hx_measure_time(double seconds, char *text, size_t cap) {
  if (isnan(seconds))
    snprintf(text, cap, "?");
  else if (seconds < 1e-3)
    snprintf(text, cap, "%.3g us", seconds * 1e6);
  else if (seconds < 1)
    snprintf(text, cap, "%.3g ms", seconds * 1e3);
  else if (seconds < 120)
    snprintf(text, cap, "%.3g s", seconds);
  else
    snprintf(text, cap, "%.0f min %02.0f s", floor(seconds / 60), fmod(seconds, 60));
  return text;
}

/* ---- the table of a workload ---- */

typedef struct view {
  const hx_sweep_report *report;
  const hx_sweep_result *result;
  const hx_choice *choice;
  bool explain;
  const hx_topo *recommends_on;
} view;

static bool is_command(const view *v) {
  return v->result->workload->kind == HX_WORKLOAD_COMMAND;
}

/* As the column `fate` has them. */
static const char *const fates[] = {
    [HX_SEARCH_TIED] = "tied",       [HX_SEARCH_SURVIVED] = "survived",
    [HX_SEARCH_DROPPED] = "dropped", [HX_SEARCH_HOPELESS] = "hopeless",
    [HX_SEARCH_BROKEN] = "broken",   [HX_SEARCH_UNKNOWN] = "not run"};

static void add_note_cell(hx_table *t, const view *v, size_t i) {
  const hx_sweep_line *line = &v->result->lines[i];
  const hx_search_estimate *e = &line->estimate;
  int workers = hx_config_workers(&v->report->configs[i]);
  char few[64] = "";
  if (line->same_as != i) {
    char config[HX_CONFIG_TEXT];
    hx_config_format(&v->report->configs[line->same_as], config, sizeof config);
    if (strcmp(v->report->configs[i].pin, v->report->configs[line->same_as].pin) != 0)
      hx_table_text(t, "as %s: the same CPUs", config);
    else
      hx_table_text(t, "as %s: %d units of work", config, v->result->units);
    return;
  }
  if (line->seen && line->seen < workers)
    snprintf(few, sizeof few, ", %d of %d worked", line->seen, workers);
  bool best = v->choice->found && i == v->choice->config;
  bool ran = e->fate != HX_SEARCH_BROKEN && e->fate != HX_SEARCH_UNKNOWN;
  hx_table_text(t, "%s%s",
                line->over ? "over a limit"
                : best     ? "best"
                           : hx_search_fate_word(e->fate, hx_goal_is_time(v->report->goal)),
                best || ran ? few : "");
}

static void add_config_row(hx_table *t, const view *v, size_t i) {
  const hx_config *config = &v->report->configs[i];
  const hx_sweep_line *line = &v->result->lines[i];
  const hx_search_estimate *e = &line->estimate;
  char text[HX_CONFIG_TEXT], words[WORDS];
  hx_config plain = *config;
  strcpy(plain.pin, "none");
  plain.params[0] = '\0';
  plain.schedule = HX_SCHEDULE_DYNAMIC;
  plain.chunk = 0;
  hx_config_format(config, text, sizeof text);
  hx_config_words(&plain, is_command(v), words, sizeof words);
  hx_phrase out = {words, sizeof words, strlen(words)};
  if (config->executor != HX_EXECUTOR_SERIAL && config->schedule == HX_SCHEDULE_STATIC)
    hx_phrase_add(&out, ", static");
  if (config->executor != HX_EXECUTOR_SERIAL && config->chunk > 0)
    hx_phrase_add(&out, ", chunk %d", config->chunk);
  hx_table_line(
      t, HX_T(v->result->workload->key), HX_T(text), HX_T(words),
      HX_T(hx_executor_name(config->executor)), HX_N(hx_config_workers(config), 0),
      HX_T(config->pin),
      HX_T(config->executor == HX_EXECUTOR_SERIAL ? "" : hx_schedule_name(config->schedule)),
      HX_N(config->executor == HX_EXECUTOR_SERIAL ? (double)NAN : config->chunk, 0));
  hx_measure_param_cells(t, v->report->params, config);
  hx_table_cells(t, HX_N(e->n_valid + e->n_censored + e->n_invalid, 0));
  hx_goal_cells(t, v->report->goal, config, line);
  hx_table_cells(t, HX_N(line->seen ? (double)line->seen : NAN, 0),
                 HX_T(line->over ? "over" : fates[e->fate]));
  add_note_cell(t, v, i);
}

static void add_columns(hx_table *t, const view *v) {
  hx_table_columns(t, "workload|config|words=workers|executor|#workers|pin=pin|schedule|#chunk");
  hx_measure_param_columns(t, v->report->params);
  hx_table_columns(t, "#runs=runs");
  hx_goal_columns(t, v->report->goal, v->result->lines, v->report->n_configs);
  hx_table_columns(t, "#workers_seen|fate|!note=");
}

/* The best, what ties with it, and the rest, fastest first. */
static int by_standing(const void *a, const void *b, void *ctx) {
  const view *v = ctx;
  const hx_sweep_line *lines = v->result->lines;
  size_t i = *(const size_t *)a, k = *(const size_t *)b;
  size_t best = v->choice->found ? v->choice->config : SIZE_MAX;
  bool aliased_i = lines[i].same_as != i, aliased_k = lines[k].same_as != k;
  int order = hx_search_estimate_order(&lines[i].estimate, &lines[k].estimate);
  if ((i == best) != (k == best))
    return i == best ? -1 : 1;
  if (order != 0)
    return order;
  if (aliased_i != aliased_k)
    return aliased_i ? 1 : -1;
  return i < k ? -1 : 1;
}

static void add_rows(hx_table *t, const hx_context *cx, const view *v) {
  size_t n = v->report->n_configs;
  size_t *order = calloc(n, sizeof *order);
  bool all = cx->json || cx->csv || cx->verbose || n <= ROWS_UNASKED_MAX;
  for (size_t i = 0; order && i < n; i++)
    order[i] = i;
  if (order)
    qsort_r(order, n, sizeof *order, by_standing, (void *)v);
  size_t left_out = 0;
  for (size_t i = 0; order && i < n; i++) {
    if (v->result->lines[order[i]].estimate.fate == HX_SEARCH_UNKNOWN &&
        !v->result->lines[order[i]].listed)
      continue; /* another workload's */
    if (all || i < ROWS_UNASKED_MAX || order[i] == v->result->serial ||
        v->result->lines[order[i]].estimate.fate == HX_SEARCH_BROKEN)
      add_config_row(t, v, order[i]);
    else
      left_out++;
  }
  if (left_out)
    hx_table_note(t, "%zu more configuration%s left out; -v shows all", left_out,
                  left_out == 1 ? " is" : "s are");
  free(order);
}

/* ---- sentences ---- */

/* The verdict of a whole search: its sentence, and how to go on. */
static void add_verdict(hx_table *t, const view *v) {
  const hx_search_verdict *verdict = &v->result->verdict;
  char time[TIME_TEXT] = "", sentence[1024], advice[256];
  const hx_goal *goal = v->report->goal;
  hx_standings_sentence(v->report, (size_t)(v->result - v->report->results), sentence,
                        sizeof sentence);
  hx_search_verdict_advice(verdict, advice, sizeof advice);
  if (verdict->state == HX_VERDICT_FAILED && !v->result->failed && v->result->wrong > 0 &&
      v->result->failures + v->result->invalid == 0)
    snprintf(advice, sizeof advice,
             "All other runs had other outputs than the serial run: use --outputs ignore if they "
             "may, or --output-filter "
             "to drop what may differ.");
  if (verdict->recommends)
    hx_goal_show(goal, v->result->lines[v->result->winner].estimate.seconds, time, sizeof time);
  if (verdict->recommends)
    hx_table_note(t, "Best: %s (%s).", sentence, time);
  else
    hx_table_note(t, "%c%s.%s%s", toupper((unsigned char)sentence[0]), sentence + 1,
                  *advice ? " " : "", advice);
}

/* Only where there are counts enough to tell. */
static void add_limits(hx_table *t, const view *v) {
  size_t n = v->report->n_configs;
  hx_limits_run *runs = calloc(n, sizeof *runs);
  if (!runs)
    return;
  for (size_t i = 0; i < n; i++)
    runs[i] = (hx_limits_run){&v->report->configs[i], &v->result->lines[i].estimate};
  hx_usl fit = hx_limits_fit(runs, n, NULL);
  free(runs);
  char sentence[256];
  if (!fit.fitted || isnan(fit.contention_lower) || !hx_goal_is_time(v->report->goal))
    return;
  hx_usl_sentence(&fit, sentence, sizeof sentence);
  hx_table_note(t, "By the scaling law: %s.", sentence);
}

static void add_finding(hx_table *t, const view *v) {
  const hx_sweep_result *result = v->result;
  if (v->report->interrupted) {
    hx_table_note(t, "Interrupted: nothing is decided yet.");
    return;
  }
  if (!v->choice->kept || v->choice->config == result->winner) {
    add_verdict(t, v);
    add_limits(t, v);
    return;
  }
  char words[WORDS], time[TIME_TEXT], reason[128];
  hx_config_words(&v->report->configs[v->choice->config], is_command(v), words, sizeof words);
  hx_goal_show(v->report->goal, result->lines[v->choice->config].estimate.seconds, time,
               sizeof time);
  hx_recommend_reason(v->report, (size_t)(result - v->report->results), v->choice, reason,
                      sizeof reason);
  hx_table_note(t, "Best: %s (%s), %s.", words, time, reason);
}

static void add_effect(hx_table *t, const view *v) {
  if (v->result->same_workers)
    hx_table_note(t, "The worker count had no effect: whatever was asked for, the same number of "
                     "workers was at work.");
}

/* Why the winner won: against each other configuration, with the interval of the difference. */
static void add_explanation(hx_table *t, const view *v) {
  const hx_sweep_result *result = v->result;
  if (!isnan(result->verdict.noise))
    hx_table_note(t, "One run varies by %.1f %% (standard deviation).",
                  100 * result->verdict.noise);
  for (size_t i = 0; v->choice->found && i < v->report->n_configs; i++) {
    const hx_search_estimate *e = &result->lines[i].estimate;
    char words[WORDS];
    bool compared = e->fate == HX_SEARCH_TIED || e->fate == HX_SEARCH_DROPPED;
    if (i == result->winner || result->lines[i].same_as != i || !compared || isnan(e->ratio))
      continue;
    hx_config_words(&v->report->configs[i], is_command(v), words, sizeof words);
    hx_table_note(t, "  %s: %+.1f %% against the best in the final's runs%s", words,
                  hx_text_percent(e->ratio - 1),
                  i == v->choice->config ? ", recommended before" : "");
  }
}

static void add_not_run(hx_table *t, const view *v) {
  size_t n = 0;
  for (size_t i = 0; i < v->report->n_configs; i++)
    n += v->result->lines[i].listed && v->result->lines[i].same_as == i &&
         v->result->lines[i].estimate.fate == HX_SEARCH_UNKNOWN;
  hx_search_verdict_state state = v->result->verdict.state;
  bool ended = state == HX_VERDICT_UNSTEADY || state == HX_VERDICT_FAILED;
  if (n && !v->report->interrupted)
    hx_table_note(t, "%zu configuration%s not run%s.", n, n == 1 ? " was" : "s were",
                  ended ? "" : ": --budget is too short for all");
}

static void add_reasons(hx_table *t, const view *v) {
  if (v->result->verdict.state == HX_VERDICT_UNSTEADY)
    return; /* the verdict has said what is wrong: with the program, not with a configuration */
  size_t over = 0;
  for (size_t i = 0; i < v->report->n_configs; i++) {
    const hx_sweep_line *line = &v->result->lines[i];
    char words[WORDS];
    if (line->reason[0] && (!line->over || over++ == 0))
      hx_table_note(t, "%s: %s.",
                    hx_config_words(&v->report->configs[i], is_command(v), words, sizeof words),
                    line->reason);
  }
  if (over > 1)
    hx_table_note(t, "%zu more configuration%s over a limit.", over - 1,
                  over == 2 ? " is" : "s are");
}

static void add_interference(hx_table *t, const hx_interference *found) {
  char sentence[512];
  bool mostly = 2 * (found->other_rounds + found->steal_rounds) >= found->rounds;
  hx_interference_sentence(found, sentence, sizeof sentence);
  if (*sentence)
    hx_table_note(t, "Disturbed: %s.%s", sentence,
                  mostly ? " Measure again when the machine is quieter." : "");
}

/* Tables of several workloads share one JSON object: their names are then numbered. */
static const char *numbered(const view *v, const char *key, char *text, size_t cap) {
  size_t w = (size_t)(v->result - v->report->results);
  if (v->report->n_results > 1)
    snprintf(text, cap, "%s_%zu", key, w + 1);
  else
    snprintf(text, cap, "%s", key);
  return text;
}

static void add_facts(hx_table *t, const view *v) {
  const hx_sweep_result *result = v->result;
  char key[KEY], time[TIME_TEXT];
  hx_table_fact(t, numbered(v, "workload", key, sizeof key), "%s", result->workload->key);
  if (result->units)
    hx_table_remark(t, numbered(v, "work", key, sizeof key), "%d units, %s", result->units,
                    result->workload_class);
  hx_table_fact(t, numbered(v, "ranked_on", key, sizeof key), "%s",
                !hx_goal_is_time(v->report->goal)
                    ? hx_goal_name(v->report->goal, v->report->goal->what)
                : hx_workload_ranked_on_work(result->workload) ? "work time (plan to last output)"
                                                               : "whole-process time");
  if (result->verdict.state == HX_VERDICT_UNSTEADY)
    hx_table_remark(t, numbered(v, "outputs", key, sizeof key), "other ones from run to run");
  else if (result->outputs_ignored)
    hx_table_remark(t, numbered(v, "outputs", key, sizeof key), "ignored");
  else if (!result->reference[0])
    hx_table_remark(t, numbered(v, "outputs", key, sizeof key),
                    result->outputs_filtered
                        ? "not checked: --output-filter leaves nothing"
                        : "not checked: the command prints nothing; {output} names a file");
  else if (result->expected_checked)
    hx_table_remark(t, numbered(v, "outputs", key, sizeof key),
                    "serial agrees with the expected ones%s",
                    result->compared ? ", every run with serial" : "");
  else if (!result->compared)
    hx_table_remark(
        t, numbered(v, "outputs", key, sizeof key),
        "not checked: only the first serial run ended, so there is nothing to compare it with");
  else
    hx_table_remark(t, numbered(v, "outputs", key, sizeof key), "every run agrees with serial%s",
                    result->wrong ? ", but for those below" : "");
  if (result->captured_bytes >= CAPTURE_WORTH_SAYING && !isnan(result->capture_s))
    hx_table_remark(t, numbered(v, "capture", key, sizeof key),
                    "%.1f MB are printed; writing them takes %s of each run, alike for all "
                    "configurations (none with --outputs ignore)",
                    1e-6 * (double)result->captured_bytes,
                    hx_measure_time(result->capture_s, time, sizeof time));
  size_t configurations = 0;
  for (size_t i = 0; i < v->report->n_configs; i++) {
    const hx_sweep_line *line = &result->lines[i];
    configurations += line->same_as == i && line->estimate.fate != HX_SEARCH_UNKNOWN;
  }
  char before[64] = "";
  if (result->resumed)
    snprintf(before, sizeof before, "; %zu resumed", result->resumed);
  hx_table_remark(t, numbered(v, "runs", key, sizeof key), "%zu in %zu configuration%s%s",
                  result->runs, configurations, HX_S(configurations), before);
}

static hx_table *workload_table(const hx_context *cx, const view *v) {
  char key[KEY];
  hx_table *t = hx_table_create(numbered(v, "configurations", key, sizeof key), NULL);
  hx_table_measurement(t, v->report->sweep);
  add_facts(t, v);
  add_columns(t, v);
  add_rows(t, cx, v);
  add_finding(t, v);
  add_reasons(t, v);
  add_effect(t, v);
  hx_measure_param_notes(t, v->report, v->result, v->choice);
  if (v->explain)
    add_explanation(t, v);
  add_not_run(t, v);
  add_interference(t, &v->result->interference);
  if (v->recommends_on && v->choice->found && !v->result->wrong) {
    char *line = hx_measure_line(v->recommends_on, v->result->workload,
                                 &v->report->configs[v->choice->config]);
    if (line)
      hx_table_note(t, "Use it: %s", line);
    free(line);
  }
  return t;
}

/* ---- several workloads ---- */

static hx_table *joint_table(const hx_tuned *tuned) {
  const hx_sweep_report *report = &tuned->report;
  size_t best = tuned->joint.config;
  hx_table *t = hx_table_create("regret", "Loss against each workload's own best, %");
  hx_table_column(t, "config", "configuration", HX_COL_TEXT);
  for (size_t w = 0; w < report->n_results; w++) {
    char key[32], header[32];
    snprintf(key, sizeof key, "regret_%zu", w + 1);
    snprintf(header, sizeof header, "workload %zu", w + 1);
    hx_table_column(t, key, header, HX_COL_NUMBER);
  }
  hx_table_columns(t, "#worst=worst|note=");
  for (size_t i = 0; i < report->n_configs; i++) {
    char config[HX_CONFIG_TEXT];
    if (isnan(report->worst[i]))
      continue;
    hx_config_format(&report->configs[i], config, sizeof config);
    hx_table_row(t);
    hx_table_text(t, "%s", config);
    for (size_t w = 0; w < report->n_results; w++)
      hx_table_number(t, 100 * report->regret[w * report->n_configs + i], 1);
    hx_table_number(t, 100 * report->worst[i], 1);
    hx_table_text(t, "%s", i == best ? "best jointly" : report->tied[i] ? "ties" : "");
  }
  char words[WORDS];
  hx_config_words(&report->configs[best], false, words, sizeof words);
  hx_table_note(t, "For all of them: %s; it loses at most %.1f %% on any.", words,
                100 * report->worst[best]);
  return t;
}

/* ---- all of it ---- */

/* Of what several workloads came to, the graver one. */
static int graver(int a, int b) {
  static const int order[] = {HX_EXIT_DIFFERENT, HX_EXIT_USAGE, HX_EXIT_FAILED,
                              HX_EXIT_INCONCLUSIVE};
  for (size_t i = 0; i < sizeof order / sizeof *order; i++)
    if (a == order[i] || b == order[i])
      return order[i];
  return HX_EXIT_OK;
}

static int say_faults(const hx_sweep_report *report) {
  int status = HX_EXIT_OK;
  bool measured = false;
  for (size_t w = 0; w < report->n_results; w++) {
    const hx_sweep_result *result = &report->results[w];
    if (result->failed && result->reason[0])
      hx_error("%s: the serial run is not valid: %s", result->workload->key, result->reason);
    bool unsteady = result->verdict.state == HX_VERDICT_UNSTEADY;
    if (result->serial_wrong && !unsteady)
      hx_error("%s: its outputs change from one serial run to the next, whatever the workers: use "
               "--outputs ignore, or --output-filter to drop what changes",
               result->workload->key);
    else if (result->wrong && !result->failed && !unsteady)
      hx_error("%s: %zu run%s gave other outputs than the serial one", result->workload->key,
               result->wrong, HX_S(result->wrong));
    size_t not_as_asked = result->invalid - result->other_inputs;
    if (result->other_inputs)
      hx_error("%s: the inputs changed while it was measured: %zu run%s had others than the first "
               "serial one; measure again",
               result->workload->key, result->other_inputs, HX_S(result->other_inputs));
    if (not_as_asked)
      hx_error("%s: %zu run%s did not run as asked (see the table)", result->workload->key,
               not_as_asked, HX_S(not_as_asked));
    if (result->failures && !result->failed)
      hx_warn("%s: %zu run%s failed (see the table)", result->workload->key, result->failures,
              HX_S(result->failures));
    if (result->wrong || not_as_asked)
      status = graver(status, HX_EXIT_DIFFERENT);
    if (result->other_inputs)
      status = graver(status, HX_EXIT_FAILED);
    if (result->failed) /* usage: what pvtune run found wrong with its input */
      status = graver(status, result->exit_code == HX_EXIT_USAGE &&
                                      result->workload->kind != HX_WORKLOAD_COMMAND
                                  ? HX_EXIT_USAGE
                                  : HX_EXIT_FAILED);
    else if (!report->interrupted) {
      measured = true;
      status = graver(status, hx_search_verdict_exit_code(result->verdict.state));
    }
  }
  return measured || report->interrupted ? status : graver(status, HX_EXIT_FAILED);
}

int hx_measure_print(const hx_context *cx, const hx_tuned *tuned, bool explain,
                     const hx_topo *recommends_on) {
  const hx_sweep_report *report = &tuned->report;
  hx_table **tables = calloc(report->n_results + 1, sizeof *tables);
  size_t n = 0;
  int status = tables ? HX_EXIT_OK : HX_EXIT_FAILED;
  for (size_t w = 0; tables && w < report->n_results; w++) {
    const hx_sweep_result *result = &report->results[w];
    if (!result->failed && result->lines && result->verdict.state != HX_VERDICT_OPEN)
      tables[n++] =
          workload_table(cx, &(view){report, result, &tuned->choices[w], explain, recommends_on});
  }
  if (tables && tuned->joint.found)
    tables[n++] = joint_table(tuned);
  if (n)
    status = hx_command_print_all(cx, tables, n);
  free(tables);
  int faults = say_faults(report);
  return status == HX_EXIT_OK ? faults : status;
}
