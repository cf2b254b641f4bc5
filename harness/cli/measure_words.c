#include "cli/measure_print.h"

#include "machine/pin.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char *hx_measure_line(const hx_topo *topo, const hx_workload *workload, const hx_config *config) {
  if (workload->kind != HX_WORKLOAD_COMMAND || strcmp(config->pin, "none") == 0)
    return hx_workload_line(workload, config, "pvtune", NULL);
  pvs_error error = {0};
  char cpus[HX_CPUSET_TEXT], *line = NULL;
  int n = hx_config_workers(config);
  hx_place *place = calloc((size_t)n, sizeof *place);
  if (place && hx_pin_place_config(topo, config, place, &error)) {
    hx_cpuset all = hx_place_union(place, n);
    hx_cpuset_format(&all, cpus, sizeof cpus);
    line = hx_workload_pinned_line(workload, config, cpus);
  }
  free(place);
  return line;
}

const char *hx_measure_time(double seconds, char *text, size_t cap) {
  if (isnan(seconds))
    snprintf(text, cap, "?");
  else if (seconds < 1e-3)
    snprintf(text, cap, "%.3g us", seconds * 1e6);
  else if (seconds < 1)
    snprintf(text, cap, "%.3g ms", seconds * 1e3);
  else if (seconds < 120)
    snprintf(text, cap, "%.3g s", seconds);
  else
    snprintf(text, cap, "%.0f min %02.0f s", floor(seconds / 60), fmod(seconds, 60));
  return text;
}
