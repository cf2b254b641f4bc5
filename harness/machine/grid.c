#include "machine/grid.h"

#include "base/fail.h"
#include "base/grow.h"

#include <stdlib.h>
#include <string.h>

enum { SHAPES_MAX = HX_GRID_COUNTS_MAX, PINS_MAX = 16 };

/* The request, read. */
typedef struct wanted {
  hx_grid_shape shape[SHAPES_MAX]; /* threads 0: a flat count of `processes` workers */
  int shapes;
  bool executor[HX_EXECUTOR_COUNT];
  char pin[PINS_MAX][HX_PIN_TEXT];
  int pins;
  bool schedule[HX_SCHEDULE_COUNT];
} wanted;

/* ----------------------------------------------------------------------- reading the request */

/* Copies the next comma separated item of *list and moves behind it; false at the end. An item too
 * long for `cap` comes out empty, which no list accepts. */
static bool next_item(const char **list, char *item, size_t cap) {
  if (**list == '\0')
    return false;
  size_t length = strcspn(*list, ",");
  /* An explicit CPU list contains commas itself: it is always the last item. */
  if (strncmp(*list, "list:", 5) == 0)
    length = strlen(*list);
  size_t kept = length < cap ? length : 0;
  memcpy(item, *list, kept);
  item[kept] = '\0';
  *list += length + ((*list)[length] == ',');
  return true;
}

static bool add_shape(wanted *w, int first, int threads, const char *what, pvs_error *error) {
  if (w->shapes == SHAPES_MAX)
    return hx_fail(error, PVS_BAD_VALUE, "--workers: found '%s', expected at most %d counts", what,
                   SHAPES_MAX);
  w->shape[w->shapes++] = (hx_grid_shape){first, threads, ""};
  return true;
}

static bool add_auto(wanted *w, const hx_topo *topo, int units, pvs_error *error) {
  hx_grid_count count[16];
  hx_grid_shape shape[16];
  int counts = hx_grid_counts(topo, units, count, 16);
  int shapes = hx_grid_shapes(topo, units, shape, 16);
  bool ok = true;
  for (int i = 0; i < counts && ok; i++)
    ok = add_shape(w, count[i].workers, 0, "auto", error);
  for (int i = 0; i < shapes && ok; i++)
    ok = add_shape(w, shape[i].processes, shape[i].threads, "auto", error);
  return ok;
}

static bool read_workers(wanted *w, const hx_topo *topo, const hx_grid_request *r,
                         pvs_error *error) {
  const char *rest = r->workers != NULL ? r->workers : "auto";
  char item[64];
  while (next_item(&rest, item, sizeof item)) {
    char *dash = strchr(item, '-');
    int first = 1, last, threads = 0, last_threads = 0;
    if (strcmp(item, "auto") == 0) {
      if (!add_auto(w, topo, r->units, error))
        return false;
      continue;
    }
    if (strcmp(item, "all") == 0) {
      last = hx_grid_most_workers(topo);
    } else if (dash != NULL) {
      *dash = '\0';
      if (!hx_shape_parse(item, &first, &threads, error) ||
          !hx_shape_parse(dash + 1, &last, &last_threads, error))
        return false;
      if (threads != 0 || last_threads != 0 || last < first)
        return hx_fail(error, PVS_BAD_VALUE,
                       "--workers: found '%s-%s', expected a range of counts like 4-8", item,
                       dash + 1);
    } else {
      if (!hx_shape_parse(item, &first, &threads, error))
        return false;
      last = first;
    }
    for (int n = first; n <= last; n++)
      if (!add_shape(w, n, threads, r->workers, error))
        return false;
  }
  return w->shapes > 0 ||
         hx_fail(error, PVS_BAD_VALUE, "--workers: found an empty list, expected counts");
}

static bool read_executors(wanted *w, const hx_grid_request *r, pvs_error *error) {
  const char *rest = r->executors != NULL ? r->executors : "serial,threads,processes,hybrid";
  char item[64];
  if (!*rest)
    return hx_fail(error, PVS_BAD_VALUE, "--executors: found an empty list, expected executors");
  while (next_item(&rest, item, sizeof item)) {
    hx_executor executor;
    if (!hx_executor_parse(item, &executor))
      return hx_fail(
          error, PVS_BAD_VALUE,
          "--executors: found \"%s\", expected some of serial, threads, processes, hybrid and mpi",
          item);
    w->executor[executor] = true;
  }
  return true;
}

static bool read_schedules(wanted *w, const hx_grid_request *r, pvs_error *error) {
  const char *rest = r->schedules != NULL ? r->schedules : "dynamic,static";
  char item[64];
  bool any = false;
  while (next_item(&rest, item, sizeof item)) {
    hx_schedule schedule;
    if (!hx_schedule_parse(item, &schedule))
      return hx_fail(error, PVS_BAD_VALUE,
                     "--schedules: found \"%s\", expected dynamic, static or both", item);
    w->schedule[schedule] = true;
    any = true;
  }
  return any || hx_fail(error, PVS_BAD_VALUE,
                        "--schedules: found an empty list, expected dynamic or static");
}

/* Simplest strategy first, so that of equal placements the simpler name stays. */
static bool read_pins(wanted *w, const hx_topo *topo, const hx_grid_request *r, pvs_error *error) {
  int n;
  const hx_pin_ops *const *known = hx_pin_strategies(&n);
  if (r->pins == NULL) {
    for (int i = 0; i < n; i++)
      if (!known[i]->takes_list)
        strcpy(w->pin[w->pins++], known[i]->name);
    return true;
  }
  const char *rest = r->pins;
  char item[HX_PIN_TEXT];
  while (next_item(&rest, item, sizeof item)) {
    hx_place trial; /* an unknown strategy, or a list with CPUs that are not allowed */
    pvs_error why = {0};
    if (!hx_pin_place(topo, item, 1, 1, &trial, &why))
      return hx_fail(error, PVS_BAD_VALUE, "--pins: %s", HX_FAIL_LINE(&why));
    if (w->pins == PINS_MAX)
      return hx_fail(error, PVS_BAD_VALUE, "--pins: found more than %d strategies", PINS_MAX);
    int at = w->pins++;
    for (; at > 0 && hx_pin_rank(w->pin[at - 1]) > hx_pin_rank(item); at--)
      strcpy(w->pin[at], w->pin[at - 1]);
    strcpy(w->pin[at], item);
  }
  return w->pins > 0 ||
         hx_fail(error, PVS_BAD_VALUE, "--pins: found an empty list, expected strategies");
}

/* ---------------------------------------------------------------------------- combining it */

static bool append(hx_grid *grid, const hx_config *config) {
  if (!hx_grow(&grid->config, grid->n, sizeof *grid->config))
    return false;
  grid->config[grid->n++] = *config;
  return true;
}

static bool merge(hx_grid *grid, const hx_config *dropped, size_t into, const char *why) {
  if (hx_config_equal(dropped, &grid->config[into]))
    return true; /* asked for twice */
  for (size_t i = 0; i < grid->merged_n; i++)
    if (hx_config_equal(dropped, &grid->merged[i].dropped))
      return true;
  if (!hx_grow(&grid->merged, grid->merged_n, sizeof *grid->merged))
    return false;
  grid->merged[grid->merged_n++] = (hx_grid_merge){*dropped, into, why};
  return true;
}

/* What the configuration is run as, when part of it cannot matter. */
static hx_config reduce(const hx_config *asked, int units, const char **why) {
  hx_config c = *asked;
  if (units > 0 && hx_config_workers(&c) > units) {
    *why = "more workers than units of work";
    if (c.threads > 1)
      c.threads = units / c.processes > 0 ? units / c.processes : 1;
    if (c.processes > units)
      c.processes = units;
  }
  if (c.executor == HX_EXECUTOR_HYBRID && (c.processes == 1 || c.threads == 1)) {
    *why = "a hybrid of one process or one thread is none";
    c.executor = c.processes == 1 ? HX_EXECUTOR_THREADS : HX_EXECUTOR_PROCESSES;
  }
  if (c.executor == HX_EXECUTOR_MPI && c.schedule != HX_SCHEDULE_DYNAMIC) {
    *why = "ranks always take work on demand";
    c.schedule = HX_SCHEDULE_DYNAMIC;
  }
  if (hx_config_workers(&c) == 1 && c.schedule != HX_SCHEDULE_DYNAMIC) {
    *why = "the schedule of one worker does not matter";
    c.schedule = HX_SCHEDULE_DYNAMIC;
  }
  return c;
}

static bool same_but_pin(const hx_config *a, const hx_config *b) {
  return a->executor == b->executor && a->processes == b->processes && a->threads == b->threads &&
         a->schedule == b->schedule && a->chunk == b->chunk;
}

/* Places two configurations and compares them; *same is the answer. False when one cannot be
 * placed. */
static bool placed_alike(const hx_topo *topo, const hx_config *a, const hx_config *b, bool *same,
                         pvs_error *error) {
  size_t n = (size_t)hx_config_workers(a);
  hx_place *place = calloc(2 * n, sizeof *place);
  if (place == NULL)
    return hx_fail_memory(error);
  bool ok =
      hx_pin_place_config(topo, a, place, error) && hx_pin_place_config(topo, b, place + n, error);
  if (ok) {
    hx_grid_normalise(topo, place, a->processes, a->threads);
    hx_grid_normalise(topo, place + n, b->processes, b->threads);
    *same = memcmp(place, place + n, n * sizeof *place) == 0;
  }
  free(place);
  return ok;
}

static bool add_config(hx_grid *grid, const hx_topo *topo, const hx_config *asked, int units,
                       pvs_error *error) {
  const char *why = "the same configuration";
  hx_config c = reduce(asked, units, &why);
  for (size_t i = 0; i < grid->n; i++) {
    bool same = strcmp(c.pin, grid->config[i].pin) == 0;
    if (!same_but_pin(&c, &grid->config[i]))
      continue;
    if (!same) {
      if (!placed_alike(topo, &grid->config[i], &c, &same, error))
        return false;
      why = same ? "the same CPUs" : why;
    }
    if (same)
      return merge(grid, asked, i, why) || hx_fail_memory(error);
  }
  if (!append(grid, &c) || !merge(grid, asked, grid->n - 1, why))
    return hx_fail_memory(error);
  return true;
}

/* The shape as the executor takes it; false when it is not for this executor. */
static bool fit_shape(hx_executor executor, const hx_grid_shape *shape, hx_config *c) {
  bool flat = shape->threads == 0;
  c->executor = executor;
  switch (executor) {
  case HX_EXECUTOR_THREADS:
    c->processes = 1;
    c->threads = shape->processes;
    return flat;
  case HX_EXECUTOR_PROCESSES:
    c->processes = shape->processes;
    c->threads = 1;
    return flat;
  case HX_EXECUTOR_HYBRID:
    c->processes = shape->processes;
    c->threads = shape->threads;
    return !flat;
  case HX_EXECUTOR_MPI: /* a count is of ranks */
    c->processes = shape->processes;
    c->threads = flat ? 1 : shape->threads;
    return true;
  case HX_EXECUTOR_SERIAL: /* in the grid already */
  case HX_EXECUTOR_COUNT:
    break;
  }
  return false;
}

static bool combine(hx_grid *grid, const hx_topo *topo, const wanted *w, const hx_grid_request *r,
                    pvs_error *error) {
  hx_config c = hx_config_serial();
  if (!append(grid, &c))
    return hx_fail_memory(error);
  c.chunk = r->chunk;
  for (int e = 0; e < HX_EXECUTOR_COUNT; e++)
    for (int s = 0; s < w->shapes; s++) {
      if (!w->executor[e] || !fit_shape((hx_executor)e, &w->shape[s], &c))
        continue;
      for (int p = 0; p < w->pins; p++)
        for (int schedule = 0; schedule < HX_SCHEDULE_COUNT; schedule++) {
          if (!w->schedule[schedule])
            continue;
          c.schedule = (hx_schedule)schedule;
          memcpy(c.pin, w->pin[p], sizeof c.pin);
          if (!add_config(grid, topo, &c, r->units, error))
            return false;
        }
    }
  return true;
}

/* A last item that is empty; those before are found when they are read. */
static bool check_ends(const hx_grid_request *r, pvs_error *error) {
  const struct {
    const char *option, *list;
  } lists[] = {{"workers", r->workers},
               {"executors", r->executors},
               {"pins", r->pins},
               {"schedules", r->schedules}};
  for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
    size_t length = lists[i].list != NULL ? strlen(lists[i].list) : 0;
    if (length > 0 && lists[i].list[length - 1] == ',')
      return hx_fail(error, PVS_BAD_VALUE, "--%s: found '%s', expected something behind the comma",
                     lists[i].option, lists[i].list);
  }
  return true;
}

bool hx_grid_init(hx_grid *grid, const hx_topo *topo, const hx_grid_request *request,
                  pvs_error *error) {
  *grid = (hx_grid){0};
  if (!check_ends(request, error))
    return false;
  wanted *w = calloc(1, sizeof *w);
  if (w == NULL)
    return hx_fail_memory(error);
  bool ok = read_workers(w, topo, request, error) && read_executors(w, request, error) &&
            read_pins(w, topo, request, error) && read_schedules(w, request, error) &&
            combine(grid, topo, w, request, error);
  bool only_serial = request->executors != NULL && strcmp(request->executors, "serial") == 0;
  if (ok && grid->n == 1 && !only_serial)
    ok = hx_fail(error, PVS_BAD_VALUE,
                 "nothing to try beside the serial baseline: a shape like 2x4 is for hybrid, "
                 "a count for the other executors");
  free(w);
  if (!ok)
    hx_grid_deinit(grid);
  return ok;
}

void hx_grid_deinit(hx_grid *grid) {
  free(grid->config);
  free(grid->merged);
  *grid = (hx_grid){0};
}
