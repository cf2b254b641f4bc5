#include "input/customers.h"
#include "input/profile.h"
#include <string.h>

/* Customers of a folder, from its first file; the others must have the same. */
static pvs_code take_residents(pvs_builder *builder, pvs_folder *folder, pvs_error *error) {
  pvs_study *study = builder->study;
  const pvs_profile *first = &study->loads[folder->first_load].profile;
  folder->residents =
      pvs_arena_alloc(builder->arena, first->n_series + 1, sizeof *folder->residents);
  if (!folder->residents)
    return pvs_fail_memory(error);
  folder->cp = PVS_NONE;
  for (uint32_t i = 0; i < first->n_series; i++) {
    folder->residents[i] = first->names[i];
    if (strcmp(first->names[i], "cp") == 0)
      folder->cp = i;
  }
  folder->n_residents = first->n_series;
  if (folder->cp == PVS_NONE) {
    folder->cp = folder->n_residents;
    folder->residents[folder->n_residents++] = "cp";
  }
  folder->averaged = pvs_arena_alloc(builder->arena, folder->n_residents, sizeof *folder->averaged);
  if (!folder->averaged)
    return pvs_fail_memory(error);
  for (uint32_t customer = 1; customer < folder->n_residents; customer++)
    folder->averaged[customer] =
        !strstr(folder->residents[pvs_customer_resident(folder, customer)], "cp");
  if (folder->n_residents > study->max_residents)
    study->max_residents = folder->n_residents;
  return PVS_OK;
}

/* The resident of that name; `guess` first: files list the same customers in the same order. */
static uint32_t resident_named(const pvs_folder *folder, const char *name, uint32_t guess) {
  if (guess < folder->n_residents && strcmp(folder->residents[guess], name) == 0)
    return guess;
  uint32_t i = 0;
  while (i < folder->n_residents && strcmp(folder->residents[i], name) != 0)
    i++;
  return i;
}

static pvs_code take_series(pvs_builder *builder, pvs_load *load, const double *nothing,
                            pvs_error *error) {
  pvs_study *study = builder->study;
  const pvs_folder *folder = &study->folders[load->folder];
  const pvs_profile *profile = &load->profile, *first = &study->loads[folder->first_load].profile;
  uint32_t n = folder->n_residents;
  load->series = pvs_arena_alloc(builder->arena, n, sizeof *load->series);
  if (!load->series)
    return pvs_fail_memory(error);
  for (uint32_t i = 0; i < profile->n_series; i++) {
    uint32_t resident = resident_named(folder, profile->names[i], i);
    if (resident == n)
      return pvs_fail(error, PVS_MISMATCH,
                      (pvs_where){.file = profile->path, .row = 1, .column = profile->names[i]},
                      "found customer '%s', who is not in %s: expected the same customers in all "
                      "files of a load folder",
                      profile->names[i], first->path);
    load->series[resident] = pvs_profile_series(profile, i);
  }
  for (uint32_t i = 0; i < n; i++) {
    if (load->series[i])
      continue;
    if (i != folder->cp)
      return pvs_fail(error, PVS_MISMATCH, (pvs_where){.file = profile->path, .row = 1},
                      "found no customer '%s' of %s: expected the same customers in all files of "
                      "a load folder",
                      folder->residents[i], first->path);
    load->series[i] = nothing;
  }
  return PVS_OK;
}

static pvs_code take_pv(pvs_builder *builder, pvs_pv *pv, pvs_error *error) {
  pvs_study *study = builder->study;
  pv->total = pvs_profile_series(&pv->profile, 0);
  if (pv->profile.n_series == 1)
    return PVS_OK;
  double *total = pvs_arena_alloc(builder->arena, study->stride, sizeof *total);
  if (!total)
    return pvs_fail_memory(error);
  const pvs_kernels *kernels = pvs_kernels_choose(NULL);
  for (uint32_t i = 0; i < pv->profile.n_series; i++)
    kernels->add(study->stride, pvs_profile_series(&pv->profile, i), total);
  pv->total = total;
  return PVS_OK;
}

/* Files that could not be read, which only a check gets past, have no series. */
static bool is_there(const pvs_profile *profile) {
  return profile->n_series > 0;
}

static pvs_code check_time(pvs_builder *builder, const pvs_profile *first,
                           const pvs_profile *profile, pvs_error *error) {
  return !is_there(profile)
             ? PVS_OK
             : pvs_settle(&builder->notes, pvs_profile_same_time(first, profile, error), error);
}

pvs_code pvs_profiles_check(pvs_builder *builder, pvs_error *error) {
  pvs_study *study = builder->study;
  const pvs_profile *first = NULL;
  for (uint32_t i = study->n_loads; i-- > 0;)
    if (is_there(&study->loads[i].profile))
      first = &study->loads[i].profile;
  if (!first)
    return pvs_fail(error, PVS_EMPTY, (pvs_where){.file = builder->study_path},
                    "no load file could be read, so scenarios were not checked");
  pvs_code code = PVS_OK;
  for (uint32_t i = 0; i < study->n_loads && !code; i++)
    code = check_time(builder, first, &study->loads[i].profile, error);
  for (uint32_t i = 0; i < study->n_pvs && !code; i++)
    code = check_time(builder, first, &study->pvs[i].profile, error);
  if (code)
    return code;
  pvs_calendar *calendar = &study->metering.calendar;
  *calendar =
      (pvs_calendar){.start = first->start, .steps = first->steps, .interval_s = first->interval_s};
  pvs_time last = first->start + (pvs_time)(first->steps - 1) * first->interval_s;
  pvs_time day = PVS_SECONDS_PER_DAY,
           shift = 1000000 * day; /* keeps the division's operands positive */
  calendar->n_days = (uint32_t)((last + shift) / day - (first->start + shift) / day + 1);
  study->stride = first->stride;
  uint32_t slots = PVS_SECONDS_PER_DAY / first->interval_s;
  study->chunk = slots > 0 && slots <= PVS_CHUNK && slots % PVS_LANES == 0
                     ? PVS_CHUNK / slots * slots
                     : PVS_CHUNK;
  study->metering.num_days =
      (uint32_t)((uint64_t)first->steps * first->interval_s / PVS_SECONDS_PER_DAY);
  return PVS_OK;
}

pvs_code pvs_customers_take(pvs_builder *builder, pvs_error *error) {
  pvs_study *study = builder->study;
  double *nothing = pvs_arena_alloc(builder->arena, study->stride, sizeof *nothing);
  pvs_code code = nothing ? PVS_OK : pvs_fail_memory(error);
  for (uint32_t i = 0; i < study->n_folders && !code; i++) {
    pvs_folder *folder = &study->folders[i];
    if (folder->n_loads > 0 && is_there(&study->loads[folder->first_load].profile))
      code = take_residents(builder, folder, error);
  }
  for (uint32_t i = 0; i < study->n_loads && !code; i++) {
    pvs_load *load = &study->loads[i];
    if (is_there(&load->profile) && study->folders[load->folder].n_residents > 0)
      code = pvs_settle(&builder->notes, take_series(builder, load, nothing, error), error);
  }
  for (uint32_t i = 0; i < study->n_pvs && !code; i++)
    if (is_there(&study->pvs[i].profile) && study->pvs[i].profile.stride == study->stride)
      code = take_pv(builder, &study->pvs[i], error);
  return code;
}
