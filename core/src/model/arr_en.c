/* Embedded network: one parent meter, central and individual PV. */
#include "model/arrangement.h"
#include <math.h>

static void allocate(const pvs_allocation_input *in, pvs_share *shares) {
  uint32_t central = in->n_residents;
  if (in->n_columns == 1) {
    shares[central] = (pvs_share){PVS_SHARE_COLUMN, 0, 1, 1};
    return;
  }
  for (uint32_t i = 0; i <= central; i++)
    if (in->column_of[i] >= 0)
      shares[i] = (pvs_share){PVS_SHARE_COLUMN, (uint32_t)in->column_of[i], 1, 1};
}

static void pay(const pvs_costs *costs, uint32_t n_residents, uint32_t cp, const double *pv_share,
                pvs_payment *payments) {
  (void)cp, (void)pv_share;
  payments[PVS_PAYER_NETWORK(n_residents)] = (pvs_payment){
      .pv = costs->pv_central_repayment,
      .en = costs->en_repayment,
      .opex = costs->en_opex,
      .battery = costs->central_battery,
  };
  for (uint32_t i = 0; i < n_residents && costs->pv_by_owner; i++)
    if (!isnan(costs->pv_owner_repayment[i]))
      payments[i].pv = costs->pv_owner_repayment[i];
}

const pvs_arrangement pvs_arr_en = {.id = "en",
                                    .embedded = true,
                                    .has_batteries = true,
                                    .has_en_capex = true,
                                    .allocation = "none",
                                    .pay = pay};
const pvs_arrangement pvs_arr_en_pv = {
    .id = "en_pv",
    .embedded = true,
    .has_pv = true,
    .has_batteries = true,
    .has_en_capex = true,
    .central_by_load = true,
    .by_name = true,
    .central_is_owner = true,
    .allocation = "en",
    .allocate = allocate,
    .pay = pay,
};
