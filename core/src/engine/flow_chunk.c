/* The chunks of units: for each customer generation, dispatch, import, and what its tariffs need
 * to know of it; then the building's parent meter. */
#include "engine/flow_parts.h"
#include "model/dispatch.h"
#include <assert.h>
#include <string.h>

/* What their tariffs need of them finds room in the second-level cache. Even: see run_residents. */
enum { RESIDENTS_AT_ONCE = 16 };

/* y = x * pv_scale, then * factor: of residents where it is lit, as long as nobody looks at the
 * rest. */
static void scale(const pvs_flow *f, uint32_t owner, uint32_t n, const double *x, double *y) {
  double pv_scale = f->scenario->pv_scale, factor = f->own->shares[owner].factor;
  if (!f->lit || f->listened || owner == f->folder->n_residents) {
    f->k->scale(n, x, pv_scale, factor, y);
    return;
  }
  for (size_t s = 0; s < f->n_lights; s++) {
    const pvs_light *l = &f->ws->lights[s];
    f->k->scale(l->dusk - l->dawn, x + l->dawn, pv_scale, factor, y + l->dawn);
  }
}

/* The owner's generation of this chunk: the profile itself where nothing changes it, else computed
 * into `into`; NULL: none. */
static const double *generation(const pvs_flow *f, uint32_t owner, uint32_t first, uint32_t n,
                                double *into) {
  const pvs_share *share = &f->own->shares[owner];
  if (share->kind == PVS_SHARE_NONE)
    return NULL;
  if (share->kind == PVS_SHARE_SPLIT) {
    const pvs_chunk_series *c = &f->ws->chunk;
    f->k->split(n, f->load->series[owner] + first, c->split_by_load, c->split_equal, into);
    return into;
  }
  const double *series = pvs_profile_series(&f->pv->profile, share->column) + first;
  if (f->scenario->pv_scale == 1 && share->factor == 1)
    return series;
  scale(f, owner, n, series, into);
  return into;
}

static const uint8_t *flags_of(const pvs_flow *f, uint32_t owner, uint32_t first) {
  return f->study->strategies.items[pvs_flow_battery(f, owner)->strategy].flags + first;
}

/* Generation of a battery's owner, in the lane's own place: zeros where there is none. */
static const double *lane_generation(const pvs_flow *f, uint32_t owner, uint32_t first, uint32_t n,
                                     double *into) {
  const double *gen = generation(f, owner, first, n, into);
  if (gen)
    return gen;
  assert(into);
  memset(into, 0, n * sizeof *into);
  return into;
}

/* Dispatches the residents' batteries number [from, from + PVS_LANE_SLOTS) into the lane series. */
static void dispatch_residents(pvs_flow *f, uint32_t from, uint32_t first, uint32_t n) {
  struct pvs_workspace *ws = f->ws;
  uint32_t count = f->n_batteries - from < PVS_LANE_SLOTS ? f->n_batteries - from : PVS_LANE_SLOTS;
  for (uint32_t slot = 0; slot < count; slot++) {
    uint32_t owner = f->own->owners[from + slot];
    pvs_battery_series *s = &ws->slots[slot];
    s->flags = flags_of(f, owner, first);
    s->gen = lane_generation(f, owner, first, n, ws->slot_generation[slot]);
    s->load = f->load->series[owner] + first;
    s->level = f->listened ? ws->slot_level[slot] : NULL;
  }
  pvs_dispatch_slots(f->k, n, count, f->own->owners + from, f->own->batteries, f->own->states,
                     ws->slots);
}

static uint32_t chunk_steps(const pvs_flow *f, uint32_t first) {
  const struct pvs_study *study = f->study;
  return study->stride - first < study->chunk ? study->stride - first : study->chunk;
}

static void meter_network(const pvs_flow *f, const pvs_usage *usage, uint32_t first, uint32_t n) {
  unsigned needs = f->own->needs[f->folder->n_residents];
  if (needs)
    pvs_usage_add(usage, f->metering, needs, f->k, first, n, f->ws->chunk.network_import, NULL,
                  f->n_rows, f->ws->day_rows);
}

/* Blocks of days or weeks know no nights. */
static void import_nights(const pvs_flow *f, uint32_t n, const pvs_flow_customer *customer) {
  uint32_t from = 0;
  for (size_t s = 0; s <= f->n_lights; s++) {
    uint32_t to = s < f->n_lights ? f->ws->lights[s].first : n;
    memcpy(customer->import + from, customer->load + from, (to - from) * sizeof(double));
    from = s < f->n_lights ? f->ws->lights[s].end : n;
  }
}

static void meter_resident(const pvs_flow *f, uint32_t i, uint32_t first, uint32_t n,
                           const pvs_flow_customer *customer) {
  unsigned needs = f->own->needs[i];
  if (!needs)
    return;
  if (f->lit && needs >= PVS_NEED_BLOCK)
    import_nights(f, n, customer);
  pvs_usage_add(&f->own->usage[i], f->metering, needs, f->k, first, n, customer->import,
                customer->consumption, f->n_awake, f->ws->awake_rows);
}

/* The resident's generation, made once for neighbours who have the same, whose first adds its sum.
 * Two sources are kept. */
static const double *resident_generation(pvs_flow *f, uint32_t i, uint32_t first, uint32_t n) {
  uint32_t source = f->own->source[i];
  if (source == f->at_hand)
    return f->gen;
  f->gen = lane_generation(f, i, first, n, f->ws->chunk.generation[f->next]);
  f->at_hand = source;
  f->next = !f->next;
  for (size_t s = 0; i == source && s < f->n_lights; s++) {
    const pvs_light *l = &f->ws->lights[s];
    f->k->sum(l->dusk - l->dawn, f->gen + l->dawn, f->own->lanes[i].generation);
  }
  return f->gen;
}

/* What run_residents comes to two residents after i. */
static const double *load_to_come(const pvs_flow *f, uint32_t i, uint32_t first) {
  uint32_t next = i + 2, then = first;
  if (next >= f->part_end) {
    next = next - f->part_end + f->part;
    then = first + f->study->chunk;
  }
  return next < f->part_end && then < f->study->stride ? f->load->series[next] + then
                                                       : f->load->series[i] + first;
}

static void set_customer(const pvs_flow *f, uint32_t i, unsigned place, uint32_t first,
                         pvs_flow_customer *customer) {
  const pvs_chunk_series *c = &f->ws->chunk;
  bool asks = f->own->needs[i] & PVS_NEED_CONSUMPTION;
  customer->load = f->load->series[i] + first;
  customer->gen = NULL;
  customer->next = load_to_come(f, i, first);
  customer->import = c->import[place];
  customer->consumption = asks ? c->consumption[place] : NULL;
  customer->sums = &f->own->lanes[i];
}

/* Residents i and, where `count` is 2, i + 1: with generation, without batteries. */
static void run_static(pvs_flow *f, const pvs_flow_stretch *stretch, uint32_t i, unsigned count,
                       uint32_t first, uint32_t n) {
  pvs_flow_customer customers[2];
  for (unsigned k = 0; k < count; k++)
    set_customer(f, i + k, k, first, &customers[k]);
  if (f->own->shares[i].kind == PVS_SHARE_SPLIT && !f->listened) {
    f->k->flow_split(stretch, customers);
  } else {
    for (unsigned k = 0; k < count; k++)
      customers[k].gen = resident_generation(f, i + k, first, n);
    f->k->flow_static(stretch, count, customers);
  }
  for (unsigned k = 0; k < count; k++) {
    if (f->listened)
      f->k->add(n, customers[k].gen, f->ws->chunk.pv);
    meter_resident(f, i + k, first, n, &customers[k]);
  }
}

static void run_battery(pvs_flow *f, uint32_t i, uint32_t battery, uint32_t first, uint32_t n) {
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
  meter_resident(f, i, first, n, &customer);
}

/* Residents i … i + count - 1, without generation and battery: their loads, in the dark already
 * part of the building's. */
static void run_passive(const pvs_flow *f, const pvs_flow_stretch *stretch, uint32_t i,
                        uint32_t count, uint32_t first) {
  for (size_t s = 0; s < stretch->n_lights; s++) {
    const pvs_light *l = &stretch->lights[s];
    f->k->add_rows(l->dusk - l->dawn, count, f->load->series + i, first + l->dawn,
                   stretch->network_import + l->dawn);
  }
}

/* Those of the part at hand: each adds its part of the sums over residents where it is lit. */
static void run_residents(pvs_flow *f, uint32_t first, uint32_t n) {
  uint32_t to = f->part_end;
  const struct pvs_workspace *ws = f->ws;
  const pvs_chunk_series *c = &ws->chunk;
  const pvs_flow_stretch stretch = {.n_lights = f->n_lights,
                                    .lights = ws->lights,
                                    .network_import = c->residents_import,
                                    .network_export = c->residents_export,
                                    .by_load = c->split_by_load,
                                    .equal = f->split_equal ? c->split_equal : NULL};
  for (uint32_t i = f->part; i < to;) {
    uint32_t count = 1;
    if (!f->own->active[i]) {
      while (i + count < to && !f->own->active[i + count])
        count++;
      run_passive(f, &stretch, i, count, first);
    } else if (f->battery < f->n_batteries && f->own->owners[f->battery] == i) {
      run_battery(f, i, f->battery++, first, n);
    } else {
      bool alone = f->own->shares[i].kind == PVS_SHARE_SPLIT || i + 1 == to ||
                   !f->own->active[i + 1] || f->own->shares[i + 1].kind == PVS_SHARE_SPLIT ||
                   pvs_flow_battery(f, i + 1);
      count = alone ? 1 : 2;
      run_static(f, &stretch, i, count, first, n);
    }
    i += count;
  }
}

/* Dispatches the networks' batteries, where they have any: slots[k].net and .log. */
static void dispatch_networks(const pvs_flow *f, uint32_t first, uint32_t n,
                              const double *offered) {
  struct pvs_workspace *ws = f->ws;
  const pvs_chunk_series *c = &ws->chunk;
  if (!f->nets[0].battery) { /* then it is alone */
    f->k->difference(n, offered, c->residents_import, ws->slots[0].net);
    memset(ws->slots[0].log, 0, n * sizeof(double));
    return;
  }
  uint32_t owners[PVS_NETS];
  for (uint32_t k = 0; k < f->n_nets; k++) {
    pvs_battery_series *s = &ws->slots[k];
    owners[k] = f->folder->n_residents + k;
    s->flags = f->study->strategies.items[f->nets[k].battery->strategy].flags + first;
    s->gen = offered;
    s->load = c->residents_import;
    s->level = f->listened ? c->central_level : NULL;
  }
  pvs_dispatch_slots(f->k, n, f->n_nets, owners, f->own->batteries, f->own->states, ws->slots);
}

/* After the residents: the slots of their batteries are free again. */
static void run_networks(pvs_flow *f, uint32_t first, uint32_t n) {
  struct pvs_workspace *ws = f->ws;
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
  assert(f->n_nets == 1 || f->n_batteries == 0);
  dispatch_networks(f, first, n, offered);
  for (uint32_t k = 0; k < f->n_nets; k++) {
    pvs_flow_net *net = &f->nets[k];
    const double *discharge = ws->slots[k].log;
    if (f->n_batteries > 0) {
      f->k->add(n, discharge, c->discharge);
      discharge = c->discharge;
    }
    f->k->part(n, ws->slots[k].net, c->network_import, c->network_export, net->import_lanes,
               net->export_lanes);
    if (f->pv && f->arrangement->central_by_load)
      f->k->served(n, f->load->total + first, gen, discharge, net->coincidence_lanes);
    meter_network(f, &f->own->usage[network + k], first, n);
  }
}

/* What each sharer's load is multiplied with in this chunk. True: some of it is shared equally. */
static bool split_chunk(const pvs_flow *f, uint32_t first, uint32_t n) {
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
static void enter_chunk(pvs_flow *f, uint32_t window, uint32_t first, uint32_t n) {
  struct pvs_workspace *ws = f->ws;
  const pvs_window_series *w = &f->own->window;
  uint32_t at = first - window;
  ws->chunk.split_by_load = w->split_by_load + at;
  ws->chunk.split_equal = w->split_equal + at;
  ws->chunk.residents_import = w->residents_import + at;
  ws->chunk.residents_export = w->residents_export + at;
  if (at == 0) {
    f->run = f->window_run;
    f->lit_from = f->window_lit;
  }
  f->n_rows = pvs_days_cut(&f->metering->days, &f->run, first, n, ws->day_rows);
  f->split_equal = w->has_equal[at / f->study->chunk];
  f->at_hand = PVS_NONE;
  f->battery = 0;
  f->n_lights = f->n_awake = 0;
  if (f->any_active && f->lit) {
    f->n_lights = pvs_lit_cut(f->lit, &f->lit_from, first, n, ws->lights);
    f->n_awake = pvs_lit_rows(f->lit, &f->metering->days, f->n_rows, ws->day_rows, ws->awake_rows);
  } else if (f->any_active) {
    f->n_lights = 1;
    ws->lights[0] = (pvs_light){0, 0, n, n};
    f->n_awake = f->n_rows;
    memcpy(ws->awake_rows, ws->day_rows, f->n_rows * sizeof *ws->day_rows);
  }
}

static void begin_chunk(pvs_flow *f, uint32_t window, uint32_t first, uint32_t n) {
  enter_chunk(f, window, first, n);
  struct pvs_workspace *ws = f->ws;
  const pvs_chunk_series *c = &ws->chunk;
  size_t bytes = n * sizeof(double);
  memset(c->residents_export, 0, bytes);
  memcpy(c->residents_import, f->load->total + first, bytes);
  for (size_t s = 0; s < f->n_lights; s++)
    memset(c->residents_import + ws->lights[s].dawn, 0,
           (ws->lights[s].dusk - ws->lights[s].dawn) * sizeof(double));
  if (f->n_batteries > 0)
    memset(c->discharge, 0, bytes);
  if (f->listened) {
    memset(c->pv, 0, bytes);
    memset(c->individual_level, 0, bytes);
  }
  if (f->split_among > 0)
    f->own->window.has_equal[(first - window) / f->study->chunk] = split_chunk(f, first, n);
}

/* The residents at hand, through all chunks of the window. */
static void run_part(pvs_flow *f, uint32_t window, uint32_t end) {
  for (uint32_t first = window; first < end; first += f->study->chunk) {
    enter_chunk(f, window, first, chunk_steps(f, first));
    run_residents(f, first, chunk_steps(f, first));
  }
}

/* Part by part, so that the flows find each other's loads in the second-level cache. */
void pvs_flow_window(pvs_flow *flows, uint32_t count, uint32_t window, uint32_t end) {
  uint32_t residents = flows->folder->n_residents, chunk = flows->study->chunk;
  uint32_t at_once = end - window > chunk ? RESIDENTS_AT_ONCE : residents;
  for (pvs_flow *f = flows; f < flows + count; f++)
    for (uint32_t first = window; first < end; first += chunk)
      begin_chunk(f, window, first, chunk_steps(f, first));
  for (uint32_t part = 0; part < residents; part += at_once)
    for (pvs_flow *f = flows; f < flows + count; f++) {
      f->part = part;
      f->part_end = residents - part < at_once ? residents : part + at_once;
      if (f->any_active)
        run_part(f, window, end);
    }
  for (pvs_flow *f = flows; f < flows + count; f++) {
    for (uint32_t first = window; first < end; first += chunk) {
      enter_chunk(f, window, first, chunk_steps(f, first));
      run_networks(f, first, chunk_steps(f, first));
    }
    f->window_run = f->run;
    f->window_lit = f->lit_from;
  }
}
