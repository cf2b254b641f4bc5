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

void hx_surface_draw(hx_surface_shape shape, size_t m, hx_rng *rng, hx_search_config *configs,
                     double *seconds) {
  assert(m == HX_SURFACE_SMALL || m == HX_SURFACE_LARGE);
  size_t n_workers = m == HX_SURFACE_SMALL ? 6 : 12, n_executors = m == HX_SURFACE_SMALL ? 2 : 3;

  double cores = (double)(2U << hx_rng_below(rng, m == HX_SURFACE_SMALL ? 2 : 5));
  double serial_share = 0.02 + 0.2 * hx_rng_uniform(rng);
  double a_worker = 0.0002 + 0.003 * hx_rng_uniform(rng);
  double crowding = 0.1 * hx_rng_uniform(rng);
  double executor_cost[3], pin_cost[3];
  for (size_t i = 0; i < 3; i++) {
    executor_cost[i] = 0.06 * hx_rng_uniform(rng);
    pin_cost[i] = 0.06 * hx_rng_uniform(rng);
  }

  double fastest = INFINITY, slowest = 0;
  for (size_t i = 0; i < m; i++) {
    size_t w = i % n_workers, e = i / n_workers % n_executors, p = i / n_workers / n_executors;
    double workers = worker_counts[w], busy = fmin(workers, cores);
    double over = fmax(0, workers / cores - 1);
    double ideal = serial_share + (1 - serial_share) / busy;
    configs[i] = (hx_search_config){.workers = worker_counts[w],
                                    .executor_rank = (int)e + 1,
                                    .pin_rank = (int)p,
                                    .cap_exempt = w == 0 && e == 0 && p == 0};
    seconds[i] = (ideal * (1 + crowding * over / (1 + over)) + a_worker * workers) *
                 (1 + executor_cost[e]) * (1 + (workers > 1 ? pin_cost[p] : 0)) *
                 exp(0.01 * hx_rng_normal(rng));
    fastest = fmin(fastest, seconds[i]);
    slowest = fmax(slowest, seconds[i]);
  }

  double range =
      shapes[shape].least + (shapes[shape].most - shapes[shape].least) * hx_rng_uniform(rng);
  double stretch = log(range) / log(slowest / fastest);
  for (size_t i = 0; i < m; i++)
    seconds[i] = exp(stretch * log(seconds[i] / fastest));
}
