/* Many searches over many kinds of spaces, programs, machines and limits, each stored as a hash of all that
 * it asks and concludes. Why an answer is right is said by explore_rules; these notice that one changes. */
#include "decide/explore.h"
#include "decide/stats.h"

#include "replay/exact_explore.h"

enum { VALUES = 40, SEARCHES = 150, LISTS = 90, FEW = 160, RESERVES = 60 };

/* All numbers are drawn from a seed. */
typedef struct program {
  hx_space space;
  double serial_share, friction, one_s, executor[HX_SPACE_EXECUTORS];
  double gain[HX_SPACE_AXES][VALUES];
  bool turned; /* with many workers the opposite values are the good ones */
  double sd,
      grid; /* of a run's noise; searching, times are multiples of the grid (ln): many are equal */
  double drift, step;
  int step_at, step_back_at; /* the machine is slower by `step` (ln) between these runs */
  int disturbed_each, fails_at, differs_at, serial_differs_at, stopped_at;
  int fails_of, differs_of, over_of; /* workers: those that this divides; 0: none */
  int over_below;                    /* fewer workers */
  double spent;                      /* what a run costs, in its seconds; 0: not told */
  hx_rng rng;
} program;

static int below(hx_rng *rng, int n) {
  return (int)hx_rng_below(rng, (size_t)n);
}

static bool one_of(hx_rng *rng, int n) {
  return below(rng, n) == 0;
}

static bool not_every_value(void *context, const hx_point *p) {
  (void)context;
  return (p->value[0] != 2 || p->threads < 5) && (p->value[1] != 1 || p->processes < 4);
}

static uint64_t place_of(void *context, const hx_point *p) {
  const hx_space *space = context;
  return hx_point_workers(p) <= 2 ? 0 : (uint64_t)(p->value[space->place_axis] / 2);
}

static void draw_executors(hx_space *s, hx_rng *rng) {
  static const char *const names[] = {"serial", "threads", "processes", "hybrids"};
  s->executor_names[0] = names[0];
  s->n_executors = 1;
  for (int shape = HX_SPACE_THREADS; shape <= HX_SPACE_HYBRID; shape++)
    if (!one_of(rng, 3)) {
      s->executors[s->n_executors] = (hx_space_shape)shape;
      s->executor_names[s->n_executors++] = one_of(rng, 8) ? NULL : names[shape];
    }
}

static void draw_axes(hx_space *s, hx_rng *rng) {
  static const hx_space_axis axes[] = {{"pin", 5, false, true},
                                       {"schedule", 3, false, true},
                                       {"chunk", 12, true, true},
                                       {"level", VALUES, true, false},
                                       {"mode", 4, false, false}};
  s->place_axis = one_of(rng, 6) ? HX_SPACE_AXES : 0;
  for (int i = 0; i < 5; i++)
    if (i == 0 || one_of(rng, 2 + (i == 2))) {
      hx_space_axis axis = axes[i];
      axis.n_values = 1 + below(rng, axis.n_values);
      s->base[s->n_axes] = axis.parallel || !one_of(rng, 4) ? 0 : below(rng, axis.n_values);
      s->axes[s->n_axes++] = axis;
    }
}

static hx_space draw_space(hx_rng *rng) {
  static const int cpus[] = {1, 2, 2, 3, 3, 4, 4, 6, 8, 8, 12, 16, 17, 20},
                   units[] = {0, 0, 0, 3, 7, 12, 30, 64, 100, 1000}, levels[] = {1, 2, 3, 4};
  hx_space s = {.cpus = cpus[below(rng, 14)],
                .units = units[below(rng, 10)],
                .confined = one_of(rng, 3),
                .uneven = one_of(rng, 4),
                .n_counts = below(rng, 3),
                .n_levels = below(rng, 4),
                .can_run = one_of(rng, 3) ? not_every_value : NULL};
  draw_executors(&s, rng);
  draw_axes(&s, rng);
  for (int i = 0; i < s.n_counts; i++)
    s.counts[i] = 1 + below(rng, s.cpus);
  for (int i = 0; i < s.n_levels; i++)
    s.levels[i] = levels[(i + below(rng, 2)) % 4];
  if (one_of(rng, 2))
    s.place = place_of;
  return s;
}

static void draw_odd_runs(program *p, hx_rng *rng) {
  int odd = below(rng, 20);
  p->fails_at = odd == 0 ? below(rng, 40) : odd == 1 ? 100 + below(rng, 100) : -1;
  p->differs_at = odd == 2 ? 1 + below(rng, 40) : -1;
  p->fails_of = odd == 3 ? 2 + below(rng, 3) : odd == 4 ? 1 : 0;
  p->differs_of = odd == 5 ? 2 + below(rng, 3) : odd == 6 ? 1 : 0;
  p->over_of = odd == 7 ? 2 + below(rng, 3) : odd == 8 ? 1 : 0;
  p->over_below = odd == 9 || odd == 10 ? 1 + below(rng, p->space.cpus) : odd == 11 ? 1000 : 0;
  p->serial_differs_at = odd == 12 || one_of(rng, 20) ? 1 + below(rng, 90) : 100000;
  p->stopped_at = odd == 13 ? below(rng, 150) : -1;
  p->differs_of = odd == 14 ? 2 : p->differs_of;
  p->fails_of = odd == 14 ? 3 : p->fails_of;
}

static program draw(uint64_t seed) {
  hx_rng rng;
  hx_rng_seed(&rng, 7000 + seed);
  program p = {.space = draw_space(&rng), .one_s = exp(4 * hx_rng_uniform(&rng) - 2)};
  p.serial_share = one_of(&rng, 6) ? 1 : 0.3 * hx_rng_uniform(&rng);
  p.friction = one_of(&rng, 2) ? 0 : 0.08 * hx_rng_uniform(&rng) / p.space.cpus;
  p.turned = one_of(&rng, 4);
  for (int i = 0; i < HX_SPACE_EXECUTORS; i++)
    p.executor[i] = 1 + (one_of(&rng, 2) ? 0.2 : 0.02) * hx_rng_uniform(&rng);
  for (int a = 0; a < HX_SPACE_AXES; a++) {
    int n = p.space.axes[a].n_values;
    double weight = one_of(&rng, 3) ? 0.03 : 0.5 * hx_rng_uniform(&rng),
           best = hx_rng_uniform(&rng);
    for (int v = 0; v < VALUES; v++)
      p.gain[a][v] = 1 + weight * (p.space.axes[a].ordered ? fabs((double)v / n - best)
                                                           : hx_rng_uniform(&rng));
  }
  int kind = below(&rng, 6);
  p.grid = kind <= 1 ? 0.013 : 0; /* no bound of the search is a multiple of it */
  p.sd = kind == 1 || kind == 3 ? 0.003 : kind == 4 ? 0.02 : kind == 5 ? 0.08 : 0;
  p.drift = one_of(&rng, 6) ? 0.001 * hx_rng_uniform(&rng) : 0;
  bool steps = one_of(&rng, 3);
  p.step = steps ? hx_rng_uniform(&rng) - 0.4 : 0;
  p.step_at = below(&rng, one_of(&rng, 3) ? 4 : 60);
  p.step_back_at = one_of(&rng, 2) ? p.step_at + 1 + below(&rng, 8) : 100000;
  p.disturbed_each = one_of(&rng, 4) ? 2 + below(&rng, 8) : 0;
  p.spent = one_of(&rng, 4) ? 1 + hx_rng_uniform(&rng) : 0;
  draw_odd_runs(&p, &rng);
  p.rng = rng;
  return p;
}

static double seconds_of(const program *p, const hx_point *at) {
  double w = hx_point_workers(at), share = 1 / w, s;
  if (p->space.units > 0)
    share = ceil(p->space.units / w) / p->space.units;
  if (w > p->space.cpus)
    share = 1.05 / p->space.cpus;
  s = p->one_s * (p->serial_share + (1 - p->serial_share) * share + p->friction * (w - 1));
  if (w > 1)
    s *= p->executor[at->executor];
  for (int a = 0; a < p->space.n_axes; a++) {
    int v = at->value[a], n = p->space.axes[a].n_values;
    if (w > 1 || !p->space.axes[a].parallel)
      s *= p->gain[a][p->turned && 2 * w > p->space.cpus ? n - 1 - v : v];
  }
  return s;
}

/* Seconds of one run, and whether something else was seen to use the machine. */
static double run_s(program *p, int number, const hx_explore_ask *ask, bool *disturbed) {
  double y = log(seconds_of(p, &ask->point)), z = hx_rng_normal(&p->rng);
  y += p->sd * (one_of(&p->rng, 9) ? 4 * fabs(z) : z) + p->drift * number;
  if (number >= p->step_at && number < p->step_back_at)
    y += p->step;
  if (p->disturbed_each > 0 && one_of(&p->rng, p->disturbed_each)) {
    *disturbed = !one_of(&p->rng, 3);
    y += 0.5 * hx_rng_uniform(&p->rng);
  }
  return p->grid > 0 && ask->stage == HX_EXPLORE_SEARCHING ? exp(p->grid * round(y / p->grid))
                                                           : exp(y);
}

static bool divides(int n, int workers) {
  return n > 0 && workers % n == 0;
}

static hx_explore_run run_of(program *p, int number, const hx_explore_ask *ask) {
  int workers = hx_point_workers(&ask->point);
  hx_explore_run run = {.outcome = HX_EXPLORE_VALID};
  run.seconds = run_s(p, number, ask, &run.disturbed);
  if ((workers > 1 && divides(p->fails_of, workers)) || number == p->fails_at)
    run.outcome = HX_EXPLORE_FAILED;
  else if ((workers > 1 && divides(p->differs_of, workers)) || number == p->differs_at ||
           (number >= p->serial_differs_at && ask->point.executor == 0))
    run.outcome = HX_EXPLORE_DIFFERENT;
  else if ((workers > 1 && divides(p->over_of, workers)) || workers < p->over_below)
    run.outcome = HX_EXPLORE_OVER;
  if (run.seconds > ask->cap_s) {
    run.seconds = ask->cap_s;
    if (run.outcome == HX_EXPLORE_VALID || run.outcome == HX_EXPLORE_OVER)
      run.outcome = HX_EXPLORE_CENSORED;
  }
  run.spent_s = p->spent * run.seconds;
  return run;
}

static void search(hx_text *t, program *p, const hx_explore_options *options) {
  hx_explore *x = hx_explore_create(&p->space, options);
  assert_non_null(x);
  hx_explore_ask ask;
  EXACT(t, "usually", hx_explore_usual_runs(&p->space));
  for (int number = 0; hx_explore_next(x, &ask); number++) {
    hx_explore_run run = run_of(p, number, &ask);
    exact_point(t, &p->space, &ask.point);
    hx_text_printf(t, " %d %d %.6g, %s\n", (int)ask.stage, (int)run.outcome, ask.cap_s, ask.why);
    if (number == p->stopped_at)
      hx_explore_stop(x);
    hx_explore_add(x, &run);
    if (number % 29 == 7) {
      exact_verdict(t, &p->space, x);
      exact_all(t, &p->space, x);
    }
  }
  exact_verdict(t, &p->space, x);
  exact_all(t, &p->space, x);
  hx_explore_destroy(x);
}

static hx_explore_options options_of(program *p, uint64_t seed) {
  static const double ties[] = {0.02, 0.02, 0.005, 0.06};
  hx_explore_options options = hx_explore_defaults();
  options.seed = seed;
  options.tie = ties[below(&p->rng, 4)];
  p->space.context = &p->space;
  if (one_of(&p->rng, 3)) /* from what ends in the first run to more than is needed */
    options.budget_s = seconds_of(p, &(hx_point){.processes = 1, .threads = 1}) *
                       exp(5 * hx_rng_uniform(&p->rng) - 0.5);
  return options;
}

static void searches(void **state) {
  (void)state;
  hx_text t = {0}, whole = {0};
  for (uint64_t seed = 1; seed <= SEARCHES; seed++) {
    program p = draw(seed);
    hx_explore_options options = options_of(&p, seed);
    search(&whole, &p, &options);
    exact_digest(&t, "search", (int)seed, &whole);
  }
  exact_check(&t, "wide_searches");
}

/* Few units of work on small machines, where the best count is an uneven one, and another with other values. */
static void few_units(void **state) {
  (void)state;
  hx_text t = {0}, whole = {0};
  for (uint64_t seed = 1; seed <= FEW; seed++) {
    program p = draw(20000 + seed);
    p.space.cpus = 3 + below(&p.rng, 7);
    p.space.units = 5 + below(&p.rng, 28);
    p.space.uneven = one_of(&p.rng, 4);
    p.space.n_axes = 1;
    p.space.axes[0].n_values = 1 + below(&p.rng, 3);
    p.space.can_run = NULL;
    p.turned = one_of(&p.rng, 2);
    p.serial_share *= 0.1;
    hx_explore_options options = options_of(&p, seed);
    options.budget_s = INFINITY;
    search(&whole, &p, &options);
    if (seed % 4 == 0)
      exact_digest(&t, "few units", (int)seed, &whole);
  }
  exact_check(&t, "few_units");
}

/* Budgets around twice what is kept of them for the final, some 40 runs of the best. */
static void reserves(void **state) {
  (void)state;
  hx_text t = {0}, whole = {0};
  for (uint64_t seed = 1; seed <= RESERVES; seed++) {
    program p = draw(30000 + seed);
    p.space.n_axes = 1;
    p.space.axes[0].parallel = true;
    hx_explore_options options = options_of(&p, seed);
    hx_point good = hx_space_point(&p.space, p.space.n_executors > 1, 1, p.space.cpus,
                                   (const int[HX_SPACE_AXES]){0});
    options.budget_s = seconds_of(&p, &good) * (50 + 60 * hx_rng_uniform(&p.rng));
    search(&whole, &p, &options);
    if (seed % 4 == 0)
      exact_digest(&t, "reserve", (int)seed, &whole);
  }
  exact_check(&t, "reserves");
}

static void lists(void **state) {
  (void)state;
  enum { MOST = 30 };
  hx_text t = {0}, whole = {0};
  for (uint64_t seed = 1; seed <= LISTS; seed++) {
    program p = draw(10000 + seed);
    hx_point given[MOST];
    hx_explore_options options = options_of(&p, seed);
    p.space.listed = one_of(&p.rng, 2);
    for (int i = 0, n = 1 + below(&p.rng, MOST); i < n; i++) {
      int value[HX_SPACE_AXES] = {0};
      for (int a = 0; a < p.space.n_axes; a++)
        value[a] = below(&p.rng, p.space.axes[a].n_values);
      hx_point point = hx_space_point(&p.space, below(&p.rng, p.space.n_executors), 2,
                                      2 + below(&p.rng, 2 * p.space.cpus), value);
      if (hx_space_canonical(&p.space, &point))
        given[options.n_given++] = point;
    }
    options.given = given;
    options.rounds = below(&p.rng, 5);
    options.exhaustive = one_of(&p.rng, 3);
    search(&whole, &p, &options);
    exact_digest(&t, "list", (int)seed, &whole);
  }
  exact_check(&t, "wide_lists");
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(searches), cmocka_unit_test(few_units),
                                     cmocka_unit_test(reserves), cmocka_unit_test(lists)};
  exact_digits = 6;
  return cmocka_run_group_tests(tests, NULL, NULL);
}
