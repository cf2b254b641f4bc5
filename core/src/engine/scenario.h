/* A scenario's money and energy metrics from the flow and bills of its group (MODEL.md sections 8
 * to 10). */
#ifndef PVS_ENGINE_SCENARIO_H
#define PVS_ENGINE_SCENARIO_H

#include "engine/workspace.h"

/* The columns of scenarios/<label>.csv before the customers'. X(header) */
#define PVS_SCENARIO_COLUMNS(X)                                                                    \
  X(BUILDING_COSTS, "total$_building_costs")                                                       \
  X(CHECKSUM, "checksum_total_payments$")                                                          \
  X(RECEIPTS, "eno$_receipts_from_residents")                                                      \
  X(ENERGY_BILL, "eno$_energy_bill")                                                               \
  X(TOTAL_PAYMENT, "eno$_total_payment")                                                           \
  X(NPV_BUILDING, "eno$_npv_building")                                                             \
  X(DEMAND_CHARGE, "eno$_demand_charge")                                                           \
  X(BATTERY_REPAYMENT, "eno$_bat_capex_repay")                                                     \
  X(ENO_NET, "eno_net$")                                                                           \
  X(RETAILER_RECEIPT, "retailer_receipt$")                                                         \
  X(RETAILER_BILL, "retailer_bill$")                                                               \
  X(SOLAR_RETAILER_PROFIT, "solar_retailer_profit")                                                \
  X(BUILDING_LOAD, "total_building_load")                                                          \
  X(EXPORT, "export_kWh")                                                                          \
  X(IMPORT, "import_kWh")                                                                          \
  X(CP_RATIO, "cp_ratio")                                                                          \
  X(PV_RATIO, "pv_ratio")                                                                          \
  X(SELF_CONSUMPTION, "self-consumption")                                                          \
  X(SELF_SUFFICIENCY, "self-sufficiency")                                                          \
  X(SELF_CONSUMPTION_OLD, "self-consumption_OLD")                                                  \
  X(SELF_SUFFICIENCY_OLD, "self-sufficiency_OLD")                                                  \
  X(CENTRAL_CAPACITY, "central_battery_capacity_kWh")                                              \
  X(BATTERY_LOSSES, "total_battery_losses")                                                        \
  X(CENTRAL_CYCLES, "central_battery_cycles")                                                      \
  X(CENTRAL_SOH, "central_battery_SOH")

enum {
#define PVS_COLUMN_ENUM(name, header) PVS_COL_##name,
  PVS_SCENARIO_COLUMNS(PVS_COLUMN_ENUM)
#undef PVS_COLUMN_ENUM
      PVS_FIXED_COLUMNS
};

/* Then three numbers a customer in the order cp, households: energy bill, local solar bill, total
 * payment, $. */
typedef enum pvs_customer_column {
  PVS_CUST_BILL,
  PVS_CUST_SOLAR_BILL,
  PVS_CUST_TOTAL
} pvs_customer_column;

static inline size_t pvs_scenario_width(uint32_t n_residents) {
  return PVS_FIXED_COLUMNS + 3 * (size_t)n_residents;
}
static inline size_t pvs_customer_index(pvs_customer_column kind, uint32_t n_residents,
                                        uint32_t customer) {
  return PVS_FIXED_COLUMNS + (size_t)kind * n_residents + customer;
}

/* Fills ws->columns: a row of pvs_scenario_width() numbers for each load file of the scenario's
 * folder. NaN is an absent cell. Returns the largest |checksum| in cents over the load files. */
double pvs_scenario_compute(const struct pvs_plan *plan, uint32_t scenario,
                            struct pvs_workspace *ws, const void *results);

#endif
