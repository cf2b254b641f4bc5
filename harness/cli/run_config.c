#include "base/fail.h"
#include "cli/message.h"
#include "cli/run.h"
#include "cli/text.h"
#include "tune/recommend.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- from the options ---------------------------------------------------------------------- */

/* Another executor than the configuration's keeps its number of workers. */
static void take_executor(hx_config *config, hx_executor executor) {
  int workers = hx_config_workers(config);
  if (executor == config->executor)
    return;
  if (executor == HX_EXECUTOR_MPI) {
    config->executor = executor;
    return; /* its ranks are the launcher's */
  }
  config->executor = executor;
  config->processes =
      executor == HX_EXECUTOR_PROCESSES || executor == HX_EXECUTOR_HYBRID ? workers : 1;
  config->threads = executor == HX_EXECUTOR_THREADS ? workers : 1;
}

static bool take_workers(const run_options *options, run_request *request, pvs_error *error) {
  hx_config *config = &request->config;
  bool product = strchr(options->workers, 'x') != NULL;
  if (request->executor_open || (config->executor == HX_EXECUTOR_SERIAL && options->executor == 0))
    config->executor = product ? HX_EXECUTOR_HYBRID : HX_EXECUTOR_THREADS;
  request->workers_open = request->executor_open = false;
  pvs_error why = {0};
  request->ranks_given = product;
  if (config->executor == HX_EXECUTOR_MPI && !product) { /* the ranks are the launcher's */
    int ranks = config->processes;
    config->executor = HX_EXECUTOR_THREADS;
    bool ok = hx_config_set_shape(config, options->workers, &why);
    config->executor = HX_EXECUTOR_MPI;
    config->processes = ranks;
    return ok || hx_fail(error, PVS_BAD_VALUE, "%s", HX_FAIL_LINE(&why));
  }
  return hx_config_set_shape(config, options->workers, &why) ||
         hx_fail(error, PVS_BAD_VALUE, "%s", HX_FAIL_LINE(&why));
}

/* --config first, then what overrides parts of it. */
static bool make(const run_options *options, run_request *request, pvs_error *error) {
  bool given = options->config && strcmp(options->config, "auto") != 0;
  hx_config *config = &request->config;
  *request = (run_request){.config = hx_config_serial(),
                           .measured = options->telemetry_fd > 0,
                           .workers_open = !given,
                           .executor_open = !given && options->executor == 0,
                           .pin_open = !given && options->pin == NULL,
                           .schedule_open = !given && options->schedule == 0};
  if (given &&
      !(hx_config_parse(options->config, config, error) && hx_config_param_refuse(config, error)))
    return false;
  request->ranks_given = given && config->executor == HX_EXECUTOR_MPI;
  if (options->executor != 0)
    take_executor(config, (hx_executor)(options->executor - 1));
  if (options->schedule != 0)
    config->schedule = (hx_schedule)(options->schedule - 1);
  if (options->chunk)
    config->chunk = (int)options->chunk;
  if (options->pin && !hx_config_set_pin(config, options->pin, error))
    return false;
  if (config->executor == HX_EXECUTOR_MPI && config->schedule != HX_SCHEDULE_DYNAMIC)
    return hx_fail(error, PVS_BAD_VALUE,
                   "-x mpi: found the schedule %s, expected dynamic: ranks take work on demand",
                   hx_schedule_name(config->schedule));
  bool serial = config->executor == HX_EXECUTOR_SERIAL && !request->executor_open;
  if (strcmp(options->workers, "auto") != 0 && !take_workers(options, request, error))
    return false;
  if (config->executor == HX_EXECUTOR_SERIAL && !request->executor_open &&
      (options->schedule || options->chunk))
    return hx_fail(error, PVS_BAD_VALUE,
                   "--%s has no effect with the executor serial, whose one worker does all work in "
                   "order: omit it, or name another executor",
                   options->schedule ? "schedule" : "chunk");
  if (serial)
    request->workers_open = false; /* there is nothing to choose */
  return request->workers_open || hx_config_validate(config, error);
}

bool run_request_make(const run_options *options, run_request *request) {
  pvs_error error = {0};
  if (make(options, request, &error))
    return true;
  hx_error("%s", HX_FAIL_LINE(&error));
  return false;
}

/* ---- what is open -------------------------------------------------------------------------- */

/* *places is NULL when the workers are not bound. */
static bool place(const hx_config *config, const hx_topo *topo, hx_place **places,
                  pvs_error *error) {
  *places = NULL;
  if (strcmp(config->pin, "none") == 0)
    return true;
  *places = calloc((size_t)hx_config_workers(config), sizeof **places);
  if (!*places)
    return hx_fail_memory(error);
  if (hx_pin_place_config(topo, config, *places, error))
    return true;
  free(*places);
  *places = NULL;
  return false;
}

/* Ranks are not made by this process: what is recommended then is another command. */
static bool is_possible(const run_facts *facts, const hx_config *config, pvs_error *error) {
  if (config->executor != HX_EXECUTOR_MPI)
    return true;
  char text[HX_CONFIG_TEXT];
  hx_config_format(config, text, sizeof text);
  pvs_error why = {0};
  if (!hx_cluster_load(facts->cx->self_path, &why))
    return hx_fail(error, PVS_UNSUPPORTED, "%s cannot be run: %s", text, HX_FAIL_LINE(&why));
  return hx_fail(error, PVS_UNSUPPORTED,
                 "%s is a run of its own: pvtune run --config %s, or with mpirun -n %d and -x mpi",
                 text, text, config->processes);
}

/* The one place that knows what is best on this machine: the stored recommendation. False, with why
 * said if something is wrong, when there is none that fits. */
static bool find_recommendation(const run_facts *facts, const hx_topo *topo, hx_auto_found *found) {
  hx_auto_query query = {.results = facts->cx->results_dir,
                         .topo = topo,
                         .self_path = facts->cx->self_path,
                         .workload = facts->workload,
                         .workload_class = facts->workload_class,
                         .units = (int)facts->units};
  pvs_error error = {0};
  if (!hx_recommend_auto(&query, found, &error)) {
    hx_warn("no recommendation: %s", HX_FAIL_LINE(&error));
    return false;
  }
  if (found->kind == HX_AUTO_NONE && found->warning[0])
    hx_warn("%s", found->warning);
  return found->kind != HX_AUTO_NONE;
}

static void tell_recommendation(const hx_auto_found *found) {
  if (found->warning[0])
    hx_warn("%s", found->warning);
  if (found->kind == HX_AUTO_NEAREST)
    hx_note("%s", found->says);
  else
    hx_verbose("%s", found->says);
}

static bool take_recommendation(const run_facts *facts, const hx_topo *topo, hx_config *config) {
  hx_auto_found found;
  pvs_error error = {0};
  hx_place *places = NULL;
  if (!find_recommendation(facts, topo, &found))
    return false;
  if (!is_possible(facts, &found.config, &error) || !place(&found.config, topo, &places, &error)) {
    hx_warn("the recommendation is not used: %s", HX_FAIL_LINE(&error));
    return false;
  }
  free(places);
  tell_recommendation(&found);
  *config = found.config;
  return true;
}

/* One worker per allowed core, but never more than there is work for. */
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

/* Ranks that share CPUs are placed as the processes of one hybrid run would be. */
static bool place_rank(const hx_config *config, const hx_topo *topo, const hx_cluster *cluster,
                       hx_place **places, pvs_error *error) {
  hx_config all = *config;
  all.processes = cluster->sharing;
  if (!place(&all, topo, places, error) || !*places)
    return *places == NULL && error->code == PVS_OK;
  memmove(*places, *places + (size_t)cluster->sharing_index * (size_t)config->threads,
          (size_t)config->threads * sizeof **places);
  return true;
}

/* A rank's part of the workers that were tuned for the CPUs which it may use, and where they go. */
static void take_tuned_threads(const run_request *request, const run_facts *facts,
                               const hx_topo *topo, hx_config *config) {
  hx_auto_found found;
  if (!find_recommendation(facts, topo, &found) || !found.is_of_these_cpus)
    return;
  tell_recommendation(&found);
  hx_config tuned = *config;
  const int threads = hx_config_workers(&found.config) / facts->cluster->sharing;
  tuned.threads = threads < 1 ? 1 : threads;
  if (request->pin_open)
    memcpy(tuned.pin, found.config.pin, sizeof tuned.pin);
  hx_place *places = NULL;
  pvs_error error = {0};
  if (request->pin_open && !place_rank(&tuned, topo, facts->cluster, &places, &error)) {
    hx_warn("the recommended pinning is not used: %s", HX_FAIL_LINE(&error));
    memcpy(tuned.pin, config->pin, sizeof tuned.pin);
  }
  free(places);
  *config = tuned;
}

bool run_request_ranks(run_request *request, const hx_cluster *cluster) {
  hx_config *config = &request->config;
  const int ranks = cluster->place.ranks;
  if (request->ranks_given && config->processes != ranks)
    return hx_error("found %d rank%s, expected %d as asked for: start it with mpirun -n %d", ranks,
                    ranks == 1 ? "" : "s", config->processes, config->processes);
  config->processes = ranks;
  if (request->workers_open) {
    int cpus = (int)run_request_readers(request) / cluster->sharing;
    config->threads = cpus < 1 ? 1 : cpus;
  }
  request->threads_open = request->workers_open;
  request->workers_open = request->executor_open = false;
  pvs_error error = {0};
  return hx_config_validate(config, &error) || hx_error("%s", HX_FAIL_LINE(&error));
}

/* More workers than CPUs wait for each other. `places`: of workers that are bound, else NULL. Runs that
 * are measured (--record) are not told, nor what was recommended. */
static void warn_of_crowd(const run_request *request, const hx_config *config,
                          const hx_place *places) {
  const int workers = hx_config_workers(config), usable = hx_cpus_usable(NULL);
  char text[HX_CPUSET_TEXT];
  if (request->measured || (request->workers_open && request->pin_open))
    return;
  const hx_cpuset cpus = places ? hx_place_union(places, workers) : (hx_cpuset){{0}};
  const int bound = hx_cpuset_count(&cpus);
  hx_cpuset_format(&cpus, text, sizeof text);
  if (bound > 0 && workers > bound)
    hx_warn("%d workers share the %d CPU%s that they are pinned to: %s (see pvtune topo)", workers,
            bound, HX_S(bound), text);
  else if (workers > usable)
    hx_warn("%d workers share the %d CPU%s that may be used here (see pvtune topo)", workers,
            usable, HX_S(usable));
}

bool run_configure(const run_request *request, const run_facts *facts, hx_config *config,
                   hx_place **places) {
  *places = NULL;
  *config = request->config;
  bool bound = strcmp(config->pin, "none") != 0;
  if (!request->workers_open && !request->threads_open && !bound) {
    if (!facts->cluster)
      warn_of_crowd(request, config, NULL);
    return true;
  }
  pvs_error error = {0};
  hx_topo_origin live = {0};
  hx_topo *topo = hx_topo_open(&live, &error);
  if (!topo) {
    hx_error("this machine's topology cannot be read: %s", HX_FAIL_LINE(&error));
    return false;
  }
  bool ok = decide(request, facts, topo, config);
  if (ok && facts->cluster && request->threads_open)
    take_tuned_threads(request, facts, topo, config);
  if (ok && !(facts->cluster ? place_rank(config, topo, facts->cluster, places, &error)
                             : place(config, topo, places, &error))) {
    hx_error("--pin: %s", HX_FAIL_LINE(&error));
    ok = false;
  }
  if (ok && !facts->cluster)
    warn_of_crowd(request, config, *places);
  hx_topo_close(topo);
  return ok;
}

unsigned run_request_readers(const run_request *request) {
  if (!request->workers_open)
    return (unsigned)hx_config_workers(&request->config);
  return (unsigned)hx_cpus_usable(NULL);
}
