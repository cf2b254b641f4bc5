/* The machine: its parts as they are nested in the hardware, and what it was measured in. */
#include "report/model.h"

#include "machine/pin.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MACHINE, PACKAGE, NUMA, L3, CORE, PU, LEVELS };
enum { TEXT = 256 };

typedef struct picture {
  const hx_pu *pu;
  const hx_topo *topo;
  const hx_place *places; /* of workers */
  int n_places;
  bool drawn[LEVELS]; /* levels this machine has */
} picture;

static int domain_of(const hx_pu *pu, int level) {
  const int domain[LEVELS] = {0, pu->package, pu->numa, pu->l3, pu->core, pu->cpu};
  return domain[level];
}

/* Caches of these levels that `pus` hardware threads share; 0: all there are. */
static json_t *caches_of(const hx_topo *topo, int least, int most, int pus) {
  json_t *list = json_array();
  int n;
  const hx_cache *c = hx_topo_caches(topo, &n);
  for (int i = 0; i < n; i++)
    if (c[i].level >= least && c[i].level <= most &&
        (pus == 0 || (c[i].pus == pus && c[i].type != 'i')))
      json_array_append_new(list, json_pack("{si sb sb sI si si}", "level", c[i].level, "data",
                                            c[i].type == 'd', "instruction", c[i].type == 'i',
                                            "bytes", (json_int_t)c[i].bytes, "count", c[i].count,
                                            "shared_by", c[i].pus));
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
                   level == L3     ? caches_of(p->topo, 3, 4, last - first)
                   : level == CORE ? caches_of(p->topo, 1, 2, last - first)
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
               .topo = topo,
               .places = places,
               .n_places = workers,
               .drawn = {[PACKAGE] = c->packages > 0,
                         [NUMA] = c->numa_nodes > 1,
                         [L3] = c->l3s > 0,
                         [CORE] = true,
                         [PU] = true}};
  json_t *model = json_pack("{so so si si si si si si si si sb sI}", "all_caches",
                            caches_of(topo, 1, 9, 0), "machine", box(&p, MACHINE, 0, n), "packages",
                            c->packages, "packages_whole", c->packages_whole, "numa_nodes",
                            c->numa_nodes, "kinds", c->kinds > 1 ? c->kinds : 0, "cores", c->cores,
                            "cores_whole", c->cores_whole, "pus", c->pus, "pus_whole", c->pus_whole,
                            "many", c->cores > 24, "n_placed", (json_int_t)workers);
  free(places);
  return model;
}

json_t *hx_model_machine(const hx_report_data *data, const hx_topo *topo) {
  size_t n = data->environments.n;
  const hx_environment_row *e = data->environments.rows;
  const hx_report_topic *s = data->n_topics > 0 ? data->topics : NULL;
  int best = s ? hx_report_best(s) : HX_REPORT_NOWHERE;
  json_t *environment = json_null();
  if (n > 0) {
    char allowed[TEXT];
    hx_model_allocation_name(e[n - 1].allocation, allowed, sizeof allowed);
    environment = hx_model_row(data->environments.schema, &e[n - 1]);
    json_object_set_new(environment, "allowed", HX_MODEL_TEXT(allowed));
    json_object_set_new(environment, "memory", json_real(strtod(e[n - 1].memory_bytes, NULL)));
    json_object_set_new(environment, "swap", json_real(strtod(e[n - 1].swap_bytes, NULL)));
  }
  return json_pack(
      "{so so so sI sb}", "id", HX_MODEL_TEXT(data->machine), "environment", environment, "picture",
      topo ? model_picture(topo, best == HX_REPORT_NOWHERE ? NULL : &s->configs[best].config)
           : json_null(),
      "n_environments", (json_int_t)n, "many_environments", n > 1);
}
