#include "tune/param_effects.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

size_t hx_param_effects(const hx_sweep_report *report, const hx_sweep_result *result, size_t param,
                        size_t config, hx_param_effect *effects) {
  const hx_param *p = &report->params->items[param];
  double base = result->lines[config].estimate.seconds;
  size_t n = 0;
  for (size_t k = 0; k < p->n; k++) {
    hx_config other = report->configs[config];
    hx_param_value v = {.environment = p->environment};
    memcpy(v.name, p->name, sizeof v.name);
    snprintf(v.value, sizeof v.value, "%s", p->values[k]);
    if (!hx_config_param_set(&other, &v, NULL))
      continue;
    for (size_t i = 0; i < report->n_configs; i++) {
      const hx_search_estimate *e = &result->lines[i].estimate;
      bool stopped = e->n_valid == 0 && e->fate == HX_SEARCH_HOPELESS;
      if ((e->n_valid > 0 || stopped) && hx_config_equal(&report->configs[i], &other))
        effects[n++] = (hx_param_effect){.value = p->values[k],
                                         .own = i == config,
                                         .stopped = stopped,
                                         .over = result->lines[i].over,
                                         .ratio = stopped ? (double)NAN : e->seconds / base};
    }
  }
  return n;
}
