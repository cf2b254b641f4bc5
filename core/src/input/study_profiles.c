/* A study's load and PV files, when all are read: checked together, added up, metered. */
#include "input/study.h"
#include <string.h>

/* Customers of a folder, from its first file; the others must have the same. */
static pvs_code take_residents(struct pvs_study *study, pvs_folder *folder, pvs_error *error) {
  const pvs_profile *first = &study->loads[folder->first_load].profile;
  folder->residents =
      pvs_arena_alloc(&study->arena, first->n_series + 1, sizeof *folder->residents);
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
  folder->averaged = pvs_arena_alloc(&study->arena, folder->n_residents, sizeof *folder->averaged);
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

static pvs_code take_series(struct pvs_study *study, pvs_load *load, const double *nothing,
                            pvs_error *error) {
  const pvs_folder *folder = &study->folders[load->folder];
  const pvs_profile *profile = &load->profile, *first = &study->loads[folder->first_load].profile;
  uint32_t n = folder->n_residents;
  load->series = pvs_arena_alloc(&study->arena, n, sizeof *load->series);
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

static pvs_code take_pv(struct pvs_study *study, pvs_pv *pv, pvs_error *error) {
  pv->total = pvs_profile_series(&pv->profile, 0);
  if (pv->profile.n_series == 1)
    return PVS_OK;
  double *total = pvs_arena_alloc(&study->arena, study->stride, sizeof *total);
  if (!total)
    return pvs_fail_memory(error);
  const pvs_kernels *kernels = pvs_kernels_choose(NULL);
  for (uint32_t i = 0; i < pv->profile.n_series; i++)
    kernels->add(study->stride, pvs_profile_series(&pv->profile, i), total);
  pv->total = total;
  return PVS_OK;
}

pvs_code pvs_profiles_check(struct pvs_study *study, pvs_error *error) {
  const pvs_profile *first = &study->loads[0].profile;
  for (uint32_t i = 1; i < study->n_loads; i++) {
    pvs_code code = pvs_profile_same_time(first, &study->loads[i].profile, error);
    if (code)
      return code;
  }
  for (uint32_t i = 0; i < study->n_pvs; i++) {
    pvs_code code = pvs_profile_same_time(first, &study->pvs[i].profile, error);
    if (code)
      return code;
  }
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

pvs_code pvs_profiles_take(struct pvs_study *study, pvs_error *error) {
  double *nothing = pvs_arena_alloc(&study->arena, study->stride, sizeof *nothing);
  pvs_code code = nothing ? PVS_OK : pvs_fail_memory(error);
  for (uint32_t i = 0; i < study->n_folders && !code; i++)
    code = take_residents(study, &study->folders[i], error);
  for (uint32_t i = 0; i < study->n_loads && !code; i++) {
    pvs_load *load = &study->loads[i];
    code = take_series(study, load, nothing, error);
  }
  for (uint32_t i = 0; i < study->n_pvs && !code; i++) {
    pvs_pv *pv = &study->pvs[i];
    code = take_pv(study, pv, error);
  }
  return code;
}

static pvs_code allocate_sums(struct pvs_study *study, pvs_load *load, pvs_error *error) {
  uint32_t n = study->folders[load->folder].n_residents;
  pvs_arena *arena = &study->arena;
  load->sum_kwh = pvs_arena_alloc(arena, n, sizeof *load->sum_kwh);
  load->total = pvs_arena_alloc(arena, study->stride, sizeof *load->total);
  load->households = pvs_arena_alloc(arena, study->stride, sizeof *load->households);
  load->usage = pvs_arena_alloc(arena, n, sizeof *load->usage);
  load->never_negative = pvs_arena_alloc(arena, n, sizeof *load->never_negative);
  bool ok = load->sum_kwh && load->total && load->households && load->usage && load->never_negative;
  for (uint32_t i = 0; i < n && ok; i++)
    ok = pvs_usage_init(&load->usage[i], &study->metering, study->needs, arena);
  return ok ? PVS_OK : pvs_fail_memory(error);
}

/* Fetches what comes `ahead` elements later meanwhile. */
static bool has_negative(const double *x, uint32_t n, size_t ahead) {
  uint64_t bits = 0;
  for (uint32_t t = 0; t < n; t += PVS_LANES) {
    __builtin_prefetch(x + t + ahead);
    uint64_t words[PVS_LANES];
    memcpy(words, x + t, sizeof words);
    for (uint32_t i = 0; i < PVS_LANES; i++)
      bits |= words[i];
  }
  bool any = false;
  if (bits >> 63) /* else none has a sign; -0 has one and is not negative */
    for (uint32_t t = 0; t < n; t++)
      any |= x[t] < 0;
  return any;
}

/* Chunk by chunk, so that a customer's steps are fetched from memory once for all sums. */
static void meter_resident(const struct pvs_study *study, pvs_load *load, uint32_t i,
                           const pvs_kernels *kernels) {
  bool household = i != study->folders[load->folder].cp;
  unsigned needs = study->needs & ~(unsigned)PVS_NEED_CONSUMPTION;
  _Alignas(PVS_ALIGN) double lanes[PVS_LANES] = {0};
  pvs_day_rows rows[PVS_CHUNK];
  uint32_t run = 0;
  load->never_negative[i] = true;
  for (uint32_t first = 0; first < study->stride; first += study->chunk) {
    const double *x = load->series[i] + first;
    uint32_t n = study->stride - first < study->chunk ? study->stride - first : study->chunk;
    size_t n_rows = pvs_days_cut(&study->metering.days, &run, first, n, rows);
    kernels->sum(n, x, lanes);
    kernels->add(n, x, load->total + first);
    if (household)
      kernels->add(n, x, load->households + first);
    if (has_negative(x, n, study->chunk))
      load->never_negative[i] = false;
    pvs_usage_add(&load->usage[i], &study->metering, needs, kernels, first, n, x, NULL, n_rows,
                  rows);
  }
  load->sum_kwh[i] = pvs_lanes_sum(lanes);
  load->total_kwh += load->sum_kwh[i];
}

pvs_code pvs_profiles_meter(struct pvs_study *study, pvs_error *error) {
  const pvs_kernels *kernels = pvs_kernels_choose(NULL);
  for (uint32_t f = 0; f < study->n_loads; f++) {
    pvs_load *load = &study->loads[f];
    pvs_code code = allocate_sums(study, load, error);
    if (code)
      return code;
    for (uint32_t i = 0; i < study->folders[load->folder].n_residents; i++)
      meter_resident(study, load, i, kernels);
  }
  return PVS_OK;
}
