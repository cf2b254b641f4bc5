#include "model/arrangement.h"
#include <stddef.h>
#include <string.h>

const pvs_arrangement *const *pvs_arrangements(void) {
  static const pvs_arrangement *const list[] = {
      &pvs_arr_bau,     &pvs_arr_bau_bat, &pvs_arr_en,      &pvs_arr_en_pv,
      &pvs_arr_cp_only, &pvs_arr_btm_i_u, &pvs_arr_btm_i_c, &pvs_arr_btm_s_u,
      &pvs_arr_btm_s_c, &pvs_arr_btm_p_u, &pvs_arr_btm_p_c, NULL,
  };
  return list;
}

const pvs_arrangement *pvs_arrangement_find(const char *id) {
  for (const pvs_arrangement *const *a = pvs_arrangements(); *a; a++)
    if (strcmp((*a)->id, id) == 0)
      return *a;
  return NULL;
}
