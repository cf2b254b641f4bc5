/* A study in memory: everything validated, interned and compiled; immutable once sealed. */
#ifndef PVS_INPUT_STUDY_H
#define PVS_INPUT_STUDY_H

#include "base/arena.h"
#include "base/calendar.h"
#include "base/csv.h"
#include "base/intern.h"
#include "input/profile.h"
#include "model/arrangement.h"
#include "model/battery.h"
#include "model/tariff.h"
#include "pvs/pvs.h"

#define PVS_NONE UINT32_MAX

/* A load folder: its files have the same customers. */
typedef struct pvs_folder {
  const char *name;
  uint32_t first_load, n_loads;
  uint32_t n_residents, cp;
  const char **residents; /* in order of the first file; cp added last where it is missing */
  bool *averaged; /* by customer in column order (cp, then households): a household of averages and
                     of the customers' table, unless its name contains `cp` */
} pvs_folder;

/* The resident that is customer number `customer` in column order: cp first. */
static inline uint32_t pvs_customer_resident(const pvs_folder *folder, uint32_t customer) {
  if (customer == 0)
    return folder->cp;
  return customer <= folder->cp ? customer - 1 : customer;
}

typedef struct pvs_load {
  const char *file_name;
  uint32_t folder;
  pvs_profile profile;
  const double **series; /* by resident */
  double *total;         /* building load, padded */
  double *households;    /* the same without cp, padded */
  double *sum_kwh;       /* by resident */
  double total_kwh;
  bool *never_negative; /* by resident: no step below 0 */
  pvs_usage *usage;     /* by resident: of the load itself, what a customer without generation and
                           battery imports */
} pvs_load;

typedef struct pvs_pv {
  const char *name; /* file name with .csv */
  pvs_profile profile;
  const double *total; /* sum of the columns, padded */
} pvs_pv;

/* Which PV column belongs to which owner of a folder. */
typedef struct pvs_owner_map {
  int32_t *column_of; /* n_residents + 1, the last is `central`; -1: none */
  int32_t stranger;   /* a column that names no owner, -1: none */
} pvs_owner_map;

typedef struct pvs_battery_unit {
  const char *id;
  pvs_battery_terms terms;
  pvs_battery battery; /* threshold 0: it depends on the load */
  uint32_t strategy;
} pvs_battery_unit;

/* Who has which battery: indices into units, PVS_NONE: none. */
typedef struct pvs_battery_set {
  uint32_t central;
  uint32_t n_individual;
  const uint32_t *individual; /* n_residents; NULL when there are none */
} pvs_battery_set;

/* What a scenario's money comes to apart from bills; annual $. */
typedef struct pvs_costing {
  double en_opex, en_repayment, pv_total_repayment, pv_central_repayment;
  const double *pv_owner_repayment; /* n_residents, NaN: not listed; NULL: legacy */
  double a_term_years, a_rate, present_value_factor, battery_capex_per_kwh;
} pvs_costing;

enum { PVS_LOG_DETAILED = 1, PVS_LOG_BRIEF = 2 };

typedef struct pvs_scenario {
  long id;
  uint32_t folder;
  uint32_t pv;        /* PVS_NONE: no PV */
  double pv_scale;    /* kWp of a scaleable profile, else 1 */
  uint32_t payers;    /* set of tariffs */
  uint32_t batteries; /* battery set; PVS_NONE: no battery at all */
  uint32_t costing;
  uint8_t arrangement; /* index in pvs_arrangements() */
  uint8_t logs;        /* PVS_LOG_… */
} pvs_scenario;

typedef struct pvs_noted {
  uint32_t scenario;
  const char *text;
} pvs_noted;

/* A growing array of plain data. */
#define PVS_LIST(type)                                                                             \
  struct {                                                                                         \
    type *items;                                                                                   \
    uint32_t count, capacity;                                                                      \
  }

/* Steps that are worked on at a time, at most: a customer's series of them stay in the first-level
 * cache. */
enum { PVS_CHUNK = 512 };

struct pvs_study {
  pvs_arena arena;
  const pvs_source *source;
  const char *base, *project, *name, *region;
  bool sealed;

  /* Tables, kept as text until sealed. */
  pvs_table tariff_table, battery_table, strategy_table, en_table, pv_table, dst_table;
  const char *study_path;
  pvs_bytes study_bytes;
  bool study_bytes_held;
  struct pvs_study_columns *columns;
  bool *tariff_used; /* by row of tariff_table: named anywhere in the study file */

  uint32_t n_folders, n_loads, n_pvs;
  pvs_folder *folders;
  pvs_load *loads;
  pvs_pv *pvs;
  struct pvs_profile_file *files; /* of loads, then PVs, while they are read */
  uint32_t n_read_tasks;
  pvs_owner_map *owner_maps; /* n_folders x n_pvs; column_of NULL until some scenario needs it */
  pvs_intern folder_names, pv_names, tariff_ids, strategy_ids, unit_keys, payer_keys, battery_keys,
      costing_keys;

  pvs_metering metering; /* calendar, day types, blocks */
  uint32_t stride;
  uint32_t chunk; /* steps worked on at a time: whole days where they fit PVS_CHUNK */
  unsigned needs; /* PVS_NEED_… of all tariffs, and rates always: nights are taken from there */

  pvs_tariff *tariffs; /* that the study names, in lookup order */
  uint32_t n_tariffs;
  PVS_LIST(pvs_strategy) strategies;
  PVS_LIST(pvs_battery_unit) units;
  PVS_LIST(pvs_battery_set) battery_sets;
  PVS_LIST(pvs_costing) costings;
  PVS_LIST(pvs_scenario) scenarios;
  PVS_LIST(pvs_noted) warnings;

  bool has_std_dev; /* the last scenario's folder has several files */
  bool one_folder;  /* every scenario uses the same load folder */
  uint32_t max_residents;
  uint64_t input_bytes, input_doubles, input_digest;
};

/* Makes room for one more item; NULL when out of memory. */
void *pvs_list_grow(void *items, uint32_t *count, uint32_t *capacity, size_t size);
#define PVS_LIST_ADD(list)                                                                         \
  ((list).count < (list).capacity ||                                                               \
           ((list).items = pvs_list_grow((list).items, &(list).count, &(list).capacity,            \
                                         sizeof *(list).items))                                    \
       ? &(list).items[(list).count++]                                                             \
       : NULL)

/* The tariffs of a payer set: residents, then network (parent), then retailer (network_tariff). */
static inline const uint32_t *pvs_study_payers(const struct pvs_study *study, uint32_t payers) {
  return study->payer_keys.keys[payers];
}
/* The battery of resident `owner`, or the central one (owner n_residents); NULL: none. set NULL: no
 * batteries. */
static inline const pvs_battery_unit *pvs_study_battery(const struct pvs_study *study,
                                                        const pvs_battery_set *set,
                                                        uint32_t n_residents, uint32_t owner) {
  if (!set)
    return NULL;
  uint32_t unit = owner == n_residents ? set->central
                  : set->individual    ? set->individual[owner]
                                       : PVS_NONE;
  return unit == PVS_NONE ? NULL : &study->units.items[unit];
}
static inline const pvs_arrangement *pvs_scenario_arrangement(const pvs_scenario *scenario) {
  return pvs_arrangements()[scenario->arrangement];
}

/* How messages tell a cell: found 'text', or found an empty cell. */
#define PVS_FOUND            "found %s%.80s%s"
#define PVS_FOUND_ARGS(text) *(text) ? "'" : "an empty cell", (text), *(text) ? "'" : ""

pvs_code pvs_study_warn(struct pvs_study *study, uint32_t scenario, pvs_error *error,
                        const char *format, ...) __attribute__((format(printf, 4, 5)));

/* ---- the tables (one file each) ---- */

/* tariff_table.c: the id's row in the table; PVS_NONE when there is no such id. */
uint32_t pvs_tariff_row(const struct pvs_study *study, const char *id);
/* Compiles every row marked in tariff_used, in lookup order; fills tariffs and maps row -> tariff.
 */
pvs_code pvs_tariffs_compile(struct pvs_study *study, uint32_t *tariff_of_row, pvs_error *error);
/* battery_table.c: the unit of (battery, strategy, capacity factor), compiled on first use. `where`
 * is the study's cell. */
pvs_code pvs_battery_unit_find(struct pvs_study *study, const char *battery_id,
                               const char *strategy_id, double capacity_factor,
                               pvs_where battery_cell, pvs_where strategy_cell, uint32_t *unit,
                               pvs_error *error);
/* capex_table.c */
typedef struct pvs_system {
  uint32_t owner; /* resident, or n_residents for central, or PVS_NONE for anybody else */
  uint32_t pad;
  double kwp;
} pvs_system;
typedef struct pvs_costing_request {
  const char *en_capex_id, *pv_cap_id; /* "" absent */
  pvs_where en_cell, pv_cell;
  uint32_t n_residents, scenario;
  double en_units; /* k, when the arrangement has embedded-network capex */
  bool has_en_capex, has_pv;
  double capex_scale; /* pv_kW_peak when the capex is scaleable, else 1 */
  double a_term_years, a_rate, battery_capex_per_kwh;
  const pvs_system *systems;
  uint32_t n_systems;
} pvs_costing_request;
pvs_code pvs_costing_find(struct pvs_study *study, const pvs_costing_request *request,
                          uint32_t *costing, pvs_error *error);
/* dst_table.c: fills the calendar's summers for the study's region. */
pvs_code pvs_summers_fill(struct pvs_study *study, pvs_error *error);

/* ---- reading the profiles (study_read.c) ---- */

/* Opens every file and divides it into reading tasks; their results are taken over, or corrected by
 * a slow reader, when all have run. */
pvs_code pvs_files_open(struct pvs_study *study, pvs_error *error);
pvs_code pvs_files_finish(struct pvs_study *study, pvs_error *error);
void pvs_files_close(struct pvs_study *study);

/* ---- the profiles (study_profiles.c), when all are read ---- */

/* One time index for all; fills the calendar. */
pvs_code pvs_profiles_check(struct pvs_study *study, pvs_error *error);
/* Customers of each folder, series by customer, PV totals. */
pvs_code pvs_profiles_take(struct pvs_study *study, pvs_error *error);
/* When tariffs are compiled: sums and totals of loads, and each load's own usage. */
pvs_code pvs_profiles_meter(struct pvs_study *study, pvs_error *error);

/* ---- the study file (study_scan.c, study_rows.c) ---- */

/* First pass: columns, global facts (region, folders, PV files), duplicate scenario numbers. */
pvs_code pvs_study_rows_scan(struct pvs_study *study, const char **region, pvs_error *error);
/* Second pass, when the customers are known: the scenarios. */
pvs_code pvs_study_rows_build(struct pvs_study *study, const uint32_t *tariff_of_row,
                              pvs_error *error);

#endif
