#include "study/profile.h"

void pvs_profile_deinit(pvs_profile *profile) {
  pvs_arena_deinit(&profile->arena);
  *profile = (pvs_profile){0};
}
