/* What scenarios make of flows and bills against MODEL.md sections 8 to 11 taken literally: who pays what,
 * every column, and what is told of a sum that does not come out. */
#include "scenario_support.h"

#include "model/finance.h"
#include <math.h>

enum { CUSTOMERS = 3 };

#define HEADER                                                                                     \
  "scenario,load_folder,arrangement,cp,all_residents,parent,network_tariff,pv_filename,pv_cap_id," \
  "central_battery_id,central_battery_capacity_kWh,all_battery_id,A2_battery_id,central_kWp,"      \
  "A2_kWp,battery_capex_per_kWh,a_term,a_rate,en_capex_id,central_battery_strategy,"               \
  "all_battery_strategy,A2_battery_strategy,pv_scaleable,pv_kW_peak\n"
#define REST ",20,0.06,usual,evening,any,first,1,2\n"

/* Equipment that is nobody's, solar bills that nobody gets, and prices that owners do not pay: all sums that
 * do not come out are here, too. */
static const char study_of_all_money[] =
    HEADER "1,site,bau,tou,flat,zero,demand,,,,,,,,," REST
           "2,two,bau_bat,tou,block,zero,demand,,,,,big,,,," REST
           "3,two,en,tou,flat,demand,tou,,,big,,,,,," REST
           "4,site,en_pv,solar,flat,solar,flat,roof,legacy,,,,,,," REST
           "5,two,en_pv,tou,demand,tou,block,owners,my_pricepoint,any_scale,7,big,,3,1.5," REST
           "6,two,cp_only,solar,flat,zero,demand,roof,legacy,big,,,,,," REST
           "7,site,cp_only,tou,flat,zero,demand,roof,my_pricepoint,,,,,3,1.5," REST
           "8,two,btm_i_u,solar,flat,zero,demand,roof,legacy,,,,,,," REST
           "9,two,btm_i_c,flat,solar,zero,demand,roof,my_pricepoint,big,,,any_scale,3,1.5," REST
           "10,two,btm_s_u,tou,solar,zero,demand,roof,legacy,big,,,,,,500" REST
           "11,two,btm_s_c,solar,tou,zero,demand,roof,my_pricepoint,,,,,3,1.5," REST
           "12,two,btm_p_u,solar,solar,zero,demand,roof,legacy,big,,big,,,,700" REST
           "13,two,btm_p_c,solar,flat,zero,flat,owners,legacy,,,,,,," REST
           "14,site,en,tou,flat,flat,demand,,,any_scale,0,,,,," REST
           "15,site,cp_only,tou,flat,zero,demand,,legacy,,,,,,," REST
           "16,site,en_pv,tou,flat,flat,demand,dark,legacy,,,,,,," REST
           "17,site,btm_i_c,tou,flat,zero,demand,dark,legacy,,,,,,," REST;

static void put_dark_pv(memory_base *base) {
  char text[8192] = "timestamp,pv", line[64];
  for (int t = 0; t < 100; t++) {
    int minute = 23 * 60 + 30 * t;
    snprintf(line, sizeof line, "\n%d/04/2013 %d:%02d,0", 5 + minute / 1440, minute / 60 % 24,
             minute % 60);
    strcat(text, line);
  }
  memory_put(base, "pv_profiles/dark.csv", strcat(text, "\n"));
}

/* One scenario over one load file. */
typedef struct paper {
  const struct pvs_study *study;
  const pvs_scenario *scenario;
  const pvs_arrangement *arrangement;
  const pvs_folder *folder;
  const pvs_load *load;
  const pvs_costing *costing;
  const pvs_flow_result *flow;
  pvs_flow_view view;
  pvs_payment pays[CUSTOMERS + 2];
  double batteries;         /* all repayments, $ */
  double solar, solar_left; /* bills, c; of them to nobody */
} paper;

static const pvs_bill *bill_of(const paper *p, uint32_t payer) {
  const uint32_t tariff = pvs_study_payers(p->study, p->scenario->payers)[payer];
  for (uint32_t b = p->view.payer_first[payer]; b < p->view.payer_first[payer + 1]; b++)
    if (p->view.tariffs[b] == tariff)
      return &p->view.bills[b];
  fail_msg("payer %u has no bill of its tariff", payer);
  return NULL;
}

/* c */
static double energy_of(const paper *p, uint32_t payer) {
  const pvs_bill *bill = bill_of(p, payer);
  const uint32_t tariff = pvs_study_payers(p->study, p->scenario->payers)[payer];
  return bill->energy_charge_c - bill->feed_in_credit_c + bill->demand_charge_c +
         2 * p->study->tariffs[tariff].fixed_c_per_day; /* 100 half-hours are two days */
}

static double battery_costs(const paper *p, uint32_t owner, double cycles) {
  const pvs_battery_set *set = p->scenario->batteries == PVS_NONE
                                   ? NULL
                                   : &p->study->battery_sets.items[p->scenario->batteries];
  const pvs_installed_battery *battery = pvs_study_battery(p->study, set, CUSTOMERS, owner);
  const pvs_costing *c = p->costing;
  return !battery ? 0
                  : pvs_battery_repayment(&battery->terms, cycles, c->battery_capex_per_kwh,
                                          c->a_term_years, c->a_rate);
}

/* Section 8: who pays. */
static void pay(paper *p) {
  const pvs_costing *c = p->costing;
  const char *id = p->arrangement->id;
  const uint32_t cp = p->folder->cp;
  const double central = battery_costs(p, CUSTOMERS, p->flow->central_cycles);
  const pvs_payment whole = {c->pv_central_repayment, c->en_repayment, c->en_opex, central};
  memset(p->pays, 0, sizeof p->pays);
  p->batteries = central;
  for (uint32_t i = 0; i < CUSTOMERS; i++) {
    const bool listed = c->pv_owner_repayment && !isnan(c->pv_owner_repayment[i]);
    const double own = listed ? c->pv_owner_repayment[i] : 0, all = p->flow->generation_kwh,
                 part = all != 0 ? p->view.generation_kwh[i] / all : 0;
    pvs_payment *pays = &p->pays[i];
    if (p->arrangement->embedded)
      pays->pv = own;
    if (strcmp(id, "cp_only") == 0 && i == cp)
      pays->pv = listed ? own : c->pv_total_repayment, pays->battery = central;
    if (strncmp(id, "btm_i", 5) == 0) {
      pays->pv = part > 0 ? c->pv_owner_repayment ? own : c->pv_total_repayment * part : 0;
      pays->battery = central * part;
    }
    if (strncmp(id, "btm_s", 5) == 0 && (id[6] == 'c' || i != cp)) {
      const double n = id[6] == 'c' ? CUSTOMERS : CUSTOMERS - 1;
      *pays = (pvs_payment){whole.pv / n, whole.en / n, whole.opex / n, whole.battery / n};
    }
    const double battery = battery_costs(p, i, p->view.cycles[i]);
    pays->battery += battery;
    p->batteries += battery;
  }
  if (p->arrangement->embedded)
    p->pays[CUSTOMERS] = whole;
  if (strncmp(id, "btm_p", 5) == 0)
    p->pays[CUSTOMERS + 1] = whole;
}

/* c */
static double total_of(const pvs_payment *p) {
  return 100 * (p->pv + p->en + p->opex + p->battery);
}

static void assert_near_or_absent(double a, double b) {
  if (isnan(b))
    assert_true(isnan(a));
  else
    assert_near(a, b);
}

/* Section 9. */
static void check_money(paper *p, const double *c) {
  const bool embedded = p->arrangement->embedded,
             sold = strncmp(p->arrangement->id, "btm_p", 5) == 0;
  const pvs_costing *costs = p->costing;
  double receipts = 0, residents = 0;
  p->solar = 0;
  for (uint32_t customer = 0; customer < CUSTOMERS; customer++) {
    const uint32_t i = pvs_customer_resident(p->folder, customer);
    const double energy = energy_of(p, i), solar = bill_of(p, i)->local_solar_c,
                 total = energy + solar + total_of(&p->pays[i]);
    assert_near(c[pvs_customer_index(PVS_CUSTOMER_BILL, CUSTOMERS, customer)], energy / 100);
    assert_near(c[pvs_customer_index(PVS_CUSTOMER_SOLAR_BILL, CUSTOMERS, customer)], solar / 100);
    assert_near(c[pvs_customer_index(PVS_CUSTOMER_TOTAL, CUSTOMERS, customer)], total / 100);
    receipts += energy;
    p->solar += solar;
    residents += total;
  }
  const double network = energy_of(p, CUSTOMERS),
               network_solar = bill_of(p, CUSTOMERS)->local_solar_c,
               network_total = network + network_solar + total_of(&p->pays[CUSTOMERS]),
               profit = sold ? p->solar - total_of(&p->pays[CUSTOMERS + 1]) : 0,
               retailer = embedded ? network : receipts,
               building = residents + (embedded ? network_total - receipts : 0);
  const double whole =
      costs->en_opex + costs->en_repayment + costs->pv_total_repayment + p->batteries;
  p->solar_left = (sold ? 0 : p->solar) + (embedded ? network_solar : 0);
  assert_near(c[PVS_COL_BUILDING_COSTS], building / 100);
  assert_near(c[PVS_COL_CHECKSUM], (retailer + profit + 100 * whole - building) / 100);
  assert_near(c[PVS_COL_RECEIPTS], embedded ? receipts / 100 : 0);
  assert_near(c[PVS_COL_ENERGY_BILL], embedded ? network / 100 : 0);
  assert_near(c[PVS_COL_TOTAL_PAYMENT], embedded ? network_total / 100 : 0);
  assert_near(c[PVS_COL_ENO_NET], embedded ? (receipts - network_total) / 100 : 0);
  assert_near(c[PVS_COL_NPV_BUILDING], -building / 100 * pvs_present_value_factor(20, 0.06));
  assert_near(c[PVS_COL_DEMAND_CHARGE], bill_of(p, CUSTOMERS)->demand_charge_c / 100);
  assert_near(c[PVS_COL_BATTERY_REPAYMENT], p->pays[CUSTOMERS].battery);
  assert_near(c[PVS_COL_RETAILER_RECEIPT], retailer / 100);
  assert_near(c[PVS_COL_RETAILER_BILL], energy_of(p, CUSTOMERS + 1) / 100);
  assert_near(c[PVS_COL_SOLAR_RETAILER_PROFIT], profit / 100);
}

/* Section 10. */
static void check_energy(const paper *p, const double *c) {
  const pvs_flow_result *f = p->flow;
  const bool embedded = p->arrangement->embedded, has_pv = p->scenario->pv != PVS_NONE;
  const double import = embedded ? f->network_import_kwh : f->residents_import_kwh,
               export = embedded ? f->network_export_kwh : f->residents_export_kwh,
               load = p->load->total_kwh, pv = f->generation_kwh;
  const pvs_battery_set *set = p->scenario->batteries == PVS_NONE
                                   ? NULL
                                   : &p->study->battery_sets.items[p->scenario->batteries];
  const pvs_installed_battery *central = pvs_study_battery(p->study, set, CUSTOMERS, CUSTOMERS);
  assert_near(c[PVS_COL_BUILDING_LOAD], load);
  assert_near(c[PVS_COL_IMPORT], import);
  assert_near(c[PVS_COL_EXPORT], export);
  assert_near(c[PVS_COL_CP_RATIO], 100 * p->load->sum_kwh[p->folder->cp] / load);
  assert_near(c[PVS_COL_PV_RATIO], 100 * pv / load);
  assert_near_or_absent(c[PVS_COL_SELF_CONSUMPTION],
                        has_pv ? 100 * f->self_consumed_kwh / pv : 100);
  assert_near(c[PVS_COL_SELF_SUFFICIENCY], has_pv ? 100 * f->self_consumed_kwh / load : 0);
  assert_near_or_absent(c[PVS_COL_SELF_CONSUMPTION_OLD], has_pv ? 100 - 100 * export / pv : 100);
  assert_near(c[PVS_COL_SELF_SUFFICIENCY_OLD], has_pv ? 100 - 100 * import / load : 0);
  assert_near(c[PVS_COL_BATTERY_LOSSES], f->battery_losses_kwh);
  assert_near(c[PVS_COL_CENTRAL_CAPACITY], central ? central->terms.cap_kwh : 0);
  assert_near(c[PVS_COL_CENTRAL_CYCLES], central ? f->central_cycles : 0);
  assert_near(c[PVS_COL_CENTRAL_SOH],
              p->scenario->id == 14 ? 100 /* a battery of 0 kWh */
              : central             ? 100 - 100 * f->central_cycles / central->terms.max_cycles
                                    : 0);
}

/* What is told of a checksum is where it comes from. */
static void check_imbalance(const paper *p, const pvs_imbalance *told, double checksum_c) {
  pvs_payment paid = {0};
  for (uint32_t i = 0; i < CUSTOMERS + 2; i++) {
    paid.pv += p->pays[i].pv;
    paid.en += p->pays[i].en + p->pays[i].opex;
    paid.battery += p->pays[i].battery;
  }
  assert_near(told->solar_bills, p->solar_left);
  assert_near(told->pv, 100 * (p->costing->pv_total_repayment - paid.pv));
  assert_near(told->embedded_network,
              100 * (p->costing->en_opex + p->costing->en_repayment - paid.en));
  assert_near(told->batteries, 100 * (p->batteries - paid.battery));
  assert_true(fabs(told->pv + told->embedded_network + told->batteries - told->solar_bills -
                   checksum_c) < 1e-6);
}

/* With the two files of a folder as they are, and exchanged: either may be the one that is farther off. */
static void scenarios_follow_the_model(bool exchanged) {
  fixture d;
  uint32_t off = 0;
  memory_base_init(&d.base);
  put_dark_pv(&d.base);
  memory_put(&d.base, MEMORY_STUDY, study_of_all_money);
  for (int i = 0; i < 2; i++)
    memory_put_series(&d.base, i ? "load_profiles/two/b.csv" : "load_profiles/two/a.csv",
                      (const char *const[]){"A1", "cp", "A2"}, 3, false,
                      (uint64_t)(2 + (i ^ exchanged)));
  flows_begin(&d);
  for (uint32_t scenario = 0; scenario < d.info.scenarios; scenario++) {
    const double told = pvs_scenario_compute(d.plan, scenario, d.workspace, d.results);
    double worst = 0;
    paper p = {.study = d.study, .scenario = &d.study->scenarios.items[scenario]}, of_worst = p;
    p.arrangement = pvs_scenario_arrangement(p.scenario);
    p.folder = &d.study->folders[p.scenario->folder];
    p.costing = &d.study->costings.items[p.scenario->costing];
    assert_int_equal(p.folder->n_residents, CUSTOMERS);
    for (uint32_t file = 0; file < p.folder->n_loads; file++) {
      const double *column = d.workspace->columns + file * pvs_scenario_width(CUSTOMERS);
      pvs_flow_result *flow =
          pvs_plan_result(d.plan, d.results, d.plan->group_of_scenario[scenario], file);
      pvs_flow_result_view(flow, &p.view);
      p.flow = flow;
      p.load = &d.study->loads[p.folder->first_load + file];
      pay(&p);
      check_money(&p, column);
      check_energy(&p, column);
      const double checksum = column[PVS_COL_CHECKSUM] * 100;
      if (file == 0 || fabs(checksum) > fabs(worst)) {
        worst = checksum;
        of_worst = p;
      }
    }
    assert_near(told, fabs(worst));
    check_imbalance(&of_worst, &d.workspace->imbalance, worst);
    off += fabs(worst) > 0.005;
  }
  assert_true(off > 5); /* or nothing is shown of them */
  fixture_close(&d);
}

static void columns_are_those_of_the_model(void **state) {
  (void)state;
  scenarios_follow_the_model(false);
  scenarios_follow_the_model(true);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(columns_are_those_of_the_model)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
