/* decide/history.h: steps, spikes, small changes, accepted steps, bisection. */
#include "decide/history.h"
#include "decide/stats.h"

#include "unit/decide_support.h"

enum { N = 100 };

static void draw(double *y, double sd, uint64_t seed) {
  hx_rng rng;
  hx_rng_seed(&rng, seed);
  for (size_t i = 0; i < N; i++)
    y[i] = sd * hx_rng_normal(&rng);
}

static size_t detect(const double *y, size_t n, hx_history_change *changes) {
  hx_history_options o = hx_history_defaults();
  hx_history_fit fit;
  assert_true(hx_history_detect(y, n, &o, changes, &fit));
  return fit.n_changes;
}

static void two_steps_are_placed(void **state) {
  (void)state;
  double y[N];
  draw(y, 0.005, 1);
  for (size_t i = 0; i < N; i++)
    y[i] += i >= 70 ? log(1.02) : i >= 30 ? log(1.08) : 0;
  hx_history_change c[N];
  assert_int_equal(detect(y, N, c), 2);
  assert_in_range(c[0].at, 29, 31);
  assert_in_range(c[1].at, 69, 71);
  assert_near(c[0].change, 0.08, 0.006);
  assert_near(c[1].change, 1.02 / 1.08 - 1, 0.006);
  assert_near(c[0].after, c[1].before, 1e-9);
}

static void one_large_step_hides_no_small_one(void **state) {
  (void)state;
  double y[N];
  draw(y, 0.004, 2);
  for (size_t i = 0; i < N; i++)
    y[i] += (i >= 50 ? log(3) : 0) + (i >= 80 ? log(1.04) : 0);
  hx_history_change c[N];
  assert_int_equal(detect(y, N, c), 2);
  assert_int_equal(c[0].at, 50);
  assert_in_range(c[1].at, 79, 81);
}

/* A level is known from four values on: there may be a step once both sides of it have as many. */
static void the_shortest_series_with_a_step(void **state) {
  (void)state;
  hx_history_change c[N];
  for (size_t n = 0; n <= 8; n++)
    for (size_t at = 0; at <= n; at++) {
      double y[N];
      for (size_t i = 0; i < n; i++)
        y[i] = (i < at ? 0 : log(1.5)) + (i % 2 ? 0.001 : 0);
      bool known = at >= 4 && at + 4 <= n;
      size_t found = detect(y, n, c);
      if (found != known || (known && c[0].at != at))
        fail_msg("%zu values with a step at %zu: %zu found", n, at, found);
      if (known)
        assert_near(c[0].change, 0.5, 0.002);
    }
}

static void spikes_are_no_changes(void **state) {
  (void)state;
  hx_history_change c[N];
  for (uint64_t seed = 0; seed < 50; seed++) {
    double y[N];
    draw(y, 0.01, seed);
    y[seed + 20] += log(2);
    y[seed + 40] -= log(1.5);
    assert_int_equal(detect(y, N, c), 0);
  }
}

static void shorter_than_a_segment_is_no_change(void **state) {
  (void)state;
  double y[N];
  hx_history_change c[N];
  draw(y, 0.003, 3);
  for (size_t i = 40; i < 43; i++)
    y[i] += log(1.2);
  assert_int_equal(detect(y, N, c), 0);
  for (size_t i = 43; i < 52; i++)
    y[i] += log(1.2);
  assert_int_equal(detect(y, N, c), 2);
}

/* What lasts for four commits is a change of its full size, at the end as in the middle, though other
 * commits beside it are nearer to the old level. */
static void short_changes_have_their_size_and_place(void **state) {
  (void)state;
  hx_history_options o = hx_history_defaults();
  hx_history_change changes[20];
  hx_history_fit fit;
  double y[N];
  for (uint64_t seed = 1; seed <= 20; seed++)
    for (size_t lasts = 3; lasts <= 6; lasts++) {
      draw(y, 0.003, seed);
      for (size_t i = N - lasts; i < N; i++)
        y[i] += log(1.10);
      assert_true(hx_history_detect(y, N, &o, changes, &fit));
      assert_int_equal(fit.n_changes, 1);
      assert_int_equal(changes[0].at, N - lasts);
      assert_true(fabs(changes[0].change - 0.10) < 0.012);
    }
  for (uint64_t seed = 1; seed <= 20; seed++)
    for (size_t lasts = 4; lasts <= 6; lasts++) {
      draw(y, 0.003, seed);
      for (size_t i = 30; i < 30 + lasts; i++)
        y[i] += log(1.10);
      assert_true(hx_history_detect(y, N, &o, changes, &fit));
      assert_int_equal(fit.n_changes, 2);
      assert_int_equal(changes[0].at, 30);
      assert_int_equal(changes[1].at, 30 + lasts);
    }
}

/* AR(0.5) noise of 1 %: few commits tell little of it, and must not seem to have changed more often. */
static void young_histories_rarely_seem_to_change(void **state) {
  (void)state;
  enum { TRIALS = 400 };
  hx_history_options o = hx_history_defaults();
  hx_history_change changes[20];
  hx_history_fit fit;
  const size_t lengths[] = {8, 10, 12, 16, 20, 30};
  for (size_t k = 0; k < sizeof lengths / sizeof *lengths; k++) {
    int flagged = 0;
    for (uint64_t trial = 1; trial <= TRIALS; trial++) {
      hx_rng rng;
      hx_rng_seed(&rng, 7919 * trial + lengths[k]);
      double y[30], at = 0.01 * hx_rng_normal(&rng);
      for (size_t i = 0; i < lengths[k]; i++) {
        y[i] = at;
        at = 0.5 * at + sqrt(0.75) * 0.01 * hx_rng_normal(&rng);
      }
      assert_true(hx_history_detect(y, lengths[k], &o, changes, &fit));
      flagged += fit.n_changes > 0;
    }
    assert_in_range(flagged, 0, TRIALS * 8 / 100);
  }
}

static void below_one_percent_is_dropped(void **state) {
  (void)state;
  double y[N];
  hx_history_change c[N];
  draw(y, 0.0005, 4);
  for (size_t i = 50; i < N; i++)
    y[i] += log(1.007);
  assert_int_equal(detect(y, N, c), 0);
  for (size_t i = 50; i < N; i++)
    y[i] += log(1.007);
  assert_int_equal(detect(y, N, c), 1);
}

static void short_and_constant_series(void **state) {
  (void)state;
  double y[N] = {0};
  hx_history_change c[N];
  assert_int_equal(detect(y, 0, c), 0);
  assert_int_equal(detect(y, 7, c), 0);
  assert_int_equal(detect(y, 8, c), 0);
  assert_int_equal(detect(y, N, c), 0);
  for (size_t i = 60; i < N; i++)
    y[i] = 0.05; /* noiseless */
  assert_int_equal(detect(y, N, c), 1);
  assert_int_equal(c[0].at, 60);
}

/* Without a change the noise is that around the mean: its autocorrelation freed from the bias of a mean
 * that is estimated, its variance with the degrees of freedom that are then left. */
static void noise_is_measured_without_bias(void **state) {
  (void)state;
  double y[N];
  draw(y, 0.005, 5);
  for (size_t i = 1; i < N; i++)
    y[i] += 0.4 * y[i - 1];
  hx_history_options o = hx_history_defaults();
  o.clip_sigma = 1000;
  hx_history_change changes[N];
  hx_history_fit fit;
  assert_true(hx_history_detect(y, N, &o, changes, &fit));
  assert_int_equal(fit.n_changes, 0);
  double mean = hx_stats_mean(y, N), squares = 0, products = 0;
  for (size_t i = 0; i < N; i++) {
    squares += (y[i] - mean) * (y[i] - mean);
    products += i > 0 ? (y[i] - mean) * (y[i - 1] - mean) : 0;
  }
  double rho = products / squares;
  assert_true(rho > 0.2);
  rho += (1 + 4 * rho) / N;
  assert_near(fit.rho, rho, 1e-9);
  assert_near(fit.sigma, sqrt(squares / (N - (1 + rho) / (1 - rho))), 1e-9);
}

/* Levels that alternate every twenty commits, by two and a half times the noise: noise is not taken to be so
 * large that it hides all of them. */
static void noise_does_not_hide_many_small_steps(void **state) {
  (void)state;
  hx_history_change c[N];
  int all_found = 0;
  for (uint64_t seed = 0; seed < 100; seed++) {
    double y[N];
    draw(y, 0.01, seed);
    for (size_t i = 0; i < N; i++)
      y[i] += i / 20 % 2 ? 0.025 : 0;
    all_found += detect(y, N, c) == 4;
  }
  assert_in_range(all_found, 40, 100);
}

static void accepted_steps_are_the_new_level(void **state) {
  (void)state;
  hx_history_change c[] = {{.at = 30, .change = 0.08},
                           {.at = 34, .change = 0.02},
                           {.at = 70, .change = -0.05},
                           {.at = 90, .change = 0.03}};
  const size_t accepted[] = {31, 72};
  assert_int_equal(hx_history_accept(c, 4, accepted, 1, 2), 2); /* the step to faster is not open */
  assert_int_equal(hx_history_accept(c, 4, accepted, 2, 2), 2);
  assert_true(c[0].accepted && !c[1].accepted && c[2].accepted && !c[3].accepted);
  const size_t more[] = {34, 90};
  assert_int_equal(hx_history_accept(c, 4, more, 2, 0), 0);
}

static size_t bisect(size_t n, size_t slow, size_t unbuildable, size_t *told, size_t *good) {
  hx_bisect *b = hx_bisect_create(n);
  assert_non_null(b);
  size_t commit, bad, steps;
  *told = 0;
  while (hx_bisect_next(b, &commit)) {
    assert_true(commit > 0 && commit < n - 1);
    (*told)++;
    if (commit == unbuildable)
      hx_bisect_skip(b, commit);
    else
      hx_bisect_tell(b, commit, commit >= slow ? HX_COMPARE_SLOWER : HX_COMPARE_SAME);
  }
  hx_bisect_get(b, good, &bad, &steps);
  assert_int_equal(steps, 0);
  hx_bisect_destroy(b);
  return bad;
}

static void bisection_names_the_commit(void **state) {
  (void)state;
  for (size_t slow = 1; slow < 30; slow++) {
    size_t told, good;
    assert_int_equal(bisect(30, slow, 0, &told, &good), slow);
    assert_int_equal(good, slow - 1);
    assert_in_range(told, 4, 5);
  }
}

static void bisection_steps_around_what_does_not_build(void **state) {
  (void)state;
  for (size_t slow = 1; slow < 12; slow++)
    for (size_t broken = 1; broken < 11; broken++) {
      size_t told, good, bad = bisect(12, slow, broken, &told, &good);
      /* Exact, unless the broken one stands at the step itself. */
      bool unclear = broken == slow || broken + 1 == slow;
      assert_true(good < slow && slow <= bad);
      assert_int_equal(bad - good, unclear ? 2 : 1);
    }
}

static void inconclusive_is_tried_once_more(void **state) {
  (void)state;
  hx_bisect *b = hx_bisect_create(3);
  size_t commit, good, bad, steps;
  hx_bisect_get(b, &good, &bad, &steps);
  assert_int_equal(steps, 1);
  assert_true(hx_bisect_next(b, &commit));
  hx_bisect_tell(b, commit, HX_COMPARE_INCONCLUSIVE);
  assert_true(hx_bisect_next(b, &commit));
  assert_int_equal(commit, 1);
  hx_bisect_tell(b, commit, HX_COMPARE_INCONCLUSIVE);
  assert_false(hx_bisect_next(b, &commit));
  hx_bisect_get(b, &good, &bad, NULL);
  assert_int_equal(good, 0);
  assert_int_equal(bad, 2);
  hx_bisect_destroy(b);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(two_steps_are_placed),
      cmocka_unit_test(one_large_step_hides_no_small_one),
      cmocka_unit_test(spikes_are_no_changes),
      cmocka_unit_test(shorter_than_a_segment_is_no_change),
      cmocka_unit_test(short_changes_have_their_size_and_place),
      cmocka_unit_test(young_histories_rarely_seem_to_change),
      cmocka_unit_test(below_one_percent_is_dropped),
      cmocka_unit_test(short_and_constant_series),
      cmocka_unit_test(noise_is_measured_without_bias),
      cmocka_unit_test(noise_does_not_hide_many_small_steps),
      cmocka_unit_test(the_shortest_series_with_a_step),
      cmocka_unit_test(accepted_steps_are_the_new_level),
      cmocka_unit_test(bisection_names_the_commit),
      cmocka_unit_test(bisection_steps_around_what_does_not_build),
      cmocka_unit_test(inconclusive_is_tried_once_more),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
