/* A study in memory: everything validated and compiled. The room input/ builds it; from the moment
 * it is sealed nothing in it changes, so that any number of threads may read it. */
#ifndef PVS_STUDY_STUDY_H
#define PVS_STUDY_STUDY_H

#include "base/arena.h"
#include "base/calendar.h"
#include "model/arrangement.h"
#include "model/battery.h"
#include "model/tariff.h"
#include "pvs/pvs.h"
#include "study/profile.h"

#define PVS_NONE UINT32_MAX

/* A load that is metered by a register of its own and never gets PV or battery energy. */
typedef struct pvs_register {
  const char *column; /* that heads it in load files: CUSTOMER:REGISTER */
  uint32_t owner;     /* the resident who pays for it */
  uint32_t number;    /* of the register's name in the study */
} pvs_register;

/* A load folder: its files have the same customers. */
typedef struct pvs_folder {
  const char *name;
  uint32_t first_load, n_loads;
  bool is_unknown; /* only in a check: none of its files could be read; residents has cp alone */
  uint32_t n_residents, cp;
  const char **residents; /* in order of the first file; cp added last where it is missing */
  /* Controlled loads, metered apart from the rest of a resident's load: columns of their own, behind
   * those of the residents wherever a load is listed. */
  uint32_t n_registers;
  pvs_register *registers;
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
  /* By resident, then by register: */
  const double **series;
  double *sum_kwh;
  uint8_t *some;        /* PVS_SOME_… that its series has */
  double *greatest_kwh; /* of any step, 0 or more */
  /* of the load itself, which is what a customer without generation and battery imports */
  pvs_determinants *determinants;
  /* Of the building, padded: */
  double *total;      /* all */
  double *residents;  /* without registers */
  double *households; /* without registers and cp */
  double total_kwh;
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

typedef struct pvs_installed_battery {
  const char *id;
  pvs_battery_terms terms;
  pvs_battery battery; /* threshold 0: it depends on the load */
  uint32_t strategy;
} pvs_installed_battery;

/* Who has which battery, as an index into pvs_study.installed. PVS_NONE: none. */
typedef struct pvs_battery_set {
  uint32_t central;
  uint32_t n_individual;
  const uint32_t *individual; /* n_residents, then central; NULL when there are none */
  uint32_t n_residents;       /* 0 when there are none */
} pvs_battery_set;

/* What a scenario's money comes to apart from bills; annual $. */
typedef struct pvs_costing {
  double en_opex, en_repayment, pv_total_repayment, pv_central_repayment;
  const double *pv_owner_repayment; /* n_residents, NaN: not listed; NULL: legacy */
  double a_term_years, a_rate, present_value_factor, battery_capex_per_kwh;
  double pv_capex; /* $ for the PV with one price, without inverters bought later; else 0 */
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
  bool empty_central;  /* a central battery of 0 kWh: none, but its state of health is 100 % */
} pvs_scenario;

/* Steps that are worked on at a time, at most: a customer's series of them stay in the first-level
 * cache. */
enum { PVS_CHUNK = 512 };

#define PVS_ARRAY(type)                                                                            \
  struct {                                                                                         \
    const type *items;                                                                             \
    uint32_t count;                                                                                \
  }

struct pvs_study {
  pvs_arena arena; /* owns all but the profiles and what `scenarios` to `warnings` list */
  struct pvs_builder *builder; /* NULL once sealed */
  const char *project, *name, *region;

  uint32_t n_folders, n_loads, n_pvs;
  pvs_folder *folders;
  pvs_load *loads;
  pvs_pv *pvs;
  pvs_owner_map *owner_maps; /* n_folders x n_pvs; column_of NULL where no scenario needs it */

  uint32_t n_registers;  /* names of registers in tariff_calendar.csv */
  pvs_metering metering; /* calendar, day types, blocks */
  uint32_t stride;
  uint32_t chunk; /* steps worked on at a time: whole days where they fit PVS_CHUNK */
  unsigned needs; /* PVS_NEED_… of all tariffs, and rates always: nights are taken from there */

  pvs_tariff *tariffs; /* that the study names, in lookup order */
  uint32_t n_tariffs;
  PVS_ARRAY(uint32_t *) payer_sets; /* tariffs of residents, network (parent), retailer */
  PVS_ARRAY(pvs_strategy) strategies;
  PVS_ARRAY(pvs_installed_battery) installed;
  PVS_ARRAY(pvs_battery_set) battery_sets;
  PVS_ARRAY(pvs_costing) costings;
  PVS_ARRAY(pvs_scenario) scenarios;
  PVS_ARRAY(char *) warnings;

  bool has_std_dev; /* the last scenario's folder has several files */
  bool one_folder;  /* every scenario uses the same load folder */
  uint32_t max_residents;
  uint64_t input_bytes, input_doubles, input_digest;
};

/* The tariffs of a payer set: residents, then network (parent), then retailer (network_tariff). */
static inline const uint32_t *pvs_study_payers(const struct pvs_study *study, uint32_t payers) {
  return study->payer_sets.items[payers];
}
/* The battery of resident `owner`, or the central one (owner n_residents); NULL: none. set NULL: no
 * batteries. */
static inline const pvs_installed_battery *pvs_study_battery(const struct pvs_study *study,
                                                             const pvs_battery_set *set,
                                                             uint32_t n_residents, uint32_t owner) {
  if (!set)
    return NULL;
  uint32_t battery = owner == n_residents ? set->central
                     : set->individual    ? set->individual[owner]
                                          : PVS_NONE;
  return battery == PVS_NONE ? NULL : &study->installed.items[battery];
}
static inline const pvs_arrangement *pvs_scenario_arrangement(const pvs_scenario *scenario) {
  return pvs_arrangements()[scenario->arrangement];
}

#endif
