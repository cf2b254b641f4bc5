#include "model/kernels_levels.h"
#if defined(__x86_64__)
#define PVS_LEVEL      pvs_kernels_avx512
#define PVS_LEVEL_TEXT "avx512"
#define PVS_WIDTH      8
#include "model/kernels_body.h"
#endif
