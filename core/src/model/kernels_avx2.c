#include "model/kernels_levels.h"
#if defined(__x86_64__)
#define PVS_LEVEL      pvs_kernels_avx2
#define PVS_LEVEL_TEXT "avx2"
#define PVS_WIDTH      4
#define PVS_LANES_FROM 5
#include <immintrin.h>

#define PVS_MAX(a, b)              ((vec)_mm256_max_pd((__m256d)(a), (__m256d)(b)))
#define PVS_MIN(a, b)              ((vec)_mm256_min_pd((__m256d)(a), (__m256d)(b)))
#define PVS_ANY(m)                 (_mm256_movemask_pd((__m256d)(m)) != 0)
#define PVS_SELECT(m, a, b)        ((vec)_mm256_blendv_pd((__m256d)(b), (__m256d)(a), (__m256d)(m)))
#define PVS_PLUS_PRODUCT(a, b, c)  ((vec)_mm256_fmadd_pd((__m256d)(b), (__m256d)(c), (__m256d)(a)))
#define PVS_MINUS_PRODUCT(a, b, c) ((vec)_mm256_fnmadd_pd((__m256d)(b), (__m256d)(c), (__m256d)(a)))
#include "model/kernels_body.h"
#endif
