/* One shared system behind the meters, split by load in each step; owned together (btm_s) or by a
 * solar retailer who sells under a PPA (btm_p). */
#include "model/arrangement.h"

static void allocate_households(const pvs_allocation_input *in, pvs_share *shares) {
  for (uint32_t i = 0; i < in->n_residents; i++)
    if (i != in->cp)
      shares[i] = (pvs_share){.kind = PVS_SHARE_SPLIT};
}

static void allocate_all(const pvs_allocation_input *in, pvs_share *shares) {
  for (uint32_t i = 0; i < in->n_residents; i++)
    shares[i] = (pvs_share){.kind = PVS_SHARE_SPLIT};
}

static pvs_payment whole(const pvs_costs *costs) {
  return (pvs_payment){
      .pv = costs->pv_central_repayment,
      .en = costs->en_repayment,
      .opex = costs->en_opex,
      .battery = costs->central_battery,
  };
}

static pvs_payment part(const pvs_costs *costs, double n) {
  pvs_payment all = whole(costs);
  return (pvs_payment){all.pv / n, all.en / n, all.opex / n, all.battery / n};
}

static void pay_households(const pvs_costs *costs, uint32_t n_residents, uint32_t cp,
                           const double *pv_share, pvs_payment *payments) {
  (void)pv_share;
  for (uint32_t i = 0; i < n_residents; i++)
    if (i != cp)
      payments[i] = part(costs, n_residents - 1);
}

static void pay_all(const pvs_costs *costs, uint32_t n_residents, uint32_t cp,
                    const double *pv_share, pvs_payment *payments) {
  (void)cp, (void)pv_share;
  for (uint32_t i = 0; i < n_residents; i++)
    payments[i] = part(costs, n_residents);
}

static void pay_retailer(const pvs_costs *costs, uint32_t n_residents, uint32_t cp,
                         const double *pv_share, pvs_payment *payments) {
  (void)cp, (void)pv_share;
  payments[PVS_PAYER_RETAILER(n_residents)] = whole(costs);
}

#define SHARED(name, all, alloc, who)                                                              \
  {                                                                                                \
    .id = name, .has_pv = true, .has_batteries = true, .has_en_capex = true,                       \
    .en_units_include_cp = (all), .allocation = (all) ? "split_all" : "split_units",               \
    .allocate = (alloc), .pay = (who)                                                              \
  }

const pvs_arrangement pvs_arr_btm_s_u =
    SHARED("btm_s_u", false, allocate_households, pay_households);
const pvs_arrangement pvs_arr_btm_s_c = SHARED("btm_s_c", true, allocate_all, pay_all);
#undef SHARED
#define SOLD(name, all, alloc)                                                                     \
  {                                                                                                \
    .id = name, .has_pv = true, .solar_retailer = true, .has_batteries = true,                     \
    .has_en_capex = true, .en_units_include_cp = (all),                                            \
    .allocation = (all) ? "split_all" : "split_units", .allocate = (alloc), .pay = pay_retailer    \
  }
const pvs_arrangement pvs_arr_btm_p_u = SOLD("btm_p_u", false, allocate_households);
const pvs_arrangement pvs_arr_btm_p_c = SOLD("btm_p_c", true, allocate_all);
