#include "machine/pin.h"
#include "base/phrase.h"

#include "base/fail.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static const hx_pin_ops *const strategies[] = {
    &hx_pin_none, &hx_pin_compact, &hx_pin_cores, &hx_pin_spread, &hx_pin_numa, &hx_pin_list,
};
enum { STRATEGIES = sizeof strategies / sizeof strategies[0] };

const hx_pin_ops *const *hx_pin_strategies(int *n) {
  *n = STRATEGIES;
  return strategies;
}

int hx_pin_rank(const char *pin) {
  size_t length = strcspn(pin, ":");
  for (int i = 0; i < STRATEGIES; i++)
    if (strlen(strategies[i]->name) == length && memcmp(strategies[i]->name, pin, length) == 0 &&
        (pin[length] == '\0' || strategies[i]->takes_list))
      return i;
  return STRATEGIES;
}

const hx_pin_ops *hx_pin_find(const char *pin) {
  int rank = hx_pin_rank(pin);
  return rank < STRATEGIES ? strategies[rank] : NULL;
}

static bool unknown_name(const char *pin, pvs_error *error) {
  char known[256];
  hx_phrase out = {known, sizeof known, 0};
  for (int i = 0; i < STRATEGIES; i++)
    hx_phrase_add(&out, "%s%s%s", i == 0 ? "" : ", ", strategies[i]->name,
                  strategies[i]->takes_list ? ":CPUS" : "");
  return hx_fail(error, PVS_BAD_VALUE, "pin strategy \"%s\": expected one of %s", pin, known);
}

bool hx_pin_place(const hx_topo *topo, const char *pin, int processes, int threads, hx_place *place,
                  pvs_error *error) {
  assert(processes >= 1 && threads >= 1 && processes <= HX_WORKERS_MAX / threads);
  const hx_pin_ops *ops = hx_pin_find(pin);
  if (ops == NULL)
    return unknown_name(pin, error);
  const char *colon = strchr(pin, ':');
  hx_pin_request request = {processes, threads, colon != NULL ? colon + 1 : NULL};
  for (int p = 0; p < processes; p++)
    for (int t = 0; t < threads; t++)
      place[p * threads + t] = (hx_place){.cpus = {{0}}, .mem_node = -1, .process = p, .thread = t};
  return ops->place(topo, &request, place, error);
}

bool hx_pin_place_config(const hx_topo *topo, const hx_config *config, hx_place *place,
                         pvs_error *error) {
  return hx_pin_place(topo, config->pin, config->processes, config->threads, place, error);
}

hx_cpuset hx_place_union(const hx_place *place, int n) {
  hx_cpuset all = {{0}};
  for (int i = 0; i < n; i++)
    all = hx_cpuset_or(&all, &place[i].cpus);
  return all;
}

bool hx_pin_union(const hx_topo *topo, const hx_config *config, hx_cpuset *cpus, pvs_error *error) {
  int n = hx_config_workers(config);
  hx_place *place = calloc((size_t)n, sizeof *place);
  bool ok = place ? hx_pin_place_config(topo, config, place, error) : hx_fail_memory(error);
  if (ok)
    *cpus = hx_place_union(place, n);
  free(place);
  return ok;
}
