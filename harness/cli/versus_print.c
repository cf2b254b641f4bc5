#include "cli/versus.h"

#include "cli/message.h"
#include "cli/table.h"

#include <math.h>
#include <stdio.h>

static void percent(hx_table *t, double fraction, int with_sign) {
  if (isfinite(fraction))
    hx_table_number_as(t, fraction, with_sign ? "%+.1f %%" : "%.1f %%", 100 * fraction);
  else
    hx_table_empty(t);
}

static void add_columns(hx_table *t, bool instructions) {
  hx_table_column(t, "workload", "workload", HX_COL_TEXT);
  hx_table_column(t, "a_config", NULL, HX_COL_TEXT);
  hx_table_column(t, "b_config", NULL, HX_COL_TEXT);
  hx_table_column(t, "a_s", "A s", HX_COL_NUMBER);
  hx_table_column(t, "b_s", "B s", HX_COL_NUMBER);
  hx_table_column(t, "runs", "runs", HX_COL_NUMBER);
  hx_table_column(t, "change", "difference", HX_COL_NUMBER);
  hx_table_column(t, "lower", "from", HX_COL_NUMBER);
  hx_table_column(t, "upper", "to", HX_COL_NUMBER);
  hx_table_column(t, "verdict", "verdict", HX_COL_TEXT);
  hx_table_column(t, "noise", "noise", HX_COL_NUMBER);
  hx_table_column(t, "detectable", "detects", HX_COL_NUMBER);
  hx_table_column(t, "outputs", NULL, HX_COL_TEXT);
  hx_table_column(t, "p_slower", NULL, HX_COL_NUMBER);
  hx_table_column(t, "p_faster", NULL, HX_COL_NUMBER);
  hx_table_column(t, "a_instructions", instructions ? "A instructions" : NULL, HX_COL_NUMBER);
  hx_table_column(t, "b_instructions", instructions ? "B instructions" : NULL, HX_COL_NUMBER);
}

static void add_line(hx_table *t, const hx_verdict_line *line) {
  const hx_compare_result *r = &line->duet.compare;
  bool measured = line->verdict != HX_COMPARE_GO_ON;
  hx_table_row(t);
  hx_table_text(t, "%s", line->workload);
  hx_table_text(t, "%s", line->a_config);
  hx_table_text(t, "%s", line->b_config);
  hx_table_number(t, line->duet.a_s, 4);
  hx_table_number(t, line->duet.b_s, 4);
  hx_table_number(t, r->runs, 0);
  percent(t, measured ? r->change : (double)NAN, 1);
  percent(t, measured && r->lower > -1 ? r->lower : (double)NAN, 1);
  percent(t, measured ? r->upper : (double)NAN, 1);
  hx_table_text(t, "%s", measured ? hx_compare_verdict_name(line->verdict) : "");
  percent(t, measured ? line->duet.noise : (double)NAN, 0);
  percent(t, measured ? r->detectable : (double)NAN, 0);
  hx_table_text(t, "%s", hx_duet_outputs_name(line->duet.outputs));
  hx_table_number(t, measured ? r->p_slower : (double)NAN, 4);
  hx_table_number(t, measured ? r->p_faster : (double)NAN, 4);
  hx_table_number(t, line->a_instructions, 0);
  hx_table_number(t, line->b_instructions, 0);
}

static void add_notes(hx_table *t, const hx_verdict_summary *summary) {
  char text[1024];
  for (size_t i = 0; i < summary->n; i++) {
    const hx_verdict_line *line = &summary->lines[i];
    const char *prefix = summary->n > 1 ? line->workload : "", *colon = summary->n > 1 ? ": " : "";
    if (!line->duet.failed) /* why it failed is an error, on stderr */
      hx_table_note(t, "%s%s%s.", prefix, colon,
                    hx_verdict_sentence(summary, i, text, sizeof text));
    if (line->verdict == HX_COMPARE_INCONCLUSIVE &&
        line->duet.compare.blocks == HX_COMPARE_USUAL_BLOCKS)
      hx_table_note(t, "%s%sMore runs may tell: a long --budget allows %d of them.", prefix, colon,
                    4 * HX_COMPARE_MAX_BLOCKS);
    if (line->duet.outputs == HX_DUET_OUTPUTS_CLOSE)
      hx_table_note(t, "%s%soutputs are not the same bytes, but agree within the usual tolerance.",
                    prefix, colon);
    if (line->duet.outputs == HX_DUET_OUTPUTS_DIFFER && summary->ignore_outputs)
      hx_table_note(t, "%s%s%s (ignored).", prefix, colon, line->duet.reason);
    if (isfinite(line->a_instructions) && isfinite(line->b_instructions))
      hx_table_note(t, "%s%sinstructions: %+.0f of %.0f, %+.4f %% (%s).", prefix, colon,
                    line->b_instructions - line->a_instructions, line->a_instructions,
                    100 * (line->b_instructions / line->a_instructions - 1),
                    line->instructions_note);
    else if (line->instructions_note[0])
      hx_table_note(t, "%s%s%s.", prefix, colon, line->instructions_note);
    if (line->duet.turn_s > 0)
      hx_table_note(t, "%s%sruns of A and B took turns of %.0f ms on the same CPUs.", prefix, colon,
                    1e3 * line->duet.turn_s);
    if (hx_interference_sentence(&line->duet.interference, text, sizeof text)[0])
      hx_table_note(t, "%s%s%s.", prefix, colon, text);
  }
  hx_table_note(t, "%s.", hx_verdict_alarms(&summary->alarms, text, sizeof text));
}

static void add_side(hx_table *t, const char *key, const hx_verdict_side *side) {
  if (side->revision[0])
    hx_table_fact(t, key, "%s (%s)", side->text, side->revision);
  else
    hx_table_fact(t, key, "%s", side->text);
}

int hx_versus_print(const hx_context *cx, const hx_verdict_summary *summary) {
  bool instructions = false;
  for (size_t i = 0; i < summary->n; i++)
    instructions = instructions || isfinite(summary->lines[i].a_instructions);
  hx_table *t = hx_table_create("comparison", NULL);
  add_side(t, "A", &summary->a);
  add_side(t, "B", &summary->b);
  add_columns(t, instructions);
  for (size_t i = 0; i < summary->n; i++)
    add_line(t, &summary->lines[i]);
  add_notes(t, summary);
  int status = hx_command_print(cx, &t, 1);
  hx_table_destroy(t);
  for (size_t i = 0; i < summary->n; i++)
    if (summary->lines[i].duet.failed)
      hx_error("%s: %s", summary->lines[i].workload, summary->lines[i].duet.reason);
  return status == HX_EXIT_OK ? summary->status : status;
}
