/* Surfaces of commands with parameters. */
#ifndef SELFTEST_SURFACE_PARAMS_H
#define SELFTEST_SURFACE_PARAMS_H

#include "selftest/surface.h"

/* The serial and threaded configurations of a base, which is taken over (and destroyed on failure),
 * times one or two parameters: a number of nine values, whose best lies anywhere and depends a little
 * on the number of workers, and a word of four. effect false: neither makes a difference. NULL when
 * out of memory. */
surface *surface_with_params(surface *base, int n_params, bool effect, hx_rng *rng);

#endif
