#include "pvs/pvs.h"

const char *pvs_version(void) {
  return PVS_VERSION;
}

long pvs_version_number(void) {
  return PVS_VERSION_NUMBER;
}
