#include "cli/best.h"
#include "cli/json_text.h"

#include "base/fail.h"
#include "base/text.h"
#include "machine/pin.h"
#include "measure/command_text.h"
#include "measure/goal.h"
#include "measure/shell_reading.h"
#include "report/model.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* The CPUs its workers are bound to; without binding, all that may be used. */
static bool cpus_of(const hx_topo *topo, const hx_config *config, char text[HX_CPUSET_TEXT],
                    pvs_error *error) {
  hx_cpuset cpus;
  if (!hx_pin_union(topo, config, &cpus, error))
    return false;
  if (hx_cpuset_is_empty(&cpus))
    cpus = hx_topo_get_allocation(topo)->allowed;
  hx_cpuset_format(&cpus, text, HX_CPUSET_TEXT);
  return true;
}

/* Calls put() with each variable of the configuration: parameters as PVTUNE_PARAM_name, then its own,
 * filled. False when put() gives false, or out of memory. */
static bool each_variable(const hx_config *config, pvs_error *error,
                          bool (*put)(const char *name, const char *value, pvs_error *error)) {
  hx_param_value p;
  bool ok = true;
  for (size_t i = 0; ok && hx_config_param_at(config, i, &p); i++) {
    hx_text name = {0}, value = {0};
    hx_text_printf(&name, "%s%s", p.environment ? "" : "PVTUNE_PARAM_", p.name);
    if (p.environment)
      hx_command_text_put(&value, p.value, config, "");
    else
      hx_text_put(&value, p.value);
    ok = name.failed || value.failed ? hx_fail_memory(error)
                                     : put(name.at, value.at ? value.at : "", error);
    hx_text_deinit(&name);
    hx_text_deinit(&value);
  }
  return ok;
}

/* Whether a shell passes the value on as it is when it stands behind $(). */
static bool is_bare(const char *name, const char *value, pvs_error *error) {
  return !strpbrk(value, " \t\n*?[\\") ||
         hx_fail(error, PVS_BAD_VALUE,
                 "%s is '%s', which $(pvtune best --export env) would not pass on as it is: use "
                 "pvtune exec",
                 name, value);
}

static bool put_bare(const char *name, const char *value, pvs_error *error) {
  (void)error;
  printf("%s=%s\n", name, value);
  return true;
}

static bool put_exported(const char *name, const char *value, pvs_error *error) {
  hx_text quoted = {0};
  hx_shell_quote(&quoted, value);
  if (quoted.at)
    printf("export %s=%s\n", name, quoted.at);
  bool ok = !quoted.failed || hx_fail_memory(error);
  hx_text_deinit(&quoted);
  return ok;
}

static bool print_env(const hx_config *config, const char *cpus, pvs_error *error) {
  hx_param_value own;
  if (!each_variable(config, error, is_bare))
    return false; /* and nothing is printed */
  printf("PVTUNE_WORKERS=%d\nPVTUNE_PROCESSES=%d\nPVTUNE_THREADS=%d\nPVTUNE_CPUS=%s\n",
         hx_config_workers(config), config->processes, config->threads, cpus);
  if (!hx_config_param_find(config, true, "OMP_NUM_THREADS", &own))
    printf("OMP_NUM_THREADS=%d\n", config->threads);
  return each_variable(config, error, put_bare);
}

/* The CPUs' numbers are those of this machine, and jobs run on others: only how it binds is said. */
static bool print_slurm(const hx_config *config, pvs_error *error) {
  printf("#SBATCH --nodes=1\n#SBATCH --ntasks=%d\n#SBATCH --cpus-per-task=%d\n"
         "export SLURM_CPU_BIND=%s\n",
         config->processes, config->threads, strcmp(config->pin, "none") == 0 ? "none" : "cores");
  return each_variable(config, error, put_exported);
}

/* Those that are put into the command, or its variables; NULL when out of memory. */
static json_t *params_of(const hx_config *config, bool environment) {
  json_t *all = json_object();
  hx_param_value p;
  for (size_t i = 0; all && hx_config_param_at(config, i, &p); i++) {
    hx_text value = {0};
    if (p.environment != environment)
      continue;
    hx_command_text_put(&value, p.value, config, "");
    json_object_set_new(all, p.name, json_string(value.at ? value.at : ""));
    hx_text_deinit(&value);
  }
  return all;
}

/* The objective's name, and its value by a key that has the unit. */
static void put_objective(json_t *all, const hx_recommendation_row *row) {
  bool time = !row->objective[0];
  char unit = hx_goal_unit_named(time ? "time" : row->objective)[0];
  json_object_set_new(all, "objective", json_string(time ? "time" : row->objective));
  json_object_set_new(all,
                      unit == 's'   ? "objective_seconds"
                      : unit == 'B' ? "objective_bytes"
                      : unit == 'J' ? "objective_joules"
                                    : "objective_value",
                      hx_model_number(time ? row->seconds : row->value));
}

static bool print_json(const hx_recommendation_row *row, const hx_config *config,
                       const char *cpus) {
  json_t *all = json_pack(
      "{s:i, s:s, s:s, s:s, s:s, s:s, s:i, s:i, s:i, s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
      "schema", 1, "machine", row->machine, "allocation", row->allocation, "workload",
      row->workload, "made_utc", row->made_utc, "config", row->config, "workers",
      hx_config_workers(config), "processes", config->processes, "threads", config->threads, "pin",
      config->pin, "cpus", cpus, "parameters", params_of(config, false), "environment",
      params_of(config, true), "seconds", hx_model_number(row->seconds), "speedup",
      hx_model_number(row->speedup), "speedup_lower", hx_model_number(row->speedup_lower),
      "speedup_upper", hx_model_number(row->speedup_upper), "max_rss_bytes",
      hx_model_number(row->max_rss_bytes));
  put_objective(all, row);
  bool ok = hx_json_write(all, stdout);
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
    return print_env(&config, cpus, error);
  case HX_BEST_TASKSET:
    printf("taskset -c %s\n", cpus);
    break;
  case HX_BEST_SLURM:
    return print_slurm(&config, error);
  case HX_BEST_JSON:
    return print_json(row, &config, cpus) || hx_fail_memory(error);
  }
  return true;
}
