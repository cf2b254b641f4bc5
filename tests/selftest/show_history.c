/* The tables of change points over commits, and of bisection. */
#include "selftest/show.h"
#include "selftest/trial.h"

#include "cli/message.h"

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
    selftest_percent(t, slowdowns[i], 0);
    selftest_percent(t, f.named, 1);
    hx_table_number(t, f.runs_median, 0);
  }
  return t;
}

int selftest_show_history(const selftest_options *o) {
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
  size_t series = selftest_repetitions(o, 1000), broken = 0;
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
    selftest_percent(t, f.sd, 2);
    selftest_percent(t, f.flagged, 1);
    selftest_percent(t, f.found, 1);
    selftest_percent(t, f.placed, 1);
    selftest_percent(t, f.extra, 1);
    selftest_percent(t, f.spiked, 1);
    selftest_kept(t, rows[i].promised, kept);
    hx_progress_update(progress, i + 1, NULL);
  }
  hx_table_note(t,
                "%zu series a row. Promised: at most 5 %% of null series flagged, a 5 %% step "
                "placed within 2 commits in 85 %%, a single spike never.",
                series);
  hx_table *tables[] = {t, bisect_table((series + 4) / 5, &ok)};
  hx_progress_finish(progress);
  return selftest_conclude(o, tables, 2, ok, broken);
}
