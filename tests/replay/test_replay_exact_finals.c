/* Many finals of searches, each stored as a hash of what it asks and concludes: every number of finalists,
 * with and without noise, ties, limits of time, failures, and siblings that did not race. */
#include "decide/final.h"
#include "decide/stats.h"

#include "replay/exact_explore.h"

enum { FINALS = 1500, EACH = 25 }; /* each: to a hash */

typedef struct field {
  hx_space space;
  double executor[4], count[64], value[3][4]; /* factors of a time */
  double sd, grid; /* grid: factors are multiples of it: many are equal */
  int disturbed_each, invalid_each, slow_each;
  uint64_t broken, hopeless; /* points by number of workers; bits */
  hx_rng rng;
} field;

static int below(hx_rng *rng, int n) {
  return (int)hx_rng_below(rng, (size_t)n);
}

static bool one_of(hx_rng *rng, int n) {
  return below(rng, n) == 0;
}

static uint64_t place_of(void *context, const hx_point *p) {
  (void)context;
  return (uint64_t)p->value[0] % 3;
}

static bool not_every_value(void *context, const hx_point *p) {
  (void)context;
  return p->value[0] != 1 || hx_point_workers(p) != 2;
}

static bool is_in(uint64_t bits, const hx_point *p) {
  return bits >> (hx_point_workers(p) % 64) & 1;
}

static bool is_hopeless(void *context, const hx_point *p) {
  const field *f = context;
  return is_in(f->hopeless, p);
}

static double factor(field *f, double width) {
  double x = width * hx_rng_uniform(&f->rng);
  return f->grid > 0 ? f->grid * round(x / f->grid) : x;
}

static field draw(uint64_t seed) {
  static const int cpus[] = {1, 2, 3, 4, 5, 8, 16, 17, 40};
  field f = {.space = {.executors = {HX_SPACE_SERIAL, HX_SPACE_THREADS, HX_SPACE_PROCESSES,
                                     HX_SPACE_HYBRID},
                       .n_executors = 4,
                       .axes = {{"pin", 4, false, true}, {"chunk", 3, true, true}},
                       .n_axes = 2}};
  hx_rng_seed(&f.rng, 90000 + seed);
  hx_space *s = &f.space;
  s->cpus = cpus[below(&f.rng, 9)];
  s->confined = one_of(&f.rng, 3);
  s->place_axis = one_of(&f.rng, 5) ? HX_SPACE_AXES : 0;
  s->place = one_of(&f.rng, 3) ? place_of : NULL;
  s->can_run = one_of(&f.rng, 4) ? not_every_value : NULL;
  if (one_of(&f.rng, 2))
    s->axes[s->n_axes++] = (hx_space_axis){"level", 4, true, false};
  if (s->n_axes == 3 && one_of(&f.rng, 3))
    s->base[2] = 1 + below(&f.rng, 3);
  int kind = below(&f.rng, 5);
  f.grid = kind < 3 ? 0.013 : 0;
  f.sd = kind == 0 ? 0 : kind == 1 ? 0.002 : kind == 2 ? 0.01 : kind == 3 ? 0.03 : 0.1;
  double width = one_of(&f.rng, 3) ? 0.5 : one_of(&f.rng, 2) ? 0.1 : 0.03;
  for (int i = 0; i < 64; i++)
    f.count[i] = factor(&f, width);
  for (int i = 0; i < 4; i++)
    f.executor[i] = factor(&f, width / 2);
  for (int a = 0; a < 3; a++)
    for (int i = 0; i < 4; i++)
      f.value[a][i] = factor(&f, width / 2);
  f.executor[0] += one_of(&f.rng, 2) ? 0.6 : 0;
  f.disturbed_each = one_of(&f.rng, 3) ? 2 + below(&f.rng, 20) : 0;
  f.invalid_each = one_of(&f.rng, 10) ? 10 + below(&f.rng, 100) : 0;
  f.slow_each = one_of(&f.rng, 4) ? 3 + below(&f.rng, 30) : 0;
  for (int i = 0; i < 64; i++) {
    f.broken |= (uint64_t)one_of(&f.rng, seed % 7 == 3 ? 3 : 200) << i;
    f.hopeless |= (uint64_t)one_of(&f.rng, 3) << i;
  }
  return f;
}

static double seconds_of(const field *f, const hx_point *p) {
  double sum = f->executor[p->executor] + f->count[hx_point_workers(p) % 64];
  for (int a = 0; a < f->space.n_axes; a++)
    sum += f->value[a][p->value[a]];
  return exp(sum);
}

static void put_end(hx_text *t, const field *f, const hx_final *final) {
  hx_search_verdict v;
  hx_final_conclude(final, &v);
  hx_text_put(t, hx_final_wants_more(final) ? "wants more; " : "");
  exact_search_verdict(t, &f->space, &v);
  for (size_t i = 0; i < hx_final_count(final); i++) {
    hx_standing s = hx_final_standing_of(final, i);
    exact_point(t, &f->space, hx_final_point(final, i));
    hx_text_printf(t, " %d by %d", (int)s.standing, s.ratio.runs);
    EXACT(t, "", s.ratio.estimate, s.ratio.lower, s.ratio.upper);
  }
}

static size_t draw_points(field *f, hx_point points[HX_FINAL_MOST], double seconds[HX_FINAL_MOST]) {
  size_t m = 1, most = 1 + hx_rng_below(&f->rng, one_of(&f->rng, 2) ? HX_FINAL_MOST : 4);
  points[0] = hx_space_point(&f->space, 0, 1, 1, f->space.base);
  for (int i = 0; i < 40 && m < most; i++) {
    const int value[HX_SPACE_AXES] = {below(&f->rng, 4), below(&f->rng, 3),
                                      f->space.n_axes > 2 ? below(&f->rng, 4) : 0};
    hx_point p = hx_space_point(&f->space, below(&f->rng, 4), 2 + below(&f->rng, 2),
                                1 + below(&f->rng, f->space.cpus + 1), value);
    bool is_new = hx_space_canonical(&f->space, &p);
    for (size_t k = 0; k < m; k++)
      is_new = is_new && !hx_point_equal(&p, &points[k]);
    if (is_new)
      points[m++] = p;
  }
  for (size_t i = 0; i < m; i++)
    seconds[i] = one_of(&f->rng, 12)
                     ? (double)NAN
                     : seconds_of(f, &points[i]) * exp(0.1 * hx_rng_normal(&f->rng) * f->sd);
  return m;
}

static void run_one(field *f, hx_final *final, const hx_final_ask *ask, bool spends) {
  double s = seconds_of(f, &ask->point) * exp(f->sd * hx_rng_normal(&f->rng));
  bool disturbed = f->disturbed_each > 0 && one_of(&f->rng, f->disturbed_each);
  bool invalid = f->invalid_each > 0 && one_of(&f->rng, f->invalid_each);
  if (disturbed)
    s *= 1 + 0.3 * hx_rng_uniform(&f->rng);
  if (f->slow_each > 0 && one_of(&f->rng, f->slow_each))
    s *= 1 + 6 * hx_rng_uniform(&f->rng);
  bool censored = s > ask->cap_s;
  s = censored ? ask->cap_s : s;
  invalid = invalid || (is_in(f->broken, &ask->point) && ask->point.executor > 0);
  hx_final_add(final,
               invalid    ? HX_FINAL_INVALID
               : censored ? HX_FINAL_CENSORED
                          : HX_FINAL_VALID,
               s, spends ? 1.4 * s : s, disturbed);
}

static void run_final(hx_text *t, uint64_t seed) {
  static const double ties[] = {0.02, 0.02, 0.005, 0.06};
  field f = draw(seed);
  hx_point points[HX_FINAL_MOST];
  double seconds[HX_FINAL_MOST], sum = 0;
  size_t m = draw_points(&f, points, seconds);
  for (size_t i = 0; i < m; i++)
    sum += seconds_of(&f, &points[i]);
  hx_final_options options = {.baseline_barred = one_of(&f.rng, 6),
                              .left_s = INFINITY,
                              .tie = ties[below(&f.rng, 4)],
                              .rounds = one_of(&f.rng, 3) ? 1 + below(&f.rng, 16) : 8,
                              .seed = seed,
                              .hopeless = one_of(&f.rng, 3) ? is_hopeless : NULL,
                              .context = &f};
  if (one_of(&f.rng, 3))
    options.left_s = sum * 40 * hx_rng_uniform(&f.rng);
  hx_final *final = hx_final_create(&f.space, points, seconds, m, &options);
  assert_non_null(final);
  bool spends = one_of(&f.rng, 4);
  hx_final_ask ask;
  hx_text_printf(t, "final %d\n", (int)seed);
  for (int number = 1; hx_final_next(final, &ask); number++) {
    exact_point(t, &f.space, &ask.point);
    hx_text_printf(t, "%s round %d of %d, %.6g\n", ask.confirming ? " confirmed," : "", ask.round,
                   ask.rounds, ask.cap_s);
    run_one(&f, final, &ask, spends);
    if (number % 61 == 0)
      put_end(t, &f, final);
  }
  put_end(t, &f, final);
  hx_final_destroy(final);
}

static void finals(void **state) {
  (void)state;
  hx_text t = {0}, whole = {0};
  for (int seed = 1; seed <= FINALS; seed++) {
    run_final(&whole, (uint64_t)seed);
    if (seed % EACH == 0)
      exact_digest(&t, "finals", seed, &whole);
  }
  exact_check(&t, "finals");
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(finals)};
  exact_digits = 6;
  return cmocka_run_group_tests(tests, NULL, NULL);
}
