#include "base/simd.h"
#include <string.h>

const char *pvs_simd_name(pvs_simd level) {
  static const char *const names[PVS_SIMD_LEVELS] = {"portable", "avx2", "avx512"};
  return names[level];
}

pvs_simd pvs_simd_best(void) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
      __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2") &&
      __builtin_cpu_supports("popcnt")) {
    bool wide = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
                __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
                __builtin_cpu_supports("avx512vbmi2");
    return wide ? PVS_SIMD_AVX512 : PVS_SIMD_AVX2;
  }
#endif
  return PVS_SIMD_PORTABLE;
}

bool pvs_simd_find(const char *name, pvs_simd *level) {
  pvs_simd best = pvs_simd_best();
  *level = best;
  if (!name)
    return true;
  for (int i = 0; i <= (int)best; i++)
    if (strcmp(pvs_simd_name((pvs_simd)i), name) == 0) {
      *level = (pvs_simd)i;
      return true;
    }
  return false;
}
