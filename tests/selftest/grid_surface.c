#include "selftest/grid_surface.h"

#include <assert.h>
#include <math.h>

static const int worker_counts[12] = {1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64};

static const struct {
  const char *name;
  double least, most; /* slowest over fastest */
} shapes[HX_SURFACE_SHAPES] = {
    [HX_SURFACE_WIDE] = {"wide", 4, 12},
    [HX_SURFACE_MILD] = {"mild", 1.15, 1.6},
    [HX_SURFACE_FLAT] = {"flat", 1.005, 1.03},
};

const char *hx_surface_name(hx_surface_shape shape) {
  return shapes[shape].name;
}

static bool can_run(void *context, const hx_point *point) {
  return surface_find(context, point) != NULL;
}

surface *hx_surface_draw(hx_surface_shape shape, size_t m, hx_rng *rng) {
  assert(m == HX_SURFACE_SMALL || m == HX_SURFACE_LARGE);
  size_t n_workers = m == HX_SURFACE_SMALL ? 6 : 12, n_executors = m == HX_SURFACE_SMALL ? 2 : 3;
  surface *s = surface_create(m);
  if (!s)
    return NULL;
  s->space = (hx_space){
      .executors = {HX_SPACE_SERIAL, HX_SPACE_THREADS, HX_SPACE_PROCESSES, HX_SPACE_THREADS},
      .n_executors = 4,
      .axes = {{"pin", 3, false, true}},
      .n_axes = 1,
      .listed = true,
      .can_run = can_run,
      .context = s};

  double cores = (double)(2U << hx_rng_below(rng, m == HX_SURFACE_SMALL ? 2 : 5));
  double serial_share = 0.02 + 0.2 * hx_rng_uniform(rng);
  double a_worker = 0.0002 + 0.003 * hx_rng_uniform(rng);
  double crowding = 0.1 * hx_rng_uniform(rng);
  double executor_cost[3], pin_cost[3];
  for (size_t i = 0; i < 3; i++) {
    executor_cost[i] = 0.06 * hx_rng_uniform(rng);
    pin_cost[i] = 0.06 * hx_rng_uniform(rng);
  }
  s->space.cpus = (int)cores;

  double fastest = INFINITY, slowest = 0;
  for (size_t i = 0; i < m; i++) {
    size_t w = i % n_workers, e = i / n_workers % n_executors, p = i / n_workers / n_executors;
    double workers = worker_counts[w], busy = fmin(workers, cores);
    double over = fmax(0, workers / cores - 1);
    double ideal = serial_share + (1 - serial_share) / busy;
    int count = worker_counts[w];
    surface_config c = {.point = {.executor = i == 0 ? 0 : (int)e + 1,
                                  .processes = e == 1 ? count : 1,
                                  .threads = e == 1 ? 1 : count,
                                  .value = {(int)p}}};
    c.seconds = (ideal * (1 + crowding * over / (1 + over)) + a_worker * workers) *
                (1 + executor_cost[e]) * (1 + (workers > 1 ? pin_cost[p] : 0)) *
                exp(0.01 * hx_rng_normal(rng));
    surface_add(s, &c);
    fastest = fmin(fastest, c.seconds);
    slowest = fmax(slowest, c.seconds);
  }

  double range =
      shapes[shape].least + (shapes[shape].most - shapes[shape].least) * hx_rng_uniform(rng);
  double stretch = log(range) / log(slowest / fastest);
  for (size_t i = 0; i < m; i++)
    s->configs[i].seconds = exp(stretch * log(s->configs[i].seconds / fastest));
  surface_find_best(s);
  return s;
}
