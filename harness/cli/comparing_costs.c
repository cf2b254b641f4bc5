/* compare --dry-run and gate --dry-run: what each margin costs and finds. */
#include "cli/comparing.h"

#include "compare/forecast.h"
#include "decide/cost.h"

#include <math.h>
#include <stdio.h>

static const double usual_margins[] = {0.01, 0.02, 0.03, 0.05};
enum { MARGINS = sizeof usual_margins / sizeof *usual_margins + 1 };

/* The usual margins and the one that was chosen, ascending; returns how many. */
static size_t margins_with(double chosen, double out[MARGINS]) {
  size_t n = 0;
  bool placed = false;
  for (size_t i = 0; i + 1 < MARGINS; i++) {
    if (!placed && chosen < usual_margins[i] * (1 + 1e-9)) {
      placed = true;
      out[n++] = chosen;
      if (chosen > usual_margins[i] * (1 - 1e-9))
        continue;
    }
    out[n++] = usual_margins[i];
  }
  if (!placed)
    out[n++] = chosen;
  return n;
}

/* As duet.c plans it, in a budget for this workload. */
static hx_cost cost_of(const hx_comparing *c, const hx_forecast *known, double margin) {
  hx_compare_options rule = hx_compare_defaults();
  double budget_s = c->how.budget_s / (double)c->comparison.n;
  double blocks = hx_compare_usual_blocks(margin);
  if (isfinite(budget_s))
    blocks = HX_COMPARE_MAX_BLOCKS;
  if (isfinite(budget_s) && known->run_s > 0)
    blocks = fmin(blocks, budget_s / (4 * known->run_s));
  rule.min_effect = c->how.min_effect;
  rule.margin = margin;
  hx_compare_plan_looks(&rule, (int)blocks);
  rule = hx_verdict_rule(&rule, c->comparison.n);
  return hx_cost_of_comparison(known->differences, known->n, &rule);
}

/* "about 120 runs, 3 minutes" */
static const char *cost_text(int runs, double run_s, char *text, size_t cap) {
  double seconds = runs * run_s;
  if (isnan(seconds))
    snprintf(text, cap, "%d runs", runs);
  else if (seconds < 100)
    snprintf(text, cap, "%d runs, %.3g seconds", runs, seconds);
  else if (seconds < 100 * 60)
    snprintf(text, cap, "%d runs, %.0f minutes", runs, seconds / 60);
  else
    snprintf(text, cap, "%d runs, %.1f hours", runs, seconds / 3600);
  return text;
}

static void add_workload(hx_table *t, const hx_comparing *c, const hx_workload *workload,
                         double chosen, const hx_forecast *known) {
  double margins[MARGINS];
  char usual[64], most[64];
  size_t n = margins_with(chosen, margins);
  const char *prefix = c->comparison.n > 1 ? workload->key : "";
  const char *colon = c->comparison.n > 1 ? ": " : "";
  for (size_t i = 0; i < n; i++) {
    bool is_chosen = fabs(margins[i] - chosen) <= 1e-9 * chosen;
    hx_cost cost = cost_of(c, known, margins[i]);
    hx_table_line(t, HX_T(workload->key), HX_P(margins[i], false), HX_N(cost.runs, 0),
                  HX_N(cost.runs * known->run_s, 1), HX_N(cost.most_runs, 0),
                  HX_N(cost.most_runs * known->run_s, 1), HX_P(cost.detectable, false),
                  HX_P(cost.open, false), HX_T(is_chosen ? "chosen" : ""));
    if (is_chosen)
      hx_table_note(t, "%s%sWith --margin %.3g%%: about %s if nothing changed, at most %s.", prefix,
                    colon, 100 * chosen, cost_text(cost.runs, known->run_s, usual, sizeof usual),
                    cost_text(cost.most_runs, known->run_s, most, sizeof most));
  }
  if (known->n >= HX_COST_FEWEST)
    hx_table_note(t, "%s%sFrom %zu stored runs of this workload.", prefix, colon, known->runs);
  else
    hx_table_note(t,
                  "%s%sThe noise of this workload on this machine is not known yet; these figures "
                  "are for that of a shared virtual machine.",
                  prefix, colon);
}

static bool add_all(hx_table *t, const hx_comparing *c, const hx_store_rows *runs,
                    pvs_error *error) {
  const hx_comparison *comparison = &c->comparison;
  bool commands = comparison->side[0].kind == HX_SIDE_COMMAND, ok = true;
  char config[HX_CONFIG_TEXT];
  hx_config_format(&comparison->config[0], config, sizeof config);
  for (size_t i = 0; ok && i < comparison->n; i++) {
    const hx_workload *workload = commands ? &comparison->side_workload[0] : &c->how.workloads[i];
    double own = c->how.margins ? c->how.margins[i] : (double)NAN;
    hx_forecast known;
    ok =
        hx_forecast_make(runs, c->session.env.identity.allocation, workload, config, &known, error);
    if (ok)
      add_workload(t, c, workload, isnan(own) ? c->how.margin : own, &known);
    hx_forecast_deinit(&known);
  }
  return ok;
}

int hx_comparing_print_costs(hx_comparing *c) {
  pvs_error error = {0};
  hx_store_rows runs = {.schema = &hx_runs_schema};
  c->looked = true;
  hx_table *t = hx_table_create("costs", NULL);
  hx_table_fact(t, "A", "%s", c->comparison.side[0].text);
  hx_table_fact(t, "B", "%s", c->comparison.side[1].text);
  hx_table_columns(t, "workload=workload|#margin=margin|#runs=runs|#seconds=s|#most_runs=most|"
                      "#most_s=s|#detectable=detects|#open=open|chosen=");
  bool ok = hx_measure_session_look_at(&c->session, c->cx->results_dir, &error) &&
            hx_store_rows_read(c->session.folder, &hx_runs_schema, &runs, &error) &&
            add_all(t, c, &runs, &error);
  hx_table_note(t,
                "runs: how many runs a verdict needs if nothing changed (median); most: the most "
                "runs it can need; s: the seconds they take, without builds. detects: the smallest "
                "slowdown that is found 9 times out of 10. open: how often the verdict is "
                "INCONCLUSIVE although nothing changed.");
  hx_store_rows_deinit(&runs);
  if (ok)
    return hx_command_print(c->cx, t);
  hx_table_destroy(t);
  return hx_command_fail(&error, HX_EXIT_FAILED);
}
