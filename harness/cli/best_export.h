/* A recommendation in the forms that scripts and job files take. */
#ifndef HX_CLI_BEST_EXPORT_H
#define HX_CLI_BEST_EXPORT_H

#include "pvs/pvs.h"

#include "machine/topo.h"
#include "measure/store.h"

#include <stdbool.h>

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

#endif
