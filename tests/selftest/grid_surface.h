/* Synthetic response surfaces: what a grid of configurations would take on an imagined machine. */
#ifndef SELFTEST_GRID_SURFACE_H
#define SELFTEST_GRID_SURFACE_H

#include "decide/search.h"
#include "decide/stats.h"

typedef enum hx_surface_shape {
  HX_SURFACE_WIDE, /* slowest over fastest 4 to 12 */
  HX_SURFACE_MILD, /* 1.15 to 1.6 */
  HX_SURFACE_FLAT, /* 1.005 to 1.03 */
  HX_SURFACE_SHAPES
} hx_surface_shape;

enum { HX_SURFACE_SMALL = 12, HX_SURFACE_LARGE = 108 };

const char *hx_surface_name(hx_surface_shape shape);

/* Fills configs[m] and seconds[m]; m is HX_SURFACE_SMALL (6 worker counts x threads, processes) or
 * HX_SURFACE_LARGE (12 worker counts x 3 executors x 3 pin strategies). Serial fraction, cores,
 * cost a worker, of an executor and of a pinning, and 1 % of idiosyncrasy a configuration are
 * drawn; then ln(seconds) is stretched to the shape's range. */
void hx_surface_draw(hx_surface_shape shape, size_t m, hx_rng *rng, hx_search_config *configs,
                     double *seconds);

#endif
