/* pvtune selftest search|compare|history: how often our own statistics are wrong
 * (decide/selftest.h). */
#include "cli/command.h"
#include "cli/message.h"
#include "cli/table.h"

#include "decide/selftest.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

typedef struct selftest_options {
  long seeds; /* 0: as many as the chosen part needs */
  bool is_short;
} selftest_options;

static const hx_option options_table[] = {
    {.name = "seeds",
     .type = HX_OPT_INT,
     .offset = offsetof(selftest_options, seeds),
     .metavar = "N",
     .default_text = "200 search, 500 compare, 1000 history",
     .min = 1,
     .max = HX_SELFTEST_MAX_TRIALS,
     .help = "repetitions behind each row"},
    {.name = "short",
     .type = HX_OPT_FLAG,
     .offset = offsetof(selftest_options, is_short),
     .help = "a tenth of the repetitions, without the noise no promise is made for"},
    {.name = NULL},
};

static size_t repetitions(const selftest_options *o, size_t full) {
  return o->seeds > 0 ? (size_t)o->seeds : o->is_short ? (full + 9) / 10 : full;
}

/* A share as a percentage; the fraction itself goes to CSV and JSON. */
static void percent_cell(hx_table *t, double share, int decimals) {
  if (isnan(share))
    hx_table_empty(t);
  else
    hx_table_number_as(t, share, "%.*f %%", decimals, 100 * share);
}

/* "yes" or "NO"; empty where nothing is promised. */
static void kept_cell(hx_table *t, bool promised, bool kept) {
  hx_table_text(t, "%s", !promised ? "" : kept ? "yes" : "NO");
}

/* The tables' last words and the exit code. */
static int conclude(const hx_context *cx, hx_table **tables, size_t n, bool ok, size_t broken) {
  int code = HX_EXIT_FAILED;
  if (!ok)
    hx_error("out of memory");
  else if ((code = hx_command_print(cx, tables, n)) == HX_EXIT_OK && broken > 0) {
    hx_error("selftest: %zu row%s without what is promised (marked NO)", broken,
             broken == 1 ? "" : "s");
    code = HX_EXIT_FAILED;
  }
  for (size_t i = 0; i < n; i++)
    hx_table_destroy(tables[i]);
  return code;
}

static int run_search(const hx_context *cx, const selftest_options *o) {
  static const hx_noise_kind kinds[] = {HX_NOISE_RECORDED, HX_NOISE_SIMULATED, HX_NOISE_DUET};
  static const size_t sizes[] = {HX_SURFACE_SMALL, HX_SURFACE_LARGE};
  size_t seeds = repetitions(o, 200), n_kinds = o->is_short ? 2 : 3, broken = 0;

  hx_table *t = hx_table_create("search", "Racing on synthetic surfaces");
  hx_table_column(t, "noise", "noise", HX_COL_TEXT);
  hx_table_column(t, "configurations", "configs", HX_COL_NUMBER);
  hx_table_column(t, "surface", "surface", HX_COL_TEXT);
  hx_table_column(t, "regret_median", NULL, HX_COL_NUMBER);
  hx_table_column(t, "regret_p95", "regret", HX_COL_NUMBER);
  hx_table_column(t, "regret_worst", NULL, HX_COL_NUMBER);
  hx_table_column(t, "regret_p95_exhaustive", "ten each", HX_COL_NUMBER);
  hx_table_column(t, "cost", "cost", HX_COL_NUMBER);
  hx_table_column(t, "cost_promised", "at most", HX_COL_NUMBER);
  hx_table_column(t, "cost_p95", NULL, HX_COL_NUMBER);
  hx_table_column(t, "blocks", NULL, HX_COL_NUMBER);
  hx_table_column(t, "noise_sd", NULL, HX_COL_NUMBER);
  hx_table_column(t, "same", NULL, HX_COL_NUMBER);
  hx_table_column(t, "same_or_tied", "again", HX_COL_NUMBER);
  hx_table_column(t, "truly_tied", NULL, HX_COL_NUMBER);
  hx_table_column(t, "kept", "kept", HX_COL_TEXT);

  hx_progress *progress = hx_progress_start("selftest search", n_kinds * 6);
  bool ok = true;
  for (size_t row = 0; row < n_kinds * 6 && ok; row++) {
    hx_noise_kind noise = kinds[row / 6];
    size_t m = sizes[row / 3 % 2];
    hx_surface_shape shape = (hx_surface_shape)(row % 3);
    hx_selftest_search_figures f;
    ok = hx_selftest_search(shape, m, noise, seeds, !o->is_short, &f);
    hx_selftest_search_target promise = hx_selftest_search_promise(shape, m);
    bool promised = noise != HX_NOISE_DUET;
    bool kept = f.regret_p95 <= promise.regret_p95 && f.cost <= promise.cost &&
                f.same_or_tied >= promise.same_or_tied;
    broken += promised && !kept;

    hx_table_row(t);
    hx_table_text(t, "%s", hx_noise_name(noise));
    hx_table_number(t, (double)m, 0);
    hx_table_text(t, "%s", hx_surface_name(shape));
    percent_cell(t, f.regret_median, 2);
    percent_cell(t, f.regret_p95, 2);
    percent_cell(t, f.regret_worst, 2);
    percent_cell(t, f.exhaustive_p95, 2);
    percent_cell(t, f.cost, 0);
    percent_cell(t, promised ? promise.cost : (double)NAN, 0);
    percent_cell(t, f.cost_p95, 0);
    hx_table_number(t, f.blocks, 1);
    percent_cell(t, f.noise, 2);
    percent_cell(t, f.same, 1);
    percent_cell(t, f.same_or_tied, 1);
    percent_cell(t, f.truly_tied, 1);
    kept_cell(t, promised, kept);
    hx_progress_update(progress, row + 1, NULL);
  }
  hx_progress_finish(progress);
  hx_table_note(t,
                "%zu surfaces a row, each tuned twice. regret: true time of the winner over the "
                "best, 95th percentile, promised 2.5 %%; ten each: after ten repetitions of "
                "everything instead.",
                seeds);
  hx_table_note(t, "cost: wall time over that of ten repetitions each. again: second tuning gives "
                   "the same or a tied winner, promised 95 %%.");
  hx_table_note(t, "recorded duet (two runs at a time, sd 20 %%) has no promise: not even ten "
                   "repetitions of everything find the best there.");
  return conclude(cx, &t, 1, ok, broken);
}

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

static int run_compare(const hx_context *cx, const selftest_options *o) {
  static const hx_noise_kind kinds[] = {HX_NOISE_RECORDED, HX_NOISE_SIMULATED, HX_NOISE_DUET};
  static const struct {
    double slowdown;
    int blocks;
  } cases[] = {{0, HX_COMPARE_USUAL_BLOCKS},    {0.02, HX_COMPARE_USUAL_BLOCKS},
               {0.03, HX_COMPARE_USUAL_BLOCKS}, {0.05, HX_COMPARE_USUAL_BLOCKS},
               {0, HX_COMPARE_MAX_BLOCKS},      {0.03, HX_COMPARE_MAX_BLOCKS}};
  enum { CASES = sizeof cases / sizeof *cases };
  size_t trials = repetitions(o, 500), n_kinds = o->is_short ? 2 : 3, broken = 0;
  hx_table *tables[] = {compare_table(), today_table()}, *t = tables[0], *today = tables[1];

  hx_progress *progress = hx_progress_start("selftest compare", n_kinds * CASES);
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
    percent_cell(t, slowdown, 0);
    hx_table_number(t, 4 * blocks, 0);
    percent_cell(t, share(f.verdicts[HX_COMPARE_SLOWER], &f), 1);
    percent_cell(t, share(f.verdicts[HX_COMPARE_FASTER], &f), 1);
    percent_cell(t, share(f.verdicts[HX_COMPARE_SAME], &f), 1);
    percent_cell(t, share(f.verdicts[HX_COMPARE_INCONCLUSIVE], &f), 1);
    hx_table_number(t, f.runs_median, 0);
    hx_table_number(t, f.runs_p90, 0);
    kept_cell(t, promised, kept);
    hx_progress_update(progress, row + 1, NULL);

    if (blocks > HX_COMPARE_USUAL_BLOCKS)
      continue;
    hx_table_row(today);
    hx_table_text(today, "%s", hx_noise_name(noise));
    percent_cell(today, slowdown, 0);
    percent_cell(today, share(f.u_test_slower, &f), 1);
    percent_cell(today, share(f.u_test_faster, &f), 1);
    percent_cell(today, share(f.mean_sd_slower, &f), 1);
    percent_cell(today, share(f.mean_sd_faster, &f), 1);

    if (row == 0) {
      int alarms = (int)f.verdicts[HX_COMPARE_SLOWER];
      hx_table_note(t,
                    "False alarms on recorded noise: %d of %zu called SLOWER, 95 %% upper bound "
                    "%.1f %%.",
                    alarms, trials, 100 * hx_stats_binomial_upper(alarms, (int)trials, 0.95));
    }
  }
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
  return conclude(cx, tables, 2, true, broken);
}

static hx_table *history_table(void) {
  hx_table *t = hx_table_create("history", "Change points in 100 commits");
  hx_table_column(t, "series", "noise of a commit", HX_COL_TEXT);
  hx_table_column(t, "sd", "sd", HX_COL_NUMBER);
  hx_table_column(t, "flagged", "null flagged", HX_COL_NUMBER);
  hx_table_column(t, "found", "step found", HX_COL_NUMBER);
  hx_table_column(t, "placed", "within 2", HX_COL_NUMBER);
  hx_table_column(t, "extra", NULL, HX_COL_NUMBER);
  hx_table_column(t, "spiked", "spike flagged", HX_COL_NUMBER);
  hx_table_column(t, "kept", "kept", HX_COL_TEXT);
  return t;
}

static hx_table *bisect_table(size_t trials, bool *ok) {
  static const double slowdowns[] = {0.05, 0.10};
  hx_table *t = hx_table_create("bisect", "A slow commit among 30, compare as the oracle");
  hx_table_column(t, "noise", "noise", HX_COL_TEXT);
  hx_table_column(t, "slowdown", "slower", HX_COL_NUMBER);
  hx_table_column(t, "named", "named exactly", HX_COL_NUMBER);
  hx_table_column(t, "runs_median", "runs", HX_COL_NUMBER);
  for (size_t i = 0; i < 2 && *ok; i++) {
    hx_selftest_bisect_figures f;
    *ok = hx_selftest_bisect(slowdowns[i], HX_NOISE_RECORDED, trials, &f);
    hx_table_row(t);
    hx_table_text(t, "%s", hx_noise_name(HX_NOISE_RECORDED));
    percent_cell(t, slowdowns[i], 0);
    percent_cell(t, f.named, 1);
    hx_table_number(t, f.runs_median, 0);
  }
  return t;
}

static int run_history(const hx_context *cx, const selftest_options *o) {
  /* At 2 % a 5 % step is 2.5 sd of correlated noise: printed, not promised. */
  static const struct {
    const char *name;
    hx_selftest_series kind;
    double sd;
    bool promised;
  } rows[] = {
      {"AR(0.5)", HX_SELFTEST_AR, 0.005, true},
      {"AR(0.5)", HX_SELFTEST_AR, 0.010, true},
      {"AR(0.5)", HX_SELFTEST_AR, 0.015, true},
      {"AR(0.5)", HX_SELFTEST_AR, 0.020, false},
      {"recorded, 12 blocks", HX_SELFTEST_RECORDED, 0, true},
  };
  enum { ROWS = sizeof rows / sizeof *rows };
  size_t series = repetitions(o, 1000), broken = 0;
  hx_table *t = history_table();
  hx_progress *progress = hx_progress_start("selftest history", ROWS + 1);
  bool ok = true;
  for (size_t i = 0; i < ROWS && ok; i++) {
    hx_selftest_history_figures f;
    ok = hx_selftest_history(rows[i].kind, rows[i].sd, 0.05, series, &f);
    bool kept = f.flagged <= 0.05 && f.placed >= 0.85 && f.spiked <= 0;
    broken += rows[i].promised && !kept;
    hx_table_row(t);
    hx_table_text(t, "%s", rows[i].name);
    percent_cell(t, f.sd, 2);
    percent_cell(t, f.flagged, 1);
    percent_cell(t, f.found, 1);
    percent_cell(t, f.placed, 1);
    percent_cell(t, f.extra, 1);
    percent_cell(t, f.spiked, 1);
    kept_cell(t, rows[i].promised, kept);
    hx_progress_update(progress, i + 1, NULL);
  }
  hx_table_note(t,
                "%zu series a row. Promised: at most 5 %% of null series flagged, a 5 %% step "
                "placed within 2 commits in 85 %%, a single spike never.",
                series);
  hx_table *tables[] = {t, bisect_table((series + 4) / 5, &ok)};
  hx_progress_finish(progress);
  return conclude(cx, tables, 2, ok, broken);
}

static int run(const hx_context *cx, void *options) {
  static const struct {
    const char *name;
    int (*run)(const hx_context *, const selftest_options *);
  } parts[] = {{"search", run_search}, {"compare", run_compare}, {"history", run_history}};
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
    if (strcmp(cx->args[0], parts[i].name) == 0)
      return parts[i].run(cx, options);
  hx_error("selftest: found '%s', expected search, compare or history", cx->args[0]);
  return HX_EXIT_USAGE;
}

const hx_command hx_cmd_selftest = {
    .name = "selftest",
    .summary = "how often our own statistics are wrong",
    .synopsis = "search|compare|history",
    .min_args = 1,
    .max_args = 1,
    .description =
        "Replays timing noise, recorded on a shared two-core virtual machine and simulated, "
        "through "
        "the very code that decides about measurements, with a truth that is known, and prints how "
        "often it decides wrongly and what deciding costs. Nothing is measured, so the figures are "
        "the same on every machine and in every run.\n"
        "\n"
        "search: racing over 12 and 108 configurations. compare: false alarms, power and cost of a "
        "comparison, and what a U test or mean and standard deviation say on the same noise. "
        "history: change points over commits, and bisection.\n"
        "\n"
        "A row that does not keep what is promised is marked NO, and the exit code is 1.",
    .examples = "pvtune selftest compare\n"
                "    false alarms and power of 'pvtune compare'\n"
                "pvtune selftest search --short --csv\n"
                "    a quick look at the search, for a spreadsheet\n",
    .options = options_table,
    .options_size = sizeof(selftest_options),
    .run = run,
    .prints_table = true,
};
