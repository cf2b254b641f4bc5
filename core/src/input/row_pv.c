/* The PV file of a scenario and who owns its columns (MODEL.md section 5). */
#include "input/row_pv.h"
#include <math.h>
#include <string.h>

static pvs_code owner_map(pvs_builder *builder, uint32_t folder, uint32_t pv, pvs_owner_map **out,
                          pvs_error *error) {
  pvs_study *study = builder->study;
  pvs_owner_map *map = *out = &builder->owner_maps[(size_t)folder * study->n_pvs + pv];
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

/* With several columns each must name its owner. */
static pvs_code check_owners(const pvs_row *row, const pvs_scenario *scenario, pvs_error *error) {
  pvs_builder *builder = row->builder;
  const pvs_profile *profile = &builder->study->pvs[scenario->pv].profile;
  pvs_owner_map *map;
  pvs_code code = owner_map(builder, scenario->folder, scenario->pv, &map, error);
  if (code)
    return code;
  int32_t wrong = map->stranger;
  if (wrong < 0 && !row->arrangement->central_is_owner)
    wrong = map->column_of[row->folder->n_residents];
  if (wrong < 0)
    return PVS_OK;
  code = pvs_fail(error, PVS_UNKNOWN_ID, pvs_row_at(row, builder->columns->pv_filename),
                  "found PV column '%s' in %s, expected names of customers of load folder '%s'%s",
                  profile->names[wrong], profile->path, row->folder->name,
                  row->arrangement->central_is_owner ? " or central" : "");
  return pvs_settle(&builder->notes, code, error);
}

static pvs_code warn_without_file(const pvs_row *row, pvs_error *error) {
  const struct pvs_study_columns *c = row->builder->columns;
  const char *text = pvs_row_text(row, c->pv_filename);
  if (!*text && row->arrangement->has_pv)
    return pvs_row_warn(row, c->arrangement, error,
                        "found '%s' without a pv_filename in this row: there is no PV",
                        row->arrangement->id);
  if (*text && !row->arrangement->has_pv)
    return pvs_row_warn(row, c->pv_filename, error,
                        "found '%.80s', which is not used: arrangement '%s' has no PV", text,
                        row->arrangement->id);
  return PVS_OK;
}

/* pv_kW_peak where neither the profile nor the capex is scaleable. */
static pvs_code warn_unused_peak(const pvs_row *row, pvs_error *error) {
  const struct pvs_study_columns *c = row->builder->columns;
  bool scaleable = false;
  pvs_code code = pvs_row_boolean(row, c->pv_capex_scaleable, false, &scaleable, error);
  if (code || scaleable || !*pvs_row_text(row, c->pv_kw_peak) ||
      *pvs_row_text(row, c->pv_scaleable))
    return code;
  return pvs_row_warn(row, c->pv_kw_peak, error,
                      "found %.40s, which is not used: pv_scaleable is not TRUE in this row",
                      pvs_row_text(row, c->pv_kw_peak));
}

static pvs_code read_scale(const pvs_row *row, pvs_scenario *scenario, pvs_error *error) {
  const struct pvs_study_columns *c = row->builder->columns;
  bool scaleable;
  double peak;
  pvs_code code = pvs_row_boolean(row, c->pv_scaleable, false, &scaleable, error);
  if (!code)
    code = pvs_row_number(row, c->pv_kw_peak, NAN, &peak, error);
  if (code)
    return code;
  const double profile_kw = row->builder->pv_peaks_kw[scenario->pv];
  if (!scaleable && profile_kw > 0 && profile_kw < 0.1)
    code = pvs_row_warn(row, c->pv_filename, error,
                        "found a profile with at most %.4g kW; PV of buildings has 1 to 500 (is "
                        "pv_scaleable missing?)",
                        profile_kw);
  if (!scaleable)
    return code ? code : warn_unused_peak(row, error);
  if (isnan(peak) && *pvs_row_text(row, c->pv_kw_peak))
    return PVS_OK; /* only in a check: that it is no number is said already */
  if (!(peak >= 0))
    return pvs_row_refuse(row, c->pv_kw_peak >= 0 ? c->pv_kw_peak : c->pv_scaleable, error,
                          "the kWp of a scaleable profile in pv_kW_peak, 0 or more");
  scenario->pv_scale = peak;
  if (peak > 2000 || (peak > 0 && peak < 0.1))
    code = pvs_row_warn(row, c->pv_kw_peak, error, "found %.10g kWp; usual are 1 to 500", peak);
  if (code)
    return code;
  double most_kw = profile_kw * peak;
  if (most_kw > 0 && most_kw < 0.1 * peak)
    return pvs_row_warn(
        row, c->pv_filename, error,
        "found a scaleable profile with at most %.4g kW per kWp; usual are 0.7 to 1.1 "
        "(is it in kWh?)",
        most_kw / peak);
  if (most_kw > 1.7 * peak)
    return pvs_row_warn(
        row, c->pv_filename, error,
        "found a scaleable profile with up to %.4g kW per kWp; usual are 0.7 to 1.1 "
        "(is it a profile for 1 kWp?)",
        most_kw / peak);
  return PVS_OK;
}

pvs_code pvs_row_pv(const pvs_row *row, pvs_scenario *scenario, pvs_error *error) {
  pvs_builder *builder = row->builder;
  const char *text = pvs_row_text(row, builder->columns->pv_filename);
  scenario->pv = PVS_NONE;
  scenario->pv_scale = 1;
  if (!*text || !row->arrangement->has_pv)
    return warn_without_file(row, error);
  char name[PVS_PV_NAME];
  pvs_pv_file_name(text, name);
  uint32_t pv = pvs_intern_find(&builder->pv_names, name, strlen(name));
  if (pv == PVS_INTERN_NONE || builder->study->pvs[pv].profile.n_series == 0)
    return PVS_OK; /* only in a check: it could not be read, which is said already */
  scenario->pv = pv;
  pvs_code code = read_scale(row, scenario, error);
  if (!code && !row->folder->is_unknown && row->arrangement->by_name &&
      builder->study->pvs[pv].profile.n_series > 1)
    code = check_owners(row, scenario, error);
  return code;
}
