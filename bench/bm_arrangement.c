/* Arrangements: who gets which part of the PV, and who pays. All systems of one building cost the
 * same whatever the arrangement, and all PV is somebody's: that is checked. */
#include "bm_data.h"
#include "bm_list.h"

#include "model/arrangement.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { RESIDENTS = 73, CP = 0, ROUNDS = 64 };

typedef struct arrangement_case {
  const pvs_arrangement *arrangement;
  int32_t column_of[RESIDENTS + 1];
  double load_kwh[RESIDENTS], pv_share[RESIDENTS], battery[RESIDENTS];
  pvs_share shares[RESIDENTS + 1];
  pvs_payment payments[RESIDENTS + 2];
} arrangement_case;

static void *arrangement_setup(const bm_param *param, char *why) {
  const pvs_arrangement *arrangement = pvs_arrangement_find(param->variant);
  if (!arrangement) {
    bm_wrong(why, "no arrangement \"%s\"", param->variant);
    return NULL;
  }
  arrangement_case *c = bm_alloc(1, sizeof *c);
  c->arrangement = arrangement;
  uint64_t random = 19;
  for (int i = 0; i < RESIDENTS; i++) {
    c->load_kwh[i] = 2000 + 6000 * bm_uniform(&random);
    c->pv_share[i] = 1.0 / RESIDENTS;
    c->column_of[i] = -1;
  }
  c->column_of[RESIDENTS] = -1;
  return c;
}

/* One call takes well under a microsecond: several per run. */
static void allocate_run(void *ctx) {
  arrangement_case *c = ctx;
  for (int round = 0; round < ROUNDS; round++) {
    memset(c->shares, 0, sizeof c->shares);
    c->arrangement->allocate(&(pvs_allocation_input){.n_residents = RESIDENTS,
                                                     .cp = CP,
                                                     .n_columns = 1,
                                                     .column_of = c->column_of,
                                                     .load_kwh = c->load_kwh},
                             c->shares);
  }
}

static bool allocate_check(void *ctx, bm_work *work, char *why) {
  arrangement_case *c = ctx;
  double parts = 0;
  int splits = 0;
  for (int i = 0; i <= RESIDENTS; i++) {
    if (c->shares[i].kind == PVS_SHARE_COLUMN)
      parts += c->shares[i].factor;
    if (c->shares[i].kind == PVS_SHARE_REST)
      parts += (1 - c->shares[i].factor) / c->shares[i].among;
    splits += c->shares[i].kind == PVS_SHARE_SPLIT;
  }
  work->item = "resident";
  work->items = (double)ROUNDS * RESIDENTS;
  if (splits > 0 && parts == 0) /* over all residents, or all but the common property */
    return splits == RESIDENTS || (splits == RESIDENTS - 1 && !c->shares[CP].kind) ||
           bm_wrong(why, "split over %d of %d residents", splits, RESIDENTS);
  return (splits == 0 && bm_close_to(parts, 1, 1e-12)) ||
         bm_wrong(why, "%.17g of the PV is allocated", parts);
}

static void pay_run(void *ctx) {
  arrangement_case *c = ctx;
  for (int round = 0; round < ROUNDS; round++) {
    memset(c->payments, 0, sizeof c->payments);
    c->arrangement->pay(&(pvs_costs){.en_opex = 900,
                                     .en_repayment = 2100,
                                     .pv_total_repayment = 5200,
                                     .pv_central_repayment = 5200,
                                     .central_battery = 3100,
                                     .battery = c->battery},
                        RESIDENTS, CP, c->pv_share, c->payments);
  }
}

/* A cost is paid whole, or there is nobody who has it. */
static bool pay_check(void *ctx, bm_work *work, char *why) {
  arrangement_case *c = ctx;
  const pvs_arrangement *a = c->arrangement;
  pvs_payment sum = {0};
  for (int i = 0; i < RESIDENTS + 2; i++) {
    sum.pv += c->payments[i].pv;
    sum.en += c->payments[i].en;
    sum.opex += c->payments[i].opex;
    sum.battery += c->payments[i].battery;
  }
  work->item = "resident";
  work->items = (double)ROUNDS * RESIDENTS;
  bool pays_pv = a->has_pv || a->embedded;
  return (bm_close_to(sum.pv, pays_pv ? 5200 : 0, 1e-12) &&
          bm_close_to(sum.battery, pays_pv ? 3100 : 0, 1e-12) &&
          bm_close_to(sum.en, a->has_en_capex ? 2100 : 0, 1e-12) &&
          bm_close_to(sum.opex, a->has_en_capex ? 900 : 0, 1e-12)) ||
         bm_wrong(why, "$ %.17g for PV, %.17g for batteries, %.17g and %.17g for the network",
                  sum.pv, sum.battery, sum.en, sum.opex);
}

const bm_ops bm_allocate = {arrangement_setup, NULL, allocate_run, allocate_check, free};
const bm_ops bm_pay = {arrangement_setup, NULL, pay_run, pay_check, free};
