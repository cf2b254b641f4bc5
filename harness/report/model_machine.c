/* The machine: its parts as they are nested in the hardware, and facts about it. */
#include "report/model.h"

#include "machine/pin.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MACHINE, PACKAGE, NUMA, L3, CORE, PU, LEVELS };
enum { TEXT = 256 };

typedef struct picture {
  const hx_pu *pu;
  const hx_cache *caches;
  const hx_place *places; /* of workers */
  int n_caches, n_places;
  bool drawn[LEVELS]; /* levels this machine has */
} picture;

static int domain_of(const hx_pu *pu, int level) {
  const int domain[LEVELS] = {0, pu->package, pu->numa, pu->l3, pu->core, pu->cpu};
  return domain[level];
}

/* Caches that `pus` hardware threads share: [{"level": "L1d", "bytes": 32768}]. */
static json_t *caches_of(const picture *p, int least, int most, int pus) {
  json_t *list = json_array();
  for (int i = 0; i < p->n_caches; i++) {
    const hx_cache *c = &p->caches[i];
    if (c->level >= least && c->level <= most && c->pus == pus && c->type != 'i')
      json_array_append_new(list, json_pack("{si sb sI}", "level", c->level, "data", c->type == 'd',
                                            "bytes", (json_int_t)c->bytes));
  }
  return list;
}

/* The workers that may only sit on that CPU: "0, 4"; "" none. */
static const char *workers_on(const picture *p, int cpu, char text[TEXT]) {
  size_t length = 0;
  text[0] = '\0';
  for (int i = 0; i < p->n_places; i++)
    if (hx_cpuset_has(&p->places[i].cpus, cpu) && length < TEXT)
      length += (size_t)snprintf(text + length, TEXT - length, "%s%d", length ? ", " : "", i);
  return text;
}

/* The box of pu[first..last), which share one domain of `level`, with what is in it. Hardware
 * threads of a domain stand next to each other. */
static json_t *box(const picture *p, int level, int first, int last) {
  static const char *const names[] = {"machine", "package", "numa", "l3", "core", "pu"};
  static const char *const labels[] = {"Machine", "Package", "NUMA node", "", "Core", ""};
  const hx_pu *pu = &p->pu[first];
  int number = level == NUMA ? pu->numa_os : domain_of(pu, level), inner = level;
  char label[TEXT], workers[TEXT] = "";
  snprintf(label, sizeof label,
           level == MACHINE || level == L3 ? "%s"
           : level == PU                   ? "%s%d"
                                           : "%s %d",
           labels[level], number);
  json_t *children = json_array();
  if (level < PU) {
    do
      inner++;
    while (!p->drawn[inner]);
    for (int at = first, end; at < last; at = end) {
      for (end = at + 1;
           end < last && domain_of(&p->pu[end], inner) == domain_of(&p->pu[at], inner); end++)
        ;
      json_array_append_new(children, box(p, inner, at, end));
    }
  } else {
    workers_on(p, pu->cpu, workers);
  }
  return json_pack("{ss ss sb so ss so}", "kind", names[level], "box", label, "slower",
                   level == CORE && pu->kind > 0, "caches",
                   level == L3     ? caches_of(p, 3, 4, last - first)
                   : level == CORE ? caches_of(p, 1, 2, last - first)
                                   : json_array(),
                   "workers", workers, "boxes", children);
}

static json_t *model_picture(const hx_topo *topo, const hx_config *config) {
  const hx_topo_counts *c = hx_topo_get_counts(topo);
  int n = 0, workers = config && strcmp(config->pin, "none") != 0 ? hx_config_workers(config) : 0;
  hx_place *places = calloc((size_t)workers + 1, sizeof *places);
  if (!places || (workers > 0 && !hx_pin_place_config(topo, config, places, NULL)))
    workers = 0;
  picture p = {.pu = hx_topo_pus(topo, &n),
               .places = places,
               .n_places = workers,
               .drawn = {[PACKAGE] = c->packages > 0,
                         [NUMA] = c->numa_nodes > 1,
                         [L3] = c->l3s > 0,
                         [CORE] = true,
                         [PU] = true}};
  p.caches = hx_topo_caches(topo, &p.n_caches);
  json_t *model = json_pack("{so si si si si si si sb sI}", "machine", box(&p, MACHINE, 0, n),
                            "packages", c->packages, "numa_nodes", c->numa_nodes, "cores", c->cores,
                            "cores_whole", c->cores_whole, "pus", c->pus, "pus_whole", c->pus_whole,
                            "many", c->cores > 24, "n_placed", (json_int_t)workers);
  free(places);
  return model;
}

/* ---- facts ---- */

/* No fact where the text is empty. */
static void add_fact(json_t *facts, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static void add_fact(json_t *facts, const char *name, const char *format, ...) {
  char value[1024];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(value, sizeof value, format, arguments);
  va_end(arguments);
  if (value[0])
    json_array_append_new(
        facts, json_pack("{ss so sn}", "name", name, "value", HX_MODEL_TEXT(value), "bytes"));
}

static void add_bytes(json_t *facts, const char *name, double bytes, const char *shared) {
  if (bytes > 0)
    json_array_append_new(facts,
                          json_pack("{ss ss sf}", "name", name, "value", shared, "bytes", bytes));
}

static void add_topology(json_t *facts, const hx_topo *topo) {
  const hx_topo_counts *c = hx_topo_get_counts(topo);
  int n;
  const hx_cache *caches = hx_topo_caches(topo, &n);
  add_fact(facts, "Cores", "%d, with %d hardware thread%s, in %d package%s", c->cores_whole,
           c->pus_whole, c->pus_whole == 1 ? "" : "s", c->packages_whole,
           c->packages_whole == 1 ? "" : "s");
  if (c->numa_nodes_whole > 1)
    add_fact(facts, "NUMA nodes", "%d", c->numa_nodes_whole);
  if (c->kinds > 1)
    add_fact(facts, "Kinds of core", "%d", c->kinds);
  for (int i = 0; i < n; i++) {
    char name[32], shared[64];
    snprintf(name, sizeof name, "L%d%s cache", caches[i].level,
             caches[i].type == 'd'   ? " data"
             : caches[i].type == 'i' ? " instruction"
                                     : "");
    snprintf(shared, sizeof shared, ", %d of them, each shared by %d hardware thread%s",
             caches[i].count, caches[i].pus, caches[i].pus == 1 ? "" : "s");
    add_bytes(facts, name, (double)caches[i].bytes, shared);
  }
}

json_t *hx_model_machine(const hx_report_data *data, const hx_topo *topo) {
  const hx_environment_row *e =
      data->environments.n > 0
          ? &((const hx_environment_row *)data->environments.rows)[data->environments.n - 1]
          : NULL;
  const hx_report_subject *s = data->n_subjects > 0 ? data->subjects : NULL;
  int best = s ? hx_report_best(s) : HX_REPORT_NOWHERE;
  char allowed[TEXT];
  json_t *facts = json_array();
  add_fact(facts, "Machine", "%s", data->machine);
  add_fact(facts, "CPU", "%s", e ? e->cpu_model : "");
  if (topo)
    add_topology(facts, topo);
  if (e) {
    add_bytes(facts, "Memory", strtod(e->memory_bytes, NULL), "");
    if (strcmp(e->swap_bytes, "0") == 0)
      add_fact(facts, "Swap", "none");
    add_bytes(facts, "Swap", strtod(e->swap_bytes, NULL), "");
    const struct {
      const char *name, *value;
    } texts[] = {
        {"Host", e->host},
        {"System", e->os},
        {"Kernel", e->kernel},
        {"Governor", e->governor},
        {"Turbo", e->turbo},
        {"SMT", e->smt},
        {"Virtual machine", e->hypervisor},
        {"Compiler", e->compiler},
        {"pvtune", e->version},
        {"Allowed CPUs", hx_model_allocation_name(e->allocation, allowed, sizeof allowed)}};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
      add_fact(facts, texts[i].name, "%s", texts[i].value);
  }
  return json_pack(
      "{so so so so sI sb}", "id", HX_MODEL_TEXT(data->machine), "cpu",
      HX_MODEL_TEXT(e ? e->cpu_model : ""), "picture",
      topo ? model_picture(topo, best == HX_REPORT_NOWHERE ? NULL : &s->configs[best].config)
           : json_null(),
      "facts", facts, "n_environments", (json_int_t)data->environments.n, "many_environments",
      data->environments.n > 1);
}
