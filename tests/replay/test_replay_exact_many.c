/* What decide/ answers to many more questions than test_replay_exact asks, with other options, equal values and
 * the least and the most that there may be; stored as hashes. */
#include "decide/compare.h"
#include "decide/cost.h"
#include "decide/history.h"
#include "decide/pairs.h"
#include "decide/space.h"
#include "decide/stats.h"

#include "replay/exact_support.h"

enum { MOST = 240 };

static int below(hx_rng *rng, int n) {
  return (int)hx_rng_below(rng, (size_t)n);
}

static bool one_of(hx_rng *rng, int n) {
  return below(rng, n) == 0;
}

/* Timings have tails; grid > 0: many are equal. */
static void noise(double *x, size_t n, double sd, double grid, hx_rng *rng) {
  for (size_t i = 0; i < n; i++) {
    double z = hx_rng_normal(rng);
    x[i] = sd * (one_of(rng, 8) ? 4 * fabs(z) : z);
    if (grid > 0)
      x[i] = grid * round(x[i] / grid);
  }
}

static void statistics(void **state) {
  (void)state;
  hx_text t = {0}, whole = {0};
  for (uint64_t seed = 1; seed <= 400; seed++) {
    hx_rng rng;
    hx_rng_seed(&rng, 300 + seed);
    double x[MOST], work[MOST];
    size_t n = (size_t)(one_of(&rng, 3) ? below(&rng, 8) : below(&rng, 60)),
           cut = hx_rng_below(&rng, n + 1);
    noise(x, n, 1, one_of(&rng, 2) ? 0.25 : 0, &rng); /* sums of these are exact */
    double alpha = 0.5 * hx_rng_uniform(&rng), p = hx_rng_uniform(&rng);
    hx_signed_rank r = hx_stats_signed_rank(x, n, alpha);
    memcpy(work, x, sizeof work);
    double quantile = hx_stats_quantile(work, n, one_of(&rng, 5) ? 1 : p);
    hx_stats_sort(work, n);
    exact_numbers(&whole, "sorted", work, n);
    EXACT(&whole, "", r.estimate, r.lower, r.upper, quantile, hx_stats_mad_sd(work, n, 0.25),
          hx_stats_sd(x, n), hx_stats_mean(x, n), hx_stats_signed_rank_above(x, n, 0.25),
          hx_stats_signed_rank_above(x, n, -2), hx_stats_signed_rank_above(x, n, 2),
          hx_stats_mann_whitney(x, cut, x + cut, n - cut),
          hx_stats_binomial_upper((int)cut, (int)n + 1, p));
    bool reject[60];
    for (size_t i = 0; i < n; i++)
      work[i] = one_of(&rng, 3) ? 0.5 / 16 : hx_rng_uniform(&rng) * (one_of(&rng, 2) ? 0.02 : 1);
    hx_stats_holm(work, n, one_of(&rng, 2) ? 0.5 : 0.05, reject);
    for (size_t i = 0; i < n; i++)
      hx_text_put(&whole, reject[i] ? "1" : "0");
    if (seed % 20 == 0)
      exact_digest(&t, "statistics", (int)seed, &whole);
  }
  exact_check(&t, "many_statistics");
}

static void pairs(void **state) {
  (void)state;
  hx_text t = {0}, whole = {0};
  for (uint64_t seed = 1; seed <= 400; seed++) {
    hx_rng rng;
    hx_rng_seed(&rng, 800 + seed);
    enum { STRIDE = 2 };
    hx_pairs_cell cells[HX_PAIRS_MOST * STRIDE];
    double y[HX_PAIRS_MOST * STRIDE];
    int censored_each = one_of(&rng, 2) ? 1 + below(&rng, 8) : 1000,
        missing_each = one_of(&rng, 2) ? 1 + below(&rng, 8) : 1000;
    noise(y, HX_PAIRS_MOST * STRIDE, 1, one_of(&rng, 2) ? 0.25 : 0, &rng);
    for (size_t i = 0; i < HX_PAIRS_MOST * STRIDE; i++) {
      cells[i] = (hx_pairs_cell){y[i] + (double)(i % STRIDE), one_of(&rng, censored_each)};
      if (one_of(&rng, missing_each))
        cells[i].y = (double)NAN;
    }
    for (size_t n = 0; n <= HX_PAIRS_MOST; n++) {
      hx_pairs p = hx_pairs_compare(cells, cells + 1, n, STRIDE, seed % 2);
      EXACT(&whole, "", p.n, p.estimate, p.lower, p.upper, p.p_a_faster, p.p_b_faster, p.least,
            p.n_bounded);
    }
    if (seed % 20 == 0)
      exact_digest(&t, "pairs", (int)seed, &whole);
  }
  exact_check(&t, "many_pairs");
}

static hx_compare_options draw_options(hx_rng *rng) {
  static const double margins[] = {0.001, 0.006, 0.01, 0.03, 0.1};
  hx_compare_options o = hx_compare_defaults();
  o.seed = hx_rng_next(rng);
  o.margin = margins[below(rng, 5)];
  o.min_effect = one_of(rng, 3) ? 0 : 0.01 * hx_rng_uniform(rng);
  o.alpha = one_of(rng, 2) ? 0.025 : 0.2 * hx_rng_uniform(rng);
  if (one_of(rng, 4)) { /* looks of one's own */
    o.n_looks = 0;
    for (int at = 2 + below(rng, 9); o.n_looks < HX_COMPARE_MAX_LOOKS && at <= 60;
         at += 1 + below(rng, 12))
      o.looks[o.n_looks++] = at;
  }
  hx_compare_plan_looks(&o, one_of(rng, 2) ? below(rng, 220) : hx_compare_usual_blocks(o.margin));
  return o;
}

static void put_result(hx_text *t, const hx_compare_result *r) {
  hx_text_printf(t, "%d blocks %d runs %d next %d", (int)r->verdict, r->blocks, r->runs,
                 r->next_look);
  EXACT(t, "", r->change, r->lower, r->upper, r->p_slower, r->p_faster, r->detectable);
}

static void comparisons(void **state) {
  (void)state;
  hx_text t = {0}, whole = {0};
  for (uint64_t seed = 1; seed <= 200; seed++) {
    hx_rng rng;
    hx_rng_seed(&rng, 1300 + seed);
    hx_compare_options o = draw_options(&rng);
    double differences[MOST], sd = 0.1 * hx_rng_uniform(&rng) * hx_rng_uniform(&rng),
                              change = one_of(&rng, 3) ? 0 : 0.05 * hx_rng_normal(&rng);
    for (int i = 0; i < o.n_looks; i++)
      hx_text_printf(&whole, "%d ", o.looks[i]);
    hx_compare c;
    hx_compare_result r = {.blocks = -1};
    hx_compare_init(&c, &o);
    int stops = one_of(&rng, 3) ? below(&rng, 40) : 1000;
    do {
      double y[4];
      hx_text_put(&whole, hx_compare_b_first(&c) ? "B" : "A");
      noise(y, 4, sd, 0, &rng);
      hx_compare_add(
          &c, &(hx_compare_block){exp(y[0]), exp(y[1] + change), exp(y[2] + change), exp(y[3])});
    } while (hx_compare_decide(&c, &r) == HX_COMPARE_GO_ON && c.n_blocks < stops);
    put_result(&whole, &r);
    hx_compare_finish(&c, &r);
    put_result(&whole, &r);
    noise(differences, MOST, 0.03, one_of(&rng, 2) ? 0.0078125 : 0, &rng);
    size_t n = hx_rng_below(&rng, MOST);
    hx_compare_alarms a = hx_compare_false_alarms(differences, n, &o);
    EXACT(&whole, "alarms", a.n, a.k, a.slower, a.upper,
          hx_compare_detectable(sd, hx_rng_uniform(&rng), &o), hx_compare_usual_blocks(sd));
    if (seed % 8 == 0) {
      hx_cost cost = hx_cost_of_comparison(differences, n, &o);
      EXACT(&whole, "cost", cost.runs, cost.most_runs, cost.open, cost.detectable);
      exact_digest(&t, "comparisons", (int)seed, &whole);
    }
  }
  exact_check(&t, "many_comparisons");
}

/* Joint verdicts of up to seven workloads, and which of them grew. */
static void workloads(void **state) {
  (void)state;
  enum { WORKLOADS = 7, RUNS = 24 };
  hx_text t = {0}, whole = {0};
  for (uint64_t seed = 1; seed <= 2000; seed++) {
    hx_rng rng;
    hx_rng_seed(&rng, 2300 + seed);
    hx_compare_result r[WORKLOADS] = {{0}};
    bool slower[WORKLOADS] = {false}, faster[WORKLOADS] = {false};
    size_t n = hx_rng_below(&rng, WORKLOADS + 1);
    for (size_t i = 0; i < n; i++) {
      int verdict = HX_COMPARE_SAME;
      if (!one_of(&rng, 3))
        verdict = 1 + below(&rng, 3 + one_of(&rng, 3));
      r[i].verdict = (hx_compare_verdict)verdict;
      r[i].p_slower = one_of(&rng, 3) ? 0.0625 / 8 * below(&rng, 9) : 0.1 * hx_rng_uniform(&rng);
      r[i].p_faster = one_of(&rng, 3) ? 0.0625 / 8 * below(&rng, 9) : 0.1 * hx_rng_uniform(&rng);
    }
    hx_text_printf(&whole, "%d ", (int)hx_compare_combine(r, n, 0.0625, slower, faster));
    for (size_t i = 0; i < n; i++)
      hx_text_printf(&whole, "%d%d ", slower[i], faster[i]);
    double a[RUNS], b[RUNS];
    size_t n_a = hx_rng_below(&rng, RUNS), n_b = hx_rng_below(&rng, RUNS);
    for (size_t i = 0; i < RUNS; i++) {
      a[i] = 8 + below(&rng, 8);
      b[i] = 10 + below(&rng, 8);
    }
    hx_text_printf(&whole, "%d\n", hx_compare_grew(a, n_a, b, n_b, 0.125 * below(&rng, 4)));
    if (seed % 100 == 0)
      exact_digest(&t, "workloads", (int)seed, &whole);
  }
  exact_check(&t, "many_workloads");
}

static void histories(void **state) {
  (void)state;
  hx_text t = {0}, whole = {0};
  for (uint64_t seed = 1; seed <= 300; seed++) {
    hx_rng rng;
    hx_rng_seed(&rng, 4500 + seed);
    hx_history_options o = hx_history_defaults();
    o.median_span = one_of(&rng, 2) ? o.median_span : 1 + 2 * below(&rng, 30);
    o.clip_sigma = one_of(&rng, 2) ? o.clip_sigma : 0.5 + 4 * hx_rng_uniform(&rng);
    o.min_segment = one_of(&rng, 2) ? o.min_segment : 1 + hx_rng_below(&rng, 9);
    o.penalty_factor = one_of(&rng, 2) ? o.penalty_factor : 6 * hx_rng_uniform(&rng);
    o.min_change = one_of(&rng, 2) ? o.min_change : 0.04 * hx_rng_uniform(&rng);
    double y[MOST], level = hx_rng_normal(&rng), before = 0;
    size_t n = hx_rng_below(&rng, one_of(&rng, 2) ? 20 : 90);
    double alike = one_of(&rng, 2) ? 0 : hx_rng_uniform(&rng);
    int step_each = 4 + below(&rng, 40), spike_each = 3 + below(&rng, 60);
    noise(y, n, 0.002 + 0.01 * hx_rng_uniform(&rng), one_of(&rng, 4) ? 0.00390625 : 0, &rng);
    for (size_t i = 0; i < n; i++) {
      level += one_of(&rng, step_each) ? 0.05 * hx_rng_normal(&rng) : 0;
      before = alike * before + y[i];
      y[i] = level + before + (one_of(&rng, spike_each) ? 0.2 * hx_rng_normal(&rng) : 0);
    }
    hx_history_change changes[MOST];
    hx_history_fit fit;
    assert_true(hx_history_detect(y, n, &o, changes, &fit));
    size_t at[4];
    for (int i = 0; i < 4; i++)
      at[i] = hx_rng_below(&rng, n + 1);
    hx_text_printf(&whole, "%zu of %zu open", fit.n_changes,
                   hx_history_accept(changes, fit.n_changes, at, hx_rng_below(&rng, 5),
                                     hx_rng_below(&rng, 6)));
    EXACT(&whole, "", fit.sigma, fit.rho);
    for (size_t i = 0; i < fit.n_changes; i++)
      EXACT(&whole, "  change", (double)changes[i].at, changes[i].before, changes[i].after,
            changes[i].change, changes[i].accepted);
    if (seed % 20 == 0)
      exact_digest(&t, "histories", (int)seed, &whole);
  }
  exact_check(&t, "many_histories");
}

/* Accepted positions that two changes are equally near to, or just within reach. */
static void accepted(void **state) {
  (void)state;
  hx_text t = {0}, whole = {0};
  for (uint64_t seed = 1; seed <= 2000; seed++) {
    hx_rng rng;
    hx_rng_seed(&rng, 6100 + seed);
    hx_history_change changes[8] = {{0}};
    size_t n = hx_rng_below(&rng, 9), at[4], n_at = hx_rng_below(&rng, 5);
    for (size_t i = 0; i < n; i++) {
      changes[i].at = (i > 0 ? changes[i - 1].at : 0) + 1 + hx_rng_below(&rng, 4);
      changes[i].change = 0.125 * (below(&rng, 5) - 2);
    }
    for (size_t i = 0; i < n_at; i++)
      at[i] = hx_rng_below(&rng, 26);
    hx_text_printf(&whole,
                   "%zu open:", hx_history_accept(changes, n, at, n_at, hx_rng_below(&rng, 5)));
    for (size_t i = 0; i < n; i++)
      hx_text_put(&whole, changes[i].accepted ? " 1" : " 0");
    if (seed % 100 == 0)
      exact_digest(&t, "accepted", (int)seed, &whole);
  }
  exact_check(&t, "many_accepted");
}

static uint64_t places(void *context, const hx_point *p) {
  const int *sharing = context;
  return (uint64_t)(p->value[1] / *sharing);
}

static bool can_run(void *context, const hx_point *p) {
  (void)context;
  return (p->value[1] + p->threads) % 4 != 0;
}

static void put_point(hx_text *t, const hx_space *s, const hx_point *p) {
  hx_text_printf(t, " %d:%dx%d", p->executor, p->processes, p->threads);
  for (int a = 0; a < s->n_axes; a++)
    hx_text_printf(t, "/%d", p->value[a]);
}

static void spaces(void **state) {
  (void)state;
  hx_text t = {0}, whole = {0};
  for (uint64_t seed = 1; seed <= 600; seed++) {
    hx_rng rng;
    hx_rng_seed(&rng, 9100 + seed);
    int sharing = 1 + below(&rng, 3);
    hx_space s = {
        .executors = {HX_SPACE_SERIAL, HX_SPACE_THREADS, HX_SPACE_PROCESSES, HX_SPACE_HYBRID},
        .n_executors = 4,
        .axes = {{"level", 3, true, false}, {"pin", 5, false, true}, {"chunk", 4, true, true}},
        .n_axes = 1 + below(&rng, 3),
        .place_axis = below(&rng, 3),
        .cpus = 1 + below(&rng, one_of(&rng, 2) ? 6 : 80),
        .units = one_of(&rng, 3) ? 0 : 1 + below(&rng, one_of(&rng, 2) ? 12 : 400),
        .confined = one_of(&rng, 2),
        .uneven = one_of(&rng, 3),
        .listed = one_of(&rng, 4),
        .n_counts = one_of(&rng, 8) ? HX_SPACE_COUNTS : below(&rng, 5),
        .place = one_of(&rng, 3) ? NULL : places,
        .can_run = one_of(&rng, 2) ? NULL : can_run,
        .context = &sharing};
    for (int i = 0; i < s.n_counts; i++)
      s.counts[i] = s.n_counts > 5 ? 2 + i : below(&rng, 90);
    int ladder[HX_SPACE_COUNTS], n = hx_space_ladder(&s, ladder);
    hx_text_printf(&whole, "%s, most %d: ", hx_space_is_large(&s) ? "large" : "small",
                   hx_space_most_workers(&s));
    for (int i = 0; i < n; i++)
      hx_text_printf(&whole, " %d", ladder[i]);
    for (int i = 0; i < 40; i++) {
      int low = 1 + below(&rng, 30), high = low + below(&rng, 30);
      hx_text_printf(&whole, " %d", hx_space_between(&s, low, high, 1 + below(&rng, 4)));
    }
    hx_point last = {0};
    for (int i = 0; i < 40; i++) {
      int value[HX_SPACE_AXES] = {below(&rng, 3), below(&rng, 5), below(&rng, 4)};
      hx_point p = hx_space_point(&s, below(&rng, 4), 1 + below(&rng, 4),
                                  1 + below(&rng, s.cpus + 3), value);
      put_point(&whole, &s, &p);
      for (int a = 0; a < s.n_axes; a++)
        p.value[a] = value[a];
      hx_text_put(&whole, hx_space_canonical(&s, &p) ? " is" : " is not");
      put_point(&whole, &s, &p);
      int order = hx_space_prefer(&s, &p, &last);
      hx_text_printf(&whole, "%d%d\n",
                     order < 0   ? 1
                     : order > 0 ? 2
                                 : 0,
                     hx_point_equal(&p, &last));
      last = p;
    }
    if (seed % 30 == 0)
      exact_digest(&t, "spaces", (int)seed, &whole);
  }
  exact_check(&t, "many_spaces");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(statistics), cmocka_unit_test(pairs),     cmocka_unit_test(comparisons),
      cmocka_unit_test(workloads),  cmocka_unit_test(histories), cmocka_unit_test(accepted),
      cmocka_unit_test(spaces),
  };
  exact_digits = 6;
  return cmocka_run_group_tests(tests, NULL, NULL);
}
