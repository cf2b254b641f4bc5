#include "decide/explore_state.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Most serial runs that are made to find out whether a program's outputs change anyway or only with its
 * workers. One is not enough: where a program has few different outputs, two are often equal by chance. */
enum { CHECKS = 3 };

/* What the final takes, in runs of the best: usually, and at least. */
static const double FULL_FINAL = 40, SHORT_FINAL = 36;

hx_explore_options hx_explore_defaults(void) {
  return (hx_explore_options){.budget_s = INFINITY, .tie = 0.02, .seed = 1};
}

static size_t hash_of(const hx_point *p) {
  uint64_t h = 1469598103934665603U; /* FNV-1a over the numbers */
  const int head[] = {p->executor, p->processes, p->threads};
  for (size_t i = 0; i < 3; i++)
    h = (h ^ (uint64_t)head[i]) * 1099511628211U;
  for (size_t i = 0; i < HX_SPACE_AXES; i++)
    h = (h ^ (uint64_t)p->value[i]) * 1099511628211U;
  return (size_t)(h % HX_EXPLORE_HASH);
}

static struct hx_alias *find(hx_explore *x, const hx_point *p) {
  size_t at = hash_of(p);
  while (x->aliases[at].used && !hx_point_equal(&x->aliases[at].point, p))
    at = (at + 1) % HX_EXPLORE_HASH;
  return &x->aliases[at];
}

static int keep(hx_explore *x, struct hx_alias *alias, const hx_point *p, int node) {
  *alias = (struct hx_alias){.point = *p, .node = node, .used = true};
  x->n_aliases++;
  return node;
}

int hx_explore_node(hx_explore *x, hx_point point) {
  struct hx_alias *alias = find(x, &point);
  if (alias->used)
    return alias->node;
  if (x->n_nodes == HX_EXPLORE_NODES || x->n_aliases >= HX_EXPLORE_HASH / 2)
    return -1;
  hx_point canonical = point;
  if (!hx_space_canonical(&x->space, &canonical))
    return keep(x, alias, &point, -1);
  if (!hx_point_equal(&canonical, &point)) {
    struct hx_alias *original = find(x, &canonical);
    int node = original->used ? original->node : hx_explore_node(x, canonical);
    return keep(x, find(x, &point), &point, node);
  }
  x->nodes[x->n_nodes] = (hx_node){.point = point};
  return keep(x, alias, &point, x->n_nodes++);
}

int hx_explore_known(hx_explore *x, const hx_point *point) {
  const struct hx_alias *alias = find(x, point);
  hx_point canonical = *point;
  /* Not only if somebody has asked for it: in the next execution that would be another answer. */
  if (!alias->used && hx_space_canonical(&x->space, &canonical))
    alias = find(x, &canonical);
  return alias->used ? alias->node : -1;
}

double hx_explore_level(const hx_explore *x, int node) {
  const hx_node *d = &x->nodes[node];
  if (d->n == 0 || d->broken)
    return INFINITY;
  double sorted[HX_EXPLORE_EACH];
  int n = d->n < HX_EXPLORE_EACH ? d->n : HX_EXPLORE_EACH;
  memcpy(sorted, d->y, (size_t)n * sizeof *sorted);
  hx_stats_sort(sorted, (size_t)n);
  return sorted[(n - 1) / 2];
}

int hx_explore_best(const hx_explore *x) {
  int best = -1;
  double level = INFINITY;
  for (int i = 0; i < x->n_nodes; i++) {
    double own = hx_explore_level(x, i);
    if (own < level && !x->nodes[i].barred) {
      level = own;
      best = i;
    }
  }
  return best < 0 && x->nodes[0].barred ? 0 : best;
}

bool hx_explore_serial_varies(const hx_explore *x) {
  for (int a = 0; a < x->space.n_axes; a++)
    if (!x->space.axes[a].parallel && x->space.axes[a].n_values > 1)
      return true;
  return false;
}

static double spent_of(const hx_explore_run *run) {
  return run->spent_s > 0 ? run->spent_s : run->seconds;
}

/* What a second that counts has cost of the budget so far. */
static double cost_of_second(const hx_explore *x) {
  return x->ran_s > 0 ? x->spent_s / x->ran_s : 1;
}

/* Seconds to keep for the final. */
static double reserve_s(const hx_explore *x) {
  if (isinf(x->options.budget_s) || !x->walked)
    return 0;
  int best = hx_explore_best(x); /* there is one once the ladders are walked */
  double best_s = exp(hx_explore_level(x, best) + x->shift) * cost_of_second(x);
  double whole_s = fmin(FULL_FINAL * best_s, fmax(SHORT_FINAL * best_s, x->options.budget_s / 2));
  /* With parameters the best so far may be far from it. */
  return hx_explore_serial_varies(x) ? fmin(whole_s, x->options.budget_s / 2) : whole_s;
}

static void take(hx_explore *x, int node, const hx_explore_run *run) {
  hx_node *d = &x->nodes[node];
  x->spent_s += spent_of(run);
  x->ran_s += run->seconds;
  switch (run->outcome) {
  case HX_EXPLORE_VALID:
    d->least = d->n > 0 ? fmin(d->least, log(run->seconds)) : log(run->seconds);
    d->y[d->n++ % HX_EXPLORE_EACH] = log(run->seconds) - x->shift;
    d->n_clean += !run->disturbed;
    break;
  case HX_EXPLORE_CENSORED:
    d->n_stopped++;
    if (!run->disturbed) {
      double bound = log(run->seconds) - x->shift;
      d->bound = d->n_censored++ > 0 ? fmax(d->bound, bound) : bound;
    }
    break;
  case HX_EXPLORE_OVER: /* all else is compared with the baseline, whatever it is */
    if (node == 0) {
      d->y[d->n++ % HX_EXPLORE_EACH] = log(run->seconds) - x->shift;
      d->barred = true;
      break;
    }
    d->broken = d->over = true;
    break;
  case HX_EXPLORE_DIFFERENT:
  case HX_EXPLORE_FAILED:
    d->broken = true;
    if (node == 0)
      x->fatal = run->outcome == HX_EXPLORE_FAILED ? HX_VERDICT_FAILED : HX_VERDICT_UNSTEADY;
    else
      x->check_due = run->outcome == HX_EXPLORE_DIFFERENT && x->checks < CHECKS;
    break;
  }
}

static bool run_once(hx_explore *x, int node, double ratio) {
  if (x->fatal != HX_VERDICT_OPEN)
    return false;
  if (x->spent_s + reserve_s(x) > x->options.budget_s ||
      (!x->given && x->cursor == HX_EXPLORE_RUNS))
    return false;
  if (x->cursor < x->n_log) {
    take(x, node, &x->log[x->cursor++]);
    return x->fatal == HX_VERDICT_OPEN;
  }
  int best = hx_explore_best(x);
  double left_s = x->options.budget_s - x->spent_s;
  x->pending = node;
  bool none = best < 0 || x->nodes[best].barred;
  x->pending_cap_s = none ? left_s : ratio * exp(hx_explore_level(x, best) + x->shift);
  x->pending_cap_s = fmin(x->pending_cap_s, left_s);
  return false;
}

bool hx_explore_run_node(hx_explore *x, int node, double ratio) {
  if (x->nodes[node].broken)
    return true;
  if (!run_once(x, node, ratio))
    return false;
  if (!x->check_due)
    return true;
  /* Outputs differ: is it the configuration, or do the program's outputs change anyway? */
  int doing = x->doing;
  x->doing = HX_DOING_CHECK;
  x->check_due = false;
  x->checks++;
  bool ok = run_once(x, 0, INFINITY);
  x->doing = ok ? doing : x->doing;
  return ok;
}

enum { LADDERS_AGAIN = 2 };

/* Has the best another value of a parameter than the ladders that were walked? With it another count
 * may be the best. */
static bool has_moved(hx_explore *x) {
  const hx_point *best = &x->nodes[hx_explore_best(x)].point;
  bool moved = false;
  for (int a = 0; a < x->space.n_axes; a++)
    if (!x->space.axes[a].parallel) {
      moved = moved || x->from[a] != best->value[a];
      x->from[a] = best->value[a];
    }
  return moved;
}

static bool explore(hx_explore *x) {
  x->doing = HX_DOING_SERIAL;
  if (!hx_explore_run_node(x, 0, INFINITY))
    return false;
  if (x->nodes[0].n == 0) /* stopped at the budget */
    return false;
  if (x->given)
    return hx_explore_list(x);
  x->walked = hx_explore_probe(x) && hx_explore_ladders(x);
  if (!x->walked || !hx_explore_sample(x) || !hx_explore_settle(x) || !hx_explore_improve(x, true))
    return false;
  for (int again = 0; again < LADDERS_AGAIN && has_moved(x); again++)
    if (!hx_explore_ladders(x) || !hx_explore_improve(x, false))
      return false;
  return hx_explore_improve(x, false);
}

static void rewind_log(hx_explore *x) {
  for (int i = 0; i < x->n_nodes; i++)
    x->nodes[i] = (hx_node){.point = x->nodes[i].point};
  memcpy(x->from, x->space.base, sizeof x->from);
  x->cursor = 0;
  x->spent_s = x->ran_s = 0;
  x->shift = 0;
  x->check_due = x->walked = false;
  x->checks = 0;
  x->fatal = HX_VERDICT_OPEN;
  x->pending = -1;
  hx_rng_seed(&x->rng, x->options.seed);
}

/* ---- the final ---- */

enum { RACE_ROUNDS = 8 };

/* Was it invalid, or stopped whenever it ran undisturbed? */
static bool is_hopeless(void *context, const hx_point *point) {
  hx_explore *x = context;
  int node = hx_explore_known(x, point);
  return node > 0 &&
         (x->nodes[node].broken || (x->nodes[node].n == 0 && x->nodes[node].n_censored > 0));
}

static void start_final(hx_explore *x) {
  hx_point points[HX_FINAL_MOST];
  double seconds[HX_FINAL_MOST];
  int finalists[HX_FINAL_MOST];
  size_t m = 0, n = 0;
  finalists[n++] = 0;
  n += hx_explore_finalists(x, finalists + 1);
  for (size_t i = 0; i < n; i++)
    if (i == 0 || finalists[i] != 0) {
      points[m] = x->nodes[finalists[i]].point;
      seconds[m++] = x->nodes[finalists[i]].n == 0
                         ? (double)NAN
                         : exp(hx_explore_level(x, finalists[i]) + x->shift);
    }
  if (x->nodes[0].barred && m == 1) {
    x->fatal = HX_VERDICT_LIMITS;
    return;
  }
  if (m < 2)
    return;
  hx_final_options options = {.baseline_barred = x->nodes[0].barred,
                              .left_s = x->options.budget_s - x->spent_s,
                              .cost_of_second = cost_of_second(x),
                              .tie = x->options.tie,
                              .rounds = RACE_ROUNDS,
                              .seed = x->options.seed,
                              .hopeless = is_hopeless,
                              .context = x};
  x->final = hx_final_create(&x->space, points, seconds, m, &options);
  x->no_memory = x->final == NULL;
}

static hx_explore *create(const hx_space *space, const hx_explore_options *options) {
  assert(space->n_executors >= 1 && space->executors[0] == HX_SPACE_SERIAL && space->cpus >= 1);
  hx_explore *x = calloc(1, sizeof *x);
  if (!x)
    return NULL;
  x->space = *space;
  x->options = *options;
  x->nodes = calloc(HX_EXPLORE_NODES, sizeof *x->nodes);
  x->aliases = calloc(HX_EXPLORE_HASH, sizeof *x->aliases);
  x->pending = -1;
  if (options->given) {
    assert(options->n_given <= HX_EXPLORE_GIVEN);
    x->given = malloc((options->n_given + 1) * sizeof *x->given);
    if (x->given)
      memcpy(x->given, options->given, options->n_given * sizeof *x->given);
  }
  if (x->nodes && x->aliases && (x->given || !options->given))
    return x;
  hx_explore_destroy(x);
  return NULL;
}

hx_explore *hx_explore_create(const hx_space *space, const hx_explore_options *options) {
  hx_explore *x = create(space, options);
  if (x)
    hx_explore_node(x, hx_space_point(space, 0, 1, 1, space->base));
  return x;
}

void hx_explore_destroy(hx_explore *x) {
  if (!x)
    return;
  free(x->nodes);
  free(x->aliases);
  free(x->log);
  free(x->given);
  hx_final_destroy(x->final);
  free(x);
}

static const char *plural(const char *name) {
  return name ? name : "workers";
}

static void say(const hx_explore *x, char *text, size_t size) {
  int low = x->doing_low, high = x->doing_high;
  const char *who = plural(x->space.executor_names[x->doing_executor]);
  switch ((hx_doing)x->doing) {
  case HX_DOING_SERIAL:
    snprintf(text, size, "serial run, to the end");
    break;
  case HX_DOING_CHECK:
    snprintf(text, size, "do the serial run's outputs change?");
    break;
  case HX_DOING_PROBE:
    snprintf(text, size, "first look at %d %s", high, who);
    break;
  case HX_DOING_WALK:
    if (low == high)
      snprintf(text, size, "walking along counts of %s: %d", who, low);
    else
      snprintf(text, size, "walking along counts of %s, %d to %d", who, low, high);
    break;
  case HX_DOING_SAMPLE:
    snprintf(text, size, "combinations of values for %d worker%s", low, low == 1 ? "" : "s");
    break;
  case HX_DOING_SCREEN:
    snprintf(text, size, "other values of %s for %d worker%s",
             x->space.axes[x->doing_executor].name, low, low == 1 ? "" : "s");
    break;
  case HX_DOING_REFINE:
    if (low == high)
      snprintf(text, size, "counts beside %d %s", low, who);
    else
      snprintf(text, size, "refining between %d and %d %s", low, high, who);
    break;
  case HX_DOING_CROSS:
    snprintf(text, size, "other executors for %d workers", low);
    break;
  case HX_DOING_SETTLE:
    snprintf(text, size, "second runs of what is near the best");
    break;
  case HX_DOING_LIST:
    snprintf(text, size, "the configurations listed, round %d of %d", low, high);
    break;
  case HX_DOING_CONTROL:
    snprintf(text, size, "control run: has the machine changed?");
    break;
  }
}

bool hx_explore_next(hx_explore *x, hx_explore_ask *ask) {
  if (x->stopped || x->no_memory || (x->final && x->fatal != HX_VERDICT_OPEN))
    return false;
  if (!x->final && x->pending < 0) {
    rewind_log(x);
    explore(x);
    bool ready = x->fatal == HX_VERDICT_OPEN && x->walked;
    if (x->pending < 0 && ready && x->n_nodes > 1)
      start_final(x);
  }
  if (!x->final && x->pending >= 0) {
    ask->point = x->nodes[x->pending].point;
    ask->stage = HX_EXPLORE_SEARCHING;
    ask->cap_s = x->pending_cap_s;
    say(x, ask->why, sizeof ask->why);
    return true;
  }
  hx_final_ask f;
  if (!x->final || !hx_final_next(x->final, &f))
    return false;
  ask->point = f.point;
  hx_explore_node(x, f.point); /* a sibling may not have run before */
  x->asked_serial = hx_point_equal(&f.point, &x->nodes[0].point);
  ask->stage = f.confirming ? HX_EXPLORE_CONFIRMING : HX_EXPLORE_RACING;
  ask->cap_s = f.cap_s;
  snprintf(ask->why, sizeof ask->why, "%s, round %d of up to %d",
           f.confirming ? "confirming" : "final race", f.round, f.rounds);
  return true;
}

void hx_explore_add(hx_explore *x, const hx_explore_run *run) {
  if (!x->final) {
    assert(x->pending >= 0);
    if (x->n_log == x->log_cap) {
      size_t cap = x->log_cap ? 2 * x->log_cap : 256;
      hx_explore_run *log = realloc(x->log, cap * sizeof *log);
      x->no_memory = !log;
      if (!log)
        return;
      x->log = log;
      x->log_cap = cap;
    }
    x->log[x->n_log++] = *run;
    x->pending = -1;
    return;
  }
  x->spent_s += spent_of(run);
  x->n_final++;
  if (run->outcome == HX_EXPLORE_DIFFERENT && x->asked_serial)
    x->fatal = HX_VERDICT_UNSTEADY;
  bool valid =
      run->outcome == HX_EXPLORE_VALID || (run->outcome == HX_EXPLORE_OVER && x->asked_serial);
  hx_final_add(x->final,
               valid                                 ? HX_FINAL_VALID
               : run->outcome == HX_EXPLORE_CENSORED ? HX_FINAL_CENSORED
                                                     : HX_FINAL_INVALID,
               run->seconds, spent_of(run), run->disturbed);
}

void hx_explore_stop(hx_explore *x) {
  x->stopped = true;
}

double hx_explore_usual_runs(const hx_space *space) {
  return 50 + 20 * log2(space->cpus);
}

/* At least this budget would have been enough. */
static double needed_s(const hx_explore *x) {
  int best = hx_explore_best(x);
  if (best < 0)
    return 2 * x->options.budget_s;
  double serial_s = exp(hx_explore_level(x, 0)), best_s = exp(hx_explore_level(x, best));
  double usual_s = serial_s + hx_explore_usual_runs(&x->space) * best_s;
  return fmax(1.2 * x->options.budget_s, usual_s * cost_of_second(x));
}

void hx_explore_conclude(const hx_explore *x, hx_search_verdict *v) {
  if (x->final && x->fatal == HX_VERDICT_OPEN)
    hx_final_conclude(x->final, v);
  else
    *v = (hx_search_verdict){.state = x->fatal != HX_VERDICT_OPEN ? x->fatal : HX_VERDICT_TOO_SHORT,
                             .winner = x->nodes[0].point,
                             .seconds = (double)NAN,
                             .lower_s = (double)NAN,
                             .upper_s = (double)NAN,
                             .noise = (double)NAN};
  if (v->state == HX_VERDICT_TOO_SHORT && x->walked && x->n_nodes == 1) {
    v->state = HX_VERDICT_NO_EFFECT;
    v->alone = true;
    v->seconds = exp(hx_explore_level(x, 0));
  }
  bool broken = false, valid = false, failed = false;
  for (int i = 1; i < x->n_nodes; i++) {
    broken = broken || x->nodes[i].broken;
    failed = failed || (x->nodes[i].broken && !x->nodes[i].over);
    valid = valid || (x->nodes[i].n > 0 && !x->nodes[i].broken);
  }
  if (v->state == HX_VERDICT_TOO_SHORT && x->walked && broken && !failed && !valid) {
    v->state = HX_VERDICT_FOUND;
    v->recommends = v->alone = true;
    v->seconds = exp(hx_explore_level(x, 0));
  }
  if (v->state == HX_VERDICT_TOO_SHORT && broken && !valid)
    v->state = HX_VERDICT_FAILED;
  if (v->state == HX_VERDICT_FAILED && isnan(v->seconds) && x->nodes[0].n > 0 &&
      !x->nodes[0].broken)
    v->seconds = exp(hx_explore_level(x, 0));
  v->runs = x->n_log + x->n_final;
  v->spent_s = x->spent_s;
  bool cut_short = v->state == HX_VERDICT_TOO_SHORT ||
                   (v->state == HX_VERDICT_NOT_SHOWN && x->final && hx_final_wants_more(x->final));
  if (cut_short && x->options.budget_s < INFINITY && !x->stopped)
    v->needs_s = needed_s(x);
}
