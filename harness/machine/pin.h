/* Pin strategies: pure functions from (topology, processes, threads) to a place for each worker, and
 * how they are found by name. Nothing is bound here; see bind.h. */
#ifndef HX_MACHINE_PIN_H
#define HX_MACHINE_PIN_H

#include "pvs/pvs.h"

#include "base/config.h"
#include "machine/cpuset.h"
#include "machine/topo.h"

#include <stdbool.h>

/* Where one worker runs. Plain data: goes through shared memory and fork as it is. */
typedef struct hx_place {
  hx_cpuset cpus; /* empty: not bound */
  int mem_node; /* operating system number of the NUMA node its memory is bound to; -1: not bound */
  int process;  /* 0 .. processes-1 */
  int thread;   /* 0 .. threads-1 within its process */
} hx_place;

typedef struct hx_pin_request {
  int processes;
  int threads;      /* per process */
  const char *list; /* what follows "list:" for the explicit list, else NULL */
} hx_pin_request;

/* A strategy. `place` fills cpus and mem_node of processes x threads places, those of process 0
 * first; process and thread are set already, cpus is empty and mem_node -1. It must be a pure
 * function of its arguments, use allowed CPUs only, and give every worker a non-empty set (except
 * `none`). False with an error when it cannot. */
typedef struct hx_pin_ops {
  const char *name;
  const char *words; /* for the report, behind the workers: "pinned close together" */
  bool takes_list;
  bool (*place)(const hx_topo *topo, const hx_pin_request *request, hx_place *place,
                pvs_error *error);
} hx_pin_ops;

/* The names of the strategies without a list, in the order of hx_pin_strategies, for options. */
#define HX_PIN_NAMES(BETWEEN)                                                                      \
  "none" BETWEEN "compact" BETWEEN "cores" BETWEEN "spread" BETWEEN "numa"

/* Simplest first; that is also the order in which ties are broken. Never NULL. */
const hx_pin_ops *const *hx_pin_strategies(int *n);
/* Finds a strategy by its name, "compact" or "list:0-3"; NULL if there is none. */
const hx_pin_ops *hx_pin_find(const char *pin);
/* Its position in hx_pin_strategies, so 0 for the simplest; the number of strategies for an unknown
 * name. */
int hx_pin_rank(const char *pin);

/* Fills `place[0 .. processes*threads-1]`, worker w = process * threads + thread. False with
 * an error for an unknown name (it lists those there are), a bad list, a CPU that is not allowed. */
bool hx_pin_place(const hx_topo *topo, const char *pin, int processes, int threads, hx_place *place,
                  pvs_error *error);
/* The same for a configuration. `place` holds hx_config_workers(config) places. */
bool hx_pin_place_config(const hx_topo *topo, const hx_config *config, hx_place *place,
                         pvs_error *error);

/* The CPUs of n workers together (empty when none is bound): a command that does not place its workers
 * itself is bound to these. */
hx_cpuset hx_place_union(const hx_place *place, int n);
/* The CPUs of all workers of a configuration together. */
bool hx_pin_union(const hx_topo *topo, const hx_config *config, hx_cpuset *cpus, pvs_error *error);

extern const hx_pin_ops hx_pin_none, hx_pin_compact, hx_pin_cores, hx_pin_spread, hx_pin_numa,
    hx_pin_list;

#endif
