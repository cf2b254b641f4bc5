/* A scenario's money and metrics: identities between its columns that the model implies, in every
 * arrangement. */
#include "scenario_support.h"

#include "model/finance.h"
#include <math.h>

static double customers(const double *column, pvs_customer_result kind) {
  double sum = 0;
  for (uint32_t customer = 0; customer < 3; customer++)
    sum += column[pvs_customer_index(kind, 3, customer)];
  return sum;
}

#define HEADER                                                                                     \
  "scenario,arrangement,parent,pv_filename,pv_cap_id,central_battery_id,all_battery_id,"           \
  "central_kWp,A2_kWp,load_folder,cp,all_residents,network_tariff,a_term,a_rate,en_capex_id,"      \
  "central_battery_strategy,all_battery_strategy\n"
#define REST ",site,tou,flat,demand,20,0.06,usual,evening,any\n"
#define SOLD ",site,solar,solar,demand,20,0.06,usual,evening,any\n"

/* clang-format off */
static const char every_arrangement[] = HEADER
    "1,bau,zero,,,,,," REST
    "2,bau_bat,zero,,,,big,," REST
    "3,en,demand,,,big,,," REST
    "4,en_pv,demand,roof,legacy,,,," REST
    "5,en_pv,tou,owners,my_pricepoint,any_scale,big,3,1.5" REST
    "6,cp_only,zero,roof,legacy,,,," REST
    "7,btm_i_u,zero,roof,legacy,,,," REST
    "8,btm_i_c,zero,roof,legacy,,big,," REST
    "9,btm_s_u,zero,roof,legacy,,,," REST
    "10,btm_s_c,zero,roof,legacy,big,big,," REST
    "11,btm_p_u,zero,roof,legacy,,,," SOLD
    "12,btm_p_c,zero,roof,legacy,big,,," SOLD
    "13,btm_i_c,zero,roof,,,big,," REST
    "14,cp_only,zero,,legacy,,,," REST;
/* clang-format on */

static void money_adds_up_in_every_arrangement(void **state) {
  (void)state;
  fixture d;
  flows_open(&d, every_arrangement);
  for (uint32_t i = 0; i < d.info.scenarios; i++) {
    double worst = pvs_scenario_compute(d.plan, i, d.workspace, d.results);
    const double *c = d.workspace->columns;
    const pvs_scenario *s = &d.study->scenarios.items[i];
    const pvs_arrangement *a = pvs_scenario_arrangement(s);
    assert_true(worst < 0.005); /* payments and receipts agree */
    assert_near(c[PVS_COL_CHECKSUM], 0);
    assert_near(c[PVS_COL_BUILDING_COSTS],
                customers(c, PVS_CUSTOMER_TOTAL) + c[PVS_COL_TOTAL_PAYMENT] - c[PVS_COL_RECEIPTS]);
    assert_near(c[PVS_COL_ENO_NET], c[PVS_COL_RECEIPTS] - c[PVS_COL_TOTAL_PAYMENT]);
    if (a->embedded) {
      assert_near(c[PVS_COL_RECEIPTS], customers(c, PVS_CUSTOMER_BILL));
      assert_near(c[PVS_COL_RETAILER_RECEIPT], c[PVS_COL_ENERGY_BILL]);
    } else {
      assert_true(c[PVS_COL_RECEIPTS] == 0 && c[PVS_COL_ENERGY_BILL] == 0 &&
                  c[PVS_COL_TOTAL_PAYMENT] == 0);
      assert_near(c[PVS_COL_RETAILER_RECEIPT], customers(c, PVS_CUSTOMER_BILL));
    }
    if (!a->solar_retailer)
      assert_true(c[PVS_COL_SOLAR_RETAILER_PROFIT] == 0);
    const pvs_costing *costing = &d.study->costings.items[s->costing];
    assert_near(c[PVS_COL_NPV_BUILDING],
                -c[PVS_COL_BUILDING_COSTS] * costing->present_value_factor);
    if (s->pv == PVS_NONE) {
      assert_true(c[PVS_COL_SELF_CONSUMPTION] == 100 && c[PVS_COL_SELF_SUFFICIENCY] == 0);
      assert_true(c[PVS_COL_SELF_CONSUMPTION_OLD] == 100 && c[PVS_COL_SELF_SUFFICIENCY_OLD] == 0);
      assert_true(c[PVS_COL_PV_RATIO] == 0);
    }
    if (s->batteries == PVS_NONE) {
      assert_true(c[PVS_COL_BATTERY_LOSSES] == 0 && c[PVS_COL_CENTRAL_CYCLES] == 0 &&
                  c[PVS_COL_CENTRAL_SOH] == 0 && c[PVS_COL_CENTRAL_CAPACITY] == 0);
      if (s->pv != PVS_NONE && !a->embedded) /* what is not exported is used by its owner */
        assert_near(c[PVS_COL_SELF_CONSUMPTION], c[PVS_COL_SELF_CONSUMPTION_OLD]);
    }
  }
  fixture_close(&d);
}

/* Costs of equipment raise the building's cost by just what they come to. */
static void equipment_costs_what_it_costs(void **state) {
  (void)state;
  fixture d;
  flows_open(&d, HEADER "1,en_pv,zero,roof,,,,," REST "2,en_pv,zero,roof,legacy,,,," REST
                        "3,btm_s_c,zero,roof,,,,," REST "4,btm_s_c,zero,roof,legacy,,,," REST
                        "5,btm_p_u,zero,roof,,,,," REST "6,btm_p_u,zero,roof,legacy,,,," REST);
  double cost[6], profit[6];
  for (uint32_t i = 0; i < 6; i++) {
    pvs_scenario_compute(d.plan, i, d.workspace, d.results);
    cost[i] = d.workspace->columns[PVS_COL_BUILDING_COSTS];
    profit[i] = d.workspace->columns[PVS_COL_SOLAR_RETAILER_PROFIT];
  }
  double repayment =
      d.study->costings.items[d.study->scenarios.items[1].costing].pv_total_repayment;
  /* An inverter that lasts 10 of the 20 years is bought again once, not twice. */
  assert_near(repayment, pvs_annual_repayment(24830 + 3945, 20, 0.06));
  assert_near(cost[1] - cost[0], repayment);
  assert_near(cost[3] - cost[2], repayment);
  assert_near(cost[5] - cost[4], 0); /* the solar retailer's own */
  assert_near(profit[4] - profit[5], repayment);
  fixture_close(&d);
}

static void money_that_does_not_add_up_is_told(void **state) {
  (void)state;
  fixture d; /* systems are listed whose owners do not pay for them */
  flows_open(&d, HEADER "1,btm_s_c,zero,roof,my_pricepoint,,,3,1.5" REST);
  double worst = pvs_scenario_compute(d.plan, 0, d.workspace, d.results);
  assert_true(worst > 0.005);
  assert_near(fabs(d.workspace->columns[PVS_COL_CHECKSUM]) * 100, worst);
  pvs_error error = {0};
  pvs_output *output;
  pvs_rows *rows = malloc(d.info.rows_bytes);
  assert_non_null(rows);
  assert_int_equal(pvs_output_create(d.plan, &(pvs_output_options){0}, &output, &error), PVS_OK);
  assert_int_equal(pvs_scenario_finish(d.plan, 0, d.workspace, d.results, output, rows, &error),
                   PVS_OK);
  const char *warning =
      rows->text + rows->results_length + rows->std_dev_length + rows->customers_length;
  assert_true(rows->warning_length > 0);
  assert_non_null(memmem(warning, rows->warning_length, "s_001", 5));
  pvs_output_close(output, NULL, NULL, &error);
  free(rows);
  fixture_close(&d);
}

/* More paid than there is to pay for: as far from 0, on the other side. */
static void too_much_money_is_told_too(void **state) {
  (void)state;
  fixture d;
  flows_open(&d, HEADER "1,btm_s_c,zero,roof,my_pricepoint,,,3,1.5" REST);
  double missing = pvs_scenario_compute(d.plan, 0, d.workspace, d.results);
  pvs_costing *costing =
      (pvs_costing *)&d.study->costings.items[d.study->scenarios.items[0].costing];
  double whole = 100 * costing->pv_total_repayment;
  costing->pv_total_repayment = 0;
  double surplus = pvs_scenario_compute(d.plan, 0, d.workspace, d.results);
  assert_true(surplus > 0.005);
  assert_near(surplus, whole - missing);
  assert_near(d.workspace->columns[PVS_COL_CHECKSUM] * 100, -surplus);
  fixture_close(&d);
}

/* No load, or no sunshine: 0/0 is an absent cell, not a number. */
static void nothing_by_nothing_is_absent(void **state) {
  (void)state;
  fixture d;
  memory_base_init(&d.base);
  char zeros[8192] = "timestamp,cp,A1,A2\n", dark[8192] = "timestamp,pv\n", line[64];
  for (int t = 0; t < 100; t++) {
    int minute = 23 * 60 + 30 * t;
    snprintf(line, sizeof line, "%d/04/2013 %d:%02d", 5 + minute / 1440, minute / 60 % 24,
             minute % 60);
    strcat(strcat(zeros, line), ",0,0,0\n");
    strcat(strcat(dark, line), ",0\n");
  }
  memory_put(&d.base, "load_profiles/site/load.csv", zeros);
  memory_put(&d.base, "pv_profiles/roof.csv", dark);
  memory_put(&d.base, MEMORY_STUDY, HEADER "1,btm_i_c,zero,roof,legacy,,,," REST);
  flows_begin(&d);
  pvs_scenario_compute(d.plan, 0, d.workspace, d.results);
  static const int absent[] = {PVS_COL_CP_RATIO,
                               PVS_COL_PV_RATIO,
                               PVS_COL_SELF_CONSUMPTION,
                               PVS_COL_SELF_SUFFICIENCY,
                               PVS_COL_SELF_CONSUMPTION_OLD,
                               PVS_COL_SELF_SUFFICIENCY_OLD};
  for (size_t i = 0; i < COUNT_OF(absent); i++)
    assert_true(isnan(d.workspace->columns[absent[i]]));
  assert_true(isfinite(d.workspace->columns[PVS_COL_BUILDING_COSTS]));
  for (uint32_t i = 0; i < 3; i++) /* nobody has generation to pay for */
    assert_true(d.workspace->payments[i].pv == 0);
  fixture_close(&d);
}

static void cp_stands_first_among_customers(void **state) {
  (void)state;
  for (uint32_t cp = 0; cp < 4; cp++) {
    pvs_folder folder = {.n_residents = 4, .cp = cp};
    assert_int_equal(pvs_customer_resident(&folder, 0), cp);
    uint32_t expected = 0;
    for (uint32_t customer = 1; customer < 4; customer++, expected++) {
      expected += expected == cp;
      assert_int_equal(pvs_customer_resident(&folder, customer), expected);
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(money_adds_up_in_every_arrangement),
      cmocka_unit_test(equipment_costs_what_it_costs),
      cmocka_unit_test(money_that_does_not_add_up_is_told),
      cmocka_unit_test(too_much_money_is_told_too),
      cmocka_unit_test(nothing_by_nothing_is_absent),
      cmocka_unit_test(cp_stands_first_among_customers),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
