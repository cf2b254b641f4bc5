/* A unit is worked through in chunks of steps that fit the first-level cache: for each customer
 * generation, dispatch, import and export, then each of its tariffs while these are at hand; then
 * the building's parent meter. Only sums leave. */
#include "run/flow.h"
#include <string.h>

/* What stays the same over the chunks of a unit. */
typedef struct flow {
  const struct pvs_plan *plan;
  const struct pvs_study *study;
  const pvs_kernels *k;
  struct pvs_workspace *ws;
  const pvs_scenario *scenario; /* the group's first */
  const pvs_arrangement *arrangement;
  const pvs_folder *folder;
  const pvs_load *load;
  const pvs_pv *pv; /* NULL: no PV */
  double split_among;
  const pvs_battery_set *set; /* NULL: no battery */
  pvs_flow_result *result;
  pvs_flow_parts parts;
  bool listened;
  _Alignas(PVS_ALIGN) double generation_lanes[PVS_LANES], coincidence_lanes[PVS_LANES];
  _Alignas(PVS_ALIGN) double import_lanes[PVS_LANES], export_lanes[PVS_LANES];
} flow;

static const pvs_battery_unit *unit_of(const flow *f, uint32_t owner) {
  if (!f->set)
    return NULL;
  bool central = owner == f->folder->n_residents;
  uint32_t unit = central              ? f->set->central
                  : f->set->individual ? f->set->individual[owner]
                                       : PVS_NONE;
  return unit == PVS_NONE ? NULL : &f->study->units.items[unit];
}

static void begin_battery(const flow *f, uint32_t owner, const double *load) {
  const pvs_battery_unit *unit = unit_of(f, owner);
  if (!unit)
    return;
  f->ws->batteries[owner] = unit->battery;
  f->ws->batteries[owner].threshold_kwh = pvs_battery_threshold(
      &f->study->strategies.items[unit->strategy], load, f->study->calendar.steps);
  pvs_battery_begin(&f->ws->states[owner], &unit->terms);
}

static void begin_shares(flow *f) {
  const pvs_folder *folder = f->folder;
  memset(f->ws->shares, 0, (folder->n_residents + 1) * sizeof *f->ws->shares);
  if (!f->pv)
    return;
  const pvs_owner_map *map =
      &f->study->owner_maps[(size_t)f->scenario->folder * f->study->n_pvs + f->scenario->pv];
  f->arrangement->allocate(&(pvs_allocation_input){.n_residents = folder->n_residents,
                                                   .cp = folder->cp,
                                                   .n_columns = f->pv->profile.n_series,
                                                   .column_of = map->column_of,
                                                   .load_kwh = f->load->sum_kwh},
                           f->ws->shares);
  uint32_t sharers = 0;
  for (uint32_t i = 0; i < folder->n_residents; i++)
    sharers += f->ws->shares[i].kind == PVS_SHARE_SPLIT;
  f->split_among = sharers;
}

static void begin(flow *f, const struct pvs_plan *plan, uint32_t unit, struct pvs_workspace *ws,
                  void *results) {
  uint32_t group = plan->group_of_unit[unit], file = unit - plan->groups[group].first_unit;
  *f = (flow){.plan = plan, .study = plan->study, .k = plan->kernels, .ws = ws};
  f->scenario = &f->study->scenarios.items[plan->groups[group].first_scenario];
  f->arrangement = pvs_scenario_arrangement(f->scenario);
  f->folder = &f->study->folders[f->scenario->folder];
  f->load = &f->study->loads[f->folder->first_load + file];
  if (f->scenario->pv != PVS_NONE)
    f->pv = &f->study->pvs[f->scenario->pv];
  if (f->scenario->batteries != PVS_NONE)
    f->set = &f->study->battery_sets.items[f->scenario->batteries];

  uint32_t n = f->folder->n_residents;
  f->result = pvs_plan_result(plan, results, group, file);
  *f->result = (pvs_flow_result){.n_residents = n, .n_bills = plan->groups[group].n_bills};
  pvs_flow_result_parts(f->result, &f->parts);
  pvs_bill_finder_list(&ws->finder, plan, group, f->parts.payer_first, f->parts.tariffs);
  for (uint32_t i = 0; i < f->result->n_bills; i++)
    pvs_charge_begin(&ws->charges[i]);
  memset(ws->lanes, 0, n * sizeof *ws->lanes);
  begin_shares(f);
  for (uint32_t i = 0; i < n; i++)
    begin_battery(f, i, f->load->series[i]);
  begin_battery(f, n, f->load->total);
}

/* The owner's generation of this chunk: the profile itself where nothing changes it, else computed
 * into `into`; NULL: none. */
static const double *generation(const flow *f, uint32_t owner, uint32_t first, uint32_t n,
                                double *into) {
  const pvs_share *share = &f->ws->shares[owner];
  double scale = f->scenario->pv_scale;
  switch (share->kind) {
  case PVS_SHARE_NONE:
    return NULL;
  case PVS_SHARE_SPLIT: {
    const double *total = f->pv->total + first;
    if (scale != 1) {
      f->k->scale(n, total, scale, 1, into);
      total = into;
    }
    f->k->split(n, total, f->load->series[owner] + first,
                f->load->split_total[f->split_among == f->folder->n_residents] + first,
                f->split_among, into);
    return into;
  }
  case PVS_SHARE_COLUMN:
  case PVS_SHARE_TOTAL:
    break;
  }
  const double *series =
      (share->kind == PVS_SHARE_TOTAL ? f->pv->total
                                      : pvs_profile_series(&f->pv->profile, share->column)) +
      first;
  if (scale == 1 && share->factor == 1)
    return series;
  f->k->scale(n, series, scale, share->factor, into);
  return into;
}

static void charge_payer(const flow *f, uint32_t payer, uint32_t first, uint32_t n,
                         const double *import, const double *consumption) {
  for (uint32_t b = f->parts.payer_first[payer]; b < f->parts.payer_first[payer + 1]; b++) {
    const pvs_tariff *tariff = &f->study->tariffs[f->parts.tariffs[b]];
    if (pvs_tariff_needs_steps(tariff))
      pvs_tariff_charge(tariff, f->k, &f->study->calendar, first, n, import, consumption,
                        &f->ws->charges[b]);
  }
}

static void run_resident(flow *f, uint32_t i, uint32_t first, uint32_t n) {
  const pvs_chunk_series *c = &f->ws->chunk;
  const double *load = f->load->series[i] + first, *gen = generation(f, i, first, n, c->generation);
  const pvs_battery_unit *unit = unit_of(f, i);
  const double *consumption = NULL;
  if (unit) {
    if (!gen) {
      memset(c->generation, 0, n * sizeof(double));
      gen = c->generation;
    }
    f->k->dispatch(n, &f->ws->batteries[i], &f->ws->states[i],
                   f->study->strategies.items[unit->strategy].flags + first, gen, load, c->net,
                   c->log, c->level);
    f->k->flow_net(n, load, gen, c->net, c->log, c->import, c->export, c->consumption,
                   c->residents_import, c->residents_export, &f->ws->lanes[i]);
    f->k->add(n, c->log, c->discharge);
    if (f->listened)
      f->k->add(n, c->level, c->individual_level);
    consumption = c->consumption;
  } else if (gen) {
    f->k->flow_static(n, load, gen, c->import, c->export, c->consumption, c->residents_import,
                      c->residents_export, &f->ws->lanes[i]);
    consumption = c->consumption;
  } else {
    f->k->flow_load(n, load, c->import, c->export, c->residents_import, c->residents_export,
                    &f->ws->lanes[i]);
  }
  if (f->listened && gen)
    f->k->add(n, gen, c->pv);
  charge_payer(f, i, first, n, c->import, consumption);
}

static void run_network(flow *f, uint32_t first, uint32_t n) {
  const pvs_chunk_series *c = &f->ws->chunk;
  uint32_t network = f->folder->n_residents;
  const double *gen = generation(f, network, first, n, c->central_generation);
  const double *offered = c->residents_export;
  if (gen) {
    memcpy(c->offered, gen, n * sizeof(double));
    f->k->add(n, c->residents_export, c->offered);
    f->k->sum(n, gen, f->generation_lanes);
    if (f->listened)
      f->k->add(n, gen, c->pv);
    offered = c->offered;
  }
  const pvs_battery_unit *unit = unit_of(f, network);
  if (unit) {
    f->k->dispatch(n, &f->ws->batteries[network], &f->ws->states[network],
                   f->study->strategies.items[unit->strategy].flags + first, offered,
                   c->residents_import, c->network_net, c->central_log, c->central_level);
    f->k->add(n, c->central_log, c->discharge);
  } else {
    f->k->difference(n, offered, c->residents_import, c->network_net);
  }
  f->k->part(n, c->network_net, c->network_import, c->network_export, f->import_lanes,
             f->export_lanes);
  if (f->pv && f->arrangement->central_by_load)
    f->k->served(n, f->load->total + first, gen, c->discharge, f->coincidence_lanes);
  charge_payer(f, PVS_PAYER_NETWORK(network), first, n, c->network_import, NULL);
  charge_payer(f, PVS_PAYER_RETAILER(network), first, n, c->network_import, NULL);
}

static void run_chunk(flow *f, uint32_t first, uint32_t n) {
  const pvs_chunk_series *c = &f->ws->chunk;
  size_t bytes = n * sizeof(double);
  memset(c->residents_import, 0, bytes);
  memset(c->residents_export, 0, bytes);
  memset(c->discharge, 0, bytes);
  if (f->listened) {
    memset(c->pv, 0, bytes);
    memset(c->individual_level, 0, bytes);
  }
  for (uint32_t i = 0; i < f->folder->n_residents; i++)
    run_resident(f, i, first, n);
  run_network(f, first, n);
}

static void finish(flow *f) {
  pvs_flow_result *r = f->result;
  uint32_t n = r->n_residents;
  r->network_import_kwh = pvs_lanes_sum(f->import_lanes);
  r->network_export_kwh = pvs_lanes_sum(f->export_lanes);
  r->generation_kwh = pvs_lanes_sum(f->generation_lanes);
  for (uint32_t payer = 0; payer < n + 2; payer++) {
    double import = r->network_import_kwh, export = r->network_export_kwh;
    if (payer < n) {
      const pvs_flow_lanes *lanes = &f->ws->lanes[payer];
      import = pvs_lanes_sum(lanes->import);
      export = pvs_lanes_sum(lanes->export);
      f->parts.generation_kwh[payer] = pvs_lanes_sum(lanes->generation);
      r->generation_kwh += f->parts.generation_kwh[payer];
      r->residents_import_kwh += import;
      r->residents_export_kwh += export;
      r->coincidence_kwh += pvs_lanes_sum(lanes->coincidence);
      f->parts.cycles[payer] = unit_of(f, payer) ? f->ws->states[payer].cycles : 0;
      r->battery_losses_kwh += unit_of(f, payer) ? f->ws->states[payer].losses_kwh : 0;
    }
    for (uint32_t b = f->parts.payer_first[payer]; b < f->parts.payer_first[payer + 1]; b++)
      pvs_tariff_bill(&f->study->tariffs[f->parts.tariffs[b]], &f->study->calendar,
                      f->study->num_days, &f->ws->charges[b], import, export, &f->parts.bills[b]);
  }
  if (f->pv && f->arrangement->central_by_load)
    r->coincidence_kwh = pvs_lanes_sum(f->coincidence_lanes);
  if (unit_of(f, n)) {
    r->central_cycles = f->ws->states[n].cycles;
    r->battery_losses_kwh += f->ws->states[n].losses_kwh;
  }
}

static void count(const flow *f) {
  pvs_work_stats *stats = &f->ws->stats;
  uint64_t steps = f->study->calendar.steps;
  stats->flows_computed++;
  stats->bills_computed += f->result->n_bills;
  stats->customer_steps += f->folder->n_residents * steps;
  if (f->set)
    stats->battery_steps += (f->set->n_individual + (f->set->central != PVS_NONE)) * steps;
}

static pvs_flow_chunk describe(const flow *f) {
  pvs_flow_chunk chunk = {.series = &f->ws->chunk};
  uint32_t n = f->folder->n_residents;
  chunk.has_central = unit_of(f, n) != NULL;
  if (chunk.has_central)
    chunk.central_cap_kwh = unit_of(f, n)->terms.cap_kwh;
  for (uint32_t i = 0; i < n; i++) {
    if (!unit_of(f, i))
      continue;
    chunk.has_individual = true;
    chunk.individual_cap_kwh += unit_of(f, i)->terms.cap_kwh;
  }
  return chunk;
}

pvs_code pvs_flow_run(const struct pvs_plan *plan, uint32_t unit, struct pvs_workspace *ws,
                      void *results, pvs_flow_listener listener, void *ctx, pvs_error *error) {
  flow f;
  uint64_t started = pvs_now_ns();
  begin(&f, plan, unit, ws, results);
  f.listened = listener != NULL;
  pvs_flow_chunk chunk = {0};
  if (listener)
    chunk = describe(&f);
  for (uint32_t first = 0; first < f.study->stride; first += PVS_CHUNK) {
    uint32_t n = f.study->stride - first < PVS_CHUNK ? f.study->stride - first : PVS_CHUNK;
    run_chunk(&f, first, n);
    if (!listener)
      continue;
    chunk.first = first;
    chunk.n = f.study->calendar.steps - first < n ? f.study->calendar.steps - first : n;
    chunk.load = f.load->total + first;
    pvs_code code = listener(ctx, &chunk, error);
    if (code)
      return code;
  }
  finish(&f);
  count(&f);
  ws->stats.flow_ns += pvs_now_ns() - started;
  return PVS_OK;
}
