#include "tune/standings.h"

#include "base/clock.h"
#include "base/fail.h"
#include "measure/store.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { WORDS = 320, SENTENCE = 1024 };

void hx_standings_sentence(const hx_sweep_report *report, size_t workload, char *text,
                           size_t size) {
  const hx_sweep_result *result = &report->results[workload];
  const hx_goal *goal = report->goal;
  bool command = result->workload->kind == HX_WORKLOAD_COMMAND;
  char winner[WORDS], baseline[WORDS];
  hx_config_words(&report->configs[result->winner], command, winner, sizeof winner);
  hx_config_words(&report->configs[result->serial], command, baseline, sizeof baseline);
  if (result->lines[result->serial].over)
    strncat(baseline, ", which is over a limit", sizeof baseline - strlen(baseline) - 1);
  hx_search_verdict_sentence(
      &result->verdict,
      &(hx_search_words){winner, baseline,
                         hx_goal_is_time(goal) ? NULL : hx_goal_name(goal, goal->what),
                         hx_config_is_plural(&report->configs[result->winner])},
      text, size);
}

bool hx_standings_are_decided(hx_search_verdict_state state) {
  return state == HX_VERDICT_FOUND || state == HX_VERDICT_TIE || state == HX_VERDICT_NO_EFFECT ||
         state == HX_VERDICT_NOT_SHOWN;
}

/* What one configuration's row says; the texts must outlive it. */
static void fill_row(const hx_sweep_report *report, const hx_sweep_result *result, size_t config,
                     hx_standing_row *row) {
  const hx_goal *goal = report->goal;
  const hx_sweep_line *line = &result->lines[config];
  const hx_search_estimate *e = &line->estimate;
  bool time = hx_goal_is_time(goal), answer = config == result->winner;
  row->workload = result->workload->key;
  row->verdict = hx_search_verdict_name(result->verdict.state);
  row->standing = answer && hx_standings_are_decided(result->verdict.state)
                      ? "answer"
                      : hx_search_fate_word(e->fate, time);
  row->ratio = e->ratio;
  row->ratio_lower = e->ratio_lower;
  row->ratio_upper = e->ratio_upper;
  row->seconds = line->typical.of[HX_MEASURE_TIME];
  if (time) {
    row->seconds = e->seconds;
    row->seconds_lower = e->lower_s;
    row->seconds_upper = e->upper_s;
  } else {
    row->value = hx_goal_value(goal, e->seconds);
    row->value_lower = hx_goal_value(goal, goal->maximize ? e->upper_s : e->lower_s);
    row->value_upper = hx_goal_value(goal, goal->maximize ? e->lower_s : e->upper_s);
  }
  if (report->regret) {
    size_t workload = (size_t)(result - report->results);
    double loss = report->regret[workload * report->n_configs + config];
    row->joint_loss = isfinite(loss) ? loss : (double)NAN;
  }
  row->speedup = line->speedup;
  row->speedup_lower = line->speedup_lower;
  row->speedup_upper = line->speedup_upper;
}

/* All of them in one write, so that a kill leaves all or none. */
static bool store_one(hx_store_file *file, const hx_measure_context *context,
                      const hx_sweep_report *report, size_t workload, pvs_error *error) {
  const hx_sweep_result *result = &report->results[workload];
  hx_standing_row *rows = calloc(report->n_configs, sizeof *rows);
  char(*configs)[HX_CONFIG_TEXT] = calloc(report->n_configs, sizeof *configs);
  char now[HX_UTC_TEXT], finding[SENTENCE];
  size_t n = 0;
  bool ok = (rows && configs) || hx_fail_memory(error);
  hx_utc_now(now);
  hx_standings_sentence(report, workload, finding, sizeof finding);
  for (size_t i = 0; ok && i < report->n_configs; i++) {
    if (result->lines[i].same_as != i || result->lines[i].estimate.fate == HX_SEARCH_UNKNOWN)
      continue;
    hx_store_row_clear(&hx_standings_schema, &rows[n]);
    fill_row(report, result, i, &rows[n]);
    hx_config_format(&report->configs[i], configs[n], sizeof configs[n]);
    rows[n].sweep = report->sweep;
    rows[n].made_utc = now;
    rows[n].machine = context->machine;
    rows[n].allocation = context->allocation;
    rows[n].config = configs[n];
    rows[n].finding = i == result->winner ? finding : "";
    n++;
  }
  ok = ok && hx_store_file_append(file, rows, n, error);
  free(rows);
  free(configs);
  return ok;
}

bool hx_standings_store(const hx_measure_context *context, const hx_sweep_report *report,
                        pvs_error *error) {
  if (report->interrupted)
    return true;
  hx_store_file *file = hx_store_file_open(context->folder, &hx_standings_schema, error);
  bool ok = file != NULL;
  for (size_t w = 0; ok && w < report->n_results; w++)
    if (!report->results[w].failed && report->results[w].lines &&
        report->results[w].verdict.state != HX_VERDICT_OPEN)
      ok = store_one(file, context, report, w, error);
  ok = ok && hx_store_file_sync(file, error);
  hx_store_file_close(file);
  return ok;
}
