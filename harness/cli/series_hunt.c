#include "cli/series_hunt.h"

#include "base/fail.h"

#include "cli/message.h"
#include "cli/table.h"
#include "compare/hunt.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

typedef struct hunt {
  hx_versus *versus;
  hx_versus_options *options; /* those of `versus` */
  const hx_commits *commits;
} hunt;

/* Once the step is known, the question is on which side of it a commit lies: half of it is margin
 * enough to be good, and what is less than a quarter is not this step. */
static void aim_at(hx_versus_options *options, double step) {
  options->margin = step / 2;
  options->min_effect = fmax(options->min_effect, step / 4);
}

static hx_hunt_reply compare(void *ctx, size_t index, hx_compare_result *result) {
  const hunt *h = ctx;
  const hx_commit *commit = &h->commits->items[index];
  hx_verdict_summary summary;
  pvs_error error = {0};
  if (hx_measure_interrupts())
    return HX_HUNT_STOP;
  if (!hx_versus_replace_b(h->versus, commit->id, &error)) {
    hx_note("%.*s passed over: %s", HX_COMMIT_SHORT, commit->id, HX_FAIL_LINE(&error));
    return HX_HUNT_SKIP;
  }
  if (!hx_versus_measure(h->versus, &summary))
    return HX_HUNT_STOP;
  const hx_verdict_line *line = &summary.lines[0];
  bool measured = line->verdict != HX_COMPARE_GO_ON;
  *result = line->duet.compare;
  if (measured)
    hx_note("%.*s %-12s %+6.1f %%  %s", HX_COMMIT_SHORT, commit->id,
            hx_compare_verdict_name(line->verdict), 100 * result->change, commit->subject);
  else
    hx_note("%.*s passed over: %s", HX_COMMIT_SHORT, commit->id, line->duet.reason);
  hx_versus_free(&summary);
  if (index == h->commits->n - 1 && measured && result->verdict == HX_COMPARE_SLOWER)
    aim_at(h->options, result->change);
  return hx_measure_interrupts() ? HX_HUNT_STOP : measured ? HX_HUNT_COMPARED : HX_HUNT_SKIP;
}

/* ---- what came of it ---- */

static int conclude(const hx_hunt_result *r, const hx_commits *commits, hx_table *t) {
  const hx_commit *items = commits->items;
  double percent = 100 * r->whole.change;
  switch (r->end) {
  case HX_HUNT_NAMED:
    hx_table_note(t, "%.*s made it slower: %s", HX_COMMIT_SHORT, items[r->first_bad].id,
                  items[r->first_bad].subject);
    return HX_EXIT_SLOWER;
  case HX_HUNT_NARROWED:
    hx_table_note(t,
                  "one of the %zu commits after %.*s, up to %.*s, made it slower; those between "
                  "could not be judged",
                  r->first_bad - r->last_good, HX_COMMIT_SHORT, items[r->last_good].id,
                  HX_COMMIT_SHORT, items[r->first_bad].id);
    return HX_EXIT_SLOWER;
  case HX_HUNT_NOT_CONFIRMED:
    hx_table_note(t, "not confirmed: %.*s is not slower than %.*s (%+.1f %%)", HX_COMMIT_SHORT,
                  items[commits->n - 1].id, HX_COMMIT_SHORT, items[0].id, percent);
    return HX_EXIT_OK;
  case HX_HUNT_UNDECIDED:
    hx_table_note(t,
                  "no verdict on %.*s against %.*s (%+.1f %%): measure when the machine is "
                  "quieter",
                  HX_COMMIT_SHORT, items[commits->n - 1].id, HX_COMMIT_SHORT, items[0].id, percent);
    return HX_EXIT_INCONCLUSIVE;
  case HX_HUNT_FAILED:
    break;
  }
  hx_table_note(t, "given up after %zu comparisons", r->comparisons);
  return HX_EXIT_FAILED;
}

static int print(const hx_context *cx, const hx_hunt_result *r, const hx_commits *commits) {
  static const char *const names[] = {[HX_HUNT_NAMED] = "named",
                                      [HX_HUNT_NARROWED] = "narrowed",
                                      [HX_HUNT_NOT_CONFIRMED] = "not confirmed",
                                      [HX_HUNT_UNDECIDED] = "undecided",
                                      [HX_HUNT_FAILED] = "failed"};
  hx_table *t = hx_table_create("bisection", NULL);
  hx_table_column(t, "result", "result", HX_COL_TEXT);
  hx_table_column(t, "commit", "commit", HX_COL_TEXT);
  hx_table_column(t, "subject", "subject", HX_COL_TEXT);
  hx_table_column(t, "change", "difference", HX_COL_NUMBER);
  hx_table_column(t, "lower", "from", HX_COL_NUMBER);
  hx_table_column(t, "upper", "to", HX_COL_NUMBER);
  hx_table_column(t, "last_good", NULL, HX_COL_TEXT);
  hx_table_column(t, "comparisons", "comparisons", HX_COL_NUMBER);
  bool named = r->end == HX_HUNT_NAMED || r->end == HX_HUNT_NARROWED;
  const hx_compare_result *whole = &r->whole;
  double bounds[3] = {whole->change, whole->lower > -1 ? whole->lower : (double)NAN, whole->upper};
  hx_table_row(t);
  hx_table_text(t, "%s", names[r->end]);
  hx_table_text(t, "%.*s", HX_COMMIT_SHORT, named ? commits->items[r->first_bad].id : "");
  hx_table_text(t, "%s", named ? commits->items[r->first_bad].subject : "");
  for (int i = 0; i < 3; i++)
    if (r->comparisons && isfinite(bounds[i]))
      hx_table_number_as(t, bounds[i], "%+.1f %%", 100 * bounds[i]);
    else
      hx_table_empty(t);
  hx_table_text(t, "%.*s", HX_COMMIT_SHORT, named ? commits->items[r->last_good].id : "");
  hx_table_number(t, (double)r->comparisons, 0);
  int status = conclude(r, commits, t), printed = hx_command_print(cx, &t, 1);
  hx_table_destroy(t);
  return printed == HX_EXIT_OK ? status : printed;
}

/* ---- */

/* When it is confirmed: a small step must not pass for SAME. */
static double margin_for(double margin, double change) {
  return isnan(change) ? margin : fmin(margin, fmax(change / 2, 0.001));
}

static int hunt_among(const hx_context *cx, const hx_series_hunt_request *request,
                      const hx_commits *commits) {
  hx_versus v;
  hx_versus_options options = request->options;
  char a[HX_COMMIT_TEXT + 8], b[HX_COMMIT_TEXT + 8];
  hx_hunt_result result;
  options.margin = margin_for(options.margin, request->change);
  options.workloads = request->workload
                          ? (hx_strings){.items = (const char *[]){request->workload}, .count = 1}
                          : options.workloads;
  if (request->workload)
    options.studies.count = 0, options.base = options.project = NULL;
  if (request->config)
    options.config = request->config;
  snprintf(a, sizeof a, "rev:%.*s", HX_COMMIT_SHORT, request->good);
  snprintf(b, sizeof b, "rev:%.*s", HX_COMMIT_SHORT, request->bad);
  int status = HX_EXIT_FAILED;
  if (!hx_versus_init(&v, cx, &options, "compare", a, b)) {
    status = v.status;
  } else if (v.n > 1) {
    hx_error("--bisect is on one workload: name one");
    status = HX_EXIT_USAGE;
  } else {
    v.b_later = true;
    if (!hx_versus_open(&v))
      status = v.status;
    else if (!hx_hunt(commits->n, compare, &(hunt){&v, &options, commits}, &result))
      hx_error("out of memory");
    else
      status = print(cx, &result, commits);
  }
  hx_versus_close(&v);
  return status;
}

int hx_series_hunt(const hx_context *cx, const hx_series_hunt_request *request) {
  pvs_error error = {0};
  hx_commits commits;
  int status = HX_EXIT_USAGE;
  if (!hx_repository_list(request->repository, request->good, request->bad, 0, &commits, &error)) {
    hx_error("%s", HX_FAIL_LINE(&error));
    return status;
  }
  if (commits.n < 2)
    hx_error("there is no commit between %.*s and %.*s", HX_COMMIT_SHORT, request->good,
             HX_COMMIT_SHORT, request->bad);
  else
    status = hunt_among(cx, request, &commits);
  hx_commits_deinit(&commits);
  return status;
}
