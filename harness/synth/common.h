/* The common property: corridor and car-park lights, lifts, ventilation, a pump. */
#ifndef HX_SYNTH_COMMON_H
#define HX_SYNTH_COMMON_H

#include "synth/household.h"

typedef struct hx_synth_common {
  hx_rng rng;
  uint32_t households;
} hx_synth_common;

void hx_synth_common_init(hx_synth_common *cp, uint64_t seed, uint32_t file, uint32_t households);

/* The next day: kw[step] = mean power over each step. */
void hx_synth_common_run(hx_synth_common *cp, const hx_synth_day *day, double *kw);

#endif
