/* Units: what is made ready before their first chunk of steps, their chunks (flow_chunk.c), and
 * their sums and bills after the last. Only sums leave.
 *
 * A customer without generation and battery imports its load, whatever the scenario: it is passive
 * and its sums were made once, when the study was sealed. */
#include "engine/flow_parts.h"
#include <assert.h>
#include <math.h>
#include <string.h>

/* ---- before the first chunk ---- */

static double threshold(const pvs_flow *f, const pvs_battery_unit *unit, const double *load) {
  return pvs_battery_threshold(&f->study->strategies.items[unit->strategy], load,
                               f->metering->calendar.steps);
}

/* Of a battery at the parent meter: found once for all units with its strategy. */
static double network_threshold(const pvs_flow *f, const pvs_battery_unit *unit) {
  struct pvs_workspace *ws = f->ws;
  if (ws->thresholds_of != f->load) {
    for (uint32_t i = 0; i < f->study->strategies.count; i++)
      ws->thresholds[i] = NAN;
    ws->thresholds_of = f->load;
  }
  double *known = &ws->thresholds[unit->strategy];
  if (isnan(*known))
    *known = threshold(f, unit, f->load->total);
  return *known;
}

/* owner: resident, or n_residents and the network's number. */
static void begin_battery(const pvs_flow *f, uint32_t owner, const pvs_battery_unit *unit,
                          double threshold_kwh) {
  pvs_battery *battery = &f->own->batteries[owner];
  *battery = unit->battery;
  battery->threshold_kwh = threshold_kwh;
  pvs_battery_begin(&f->own->states[owner], &unit->terms);
}

static void begin_shares(pvs_flow *f) {
  const pvs_folder *folder = f->folder;
  uint32_t n = folder->n_residents;
  memset(f->own->shares, 0, (n + 1) * sizeof *f->own->shares);
  if (!f->pv)
    return;
  const pvs_owner_map *map =
      &f->study->owner_maps[(size_t)f->scenario->folder * f->study->n_pvs + f->scenario->pv];
  f->arrangement->allocate(&(pvs_allocation_input){.n_residents = n,
                                                   .cp = folder->cp,
                                                   .n_columns = f->pv->profile.n_series,
                                                   .column_of = map->column_of,
                                                   .load_kwh = f->load->sum_kwh},
                           f->own->shares);
  uint32_t sharers = 0;
  for (uint32_t i = 0; i < n; i++)
    sharers += f->own->shares[i].kind == PVS_SHARE_SPLIT;
  f->split_among = sharers;
  f->split_total = sharers == n ? f->load->total : f->load->households;
}

/* The owner has the generation of the one before it: equal parts of one system. */
static bool same_generation(const pvs_flow *f, uint32_t i) {
  const pvs_share *a = &f->own->shares[i], *b = &f->own->shares[i - 1];
  return a->kind != PVS_SHARE_SPLIT && a->kind == b->kind && a->column == b->column &&
         a->factor == b->factor && !pvs_flow_battery(f, i) && !pvs_flow_battery(f, i - 1);
}

/* Who has work to do step by step, and which sums each payer's tariffs need. */
static void begin_customers(pvs_flow *f) {
  pvs_flow_memory *own = f->own;
  uint32_t n = f->folder->n_residents;
  bool dark = f->pv != NULL;
  for (uint32_t i = 0; i < n; i++) {
    bool has_battery = pvs_flow_battery(f, i) != NULL;
    own->source[i] = i > 0 && same_generation(f, i) ? own->source[i - 1] : i;
    dark &= !has_battery && f->load->never_negative[i];
    own->active[i] =
        has_battery || own->shares[i].kind != PVS_SHARE_NONE || !f->load->never_negative[i];
    f->any_active |= own->active[i];
    if (has_battery)
      own->owners[f->n_batteries++] = i;
    if (has_battery)
      begin_battery(f, i, pvs_flow_battery(f, i),
                    threshold(f, pvs_flow_battery(f, i), f->load->series[i]));
  }
  if (dark)
    f->lit = &f->plan->lit[f->scenario->pv];
}

static void begin_meters(const pvs_flow *f) {
  pvs_flow_memory *own = f->own;
  uint32_t n = f->folder->n_residents;
  memset(own->needs, 0, (n + 1) * sizeof *own->needs);
  for (uint32_t k = 0; k < f->n_nets; k++) {
    const pvs_flow_parts *parts = &f->nets[k].parts;
    for (uint32_t payer = 0; payer < n + 2; payer++) {
      /* Network and retailer meter the same energy. */
      uint32_t meter = payer < n ? payer : n;
      for (uint32_t b = parts->payer_first[payer]; b < parts->payer_first[payer + 1]; b++)
        own->needs[meter] |= f->study->tariffs[parts->tariffs[b]].needs;
    }
  }
  for (uint32_t i = 0; i < n; i++)
    if (own->active[i] && f->lit)
      pvs_lit_begin_usage(f->lit, &own->usage[i], &f->load->usage[i], f->metering, own->needs[i]);
    else if (own->active[i])
      pvs_usage_clear(&own->usage[i], f->metering, own->needs[i]);
  for (uint32_t k = 0; k < f->n_nets; k++)
    pvs_usage_clear(&own->usage[n + k], f->metering, own->needs[n]);
}

static void begin_net(pvs_flow *f, uint32_t k, uint32_t group, uint32_t file, void *results) {
  pvs_flow_net *net = &f->nets[k];
  const struct pvs_plan *plan = f->plan;
  const struct pvs_study *study = f->study;
  uint32_t n = f->folder->n_residents;
  *net = (pvs_flow_net){.result = pvs_plan_result(plan, results, group, file)};
  *net->result = (pvs_flow_result){.n_residents = n, .n_bills = plan->groups[group].n_bills};
  pvs_flow_result_parts(net->result, &net->parts);
  pvs_bill_finder_list(&f->ws->finder, plan, group, net->parts.payer_first, net->parts.tariffs);
  uint32_t set = study->scenarios.items[plan->groups[group].first_scenario].batteries;
  if (set != PVS_NONE)
    net->battery = pvs_study_battery(study, &study->battery_sets.items[set], n, n);
  if (net->battery)
    begin_battery(f, n + k, net->battery, network_threshold(f, net->battery));
}

/* Units unit … unit + count - 1, alike, with the workspace's flow memory number `place`. */
static void begin(pvs_flow *f, const struct pvs_plan *plan, uint32_t unit, uint32_t count,
                  struct pvs_workspace *ws, uint32_t place, void *results) {
  uint32_t group = plan->group_of_unit[unit], file = unit - plan->groups[group].first_unit;
  f->plan = plan;
  f->study = plan->study;
  f->k = plan->kernels;
  f->ws = ws;
  f->own = &ws->flows[place];
  f->metering = &f->study->metering;
  f->scenario = &f->study->scenarios.items[plan->groups[group].first_scenario];
  f->arrangement = pvs_scenario_arrangement(f->scenario);
  f->folder = &f->study->folders[f->scenario->folder];
  f->load = &f->study->loads[f->folder->first_load + file];
  if (f->scenario->pv != PVS_NONE)
    f->pv = &f->study->pvs[f->scenario->pv];
  if (f->scenario->batteries != PVS_NONE)
    f->set = &f->study->battery_sets.items[f->scenario->batteries];
  memset(f->own->lanes, 0, f->folder->n_residents * sizeof *f->own->lanes);
  begin_shares(f);
  begin_customers(f);
  for (f->n_nets = 0; f->n_nets < count; f->n_nets++)
    begin_net(f, f->n_nets, plan->group_of_unit[unit + f->n_nets], file, results);
  begin_meters(f);
}

/* ---- after the last chunk ---- */

static void finish_battery(const pvs_flow *f, const pvs_flow_net *net, uint32_t owner,
                           const pvs_battery_unit *unit, double *cycles) {
  const pvs_battery *battery = &f->own->batteries[owner];
  *cycles = 0;
  if (!unit)
    return;
  *cycles = pvs_battery_cycles(battery, &f->own->states[owner]);
  net->result->battery_losses_kwh += pvs_battery_losses_kwh(battery, &f->own->states[owner]);
}

static void finish_bills(const pvs_flow *f, const pvs_flow_net *net, uint32_t payer,
                         const pvs_usage *usage, double import_kwh, double export_kwh) {
  const pvs_flow_parts *parts = &net->parts;
  for (uint32_t b = parts->payer_first[payer]; b < parts->payer_first[payer + 1]; b++)
    pvs_tariff_bill(&f->study->tariffs[parts->tariffs[b]], f->metering, f->k, usage, import_kwh,
                    export_kwh, &parts->bills[b]);
}

static void finish_resident(const pvs_flow *f, const pvs_flow_net *net, uint32_t i) {
  pvs_flow_result *r = net->result;
  const pvs_flow_lanes *lanes = &f->own->lanes[i];
  const pvs_battery_unit *battery = pvs_flow_battery(f, i);
  bool active = f->own->active[i];
  double import = active ? pvs_lanes_sum(lanes->import) : f->load->sum_kwh[i];
  if (active && f->lit)
    import += pvs_lit_night_kwh(f->lit, &f->load->usage[i], &f->metering->days, f->k);
  double export = active ? pvs_lanes_sum(lanes->export) : 0;
  net->parts.generation_kwh[i] = pvs_lanes_sum(f->own->lanes[f->own->source[i]].generation);
  r->generation_kwh += net->parts.generation_kwh[i];
  r->residents_import_kwh += import;
  r->residents_export_kwh += export;
  r->coincidence_kwh +=
      battery ? pvs_lanes_sum(lanes->coincidence) : net->parts.generation_kwh[i] - export;
  finish_battery(f, net, i, battery, &net->parts.cycles[i]);
  finish_bills(f, net, i, active ? &f->own->usage[i] : &f->load->usage[i], import, export);
}

static void finish_net(const pvs_flow *f, uint32_t k) {
  const pvs_flow_net *net = &f->nets[k];
  pvs_flow_result *r = net->result;
  uint32_t n = r->n_residents;
  r->network_import_kwh = pvs_lanes_sum(net->import_lanes);
  r->network_export_kwh = pvs_lanes_sum(net->export_lanes);
  r->generation_kwh = pvs_lanes_sum(f->generation_lanes);
  for (uint32_t i = 0; i < n; i++)
    finish_resident(f, net, i);
  if (f->pv && f->arrangement->central_by_load)
    r->coincidence_kwh = pvs_lanes_sum(net->coincidence_lanes);
  finish_battery(f, net, n + k, net->battery, &r->central_cycles);
  finish_bills(f, net, PVS_PAYER_NETWORK(n), &f->own->usage[n + k], r->network_import_kwh,
               r->network_export_kwh);
  finish_bills(f, net, PVS_PAYER_RETAILER(n), &f->own->usage[n + k], r->network_import_kwh,
               r->network_export_kwh);
}

static void count_net(const pvs_flow *f, const pvs_flow_net *net) {
  pvs_work_stats *stats = &f->ws->stats;
  uint64_t steps = f->metering->calendar.steps;
  stats->flows_computed++;
  stats->bills_computed += net->result->n_bills;
  stats->customer_steps += f->folder->n_residents * steps;
  stats->battery_steps += (f->n_batteries + (net->battery != NULL)) * steps;
}

static pvs_flow_chunk describe(const pvs_flow *f) {
  pvs_flow_chunk chunk = {.series = &f->ws->chunk};
  const pvs_battery_unit *central = f->nets[0].battery;
  chunk.has_central = central != NULL;
  if (central)
    chunk.central_cap_kwh = central->terms.cap_kwh;
  chunk.has_individual = f->n_batteries > 0;
  for (uint32_t b = 0; b < f->n_batteries; b++)
    chunk.individual_cap_kwh += pvs_flow_battery(f, f->own->owners[b])->terms.cap_kwh;
  return chunk;
}

/* After the last chunk. */
static void finish(const pvs_flow *f) {
  for (uint32_t k = 0; k < f->n_nets; k++) {
    finish_net(f, k);
    count_net(f, &f->nets[k]);
  }
}

static pvs_code run_listened(pvs_flow *f, pvs_flow_listener listener, void *ctx, pvs_error *error) {
  uint32_t stride = f->study->stride, steps = f->metering->calendar.steps;
  pvs_flow_chunk chunk = describe(f);
  for (uint32_t first = 0; first < stride; first += f->study->chunk) {
    uint32_t end = stride - first < f->study->chunk ? stride : first + f->study->chunk;
    pvs_flow_window(f, 1, first, end);
    chunk.first = first;
    chunk.n = end < steps ? end - first : steps - first;
    chunk.load = f->load->total + first;
    pvs_code code = listener(ctx, &chunk, error);
    if (code)
      return code;
  }
  return PVS_OK;
}

static void run_windows(pvs_flow *flows, uint32_t count) {
  /* Batteries go chunk by chunk; so does what has no residents to work through. */
  bool by_chunk = true;
  for (uint32_t k = 0; k < count; k++)
    by_chunk &= flows[k].n_batteries > 0 || !flows[k].any_active;
  uint32_t stride = flows->study->stride;
  uint32_t window = by_chunk ? flows->study->chunk : PVS_WINDOW * flows->study->chunk;
  for (uint32_t first = 0; first < stride; first += window)
    pvs_flow_window(flows, count, first, stride - first < window ? stride : first + window);
}

/* The flows are begun one by one, go through the steps together, and are finished one by one.
 * listener NULL: nobody listens; else to one flow. */
static pvs_code run_flows(const struct pvs_plan *plan, uint32_t unit, uint32_t n_flows,
                          uint32_t n_nets, struct pvs_workspace *ws, void *results,
                          pvs_flow_listener listener, void *ctx, pvs_error *error) {
  pvs_flow flows[PVS_ABREAST];
  uint64_t started = pvs_now_ns();
  for (uint32_t k = 0; k < n_flows; k++) {
    flows[k] = (pvs_flow){.listened = listener != NULL};
    begin(&flows[k], plan, unit + k, n_nets, ws, k, results);
  }
  if (listener) {
    pvs_code code = run_listened(&flows[0], listener, ctx, error);
    if (code)
      return code;
  } else {
    run_windows(flows, n_flows);
  }
  uint64_t computed = pvs_now_ns();
  for (uint32_t k = 0; k < n_flows; k++)
    finish(&flows[k]);
  ws->stats.flow_ns += computed - started;
  ws->stats.bill_ns += pvs_now_ns() - computed;
  return PVS_OK;
}

pvs_code pvs_flow_run(const struct pvs_plan *plan, uint32_t unit, struct pvs_workspace *ws,
                      void *results, pvs_flow_listener listener, void *ctx, pvs_error *error) {
  return run_flows(plan, unit, 1, 1, ws, results, listener, ctx, error);
}

void pvs_flow_run_alike(const struct pvs_plan *plan, uint32_t unit, uint32_t count,
                        struct pvs_workspace *ws, void *results) {
  assert(count <= PVS_NETS && count <= pvs_plan_alike(plan, unit));
  run_flows(plan, unit, 1, count, ws, results, NULL, NULL, NULL);
}

void pvs_flow_run_abreast(const struct pvs_plan *plan, uint32_t unit, uint32_t count,
                          struct pvs_workspace *ws, void *results) {
  assert(count <= plan->abreast && count <= pvs_plan_same_load(plan, unit));
  run_flows(plan, unit, count, 1, ws, results, NULL, NULL, NULL);
}
