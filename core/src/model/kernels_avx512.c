#include "model/kernels_levels.h"
#if defined(__x86_64__)
#define PVS_LEVEL      pvs_kernels_avx512
#define PVS_LEVEL_TEXT "avx512"
#define PVS_WIDTH      8
#define PVS_LANES_FROM 5
#include <immintrin.h>

typedef __mmask8 lanes_set;
#define PVS_MAX(a, b)              ((vec)_mm512_max_pd((__m512d)(a), (__m512d)(b)))
#define PVS_MIN(a, b)              ((vec)_mm512_min_pd((__m512d)(a), (__m512d)(b)))
#define PVS_GREATER(a, b)          _mm512_cmp_pd_mask((__m512d)(a), (__m512d)(b), _CMP_GT_OQ)
#define PVS_LESS_OF(m, a, b)       _mm512_mask_cmp_pd_mask(m, (__m512d)(a), (__m512d)(b), _CMP_LT_OQ)
#define PVS_AT_MOST_OF(m, a, b)    _mm512_mask_cmp_pd_mask(m, (__m512d)(a), (__m512d)(b), _CMP_LE_OQ)
#define PVS_FLAGGED(x, bit)        _mm512_test_epi64_mask((__m512i)(x), _mm512_set1_epi64(bit))
#define PVS_NEGATIVE(x)            _mm512_movepi64_mask((__m512i)(x))
#define PVS_NOBODY                 0
#define PVS_EITHER(m, n)           _kor_mask8(m, n)
#define PVS_NOT(m)                 _knot_mask8(m)
#define PVS_BOTH(m, n)             _kand_mask8(m, n)
#define PVS_WITHOUT(m, n)          _kandn_mask8(n, m)
#define PVS_ANY(m)                 (!_kortestz_mask8_u8(m, m))
#define PVS_KEEP(m, a)             ((vec)_mm512_maskz_mov_pd(m, (__m512d)(a)))
#define PVS_SELECT(m, a, b)        ((vec)_mm512_mask_mov_pd((__m512d)(b), m, (__m512d)(a)))
#define PVS_PLUS_PRODUCT(a, b, c)  ((vec)_mm512_fmadd_pd((__m512d)(b), (__m512d)(c), (__m512d)(a)))
#define PVS_MINUS_PRODUCT(a, b, c) ((vec)_mm512_fnmadd_pd((__m512d)(b), (__m512d)(c), (__m512d)(a)))
#include "model/kernels_body.h"
#endif
