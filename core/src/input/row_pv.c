/* The PV file of a scenario and who owns its columns (MODEL.md section 5). */
#include "input/row_pv.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

static pvs_code owner_map(pvs_builder *builder, uint32_t folder, uint32_t pv, pvs_owner_map **out,
                          pvs_error *error) {
  pvs_study *study = builder->study;
  pvs_owner_map *map = *out = &study->owner_maps[(size_t)folder * study->n_pvs + pv];
  if (map->column_of)
    return PVS_OK;
  const pvs_folder *f = &study->folders[folder];
  const pvs_profile *profile = &study->pvs[pv].profile;
  map->column_of = pvs_arena_alloc(builder->arena, f->n_residents + 1, sizeof *map->column_of);
  if (!map->column_of)
    return pvs_fail_memory(error);
  for (uint32_t i = 0; i <= f->n_residents; i++)
    map->column_of[i] = -1;
  map->stranger = -1;
  for (uint32_t column = 0; column < profile->n_series; column++) {
    uint32_t owner = pvs_folder_owner(f, profile->names[column]);
    if (owner == PVS_NONE)
      map->stranger = map->stranger < 0 ? (int32_t)column : map->stranger;
    else
      map->column_of[owner] = (int32_t)column;
  }
  return PVS_OK;
}

pvs_code pvs_row_pv(const pvs_row *row, pvs_scenario *scenario, pvs_error *error) {
  pvs_builder *builder = row->builder;
  const struct pvs_study_columns *c = builder->columns;
  const char *text = pvs_row_text(row, c->pv_filename);
  scenario->pv = PVS_NONE;
  scenario->pv_scale = 1;
  if (!*text || !row->arrangement->has_pv)
    return PVS_OK;
  char name[1024];
  snprintf(name, sizeof name, "%s", text);
  scenario->pv = pvs_intern_find(&builder->pv_names, name, strlen(name));
  if (scenario->pv == PVS_INTERN_NONE) {
    snprintf(name, sizeof name, "%s.csv", text);
    scenario->pv = pvs_intern_find(&builder->pv_names, name, strlen(name));
  }
  bool scaleable;
  double peak;
  pvs_code code = pvs_row_boolean(row, c->pv_scaleable, false, &scaleable, error);
  if (!code)
    code = pvs_row_number(row, c->pv_kw_peak, NAN, &peak, error);
  if (code)
    return code;
  if (scaleable && !(peak >= 0))
    return pvs_fail(error, PVS_BAD_VALUE,
                    pvs_row_at(row, c->pv_kw_peak >= 0 ? c->pv_kw_peak : c->pv_scaleable),
                    PVS_FOUND ", expected the kWp of a scaleable profile in pv_kW_peak, 0 or more",
                    PVS_FOUND_ARGS(pvs_row_text(row, c->pv_kw_peak)));
  if (scaleable)
    scenario->pv_scale = peak;
  const pvs_profile *profile = &builder->study->pvs[scenario->pv].profile;
  if (!row->arrangement->by_name || profile->n_series == 1)
    return PVS_OK;
  pvs_owner_map *map;
  code = owner_map(builder, scenario->folder, scenario->pv, &map, error);
  if (code)
    return code;
  int32_t wrong = map->stranger;
  if (wrong < 0 && !row->arrangement->central_is_owner)
    wrong = map->column_of[row->folder->n_residents];
  if (wrong >= 0)
    return pvs_fail(error, PVS_UNKNOWN_ID, pvs_row_at(row, c->pv_filename),
                    "found PV column '%s' in %s, expected names of customers of load folder '%s'%s",
                    profile->names[wrong], profile->path, row->folder->name,
                    row->arrangement->central_is_owner ? " or central" : "");
  return PVS_OK;
}
