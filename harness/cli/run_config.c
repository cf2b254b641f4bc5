#include "base/fail.h"
#include "cli/message.h"
#include "cli/run.h"
#include "tune/recommend.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- from the options ---------------------------------------------------------------------- */

static bool take_shape(const run_options *options, run_request *request) {
  pvs_error error = {0};
  int first, threads;
  if (!hx_shape_parse(options->workers, &first, &threads, &error)) {
    hx_error("--workers: %s", HX_FAIL_LINE(&error));
    return false;
  }
  hx_config *config = &request->config;
  if (request->executor_open) {
    request->executor_open = false;
    config->executor = threads > 0 ? HX_EXECUTOR_HYBRID : HX_EXECUTOR_THREADS;
  }
  bool hybrid = config->executor == HX_EXECUTOR_HYBRID;
  if (hybrid != (threads > 0)) {
    hx_error("--workers: found '%s' for %s, expected %s", options->workers,
             hx_executor_name(config->executor),
             hybrid ? "PROCESSESxTHREADS such as 2x4" : "a number");
    return false;
  }
  bool flat_threads = config->executor == HX_EXECUTOR_THREADS;
  config->processes = flat_threads ? 1 : first;
  config->threads = hybrid ? threads : flat_threads ? first : 1;
  return true;
}

bool run_request_make(const run_options *options, run_request *request) {
  *request = (run_request){.config = hx_config_serial(),
                           .workers_open = strcmp(options->workers, "auto") == 0,
                           .executor_open = options->executor == 0,
                           .pin_open = options->pin == NULL,
                           .schedule_open = options->schedule == 0};
  hx_config *config = &request->config;
  if (!request->executor_open)
    config->executor = (hx_executor)(options->executor - 1);
  if (!request->schedule_open)
    config->schedule = (hx_schedule)(options->schedule - 1);
  config->chunk = (int)options->chunk;
  if (options->pin && strlen(options->pin) >= sizeof config->pin) {
    hx_error("--pin: found %zu characters, expected at most %zu", strlen(options->pin),
             sizeof config->pin - 1);
    return false;
  }
  if (options->pin && (options->pin[0] < '0' || options->pin[0] > '9'))
    snprintf(config->pin, sizeof config->pin, "%s", options->pin);
  else if (options->pin) /* a bare list of CPUs */
    snprintf(config->pin, sizeof config->pin, "list:%.*s", HX_PIN_TEXT - 6, options->pin);
  bool is_serial = config->executor == HX_EXECUTOR_SERIAL && !request->executor_open;
  if (!request->workers_open && !take_shape(options, request))
    return false;
  if (is_serial)
    request->workers_open = false; /* there is nothing to choose */
  pvs_error error = {0};
  if (!request->workers_open && !hx_config_validate(config, &error)) {
    hx_error("%s", HX_FAIL_LINE(&error));
    return false;
  }
  return true;
}

/* ---- what is open -------------------------------------------------------------------------- */

/* The one place that knows what is best on this machine: the stored recommendation, when there is
 * one that fits. */
static bool take_recommendation(const run_facts *facts, const hx_topo *topo, hx_config *config) {
  hx_auto_query query = {.results = facts->cx->results_dir,
                         .topo = topo,
                         .self_path = facts->cx->self_path,
                         .workload = facts->workload,
                         .workload_class = facts->workload_class,
                         .units = (int)facts->units};
  hx_auto_found found;
  pvs_error error = {0};
  if (!hx_recommend_auto(&query, &found, &error)) {
    hx_warn("no recommendation: %s", HX_FAIL_LINE(&error));
    return false;
  }
  if (found.kind == HX_AUTO_NONE || !hx_exec_find(found.config.executor))
    return false;
  if (found.kind == HX_AUTO_NEAREST)
    hx_note("%s", found.says);
  else
    hx_verbose("%s", found.says);
  if (found.warning[0])
    hx_warn("%s", found.warning);
  *config = found.config;
  return true;
}

/* A worker an allowed core, but never more than there is work for. */
static int default_workers(const run_facts *facts, const hx_topo *topo) {
  const hx_topo_counts *counts = hx_topo_get_counts(topo);
  int cores = counts->cores < counts->usable ? counts->cores : counts->usable;
  uint32_t tasks = facts->units > facts->scenarios ? facts->units : facts->scenarios;
  if ((uint32_t)cores > tasks)
    cores = (int)tasks;
  return cores > 1 ? cores : 1;
}

static void take_default(const run_facts *facts, const hx_topo *topo, hx_config *config) {
  int workers = default_workers(facts, topo);
  config->processes = config->threads = 1;
  if (config->executor == HX_EXECUTOR_PROCESSES) {
    config->processes = workers;
  } else if (config->executor == HX_EXECUTOR_HYBRID) {
    const hx_topo_counts *counts = hx_topo_get_counts(topo);
    int nodes = counts->numa_nodes > 1 && counts->numa_nodes <= workers ? counts->numa_nodes : 1;
    config->processes = nodes;
    config->threads = workers / nodes;
  } else {
    config->executor = HX_EXECUTOR_THREADS;
    config->threads = workers;
  }
}

static bool decide(const run_request *request, const run_facts *facts, const hx_topo *topo,
                   hx_config *config) {
  *config = request->config;
  if (!request->workers_open)
    return true;
  hx_config recommended;
  if (request->executor_open && take_recommendation(facts, topo, &recommended)) {
    *config = recommended;
    if (!request->pin_open)
      memcpy(config->pin, request->config.pin, sizeof config->pin);
    if (!request->schedule_open)
      config->schedule = request->config.schedule;
    if (request->config.chunk)
      config->chunk = request->config.chunk;
  } else {
    take_default(facts, topo, config);
  }
  pvs_error error = {0};
  if (hx_config_validate(config, &error))
    return true;
  hx_error("%s", HX_FAIL_LINE(&error));
  return false;
}

static bool place(const hx_config *config, const hx_topo *topo, hx_place **places) {
  int n = hx_config_workers(config);
  *places = calloc((size_t)n, sizeof **places);
  pvs_error error = {0};
  if (!*places)
    hx_fail_memory(&error);
  else if (hx_pin_place_config(topo, config, *places, &error))
    return true;
  hx_error("--pin: %s", HX_FAIL_LINE(&error));
  free(*places);
  *places = NULL;
  return false;
}

bool run_configure(const run_request *request, const run_facts *facts, hx_config *config,
                   hx_place **places) {
  *places = NULL;
  *config = request->config;
  bool bound = strcmp(config->pin, "none") != 0;
  if (!request->workers_open && !bound)
    return true;
  pvs_error error = {0};
  hx_topo_source live = {0};
  hx_topo *topo = hx_topo_open(&live, &error);
  if (!topo) {
    hx_error("this machine's topology cannot be read: %s", HX_FAIL_LINE(&error));
    return false;
  }
  bool ok = decide(request, facts, topo, config);
  if (ok && strcmp(config->pin, "none") != 0)
    ok = place(config, topo, places);
  hx_topo_close(topo);
  return ok;
}

unsigned run_request_readers(const run_request *request) {
  if (!request->workers_open)
    return (unsigned)hx_config_workers(&request->config);
  hx_cpuset allowed;
  hx_quota quota = hx_quota_read(NULL);
  int n = hx_affinity_read(0, &allowed) ? hx_cpuset_count(&allowed) : 1;
  if (quota.cpus > 0 && quota.cpus < n)
    n = quota.cpus > 1 ? (int)quota.cpus : 1;
  return (unsigned)n;
}
