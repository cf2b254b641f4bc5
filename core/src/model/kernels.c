#include "model/kernels.h"
#include "base/simd.h"
#include "model/kernels_levels.h"

/* Best first, ended by NULL: the levels of a processor are the end of this list. */
static const pvs_kernels *const levels[] = {
#if defined(__x86_64__)
    &pvs_kernels_avx512, &pvs_kernels_avx2,
#endif
    &pvs_kernels_portable, NULL};

static const pvs_kernels *const *from(pvs_simd level) {
  return levels + sizeof levels / sizeof *levels - 2 - (size_t)level;
}

const pvs_kernels *const *pvs_kernels_available(void) {
  return from(pvs_simd_best());
}

const pvs_kernels *pvs_kernels_choose(const char *forced) {
  pvs_simd level;
  return pvs_simd_find(forced, &level) ? *from(level) : NULL;
}
