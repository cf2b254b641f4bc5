#include "model/kernels_levels.h"
#if defined(__x86_64__)
#define PVS_LEVEL      pvs_kernels_avx512
#define PVS_LEVEL_TEXT "avx512"
#define PVS_WIDTH      8
#define PVS_LANES_FROM 5
#include <immintrin.h>
#define PVS_MAX(a, b) ((vec)_mm512_max_pd((__m512d)(a), (__m512d)(b)))
#define PVS_MIN(a, b) ((vec)_mm512_min_pd((__m512d)(a), (__m512d)(b)))
#define PVS_ANY(m)    (_mm512_movepi64_mask((__m512i)(m)) != 0)
#define PVS_SELECT(m, a, b)                                                                        \
  ((vec)_mm512_mask_blend_pd(_mm512_movepi64_mask((__m512i)(m)), (__m512d)(b), (__m512d)(a)))
#include "model/kernels_body.h"
#endif
