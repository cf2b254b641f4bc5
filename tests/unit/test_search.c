/* decide/search.h: order, caps, dropping, stopping, policy; with exact times, so that every
 * expectation is plain. */
#include "decide/search.h"
#include "selftest/noise.h"

#include "unit/decide_support.h"

#include <stdlib.h>

enum { MAX = 16 };

static const hx_search_config four[] = {
    {.workers = 1, .cap_exempt = true},
    {.workers = 2, .executor_rank = 1},
    {.workers = 4, .executor_rank = 1},
    {.workers = 4, .executor_rank = 2},
};

static hx_search *create(const hx_search_config *configs, size_t m, hx_search_options options) {
  hx_search *s = hx_search_create(configs, m, &options);
  assert_non_null(s);
  return s;
}

static void add(hx_search *s, size_t config, double seconds, hx_search_outcome outcome) {
  hx_search_add(s, &(hx_search_run){.config = config, .seconds = seconds, .outcome = outcome});
}

/* One block in which every configuration takes its seconds, give or take `jitter`, or is stopped at
 * the cap. */
static hx_search_stop run_block(hx_search *s, const double *seconds, double jitter, hx_rng *rng) {
  size_t order[MAX], n = hx_search_next_block(s, order);
  for (size_t i = 0; i < n; i++) {
    double took = seconds[order[i]] * exp(jitter * hx_rng_normal(rng));
    double cap = hx_search_cap_s(s, order[i]);
    add(s, order[i], fmin(took, cap), took > cap ? HX_SEARCH_CENSORED : HX_SEARCH_VALID);
  }
  return hx_search_decide(s, INFINITY);
}

static hx_search_result race(const hx_search_config *configs, size_t m, const double *seconds,
                             double jitter, hx_search_options options,
                             hx_search_estimate *estimates) {
  hx_search *s = create(configs, m, options);
  hx_rng rng;
  hx_rng_seed(&rng, options.seed + 100);
  while (run_block(s, seconds, jitter, &rng) == HX_SEARCH_RUNNING)
    ;
  hx_search_result r;
  hx_search_get(s, &r, estimates);
  hx_search_destroy(s);
  return r;
}

static void blocks_are_seeded_permutations(void **state) {
  (void)state;
  hx_search_options o = hx_search_defaults(), other = o;
  other.seed = 2;
  hx_search_config configs[MAX] = {{0}};
  hx_search *a = create(configs, MAX, o), *b = create(configs, MAX, o),
            *c = create(configs, MAX, other);
  size_t x[MAX], y[MAX], z[MAX], seen = 0, moved = 0;
  assert_int_equal(hx_search_next_block(a, x), MAX);
  assert_int_equal(hx_search_next_block(b, y), MAX);
  assert_int_equal(hx_search_next_block(c, z), MAX);
  assert_memory_equal(x, y, sizeof x);
  for (size_t i = 0; i < MAX; i++) {
    seen |= (size_t)1 << x[i];
    moved += x[i] != z[i];
  }
  assert_int_equal(seen, (1 << MAX) - 1);
  assert_true(moved > MAX / 2);
  hx_search_destroy(a);
  hx_search_destroy(b);
  hx_search_destroy(c);
}

static void caps_follow_the_best(void **state) {
  (void)state;
  hx_search *s = create(four, 4, hx_search_defaults());
  size_t order[4];
  hx_search_next_block(s, order);
  for (size_t c = 0; c < 4; c++)
    assert_true(isinf(hx_search_cap_s(s, c))); /* the first run of each */
  add(s, 0, 1.30, HX_SEARCH_VALID);
  add(s, 1, 1.00, HX_SEARCH_VALID);
  add(s, 2, 1.10, HX_SEARCH_VALID);
  add(s, 3, 1.20, HX_SEARCH_VALID);
  assert_int_equal(hx_search_decide(s, INFINITY), HX_SEARCH_RUNNING);
  assert_near(hx_search_cap_s(s, 2), 1.6, 1e-9);
  assert_true(isinf(hx_search_cap_s(s, 0))); /* serial */
  hx_search_destroy(s);

  hx_search_options o = hx_search_defaults();
  o.exhaustive = true;
  s = create(four, 4, o);
  hx_search_next_block(s, order);
  for (size_t c = 0; c < 4; c++)
    add(s, c, 1, HX_SEARCH_VALID);
  hx_search_decide(s, INFINITY);
  assert_true(isinf(hx_search_cap_s(s, 2)));
  hx_search_destroy(s);
}

static void slow_ones_are_dropped_and_say_why(void **state) {
  (void)state;
  const double seconds[] = {3.0, 1.0, 1.2, 1.9};
  hx_search_estimate e[4];
  hx_search_result r = race(four, 4, seconds, 0.01, hx_search_defaults(), e);
  assert_true(r.found);
  assert_int_equal(r.stop, HX_SEARCH_STOP_TIE);
  assert_int_equal(r.winner, 1);
  assert_int_equal(r.reason, HX_SEARCH_WON_ALONE);
  assert_int_equal(r.n_tied, 1);
  assert_true(r.blocks < 10);
  assert_int_equal(e[1].fate, HX_SEARCH_TIED);
  assert_int_equal(e[2].fate, HX_SEARCH_DROPPED);
  assert_true(e[2].n_valid >= 2 && e[2].last_block >= 2);
  assert_int_equal(e[3].fate, HX_SEARCH_HOPELESS); /* 1.9 times the best, seen once */
  assert_int_equal(e[3].n_valid, 1);
  assert_int_equal(e[3].last_block, 1);
  assert_true(e[0].n_valid >= 2); /* the serial baseline gets a second run */
  assert_near(e[1].seconds, 1, 0.03);
  assert_near(e[2].ratio, 1.2, 0.04);
  assert_true(e[2].ratio_lower < 1.2 && e[2].ratio_upper > 1.2);
  assert_true(e[2].lower_s < e[2].seconds && e[2].seconds < e[2].upper_s);
  assert_near(r.noise, 0.01, 0.008);
}

static void exhaustive_drops_nothing(void **state) {
  (void)state;
  const double seconds[] = {3.0, 1.0, 1.2, 1.9};
  hx_search_options o = hx_search_defaults();
  o.exhaustive = true;
  hx_search_estimate e[4];
  hx_search_result r = race(four, 4, seconds, 0.01, o, e);
  assert_int_equal(r.stop, HX_SEARCH_STOP_BLOCKS);
  assert_int_equal(r.runs, 40);
  for (size_t c = 0; c < 4; c++)
    assert_int_equal(e[c].n_valid, 10);
  assert_int_equal(r.winner, 1);
  assert_int_equal(r.n_tied, 1);
}

static void ties_go_to_the_policy(void **state) {
  (void)state;
  static const hx_search_config configs[] = {
      {.workers = 4, .executor_rank = 1, .pin_rank = 0},
      {.workers = 2, .executor_rank = 2, .pin_rank = 0},
      {.workers = 2, .executor_rank = 1, .pin_rank = 1},
      {.workers = 2, .executor_rank = 1, .pin_rank = 0},
  };
  const double equal[] = {1.0, 1.001, 1.002, 1.003};
  hx_search_result r = race(configs, 4, equal, 0.002, hx_search_defaults(), NULL);
  assert_int_equal(r.n_tied, 4);
  assert_int_equal(r.winner, 3);
  assert_int_equal(r.reason, HX_SEARCH_WON_PIN);
  r = race(configs, 2, equal, 0.002, hx_search_defaults(), NULL);
  assert_int_equal(r.winner, 1);
  assert_int_equal(r.reason, HX_SEARCH_WON_WORKERS);
  r = race(configs + 1, 2, equal, 0.002, hx_search_defaults(), NULL);
  assert_int_equal(r.winner, 1);
  assert_int_equal(r.reason, HX_SEARCH_WON_EXECUTOR);

  /* Fewer workers, but 4 % slower: no tie, whatever the policy. */
  const double slower[] = {1.0, 1.04};
  r = race(configs, 2, slower, 0.002, hx_search_defaults(), NULL);
  assert_int_equal(r.winner, 0);
}

static void an_invalid_run_is_the_end(void **state) {
  (void)state;
  hx_search *s = create(four, 4, hx_search_defaults());
  size_t order[4];
  hx_search_next_block(s, order);
  add(s, 0, 2, HX_SEARCH_VALID);
  add(s, 1, 0.5, HX_SEARCH_INVALID); /* the fastest by far */
  add(s, 2, 1, HX_SEARCH_VALID);
  add(s, 3, 1.1, HX_SEARCH_VALID);
  hx_search_decide(s, INFINITY);
  size_t n = hx_search_next_block(s, order);
  for (size_t i = 0; i < n; i++)
    assert_true(order[i] != 1);
  hx_search_result r;
  hx_search_estimate e[4];
  hx_search_get(s, &r, e);
  assert_int_equal(r.winner, 2);
  assert_int_equal(e[1].fate, HX_SEARCH_BROKEN);
  assert_true(isnan(e[1].seconds));
  hx_search_destroy(s);

  s = create(four, 1, hx_search_defaults());
  hx_search_next_block(s, order);
  add(s, 0, 1, HX_SEARCH_INVALID);
  assert_int_equal(hx_search_decide(s, INFINITY), HX_SEARCH_STOP_NOTHING);
  assert_int_equal(hx_search_next_block(s, order), 0);
  hx_search_get(s, &r, NULL);
  assert_false(r.found);
  hx_search_destroy(s);
}

static void valid_then_invalid_is_broken_too(void **state) {
  (void)state;
  hx_search *s = create(four, 2, hx_search_defaults());
  size_t order[4];
  hx_search_next_block(s, order);
  add(s, 0, 1.2, HX_SEARCH_VALID);
  add(s, 1, 1.0, HX_SEARCH_VALID);
  assert_int_equal(hx_search_decide(s, INFINITY), HX_SEARCH_RUNNING);
  hx_search_next_block(s, order);
  add(s, 0, 1.2, HX_SEARCH_VALID);
  add(s, 1, 1.0, HX_SEARCH_INVALID);
  hx_search_decide(s, INFINITY);
  hx_search_result r;
  hx_search_estimate e[2];
  hx_search_get(s, &r, e);
  assert_int_equal(r.winner, 0);
  assert_int_equal(e[1].fate, HX_SEARCH_BROKEN);
  hx_search_destroy(s);
}

static void the_budget_is_kept(void **state) {
  (void)state;
  hx_search *s = create(four, 4, hx_search_defaults());
  size_t order[4];
  assert_near(hx_search_expected_block_s(s), 0, 0);
  hx_search_next_block(s, order);
  for (size_t c = 0; c < 4; c++) /* ranked on 1 s each, but each costs 1.5 s */
    hx_search_add(s, &(hx_search_run){.config = c, .seconds = 1, .spent_s = 1.5});
  assert_int_equal(hx_search_decide(s, 5.9), HX_SEARCH_STOP_BUDGET);
  assert_near(hx_search_expected_block_s(s), 6, 1e-12);
  hx_search_result r;
  hx_search_get(s, &r, NULL);
  assert_near(r.spent_s, 6, 1e-12);
  assert_true(r.found);
  assert_int_equal(r.winner, 0); /* one block of equals: the policy decides */
  hx_search_destroy(s);
}

static void a_block_cut_short_counts(void **state) {
  (void)state;
  hx_search *s = create(four, 4, hx_search_defaults());
  size_t order[4];
  hx_search_next_block(s, order);
  add(s, 2, 1.0, HX_SEARCH_VALID);
  add(s, 3, 1.2, HX_SEARCH_VALID);
  hx_search_end(s, HX_SEARCH_STOP_BUDGET);
  hx_search_result r;
  hx_search_estimate e[4];
  hx_search_get(s, &r, e);
  assert_int_equal(r.stop, HX_SEARCH_STOP_BUDGET);
  assert_int_equal(r.blocks, 1);
  assert_int_equal(r.winner, 2);
  assert_int_equal(e[0].fate, HX_SEARCH_UNKNOWN);
  assert_true(isnan(e[3].ratio_lower)); /* one run each: no noise is known */
  hx_search_destroy(s);
}

static void known_noise_lets_one_block_be_judged(void **state) {
  (void)state;
  hx_search_options o = hx_search_defaults();
  o.prior_noise = 0.01;
  o.prior_noise_df = 30;
  hx_search *s = create(four, 3, o);
  size_t order[4];
  hx_search_next_block(s, order);
  add(s, 0, 1.40, HX_SEARCH_VALID);
  add(s, 1, 1.00, HX_SEARCH_VALID);
  add(s, 2, 1.03, HX_SEARCH_VALID);
  hx_search_decide(s, INFINITY);
  hx_search_result r;
  hx_search_estimate e[3];
  hx_search_get(s, &r, e);
  assert_int_equal(e[0].fate, HX_SEARCH_DROPPED);
  assert_int_equal(e[2].fate, HX_SEARCH_TIED); /* 3 % behind with a standard error of 1.4 % */
  assert_near(r.noise, 0.01, 1e-12);
  hx_search_destroy(s);
}

static void interference_neither_makes_nor_breaks_a_winner(void **state) {
  (void)state;
  const double seconds[] = {1.3, 1.0, 1.1, 1.2};
  hx_search_options o = hx_search_defaults();
  o.exhaustive = true;
  hx_search *s = create(four, 4, o);
  size_t order[4];
  for (int block = 0; block < 10; block++) {
    hx_search_next_block(s, order);
    for (size_t i = 0; i < 4; i++) {
      double took = seconds[order[i]] * (1 + 0.002 * (double)((block + (int)i) % 5));
      if (block >= 7)
        took *= 1.25; /* another job runs during the last blocks: shared by all */
      if (order[i] == 1 && block < 2)
        took *= 1.5; /* and the best one was hit alone in the first */
      add(s, order[i], took, HX_SEARCH_VALID);
    }
    hx_search_decide(s, INFINITY);
  }
  hx_search_result r;
  hx_search_estimate e[4];
  hx_search_get(s, &r, e);
  assert_int_equal(r.winner, 1);
  assert_near(e[1].seconds, 1.0, 0.03);
  assert_near(e[2].ratio, 1.1, 0.03);
  hx_search_destroy(s);
}

static void censored_twice_is_hopeless(void **state) {
  (void)state;
  hx_search *s = create(four, 4, hx_search_defaults());
  size_t order[4];
  for (int block = 0; block < 3; block++) {
    hx_search_next_block(s, order);
    add(s, 0, 1.01, HX_SEARCH_VALID);
    add(s, 1, 1.00, HX_SEARCH_VALID);
    add(s, 2, 1.00, HX_SEARCH_VALID);
    add(s, 3, block == 0 ? 1.02 : 1.6, block == 0 ? HX_SEARCH_VALID : HX_SEARCH_CENSORED);
    if (hx_search_decide(s, INFINITY) != HX_SEARCH_RUNNING)
      break;
  }
  hx_search_result r;
  hx_search_estimate e[4];
  hx_search_get(s, &r, e);
  assert_int_equal(e[3].fate, HX_SEARCH_HOPELESS);
  assert_int_equal(e[3].n_censored, 2);
  assert_near(e[3].median_s, 1.02, 1e-12); /* what was cut off is not averaged in */
  hx_search_destroy(s);
}

static void more_workers_than_units_are_idle(void **state) {
  (void)state;
  assert_int_equal(hx_search_busy_workers(15, 12), 12);
  assert_int_equal(hx_search_busy_workers(8, 12), 8);
  assert_int_equal(hx_search_busy_workers(15, 0), 15);
  hx_search_config configs[] = {{.workers = 12}, {.workers = 8}, {.workers = 12}, {.workers = 12}};
  configs[3].pin_rank = 1;
  size_t same_as[4];
  assert_int_equal(hx_search_alias(configs, 4, same_as), 3);
  assert_int_equal(same_as[2], 0);
  assert_int_equal(same_as[3], 3);
}

static void several_workloads(void **state) {
  (void)state;
  static const hx_search_config configs[] = {{.workers = 1}, {.workers = 2}, {.workers = 4}};
  const double seconds[] = {2.0,         1.0, 1.1,  /* first workload */
                            (double)NAN, 1.2, 1.0}; /* second */
  double regret[6], worst[3];
  bool tied[3];
  hx_search_joint joint;
  hx_search_recommend_jointly(configs, 3, seconds, 2, 0.02, regret, worst, tied, &joint);
  assert_true(joint.found);
  assert_int_equal(joint.winner, 2);
  assert_near(worst[1], 0.2, 1e-12);
  assert_near(worst[2], 0.1, 1e-12);
  assert_true(isnan(worst[0]) && isnan(regret[3]) && !tied[0] && !tied[1] && tied[2]);
  hx_search_recommend_jointly(configs, 3, seconds, 2, 0.15, regret, worst, tied, &joint);
  assert_int_equal(joint.leader, 2);
  assert_int_equal(joint.winner, 1); /* now a tie: fewest workers */
  assert_int_equal(joint.n_tied, 2);
}

static void workers_without_effect(void **state) {
  (void)state;
  const int asked[] = {1, 1, 1, 1, 2, 2, 2, 2}, two[] = {2, 2, 2, 2, 2, 2, 2, 2};
  const int unknown[8] = {0};
  const double flat[] = {1.000, 1.002, 0.999, 1.001, 1.001, 0.999, 1.002, 1.000};
  const double faster[] = {1.000, 1.002, 0.999, 1.001, 0.6, 0.6, 0.601, 0.599};
  const double noisy[] = {1.0, 1.3, 0.8, 1.1, 1.2, 0.9, 1.0, 1.3};
  hx_search_effect e = hx_search_worker_effect(asked, unknown, flat, 8, 0.02);
  assert_true(e.no_effect && !e.proven && e.p_value > 0.05);
  e = hx_search_worker_effect(asked, unknown, faster, 8, 0.02);
  assert_true(!e.no_effect && e.p_value < 0.001);
  assert_near(e.span, 1 / 0.6 - 1, 0.01);
  /* Nothing found, but nothing could have been found: no claim. */
  e = hx_search_worker_effect(asked, unknown, noisy, 8, 0.02);
  assert_true(!e.no_effect && e.p_value > 0.05);
  /* Whatever was asked for, two were at work. */
  e = hx_search_worker_effect(asked, two, noisy, 8, 0.02);
  assert_true(e.no_effect && e.proven);
  assert_near(e.noise_df, 7, 0);
  assert_true(e.noise_lower < e.noise && e.noise < e.noise_upper);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(blocks_are_seeded_permutations),
      cmocka_unit_test(caps_follow_the_best),
      cmocka_unit_test(slow_ones_are_dropped_and_say_why),
      cmocka_unit_test(exhaustive_drops_nothing),
      cmocka_unit_test(ties_go_to_the_policy),
      cmocka_unit_test(an_invalid_run_is_the_end),
      cmocka_unit_test(valid_then_invalid_is_broken_too),
      cmocka_unit_test(the_budget_is_kept),
      cmocka_unit_test(a_block_cut_short_counts),
      cmocka_unit_test(known_noise_lets_one_block_be_judged),
      cmocka_unit_test(interference_neither_makes_nor_breaks_a_winner),
      cmocka_unit_test(censored_twice_is_hopeless),
      cmocka_unit_test(more_workers_than_units_are_idle),
      cmocka_unit_test(several_workloads),
      cmocka_unit_test(workers_without_effect),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
