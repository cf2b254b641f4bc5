/* Instructions per cycle of the calling thread, where the system has counters and allows them. */
#ifndef BM_IPC_H
#define BM_IPC_H

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct bm_ipc {
  int cycles, instructions; /* descriptors; -1: not there */
} bm_ipc;

void bm_ipc_start(bm_ipc *ipc);
/* False: not counted. */
bool bm_ipc_stop(bm_ipc *ipc, double *instructions_per_cycle);

#ifdef __cplusplus
}
#endif
#endif
