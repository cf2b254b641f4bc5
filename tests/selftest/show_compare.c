/* The tables of comparisons. */
#include "selftest/show.h"
#include "selftest/trial.h"

#include "cli/message.h"
#include "decide/cost.h"

#include <math.h>

static double share(size_t count, const hx_selftest_compare_figures *f) {
  return (double)count / (double)f->trials;
}

/* What is promised of a comparison at this slowdown; nothing at 2 %, which is printed for the
 * picture. */
static bool compare_keeps(double slowdown, int blocks, const hx_selftest_compare_figures *f) {
  double slower = share(f->verdicts[HX_COMPARE_SLOWER], f);
  bool cheap = blocks > HX_COMPARE_USUAL_BLOCKS || f->runs_median <= (slowdown <= 0 ? 100 : 60);
  bool decides = share(f->verdicts[HX_COMPARE_INCONCLUSIVE], f) <= 0.10;
  if (slowdown <= 0)
    return slower <= 0.01 && cheap && decides;
  return slowdown < 0.04 ? slower >= 0.90 && decides : slower >= 0.99 && cheap && decides;
}

static hx_table *compare_table(void) {
  hx_table *t = hx_table_create("compare", "A against B = A made slower, sequential ABBA blocks");
  hx_table_column(t, "noise", "noise", HX_COL_TEXT);
  hx_table_column(t, "slowdown", "B slower", HX_COL_NUMBER);
  hx_table_column(t, "most_runs", "at most", HX_COL_NUMBER);
  hx_table_column(t, "slower", "SLOWER", HX_COL_NUMBER);
  hx_table_column(t, "faster", "FASTER", HX_COL_NUMBER);
  hx_table_column(t, "same", "SAME", HX_COL_NUMBER);
  hx_table_column(t, "inconclusive", "open", HX_COL_NUMBER);
  hx_table_column(t, "runs_median", "runs", HX_COL_NUMBER);
  hx_table_column(t, "runs_p90", NULL, HX_COL_NUMBER);
  hx_table_column(t, "kept", "kept", HX_COL_TEXT);
  return t;
}

static hx_table *today_table(void) {
  hx_table *t = hx_table_create("today", "The same noise, as many runs, judged as people do today");
  hx_table_column(t, "noise", "noise", HX_COL_TEXT);
  hx_table_column(t, "slowdown", "B slower", HX_COL_NUMBER);
  hx_table_column(t, "u_test_slower", "U test: slower", HX_COL_NUMBER);
  hx_table_column(t, "u_test_faster", "faster", HX_COL_NUMBER);
  hx_table_column(t, "mean_sd_slower", "mean + SD: slower", HX_COL_NUMBER);
  hx_table_column(t, "mean_sd_faster", "faster", HX_COL_NUMBER);
  return t;
}

/* ---- by margin ---- */

static const double margins[] = {0.01, 0.015, 0.02, 0.03, 0.05};
enum { MARGINS = sizeof margins / sizeof *margins };

static hx_table *margin_table(void) {
  hx_table *t = hx_table_create("margins", "Power and cost by --margin, without a --budget");
  hx_table_columns(t, "noise=noise|#margin=margin|#most_runs=most|#runs=runs|#runs_said=said|"
                      "#slower=SLOWER|#open=open|#same_at_margin=SAME|"
                      "#found_at_margin=found|#found_at_twice=twice|kept=");
  return t;
}

/* One row; false when a promise is not kept. */
static bool add_margin(hx_table *t, hx_noise_kind noise, double margin, size_t trials) {
  hx_selftest_compare_figures same, once, twice;
  hx_compare_options rule = hx_compare_defaults();
  int blocks = hx_compare_usual_blocks(margin);
  rule.margin = margin;
  hx_compare_plan_looks(&rule, blocks);
  hx_cost said = hx_cost_of_comparison(NULL, 0, &rule);
  hx_selftest_compare_margin(0, noise, margin, blocks, trials, &same);
  hx_selftest_compare_margin(margin, noise, margin, blocks, trials, &once);
  hx_selftest_compare_margin(2 * margin, noise, margin, blocks, trials, &twice);
  double alarms = share(same.verdicts[HX_COMPARE_SLOWER], &same);
  double wrong = share(once.verdicts[HX_COMPARE_SAME], &once);
  double found = share(twice.verdicts[HX_COMPARE_SLOWER], &twice);
  bool promised = noise != HX_NOISE_DUET, kept = alarms <= 0.01 && wrong <= 0.05 && found >= 0.90;
  if (noise == HX_NOISE_RECORDED)
    kept = kept && fabs(said.runs / same.runs_median - 1) <= 0.4;
  hx_table_row(t);
  hx_table_text(t, "%s", hx_noise_name(noise));
  selftest_percent(t, margin, 1);
  hx_table_number(t, said.most_runs, 0);
  hx_table_number(t, same.runs_median, 0);
  hx_table_number(t, noise == HX_NOISE_RECORDED ? said.runs : (double)NAN, 0);
  selftest_percent(t, alarms, 1);
  selftest_percent(t, share(same.verdicts[HX_COMPARE_INCONCLUSIVE], &same), 1);
  selftest_percent(t, wrong, 1);
  selftest_percent(t, share(once.verdicts[HX_COMPARE_SLOWER], &once), 1);
  selftest_percent(t, found, 1);
  selftest_kept(t, promised, kept);
  return !promised || kept;
}

static void describe_margins(hx_table *t) {
  hx_table_note(t, "most: runs that a comparison may take. runs (median), SLOWER, open: when "
                   "nothing changed. said: what --dry-run "
                   "says of a workload it knows nothing of. SAME, found: of programs that are "
                   "slower by the margin. twice: found, of those slower by twice the margin.");
  hx_table_note(t, "Promised: SLOWER at most 1 %% when nothing changed; SAME at most 5 %% at the "
                   "margin; at least 90 %% found at twice the margin; said within 40 %%.");
}

/* ---- */

int selftest_show_compare(const selftest_options *o) {
  static const hx_noise_kind kinds[] = {HX_NOISE_RECORDED, HX_NOISE_SIMULATED, HX_NOISE_DUET};
  static const struct {
    double slowdown;
    int blocks;
  } cases[] = {{0, HX_COMPARE_USUAL_BLOCKS},    {0.02, HX_COMPARE_USUAL_BLOCKS},
               {0.03, HX_COMPARE_USUAL_BLOCKS}, {0.05, HX_COMPARE_USUAL_BLOCKS},
               {0, HX_COMPARE_MAX_BLOCKS},      {0.03, HX_COMPARE_MAX_BLOCKS}};
  enum { CASES = sizeof cases / sizeof *cases };
  size_t trials = selftest_repetitions(o, 500), n_kinds = o->is_short ? 2 : 3, broken = 0;
  hx_table *tables[] = {compare_table(), margin_table(), today_table()};
  hx_table *t = tables[0], *by_margin = tables[1], *today = tables[2];

  hx_progress *progress = hx_progress_start("selftest compare", n_kinds * (CASES + MARGINS));
  for (size_t row = 0; row < n_kinds * CASES; row++) {
    hx_noise_kind noise = kinds[row / CASES];
    double slowdown = cases[row % CASES].slowdown;
    int blocks = cases[row % CASES].blocks;
    hx_selftest_compare_figures f;
    hx_selftest_compare(slowdown, noise, blocks, trials, &f);
    bool promised = noise != HX_NOISE_DUET && fabs(slowdown - 0.02) > 0.001;
    bool kept = compare_keeps(slowdown, blocks, &f);
    broken += promised && !kept;

    hx_table_row(t);
    hx_table_text(t, "%s", hx_noise_name(noise));
    selftest_percent(t, slowdown, 0);
    hx_table_number(t, 4 * blocks, 0);
    selftest_percent(t, share(f.verdicts[HX_COMPARE_SLOWER], &f), 1);
    selftest_percent(t, share(f.verdicts[HX_COMPARE_FASTER], &f), 1);
    selftest_percent(t, share(f.verdicts[HX_COMPARE_SAME], &f), 1);
    selftest_percent(t, share(f.verdicts[HX_COMPARE_INCONCLUSIVE], &f), 1);
    hx_table_number(t, f.runs_median, 0);
    hx_table_number(t, f.runs_p90, 0);
    selftest_kept(t, promised, kept);
    hx_progress_update(progress, row + 1, NULL);

    if (blocks > HX_COMPARE_USUAL_BLOCKS)
      continue;
    hx_table_row(today);
    hx_table_text(today, "%s", hx_noise_name(noise));
    selftest_percent(today, slowdown, 0);
    selftest_percent(today, share(f.u_test_slower, &f), 1);
    selftest_percent(today, share(f.u_test_faster, &f), 1);
    selftest_percent(today, share(f.mean_sd_slower, &f), 1);
    selftest_percent(today, share(f.mean_sd_faster, &f), 1);

    if (row == 0) {
      int alarms = (int)f.verdicts[HX_COMPARE_SLOWER];
      hx_table_note(t,
                    "False alarms on recorded noise: %d of %zu called SLOWER, 95 %% upper bound "
                    "%.1f %%.",
                    alarms, trials, 100 * hx_stats_binomial_upper(alarms, (int)trials, 0.95));
    }
  }
  for (size_t row = 0; row < n_kinds * MARGINS; row++) {
    broken += !add_margin(by_margin, kinds[row / MARGINS], margins[row % MARGINS], trials);
    hx_progress_update(progress, n_kinds * CASES + row + 1, NULL);
  }
  describe_margins(by_margin);
  hx_progress_finish(progress);
  hx_table_note(t,
                "%zu comparisons a row, of at most so many runs (200 without a --budget). open: "
                "INCONCLUSIVE after them. runs: median.",
                trials);
  hx_table_note(t, "Promised: SLOWER at most 1 %% when nothing changed, at least 90 %% at 3 %% and "
                   "99 %% at 5 %%; at most 10 %% open; of at most 200 runs 100 when nothing "
                   "changed and 60 at 5 %%.");
  hx_table_note(today, "All of A first, then all of B. U test: Mann-Whitney, p < 0.05. mean + SD: "
                       "B's mean beyond A's mean by more than A's standard deviation.");
  return selftest_conclude(o, tables, 3, true, broken);
}
