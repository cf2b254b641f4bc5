#include <limits.h>
#define PVS_LEVEL      pvs_kernels_portable
#define PVS_LEVEL_TEXT "portable"
#define PVS_WIDTH      2
#define PVS_LANES_FROM UINT_MAX /* never: two at a time do not outweigh the turning */
#if defined(__SSE2__)
#include <emmintrin.h>
#define PVS_MAX(a, b) ((vec)_mm_max_pd((__m128d)(a), (__m128d)(b)))
#define PVS_MIN(a, b) ((vec)_mm_min_pd((__m128d)(a), (__m128d)(b)))
#define PVS_ANY(m)    (_mm_movemask_pd((__m128d)(m)) != 0)
#else
#define PVS_MAX(a, b) PVS_SELECT((bits)((a) > (b)), a, b)
#define PVS_MIN(a, b) PVS_SELECT((bits)((a) < (b)), a, b)
#define PVS_ANY(m)    (((m)[0] | (m)[1]) != 0)
#endif
#define PVS_SELECT(m, a, b) ((vec)(((m) & (bits)(a)) | (~(m) & (bits)(b))))
#include "model/kernels_body.h"
