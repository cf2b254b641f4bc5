#define PVS_LEVEL      pvs_kernels_portable
#define PVS_LEVEL_TEXT "portable"
#define PVS_WIDTH      2
#include "model/kernels_body.h"
#include "model/kernels_levels.h"
