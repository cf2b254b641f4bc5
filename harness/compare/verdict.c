#include "compare/verdict.h"

#include "base/exit_code.h"
#include "base/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

hx_compare_options hx_verdict_rule(const hx_compare_options *rule, size_t n) {
  hx_compare_options one = *rule;
  one.alpha /= n ? (double)n : 1;
  return one;
}

/* Joint verdict over the lines that were measured. */
static void combine(hx_verdict_summary *summary) {
  hx_compare_result results[HX_COMPARE_MAX_WORKLOADS];
  bool slower[HX_COMPARE_MAX_WORKLOADS], faster[HX_COMPARE_MAX_WORKLOADS];
  size_t n = 0;
  for (size_t i = 0; i < summary->n; i++) {
    hx_verdict_line *line = &summary->lines[i];
    line->measured = !line->duet.failed && line->duet.compare.blocks > 0;
    if (line->measured)
      results[n++] = line->duet.compare;
  }
  summary->joint = HX_COMPARE_GO_ON;
  if (n)
    summary->joint = hx_compare_combine(results, n, summary->rule.alpha, slower, faster);
  for (size_t i = 0, k = 0; i < summary->n; i++) {
    hx_verdict_line *line = &summary->lines[i];
    line->verdict = HX_COMPARE_GO_ON;
    if (!line->measured)
      continue;
    bool kept = slower[k] || faster[k] || results[k].verdict == HX_COMPARE_SAME;
    line->verdict = kept ? results[k].verdict : HX_COMPARE_INCONCLUSIVE;
    k++;
  }
}

static hx_verdict_fate fate_of(const hx_verdict_summary *summary, const hx_verdict_line *line) {
  if (line->presence == HX_PRESENT_ONLY_IN_A)
    return HX_FATE_REMOVED;
  if (line->presence == HX_PRESENT_ONLY_IN_B && !line->duet.failed && !line->duet.interrupted)
    return HX_FATE_NEW;
  if (line->duet.outputs == HX_DUET_OUTPUTS_DIFFER && !summary->ignore_outputs)
    return HX_FATE_DIFFERENT;
  if (line->measured && (line->verdict == HX_COMPARE_SLOWER || line->duet.grew))
    return line->waiver                         ? HX_FATE_WAIVED
           : line->verdict == HX_COMPARE_SLOWER ? HX_FATE_SLOWER
                                                : HX_FATE_LARGER;
  switch (line->verdict) {
  case HX_COMPARE_FASTER:
  case HX_COMPARE_SAME:
    return HX_FATE_PASSED;
  default:
    break;
  }
  if (line->duet.interrupted)
    return HX_FATE_INTERRUPTED;
  if (!line->measured)
    return HX_FATE_BROKEN;
  return summary->inconclusive_passes ? HX_FATE_OPEN_PASSED : HX_FATE_OPEN_FAILED;
}

void hx_verdict_conclude(hx_verdict_summary *summary) {
  bool any[HX_FATE_REMOVED + 1] = {false};
  combine(summary);
  for (size_t i = 0; i < summary->n; i++) {
    hx_verdict_line *line = &summary->lines[i];
    line->fate = fate_of(summary, line);
    any[line->fate] = true;
  }
  if (any[HX_FATE_DIFFERENT])
    summary->status = HX_EXIT_DIFFERENT;
  else if (any[HX_FATE_SLOWER] || any[HX_FATE_LARGER])
    summary->status = HX_EXIT_SLOWER;
  else if (any[HX_FATE_INTERRUPTED])
    summary->status = HX_EXIT_SIGNAL + summary->interrupted_by;
  else if (any[HX_FATE_BROKEN] || summary->n == 0 || (any[HX_FATE_NEW] && summary->new_fails) ||
           (any[HX_FATE_REMOVED] && summary->removed_fails))
    summary->status = HX_EXIT_FAILED;
  else if (any[HX_FATE_OPEN_FAILED])
    summary->status = HX_EXIT_INCONCLUSIVE;
  else
    summary->status = HX_EXIT_OK;
}

void hx_verdict_deinit(hx_verdict_summary *summary) {
  free(summary->lines);
  *summary = (hx_verdict_summary){0};
}

/* ---- words ---- */

/* Changes by more than this factor are told as one. */
static const double FAR = 10;

/* "-1.2 % to +3.4 %"; bounds that too few blocks leave open are said so. */
static const char *interval(const hx_compare_result *r, char *text, size_t cap) {
  if (isfinite(r->upper)) /* they are open on both sides or on none */
    snprintf(text, cap, "%+.1f %% to %+.1f %%", hx_text_percent(r->lower),
             hx_text_percent(r->upper));
  else
    snprintf(text, cap, "too few blocks for an interval");
  return text;
}

const char *hx_verdict_word(const hx_verdict_line *line) {
  switch (line->fate) {
  case HX_FATE_DIFFERENT:
    return "OUTPUTS DIFFER";
  case HX_FATE_BROKEN:
    return "NOT MEASURED";
  case HX_FATE_INTERRUPTED:
    return "INTERRUPTED";
  case HX_FATE_LARGER:
    return "MORE MEMORY";
  case HX_FATE_WAIVED:
    return line->verdict == HX_COMPARE_SLOWER ? "SLOWER, WAIVED" : "MORE MEMORY, WAIVED";
  case HX_FATE_NEW:
    return "NEW";
  case HX_FATE_REMOVED:
    return "REMOVED";
  default:
    return hx_compare_verdict_name(line->verdict);
  }
}

const char *hx_verdict_reason(const hx_verdict_line *line, char *text, size_t cap) {
  const char *key = line->duet.b_failed && line->b_workload ? line->b_workload : line->workload;
  snprintf(text, cap, "%s: %s", key, line->duet.reason);
  return text;
}

static void instructions_sentence(const hx_verdict_line *line, char *text, size_t cap) {
  double change = 100 * fabs(line->duet.compare.change);
  switch (line->verdict) {
  case HX_COMPARE_SLOWER:
    snprintf(text, cap, "B executes %.4g %% more instructions than A", change);
    break;
  case HX_COMPARE_FASTER:
    snprintf(text, cap, "B executes %.4g %% fewer instructions than A", change);
    break;
  case HX_COMPARE_SAME:
    snprintf(text, cap, "B executes as many instructions as A: the difference is %.4g %%", change);
    break;
  default:
    snprintf(text, cap,
             "No verdict: the instructions of A and B differ by %.4g %%, more than --margin but "
             "not more than --min-effect",
             change);
  }
}

const char *hx_verdict_sentence(const hx_verdict_summary *summary, size_t i, char *text,
                                size_t cap) {
  const hx_verdict_line *line = &summary->lines[i];
  const hx_compare_result *r = &line->duet.compare;
  char range[64];
  interval(r, range, sizeof range);
  bool far = isfinite(r->upper) && fabs(log1p(r->change)) > log(FAR);
  if (line->by_instructions && line->measured) {
    instructions_sentence(line, text, cap);
    return text;
  }
  switch (line->verdict) {
  case HX_COMPARE_SLOWER:
    if (far)
      snprintf(text, cap, "B is slower: it takes %.1f times as long as A (%.1f to %.1f)",
               1 + r->change, 1 + r->lower, 1 + r->upper);
    else
      snprintf(text, cap, "B is slower: it takes %.1f %% longer than A (%s)", 100 * r->change,
               range);
    break;
  case HX_COMPARE_FASTER:
    if (far)
      snprintf(text, cap, "B is faster: A takes %.1f times as long as B (%.1f to %.1f)",
               1 / (1 + r->change), 1 / (1 + r->upper), 1 / (1 + r->lower));
    else
      snprintf(text, cap, "B is faster: it takes %.1f %% less time than A (%s)", -100 * r->change,
               range);
    break;
  case HX_COMPARE_SAME:
    snprintf(text, cap, "B is as fast as A within %.3g %%: the difference is %+.1f %% (%s)",
             100 * line->margin, hx_text_percent(r->change), range);
    break;
  case HX_COMPARE_INCONCLUSIVE:
    snprintf(text, cap, "No verdict after %d block%s%s: the difference is %+.1f %% (%s)", r->blocks,
             r->blocks == 1 ? "" : "s", line->duet.interrupted ? " (interrupted)" : "",
             hx_text_percent(r->change), range);
    break;
  case HX_COMPARE_GO_ON:
    snprintf(text, cap, "%s",
             line->fate == HX_FATE_NEW       ? "Only B has it: there is nothing to compare it with"
             : line->fate == HX_FATE_REMOVED ? "Only A has it: B no longer does"
             : line->duet.interrupted        ? "Interrupted before there was a verdict"
             : line->duet.reason[0]          ? line->duet.reason
                                             : "Nothing was measured");
    break;
  }
  size_t used = strlen(text);
  if (line->measured && line->duet.grew)
    snprintf(text + used, cap - used, "; peak memory grew from %.0f to %.0f MB, more than %.3g %%",
             1.024e-3 * line->duet.a_rss_kib, 1.024e-3 * line->duet.b_rss_kib,
             100 * line->max_rss_growth);
  used = strlen(text);
  if (line->fate == HX_FATE_WAIVED)
    snprintf(text + used, cap - used, "; waived until %s by %s: %s", line->waiver->until,
             line->waiver->who, line->waiver->reason);
  return text;
}

const char *hx_verdict_alarms(const hx_compare_alarms *alarms, char *text, size_t cap) {
  if (alarms->n)
    snprintf(text, cap,
             "%d of %d replayed comparisons, of stored runs of one side with one another, gave a "
             "false alarm (95 %% upper bound: %.0f %%)",
             alarms->k, alarms->n, 100 * alarms->upper);
  else
    snprintf(text, cap,
             "How often this machine gives false alarms is not known yet: too few runs are stored");
  return text;
}

/* ---- store ---- */

static void fill_row(const hx_measure_context *context, const hx_verdict_summary *summary, size_t i,
                     hx_verdict_row *row) {
  const hx_verdict_line *line = &summary->lines[i];
  const hx_compare_result *r = &line->duet.compare;
  hx_store_row_clear(&hx_verdicts_schema, row);
  row->sweep = summary->duet;
  row->command = summary->command;
  row->machine = context->machine;
  row->allocation = context->allocation;
  row->environment = context->environment;
  row->workload = line->workload;
  row->a = summary->a.text;
  row->b = summary->b.text;
  row->a_revision = summary->a.revision;
  row->b_revision = summary->b.revision;
  row->a_binary = summary->a.binary;
  row->b_binary = summary->b.binary;
  row->a_config = line->a_config;
  row->b_config = line->b_config;
  row->verdict = hx_compare_verdict_name(line->verdict);
  row->change = r->change;
  row->lower = r->lower;
  row->upper = isfinite(r->upper) ? r->upper : (double)NAN;
  row->blocks = r->blocks;
  row->runs = r->runs;
  row->p_slower = r->p_slower;
  row->p_faster = r->p_faster;
  row->detectable = r->detectable;
  row->min_effect = summary->rule.min_effect;
  row->margin = line->margin;
  row->false_alarms = summary->alarms.k;
  row->false_alarm_trials = summary->alarms.n;
  row->false_alarm_upper = summary->alarms.upper;
  row->turn_s = line->duet.turn_s;
  row->outputs = hx_duet_outputs_name(line->duet.outputs);
  row->b_digest = line->duet.b_digest;
  row->build = summary->build;
  row->around = summary->around;
  row->decided_by = line->by_instructions ? "instructions" : "time";
  row->note = summary->note;
}

bool hx_verdict_store(const hx_measure_context *context, const hx_verdict_summary *summary,
                      pvs_error *error) {
  hx_store_file *file = hx_store_file_open(context->folder, &hx_verdicts_schema, error);
  bool ok = file != NULL;
  for (size_t i = 0; ok && i < summary->n; i++) {
    char key[HX_UUID_TEXT], utc[HX_UTC_TEXT], sentence[512];
    hx_verdict_row row;
    if (!summary->lines[i].measured || summary->lines[i].fate == HX_FATE_INTERRUPTED)
      continue;
    fill_row(context, summary, i, &row);
    hx_uuid(key);
    hx_utc_now(utc);
    row.verdict_id = key;
    row.made_utc = utc;
    row.interference =
        hx_interference_sentence(&summary->lines[i].duet.interference, sentence, sizeof sentence);
    ok = hx_store_file_append(file, &row, 1, error);
  }
  ok = ok && hx_store_file_sync(file, error);
  hx_store_file_close(file);
  return ok;
}
