/* What limits a program when workers are added: the scaling law (decide/usl.h) fitted to the worker
 * counts that were measured. */
#ifndef HX_TUNE_LIMITS_H
#define HX_TUNE_LIMITS_H

#include "base/config.h"
#include "decide/estimate.h"
#include "decide/usl.h"

#include <stddef.h>

typedef struct hx_limits_run {
  const hx_config *config;
  const hx_search_estimate *estimate;
} hx_limits_run;

/* Fits the counts of the executor, pinning and schedule of which most were measured; serial stands
 * for one worker. *series: one of those configurations, NULL when nothing is fitted; may be NULL. */
hx_usl hx_limits_fit(const hx_limits_run *runs, size_t n, const hx_config **series);

#endif
