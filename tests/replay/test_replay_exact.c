/* What decide/ answers to many fixed questions is, number by number, what is stored. Why the answers
 * are right is shown by the tests of each module; these notice that one changes. */
#include "decide/cost.h"
#include "decide/estimate.h"
#include "decide/history.h"
#include "decide/pairs.h"
#include "decide/space.h"
#include "decide/stats.h"
#include "decide/usl.h"

#include "replay/exact_support.h"

enum { MOST = 240 };

/* Noise with the tails that timings have, `sd` wide in its middle. */
static void noise(double *x, size_t n, double centre, double sd, uint64_t seed) {
  hx_rng rng;
  hx_rng_seed(&rng, seed);
  for (size_t i = 0; i < n; i++) {
    double z = hx_rng_normal(&rng);
    x[i] = centre + sd * (hx_rng_below(&rng, 8) == 0 ? 4 * fabs(z) : z);
  }
}

static void copy_of(double *to, const double *from, size_t n) {
  memcpy(to, from, n * sizeof *to);
}

static void chance(void **state) {
  (void)state;
  hx_text t = {0};
  hx_rng rng;
  size_t order[9] = {0, 1, 2, 3, 4, 5, 6, 7, 8};
  hx_rng_seed(&rng, 20);
  for (size_t n = 1; n <= 9; n++)
    EXACT(&t, "drawn", (double)hx_rng_below(&rng, n), hx_rng_normal(&rng),
          hx_rng_exponential(&rng));
  hx_rng_shuffle(&rng, order, 9);
  for (size_t i = 0; i < 9; i++)
    hx_text_printf(&t, "%zu ", order[i]);
  hx_text_put(&t, "\n");
  exact_check(&t, "chance");
}

static void statistics(void **state) {
  (void)state;
  hx_text t = {0};
  for (size_t n = 0; n <= 24; n++) {
    double x[24] = {0}, work[24], even[24];
    noise(x, n, 0.3, 1, n);
    for (size_t i = 0; i < n; i++)
      even[i] = round(2 * x[i]); /* with ties */
    hx_signed_rank a = hx_stats_signed_rank(x, n, 0.025), b = hx_stats_signed_rank(even, n, 0.1);
    copy_of(work, x, n);
    double q[3];
    for (size_t i = 0; i < 3; i++)
      q[i] = hx_stats_quantile(work, n, 0.1 + 0.35 * (double)i);
    EXACT(&t, "signed rank", a.estimate, a.lower, a.upper, b.estimate, b.lower, b.upper,
          hx_stats_signed_rank_above(x, n, 0.1), hx_stats_signed_rank_above(even, n, 0));
    copy_of(work, x, n);
    EXACT(&t, "  spread", q[0], q[1], q[2], hx_stats_mad_sd(work, n, 0.3), hx_stats_sd(x, n),
          hx_stats_mean(x, n));
    EXACT(&t, "  two sides", hx_stats_mann_whitney(x, n / 2, x + n / 2, n - n / 2),
          hx_stats_mann_whitney(even, n / 3, even + n / 3, n - n / 3),
          hx_stats_binomial_upper((int)n / 5, (int)n, 0.95));
    if (n > 0)
      EXACT(&t, "  tails", hx_stats_normal_quantile((double)n / 25),
            hx_stats_t_quantile((double)n / 25, (double)n),
            hx_stats_t_upper((double)n / 7, (double)n));
  }
  double many[102];
  noise(many, 102, 0, 1, 5);
  EXACT(&t, "large", hx_stats_mann_whitney(many, 51, many + 51, 51),
        hx_stats_mann_whitney(many, 50, many + 50, 50),
        hx_stats_mann_whitney(many, 50, many + 50, 51));
  exact_check(&t, "statistics");
}

static void put_result(hx_text *t, const hx_compare_result *r) {
  hx_text_printf(t, "%s blocks %d runs %d next %d", hx_compare_verdict_name(r->verdict), r->blocks,
                 r->runs, r->next_look);
  EXACT(t, "", r->change, r->lower, r->upper, r->p_slower, r->p_faster, r->detectable);
}

/* One comparison to its end, each look told. */
static void compare(hx_text *t, double change, double sd, const hx_compare_options *o) {
  hx_compare c;
  hx_compare_result r = {.blocks = -1};
  double run[4 * HX_COMPARE_MAX_BLOCKS];
  noise(run, sizeof run / sizeof *run, 0, sd, o->seed + 77);
  hx_compare_init(&c, o);
  EXACT(t, "comparison", change, sd, c.p_slower, c.p_faster);
  hx_compare_verdict verdict = HX_COMPARE_GO_ON;
  while (verdict == HX_COMPARE_GO_ON) {
    const double *y = run + 4 * (ptrdiff_t)c.n_blocks;
    int last = r.blocks;
    hx_text_put(t, hx_compare_b_first(&c) ? "B" : "A");
    hx_compare_add(
        &c, &(hx_compare_block){exp(y[0]), exp(y[1] + change), exp(y[2] + change), exp(y[3])});
    if (c.n_blocks == 3) {
      hx_compare early = c;
      hx_compare_result at_end;
      hx_compare_finish(&early, &at_end);
      put_result(t, &at_end);
    }
    verdict = hx_compare_decide(&c, &r);
    if (r.blocks != last)
      put_result(t, &r);
  }
  hx_compare_decide(&c, &r);
  hx_compare_finish(&c, &r);
  put_result(t, &r);
  exact_numbers(t, "A against A", c.aa, (size_t)c.n_blocks);
  exact_numbers(t, "B against B", c.bb, (size_t)c.n_blocks);
}

static void comparisons(void **state) {
  (void)state;
  static const double changes[] = {0, 0.004, 0.012, 0.03, -0.02, 0.2};
  hx_text t = {0};
  hx_compare_options o = hx_compare_defaults();
  EXACT(&t, "defaults", o.min_effect, o.margin, o.alpha, o.n_looks, (double)o.seed);
  for (size_t i = 0; i < sizeof changes / sizeof *changes; i++)
    for (int wide = 0; wide < 3; wide++) {
      o = hx_compare_defaults();
      o.seed = 10 * i + (uint64_t)wide;
      hx_compare_plan_looks(&o, wide == 2 ? 100 : 50);
      compare(&t, changes[i], wide == 0 ? 0.003 : wide == 1 ? 0.02 : 0.08, &o);
    }
  exact_check(&t, "comparisons");
}

static void plans_of_comparisons(void **state) {
  (void)state;
  static const int budgets[] = {0,  8,  9,  12,  13,  24,  35,  36, 49,
                                50, 71, 72, 100, 143, 144, 199, 200};
  hx_text t = {0};
  double differences[MOST];
  for (size_t i = 0; i < sizeof budgets / sizeof *budgets; i++) {
    hx_compare_options o = hx_compare_defaults();
    hx_compare_plan_looks(&o, budgets[i]);
    hx_text_printf(&t, "%d blocks:", budgets[i]);
    for (int k = 0; k < o.n_looks; k++)
      hx_text_printf(&t, " %d", o.looks[k]);
    noise(differences, MOST, 0, 0.03, i);
    hx_compare_alarms a = hx_compare_false_alarms(differences, MOST - i, &o);
    EXACT(&t, "; alarms", a.n, a.k, a.slower, a.upper);
    hx_cost cost = hx_cost_of_comparison(differences, 10 * i, &o);
    EXACT(&t, "  cost", cost.runs, cost.most_runs, cost.open, cost.detectable);
    EXACT(&t, "  detectable", hx_compare_detectable(0.002, 0.9, &o),
          hx_compare_detectable(0.01, 0.5, &o), hx_compare_detectable(0.05, 0.8, &o),
          hx_compare_usual_blocks(0.001 + 0.003 * (double)i));
  }
  hx_compare_options one = hx_compare_defaults();
  one.n_looks = 0;
  hx_compare_plan_looks(&one, 20);
  assert_int_equal(one.n_looks, 0);
  one = hx_compare_defaults();
  one.n_looks = 1;
  one.margin = 0.4; /* the first look already finds much noise to be the same */
  noise(differences, MOST, 0, 2, 9);
  hx_compare_alarms wild = hx_compare_false_alarms(differences, MOST, &one);
  EXACT(&t, "wild", wild.n, wild.k, wild.slower, wild.upper);
  exact_check(&t, "plans_of_comparisons");
}

static void several_workloads(void **state) {
  (void)state;
  hx_text t = {0};
  for (unsigned k = 0; k < 625; k++) {
    hx_compare_result r[2] = {{0}};
    bool slower[2], faster[2];
    static const double p[] = {0, 0.0125, 0.025, 0.03, 1};
    unsigned code = k;
    for (size_t i = 0; i < 2; i++, code /= 25) {
      r[i].verdict = (hx_compare_verdict)(code % 5);
      r[i].p_slower = p[code / 5 % 5];
      r[i].p_faster = p[4 - code / 5 % 5];
    }
    hx_compare_verdict all = hx_compare_combine(r, 2, 0.025, slower, faster);
    hx_text_printf(&t, "%d%d%d%d%d%s", all, slower[0], slower[1], faster[0], faster[1],
                   k % 12 == 11 ? "\n" : " ");
  }
  hx_text_put(&t, "\n");
  for (size_t n = 3; n <= 17; n++) {
    double a[17], b[17];
    noise(a, n, 100, 10, n);
    noise(b, n, 130, 10, n + 40);
    hx_text_printf(&t, "grew:");
    for (int percent = 0; percent <= 40; percent += 4)
      hx_text_printf(&t, " %d",
                     hx_compare_grew(a, n, b, 20 - n < 17 ? 20 - n : 17, 0.01 * percent));
    hx_text_put(&t, "\n");
  }
  exact_check(&t, "several_workloads");
}

static void pairs(void **state) {
  (void)state;
  enum { ROUNDS = 16, STRIDE = 3 };
  hx_text t = {0};
  for (size_t n = 0; n <= ROUNDS; n++)
    for (unsigned kind = 0; kind < 4; kind++) {
      hx_pairs_cell cells[ROUNDS * STRIDE];
      double y[ROUNDS * STRIDE];
      noise(y, ROUNDS * STRIDE, 1, 0.1, 100 * n + kind);
      for (size_t i = 0; i < ROUNDS * STRIDE; i++) {
        cells[i] = (hx_pairs_cell){y[i] + 0.06 * (double)(i % STRIDE), kind > 1 && i % 4 == 1};
        if (kind % 2 && i % 11 == 3)
          cells[i].y = (double)NAN;
      }
      hx_pairs p = hx_pairs_compare(cells, cells + 2, n, STRIDE, kind == 3);
      EXACT(&t, "pairs", p.n, p.estimate, p.lower, p.upper, p.p_a_faster, p.p_b_faster, p.least,
            p.n_bounded);
    }
  for (size_t n = 0; n <= 14; n++) {
    double seconds[2][MOST];
    hx_search_estimate e[2];
    for (size_t i = 0; i < 2; i++) {
      e[i] = hx_search_estimate_unknown();
      noise(seconds[i], MOST, 5 + (double)i, 0.2, n + 30 * i);
      hx_search_estimate_times(&e[i], seconds[i], n < 14 ? n + i : MOST);
    }
    EXACT(&t, "estimate", e[1].fate, e[1].n_valid, e[1].n_censored, e[1].n_invalid, e[1].seconds,
          e[1].lower_s, e[1].upper_s, hx_search_estimate_order(&e[0], &e[1]));
    hx_interval ratio = {1.1, n % 3 ? 1.05 : (double)NAN, 1.2, (int)n}, gain = {2, 1.8, 2.3, 9};
    double lower, upper;
    hx_search_estimate_relative(&e[1], 3, &ratio);
    hx_search_gain_bounds(&e[1], &gain, &lower, &upper);
    e[1].fate = (hx_search_fate)(n % 6);
    const char *word = hx_search_fate_word(e[1].fate, n < 7);
    EXACT(&t, word, e[1].seconds, e[1].lower_s, e[1].upper_s, e[1].ratio, e[1].ratio_lower,
          e[1].ratio_upper, lower, upper, hx_search_fate_of_word(word),
          hx_search_estimate_order(&e[1], &e[0]), hx_search_estimate_order(&e[0], &e[1]));
  }
  hx_text_printf(&t, "%d %d\n", hx_search_fate_of_word("slow"), hx_search_fate_of_word(""));
  exact_check(&t, "pairs");
}

static void scaling(void **state) {
  (void)state;
  static const int counts[] = {1, 2, 3, 4, 6, 8, 12, 16, 2, 1};
  hx_text t = {0};
  for (size_t k = 0; k < 24; k++) {
    hx_usl_point p[10];
    double scatter[10], a = 0.03 * (double)(k % 5), b = k % 3 == 0 ? 0 : 0.0008 * (double)(k % 4);
    size_t n = k < 4 ? k + 1 : 4 + k % 7;
    noise(scatter, 10, 0, 0.002 + 0.004 * (double)(k % 6), k);
    for (size_t i = 0; i < n; i++) {
      double w = counts[i];
      p[i] =
          (hx_usl_point){counts[i], 7 * (1 + a * (w - 1) + b * w * (w - 1)) / w * exp(scatter[i]),
                         1 + (int)(i + k) % 3};
    }
    hx_usl u = hx_usl_fit(p, n);
    double x[] = {u.one_s,        u.contention,      u.contention_lower,   u.contention_upper,
                  u.coherency,    u.coherency_lower, u.coherency_upper,    u.peak,
                  u.peak_speedup, u.misfit,          hx_usl_seconds(&u, 5)};
    hx_text_printf(&t, "%d %d", u.fitted, u.coherency_shown);
    for (size_t i = 0; i < sizeof x / sizeof *x;
         i++) /* a minimum is found to about half the digits */
      hx_text_printf(&t, " %.4g", fabs(x[i]) < 1e-7 ? 0 : x[i]);
    char text[400];
    hx_usl_sentence(&u, text, sizeof text);
    hx_text_printf(&t, "\n  %s\n", text);
  }
  exact_check(&t, "scaling");
}

static void histories(void **state) {
  (void)state;
  hx_text t = {0};
  hx_history_options o = hx_history_defaults();
  EXACT(&t, "defaults", o.median_span, o.clip_sigma, (double)o.min_segment, o.penalty_factor,
        o.min_change);
  for (size_t k = 0; k < 40; k++) {
    size_t n = k < 12 ? k : 12 + 2 * k;
    double y[MOST], before = 0;
    hx_history_change changes[MOST];
    hx_history_fit fit;
    noise(y, n, 0.2, 0.004 + 0.002 * (double)(k % 4), k);
    for (size_t i = 0; i < n; i++) {
      if (k % 3 == 1)
        y[i] = before = 0.6 * before + y[i] - 0.2; /* commits near each other are alike */
      y[i] += (i > n / 3 ? 0.006 * (double)(k % 7) : 0) - (i + 5 > n ? 0.05 : 0);
    }
    assert_true(hx_history_detect(y, n, &o, changes, &fit));
    size_t at[] = {n / 3, 2 * n / 3};
    hx_text_printf(&t, "%zu values: %zu open", n,
                   hx_history_accept(changes, fit.n_changes, at, k % 3, 2));
    EXACT(&t, ";", fit.sigma, fit.rho, (double)fit.n_changes);
    for (size_t i = 0; i < fit.n_changes; i++)
      EXACT(&t, "  change", (double)changes[i].at, changes[i].before, changes[i].after,
            changes[i].change, changes[i].accepted);
  }
  exact_check(&t, "histories");
}

/* Each commit's verdict is a figure of `code`; which commits are asked for, and what is left. */
static void bisections(void **state) {
  (void)state;
  hx_text t = {0};
  for (unsigned code = 0; code < 200; code++) {
    size_t n = 2 + code % 13, commit, good, bad, steps;
    hx_bisect *b = hx_bisect_create(n);
    assert_non_null(b);
    hx_text_printf(&t, "%zu:", n);
    for (unsigned rest = code * 2654435761U; hx_bisect_next(b, &commit); rest = rest * 69069 + 1) {
      hx_bisect_get(b, &good, &bad, &steps);
      unsigned kind = rest >> 29;
      hx_text_printf(&t, " %zu(%zu %u)", commit, steps, kind);
      if (kind == 7)
        hx_bisect_skip(b, commit);
      else
        hx_bisect_tell(b, commit, kind > 4 ? HX_COMPARE_INCONCLUSIVE : (hx_compare_verdict)kind);
    }
    hx_bisect_get(b, &good, &bad, NULL);
    hx_text_printf(&t, " -> %zu %zu\n", good, bad);
    hx_bisect_destroy(b);
  }
  exact_check(&t, "bisections");
}

static uint64_t places(void *context, const hx_point *p) {
  (void)context;
  return p->processes > 2 ? (uint64_t)p->value[0] : (uint64_t)(p->value[0] / 2);
}

static bool can_run(void *context, const hx_point *p) {
  (void)context;
  return p->value[0] != 2 || p->threads < 3;
}

static void spaces(void **state) {
  (void)state;
  hx_text t = {0};
  for (int k = 0; k < 36; k++) {
    static const int cpus[] = {1, 2, 3, 8, 12, 30}, units[] = {0, 1, 5, 18, 100, 1000};
    hx_space s = {
        .executors = {HX_SPACE_SERIAL, HX_SPACE_THREADS, HX_SPACE_PROCESSES, HX_SPACE_HYBRID},
        .n_executors = 4,
        .axes = {{"pin", 4, false, true}, {"level", 3, true, false}},
        .n_axes = 2,
        .cpus = cpus[k % 6],
        .units = units[k / 6],
        .confined = k % 4 == 1,
        .uneven = k % 5 == 2,
        .listed = k % 7 == 3,
        .counts = {4, 6, 200, 0},
        .n_counts = 4,
        .place = k % 3 ? places : NULL,
        .can_run = k % 2 ? can_run : NULL};
    int ladder[HX_SPACE_COUNTS], n = hx_space_ladder(&s, ladder);
    hx_text_printf(&t, "%d CPUs, %d units: most %d; ladder", s.cpus, s.units,
                   hx_space_most_workers(&s));
    for (int i = 0; i < n; i++)
      hx_text_printf(&t, " %d", ladder[i]);
    hx_text_put(&t, "; between");
    for (int low = 1; low < 30; low += 6)
      for (int step = 1; step <= 4; step++)
        hx_text_printf(&t, " %d", hx_space_between(&s, low, low + 2 + 3 * step, step));
    hx_text_put(&t, "\n ");
    hx_point last = {0};
    for (int code = 0; code < 48; code++) {
      const int value[HX_SPACE_AXES] = {code % 4, code / 4 % 3};
      int workers = 1 + (code * 5 + k) % 13;
      hx_point p = hx_space_point(&s, code / 12, 1 + code % 3, workers, value);
      p.value[0] = value[0];
      bool in = hx_space_canonical(&s, &p);
      int prefer = hx_space_prefer(&s, &p, &last);
      hx_text_printf(&t, " %d%s%dx%d/%d%d%s%s", p.executor, in ? ":" : "!", p.processes, p.threads,
                     p.value[0], p.value[1],
                     prefer < 0   ? "<"
                     : prefer > 0 ? ">"
                                  : "=",
                     hx_point_equal(&p, &last) ? "same" : "");
      last = p;
    }
    hx_text_put(&t, "\n");
  }
  exact_check(&t, "spaces");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(chance),
      cmocka_unit_test(statistics),
      cmocka_unit_test(comparisons),
      cmocka_unit_test(plans_of_comparisons),
      cmocka_unit_test(several_workloads),
      cmocka_unit_test(pairs),
      cmocka_unit_test(scaling),
      cmocka_unit_test(histories),
      cmocka_unit_test(bisections),
      cmocka_unit_test(spaces),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
