/* What a unit leaves behind: sums and bills. */
#include "engine/unit.h"

/* One parent meter of the unit. */
typedef struct finish {
  const pvs_unit_plan *plan;
  const pvs_unit_state *state;
  const pvs_parent_meter *meter;
  pvs_flow_result *result;
} finish;

/* Returns cycles, and adds losses. */
static double finish_battery(const finish *f, uint32_t owner, const pvs_installed_battery *unit) {
  if (!unit)
    return 0;
  const pvs_battery *battery = &f->plan->batteries[owner];
  const pvs_battery_state *state = &f->state->batteries[owner];
  f->result->battery_losses_kwh += pvs_battery_losses_kwh(battery, state);
  return pvs_battery_cycles(battery, state);
}

static void finish_bills(const finish *f, uint32_t payer, const pvs_determinants *determinants,
                         double import_kwh, double export_kwh) {
  const pvs_flow_view *view = &f->meter->view;
  for (uint32_t b = view->payer_first[payer]; b < view->payer_first[payer + 1]; b++)
    pvs_tariff_bill(&f->plan->study->tariffs[view->tariffs[b]], f->plan->metering, f->plan->kernels,
                    determinants, import_kwh, export_kwh, &view->bills[b]);
}

static double import_of(const finish *f, uint32_t i) {
  const pvs_unit_plan *plan = f->plan;
  if (!plan->active[i])
    return plan->load->sum_kwh[i];
  double import = pvs_lanes_sum(f->state->sums[i].import);
  if (plan->daylight)
    import += pvs_daylight_night_kwh(plan->daylight, &plan->load->determinants[i],
                                     &plan->metering->days, plan->kernels);
  return import;
}

static void finish_resident(const finish *f, uint32_t i) {
  const pvs_unit_plan *plan = f->plan;
  const pvs_flow_lanes *sums = &f->state->sums[i];
  const pvs_installed_battery *battery = pvs_unit_battery(plan, i);
  double import = import_of(f, i), export = plan->active[i] ? pvs_lanes_sum(sums->export) : 0;
  double generation = pvs_lanes_sum(f->state->sums[plan->same_generation_as[i]].generation);
  f->meter->view.generation_kwh[i] = generation;
  f->result->generation_kwh += generation;
  f->result->residents_import_kwh += import;
  f->result->residents_export_kwh += export;
  f->result->self_consumed_kwh +=
      battery ? pvs_lanes_sum(sums->self_consumed) : generation - export;
  f->meter->view.cycles[i] = finish_battery(f, i, battery);
  finish_bills(f, i, plan->active[i] ? &f->state->determinants[i] : &plan->load->determinants[i],
               import, export);
}

/* Its energy is imported whatever the resident's PV and battery do; each bill of the resident gets a
 * charge of its own for it. */
static void finish_register(const finish *f, uint32_t number) {
  const pvs_unit_plan *plan = f->plan;
  const pvs_register *own = &plan->folder->registers[number];
  const uint32_t load = plan->n_residents + number;
  const pvs_flow_view *view = &f->meter->view;
  f->result->residents_import_kwh += plan->load->sum_kwh[load];
  for (uint32_t b = view->payer_first[own->owner]; b < view->payer_first[own->owner + 1]; b++)
    view->bills[b].energy_charge_c +=
        pvs_tariff_register_charge(&plan->study->tariffs[view->tariffs[b]], own->number,
                                   plan->metering, plan->kernels, &plan->load->determinants[load]);
}

static void finish_meter(const finish *f, uint32_t k) {
  const pvs_unit_plan *plan = f->plan;
  const pvs_meter_sums *sums = &f->state->meters[k];
  pvs_flow_result *r = f->result;
  const uint32_t n = plan->n_residents;
  r->network_import_kwh = pvs_lanes_sum(sums->import);
  r->network_export_kwh = pvs_lanes_sum(sums->export);
  r->generation_kwh = pvs_lanes_sum(f->state->central_generation);
  for (uint32_t i = 0; i < n; i++)
    finish_resident(f, i);
  for (uint32_t i = 0; i < plan->folder->n_registers; i++)
    finish_register(f, i);
  if (plan->pv && plan->arrangement->central_by_load)
    r->self_consumed_kwh = pvs_lanes_sum(sums->self_consumed);
  r->central_cycles = finish_battery(f, n + k, f->meter->battery);
  const uint32_t payers[] = {PVS_PAYER_NETWORK(n), PVS_PAYER_RETAILER(n)};
  for (size_t p = 0; p < sizeof payers / sizeof *payers; p++)
    finish_bills(f, payers[p], &f->state->determinants[n + k], r->network_import_kwh,
                 r->network_export_kwh);
}

void pvs_unit_finish(const pvs_unit_plan *plan, const pvs_unit_state *state,
                     pvs_work_stats *stats) {
  const uint64_t steps = plan->metering->calendar.steps;
  for (uint32_t k = 0; k < plan->n_meters; k++) {
    const pvs_parent_meter *meter = &plan->meters[k];
    finish_meter(&(finish){plan, state, meter, meter->result}, k);
    stats->flows_computed++;
    stats->bills_computed += meter->result->n_bills;
    stats->customer_steps += plan->n_residents * steps;
    stats->battery_steps += (plan->n_owners + (meter->battery != NULL)) * steps;
  }
}
