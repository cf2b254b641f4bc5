#include "tune/sweep_space.h"

#include "base/fail.h"

#include "machine/pin.h"
#include "measure/command_text.h"

#include <stdlib.h>
#include <string.h>

/* Of a list the third axis is all that the first two are not. */
enum { AXIS_PIN, AXIS_SCHEDULE, AXIS_CHUNK, AXIS_OTHER = AXIS_CHUNK };

/* Units a worker takes at once: the executor's own number, each unit alone, many. */
static const int chunks[] = {0, 1, 16};

bool hx_sweep_space_is_told(const hx_config *config, hx_command_placeholders placeholders) {
  switch (config->executor) {
  case HX_EXECUTOR_SERIAL:
    return true;
  case HX_EXECUTOR_THREADS:
    return config->threads > 1 && (placeholders.workers || placeholders.threads);
  case HX_EXECUTOR_PROCESSES:
    return config->processes > 1 && placeholders.processes;
  case HX_EXECUTOR_HYBRID:
    return placeholders.processes && placeholders.threads;
  default:
    return false;
  }
}

static const hx_config *listed(const hx_sweep_space *s, const hx_point *p) {
  for (size_t i = 0; i < s->n_list; i++)
    if (hx_point_equal(&s->points[i], p))
      return &s->list[i];
  return NULL;
}

/* The parameters' values at a point. False when out of memory. */
static bool apply_params(const hx_sweep_space *s, const hx_point *p, hx_config *config,
                         bool *meets) {
  *meets = true;
  if (!s->params || s->params->n == 0)
    return true;
  int *values = calloc(s->params->n, sizeof *values);
  if (!values)
    return false;
  for (size_t i = 0, axis = 0; i < s->params->n; i++)
    if (s->params->items[i].n > 1)
      values[i] = p->value[s->first_param + (int)axis++];
  hx_params_apply(s->params, values, config);
  *meets = hx_params_meet(s->params, values, config);
  free(values);
  return true;
}

hx_config hx_sweep_space_config(const hx_sweep_space *s, const hx_point *p) {
  if (s->list) {
    const hx_config *given = listed(s, p);
    return given ? *given : hx_config_serial();
  }
  hx_config config = hx_config_serial();
  config.executor = s->executors[p->executor];
  config.processes = p->processes;
  config.threads = p->threads;
  strcpy(config.pin, s->pins[p->value[AXIS_PIN]]);
  bool meets;
  apply_params(s, p, &config, &meets);
  if (config.executor == HX_EXECUTOR_SERIAL)
    return config;
  config.chunk = s->tries_chunks ? chunks[p->value[AXIS_CHUNK]] : s->chunk;
  if (s->n_schedules > 0)
    config.schedule = s->schedules[p->value[AXIS_SCHEDULE]];
  return config;
}

static uint64_t hash(const void *bytes, size_t n) {
  uint64_t h = 1469598103934665603U; /* FNV-1a */
  for (size_t i = 0; i < n; i++)
    h = (h ^ ((const unsigned char *)bytes)[i]) * 1099511628211U;
  return h;
}

/* Equal for points whose workers are placed alike. */
static uint64_t place_of(void *context, const hx_point *p) {
  const hx_sweep_space *s = context;
  if (s->list && !listed(s, p))
    return ~(uint64_t)0;
  hx_config config = hx_sweep_space_config(s, p);
  int n = hx_config_workers(&config);
  hx_place *place = calloc((size_t)n, sizeof *place);
  uint64_t h = (uint64_t)p->value[AXIS_PIN]; /* what cannot be placed is like nothing else */
  if (place && hx_pin_place_config(s->topo, &config, place, NULL)) {
    if (s->command) {
      hx_place all = {.cpus = hx_place_union(place, n), .mem_node = -1};
      hx_grid_normalise(s->topo, &all, 1, 1);
      h = hash(&all.cpus, sizeof all.cpus);
    } else {
      hx_grid_normalise(s->topo, place, config.processes, config.threads);
      h = hash(place, (size_t)n * sizeof *place);
    }
  }
  free(place);
  return h;
}

/* Are there bites enough for all workers to have some? Fixed shares have little use for their size. */
static bool chunk_makes_sense(const hx_sweep_space *s, const hx_config *config) {
  bool enough =
      s->space.units == 0 || config->chunk <= s->space.units / (2 * hx_config_workers(config));
  return !s->tries_chunks || config->chunk == 0 ||
         (config->schedule == HX_SCHEDULE_DYNAMIC && enough);
}

static bool can_run(void *context, const hx_point *p) {
  const hx_sweep_space *s = context;
  if (s->list)
    return listed(s, p) != NULL;
  hx_config config = hx_sweep_space_config(s, p);
  bool told = !s->command || config.executor == HX_EXECUTOR_SERIAL || p->value[AXIS_PIN] > 0 ||
              hx_sweep_space_is_told(&config, s->placeholders);
  bool any = s->placeholders.workers || s->placeholders.processes || s->placeholders.threads;
  if (!told || (s->command && config.executor != HX_EXECUTOR_SERIAL && !any))
    return false;
  /* A command that is told to use one worker, and is not pinned, runs as serial does. */
  if (s->command && config.executor != HX_EXECUTOR_SERIAL && hx_config_workers(&config) == 1 &&
      p->value[AXIS_PIN] == 0)
    return false;
  if (!chunk_makes_sense(s, &config) ||
      (config.executor == HX_EXECUTOR_MPI && config.schedule != HX_SCHEDULE_DYNAMIC))
    return false;
  bool meets;
  hx_place *place = calloc((size_t)hx_config_workers(&config), sizeof *place);
  bool ok = place && apply_params(s, p, &config, &meets) && meets &&
            hx_config_validate(&config, NULL) && hx_pin_place_config(s->topo, &config, place, NULL);
  free(place);
  return ok;
}

bool hx_sweep_space_has(const hx_sweep_space *s, int executor, int workers) {
  bool hybrid = s->space.executors[executor] == HX_SPACE_HYBRID;
  for (int processes = 1; processes <= (hybrid ? workers : 1); processes++)
    for (int pin = 0; pin < s->space.axes[AXIS_PIN].n_values; pin++) {
      hx_point p = hx_space_point(&s->space, executor, processes, workers,
                                  (int[HX_SPACE_AXES]){[AXIS_PIN] = pin});
      if (hx_point_workers(&p) == workers && hx_space_canonical(&s->space, &p))
        return true;
    }
  return false;
}

/* Calls take() with each item of a comma separated list. */
static bool each(const char *list, bool (*take)(hx_sweep_space *, const char *, pvs_error *),
                 hx_sweep_space *s, pvs_error *error) {
  char item[HX_PIN_TEXT];
  while (*list) {
    size_t n = strcspn(list, ",");
    if (n == 0 || n >= sizeof item)
      return hx_fail(error, PVS_BAD_VALUE, "an empty or too long item found in the list \"%s\"",
                     list);
    memcpy(item, list, n);
    item[n] = '\0';
    list += n + (list[n] == ',');
    if (!take(s, item, error))
      return false;
  }
  return true;
}

static void add_executor(hx_sweep_space *s, hx_executor executor, hx_space_shape shape,
                         const char *name) {
  int n = s->space.n_executors++;
  s->executors[n] = executor;
  s->space.executors[n] = shape;
  s->space.executor_names[n] = name;
}

static bool take_executor(hx_sweep_space *s, const char *name, pvs_error *error) {
  hx_executor executor;
  if (!hx_executor_parse(name, &executor))
    return hx_fail(error, PVS_BAD_VALUE,
                   "--executors: \"%s\" found, expected serial, threads, "
                   "processes, hybrid or mpi",
                   name);
  if (executor == HX_EXECUTOR_THREADS)
    add_executor(s, executor, HX_SPACE_THREADS, s->command ? "workers" : "threads");
  else if (executor == HX_EXECUTOR_PROCESSES)
    add_executor(s, executor, HX_SPACE_PROCESSES, "processes");
  else if (executor == HX_EXECUTOR_HYBRID)
    add_executor(s, executor, HX_SPACE_HYBRID, "hybrid workers");
  if (executor == HX_EXECUTOR_MPI) {
    add_executor(s, executor, HX_SPACE_PROCESSES, "ranks");
    add_executor(s, executor, HX_SPACE_HYBRID, "workers of ranks");
  }
  return true;
}

static bool take_pin(hx_sweep_space *s, const char *name, pvs_error *error) {
  hx_space_axis *axis = &s->space.axes[AXIS_PIN];
  if (!hx_pin_find(name) || axis->n_values == HX_SWEEP_PINS)
    return hx_fail(error, PVS_BAD_VALUE,
                   "--pins: \"%s\" found, expected the names of pin strategies", name);
  if (strcmp(name, "none") != 0)
    strcpy(s->pins[axis->n_values++], name);
  return true;
}

static bool take_schedule(hx_sweep_space *s, const char *name, pvs_error *error) {
  hx_schedule schedule;
  if (!hx_schedule_parse(name, &schedule) || s->n_schedules == 2)
    return hx_fail(error, PVS_BAD_VALUE,
                   "--schedules: \"%s\" found, expected dynamic, static or both", name);
  s->schedules[s->n_schedules++] = schedule;
  return true;
}

static void take_machine(hx_sweep_space *s) {
  const hx_topo_counts *n = hx_topo_get_counts(s->topo);
  hx_space *p = &s->space;
  p->cpus = n->usable > 0 ? n->usable : 1;
  p->confined = n->usable < n->pus_whole;
  p->uneven = n->kinds > 1;
  const int counts[] = {n->cores,
                        n->pus,
                        n->cores_best_kind,
                        n->pus_best_kind,
                        n->cores_per_package,
                        n->cores_per_numa_node,
                        n->cores_per_l3,
                        n->cores_per_l3 * n->pus_per_core};
  for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
    p->counts[p->n_counts++] = counts[i];
  const int levels[] = {2, p->cpus >= 8 ? 4 : 0, n->packages, n->numa_nodes, n->l3s};
  for (size_t i = 0; i < sizeof levels / sizeof *levels; i++) {
    bool known = levels[i] < 2;
    for (int k = 0; k < p->n_levels; k++)
      known = known || p->levels[k] == levels[i];
    if (!known)
      p->levels[p->n_levels++] = levels[i];
  }
}

static bool take_params(hx_sweep_space *s, pvs_error *error) {
  const hx_params *params = s->params;
  int *base = calloc(params->n + 1, sizeof *base);
  bool ok = base ? hx_params_base(params, base, error) : hx_fail_memory(error);
  s->first_param = s->space.n_axes;
  for (size_t i = 0; ok && i < params->n; i++) {
    const hx_param *p = &params->items[i];
    if (p->n < 2)
      continue;
    int axis = s->space.n_axes++;
    s->space.base[axis] = base[i];
    s->space.axes[axis] =
        (hx_space_axis){.name = p->name, .n_values = (int)p->n, .ordered = p->ordered};
  }
  free(base);
  return ok;
}

static void begin(hx_sweep_space *s, const hx_topo *topo, const hx_workload *workload, int units) {
  *s = (hx_sweep_space){.topo = topo};
  s->command = workload->kind == HX_WORKLOAD_COMMAND;
  if (s->command)
    s->placeholders = hx_command_placeholders_in(workload->command);
  s->space.units = units;
  s->space.context = s;
  s->space.place = place_of;
  s->space.can_run = can_run;
  s->space.place_axis = AXIS_PIN;
  take_machine(s);
  add_executor(s, HX_EXECUTOR_SERIAL, HX_SPACE_SERIAL, "serial");
}

bool hx_sweep_space_init(hx_sweep_space *s, const hx_topo *topo, const hx_workload *workload,
                         const hx_grid_request *request, const hx_params *params, int units,
                         pvs_error *error) {
  begin(s, topo, workload, units);
  s->chunk = request->chunk;
  s->params = params;
  const char *executors = request->executors;
  if (s->command && !executors) {
    executors = s->placeholders.processes && s->placeholders.threads ? "threads,processes,hybrid"
                : s->placeholders.processes                          ? "processes"
                : s->placeholders.workers || s->placeholders.threads || !params || params->n == 0
                    ? "threads"
                    : "serial"; /* only its parameters can be told */
  }
  if (!each(executors ? executors : "threads,processes,hybrid", take_executor, s, error))
    return false;

  s->space.axes[AXIS_PIN] = (hx_space_axis){.name = "pin", .n_values = 1, .parallel = true};
  strcpy(s->pins[0], "none");
  if (request->pins) {
    if (!each(request->pins, take_pin, s, error))
      return false;
  } else {
    int n;
    const hx_pin_ops *const *all = hx_pin_strategies(&n);
    for (int i = 0; i < n; i++)
      if (!all[i]->takes_list && !take_pin(s, all[i]->name, error))
        return false;
  }
  s->space.n_axes = 1;
  /* How a command hands out its work is its own business. */
  if (!s->command &&
      !each(request->schedules ? request->schedules : "dynamic,static", take_schedule, s, error))
    return false;
  if (s->n_schedules > 0) {
    s->space.axes[AXIS_SCHEDULE] =
        (hx_space_axis){.name = "schedule", .n_values = s->n_schedules, .parallel = true};
    s->space.n_axes = 2;
  }
  s->tries_chunks = !s->command && !s->chunk;
  if (s->tries_chunks)
    s->space.axes[s->space.n_axes++] = (hx_space_axis){
        .name = "chunk size", .n_values = sizeof chunks / sizeof *chunks, .parallel = true};
  return !params || take_params(s, error);
}

/* ---- a list ---- */

/* Pin strategies of the list, the simplest first; equal values of the other axes are found by the
 * first configuration that has them. */
static int pin_of(hx_sweep_space *s, const char *pin) {
  hx_space_axis *axis = &s->space.axes[AXIS_PIN];
  for (int i = 0; i < axis->n_values; i++)
    if (strcmp(s->pins[i], pin) == 0)
      return i;
  return -1;
}

static bool collect_pins(hx_sweep_space *s, pvs_error *error) {
  hx_space_axis *axis = &s->space.axes[AXIS_PIN];
  *axis = (hx_space_axis){.name = "pin", .n_values = 1, .parallel = true};
  strcpy(s->pins[0], "none");
  for (size_t i = 0; i < s->n_list; i++) {
    const char *pin = s->list[i].pin;
    if (pin_of(s, pin) >= 0)
      continue;
    if (axis->n_values == HX_SWEEP_PINS)
      return hx_fail(error, PVS_BAD_VALUE, "--pins: more than %d different ones found",
                     HX_SWEEP_PINS);
    int at = axis->n_values++;
    for (; at > 1 && hx_pin_rank(s->pins[at - 1]) > hx_pin_rank(pin); at--)
      strcpy(s->pins[at], s->pins[at - 1]);
    strcpy(s->pins[at], pin);
  }
  return true;
}

/* What else a configuration has: chunk, parameters. */
static int other_of(const hx_sweep_space *s, size_t at) {
  hx_config own = s->list[at];
  int value = 0;
  for (size_t i = 0; i < at; i++) {
    hx_config like = s->list[i];
    like.executor = own.executor;
    like.processes = own.processes;
    like.threads = own.threads;
    like.schedule = own.schedule;
    strcpy(like.pin, own.pin);
    if (hx_config_equal(&like, &own))
      return s->points[i].value[AXIS_OTHER];
    value = s->points[i].value[AXIS_OTHER] >= value ? s->points[i].value[AXIS_OTHER] + 1 : value;
  }
  return value;
}

bool hx_sweep_space_of_list(hx_sweep_space *s, const hx_topo *topo, const hx_workload *workload,
                            const hx_config *list, size_t n, int units, pvs_error *error) {
  begin(s, topo, workload, units);
  if (!each("threads,processes,hybrid,mpi", take_executor, s, error))
    return false;
  s->space.listed = true;
  s->list = list;
  s->n_list = n;
  s->points = calloc(n, sizeof *s->points);
  if (!s->points)
    return hx_fail_memory(error);
  if (!collect_pins(s, error))
    return false;
  s->space.axes[AXIS_SCHEDULE] =
      (hx_space_axis){.name = "schedule", .n_values = 2, .parallel = true};
  s->space.axes[AXIS_OTHER] = (hx_space_axis){.name = "parameters", .n_values = (int)n};
  s->space.n_axes = 3;
  for (size_t i = 0; i < n; i++) {
    hx_point *p = &s->points[i];
    p->processes = list[i].processes;
    p->threads = list[i].threads;
    for (int e = s->space.n_executors - 1; e > 0;
         e--) /* ranks alone come before ranks of threads */
      if (s->executors[e] == list[i].executor &&
          (s->space.executors[e] != HX_SPACE_PROCESSES || list[i].threads == 1))
        p->executor = e;
    p->value[AXIS_PIN] = pin_of(s, list[i].pin);
    p->value[AXIS_SCHEDULE] = list[i].schedule == HX_SCHEDULE_STATIC;
    p->value[AXIS_OTHER] = other_of(s, i);
  }
  return true;
}

void hx_sweep_space_deinit(hx_sweep_space *s) {
  free(s->points);
  s->points = NULL;
}
