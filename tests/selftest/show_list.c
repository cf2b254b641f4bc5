/* The table of given lists. */
#include "selftest/show.h"
#include "selftest/trial.h"

#include "cli/message.h"

#include <math.h>

int selftest_show_list(const selftest_options *o) {
  static const hx_noise_kind kinds[] = {HX_NOISE_RECORDED, HX_NOISE_SIMULATED, HX_NOISE_DUET};
  static const size_t sizes[] = {HX_SURFACE_SMALL, HX_SURFACE_LARGE};
  size_t seeds = selftest_repetitions(o, 200), n_kinds = o->is_short ? 2 : 3, broken = 0;

  hx_table *t = hx_table_create("lists", "Given lists of configurations, on synthetic surfaces");
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
  hx_table_column(t, "same", NULL, HX_COL_NUMBER);
  hx_table_column(t, "truly_tied", "again", HX_COL_NUMBER);
  hx_table_column(t, "kept", "kept", HX_COL_TEXT);

  hx_progress *progress = hx_progress_start("selftest list", n_kinds * 6);
  bool ok = true;
  for (size_t row = 0; row < n_kinds * 6 && ok; row++) {
    hx_noise_kind noise = kinds[row / 6];
    size_t m = sizes[row / 3 % 2];
    hx_surface_shape shape = (hx_surface_shape)(row % 3);
    hx_selftest_list_figures f;
    ok = hx_selftest_list(shape, m, noise, seeds, !o->is_short, &f);
    hx_selftest_list_target promise = hx_selftest_list_promise(shape, m);
    bool promised = noise != HX_NOISE_DUET;
    bool kept = f.regret_p95 <= promise.regret_p95 && f.cost <= promise.cost &&
                f.truly_tied >= promise.truly_tied;
    broken += promised && !kept;

    hx_table_row(t);
    hx_table_text(t, "%s", hx_noise_name(noise));
    hx_table_number(t, (double)m, 0);
    hx_table_text(t, "%s", hx_surface_name(shape));
    selftest_percent(t, f.regret_median, 2);
    selftest_percent(t, f.regret_p95, 2);
    selftest_percent(t, f.regret_worst, 2);
    selftest_percent(t, f.exhaustive_p95, 2);
    selftest_percent(t, f.cost, 0);
    selftest_percent(t, promised ? promise.cost : (double)NAN, 0);
    selftest_percent(t, f.cost_p95, 0);
    selftest_percent(t, f.same, 1);
    selftest_percent(t, f.truly_tied, 1);
    selftest_kept(t, promised, kept);
    hx_progress_update(progress, row + 1, NULL);
  }
  hx_progress_finish(progress);
  hx_table_note(t,
                "%zu lists in each row, each tuned twice. regret: true time of the winner over the "
                "best, 95th percentile, promised 2.5 %% (flat: 3 %%); ten each: with --exhaustive, "
                "ten rounds of "
                "everything and the same final.",
                seeds);
  hx_table_note(t, "cost: wall time over that of ten repetitions each. again: the second tuning's "
                   "winner is within 2 %% of the first's, promised 90 %% (flat: 75 %%).");
  hx_table_note(t, "recorded duet (two runs at a time, sd 20 %%) has no promise.");
  return selftest_conclude(o, &t, 1, ok, broken);
}
