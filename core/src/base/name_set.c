#include "base/name_set.h"

#include "base/unicode.h"

#include <stdlib.h>
#include <string.h>

void pvs_name_set_init(pvs_name_set *set) {
  *set = (pvs_name_set){0};
  pvs_arena_init(&set->arena);
  pvs_intern_init(&set->names, &set->arena);
  pvs_intern_init(&set->looks, &set->arena);
}

void pvs_name_set_deinit(pvs_name_set *set) {
  free(set->firsts.items);
  pvs_intern_deinit(&set->names);
  pvs_intern_deinit(&set->looks);
  pvs_arena_deinit(&set->arena);
}

pvs_code pvs_name_set_add(pvs_name_set *set, const char *name, int *is_new, const char **twin,
                          pvs_error *error) {
  *twin = NULL;
  const uint32_t number = pvs_intern_add(&set->names, name, strlen(name), is_new);
  if (number == PVS_INTERN_NONE) {
    return pvs_fail_memory(error);
  }
  if (!*is_new) {
    return PVS_OK;
  }
  char *space = pvs_arena_small(&set->arena, strlen(name) + 1);
  if (space == NULL) {
    return pvs_fail_memory(error);
  }
  int is_new_look;
  const uint32_t look =
      pvs_intern_add(&set->looks, space, pvs_unicode_look(name, space), &is_new_look);
  if (look == PVS_INTERN_NONE) {
    return pvs_fail_memory(error);
  }
  if (!is_new_look) {
    *twin = set->firsts.items[look];
    return PVS_OK;
  }
  const char **first = PVS_LIST_ADD(set->firsts);
  if (first == NULL) {
    return pvs_fail_memory(error);
  }
  *first = set->names.keys[number];
  return PVS_OK;
}
