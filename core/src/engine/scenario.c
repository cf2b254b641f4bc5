#include "engine/scenario.h"
#include "model/finance.h"
#include <math.h>
#include <string.h>

/* One scenario over one load file. */
typedef struct money {
  const struct pvs_study *study;
  const pvs_scenario *scenario;
  const pvs_arrangement *arrangement;
  const pvs_folder *folder;
  const pvs_load *load;
  const pvs_costing *costing;
  const pvs_battery_set *set;
  pvs_flow_result *flow;
  pvs_flow_view parts;
  struct pvs_workspace *ws;
  double central_battery_dollars, all_batteries_dollars;
} money;

static const pvs_bill *bill_of(const money *m, uint32_t payer, uint32_t tariff) {
  uint32_t b = m->parts.payer_first[payer];
  while (m->parts.tariffs[b] != tariff)
    b++;
  return &m->parts.bills[b];
}

static double energy_bill(const money *m, const pvs_bill *bill, uint32_t tariff) {
  return bill->energy_charge_c - bill->feed_in_credit_c +
         m->study->tariffs[tariff].fixed_c_per_day * m->study->metering.num_days +
         bill->demand_charge_c;
}

static const pvs_installed_battery *unit_of(const money *m, uint32_t owner) {
  return pvs_study_battery(m->study, m->set, m->folder->n_residents, owner);
}

static double battery_repayment(const money *m, uint32_t owner, double cycles) {
  const pvs_installed_battery *unit = unit_of(m, owner);
  const pvs_costing *c = m->costing;
  return unit ? pvs_battery_repayment(&unit->terms, cycles, c->battery_capex_per_kwh,
                                      c->a_term_years, c->a_rate)
              : 0;
}

static void share_costs(money *m) {
  uint32_t n = m->folder->n_residents;
  const pvs_costing *c = m->costing;
  memset(m->ws->payments, 0, (n + 2) * sizeof *m->ws->payments);
  m->central_battery_dollars = battery_repayment(m, n, m->flow->central_cycles);
  m->all_batteries_dollars = m->central_battery_dollars;
  double generation = m->flow->generation_kwh;
  for (uint32_t i = 0; i < n; i++) {
    m->ws->costs_battery[i] = battery_repayment(m, i, m->parts.cycles[i]);
    m->all_batteries_dollars += m->ws->costs_battery[i];
    m->ws->pv_share[i] = generation != 0 ? m->parts.generation_kwh[i] / generation : 0;
  }
  m->arrangement->pay(&(pvs_costs){.en_opex = c->en_opex,
                                   .en_repayment = c->en_repayment,
                                   .pv_by_owner = c->pv_owner_repayment != NULL,
                                   .pv_total_repayment = c->pv_total_repayment,
                                   .pv_central_repayment = c->pv_central_repayment,
                                   .pv_owner_repayment = c->pv_owner_repayment,
                                   .central_battery = m->central_battery_dollars,
                                   .battery = m->ws->costs_battery},
                      n, m->folder->cp, m->ws->pv_share, m->ws->payments);
  for (uint32_t i = 0; i < n; i++)
    m->ws->payments[i].battery += m->ws->costs_battery[i];
}

static double payment_cents(const pvs_payment *payment) {
  return PVS_CENTS_PER_DOLLAR * (payment->pv + payment->en + payment->opex + payment->battery);
}

/* Which amounts keep the checksum from 0: local solar bills in cents, costs as they were shared out. */
static pvs_imbalance find_imbalance(const money *m, double solar_bills) {
  const pvs_costing *c = m->costing;
  pvs_imbalance left = {
      .solar_bills = m->arrangement->solar_retailer ? 0 : solar_bills,
      .pv = c->pv_total_repayment,
      .embedded_network = c->en_opex + c->en_repayment,
      .batteries = m->all_batteries_dollars,
  };
  for (uint32_t payer = 0; payer < m->folder->n_residents + 2; payer++) {
    const pvs_payment *paid = &m->ws->payments[payer];
    left.pv -= paid->pv;
    left.embedded_network -= paid->en + paid->opex;
    left.batteries -= paid->battery;
  }
  left.pv *= PVS_CENTS_PER_DOLLAR;
  left.embedded_network *= PVS_CENTS_PER_DOLLAR;
  left.batteries *= PVS_CENTS_PER_DOLLAR;
  return left;
}

/* Returns the checksum in cents. */
static double settle(money *m, double *column, pvs_imbalance *imbalance) {
  uint32_t n = m->folder->n_residents;
  const uint32_t *tariffs = pvs_study_payers(m->study, m->scenario->payers);
  double receipts = 0, residents_total = 0, solar_bills = 0;
  for (uint32_t customer = 0; customer < n; customer++) {
    uint32_t i = pvs_customer_resident(m->folder, customer);
    const pvs_bill *bill = bill_of(m, i, tariffs[i]);
    double energy = energy_bill(m, bill, tariffs[i]);
    double total = energy + bill->local_solar_c + payment_cents(&m->ws->payments[i]);
    column[pvs_customer_index(PVS_CUSTOMER_BILL, n, customer)] = energy / PVS_CENTS_PER_DOLLAR;
    column[pvs_customer_index(PVS_CUSTOMER_SOLAR_BILL, n, customer)] =
        bill->local_solar_c / PVS_CENTS_PER_DOLLAR;
    column[pvs_customer_index(PVS_CUSTOMER_TOTAL, n, customer)] = total / PVS_CENTS_PER_DOLLAR;
    receipts += energy;
    residents_total += total;
    solar_bills += bill->local_solar_c;
  }
  uint32_t parent = PVS_PAYER_NETWORK(n), retailer = PVS_PAYER_RETAILER(n);
  const pvs_bill *parent_bill = bill_of(m, parent, tariffs[parent]);
  const pvs_bill *retailer_bill = bill_of(m, retailer, tariffs[retailer]);
  double network_bill = energy_bill(m, parent_bill, tariffs[parent]);
  double network_total =
      network_bill + parent_bill->local_solar_c + payment_cents(&m->ws->payments[parent]);
  double retailer_receipt = network_bill;
  if (!m->arrangement->embedded) {
    retailer_receipt = receipts;
    receipts = network_bill = network_total = 0;
  }
  double profit =
      m->arrangement->solar_retailer ? solar_bills - payment_cents(&m->ws->payments[retailer]) : 0;
  double building = residents_total + network_total - receipts;
  const pvs_costing *c = m->costing;
  double checksum = retailer_receipt + profit +
                    PVS_CENTS_PER_DOLLAR * (c->en_opex + c->en_repayment + c->pv_total_repayment +
                                            m->all_batteries_dollars) -
                    building;
  *imbalance =
      find_imbalance(m, solar_bills + (m->arrangement->embedded ? parent_bill->local_solar_c : 0));
  column[PVS_COL_BUILDING_COSTS] = building / PVS_CENTS_PER_DOLLAR;
  column[PVS_COL_CHECKSUM] = checksum / PVS_CENTS_PER_DOLLAR;
  column[PVS_COL_RECEIPTS] = receipts / PVS_CENTS_PER_DOLLAR;
  column[PVS_COL_ENERGY_BILL] = network_bill / PVS_CENTS_PER_DOLLAR;
  column[PVS_COL_TOTAL_PAYMENT] = network_total / PVS_CENTS_PER_DOLLAR;
  column[PVS_COL_NPV_BUILDING] = -building * c->present_value_factor / PVS_CENTS_PER_DOLLAR;
  column[PVS_COL_DEMAND_CHARGE] = parent_bill->demand_charge_c / PVS_CENTS_PER_DOLLAR;
  column[PVS_COL_BATTERY_REPAYMENT] = m->ws->payments[parent].battery;
  column[PVS_COL_ENO_NET] = (receipts - network_total) / PVS_CENTS_PER_DOLLAR;
  column[PVS_COL_RETAILER_RECEIPT] = retailer_receipt / PVS_CENTS_PER_DOLLAR;
  column[PVS_COL_RETAILER_BILL] =
      energy_bill(m, retailer_bill, tariffs[retailer]) / PVS_CENTS_PER_DOLLAR;
  column[PVS_COL_SOLAR_RETAILER_PROFIT] = profit / PVS_CENTS_PER_DOLLAR;
  return checksum;
}

/* The common property's load, registers included. */
static double cp_load(const money *m) {
  double kwh = m->load->sum_kwh[m->folder->cp];
  for (uint32_t i = 0; i < m->folder->n_registers; i++)
    if (m->folder->registers[i].owner == m->folder->cp)
      kwh += m->load->sum_kwh[m->folder->n_residents + i];
  return kwh;
}

static void measure(const money *m, double *column) {
  const pvs_flow_result *flow = m->flow;
  bool embedded = m->arrangement->embedded, has_pv = m->scenario->pv != PVS_NONE;
  double import = embedded ? flow->network_import_kwh : flow->residents_import_kwh;
  double export = embedded ? flow->network_export_kwh : flow->residents_export_kwh;
  double load = m->load->total_kwh, pv = flow->generation_kwh;
  column[PVS_COL_BUILDING_LOAD] = load;
  column[PVS_COL_EXPORT] = export;
  column[PVS_COL_IMPORT] = import;
  column[PVS_COL_CP_RATIO] = cp_load(m) / load * 100;
  column[PVS_COL_PV_RATIO] = pv / load * 100;
  column[PVS_COL_SELF_CONSUMPTION] = has_pv ? 100 * flow->self_consumed_kwh / pv : 100;
  column[PVS_COL_SELF_SUFFICIENCY] = has_pv ? 100 * flow->self_consumed_kwh / load : 0;
  column[PVS_COL_SELF_CONSUMPTION_OLD] = has_pv ? 100 - 100 * export / pv : 100;
  column[PVS_COL_SELF_SUFFICIENCY_OLD] = has_pv ? 100 - 100 * import / load : 0;
  const pvs_installed_battery *central = unit_of(m, m->folder->n_residents);
  column[PVS_COL_CENTRAL_CAPACITY] = central ? central->terms.cap_kwh : 0;
  column[PVS_COL_BATTERY_LOSSES] = flow->battery_losses_kwh;
  column[PVS_COL_CENTRAL_CYCLES] = central ? flow->central_cycles : 0;
  column[PVS_COL_CENTRAL_SOH] = central ? pvs_battery_soh(flow->central_cycles, &central->terms)
                                        : (m->scenario->empty_central ? 100 : 0);
}

double pvs_scenario_compute(const struct pvs_plan *plan, uint32_t scenario,
                            struct pvs_workspace *ws, const void *results) {
  const struct pvs_study *study = plan->study;
  money m = {.study = study, .scenario = &study->scenarios.items[scenario], .ws = ws};
  m.arrangement = pvs_scenario_arrangement(m.scenario);
  m.folder = &study->folders[m.scenario->folder];
  m.costing = &study->costings.items[m.scenario->costing];
  if (m.scenario->batteries != PVS_NONE)
    m.set = &study->battery_sets.items[m.scenario->batteries];
  double worst = 0;
  for (uint32_t file = 0; file < m.folder->n_loads; file++) {
    double *column = ws->columns + file * pvs_scenario_width(m.folder->n_residents);
    m.load = &study->loads[m.folder->first_load + file];
    m.flow = pvs_plan_result(plan, results, plan->group_of_scenario[scenario], file);
    pvs_flow_result_view(m.flow, &m.parts);
    share_costs(&m);
    pvs_imbalance imbalance;
    double checksum = fabs(settle(&m, column, &imbalance));
    if (checksum > worst || file == 0)
      ws->imbalance = imbalance;
    worst = fmax(worst, checksum);
    measure(&m, column);
  }
  return worst;
}
