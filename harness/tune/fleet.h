/* Many machines at once: the best configuration of each, and the best single choice for all of
 * them. */
#ifndef HX_TUNE_FLEET_H
#define HX_TUNE_FLEET_H

#include "measure/store.h"

/* The optimum of one machine (and set of allowed CPUs) for the workload. */
typedef struct hx_fleet_machine {
  char machine[64], allocation[128], tuned[11];
  char config[256];
  double seconds, speedup; /* when it was tuned */
  double loss; /* loss of the single choice on this machine: its seconds / those of the fastest - 1;
                * NaN: not measured */
} hx_fleet_machine;

typedef struct hx_fleet {
  char *workload;
  hx_fleet_machine *machines;
  size_t n;
  /* Of the configurations that were measured on every machine, the one whose largest loss is
   * smallest; "" if there is none. */
  char serves_all[256];
  double worst_loss;
  size_t candidates; /* how many configurations were measured on every machine */
  /* Folders of the store that are not in `machines`, since they hold no optimum for the workload: so
   * many, and their names. */
  size_t n_unknown;
  char unknown[512];
} hx_fleet;

/* From results/<machine>/ of every machine there: `workload` NULL means the one that most machines
 * were tuned for, of several the first by name. An error when there is no recommendation, or a store
 * cannot be read. deinit in any case. */
bool hx_fleet_read(hx_fleet *fleet, const char *results, const char *workload, pvs_error *error);
void hx_fleet_deinit(hx_fleet *fleet);

#endif
