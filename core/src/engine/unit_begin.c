/* What is known of a unit before its first step. */
#include "engine/workspace.h"
#include <math.h>
#include <string.h>

/* ---- batteries ---- */

static double threshold(const pvs_unit_plan *plan, const pvs_installed_battery *battery,
                        const double *load) {
  return pvs_battery_threshold(&plan->study->strategies.items[battery->strategy], load,
                               plan->metering->calendar.steps);
}

/* Of a battery that serves the whole building: found once for all units with its strategy. */
static double building_threshold(const pvs_unit_plan *plan, const pvs_installed_battery *battery,
                                 struct pvs_workspace *ws) {
  if (ws->thresholds_of != plan->load) {
    for (uint32_t i = 0; i < plan->study->strategies.count; i++)
      ws->thresholds[i] = NAN;
    ws->thresholds_of = plan->load;
  }
  double *known = &ws->thresholds[battery->strategy];
  if (isnan(*known))
    *known = threshold(plan, battery, plan->load->total);
  return *known;
}

/* owner: a resident, or n_residents and the parent meter's number. */
static void begin_battery(pvs_unit *unit, uint32_t owner, const pvs_installed_battery *battery,
                          double threshold_kwh) {
  unit->batteries[owner] = battery->battery;
  unit->batteries[owner].threshold_kwh = threshold_kwh;
  pvs_battery_begin(&unit->state.batteries[owner], &battery->terms);
}

/* ---- generation ---- */

static void begin_shares(pvs_unit *unit) {
  pvs_unit_plan *plan = &unit->plan;
  const pvs_folder *folder = plan->folder;
  uint32_t n = plan->n_residents;
  memset(unit->shares, 0, (n + 1) * sizeof *unit->shares);
  if (!plan->pv)
    return;
  const pvs_owner_map *map =
      &plan->study
           ->owner_maps[(size_t)plan->scenario->folder * plan->study->n_pvs + plan->scenario->pv];
  plan->arrangement->allocate(&(pvs_allocation_input){.n_residents = n,
                                                      .cp = folder->cp,
                                                      .n_columns = plan->pv->profile.n_series,
                                                      .column_of = map->column_of,
                                                      .load_kwh = plan->load->sum_kwh},
                              unit->shares);
  uint32_t sharers = 0;
  for (uint32_t i = 0; i < n; i++)
    sharers += unit->shares[i].kind == PVS_SHARE_SPLIT;
  plan->n_sharers = sharers;
  plan->shared_load = sharers == n ? plan->load->residents : plan->load->households;
}

/* Whether the resident's generation is that of the one before it: equal parts of one system. */
static bool same_generation(const pvs_share *shares, uint32_t i) {
  const pvs_share *a = &shares[i], *b = &shares[i - 1];
  return a->kind != PVS_SHARE_SPLIT && memcmp(a, b, sizeof *a) == 0;
}

/* ---- residents ---- */

static void begin_residents(pvs_unit *unit) {
  pvs_unit_plan *plan = &unit->plan;
  bool has_night = plan->pv != NULL; /* nobody's flow at night differs from its load */
  for (uint32_t i = 0; i < plan->n_residents; i++) {
    const pvs_installed_battery *battery = pvs_unit_battery(plan, i);
    bool takes_back = plan->load->some[i] & PVS_SOME_NEGATIVE;
    unit->same_generation_as[i] =
        i > 0 && same_generation(unit->shares, i) ? unit->same_generation_as[i - 1] : i;
    unit->active[i] = battery || unit->shares[i].kind != PVS_SHARE_NONE || takes_back;
    plan->any_active |= unit->active[i];
    has_night &= !battery && !takes_back;
    if (battery) {
      unit->owners[plan->n_owners++] = i;
      begin_battery(unit, i, battery, threshold(plan, battery, plan->load->series[i]));
    }
  }
  if (has_night)
    plan->daylight = &plan->plan->daylight[plan->scenario->pv];
}

/* ---- meters ---- */

static void begin_parent_meter(pvs_unit *unit, uint32_t k, uint32_t group, uint32_t file,
                               struct pvs_workspace *ws, void *results) {
  const struct pvs_plan *plan = unit->plan.plan;
  const struct pvs_study *study = unit->plan.study;
  uint32_t n = unit->plan.n_residents;
  pvs_parent_meter *meter = &unit->meters[k];
  *meter = (pvs_parent_meter){.result = pvs_plan_result(plan, results, group, file)};
  *meter->result = (pvs_flow_result){.n_residents = n, .n_bills = plan->groups[group].n_bills};
  pvs_flow_result_view(meter->result, &meter->view);
  pvs_bill_finder_list(&ws->finder, plan, group, meter->view.payer_first, meter->view.tariffs);
  uint32_t set = study->scenarios.items[plan->groups[group].first_scenario].batteries;
  if (set != PVS_NONE)
    meter->battery = pvs_study_battery(study, &study->battery_sets.items[set], n, n);
  if (meter->battery)
    begin_battery(unit, n + k, meter->battery, building_threshold(&unit->plan, meter->battery, ws));
}

/* Which billing determinants each meter's tariffs need. Network and retailer have one meter. */
static void begin_needs(pvs_unit *unit) {
  uint32_t n = unit->plan.n_residents;
  memset(unit->needs, 0, (n + 1) * sizeof *unit->needs);
  for (uint32_t k = 0; k < unit->plan.n_meters; k++) {
    const pvs_flow_view *view = &unit->meters[k].view;
    for (uint32_t payer = 0; payer < n + 2; payer++) {
      uint32_t meter = payer < n ? payer : n;
      for (uint32_t b = view->payer_first[payer]; b < view->payer_first[payer + 1]; b++)
        unit->needs[meter] |= unit->plan.study->tariffs[view->tariffs[b]].needs;
    }
  }
}

static void begin_state(const pvs_unit *unit) {
  const pvs_unit_plan *plan = &unit->plan;
  const pvs_unit_state *state = &unit->state;
  uint32_t n = plan->n_residents;
  memset(state->sums, 0, n * sizeof *state->sums);
  memset(state->meters, 0, plan->n_meters * sizeof *state->meters);
  memset(state->central_generation, 0, PVS_LANES * sizeof *state->central_generation);
  for (uint32_t i = 0; i < n; i++)
    if (plan->active[i] && plan->daylight)
      pvs_daylight_begin_determinants(plan->daylight, &state->determinants[i],
                                      &plan->load->determinants[i], plan->metering, plan->needs[i]);
    else if (plan->active[i])
      pvs_determinants_clear(&state->determinants[i], plan->metering, plan->needs[i]);
  for (uint32_t k = 0; k < plan->n_meters; k++)
    pvs_determinants_clear(&state->determinants[n + k], plan->metering, plan->needs[n]);
}

void pvs_unit_begin(pvs_unit *unit, const struct pvs_plan *plan, uint32_t number,
                    uint32_t n_variants, bool shown, struct pvs_workspace *ws, void *results) {
  const struct pvs_study *study = plan->study;
  uint32_t group = plan->group_of_unit[number], file = number - plan->groups[group].first_unit;
  const pvs_scenario *scenario = &study->scenarios.items[plan->groups[group].first_scenario];
  const pvs_folder *folder = &study->folders[scenario->folder];
  unit->plan = (pvs_unit_plan){
      .plan = plan,
      .study = study,
      .metering = &study->metering,
      .kernels = plan->kernels,
      .scenario = scenario,
      .arrangement = pvs_scenario_arrangement(scenario),
      .folder = folder,
      .load = &study->loads[folder->first_load + file],
      .pv = scenario->pv == PVS_NONE ? NULL : &study->pvs[scenario->pv],
      .battery_set =
          scenario->batteries == PVS_NONE ? NULL : &study->battery_sets.items[scenario->batteries],
      .n_residents = folder->n_residents,
      .n_meters = n_variants,
      .shown = shown,
      .shares = unit->shares,
      .active = unit->active,
      .same_generation_as = unit->same_generation_as,
      .owners = unit->owners,
      .batteries = unit->batteries,
      .needs = unit->needs,
      .meters = unit->meters,
  };
  begin_shares(unit);
  begin_residents(unit);
  for (uint32_t k = 0; k < n_variants; k++)
    begin_parent_meter(unit, k, plan->group_of_unit[number + k], file, ws, results);
  begin_needs(unit);
  begin_state(unit);
  unit->tile.day_span = 0;
  unit->tile.daylight_span = 0;
}
