/* The effect of each value of a parameter if everything else stays as in one configuration. */
#ifndef HX_TUNE_PARAM_EFFECTS_H
#define HX_TUNE_PARAM_EFFECTS_H

#include "tune/sweep.h"

typedef struct hx_param_effect {
  const char *value; /* borrowed from the parameters */
  bool own;          /* of the configuration itself */
  bool stopped;      /* every run of it was stopped as too slow */
  bool over;         /* over a limit */
  double ratio;      /* its seconds over the configuration's; NaN: not measured */
} hx_param_effect;

/* One for each value of parameter `param` that was measured or stopped, in the order of its values;
 * returns how many. `effects` has room for all values. */
size_t hx_param_effects(const hx_sweep_report *report, const hx_sweep_result *result, size_t param,
                        size_t config, hx_param_effect *effects);

#endif
