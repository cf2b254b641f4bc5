#include "selftest/surface_file.h"

#include "base/fail.h"

#include "tune/sweep_space.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SURFACE, TOPOLOGY, UNITS, EXECUTOR, PROCESSES, THREADS, PIN, SCHEDULE, SECONDS, FIXED };
enum { MOST_COLUMNS = FIXED + HX_SPACE_AXES - 2, LINE = 2048, VALUES = 64 };

struct surface_file {
  FILE *file;
  char path[1024];
  char header[LINE], line[LINE], copy[LINE];
  char *names[MOST_COLUMNS], *fields[MOST_COLUMNS];
  size_t n_columns;
  long row;
  bool have; /* line holds a row that is not used yet */
};

/* What a surface of the file owns. */
typedef struct origin {
  hx_sweep_space space;
  hx_topo *topo;
  char parameters[HX_SPACE_AXES][64];
  char values[HX_SPACE_AXES][VALUES][64];
} origin;

static bool bad(surface_file *f, size_t column, pvs_error *error, const char *expected) {
  const char *found = column < f->n_columns && f->fields[column] ? f->fields[column] : "";
  return hx_fail_at(error, PVS_BAD_VALUE, f->path, f->row, f->names[column],
                    "'%s' found, expected %s", found, expected);
}

static size_t split(char *line, char **fields, size_t most) {
  size_t n = 0;
  line[strcspn(line, "\r\n")] = '\0';
  for (char *field; (field = strsep(&line, ",")) != NULL; n++)
    if (n < most)
      fields[n] = field;
  return n;
}

/* Reads a row unless one waits; false at the end or on an error. */
static bool read_row(surface_file *f, pvs_error *error) {
  if (f->have)
    return true;
  do {
    if (!fgets(f->line, sizeof f->line, f->file))
      return false;
    f->row++;
  } while (f->line[strspn(f->line, " \r\n")] == '\0');
  strcpy(f->copy, f->line);
  size_t n = split(f->copy, f->fields, MOST_COLUMNS);
  if (n != f->n_columns)
    return hx_fail_at(error, PVS_BAD_VALUE, f->path, f->row, NULL,
                      "%zu columns found, expected %zu", n, f->n_columns);
  f->have = true;
  return true;
}

surface_file *surface_file_open(const char *path, pvs_error *error) {
  static const char *const expected[FIXED] = {"surface",  "topology",  "units",
                                              "executor", "processes", "threads",
                                              "pin",      "schedule",  "seconds"};
  surface_file *f = calloc(1, sizeof *f);
  if (!f) {
    hx_fail_memory(error);
    return NULL;
  }
  snprintf(f->path, sizeof f->path, "%s", path);
  f->file = fopen(path, "r");
  bool ok = f->file || hx_fail_errno(error, errno, path, "cannot be read");
  if (ok && !fgets(f->header, sizeof f->header, f->file))
    ok = hx_fail_at(error, PVS_BAD_VALUE, path, 1, NULL, "nothing found, expected a header");
  f->row = 1;
  if (ok)
    f->n_columns = split(f->header, f->names, MOST_COLUMNS);
  for (size_t i = 0; ok && i < FIXED; i++)
    if (i >= f->n_columns || f->n_columns > MOST_COLUMNS || strcmp(f->names[i], expected[i]) != 0)
      ok =
          hx_fail_at(error, PVS_BAD_VALUE, path, 1, NULL,
                     "expected the columns surface, topology, units, executor, processes, threads, "
                     "pin, schedule, seconds and then at most %d parameters",
                     MOST_COLUMNS - FIXED);
  if (ok)
    return f;
  surface_file_close(f);
  return NULL;
}

void surface_file_close(surface_file *f) {
  if (!f)
    return;
  if (f->file)
    fclose(f->file);
  free(f);
}

static void disown(void *owned) {
  origin *o = owned;
  hx_topo_close(o->topo);
  free(o);
}

static uint64_t place(void *context, const hx_point *point) {
  origin *o = ((surface *)context)->owned;
  return o->space.space.place(&o->space, point);
}

static bool can_run(void *context, const hx_point *point) {
  return surface_find(context, point) != NULL;
}

static bool whole(const char *text, long least, int *value) {
  char *end;
  long n = strtol(text, &end, 10);
  *value = (int)n;
  return end != text && *end == '\0' && n >= least && n <= 1 << 20;
}

/* The space of the first row: its machine, and the parameters. */
static bool make_space(surface_file *f, surface *s, pvs_error *error) {
  hx_workload workload = {.kind = HX_WORKLOAD_BUILTIN};
  hx_grid_request request = {.chunk = 1}; /* sizes, if any, are a parameter */
  int units = 0;
  if (f->fields[UNITS][0] && !whole(f->fields[UNITS], 1, &units))
    return bad(f, UNITS, error, "a whole number from 1, or nothing");
  origin *o = calloc(1, sizeof *o);
  if (!o)
    return hx_fail_memory(error);
  s->owned = o;
  s->disown = disown;
  o->topo = hx_topo_open(&(hx_topo_origin){.synthetic = f->fields[TOPOLOGY]}, NULL);
  if (!o->topo)
    return bad(f, TOPOLOGY, error, "hwloc's description of a machine, such as pack:2 core:8 pu:2");
  if (!hx_sweep_space_init(&o->space, o->topo, &workload, &request, NULL, units, error))
    return false;
  s->space = o->space.space;
  s->space.context = s;
  s->space.place = place;
  s->space.can_run = can_run;
  for (size_t i = FIXED; i < f->n_columns; i++) {
    int axis = s->space.n_axes++;
    snprintf(o->parameters[axis], sizeof o->parameters[axis], "%s", f->names[i]);
    s->space.axes[axis] = (hx_space_axis){.name = o->parameters[axis], .ordered = true};
  }
  return true;
}

/* Values of a parameter are numbered as they come up. */
static bool parameter(surface_file *f, surface *s, size_t column, int axis, int *value,
                      pvs_error *error) {
  origin *o = s->owned;
  int n = s->space.axes[axis].n_values;
  const char *text = f->fields[column];
  for (*value = 0; *value < n; ++*value)
    if (strcmp(o->values[axis][*value], text) == 0)
      return true;
  if (n == VALUES || strlen(text) >= sizeof o->values[axis][0])
    return bad(f, column, error, "at most 64 different short values");
  strcpy(o->values[axis][n], text);
  s->space.axes[axis].n_values = n + 1;
  return true;
}

static bool read_config(surface_file *f, surface *s, surface_config *c, pvs_error *error) {
  const origin *o = s->owned;
  hx_executor executor;
  hx_schedule schedule = HX_SCHEDULE_DYNAMIC;
  hx_point *p = &c->point;
  *c = (surface_config){.point = {.executor = -1}};
  if (!hx_executor_parse(f->fields[EXECUTOR], &executor))
    return bad(f, EXECUTOR, error, "serial, threads, processes, hybrid or mpi");
  for (int e = 0; e < s->space.n_executors; e++)
    if (o->space.executors[e] == executor)
      p->executor = e;
  if (p->executor < 0)
    return bad(f, EXECUTOR, error, "serial, threads, processes, hybrid or mpi");
  if (!whole(f->fields[PROCESSES], 1, &p->processes))
    return bad(f, PROCESSES, error, "a whole number from 1");
  if (!whole(f->fields[THREADS], 1, &p->threads))
    return bad(f, THREADS, error, "a whole number from 1");
  const char *pin = f->fields[PIN][0] ? f->fields[PIN] : "none";
  int n_pins = s->space.axes[0].n_values;
  while (p->value[0] < n_pins && strcmp(o->space.pins[p->value[0]], pin) != 0)
    p->value[0]++;
  if (p->value[0] == n_pins)
    return bad(f, PIN, error, "the name of a pin strategy, or nothing");
  if (f->fields[SCHEDULE][0] && !hx_schedule_parse(f->fields[SCHEDULE], &schedule))
    return bad(f, SCHEDULE, error, "dynamic, static or nothing");
  bool alone = hx_point_workers(p) == 1;
  p->value[0] = alone ? 0 : p->value[0];
  p->value[1] = !alone && schedule == HX_SCHEDULE_STATIC;
  for (size_t i = FIXED; i < f->n_columns; i++)
    if (!parameter(f, s, i, 2 + (int)(i - FIXED), &p->value[2 + (i - FIXED)], error))
      return false;
  char *end;
  c->seconds = strtod(f->fields[SECONDS], &end);
  if (end == f->fields[SECONDS] || *end != '\0' || !(c->seconds > 0) || !isfinite(c->seconds))
    return bad(f, SECONDS, error, "a number above 0");
  return true;
}

surface *surface_file_next(surface_file *f, char name[SURFACE_NAME], pvs_error *error) {
  enum { MOST = 65536 };
  surface *s = NULL;
  bool ok = true;
  while (ok && read_row(f, error)) {
    surface_config c;
    if (s && strcmp(name, f->fields[SURFACE]) != 0)
      break;
    if (!s) {
      snprintf(name, SURFACE_NAME, "%s", f->fields[SURFACE]);
      s = surface_create(MOST);
      ok = s ? make_space(f, s, error) : hx_fail_memory(error);
    }
    f->have = false;
    ok = ok && read_config(f, s, &c, error);
    if (ok && s->n < MOST)
      surface_add(s, &c); /* what is there twice, such as one worker pinned in two ways, is one */
  }
  ok = ok && (!error || error->code == PVS_OK);
  if (ok && s) {
    static const int simplest[HX_SPACE_AXES];
    hx_point serial = hx_space_point(&s->space, 0, 1, 1, simplest);
    const surface_config *c = surface_find(s, &serial);
    if (!c)
      ok = hx_fail_at(error, PVS_BAD_VALUE, f->path, f->row, NULL,
                      "surface %s lacks the serial configuration%s", name,
                      f->n_columns > FIXED ? " with the first value of each parameter" : "");
    s->serial = c ? (size_t)(c - s->configs) : 0;
    surface_find_best(s);
  }
  if (ok)
    return s;
  surface_destroy(s);
  return NULL;
}
