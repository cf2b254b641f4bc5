#include "compare/bisect.h"

#include "base/fail.h"

#include "decide/history.h"
#include "measure/tool.h"

#include <math.h>
#include <stdlib.h>

static hx_bisection_end confirm(size_t n, hx_bisection_judge judge, void *ctx,
                                hx_bisection *result) {
  hx_bisection_reply reply = judge(ctx, n - 1, &result->whole);
  if (reply != HX_BISECTION_COMPARED)
    return reply == HX_BISECTION_INTERRUPT ? HX_BISECTION_INTERRUPTED : HX_BISECTION_FAILED;
  result->comparisons++;
  switch (result->whole.verdict) {
  case HX_COMPARE_SLOWER:
    return HX_BISECTION_NAMED;
  case HX_COMPARE_SAME:
  case HX_COMPARE_FASTER:
    return HX_BISECTION_NOT_CONFIRMED;
  default:
    return HX_BISECTION_UNDECIDED;
  }
}

bool hx_bisection_run(size_t n, hx_bisection_judge judge, void *ctx, hx_bisection *result) {
  *result = (hx_bisection){.margin = NAN};
  result->end = confirm(n, judge, ctx, result);
  if (result->end != HX_BISECTION_NAMED)
    return true;
  hx_bisect *bisect = hx_bisect_create(n);
  if (!bisect)
    return false;
  size_t index;
  while (result->end == HX_BISECTION_NAMED && hx_bisect_next(bisect, &index)) {
    hx_compare_result found;
    switch (judge(ctx, index, &found)) {
    case HX_BISECTION_COMPARED:
      result->comparisons++;
      hx_bisect_tell(bisect, index, found.verdict);
      break;
    case HX_BISECTION_SKIP:
      hx_bisect_skip(bisect, index);
      break;
    case HX_BISECTION_STOP:
      result->end = HX_BISECTION_FAILED;
      break;
    case HX_BISECTION_INTERRUPT:
      result->end = HX_BISECTION_INTERRUPTED;
      break;
    }
  }
  hx_bisect_get(bisect, &result->last_good, &result->first_bad, NULL);
  if (result->end == HX_BISECTION_NAMED && result->first_bad - result->last_good > 1)
    result->end = HX_BISECTION_NARROWED;
  hx_bisect_destroy(bisect);
  return true;
}

/* ---- live ---- */

typedef struct live {
  hx_comparison *comparison;
  const hx_commits *commits;
  size_t differs_from, n_varying;
  bool failed;
  bool *same; /* for each commit: compared, and its outputs are those of the first */
  pvs_error *error;
} live;

/* Once the step is known, the question is on which side of it a commit lies: half of it is margin
 * enough to be good, and what is less than a quarter is not this step. */
static void aim_at(hx_comparison_options *options, double step) {
  options->margin = step / 2;
  options->min_effect = fmax(options->min_effect, step / 4);
}

static hx_bisection_reply compare(void *ctx, size_t index, hx_compare_result *result) {
  live *l = ctx;
  hx_comparison *c = l->comparison;
  const hx_listener *listener = c->session->context.listener;
  const hx_commit *commit = &l->commits->items[index];
  hx_verdict_summary summary;
  pvs_error why = {0};
  char said[HX_TOOL_LAST_WORDS];
  if (hx_measure_interrupted())
    return HX_BISECTION_INTERRUPT;
  bool replaced = hx_comparison_replace_b(c, commit->id, &why);
  if (hx_measure_interrupted())
    return HX_BISECTION_INTERRUPT;
  if (!replaced) {
    hx_listener_note(listener, "skipped: %s%s", HX_FAIL_LINE(&why),
                     hx_tool_last_words(c->failed_log, said, sizeof said));
    return HX_BISECTION_SKIP;
  }
  l->failed = !hx_comparison_measure(c, &summary, l->error);
  if (l->failed)
    return HX_BISECTION_STOP;
  const hx_verdict_line *line = &summary.lines[0];
  bool measured = line->measured;
  *result = line->duet.compare;
  hx_duet_outputs outputs = line->duet.outputs;
  bool differs = outputs == HX_DUET_OUTPUTS_DIFFER, vary = outputs == HX_DUET_OUTPUTS_VARY;
  if (measured)
    hx_listener_note(listener, "%.*s %-12s %+6.1f %%  (margin %.3g %%)  %s%s", HX_COMMIT_SHORT,
                     commit->id, hx_compare_verdict_name(line->verdict), 100 * result->change,
                     100 * c->options.margin, commit->subject,
                     differs ? " (outputs differ)"
                     : vary  ? " (outputs vary from run to run)"
                             : "");
  else if (!hx_measure_interrupted())
    hx_listener_note(listener, "%.*s skipped: %s", HX_COMMIT_SHORT, commit->id, line->duet.reason);
  l->same[index] = measured && !differs && !vary;
  l->n_varying += measured && vary;
  if (measured && differs && (!l->differs_from || index < l->differs_from))
    l->differs_from = index;
  hx_verdict_deinit(&summary);
  if (index == l->commits->n - 1 && measured && result->verdict == HX_COMPARE_SLOWER)
    aim_at(&c->options, result->change);
  return hx_measure_interrupted() ? HX_BISECTION_INTERRUPT
         : measured               ? HX_BISECTION_COMPARED
                                  : HX_BISECTION_SKIP;
}

bool hx_bisection_of_commits(hx_comparison *comparison, const hx_commits *commits, double change,
                             hx_bisection *result, pvs_error *error) {
  /* A small step must not pass for SAME. */
  if (!isnan(change))
    comparison->options.margin = fmin(comparison->options.margin, fmax(change / 2, 0.001));
  double margin = comparison->options.margin;
  live l = {.comparison = comparison,
            .commits = commits,
            .same = calloc(commits->n, sizeof *l.same),
            .error = error};
  bool ok = l.same && hx_bisection_run(commits->n, compare, &l, result);
  if (ok) {
    result->margin = margin;
    result->n_varying = l.n_varying;
    result->differs_from = l.differs_from;
    result->same_until = l.differs_from ? l.differs_from - 1 : 0;
    while (result->same_until && !l.same[result->same_until])
      result->same_until--;
  }
  free(l.same);
  if (!ok)
    hx_fail_memory(error);
  return !l.failed && ok;
}
