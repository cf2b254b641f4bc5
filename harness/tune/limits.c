#include "tune/limits.h"

#include <string.h>

enum { POINTS = 512 };

/* Whether two configurations are equal apart from their worker counts. */
static bool same_series(const hx_config *a, const hx_config *b) {
  hx_config like = *a;
  if (a->executor != b->executor ||
      (a->executor == HX_EXECUTOR_HYBRID && a->processes != b->processes))
    return false;
  like.processes = b->processes;
  like.threads = b->threads;
  return hx_config_equal(&like, b);
}

/* The points of one series, with serial as one worker. */
static size_t points_of(const hx_limits_run *runs, size_t n, const hx_config *series,
                        hx_usl_point *points) {
  size_t k = 0;
  for (size_t i = 0; i < n && k < POINTS; i++) {
    const hx_search_estimate *e = runs[i].estimate;
    bool serial = runs[i].config->executor == HX_EXECUTOR_SERIAL &&
                  strcmp(runs[i].config->params, series->params) == 0;
    if (e->n_valid > 0 && (serial || same_series(runs[i].config, series)))
      points[k++] = (hx_usl_point){hx_config_workers(runs[i].config), e->seconds, e->n_valid};
  }
  return k;
}

hx_usl hx_limits_fit(const hx_limits_run *runs, size_t n, const hx_config **series) {
  hx_usl_point points[POINTS];
  size_t most = 0, of = 0;
  for (size_t i = 0; i < n; i++) {
    size_t k = points_of(runs, n, runs[i].config, points);
    if (k > most && runs[i].config->executor != HX_EXECUTOR_SERIAL) {
      most = k;
      of = i;
    }
  }
  hx_usl fit = hx_usl_fit(points, most > 0 ? points_of(runs, n, runs[of].config, points) : 0);
  if (series)
    *series = fit.fitted ? runs[of].config : NULL;
  return fit;
}
