#include "input/known_columns.h"
#include "base/similar.h"
#include "input/study_columns.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

/* ---- tables ---- */

typedef struct known_table {
  const pvs_table *table;
  const char *key;
  const char *const *names; /* that are read, besides the key */
  size_t n_names;
  const char *const *numbered; /* read with _1 … _n behind them */
  size_t n_numbered;
  int n;
  bool (*is_one)(const char *header); /* NULL: no others are read */
  bool repeats;                       /* a key may be there several times */
} known_table;

/* For people: in any file, and in those that the reference model came with. */
static const char *const free_names[] = {
    "name",           "note",   "notes",       "comment",      "comments",
    "description",    "source", "rorn",        "rescom",       "tariff_reference",
    "supplier",       "state",  "tariff_name", "release_date", "dlf",
    "capex_scenario", "kW",     "$/W",         "number_units"};

static const char *const tariff_names[] = {
    "tariff_type", "fit_type",        "fit_flat_rate",      "daily_fixed_rate", "flat_rate",
    "discount",    "demand_tariff",   "demand_type",        "demand_start",     "demand_end",
    "demand_week", "block_rate_1",    "block_rate_2",       "block_rate_3",     "high_1",
    "high_2",      "metering_sc_cap", "metering_sc_non_cap"};
static const char *const tariff_numbered[] = {"name", "rate", "start", "end", "week"};
static const char *const battery_names[] = {
    "capacity_kWh", "max_charge_kW", "efficiency_cycle",   "maxDOD",           "maxSOC",
    "max_cycles",   "battery_cost",  "battery_life_years", "battery_inv_cost", "life_bat_inv"};
static const char *const strategy_names[] = {
    "charge_start1",         "charge_end1",      "charge_day1",       "charge_start2",
    "charge_end2",           "charge_day2",      "discharge_start1",  "discharge_end1",
    "discharge_day1",        "discharge_start2", "discharge_end2",    "discharge_day2",
    "charge_c_rate",         "discharge_c_rate", "seasonal_strategy", "prioritise_battery",
    "peak_demand_percentage"};
static const char *const en_names[] = {"site_capex", "unit_capex", "site_opex", "unit_opex"};
static const char *const charge_names[] = {"charge",
                                           "register",
                                           "name",
                                           "rate",
                                           "unit",
                                           "days",
                                           "start",
                                           "end",
                                           "from",
                                           "to",
                                           "per",
                                           "minimum",
                                           "ratchet_percent",
                                           "ratchet_months",
                                           "power_factor",
                                           "limit_kW",
                                           "rate_above",
                                           "up_to_kWh_per_day"};
static const char *const holiday_names[] = {"region"};
static const char *const pv_names[] = {"pv_capex", "inverter_cost", "inverter_life"};

/* Whether `header` is `stem`_1 … `stem`_n. */
static bool is_numbered(const char *header, const char *stem, int n) {
  size_t length = strlen(stem);
  return strncmp(header, stem, length) == 0 && header[length] == '_' && header[length + 1] >= '1' &&
         header[length + 1] <= '0' + n && !header[length + 2];
}

/* The length of what stands before a suffix in any case of letters; 0: the header has none. */
static size_t owner_length(const char *header, const char *suffix) {
  size_t length = strlen(header), n = strlen(suffix);
  return length > n && strcasecmp(header + length - n, suffix) == 0 ? length - n : 0;
}

/* A warning about the period itself names its row. */
static bool is_later_period(const char *header) {
  return strncmp(header, "start_", 6) == 0 && strspn(header + 6, "0123456789") > 0;
}

/* sys_LO_HI, inv_LO_HI */
static bool is_price_point(const char *header) {
  return (strncmp(header, "sys_", 4) == 0 || strncmp(header, "inv_", 4) == 0) &&
         strspn(header + 4, "0123456789.") > 0;
}

/* REGION_start, REGION_end */
static bool is_summer(const char *header) {
  return owner_length(header, "_start") > 0 || owner_length(header, "_end") > 0;
}

static bool is_free(const char *header) {
  bool found = false;
  for (size_t i = 0; i < COUNT_OF(free_names) && !found; i++)
    found = strcasecmp(header, free_names[i]) == 0;
  return found;
}

static bool is_read(const known_table *known, const char *header) {
  bool found = strcmp(header, known->key) == 0 || (known->is_one && known->is_one(header));
  for (size_t i = 0; i < known->n_names && !found; i++)
    found = strcmp(header, known->names[i]) == 0;
  for (size_t i = 0; i < known->n_numbered && !found; i++)
    found = is_numbered(header, known->numbered[i], known->n);
  return found;
}

/* The name that a header is likest to, as names are tried one after the other. */
typedef struct likeness {
  const char *header;
  char name[320];
  int similarity; /* 0: to none */
} likeness;

static void try_name(likeness *found, const char *owner, const char *rest) {
  char name[sizeof found->name];
  snprintf(name, sizeof name, "%s%s", owner, rest);
  int similarity = pvs_similarity(found->header, name);
  if (similarity <= found->similarity)
    return;
  found->similarity = similarity;
  memcpy(found->name, name, sizeof name);
}

static void try_table(const known_table *known, likeness *found) {
  try_name(found, known->key, "");
  for (size_t i = 0; i < known->n_names; i++)
    try_name(found, known->names[i], "");
  for (size_t i = 0; i < known->n_numbered; i++)
    for (int n = 1; n <= known->n; n++) {
      char number[16];
      snprintf(number, sizeof number, "_%d", n);
      try_name(found, known->numbered[i], number);
    }
}

static pvs_code warn_unread(pvs_builder *builder, pvs_where where, const likeness *found,
                            pvs_error *error) {
  static const char unread[] = "nothing reads a column of this name; ";
  return found->similarity == 0
             ? pvs_warn(&builder->notes, error, where, "%scall it 'notes' if it is for people",
                        unread)
             : pvs_warn(&builder->notes, error, where, "%sdid you mean '%s'?", unread, found->name);
}

static bool column_has_value(const pvs_table *table, uint32_t column) {
  for (uint32_t row = 0; row < table->n_rows; row++)
    if (*pvs_table_cell(table, row, (int32_t)column))
      return true;
  return false;
}

static pvs_code check_header(pvs_builder *builder, const known_table *known, pvs_error *error) {
  const pvs_table *table = known->table;
  for (uint32_t i = 0; i < table->n_columns; i++) {
    const char *header = table->header[i];
    if (!*header || is_read(known, header) || is_free(header) || !column_has_value(table, i))
      continue;
    likeness found = {.header = header};
    try_table(known, &found);
    pvs_code code = warn_unread(
        builder, (pvs_where){.file = table->file, .row = table->header_row, .column = header},
        &found, error);
    if (code)
      return code;
  }
  return PVS_OK;
}

static pvs_code check_repeats(pvs_builder *builder, const known_table *known, pvs_error *error) {
  const pvs_table *table = known->table;
  pvs_intern ids;
  pvs_arena arena;
  int32_t column;
  if (pvs_table_column(table, known->key, true, &column, NULL))
    return PVS_OK; /* whoever needs the column says so */
  pvs_arena_init(&arena);
  pvs_intern_init(&ids, &arena);
  pvs_code code = PVS_OK;
  for (uint32_t row = 0; row < table->n_rows && !code; row++) {
    const char *id = pvs_table_cell(table, row, column);
    int is_new = 1;
    if (*id && pvs_intern_add(&ids, id, strlen(id), &is_new) == PVS_INTERN_NONE)
      code = pvs_fail_memory(error);
    else if (!is_new)
      code = pvs_warn(&builder->notes, error, pvs_table_where(table, row, column),
                      "found '%.80s' a second time; nothing uses it, so neither row counts", id);
  }
  pvs_intern_deinit(&ids);
  pvs_arena_deinit(&arena);
  return code;
}

pvs_code pvs_table_columns_check(pvs_builder *builder, pvs_error *error) {
#define NAMES(list) .names = list, .n_names = COUNT_OF(list)
  const known_table tables[] = {
      {&builder->tariff_table, "tariff_id", NAMES(tariff_names), tariff_numbered,
       COUNT_OF(tariff_numbered), PVS_TARIFF_PERIODS, .is_one = is_later_period},
      {&builder->battery_table, "battery_id", NAMES(battery_names)},
      {&builder->strategy_table, "battery_strategy", NAMES(strategy_names)},
      {&builder->en_table, "en_capex_id", NAMES(en_names)},
      {&builder->pv_table, "pv_cap_id", NAMES(pv_names), .is_one = is_price_point},
      {&builder->dst_table, "year", .is_one = is_summer, .repeats = true},
      {&builder->charge_table, "tariff_id", NAMES(charge_names), .repeats = true},
      {&builder->holiday_table, "date", NAMES(holiday_names), .repeats = true},
  };
#undef NAMES
  pvs_code code = PVS_OK;
  for (size_t i = 0; i < COUNT_OF(tables) && !code; i++) {
    code = check_header(builder, &tables[i], error);
    if (!code && !tables[i].repeats)
      code = check_repeats(builder, &tables[i], error);
  }
  return code;
}

/* ---- the study file ---- */

static const char *const battery_suffixes[] = {"_battery_id", "_battery_strategy",
                                               "_battery_capacity_kWh"};

static bool is_customer(const pvs_study *study, const char *name, size_t length) {
  for (uint32_t f = 0; f < study->n_folders; f++)
    for (uint32_t i = 0; i < study->folders[f].n_residents; i++) {
      const char *resident = study->folders[f].residents[i];
      if (strlen(resident) == length && strncmp(resident, name, length) == 0)
        return true;
    }
  return false;
}

static bool is_owner(const pvs_study *study, const char *name, size_t length, bool is_battery) {
  return (length == 7 && strncmp(name, "central", 7) == 0) ||
         (is_battery && length == 3 && strncmp(name, "all", 3) == 0) ||
         is_customer(study, name, length);
}

/* What a header with a known suffix is read as. */
typedef enum header_kind { NOT_OWNED, OWNED, BATTERY_OF_NOBODY, SYSTEM_OF_NOBODY } header_kind;

static header_kind kind_of(const pvs_study *study, const char *header, size_t *owner) {
  for (size_t i = 0; i < COUNT_OF(battery_suffixes); i++)
    if ((*owner = owner_length(header, battery_suffixes[i])) > 0 &&
        strcmp(header + *owner, battery_suffixes[i]) == 0)
      return is_owner(study, header, *owner, true) ? OWNED : BATTERY_OF_NOBODY;
  if ((*owner = owner_length(header, "_kWp")) > 0)
    return is_owner(study, header, *owner, false) ? OWNED : SYSTEM_OF_NOBODY;
  return NOT_OWNED;
}

static void try_owned(likeness *found, const char *owner) {
  for (size_t i = 0; i < COUNT_OF(battery_suffixes); i++)
    try_name(found, owner, battery_suffixes[i]);
  try_name(found, owner, "_kWp");
}

static void try_study_names(const pvs_study *study, likeness *found) {
  for (const char *const *fixed = pvs_study_fixed_columns(); *fixed; fixed++)
    try_name(found, *fixed, "");
  try_owned(found, "central");
  try_owned(found, "all");
  for (uint32_t f = 0; f < study->n_folders; f++)
    for (uint32_t i = 0; i < study->folders[f].n_residents; i++)
      try_owned(found, study->folders[f].residents[i]);
}

static pvs_code check_column(pvs_builder *builder, uint32_t column, pvs_error *error) {
  const pvs_study *study = builder->study;
  const struct pvs_study_columns *c = builder->columns;
  const char *header = c->names[column];
  const pvs_where where = pvs_study_at(builder, c->header_row, (int32_t)column);
  size_t owner;
  if (!*header || !c->has_value[column] || pvs_study_column_is_fixed(header) || is_free(header))
    return PVS_OK;
  for (uint32_t f = 0; f < study->n_folders; f++)
    if (study->folders[f].is_unknown)
      return PVS_OK; /* whose customers may be meant */
  header_kind kind = kind_of(study, header, &owner);
  bool names_customer = is_customer(study, header, strlen(header));
  if (kind == OWNED || (names_customer && c->all_residents < 0))
    return PVS_OK;
  if (names_customer)
    return pvs_warn(&builder->notes, error, where,
                    "this customer's tariffs are not used: the study has a column all_residents, "
                    "whose tariff every household pays");
  likeness found = {.header = header};
  try_study_names(study, &found);
  if (found.similarity > 0)
    return warn_unread(builder, where, &found, error);
  if (kind != NOT_OWNED)
    return pvs_warn(
        &builder->notes, error, where,
        "no customer of the study's load folders is called '%.*s': %s", (int)owner, header,
        kind == BATTERY_OF_NOBODY ? "this column is ignored"
                                  : "nobody pays for this system, which counts in the total alone");
  if (!c->has_other[column])
    return pvs_warn(&builder->notes, error, where,
                    "found tariffs, but no customer of the study's load folders is called '%.80s': "
                    "this column is ignored",
                    header);
  return warn_unread(builder, where, &found, error);
}

pvs_code pvs_study_columns_check(pvs_builder *builder, pvs_error *error) {
  pvs_code code = PVS_OK;
  for (uint32_t i = 0; i < builder->columns->n && !code; i++)
    code = check_column(builder, i, error);
  return code;
}
