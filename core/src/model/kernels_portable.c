#define PVS_LEVEL      pvs_kernels_portable
#define PVS_LEVEL_TEXT "portable"
#include "model/kernels_body.h"
#include "model/kernels_levels.h"
