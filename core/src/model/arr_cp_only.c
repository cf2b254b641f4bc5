/* Everyone on the market, PV and battery on the common property. */
#include "model/arrangement.h"
#include <math.h>

static void allocate(const pvs_allocation_input *in, pvs_share *shares) {
  if (in->n_columns == 1) {
    shares[in->cp] = (pvs_share){PVS_SHARE_COLUMN, 0, 1, 1};
    return;
  }
  for (uint32_t i = 0; i < in->n_residents; i++)
    if (in->column_of[i] >= 0)
      shares[i] = (pvs_share){PVS_SHARE_COLUMN, (uint32_t)in->column_of[i], 1, 1};
}

static void pay(const pvs_costs *costs, uint32_t n_residents, uint32_t cp, const double *pv_share,
                pvs_payment *payments) {
  (void)n_residents, (void)pv_share;
  bool listed = costs->pv_by_owner && !isnan(costs->pv_owner_repayment[cp]);
  payments[cp].pv = listed ? costs->pv_owner_repayment[cp] : costs->pv_total_repayment;
  payments[cp].battery = costs->central_battery;
}

const pvs_arrangement pvs_arr_cp_only = {.id = "cp_only",
                                         .has_pv = true,
                                         .has_batteries = true,
                                         .by_name = true,
                                         .allocation = "cp_only",
                                         .allocate = allocate,
                                         .pay = pay};
