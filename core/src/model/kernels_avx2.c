#include "model/kernels_levels.h"
#if defined(__x86_64__)
#define PVS_LEVEL      pvs_kernels_avx2
#define PVS_LEVEL_TEXT "avx2"
#define PVS_WIDTH      4
#include "model/kernels_body.h"
#endif
