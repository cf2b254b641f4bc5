/* Everyone on the market: no PV, with or without individual batteries. */
#include "model/arrangement.h"

static void pay(const pvs_costs *costs, uint32_t n_residents, uint32_t cp, const double *pv_share,
                pvs_payment *payments) {
  (void)costs, (void)n_residents, (void)cp, (void)pv_share, (void)payments;
}

const pvs_arrangement pvs_arr_bau = {.id = "bau", .allocation = "none", .pay = pay};
const pvs_arrangement pvs_arr_bau_bat = {
    .id = "bau_bat", .allocation = "none", .has_batteries = true, .pay = pay};
