#include "input/customers.h"
#include "input/profile.h"
#include <stdio.h>
#include <string.h>

static pvs_where at_header(const pvs_profile *profile, uint32_t column) {
  return (pvs_where){.file = profile->path,
                     .row = pvs_profile_header_row(profile),
                     .column = profile->names[column]};
}

/* ---- registers ---- */

/* Names of registers, as tariff_calendar.csv has them. */
static pvs_code list_registers(pvs_builder *builder, pvs_error *error) {
  const pvs_table *table = &builder->charge_table;
  int32_t column;
  pvs_code code = pvs_table_column(table, "register", false, &column, error);
  if (code)
    return pvs_settle(&builder->notes, code, error);
  for (uint32_t row = 0; row < table->n_rows; row++) {
    const char *name = pvs_table_cell(table, row, column);
    if (*name &&
        pvs_intern_add(&builder->register_names, name, strlen(name), NULL) == PVS_INTERN_NONE)
      return pvs_fail_memory(error);
  }
  builder->study->n_registers = builder->register_names.count;
  return PVS_OK;
}

/* The column of the customer in whose name CUSTOMER:REGISTER begins; PVS_NONE: it is no such name. */
static uint32_t owner_column(const pvs_profile *profile, const char *name, const char **rest) {
  const char *colon = strrchr(name, ':');
  if (!colon)
    return PVS_NONE;
  *rest = colon + 1;
  size_t length = (size_t)(colon - name);
  for (uint32_t i = 0; i < profile->n_series; i++)
    if (strlen(profile->names[i]) == length && strncmp(profile->names[i], name, length) == 0)
      return i;
  return PVS_NONE;
}

static bool is_register(const pvs_builder *builder, const pvs_profile *profile, uint32_t column) {
  const char *rest = NULL;
  return owner_column(profile, profile->names[column], &rest) != PVS_NONE &&
         pvs_intern_find(&builder->register_names, rest, strlen(rest)) != PVS_INTERN_NONE;
}

/* A name that may be meant as CUSTOMER:REGISTER, of which one is not known. */
static pvs_code warn_unknown(pvs_builder *builder, const pvs_profile *profile, uint32_t column,
                             pvs_error *error) {
  static const char counts[] = "this column counts as a household of its own";
  const char *name = profile->names[column], *colon = strrchr(name, ':'), *rest = NULL;
  const pvs_where where = at_header(profile, column);
  if (!colon)
    return PVS_OK;
  if (owner_column(profile, name, &rest) != PVS_NONE)
    return pvs_warn(&builder->notes, error, where,
                    "%s: no row of reference/tariff_calendar.csv has the register '%.80s'", counts,
                    rest);
  if (builder->register_names.count == 0)
    return PVS_OK;
  return pvs_warn(&builder->notes, error, where,
                  "%s: there is no customer '%.*s' whose register it could be", counts,
                  (int)(colon - name), name);
}

static pvs_code take_registers(pvs_builder *builder, pvs_folder *folder, pvs_error *error) {
  const pvs_profile *first = &builder->study->loads[folder->first_load].profile;
  folder->registers = pvs_arena_alloc(builder->arena, first->n_series, sizeof *folder->registers);
  if (!folder->registers)
    return pvs_fail_memory(error);
  for (uint32_t i = 0; i < first->n_series; i++) {
    if (!is_register(builder, first, i))
      continue;
    const char *rest = "";
    const char *owner = first->names[owner_column(first, first->names[i], &rest)];
    uint32_t resident = 0;
    while (resident < folder->n_residents && strcmp(folder->residents[resident], owner) != 0)
      resident++;
    if (resident == folder->n_residents)
      return pvs_fail(error, PVS_BAD_VALUE, at_header(first, i),
                      "found the register of a register, expected CUSTOMER:REGISTER");
    folder->registers[folder->n_registers++] = (pvs_register){
        .column = first->names[i],
        .owner = resident,
        .number = pvs_intern_find(&builder->register_names, rest, strlen(rest)),
    };
  }
  return PVS_OK;
}

/* ---- customers ---- */

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
    if (is_register(builder, first, i))
      continue;
    pvs_code code = warn_unknown(builder, first, i, error);
    if (code)
      return code;
    if (strcmp(first->names[i], "cp") == 0)
      folder->cp = folder->n_residents;
    folder->residents[folder->n_residents++] = first->names[i];
  }
  if (folder->cp == PVS_NONE) {
    folder->cp = folder->n_residents;
    folder->residents[folder->n_residents++] = "cp";
  }
  folder->averaged = pvs_arena_alloc(builder->arena, folder->n_residents, sizeof *folder->averaged);
  if (!folder->averaged)
    return pvs_fail_memory(error);
  for (uint32_t customer = 1; customer < folder->n_residents; customer++) {
    const char *name = folder->residents[pvs_customer_resident(folder, customer)];
    folder->averaged[customer] = !strstr(name, "cp");
    pvs_code code =
        folder->averaged[customer]
            ? PVS_OK
            : pvs_warn(&builder->notes, error,
                       (pvs_where){.file = first->path,
                                   .row = pvs_profile_header_row(first),
                                   .column = name},
                       "this household is left out of average_hh_… and of the customer results, "
                       "because its name contains 'cp'");
    if (code)
      return code;
  }
  if (folder->n_residents > study->max_residents)
    study->max_residents = folder->n_residents;
  return take_registers(builder, folder, error);
}

/* So that a check sees what else is wrong with scenarios of a folder that cannot be read. */
static pvs_code take_nobody(pvs_builder *builder, pvs_folder *folder, pvs_error *error) {
  folder->is_unknown = true;
  folder->residents = pvs_arena_alloc(builder->arena, 1, sizeof *folder->residents);
  folder->averaged = pvs_arena_alloc(builder->arena, 1, sizeof *folder->averaged);
  if (!folder->residents || !folder->averaged)
    return pvs_fail_memory(error);
  folder->residents[0] = "cp";
  folder->n_residents = 1;
  if (builder->study->max_residents == 0)
    builder->study->max_residents = 1;
  return PVS_OK;
}

static const char *load_name(const pvs_folder *folder, uint32_t i) {
  return i < folder->n_residents ? folder->residents[i]
                                 : folder->registers[i - folder->n_residents].column;
}

/* The load of that name, of a resident or a register; `guess` first: files list the same customers in
 * the same order. */
static uint32_t load_named(const pvs_folder *folder, const char *name, uint32_t guess) {
  uint32_t n = folder->n_residents + folder->n_registers, i = 0;
  if (guess < n && strcmp(load_name(folder, guess), name) == 0)
    return guess;
  while (i < n && strcmp(load_name(folder, i), name) != 0)
    i++;
  return i;
}

static pvs_code take_series(pvs_builder *builder, pvs_load *load, const double *nothing,
                            pvs_error *error) {
  pvs_study *study = builder->study;
  const pvs_folder *folder = &study->folders[load->folder];
  const pvs_profile *profile = &load->profile, *first = &study->loads[folder->first_load].profile;
  uint32_t n = folder->n_residents + folder->n_registers;
  load->series = pvs_arena_alloc(builder->arena, n, sizeof *load->series);
  if (!load->series)
    return pvs_fail_memory(error);
  for (uint32_t i = 0; i < profile->n_series; i++) {
    uint32_t named = load_named(folder, profile->names[i], i);
    if (named == n)
      return pvs_fail(error, PVS_MISMATCH, at_header(profile, i),
                      "found customer '%s', who is not in %s: expected the same customers in all "
                      "files of a load folder",
                      profile->names[i], first->path);
    load->series[named] = pvs_profile_series(profile, i);
  }
  for (uint32_t i = 0; i < n; i++) {
    if (load->series[i])
      continue;
    if (i != folder->cp)
      return pvs_fail(error, PVS_MISMATCH,
                      (pvs_where){.file = profile->path, .row = pvs_profile_header_row(profile)},
                      "found no customer '%s' of %s: expected the same customers in all files of "
                      "a load folder",
                      load_name(folder, i), first->path);
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

/* Only one of two files says in which zone its times are. A file in UTC has its own warning. */
static pvs_code warn_half_zoned(pvs_builder *builder, const pvs_profile *first,
                                const pvs_profile *profile, pvs_error *error) {
  static const char without[] = "without a zone";
  int32_t zone_s = profile->has_zone ? profile->zone_s : first->zone_s;
  if (profile->has_zone == first->has_zone || zone_s == 0)
    return PVS_OK;
  char zone[PVS_ZONE_LENGTH + 1], with[32];
  snprintf(with, sizeof with, "of the zone %s", pvs_format_zone(zone, zone_s));
  return pvs_warn(
      &builder->notes, error,
      (pvs_where){.file = profile->path, .row = pvs_profile_row(profile, 0), .column = "timestamp"},
      "found times %s, and %s in %.400s: both are taken for local standard time",
      profile->has_zone ? with : without, first->has_zone ? with : without, first->path);
}

static pvs_code check_time(pvs_builder *builder, const pvs_profile *first,
                           const pvs_profile *profile, pvs_error *error) {
  if (!is_there(profile))
    return PVS_OK;
  pvs_code code = pvs_settle(&builder->notes, pvs_profile_same_time(first, profile, error), error);
  return code ? code : warn_half_zoned(builder, first, profile, error);
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
  pvs_code code = nothing ? list_registers(builder, error) : pvs_fail_memory(error);
  for (uint32_t i = 0; i < study->n_folders && !code; i++) {
    pvs_folder *folder = &study->folders[i];
    if (folder->n_loads > 0 && is_there(&study->loads[folder->first_load].profile))
      code = take_residents(builder, folder, error);
    else
      code = take_nobody(builder, folder, error);
  }
  for (uint32_t i = 0; i < study->n_loads && !code; i++) {
    pvs_load *load = &study->loads[i];
    if (is_there(&load->profile) && !study->folders[load->folder].is_unknown)
      code = pvs_settle(&builder->notes, take_series(builder, load, nothing, error), error);
  }
  for (uint32_t i = 0; i < study->n_pvs && !code; i++)
    if (is_there(&study->pvs[i].profile) && study->pvs[i].profile.stride == study->stride)
      code = take_pv(builder, &study->pvs[i], error);
  return code;
}
