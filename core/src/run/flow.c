/* A unit is worked through in chunks of steps that fit the first-level cache: for each customer
 * generation, dispatch, import, and what its tariffs need to know of it; then the building's parent
 * meter. Only sums leave.
 *
 * A customer without generation and battery imports its load, whatever the scenario: it is passive
 * and its sums were made once, when the study was sealed. */
#include "run/flow.h"
#include "model/dispatch.h"
#include <assert.h>
#include <string.h>

/* What their tariffs need of them finds room in the second-level cache. Even: see run_residents. */
enum { RESIDENTS_AT_ONCE = 16 };

/* What stays the same over the chunks of a unit. */
typedef struct flow {
  const struct pvs_plan *plan;
  const struct pvs_study *study;
  const pvs_metering *metering;
  const pvs_kernels *k;
  struct pvs_workspace *ws;
  const pvs_scenario *scenario; /* the group's first */
  const pvs_arrangement *arrangement;
  const pvs_folder *folder;
  const pvs_load *load;
  const pvs_pv *pv; /* NULL: no PV */
  double split_among;
  const double *split_total;
  const pvs_battery_set *set; /* NULL: no battery */
  uint32_t n_batteries;       /* of residents: ws->owners[0 … n) */
  uint32_t battery;           /* number of the next in this chunk */
  pvs_flow_result *result;
  pvs_flow_parts parts;
  bool any_active, listened;
  uint32_t part, part_end; /* residents that go through the window */
  bool dark;               /* steps without generation need no work but that of adding loads */
  uint32_t run;            /* place in the metering's day runs */
  size_t lit_from;         /* place in the plan's lit spans */
  uint32_t window_run;     /* the same places where the window begins */
  size_t window_lit;
  size_t n_lit;      /* of this chunk: f->ws->lit */
  bool split_equal;  /* this chunk has a step of generation without load */
  uint32_t at_hand;  /* the source whose generation is known in this chunk, PVS_NONE: none */
  const double *gen; /* it */
  unsigned next;     /* of the two places of generation at hand, the one to overwrite next */
  _Alignas(PVS_ALIGN) double generation_lanes[PVS_LANES], coincidence_lanes[PVS_LANES];
  _Alignas(PVS_ALIGN) double import_lanes[PVS_LANES], export_lanes[PVS_LANES];
} flow;

static const pvs_battery_unit *unit_of(const flow *f, uint32_t owner) {
  return pvs_study_battery(f->study, f->set, f->folder->n_residents, owner);
}

/* ---- before the first chunk ---- */

static void begin_battery(const flow *f, uint32_t owner, const double *load) {
  const pvs_battery_unit *unit = unit_of(f, owner);
  if (!unit)
    return;
  pvs_battery *battery = &f->ws->batteries[owner];
  *battery = unit->battery;
  battery->threshold_kwh = pvs_battery_threshold(&f->study->strategies.items[unit->strategy], load,
                                                 f->metering->calendar.steps);
  pvs_battery_begin(&f->ws->states[owner], &unit->terms);
}

static void begin_shares(flow *f) {
  const pvs_folder *folder = f->folder;
  uint32_t n = folder->n_residents;
  memset(f->ws->shares, 0, (n + 1) * sizeof *f->ws->shares);
  if (!f->pv)
    return;
  const pvs_owner_map *map =
      &f->study->owner_maps[(size_t)f->scenario->folder * f->study->n_pvs + f->scenario->pv];
  f->arrangement->allocate(&(pvs_allocation_input){.n_residents = n,
                                                   .cp = folder->cp,
                                                   .n_columns = f->pv->profile.n_series,
                                                   .column_of = map->column_of,
                                                   .load_kwh = f->load->sum_kwh},
                           f->ws->shares);
  uint32_t sharers = 0;
  for (uint32_t i = 0; i < n; i++)
    sharers += f->ws->shares[i].kind == PVS_SHARE_SPLIT;
  f->split_among = sharers;
  f->split_total = sharers == n ? f->load->total : f->load->households;
}

/* The owner has the generation of the one before it: equal parts of one system. */
static bool same_generation(const flow *f, uint32_t i) {
  const pvs_share *a = &f->ws->shares[i], *b = &f->ws->shares[i - 1];
  return a->kind != PVS_SHARE_SPLIT && a->kind == b->kind && a->column == b->column &&
         a->factor == b->factor && !unit_of(f, i) && !unit_of(f, i - 1);
}

/* Who has work to do step by step, and which sums each payer's tariffs need. */
static void begin_customers(flow *f) {
  struct pvs_workspace *ws = f->ws;
  uint32_t n = f->folder->n_residents;
  f->dark = f->pv != NULL;
  for (uint32_t i = 0; i < n; i++) {
    bool has_battery = unit_of(f, i) != NULL;
    f->ws->source[i] = i > 0 && same_generation(f, i) ? f->ws->source[i - 1] : i;
    f->dark &= !has_battery && f->load->never_negative[i];
    f->ws->active[i] =
        has_battery || f->ws->shares[i].kind != PVS_SHARE_NONE || !f->load->never_negative[i];
    f->any_active |= f->ws->active[i];
    if (has_battery)
      ws->owners[f->n_batteries++] = i;
    begin_battery(f, i, f->load->series[i]);
  }
  begin_battery(f, n, f->load->total);
  for (uint32_t payer = 0; payer < n + 2; payer++) {
    /* Network and retailer meter the same energy. */
    uint32_t meter = payer < n ? payer : n;
    if (payer <= n)
      f->ws->needs[meter] = 0;
    for (uint32_t b = f->parts.payer_first[payer]; b < f->parts.payer_first[payer + 1]; b++)
      f->ws->needs[meter] |= f->study->tariffs[f->parts.tariffs[b]].needs;
  }
  for (uint32_t meter = 0; meter <= n; meter++)
    if (meter == n || f->ws->active[meter])
      pvs_usage_clear(&f->ws->usage[meter], f->metering, f->ws->needs[meter]);
}

static void begin(flow *f, const struct pvs_plan *plan, uint32_t unit, struct pvs_workspace *ws,
                  void *results) {
  uint32_t group = plan->group_of_unit[unit], file = unit - plan->groups[group].first_unit;
  *f = (flow){.plan = plan, .study = plan->study, .k = plan->kernels, .ws = ws};
  f->metering = &f->study->metering;
  f->scenario = &f->study->scenarios.items[plan->groups[group].first_scenario];
  f->arrangement = pvs_scenario_arrangement(f->scenario);
  f->folder = &f->study->folders[f->scenario->folder];
  f->load = &f->study->loads[f->folder->first_load + file];
  if (f->scenario->pv != PVS_NONE)
    f->pv = &f->study->pvs[f->scenario->pv];
  if (f->scenario->batteries != PVS_NONE)
    f->set = &f->study->battery_sets.items[f->scenario->batteries];

  f->result = pvs_plan_result(plan, results, group, file);
  *f->result = (pvs_flow_result){.n_residents = f->folder->n_residents,
                                 .n_bills = plan->groups[group].n_bills};
  pvs_flow_result_parts(f->result, &f->parts);
  pvs_bill_finder_list(&ws->finder, plan, group, f->parts.payer_first, f->parts.tariffs);
  memset(f->ws->lanes, 0, f->folder->n_residents * sizeof *f->ws->lanes);
  begin_shares(f);
  begin_customers(f);
}

/* ---- a chunk ---- */

/* The owner's generation of this chunk: the profile itself where nothing changes it, else computed
 * into `into`; NULL: none. */
static const double *generation(const flow *f, uint32_t owner, uint32_t first, uint32_t n,
                                double *into) {
  const pvs_share *share = &f->ws->shares[owner];
  double scale = f->scenario->pv_scale;
  if (share->kind == PVS_SHARE_NONE)
    return NULL;
  if (share->kind == PVS_SHARE_SPLIT) {
    const pvs_chunk_series *c = &f->ws->chunk;
    f->k->split(n, f->load->series[owner] + first, c->split_by_load, c->split_equal, into);
    return into;
  }
  const double *series = pvs_profile_series(&f->pv->profile, share->column) + first;
  if (scale == 1 && share->factor == 1)
    return series;
  f->k->scale(n, series, scale, share->factor, into);
  return into;
}

static const uint8_t *flags_of(const flow *f, uint32_t owner, uint32_t first) {
  return f->study->strategies.items[unit_of(f, owner)->strategy].flags + first;
}

/* Generation of a battery's owner, in the lane's own place: zeros where there is none. */
static const double *lane_generation(const flow *f, uint32_t owner, uint32_t first, uint32_t n,
                                     double *into) {
  const double *gen = generation(f, owner, first, n, into);
  if (gen)
    return gen;
  assert(into);
  memset(into, 0, n * sizeof *into);
  return into;
}

/* Dispatches the residents' batteries number [from, from + PVS_LANE_SLOTS) into the lane series. */
static void dispatch_residents(flow *f, uint32_t from, uint32_t first, uint32_t n) {
  struct pvs_workspace *ws = f->ws;
  uint32_t count = f->n_batteries - from < PVS_LANE_SLOTS ? f->n_batteries - from : PVS_LANE_SLOTS;
  for (uint32_t slot = 0; slot < count; slot++) {
    uint32_t owner = ws->owners[from + slot];
    pvs_battery_series *s = &ws->slots[slot];
    s->flags = flags_of(f, owner, first);
    s->gen = lane_generation(f, owner, first, n, ws->slot_generation[slot]);
    s->load = f->load->series[owner] + first;
    s->level = f->listened ? ws->slot_level[slot] : NULL;
  }
  pvs_dispatch_slots(f->k, n, count, ws->owners + from, ws->batteries, ws->states, ws->slots);
}

static uint32_t chunk_steps(const flow *f, uint32_t first) {
  const struct pvs_study *study = f->study;
  return study->stride - first < study->chunk ? study->stride - first : study->chunk;
}

static void meter(const flow *f, uint32_t meter_index, uint32_t first, uint32_t n,
                  const double *import, const double *consumption) {
  unsigned needs = f->ws->needs[meter_index];
  if (needs)
    pvs_usage_add(&f->ws->usage[meter_index], f->metering, needs, f->k, first, n, import,
                  consumption, f->run);
}

/* The resident's generation, made once for neighbours who have the same, whose first adds its sum.
 * Two sources are kept. */
static const double *resident_generation(flow *f, uint32_t i, uint32_t first, uint32_t n) {
  uint32_t source = f->ws->source[i];
  if (source == f->at_hand)
    return f->gen;
  f->gen = lane_generation(f, i, first, n, f->ws->chunk.generation[f->next]);
  f->at_hand = source;
  f->next = !f->next;
  if (i == source)
    f->k->sum(n, f->gen, f->ws->lanes[i].generation);
  return f->gen;
}

/* What run_residents comes to two residents after i. */
static const double *load_to_come(const flow *f, uint32_t i, uint32_t first) {
  uint32_t next = i + 2, then = first;
  if (next >= f->part_end) {
    next = next - f->part_end + f->part;
    then = first + f->study->chunk;
  }
  return next < f->part_end && then < f->study->stride ? f->load->series[next] + then
                                                       : f->load->series[i] + first;
}

static void set_customer(const flow *f, uint32_t i, unsigned place, uint32_t first,
                         pvs_flow_customer *customer) {
  const pvs_chunk_series *c = &f->ws->chunk;
  bool asks = f->ws->needs[i] & PVS_NEED_CONSUMPTION;
  customer->load = f->load->series[i] + first;
  customer->gen = NULL;
  customer->next = load_to_come(f, i, first);
  customer->import = c->import[place];
  customer->consumption = asks ? c->consumption[place] : NULL;
  customer->sums = &f->ws->lanes[i];
}

/* Residents i and, where `count` is 2, i + 1: with generation, without batteries. */
static void run_static(flow *f, const pvs_flow_stretch *stretch, uint32_t i, unsigned count,
                       uint32_t first) {
  uint32_t n = (uint32_t)stretch->n;
  pvs_flow_customer customers[2];
  for (unsigned k = 0; k < count; k++)
    set_customer(f, i + k, k, first, &customers[k]);
  if (f->ws->shares[i].kind == PVS_SHARE_SPLIT && !f->listened) {
    f->k->flow_split(stretch, customers);
  } else {
    for (unsigned k = 0; k < count; k++)
      customers[k].gen = resident_generation(f, i + k, first, n);
    f->k->flow_static(stretch, count, customers);
  }
  for (unsigned k = 0; k < count; k++) {
    if (f->listened)
      f->k->add(n, customers[k].gen, f->ws->chunk.pv);
    meter(f, i + k, first, n, customers[k].import, customers[k].consumption);
  }
}

static void run_battery(flow *f, uint32_t i, uint32_t battery, uint32_t first, uint32_t n) {
  struct pvs_workspace *ws = f->ws;
  const pvs_chunk_series *c = &f->ws->chunk;
  uint32_t slot = battery % PVS_LANE_SLOTS;
  if (slot == 0)
    dispatch_residents(f, battery, first, n);
  const pvs_battery_series *s = &ws->slots[slot];
  pvs_flow_customer customer;
  set_customer(f, i, 0, first, &customer);
  f->k->flow_net(n, customer.load, s->gen, s->net, s->log, customer.import, customer.consumption,
                 c->residents_import, c->residents_export, customer.sums);
  f->k->add(n, s->log, c->discharge);
  if (f->listened) {
    f->k->add(n, s->level, c->individual_level);
    f->k->add(n, s->gen, c->pv);
  }
  meter(f, i, first, n, customer.import, customer.consumption);
}

/* Residents i … i + count - 1, without generation and battery: their loads, in the dark already
 * part of the building's. */
static void run_passive(const flow *f, const pvs_flow_stretch *stretch, uint32_t i, uint32_t count,
                        uint32_t first) {
  for (size_t s = 0; s < stretch->n_lit; s++) {
    const pvs_span *lit = &stretch->lit[s];
    f->k->add_rows(lit->end - lit->first, count, f->load->series + i, first + lit->first,
                   stretch->network_import + lit->first);
  }
}

/* Those of the part at hand: each adds its part of the sums over residents where it is lit. */
static void run_residents(flow *f, uint32_t first, uint32_t n) {
  uint32_t to = f->part_end;
  const struct pvs_workspace *ws = f->ws;
  const pvs_chunk_series *c = &ws->chunk;
  const pvs_flow_stretch stretch = {.n = n,
                                    .n_lit = f->n_lit,
                                    .lit = ws->lit,
                                    .network_import = c->residents_import,
                                    .network_export = c->residents_export,
                                    .by_load = c->split_by_load,
                                    .equal = f->split_equal ? c->split_equal : NULL};
  for (uint32_t i = f->part; i < to;) {
    uint32_t count = 1;
    if (!ws->active[i]) {
      while (i + count < to && !ws->active[i + count])
        count++;
      run_passive(f, &stretch, i, count, first);
    } else if (f->battery < f->n_batteries && f->ws->owners[f->battery] == i) {
      run_battery(f, i, f->battery++, first, n);
    } else {
      bool alone = ws->shares[i].kind == PVS_SHARE_SPLIT || i + 1 == to || !ws->active[i + 1] ||
                   ws->shares[i + 1].kind == PVS_SHARE_SPLIT || unit_of(f, i + 1);
      count = alone ? 1 : 2;
      run_static(f, &stretch, i, count, first);
    }
    i += count;
  }
}

static void run_network(flow *f, uint32_t first, uint32_t n) {
  struct pvs_workspace *ws = f->ws;
  const pvs_chunk_series *c = &f->ws->chunk;
  uint32_t network = f->folder->n_residents;
  const double *gen = generation(f, network, first, n, c->central_generation);
  const double *offered = c->residents_export;
  if (f->n_batteries == 0)
    memset(c->discharge, 0, n * sizeof(double));
  if (gen) {
    memcpy(c->offered, gen, n * sizeof(double));
    f->k->add(n, c->residents_export, c->offered);
    f->k->sum(n, gen, f->generation_lanes);
    if (f->listened)
      f->k->add(n, gen, c->pv);
    offered = c->offered;
  }
  if (unit_of(f, network)) {
    f->k->dispatch(n, &ws->batteries[network], &ws->states[network], flags_of(f, network, first),
                   offered, c->residents_import, c->network_net, c->central_log,
                   f->listened ? c->central_level : NULL);
    f->k->add(n, c->central_log, c->discharge);
  } else {
    f->k->difference(n, offered, c->residents_import, c->network_net);
  }
  f->k->part(n, c->network_net, c->network_import, c->network_export, f->import_lanes,
             f->export_lanes);
  if (f->pv && f->arrangement->central_by_load)
    f->k->served(n, f->load->total + first, gen, c->discharge, f->coincidence_lanes);
  meter(f, network, first, n, c->network_import, NULL);
}

/* What each sharer's load is multiplied with in this chunk. True: some of it is shared equally. */
static bool split_chunk(const flow *f, uint32_t first, uint32_t n) {
  const pvs_chunk_series *c = &f->ws->chunk;
  const double *pv = f->pv->total + first;
  if (f->scenario->pv_scale != 1) {
    f->k->scale(n, pv, f->scenario->pv_scale, 1, c->generation[0]);
    pv = c->generation[0];
  }
  f->k->split_rates(n, pv, f->split_total + first, f->split_among, c->split_by_load,
                    c->split_equal);
  bool any = false;
  for (uint32_t t = 0; t < n; t++)
    any |= c->split_equal[t] != 0;
  return any;
}

/* ---- a window of chunks ----
 *
 * A part of the residents goes through all chunks of a window before the next part does: what their
 * tariffs need stays in the second-level cache. */

/* The chunk from step `first` of a window that begins at step `window`. */
static void enter_chunk(flow *f, uint32_t window, uint32_t first, uint32_t n) {
  struct pvs_workspace *ws = f->ws;
  const pvs_window_series *w = &ws->window;
  uint32_t at = first - window;
  ws->chunk.split_by_load = w->split_by_load + at;
  ws->chunk.split_equal = w->split_equal + at;
  ws->chunk.residents_import = w->residents_import + at;
  ws->chunk.residents_export = w->residents_export + at;
  if (at == 0) {
    f->run = f->window_run;
    f->lit_from = f->window_lit;
  }
  f->run = pvs_days_seek(&f->metering->days, f->run, first);
  f->split_equal = w->has_equal[at / f->study->chunk];
  f->at_hand = PVS_NONE;
  f->battery = 0;
  f->n_lit = 0;
  if (f->any_active && f->dark) {
    f->n_lit = pvs_lit_cut(&f->plan->lit[f->scenario->pv], &f->lit_from, first, n, ws->lit);
  } else if (f->any_active) {
    f->n_lit = 1;
    ws->lit[0] = (pvs_span){0, n};
  }
}

static void begin_chunk(flow *f, uint32_t window, uint32_t first, uint32_t n) {
  enter_chunk(f, window, first, n);
  struct pvs_workspace *ws = f->ws;
  const pvs_chunk_series *c = &ws->chunk;
  size_t bytes = n * sizeof(double);
  memset(c->residents_export, 0, bytes);
  memcpy(c->residents_import, f->load->total + first, bytes);
  for (size_t s = 0; s < f->n_lit; s++)
    memset(c->residents_import + ws->lit[s].first, 0,
           (ws->lit[s].end - ws->lit[s].first) * sizeof(double));
  memset(c->discharge, 0, bytes);
  if (f->listened) {
    memset(c->pv, 0, bytes);
    memset(c->individual_level, 0, bytes);
  }
  if (f->split_among > 0)
    ws->window.has_equal[(first - window) / f->study->chunk] = split_chunk(f, first, n);
}

/* Steps [window, end). */
static void run_window(flow *f, uint32_t window, uint32_t end) {
  uint32_t residents = f->any_active ? f->folder->n_residents : 0, chunk = f->study->chunk;
  uint32_t at_once = end - window > chunk ? RESIDENTS_AT_ONCE : residents;
  for (uint32_t first = window; first < end; first += chunk)
    begin_chunk(f, window, first, chunk_steps(f, first));
  for (f->part = 0; f->part < residents; f->part = f->part_end) {
    f->part_end = residents - f->part < at_once ? residents : f->part + at_once;
    for (uint32_t first = window; first < end; first += chunk) {
      enter_chunk(f, window, first, chunk_steps(f, first));
      run_residents(f, first, chunk_steps(f, first));
    }
  }
  for (uint32_t first = window; first < end; first += chunk) {
    enter_chunk(f, window, first, chunk_steps(f, first));
    run_network(f, first, chunk_steps(f, first));
  }
  f->window_run = f->run;
  f->window_lit = f->lit_from;
}

/* ---- after the last chunk ---- */

static void finish_battery(const flow *f, uint32_t owner, double *cycles) {
  const pvs_battery *battery = &f->ws->batteries[owner];
  *cycles = 0;
  if (!unit_of(f, owner))
    return;
  *cycles = pvs_battery_cycles(battery, &f->ws->states[owner]);
  f->result->battery_losses_kwh += pvs_battery_losses_kwh(battery, &f->ws->states[owner]);
}

static void finish_bills(const flow *f, uint32_t payer, const pvs_usage *usage, double import_kwh,
                         double export_kwh) {
  for (uint32_t b = f->parts.payer_first[payer]; b < f->parts.payer_first[payer + 1]; b++)
    pvs_tariff_bill(&f->study->tariffs[f->parts.tariffs[b]], f->metering, f->k, usage, import_kwh,
                    export_kwh, &f->parts.bills[b]);
}

static void finish_resident(const flow *f, uint32_t i) {
  pvs_flow_result *r = f->result;
  const pvs_flow_lanes *lanes = &f->ws->lanes[i];
  bool active = f->ws->active[i];
  double import = active ? pvs_lanes_sum(lanes->import) : f->load->sum_kwh[i];
  double export = active ? pvs_lanes_sum(lanes->export) : 0;
  f->parts.generation_kwh[i] = pvs_lanes_sum(f->ws->lanes[f->ws->source[i]].generation);
  r->generation_kwh += f->parts.generation_kwh[i];
  r->residents_import_kwh += import;
  r->residents_export_kwh += export;
  r->coincidence_kwh +=
      unit_of(f, i) ? pvs_lanes_sum(lanes->coincidence) : f->parts.generation_kwh[i] - export;
  finish_battery(f, i, &f->parts.cycles[i]);
  finish_bills(f, i, active ? &f->ws->usage[i] : &f->load->usage[i], import, export);
}

static void finish(flow *f) {
  pvs_flow_result *r = f->result;
  uint32_t n = r->n_residents;
  r->network_import_kwh = pvs_lanes_sum(f->import_lanes);
  r->network_export_kwh = pvs_lanes_sum(f->export_lanes);
  r->generation_kwh = pvs_lanes_sum(f->generation_lanes);
  for (uint32_t i = 0; i < n; i++)
    finish_resident(f, i);
  if (f->pv && f->arrangement->central_by_load)
    r->coincidence_kwh = pvs_lanes_sum(f->coincidence_lanes);
  finish_battery(f, n, &r->central_cycles);
  finish_bills(f, PVS_PAYER_NETWORK(n), &f->ws->usage[n], r->network_import_kwh,
               r->network_export_kwh);
  finish_bills(f, PVS_PAYER_RETAILER(n), &f->ws->usage[n], r->network_import_kwh,
               r->network_export_kwh);
}

static void count(const flow *f) {
  pvs_work_stats *stats = &f->ws->stats;
  uint64_t steps = f->metering->calendar.steps;
  stats->flows_computed++;
  stats->bills_computed += f->result->n_bills;
  stats->customer_steps += f->folder->n_residents * steps;
  stats->battery_steps += (f->n_batteries + (unit_of(f, f->folder->n_residents) != NULL)) * steps;
}

static pvs_flow_chunk describe(const flow *f) {
  pvs_flow_chunk chunk = {.series = &f->ws->chunk};
  uint32_t n = f->folder->n_residents;
  chunk.has_central = unit_of(f, n) != NULL;
  if (chunk.has_central)
    chunk.central_cap_kwh = unit_of(f, n)->terms.cap_kwh;
  chunk.has_individual = f->n_batteries > 0;
  for (uint32_t b = 0; b < f->n_batteries; b++)
    chunk.individual_cap_kwh += unit_of(f, f->ws->owners[b])->terms.cap_kwh;
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
  uint32_t stride = f.study->stride, steps = f.metering->calendar.steps;
  /* Batteries and listeners go chunk by chunk. */
  uint32_t window = f.n_batteries > 0 || listener ? f.study->chunk : PVS_WINDOW * f.study->chunk;
  for (uint32_t first = 0; first < stride; first += window) {
    uint32_t end = stride - first < window ? stride : first + window;
    run_window(&f, first, end);
    if (!listener)
      continue;
    chunk.first = first;
    chunk.n = end < steps ? end - first : steps - first;
    chunk.load = f.load->total + first;
    pvs_code code = listener(ctx, &chunk, error);
    if (code)
      return code;
  }
  uint64_t computed = pvs_now_ns();
  finish(&f);
  count(&f);
  ws->stats.flow_ns += computed - started;
  ws->stats.bill_ns += pvs_now_ns() - computed;
  return PVS_OK;
}
