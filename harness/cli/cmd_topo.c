/* pvtune topo: what the machine is, what of it is allowed, what would be tried on it and where each
 * worker would sit. */
#include "cli/command.h"

#include "base/fail.h"
#include "cli/message.h"
#include "cli/table.h"
#include "cli/text.h"
#include "machine/grid.h"
#include "machine/identity.h"
#include "machine/pin.h"
#include "machine/topo.h"
#include "tune/sweep_space.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ERR = 1024, PLACES_UNASKED_MAX = 16 };

typedef struct topo_options {
  const char *synthetic, *xml, *allowed, *workers, *pin;
  double quota_cpus;
} topo_options;

/* --------------------------------------------------------------------------- what it is */

static void add_cache_facts(hx_table *t, const hx_topo *topo) {
  int n;
  const hx_cache *cache = hx_topo_caches(topo, &n);
  for (int i = 0; i < n; i++) {
    char key[16];
    snprintf(key, sizeof key, "l%d%s", cache[i].level,
             cache[i].type == 'd'   ? "d"
             : cache[i].type == 'i' ? "i"
                                    : "");
    bool mega = cache[i].bytes >= 1u << 20;
    hx_table_fact(t, key, "%d x %.4g %s, each shared by %d CPU%s", cache[i].count,
                  (double)cache[i].bytes / (mega ? 1u << 20 : 1u << 10), mega ? "MiB" : "KiB",
                  cache[i].pus, HX_S(cache[i].pus));
  }
}

static hx_table *machine_table(const hx_context *cx, const hx_topo *topo) {
  const hx_topo_counts *c = hx_topo_get_counts(topo);
  hx_identity id = hx_identity_of(topo);
  char text[2 * HX_CPUSET_TEXT];
  hx_table *t = hx_table_create("counts", NULL); /* "machine" is the fact below */
  hx_table_fact(t, "machine", "%s", id.machine);
  hx_table_fact(t, "cpu", "%s", hx_topo_cpu_model(topo));
  add_cache_facts(t, topo);
  hx_allocation_explain(hx_topo_get_allocation(topo), text, sizeof text);
  hx_table_fact(t, "allowed", "%s", text);
  hx_table_fact(t, "allocation", "%s", id.allocation);
  hx_table_columns(t, "what=|#machine=machine|#allowed=allowed");
  hx_table_line(t, HX_T("packages"), HX_N(c->packages_whole, 0), HX_N(c->packages, 0));
  hx_table_line(t, HX_T("NUMA nodes"), HX_N(c->numa_nodes_whole, 0), HX_N(c->numa_nodes, 0));
  hx_table_line(t, HX_T("L3 caches"), HX_N(c->l3s_whole, 0), HX_N(c->l3s, 0));
  hx_table_line(t, HX_T("cores"), HX_N(c->cores_whole, 0), HX_N(c->cores, 0));
  hx_table_line(t, HX_T("hardware threads"), HX_N(c->pus_whole, 0), HX_N(c->pus, 0));
  if (c->kinds > 1)
    hx_table_note(t, "%d kinds of core; the fastest has %d core%s, %d thread%s", c->kinds,
                  c->cores_best_kind, HX_S(c->cores_best_kind), c->pus_best_kind,
                  HX_S(c->pus_best_kind));
  if (c->usable < c->pus)
    hx_table_note(t, "the quota allows %d worker%s at a time", c->usable, HX_S(c->usable));
  if (cx->verbose > 0) {
    char *rest;
    hx_identity_describe(topo, text, sizeof text);
    for (char *line = strtok_r(text, "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest))
      hx_table_note(t, "identity: %s", line);
  }
  return t;
}

/* ------------------------------------------------------------------------ what is worth trying */

/* The worker counts at which a search begins. */
static void add_ladder(hx_table *t, const hx_topo *topo) {
  hx_sweep_space s;
  hx_workload workload = {.kind = HX_WORKLOAD_BUILTIN};
  char text[512] = "";
  int counts[HX_SPACE_COUNTS], n = 0;
  if (hx_sweep_space_init(&s, topo, &workload, &(hx_grid_request){.units = 0}, NULL, 0, NULL))
    n = hx_space_ladder(&s.space, counts);
  for (int i = 0, at = 0; i < n && at < (int)sizeof text - 16; i++)
    at += snprintf(text + at, sizeof text - (size_t)at, "%s%d", i ? ", " : "", counts[i]);
  if (n > 0)
    hx_table_note(t, "tune begins with %s worker%s, and then tries counts near the best one", text,
                  n == 1 && counts[0] == 1 ? "" : "s");
}

static hx_table *counts_table(const hx_topo *topo, const hx_grid *grid) {
  hx_grid_count count[32];
  hx_grid_shape shape[32];
  int counts = hx_grid_counts(topo, 0, count, 32);
  int shapes = hx_grid_shapes(topo, 0, shape, 32);
  hx_table *t = hx_table_create("worth_trying", "Worth trying");
  hx_table_columns(t, "workers=workers|why=why");
  for (int i = 0; i < counts; i++) {
    hx_table_row(t);
    hx_table_text(t, "%d", count[i].workers);
    hx_table_text(t, "%s", count[i].why);
  }
  for (int i = 0; i < shapes; i++) {
    hx_table_row(t);
    hx_table_text(t, "%dx%d", shape[i].processes, shape[i].threads);
    hx_table_text(t, "%s", shape[i].why);
  }
  hx_table_note(
      t, "a full sweep has %zu configuration%s here; %zu other%s the same under another name",
      grid->n, HX_S(grid->n), grid->merged_n, grid->merged_n == 1 ? " is" : "s are");
  add_ladder(t, topo);
  return t;
}

/* --------------------------------------------------------------------------- where workers sit */

/* Shape of the placement to show. False when none was asked for and the machine is too large to
 * show all cores. */
static bool shape_to_show(const topo_options *o, const hx_topo *topo, int *processes,
                          int *threads) {
  pvs_error error = {0};
  int first = hx_topo_get_counts(topo)->cores, second = 0;
  if (o->workers != NULL)
    hx_shape_parse(o->workers, &first, &second, &error); /* checked before */
  else if (first > PLACES_UNASKED_MAX && o->pin == NULL)
    return false;
  *processes = second > 0 ? first : 1;
  *threads = second > 0 ? second : first;
  return true;
}

static void add_place(hx_table *t, const hx_place *place) {
  char set[HX_CPUSET_TEXT];
  hx_cpuset_format(&place->cpus, set, sizeof set);
  if (set[0] == '\0')
    hx_table_text(t, "any");
  else if (place->mem_node >= 0)
    hx_table_text(t, "%s @ node %d", set, place->mem_node);
  else
    hx_table_text(t, "%s", set);
}

/* One column per strategy, one row per worker. NULL with a sentence in error. */
static hx_table *places_table(const hx_topo *topo, const char *only, int processes, int threads,
                              pvs_error *error) {
  int strategies, columns = 0, n = processes * threads;
  const hx_pin_ops *const *pin = hx_pin_strategies(&strategies);
  hx_place *place = calloc((size_t)(n * strategies), sizeof *place);
  if (place == NULL) {
    hx_fail_memory(error);
    return NULL;
  }
  hx_table *t = hx_table_create("places", "Where each worker would run");
  hx_table_column(t, "worker", "worker", HX_COL_TEXT);
  bool ok = true;
  for (int s = 0; s < strategies && ok; s++) {
    const char *name = only != NULL ? only : pin[s]->name;
    if (only != NULL ? s > 0 : pin[s]->takes_list)
      continue;
    ok = hx_pin_place(topo, name, processes, threads, place + columns * n, error);
    hx_table_column(t, name, name, HX_COL_TEXT);
    columns++;
  }
  for (int w = 0; w < n && ok; w++) {
    hx_table_row(t);
    if (processes > 1)
      hx_table_text(t, "%d.%d", place[w].process, place[w].thread);
    else
      hx_table_text(t, "%d", w);
    for (int c = 0; c < columns; c++)
      add_place(t, &place[c * n + w]);
  }
  if (processes > 1)
    hx_table_note(t, "worker P.T is thread T of process P");
  free(place);
  if (!ok) {
    hx_table_destroy(t);
    return NULL;
  }
  return t;
}

static int usage(const char *option, const char *err) {
  return hx_error_exit(HX_EXIT_USAGE, "%s%s", option, err);
}

static int print_all(const hx_context *cx, const topo_options *o, const hx_topo *topo,
                     const hx_grid *grid) {
  pvs_error error = {0};
  int processes, threads;
  hx_table *tables[3] = {0};
  size_t n = 2;
  bool show = shape_to_show(o, topo, &processes, &threads);
  if (show) {
    tables[2] = places_table(topo, o->pin, processes, threads, &error);
    if (tables[2] == NULL)
      return usage("--pin: ", HX_FAIL_LINE(&error));
    n = 3;
  }
  tables[0] = machine_table(cx, topo);
  tables[1] = counts_table(topo, grid);
  if (!show)
    hx_table_note(tables[1], "--workers N or --workers PxT shows where each worker would run");
  return hx_command_print_all(cx, tables, n);
}

static int run(const hx_context *cx, void *storage) {
  const topo_options *o = storage;
  pvs_error error = {0};
  int first, second;
  if (o->workers != NULL && !hx_shape_parse(o->workers, &first, &second, &error))
    return usage("", HX_FAIL_LINE(&error));
  hx_topo_origin origin = {
      .synthetic = o->synthetic, .xml = o->xml, .allowed = o->allowed, .quota_cpus = o->quota_cpus};
  hx_topo *topo = hx_topo_open(&origin, &error);
  if (topo == NULL)
    return usage("", HX_FAIL_LINE(&error));
  hx_grid grid;
  hx_grid_request everything = {0};
  int code;
  if (hx_grid_init(&grid, topo, &everything, &error)) {
    code = print_all(cx, o, topo, &grid);
    hx_grid_deinit(&grid);
  } else {
    hx_error("%s", HX_FAIL_LINE(&error));
    code = HX_EXIT_FAILED;
  }
  hx_topo_close(topo);
  return code;
}

#define ROW(KIND, MEMBER, ...) HX_OPTION(KIND, topo_options, MEMBER, __VA_ARGS__)

static const hx_option options[] = {
    ROW(STRING, synthetic, "synthetic", .metavar = "TEXT",
        .help = "a machine in hwloc's synthetic notation instead of this one"),
    ROW(STRING, xml, "xml", .metavar = "FILE",
        .help = "a machine that lstopo exported, instead of this one"),
    ROW(STRING, allowed, "allowed", .metavar = "CPUS",
        .help = "pretend that only these CPUs are allowed, such as 0-3,8"),
    ROW(DOUBLE, quota_cpus, "quota", .metavar = "CPUS", .default_text = "what the cgroups say",
        .min = 0.01, .max = HX_CPUSET_BITS,
        .help = "pretend that this is the CPU quota, such as 1.5"),
    ROW(STRING, workers, "workers", .short_name = 'w', .instead_of = "threads|processes|jobs",
        .metavar = "N|PxT", .default_text = "all cores",
        .help = "how many workers to place; PxT: P processes of T threads each"),
    ROW(STRING, pin, "pin", .metavar = "NAME", .choices = HX_PIN_NAMES("|") "|list:CPUS",
        .help = "show this pin strategy alone: " HX_PIN_NAMES(", ") " or list:CPUS"),
    {0}};

const hx_command hx_cmd_topo = {
    .name = "topo",
    .summary = "show the machine, and where workers would run",
    .synopsis = "",
    .description =
        "Shows the machine (packages, NUMA nodes, caches, cores), which part of it this process "
        "may use and what excludes the rest, which worker counts are worth trying, and the CPUs "
        "that each worker would get from every pin strategy. Nothing is bound or changed.\n"
        "\n"
        "  none      no binding: the kernel places and moves workers\n"
        "  compact   all hardware threads of a core, then the next core of the same cache\n"
        "  cores     one worker per core; second hardware threads once every core has one\n"
        "  spread    each worker gets its own share of the machine, far from the others\n"
        "  numa      all CPUs of a NUMA node, with memory from that node\n"
        "  list:CPUS worker number i on the i-th of these CPUs\n"
        "\n"
        "All strategies use the fastest kind of core first. If there are more workers than "
        "hardware threads they start again from the first one.",
    .examples = "pvtune topo\n"
                "    this machine\n"
                "pvtune topo --synthetic \"pack:2 numa:2 core:8 pu:2\" --workers 4x8\n"
                "    four processes of eight threads on a server with two packages\n"
                "pvtune topo --allowed 0-3 --pin compact --workers 6 --csv\n"
                "    where the strategy compact puts six workers on four CPUs\n",
    .options = options,
    .options_size = sizeof(topo_options),
    .run = run,
    .prints_table = true,
};
