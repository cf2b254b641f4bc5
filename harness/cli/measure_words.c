#include "cli/measure_print.h"

#include "cli/text.h"
#include "machine/pin.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *hx_measure_in_words(const hx_config *config, bool command, char *text, size_t cap) {
  const char *what = command ? "worker" : "thread";
  int n;
  switch (config->executor) {
  case HX_EXECUTOR_SERIAL:
    n = snprintf(text, cap, "serial");
    break;
  case HX_EXECUTOR_THREADS:
    n = snprintf(text, cap, "%d %s%s", config->threads, what, HX_S(config->threads));
    break;
  case HX_EXECUTOR_PROCESSES:
    n = snprintf(text, cap, "%d process%s", config->processes, config->processes == 1 ? "" : "es");
    break;
  default:
    n = snprintf(text, cap, "%d process%s of %d thread%s", config->processes,
                 config->processes == 1 ? "" : "es", config->threads, HX_S(config->threads));
    break;
  }
  if (strcmp(config->pin, "none") != 0 && n > 0 && (size_t)n < cap)
    n += snprintf(text + n, cap - (size_t)n, " pinned %s", config->pin);
  if (config->schedule == HX_SCHEDULE_STATIC && config->executor != HX_EXECUTOR_SERIAL && n > 0 &&
      (size_t)n < cap)
    snprintf(text + n, cap - (size_t)n, ", static schedule");
  return text;
}

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
