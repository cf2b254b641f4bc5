/* The tables that kernels.c chooses from. Only kernels_<level>.c, compiled for that level, defines
 * one. */
#ifndef PVS_MODEL_KERNELS_LEVELS_H
#define PVS_MODEL_KERNELS_LEVELS_H

#include "model/kernels.h"

extern const pvs_kernels pvs_kernels_portable;
#if defined(__x86_64__)
extern const pvs_kernels pvs_kernels_avx2, pvs_kernels_avx512;
#endif

#endif
