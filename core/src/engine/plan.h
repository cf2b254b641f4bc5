/* Which scenarios share energy flows, which units of work there are, and where their results lie. */
#ifndef PVS_ENGINE_PLAN_H
#define PVS_ENGINE_PLAN_H

#include "engine/daylight.h"

typedef struct pvs_group {
  uint32_t first_scenario, last_scenario; /* in file order */
  uint32_t first_unit;
  uint32_t n_bills;   /* of one load file */
  uint32_t variants;  /* so many units from the group's first on, itself included, differ in nothing
                         but the battery at the parent meter; 1: none, or they are not used */
  uint32_t same_load; /* so many units from the group's first on, itself included, have the same
                         load file and whole tiles (flow.c) */
  bool shared;        /* between blocks (pvs_plan_options.block) */
  uint64_t offset;    /* of its results */
} pvs_group;

struct pvs_plan {
  const struct pvs_study *study;
  const pvs_kernels *kernels;
  pvs_plan_info info;
  uint32_t block; /* scenarios; 0: no blocks */
  pvs_group *groups;
  uint32_t *group_of_scenario;
  uint32_t *next_in_group; /* by scenario: the next one of its group, PVS_NONE at the end */
  uint32_t *group_of_unit;
  uint32_t together;      /* so many units of one load file are best run together: from 1 to
                             PVS_UNITS_TOGETHER */
  pvs_daylight *daylight; /* by PV file */
  pvs_arena arena;
};

/* The result of a unit: one block of plain data in the results memory. */
typedef struct pvs_flow_result {
  double generation_kwh;    /* of all owners */
  double self_consumed_kwh; /* MODEL.md section 10 */
  double network_import_kwh, network_export_kwh;
  double residents_import_kwh, residents_export_kwh;
  double central_cycles, battery_losses_kwh;
  uint64_t timeseries_digest[2]; /* of the detailed and the brief file, 0: none */
  uint32_t n_residents, n_bills;
  /* Followed by: double generation[n], double cycles[n], uint32_t payer_first[n + 3], uint32_t
   * tariffs[n_bills], pvs_bill bills[n_bills]. */
} pvs_flow_result;

typedef struct pvs_flow_view {
  double *generation_kwh; /* by resident */
  double *cycles;         /* of individual batteries */
  uint32_t
      *payer_first; /* n_residents + 3: bills of payer p are [payer_first[p], payer_first[p + 1]) */
  uint32_t *tariffs;
  pvs_bill *bills;
} pvs_flow_view;

/* pvs_group's `variants` of the unit's group. */
static inline uint32_t pvs_plan_variants(const struct pvs_plan *plan, uint32_t unit) {
  return plan->groups[plan->group_of_unit[unit]].variants;
}

/* Likewise `same_load`. */
static inline uint32_t pvs_plan_same_load(const struct pvs_plan *plan, uint32_t unit) {
  return plan->groups[plan->group_of_unit[unit]].same_load;
}

/* Whether some scenario of the group asks for time series. */
bool pvs_plan_logs(const struct pvs_plan *plan, uint32_t group);

size_t pvs_flow_result_bytes(uint32_t n_residents, uint32_t n_bills);
/* Where the arrays of a block are; its n_residents and n_bills are set. */
void pvs_flow_result_view(pvs_flow_result *result, pvs_flow_view *view);
/* Where group's result for its load file number `file` lies. */
pvs_flow_result *pvs_plan_result(const struct pvs_plan *plan, const void *results, uint32_t group,
                                 uint32_t file);

/* Residents of the group's load folder. */
uint32_t pvs_plan_residents(const struct pvs_plan *plan, const pvs_group *group);

/* Steps of making a plan: plan_groups.c and plan_results.c. share false: each scenario is a group of
 * its own. */
pvs_code pvs_plan_find_groups(struct pvs_plan *plan, bool share, pvs_error *error);
void pvs_plan_place_results(struct pvs_plan *plan);

/* The distinct tariffs of each payer over the scenarios of a group, in order of first use. */
typedef struct pvs_bill_finder {
  uint32_t *sets; /* distinct payer sets of the group */
  uint32_t *set_stamp, *tariff_stamp, stamp;
} pvs_bill_finder;
pvs_code pvs_bill_finder_init(pvs_bill_finder *finder, const struct pvs_study *study,
                              pvs_arena *arena, pvs_error *error);
/* Counts the bills; lists them too when payer_first and tariffs are not NULL. */
uint32_t pvs_bill_finder_list(pvs_bill_finder *finder, const struct pvs_plan *plan, uint32_t group,
                              uint32_t *payer_first, uint32_t *tariffs);

#endif
