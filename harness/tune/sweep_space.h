/* A machine and a workload as a space to search (decide/space.h), and its points as
 * configurations. Internal to sweep. */
#ifndef HX_TUNE_SWEEP_SPACE_H
#define HX_TUNE_SWEEP_SPACE_H

#include "pvs/pvs.h"

#include "base/config.h"
#include "decide/space.h"
#include "machine/topo.h"
#include "measure/command_text.h"
#include "tune/params.h"
#include "tune/sweep.h"

enum { HX_SWEEP_PINS = 16 };

typedef struct hx_sweep_space {
  hx_space space; /* its context is this struct: do not move it */
  const hx_topo *topo;
  hx_executor executors[HX_SPACE_EXECUTORS];
  char pins[HX_SWEEP_PINS][HX_PIN_TEXT];
  hx_schedule schedules[2];
  int n_schedules;         /* 0: schedules do not apply */
  int chunk;               /* of all; 0: the executor's own */
  bool tries_chunks;       /* some sizes are tried */
  const hx_params *params; /* NULL: none */
  int first_param;         /* axis of the first one with several values; the others follow */
  bool command;            /* pvtune pins the program from outside, so that only the union of the
                            * CPUs matters */
  hx_command_placeholders placeholders; /* what a command is told */
  const hx_config *list;                /* the points, of a list; NULL: not a list */
  hx_point *points;                     /* [n_list] */
  size_t n_list;
} hx_sweep_space;

/* The space of one workload with `units` of work (0: unknown). The request's executors, pins and
 * schedules restrict it; `params` (borrowed, NULL: none) are further dimensions. False with a sentence
 * naming the option that cannot be. */
bool hx_sweep_space_init(hx_sweep_space *s, const hx_topo *topo, const hx_workload *workload,
                         const hx_grid_request *request, const hx_params *params, int units,
                         pvs_error *error);

/* A given list, serial first, as a space; the list is borrowed. */
bool hx_sweep_space_of_list(hx_sweep_space *s, const hx_topo *topo, const hx_workload *workload,
                            const hx_config *list, size_t n, int units, pvs_error *error);

void hx_sweep_space_deinit(hx_sweep_space *s); /* of either */

/* Whether the command has placeholders for what distinguishes the configuration. Without them,
 * different configurations would be the same run under different names. */
bool hx_sweep_space_is_told(const hx_config *config, hx_command_placeholders placeholders);

hx_config hx_sweep_space_config(const hx_sweep_space *s, const hx_point *point);

/* Whether any configuration of the space's executor of that index has so many workers. */
bool hx_sweep_space_has(const hx_sweep_space *s, int executor, int workers);

#endif
