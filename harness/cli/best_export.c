#include "cli/best_export.h"

#include "base/fail.h"
#include "machine/pin.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The CPUs its workers are bound to; without binding, all that may be used. */
static bool cpus_of(const hx_topo *topo, const hx_config *config, char text[HX_CPUSET_TEXT],
                    pvs_error *error) {
  int n = hx_config_workers(config);
  hx_place *place = calloc((size_t)n, sizeof *place);
  bool ok = place ? hx_pin_place_config(topo, config, place, error) : hx_fail_memory(error);
  if (ok) {
    hx_cpuset cpus = hx_place_union(place, n);
    if (hx_cpuset_is_empty(&cpus))
      cpus = hx_topo_get_allocation(topo)->allowed;
    hx_cpuset_format(&cpus, text, HX_CPUSET_TEXT);
  }
  free(place);
  return ok;
}

static void print_env(const hx_config *config, const char *cpus) {
  printf("PVTUNE_WORKERS=%d\nPVTUNE_PROCESSES=%d\nPVTUNE_THREADS=%d\nPVTUNE_CPUS=%s\n"
         "OMP_NUM_THREADS=%d\n",
         hx_config_workers(config), config->processes, config->threads, cpus, config->threads);
}

/* The CPUs' numbers are those of this machine, and jobs run on others: only how it binds is said. */
static void print_slurm(const hx_config *config) {
  printf("#SBATCH --nodes=1\n#SBATCH --ntasks=%d\n#SBATCH --cpus-per-task=%d\n"
         "export SLURM_CPU_BIND=%s\n",
         config->processes, config->threads, strcmp(config->pin, "none") == 0 ? "none" : "cores");
}

static json_t *number(double value) {
  return isnan(value) ? json_null() : json_real(value);
}

static bool print_json(const hx_recommendation_row *row, const hx_config *config,
                       const char *cpus) {
  json_t *all = json_pack(
      "{s:i, s:s, s:s, s:s, s:s, s:s, s:i, s:i, s:i, s:s, s:s, s:o, s:o, s:o, s:o}", "schema", 1,
      "machine", row->machine, "allocation", row->allocation, "workload", row->workload, "made_utc",
      row->made_utc, "config", row->config, "workers", hx_config_workers(config), "processes",
      config->processes, "threads", config->threads, "pin", config->pin, "cpus", cpus, "seconds",
      number(row->seconds), "speedup", number(row->speedup), "speedup_lower",
      number(row->speedup_lower), "speedup_upper", number(row->speedup_upper));
  bool ok = all && json_dumpf(all, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(9)) == 0;
  putchar('\n');
  json_decref(all);
  return ok;
}

bool hx_best_print_export(hx_best_export form, const hx_topo *topo,
                          const hx_recommendation_row *row, pvs_error *error) {
  hx_config config;
  char cpus[HX_CPUSET_TEXT];
  if (!hx_config_parse(row->config, &config, error) || !cpus_of(topo, &config, cpus, error))
    return false;
  switch (form) {
  case HX_BEST_ENV:
    print_env(&config, cpus);
    break;
  case HX_BEST_TASKSET:
    printf("taskset -c %s\n", cpus);
    break;
  case HX_BEST_SLURM:
    print_slurm(&config);
    break;
  case HX_BEST_JSON:
    return print_json(row, &config, cpus) || hx_fail_memory(error);
  }
  return true;
}
