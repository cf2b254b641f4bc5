/* One rank of an MPI run: loads MPI, and agrees with the other ranks on errors. */
#ifndef HX_CLUSTER_CLUSTER_H
#define HX_CLUSTER_CLUSTER_H

#include "cluster/transport.h"
#include "machine/cpuset.h"
#include "pvs/pvs.h"

typedef struct hx_cluster {
  const hx_transport *mpi;
  hx_transport_place place;
  /* How many ranks share this one's CPUs (the same node and the same affinity), itself included, and
   * which of them it is, from 0. Launchers that bind give each rank CPUs of its own. */
  int sharing, sharing_index;
} hx_cluster;

/* The rank of this process, which its launcher puts into the environment, before MPI is loaded; 0
 * without a launcher. *ranks: the number of ranks; 0: no launcher. */
int hx_cluster_launched(int *ranks);

/* The module that fits the launcher, or the first one there is: in $PVTUNE_MPI (a file), beside the
 * program, or in ../lib/pvtune. The error says what to install when there is none. */
const hx_transport *hx_cluster_load(const char *self_path, pvs_error *error);

/* Starts the program's own command line again, as `ranks` ranks on this machine: returns only if that
 * fails. `telemetry_fd` is a file descriptor that rank 0 is to find, under the name that
 * hx_cluster_telemetry_path gives there (launchers close descriptors); -1: none. */
bool hx_cluster_launch(const char *self_path, int ranks, int telemetry_fd, pvs_error *error);
/* NULL: the descriptor itself is there. */
const char *hx_cluster_telemetry_path(void);

/* Starts MPI. The process must not be forked afterwards. */
bool hx_cluster_start(hx_cluster *cluster, const char *self_path, pvs_error *error);
void hx_cluster_stop(hx_cluster *cluster); /* collective; fine if it was never started */

/* Collective: true if `ok` is true on all ranks. Otherwise, on every rank, *error becomes the error
 * of the first rank that failed, and *status its exit code. */
bool hx_cluster_agree(const hx_cluster *cluster, bool ok, int *status, pvs_error *error);

#endif
