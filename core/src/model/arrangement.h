/* Arrangements: who gets which part of the PV (MODEL.md section 5) and who pays which costs
 * (section 8). No tariff logic. */
#ifndef PVS_MODEL_ARRANGEMENT_H
#define PVS_MODEL_ARRANGEMENT_H

#include <stdbool.h>
#include <stdint.h>

/* Where an owner's generation comes from. */
typedef enum pvs_share_kind {
  PVS_SHARE_NONE,
  PVS_SHARE_COLUMN, /* p x factor, where p = column x kWp scale */
  PVS_SHARE_REST,   /* (p - p x factor) / among */
  PVS_SHARE_SPLIT,  /* part of the total x scale in proportion to load in each step */
} pvs_share_kind;

typedef struct pvs_share {
  pvs_share_kind kind;
  uint32_t column;
  double factor, among;
} pvs_share;

/* What a PV allocation depends on. Owners are the residents 0 … n-1 in file order and `central`, index
 * n. */
typedef struct pvs_allocation_input {
  uint32_t n_residents;
  uint32_t cp;              /* index of the common property */
  uint32_t n_columns;       /* of the PV file */
  const int32_t *column_of; /* n_residents + 1: the PV column of that name, -1: none */
  const double *load_kwh;   /* n_residents: sums over the series */
} pvs_allocation_input;

/* Annual costs in $. */
typedef struct pvs_costs {
  double en_opex, en_repayment;
  bool pv_by_owner; /* price points: pv_owner_repayment is listed; else legacy capex: total alone,
                       which is central's */
  double pv_total_repayment, pv_central_repayment;
  const double *pv_owner_repayment; /* n_residents, NaN: not listed; NULL with legacy capex */
  double central_battery;
  const double *battery; /* n_residents: individual batteries */
} pvs_costs;

/* Whom a payment falls on: residents 0 … n-1, then these two. */
#define PVS_PAYER_NETWORK(n_residents)  (n_residents)
#define PVS_PAYER_RETAILER(n_residents) ((n_residents) + 1)

typedef struct pvs_payment {
  double pv, en, opex, battery; /* $ per year */
} pvs_payment;

typedef struct pvs_arrangement {
  const char *id;
  bool embedded; /* EN: one parent meter */
  bool has_pv;
  bool solar_retailer; /* local solar is sold under a PPA */
  bool has_batteries;
  bool en_units_include_cp; /* `unit` costs of the network are for residents, not households */
  bool has_en_capex;
  bool central_by_load; /* self-consumption is measured at the parent meter */
  bool by_name;         /* with several PV columns each must name an owner */
  bool central_is_owner;
  /* Arrangements with the same text divide generation in the same way, so that their scenarios can
   * share energy flows. */
  const char *allocation;
  /* shares: n_residents + 1, zeroed (NONE). NULL without PV. */
  void (*allocate)(const pvs_allocation_input *input, pvs_share *shares);
  /* payments: n_residents + 2, zeroed; the caller adds individual batteries. pv_share: each
   * resident's part of the year's PV, 0 … 1 (n_residents). */
  void (*pay)(const pvs_costs *costs, uint32_t n_residents, uint32_t cp, const double *pv_share,
              pvs_payment *payments);
} pvs_arrangement;

/* Related ones share a file, arr_<name>.c. The list ends with NULL. */
extern const pvs_arrangement pvs_arr_bau, pvs_arr_bau_bat, pvs_arr_en, pvs_arr_en_pv,
    pvs_arr_cp_only, pvs_arr_btm_i_u, pvs_arr_btm_i_c, pvs_arr_btm_s_u, pvs_arr_btm_s_c,
    pvs_arr_btm_p_u, pvs_arr_btm_p_c;
const pvs_arrangement *const *pvs_arrangements(void);
/* NULL: no such arrangement. */
const pvs_arrangement *pvs_arrangement_find(const char *id);

#endif
