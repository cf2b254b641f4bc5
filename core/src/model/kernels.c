#include "model/kernels.h"
#include "model/kernels_levels.h"
#include <string.h>

/* Best first; what this CPU lacks is left out of each list. */
#if defined(__x86_64__)
static const pvs_kernels *const with_avx512[] = {&pvs_kernels_avx512, &pvs_kernels_avx2,
                                                 &pvs_kernels_portable, NULL};
static const pvs_kernels *const with_avx2[] = {&pvs_kernels_avx2, &pvs_kernels_portable, NULL};
#endif
static const pvs_kernels *const anywhere[] = {&pvs_kernels_portable, NULL};

const pvs_kernels *const *pvs_kernels_available(void) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512vl"))
    return with_avx512;
  if (__builtin_cpu_supports("avx2"))
    return with_avx2;
#endif
  return anywhere;
}

const pvs_kernels *pvs_kernels_choose(const char *forced) {
  const pvs_kernels *const *levels = pvs_kernels_available();
  if (!forced)
    return levels[0];
  for (; *levels; levels++)
    if (strcmp((*levels)->name, forced) == 0)
      return *levels;
  return NULL;
}
