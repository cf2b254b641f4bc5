/* Noise to test decisions on: runs of one fixed loop recorded on a shared two-core virtual machine
 * (any difference between two of them is noise; read from tests/replay/data), and a simulated kind.
 * All as ln(seconds / undisturbed seconds). */
#ifndef SELFTEST_NOISE_H
#define SELFTEST_NOISE_H

#include "decide/stats.h"

#include <stddef.h>

typedef enum hx_noise_kind {
  HX_NOISE_RECORDED,  /* stretches of the 1500 sequential runs */
  HX_NOISE_DUET,      /* stretches of the duet */
  HX_NOISE_SIMULATED, /* AR(1), rho 0.6, sd 1.5 %; and interference: 2 % of runs begin a stretch
                         (mean 4 runs) that costs an exponential 12 % more */
  HX_NOISE_KINDS
} hx_noise_kind;

const char *hx_noise_name(hx_noise_kind kind);

/* Fills ln_factor[n] with noise of consecutive runs. Stretches of a record have a mean length of
 * 150 runs, so that neighbours stay neighbours; the record's median is 0. */
void hx_noise_draw(hx_noise_kind kind, hx_rng *rng, double *ln_factor, size_t n);

/* Mean of exp(ln_factor): what a run costs on average, relative to an undisturbed one. */
double hx_noise_mean_factor(hx_noise_kind kind);

#endif
