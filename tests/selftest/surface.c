#include "selftest/surface.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { PIN = 0, SCHEDULE = 1, DYNAMIC = 0, STATIC = 1, SCHEDULES = 2 };
enum { SERIAL, THREADS, PROCESSES, HYBRID };

static uint64_t place(void *context, const hx_point *p) {
  const model *m = ((const surface *)context)->machine;
  return m->signature[model_row(m, p->value[PIN], hx_point_workers(p))];
}

static void fill_space(surface *s, int units) {
  const model *m = s->machine;
  hx_space *p = &s->space;
  *p = (hx_space){
      .executors = {HX_SPACE_SERIAL, HX_SPACE_THREADS, HX_SPACE_PROCESSES, HX_SPACE_HYBRID},
      .executor_names = {"serial", "threads", "processes", "hybrid workers"},
      .n_executors = 4,
      .axes = {{"pin", MODEL_PINS, false, true}, {"schedule", SCHEDULES, false, true}},
      .n_axes = 2,
      .cpus = m->pus,
      .uneven = m->shape.e_cores > 0,
      .units = units,
      .place = place,
      .place_axis = PIN,
      .context = s};
  const int counts[] = {m->cores,
                        m->pus / m->packages,
                        m->cores / m->packages,
                        m->pus / m->nodes,
                        m->cores / m->nodes,
                        m->pus / m->l3s,
                        m->cores / m->l3s,
                        m->shape.e_cores > 0 ? m->cores - m->shape.e_cores : 0,
                        m->shape.e_cores > 0 ? m->pus - m->shape.e_cores : 0};
  for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
    p->counts[p->n_counts++] = counts[i];
  const int levels[] = {2, m->pus >= 8 ? 4 : 0, m->packages, m->nodes, m->l3s};
  for (size_t i = 0; i < sizeof levels / sizeof *levels; i++) {
    bool known = levels[i] < 2;
    for (int j = 0; j < p->n_levels; j++)
      known = known || p->levels[j] == levels[i];
    if (!known)
      p->levels[p->n_levels++] = levels[i];
  }
}

static size_t slot_of(const surface *s, const hx_point *p) {
  size_t h = (size_t)p->executor;
  h = h * 521 + (size_t)p->processes;
  h = h * 521 + (size_t)p->threads;
  for (int a = 0; a < s->space.n_axes; a++)
    h = h * 31 + (size_t)p->value[a];
  size_t at = h % s->index_size;
  while (s->index[at] >= 0 && !hx_point_equal(&s->configs[s->index[at]].point, p))
    at = (at + 1) % s->index_size;
  return at;
}

const surface_config *surface_find(const surface *s, const hx_point *point) {
  int i = s->index[slot_of(s, point)];
  return i < 0 ? NULL : &s->configs[i];
}

static void add(surface *s, int executor, int processes, int threads, int pin, int schedule) {
  hx_point p = {.executor = executor, .processes = processes, .threads = threads};
  bool alone = processes * threads == 1;
  p.value[PIN] = alone ? 0 : pin;
  p.value[SCHEDULE] = alone ? 0 : schedule;
  if (!hx_space_canonical(&s->space, &p))
    return;
  surface_add(s, &(surface_config){
                     .point = p, .row = model_row(s->machine, p.value[PIN], processes * threads)});
}

static void list_configs(surface *s) {
  int most = hx_space_most_workers(&s->space);
  add(s, SERIAL, 1, 1, 0, 0);
  for (int pin = 0; pin < MODEL_PINS; pin++)
    for (int schedule = 0; schedule < SCHEDULES; schedule++) {
      for (int n = 1; n <= most; n++) {
        add(s, THREADS, 1, n, pin, schedule);
        add(s, PROCESSES, n, 1, pin, schedule);
      }
      for (int l = 0; l < s->space.n_levels; l++)
        for (int t = 2; s->space.levels[l] * t <= most; t++)
          add(s, HYBRID, s->space.levels[l], t, pin, schedule);
    }
}

surface *surface_create(size_t most) {
  surface *s = calloc(1, sizeof *s);
  if (!s)
    return NULL;
  s->index_size = 4 * most + 64;
  s->configs = calloc(most, sizeof *s->configs);
  s->index = malloc(s->index_size * sizeof *s->index);
  if (!s->configs || !s->index) {
    surface_destroy(s);
    return NULL;
  }
  for (size_t i = 0; i < s->index_size; i++)
    s->index[i] = -1;
  return s;
}

bool surface_add(surface *s, const surface_config *config) {
  size_t at = slot_of(s, &config->point);
  if (s->index[at] >= 0)
    return false;
  s->index[at] = (int)s->n;
  s->configs[s->n++] = *config;
  return true;
}

static surface *create(const model *m, int units) {
  surface *s = surface_create((size_t)m->width * MODEL_PINS * SCHEDULES * 4);
  if (!s)
    return NULL;
  s->machine = m;
  fill_space(s, units);
  list_configs(s);
  return s;
}

void surface_destroy(surface *s) {
  if (!s)
    return;
  free(s->configs);
  free(s->index);
  if (s->disown)
    s->disown(s->owned);
  free(s);
}

surface *surface_flat(const model *machine, double seconds) {
  surface *s = create(machine, 0);
  for (size_t i = 0; s && i < s->n; i++)
    s->configs[i].seconds = seconds;
  return s;
}

/* ---- drawing ---- */

static double between(hx_rng *r, double low, double high) {
  return low + (high - low) * hx_rng_uniform(r);
}
static double log_between(hx_rng *r, double low, double high) {
  return exp(between(r, log(low), log(high)));
}
static bool chance(hx_rng *r, double p) {
  return hx_rng_uniform(r) < p;
}

/* The program's traits. */
typedef struct program {
  int units;
  double e_speed, smt, frequency, l3_half, node_half, cache_at, cache_cost, oversubscription;
  double cv, dynamic_cost;
  double a, b, shared, far, remote, migration, pin_effect[MODEL_PINS], executor_effect[4];
  double serial_share, serial_s;
} program;

static program draw_program(const model *m, hx_rng *r, bool held_out) {
  static const int units[2][4] = {{12, 36, 160, 5000}, {8, 20, 365, 20000}};
  double u = hx_rng_uniform(r);
  program p = {.units = units[held_out][u < 0.15 ? 0 : u < 0.35 ? 1 : u < 0.55 ? 2 : 3]};
  p.e_speed = held_out ? between(r, 0.35, 0.85) : between(r, 0.45, 0.75);
  p.smt = held_out ? between(r, -0.2, 0.5) : between(r, -0.12, 0.35);
  p.frequency = chance(r, 0.6) ? between(r, 0, held_out ? 0.45 : 0.35) : 0;
  p.l3_half = chance(r, 0.4) ? log_between(r, 1.5, 2 * m->cores_per_l3 * m->shape.smt) : 0;
  p.node_half = chance(r, 0.4) ? log_between(r, 1.5, 2 * m->cores_per_node * m->shape.smt) : 0;
  if (chance(r, 0.25)) {
    p.cache_at = between(r, 0.3, 1.2) * m->cores_per_l3 * m->shape.smt;
    p.cache_cost = between(r, 0.05, held_out ? 0.7 : 0.5);
  }
  p.oversubscription = log_between(r, 0.01, 1);
  p.cv = chance(r, 0.5) ? 0 : between(r, 0, held_out ? 0.8 : 0.6);
  p.dynamic_cost = chance(r, 0.5) ? 0 : log_between(r, 0.001, 0.04);
  p.a = chance(r, 0.4) ? 0 : log_between(r, held_out ? 0.0005 : 0.001, held_out ? 0.2 : 0.1);
  double peak = log_between(r, held_out ? 1.5 : 2, (held_out ? 3 : 2) * m->pus);
  p.b = chance(r, 0.6) ? (1 - p.a) / (peak * peak) : 0;
  static const double shares[] = {0, 0.1, 0.3, 1};
  p.shared = shares[hx_rng_below(r, 4)];
  p.far = chance(r, 0.5) ? 0 : between(r, 0, held_out ? 3 : 2);
  p.remote = m->nodes > 1 && chance(r, 0.5) ? between(r, 0, held_out ? 0.9 : 0.6) : 0;
  p.migration = chance(r, 0.5) ? 0 : between(r, 0, held_out ? 0.08 : 0.05);
  double pins = chance(r, 0.5) ? 0 : held_out ? 0.015 : 0.008;
  for (int i = 0; i < MODEL_PINS; i++)
    p.pin_effect[i] = exp(pins * hx_rng_normal(r));
  p.executor_effect[SERIAL] = p.executor_effect[THREADS] = 1;
  p.executor_effect[PROCESSES] =
      chance(r, 0.5) ? 1 : exp((held_out ? 0.06 : 0.03) * hx_rng_normal(r));
  p.executor_effect[HYBRID] = chance(r, 0.5) ? 1 : exp((held_out ? 0.04 : 0.02) * hx_rng_normal(r));
  p.serial_share = chance(r, 0.4) ? 0 : log_between(r, 0.001, held_out ? 0.4 : 0.25);
  p.serial_s = log_between(r, held_out ? 0.1 : 0.5, 300);
  return p;
}

/* Saturates: the share of its speed that a worker keeps where `load` of them share something that
 * is enough for about `half`. */
static double saturated(double load, double half) {
  return half > 0 ? pow((1 + pow(1 / half, 4)) / (1 + pow(load / half, 4)), 0.25) : 1;
}

static double misses(double load, const program *p) {
  return 1 + p->cache_cost / (1 + exp(-(load - p->cache_at) / (0.08 * p->cache_at + 0.3)));
}

static double worker_speed(const model *m, const program *p, int row, size_t cell) {
  bool efficient = m->pu[m->worker_pu[cell]].efficient;
  double v = efficient ? p->e_speed : 1, on_core = m->on_core[cell];
  if (m->shape.smt > 1 && !efficient)
    v *= on_core > 1 ? (1 + p->smt) / on_core : 1;
  else
    v /= m->on_pu[cell];
  if (m->cores > 1)
    v *= 1 - p->frequency * (m->active_cores[row] - 1) / (m->cores - 1);
  v *= saturated(m->on_l3[cell], p->l3_half) * saturated(m->on_node[cell], p->node_half);
  return p->cache_cost > 0 ? v * misses(1, p) / misses(m->on_l3[cell], p) : v;
}

/* Least time in which workers of these speeds finish whole units, each of 1 / units. */
static double finish_dynamic(const double *v, int n, int units, double sum, double slowest) {
  if (units > 160)
    return 1 / sum * (1 + 0.5 * (n - 1) / units);
  double low = 0.999 / sum, high = (1 + n) / sum + 1 / (units * slowest);
  for (int step = 0; step < 18; step++) {
    double middle = (low + high) / 2, done = 0;
    for (int i = 0; i < n; i++)
      done += floor(middle * v[i] * units + 1e-9);
    if (done >= units)
      high = middle;
    else
      low = middle;
  }
  return high;
}

static double finish_static(const double *v, int n, int units, double sum, bool unpinned) {
  double slowest = 0, most = 0;
  for (int i = 0; i < n; i++) {
    double share = (units / n + (i < units % n)) / (double)units;
    slowest = fmax(slowest, share / v[i]);
    most = fmax(most, share);
  }
  /* The system evens out the speeds of workers that it may move. */
  return unpinned ? 0.5 * slowest + 0.5 * fmax(most / (sum / n), 1 / sum) : slowest;
}

/* Time of the parallel part on a placement: dynamic and static. */
static void makespan(const model *m, const program *p, int row, double *work, double out[2]) {
  int n = m->row_workers[row], pin = row / m->width;
  double sum = 0, slowest = INFINITY;
  for (int i = 0; i < n; i++) {
    work[i] = worker_speed(m, p, row, (size_t)row * (size_t)m->width + (size_t)i);
    sum += work[i];
    slowest = fmin(slowest, work[i]);
  }
  double over = n > m->pus ? 1 + p->oversubscription : 1, u = p->units;
  double dynamic = finish_dynamic(work, n, p->units, sum, slowest);
  double fixed = finish_static(work, n, p->units, sum, pin == MODEL_NONE || pin == MODEL_NUMA);
  if (n > 1) {
    dynamic *=
        (1 + 0.4 * p->cv * fmin(1, n / u)) * (1 + p->dynamic_cost * sqrt((double)n / m->pus));
    fixed *= 1 + p->cv * sqrt(2 * log(n) / fmax(1, u / n));
  }
  out[DYNAMIC] = dynamic * over;
  out[STATIC] = fixed * over;
}

/* Mean number of NUMA nodes and of L3 caches that the threads of one process span. */
static void spans(const model *m, const surface_config *c, double *nodes, double *l3s) {
  int threads = c->point.threads, workers = hx_point_workers(&c->point);
  const int *pu = m->worker_pu + (size_t)c->row * (size_t)m->width;
  *nodes = *l3s = 0;
  for (int first = 0; first < workers; first += threads) {
    int n = 0, l = 0;
    for (int i = first; i < first + threads; i++) {
      bool new_node = true, new_l3 = true;
      for (int j = first; j < i; j++) {
        new_node = new_node && m->pu[pu[j]].node != m->pu[pu[i]].node;
        new_l3 = new_l3 && m->pu[pu[j]].l3 != m->pu[pu[i]].l3;
      }
      n += new_node;
      l += new_l3;
    }
    *nodes += n;
    *l3s += l;
  }
  *nodes /= c->point.processes;
  *l3s /= c->point.processes;
}

static double contention(const program *p, double workers, double inner, double l3s, double used) {
  double own = (p->a * (inner - 1) + p->b * inner * (inner - 1)) * (1 + p->far * (1 - 1 / l3s));
  double all =
      (p->a * (workers - 1) + p->b * workers * (workers - 1)) * (1 + p->far * (1 - 1 / used));
  return (1 - p->shared) * own + p->shared * all;
}

static double remote_share(const model *m, const surface_config *c, double span) {
  bool none = c->point.value[PIN] == MODEL_NONE, numa = c->point.value[PIN] == MODEL_NUMA;
  double away = 1 - 1.0 / m->used_nodes[c->row];
  if (c->point.executor <= THREADS)
    return (none ? 1 : numa ? 0.1 : 0.6) * away;
  if (none)
    return 0.5 * (1 - 1.0 / m->nodes);
  if (numa)
    return 0;
  return c->point.executor == PROCESSES ? 0.1 * away : 0.6 * (1 - 1 / span);
}

static double seconds_of(const model *m, const program *p, const surface_config *c, double parallel,
                         double alone) {
  const hx_point *at = &c->point;
  double n = hx_point_workers(at), nodes = 1, l3s = 1, inner = n, used = m->used_l3s[c->row];
  if (at->executor == SERIAL)
    return p->serial_share + (1 - p->serial_share) * alone;
  if (at->executor == HYBRID)
    spans(m, c, &nodes, &l3s);
  if (at->executor == HYBRID)
    inner = at->threads;
  else if (at->executor == PROCESSES)
    inner = 1;
  else
    l3s = used;
  double t = (1 - p->serial_share) * parallel * (1 + contention(p, n, inner, l3s, used));
  t *= 1 + p->remote * remote_share(m, c, nodes);
  if (n > 1)
    t *= (at->value[PIN] == MODEL_NONE ? 1 + p->migration : 1) * p->pin_effect[at->value[PIN]];
  double start = at->executor == THREADS     ? 0.05e-3 + 0.02e-3 * n
                 : at->executor == PROCESSES ? 1e-3 + 0.3e-3 * n
                                             : 1e-3 + 0.3e-3 * at->processes + 0.02e-3 * n;
  return p->serial_share + t * p->executor_effect[at->executor] + start / p->serial_s;
}

void surface_find_best(surface *s) {
  s->best = 0;
  for (size_t i = 1; i < s->n; i++)
    if (s->configs[i].seconds < s->configs[s->best].seconds)
      s->best = i;
}

/* Two valleys, next to no effect at all, or unevenness from count to count. */
static void deform(surface *s, hx_rng *r, bool held_out) {
  double kind = hx_rng_uniform(r);
  surface_find_best(s);
  double low = log(s->configs[s->best].seconds), high = low;
  for (size_t i = 0; i < s->n; i++)
    high = fmax(high, log(s->configs[i].seconds));
  double best_n = hx_point_workers(&s->configs[s->best].point);
  double bump_at = best_n * exp(0.5 * hx_rng_normal(r)), width = between(r, 0.12, 0.5);
  double bump = between(r, 0.05, held_out ? 0.6 : 0.4);
  double range = chance(r, 0.5) ? 0 : between(r, 0.003, 0.03);
  bool flat = kind >= 0.10 && kind < 0.17, uneven = chance(r, 0.5);
  double by_count[1024];
  for (int n = 0; n < 1024; n++)
    by_count[n] = 0.003 * hx_rng_normal(r);
  for (size_t i = 0; i < s->n; i++) {
    int n = hx_point_workers(&s->configs[i].point);
    double y = log(s->configs[i].seconds), away = log(n / bump_at) / width;
    if (kind < 0.10)
      y += bump * exp(-away * away / 2);
    else if (flat)
      y = range * (y - low) / fmax(high - low, 1e-9);
    if (uneven && s->configs[i].point.executor != SERIAL)
      y += (flat ? 0 : by_count[n]) + 0.002 * hx_rng_normal(r) * !flat;
    s->configs[i].seconds = exp(y);
  }
}

surface *surface_draw(const model *m, hx_rng *r, bool held_out) {
  program p = draw_program(m, r, held_out);
  surface *s = create(m, p.units);
  double *work = calloc((size_t)m->width, sizeof *work);
  double(*parallel)[2] = calloc((size_t)m->n_rows, sizeof *parallel);
  if (s && work && parallel) {
    int most = hx_space_most_workers(&s->space);
    for (int row = 0; row < m->n_rows; row++)
      if (m->row_workers[row] <= most)
        makespan(m, &p, row, work, parallel[row]);
    for (size_t i = 0; i < s->n; i++) {
      surface_config *c = &s->configs[i];
      c->seconds = seconds_of(m, &p, c, parallel[c->row][c->point.value[SCHEDULE]],
                              parallel[model_row(m, MODEL_NONE, 1)][DYNAMIC]);
    }
    deform(s, r, held_out);
    double scale = p.serial_s / s->configs[0].seconds;
    for (size_t i = 0; i < s->n; i++)
      s->configs[i].seconds *= scale;
    surface_find_best(s);
  } else {
    surface_destroy(s);
    s = NULL;
  }
  free(work);
  free(parallel);
  return s;
}
