/* The SIMD level of this processor. Model kernels, profile readers and digests all choose their code
 * by it, and none of them asks the processor itself; every level gives the same bits. */
#ifndef PVS_BASE_SIMD_H
#define PVS_BASE_SIMD_H

#include <stdbool.h>

/* In ascending order: a processor that has one of them has those before it too. */
typedef enum pvs_simd {
  PVS_SIMD_PORTABLE, /* whatever the compiler's target has */
  PVS_SIMD_AVX2,     /* with FMA, BMI1, BMI2 and POPCNT: Haswell (2013), Zen and later */
  PVS_SIMD_AVX512,   /* with F, DQ, BW, VL and VBMI2: Ice Lake (2019), Zen 4 and later */
  PVS_SIMD_LEVELS
} pvs_simd;

/* "portable", "avx2", "avx512". */
const char *pvs_simd_name(pvs_simd level);
/* The highest level that this processor has. */
pvs_simd pvs_simd_best(void);
/* The level of that name, or the best one for NULL. False: no such level, or not on this
 * processor. */
bool pvs_simd_find(const char *name, pvs_simd *level);

#endif
