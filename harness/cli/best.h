/* The parts of `pvtune best`: a recommendation in the forms that scripts and job files take
 * (best_export.c), and one table of all machines of a store (best_fleet.c). */
#ifndef HX_CLI_BEST_H
#define HX_CLI_BEST_H

#include "cli/command.h"
#include "machine/topo.h"
#include "measure/store.h"
#include "tune/fleet.h"

/* In the order of HX_BEST_EXPORTS. */
typedef enum hx_best_export {
  HX_BEST_ENV,     /* NAME=VALUE lines */
  HX_BEST_TASKSET, /* what stands before a command */
  HX_BEST_SLURM,   /* #SBATCH lines */
  HX_BEST_JSON
} hx_best_export;
#define HX_BEST_EXPORTS "env|taskset|slurm|json"

/* On stdout. False with a sentence when it cannot be. */
bool hx_best_print_export(hx_best_export form, const hx_topo *topo,
                          const hx_recommendation_row *row, pvs_error *error);

/* Prints that table for the workload (NULL: the one that most machines were tuned for). Returns an hx_exit. */
int hx_best_print_fleet(const hx_context *cx, const char *workload);
/* Warns of machines in the store of which nothing is known for the fleet's workload. */
void hx_best_warn_of_unknown(const hx_fleet *fleet);

#endif
