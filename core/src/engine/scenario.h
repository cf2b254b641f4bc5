/* A scenario's money and energy metrics from the flow and bills of its group (MODEL.md sections 8
 * to 10). */
#ifndef PVS_ENGINE_SCENARIO_H
#define PVS_ENGINE_SCENARIO_H

#include "engine/workspace.h"

/* The columns of scenarios/<label>.csv before the customers': those results that differ from one
 * load file to the next. */
enum {
#define PVS_COLUMN_ENUM(name, text, unit)                                                          \
  PVS_COL_##name = (int)PVS_RESULT_##name - PVS_RESULT_BUILDING_COSTS,
  PVS_RESULTS(PVS_COLUMN_ENUM)
#undef PVS_COLUMN_ENUM
      PVS_FIXED_COLUMNS = PVS_COL_CP_BILL
};

/* Then the results of each customer (pvs_customer_result), customers in the order cp, households. */
static inline size_t pvs_scenario_width(uint32_t n_residents) {
  return PVS_FIXED_COLUMNS + PVS_CUSTOMER_RESULT_COUNT * (size_t)n_residents;
}
static inline size_t pvs_customer_index(pvs_customer_result kind, uint32_t n_residents,
                                        uint32_t customer) {
  return PVS_FIXED_COLUMNS + (size_t)kind * n_residents + customer;
}

/* Customers that results.csv shows one by one, over all load folders: cp, and households whose name
 * contains `cp`. */
size_t pvs_study_single_customers(const struct pvs_study *study);

/* What a customer's column of `kind` is called before its name. */
const char *pvs_customer_prefix(pvs_customer_result kind);

/* Fills ws->columns: a row of pvs_scenario_width() numbers for each load file of the scenario's
 * folder. NaN is an absent cell. Returns the largest |checksum| in cents over the load files. */
double pvs_scenario_compute(const struct pvs_plan *plan, uint32_t scenario,
                            struct pvs_workspace *ws, const void *results);
/* Fills ws->results from ws->columns. */
void pvs_scenario_summarise(const struct pvs_plan *plan, uint32_t scenario,
                            struct pvs_workspace *ws);

#endif
