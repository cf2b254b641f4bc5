/* Synthetic response surfaces of given lists: what 12 or 108 configurations would take on an imagined
 * machine. */
#ifndef SELFTEST_GRID_SURFACE_H
#define SELFTEST_GRID_SURFACE_H

#include "selftest/surface.h"

typedef enum hx_surface_shape {
  HX_SURFACE_WIDE, /* slowest over fastest 4 to 12 */
  HX_SURFACE_MILD, /* 1.15 to 1.6 */
  HX_SURFACE_FLAT, /* 1.005 to 1.03 */
  HX_SURFACE_SHAPES
} hx_surface_shape;

enum { HX_SURFACE_SMALL = 12, HX_SURFACE_LARGE = 108 };

const char *hx_surface_name(hx_surface_shape shape);

/* m is HX_SURFACE_SMALL (6 worker counts x threads, processes) or HX_SURFACE_LARGE (12 worker counts x
 * 3 executors x 3 pin strategies); the first configuration is serial. Serial fraction, cores, cost per
 * worker, of an executor and of a pinning, and 1 % of idiosyncrasy per configuration are drawn; then
 * ln(seconds) is stretched to the shape's range. NULL when out of memory; see surface_destroy. */
surface *hx_surface_draw(hx_surface_shape shape, size_t m, hx_rng *rng);

#endif
