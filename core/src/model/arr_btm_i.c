/* Individual PV behind the meter: each owner has a system, or an even part of one. */
#include "model/arrangement.h"
#include <math.h>

static void allocate_by_name(const pvs_allocation_input *in, pvs_share *shares) {
  for (uint32_t i = 0; i < in->n_residents; i++)
    if (in->column_of[i] >= 0)
      shares[i] = (pvs_share){PVS_SHARE_COLUMN, (uint32_t)in->column_of[i], 1, 1};
}

static void allocate_households(const pvs_allocation_input *in, pvs_share *shares) {
  if (in->n_columns > 1) {
    allocate_by_name(in, shares);
    return;
  }
  for (uint32_t i = 0; i < in->n_residents; i++)
    if (i != in->cp)
      shares[i] = (pvs_share){PVS_SHARE_REST, 0, 0, in->n_residents - 1};
}

/* cp gets the share that its load has in the building's; households get equal parts of the rest. */
static void allocate_all(const pvs_allocation_input *in, pvs_share *shares) {
  if (in->n_columns > 1) {
    allocate_by_name(in, shares);
    return;
  }
  double building = 0;
  for (uint32_t i = 0; i < in->n_residents; i++)
    building += in->load_kwh[i];
  double cp_part = building != 0 ? in->load_kwh[in->cp] / building : 0;
  for (uint32_t i = 0; i < in->n_residents; i++)
    if (i == in->cp)
      shares[i] = (pvs_share){PVS_SHARE_COLUMN, 0, cp_part, 1};
    else
      shares[i] = (pvs_share){PVS_SHARE_REST, 0, cp_part, in->n_residents - 1};
}

static void pay(const pvs_costs *costs, uint32_t n_residents, uint32_t cp, const double *pv_share,
                pvs_payment *payments) {
  (void)cp;
  for (uint32_t i = 0; i < n_residents; i++) {
    if (!(pv_share[i] > 0))
      continue;
    if (!costs->pv_by_owner)
      payments[i].pv = costs->pv_total_repayment * pv_share[i];
    else if (!isnan(costs->pv_owner_repayment[i]))
      payments[i].pv = costs->pv_owner_repayment[i];
    payments[i].battery = costs->central_battery * pv_share[i];
  }
}

const pvs_arrangement pvs_arr_btm_i_u = {.id = "btm_i_u",
                                         .has_pv = true,
                                         .has_batteries = true,
                                         .by_name = true,
                                         .allocation = "btm_i_u",
                                         .allocate = allocate_households,
                                         .pay = pay};
const pvs_arrangement pvs_arr_btm_i_c = {.id = "btm_i_c",
                                         .has_pv = true,
                                         .has_batteries = true,
                                         .by_name = true,
                                         .allocation = "btm_i_c",
                                         .allocate = allocate_all,
                                         .pay = pay};
