/* The residents in a chunk: each one's generation, dispatch and import, and what its tariffs need of
 * them. Each adds its share to the sums over residents. */
#include "engine/unit.h"
#include "model/dispatch.h"
#include <assert.h>
#include <string.h>

/* Everything that the functions below need, and what neighbours have in common: generation is
 * computed once for those who have equal parts of one system. */
typedef struct residents {
  const pvs_unit_plan *plan;
  const pvs_unit_state *state;
  pvs_scratch *scratch;
  pvs_chunk chunk;
  pvs_flow_stretch stretch;
  uint32_t from, to;        /* residents of this call */
  uint32_t generation_of;   /* the resident whose generation is known; PVS_NONE: none */
  const double *generation; /* it */
  unsigned place;           /* of the scratch's two, where the next one is computed */
} residents;

/* ---- generation ---- */

static void take_share(const pvs_unit_plan *plan, const pvs_share *share, size_t n, const double *x,
                       double *y) {
  const double pv_scale = plan->scenario->pv_scale;
  if (share->kind == PVS_SHARE_REST)
    plan->kernels->scale_rest(n, x, pv_scale, share->factor, share->among, y);
  else
    plan->kernels->scale(n, x, pv_scale, share->factor, y);
}

/* Of residents in daylight only, as long as no listener looks at the rest. */
static void take_share_of(const pvs_unit_plan *plan, pvs_chunk c, uint32_t owner, const double *x,
                          double *y) {
  const pvs_share *share = &plan->shares[owner];
  if (!plan->daylight || plan->shown || owner == plan->n_residents) {
    take_share(plan, share, c.n, x, y);
    return;
  }
  for (uint32_t s = 0; s < c.n_spans; s++) {
    const pvs_daylight_span *span = &c.spans[s];
    take_share(plan, share, span->dusk - span->dawn, x + span->dawn, y + span->dawn);
  }
}

/* The owner's loads say too whether the split may be plain. */
static pvs_split split_of(const pvs_unit_plan *plan, pvs_chunk c, uint32_t owner) {
  pvs_split split = c.split;
  split.plain &= !(plan->load->some[owner] & (PVS_SOME_NEGATIVE | PVS_SOME_ODD));
  return split;
}

const double *pvs_unit_generation(const pvs_unit_plan *plan, pvs_chunk c, uint32_t owner,
                                  double *into) {
  const pvs_share *share = &plan->shares[owner];
  if (share->kind == PVS_SHARE_NONE)
    return NULL;
  if (share->kind == PVS_SHARE_SPLIT) {
    const pvs_split split = split_of(plan, c, owner);
    plan->kernels->split(c.n, plan->load->series[owner] + c.first, &split, into);
    return into;
  }
  const double *series = pvs_profile_series(&plan->pv->profile, share->column) + c.first;
  if (plan->scenario->pv_scale == 1 && share->kind == PVS_SHARE_COLUMN && share->factor == 1)
    return series;
  take_share_of(plan, c, owner, series, into);
  return into;
}

/* The same with zeros where there is none. */
static const double *generation_or_zeros(const pvs_unit_plan *plan, pvs_chunk c, uint32_t owner,
                                         double *into) {
  const double *gen = pvs_unit_generation(plan, c, owner, into);
  if (gen)
    return gen;
  assert(into);
  memset(into, 0, c.n * sizeof *into);
  return into;
}

/* Adds the sum of generation too, if the resident is the first of those who have the same. Two
 * series are kept, since two residents are worked on at a time. */
static const double *generation(residents *r, uint32_t i) {
  uint32_t first = r->plan->same_generation_as[i];
  if (first == r->generation_of)
    return r->generation;
  r->generation = generation_or_zeros(r->plan, r->chunk, i, r->scratch->generation[r->place]);
  r->generation_of = first;
  r->place = !r->place;
  for (uint32_t s = 0; i == first && s < r->chunk.n_spans; s++) {
    const pvs_daylight_span *span = &r->chunk.spans[s];
    r->plan->kernels->sum(span->dusk - span->dawn, r->generation + span->dawn,
                          r->state->sums[i].generation);
  }
  return r->generation;
}

/* ---- billing determinants ---- */

/* Blocks of days or weeks have no slots: they need the imports of the night as well. */
static void import_night(const residents *r, const pvs_flow_customer *customer) {
  uint32_t from = 0;
  for (uint32_t s = 0; s <= r->chunk.n_spans; s++) {
    bool last = s == r->chunk.n_spans;
    uint32_t to = last ? r->chunk.n : r->chunk.spans[s].first;
    memcpy(customer->import + from, customer->load + from, (to - from) * sizeof(double));
    from = last ? to : r->chunk.spans[s].end;
  }
}

static void meter(const residents *r, uint32_t i, const pvs_flow_customer *customer) {
  unsigned needs = r->plan->needs[i];
  if (!needs)
    return;
  if (r->plan->daylight && (needs & PVS_NEED_BLOCKS))
    import_night(r, customer);
  pvs_determinants_add(&r->state->determinants[i], r->plan->metering, needs, r->plan->kernels,
                       r->chunk.first, r->chunk.n, customer->import, customer->consumption,
                       r->chunk.n_daylight_rows, r->chunk.daylight_rows);
}

static bool needs_export(const residents *r, uint32_t i) {
  return r->plan->needs[i] & PVS_NEED_EXPORTS;
}

/* `net` is generation less load, where `load` is given. Exports are generated: between dawn and dusk. */
static void meter_export(const residents *r, uint32_t i, const double *net, const double *load) {
  const pvs_unit_plan *plan = r->plan;
  double *export = r->scratch->export;
  memset(export, 0, r->chunk.n * sizeof *export);
  for (uint32_t s = 0; s < r->chunk.n_spans; s++)
    for (uint32_t t = r->chunk.spans[s].dawn; t < r->chunk.spans[s].dusk; t++) {
      double value = load ? net[t] - load[t] : net[t];
      export[t] = value > 0 ? value : 0;
    }
  pvs_determinants_add_export(&r->state->determinants[i], plan->metering, plan->needs[i],
                              plan->kernels, r->chunk.n, export, r->chunk.n_daylight_rows,
                              r->chunk.daylight_rows, r->scratch->paid_export);
}

/* ---- one resident, or two ---- */

/* The load that is worked on two residents after i, in this chunk or in the next one. */
static const double *load_to_fetch(const residents *r, uint32_t i) {
  const struct pvs_study *study = r->plan->study;
  const double *const *loads = r->plan->load->series;
  uint32_t next = i + 2, first = r->chunk.first;
  if (next >= r->to) {
    next = next - r->to + r->from;
    first += study->chunk;
  }
  return next < r->to && first < study->stride ? loads[next] + first : loads[i] + r->chunk.first;
}

static void set_customer(const residents *r, uint32_t i, unsigned place,
                         pvs_flow_customer *customer) {
  bool asks = r->plan->needs[i] & PVS_NEED_CONSUMPTION;
  customer->load = r->plan->load->series[i] + r->chunk.first;
  customer->gen = NULL;
  customer->next = load_to_fetch(r, i);
  customer->import = r->scratch->import[place];
  customer->consumption = asks ? r->scratch->consumption[place] : NULL;
  customer->sums = &r->state->sums[i];
}

/* The split kernel does not show the generation, which exports are found from. */
static bool may_split(const residents *r, uint32_t i) {
  return r->plan->shares[i].kind == PVS_SHARE_SPLIT && !r->plan->shown && !needs_export(r, i);
}

/* Residents i and, where `count` is 2, i + 1: active, without batteries. */
static void run_static(residents *r, uint32_t i, unsigned count) {
  const pvs_unit_plan *plan = r->plan;
  pvs_flow_customer customers[2];
  for (unsigned k = 0; k < count; k++)
    set_customer(r, i + k, k, &customers[k]);
  if (may_split(r, i)) {
    r->stretch.split = split_of(plan, r->chunk, i);
    plan->kernels->flow_split(&r->stretch, count, customers);
  } else {
    for (unsigned k = 0; k < count; k++)
      customers[k].gen = generation(r, i + k);
    plan->kernels->flow_static(&r->stretch, count, customers);
  }
  for (unsigned k = 0; k < count; k++) {
    if (plan->shown)
      plan->kernels->add(r->chunk.n, customers[k].gen, r->scratch->pv);
    meter(r, i + k, &customers[k]);
    if (needs_export(r, i + k))
      meter_export(r, i + k, customers[k].gen, customers[k].load);
  }
}

/* Dispatches individual batteries, from number `from` on as many as there are slots. */
static void dispatch(const residents *r, uint32_t from) {
  const pvs_unit_plan *plan = r->plan;
  pvs_scratch *scratch = r->scratch;
  uint32_t left = plan->n_owners - from,
           count = left < PVS_DISPATCH_LANES ? left : PVS_DISPATCH_LANES;
  for (uint32_t slot = 0; slot < count; slot++) {
    uint32_t owner = plan->owners[from + slot];
    pvs_battery_series *s = &scratch->slots[slot];
    s->flags = plan->study->strategies.items[pvs_unit_battery(plan, owner)->strategy].flags +
               r->chunk.first;
    s->gen = generation_or_zeros(plan, r->chunk, owner, scratch->slot_generation[slot]);
    s->load = plan->load->series[owner] + r->chunk.first;
    s->level = plan->shown ? scratch->slot_level[slot] : NULL;
  }
  pvs_dispatch_slots(plan->kernels, r->chunk.n, count, plan->owners + from, plan->batteries,
                     r->state->batteries, scratch->slots);
}

/* Resident i, who has individual battery number `number`. */
static void run_battery(residents *r, uint32_t i, uint32_t number) {
  const pvs_kernels *k = r->plan->kernels;
  pvs_scratch *scratch = r->scratch;
  const uint32_t n = r->chunk.n, slot = number % PVS_DISPATCH_LANES;
  if (slot == 0)
    dispatch(r, number);
  const pvs_battery_series *s = &scratch->slots[slot];
  pvs_flow_customer customer;
  set_customer(r, i, 0, &customer);
  k->flow_net(n, customer.load, s->gen, s->net, s->log, customer.import, customer.consumption,
              r->chunk.residents_import, r->chunk.residents_export, customer.sums);
  k->add(n, s->log, scratch->discharge);
  if (r->plan->shown) {
    k->add(n, s->level, scratch->individual_levels);
    k->add(n, s->gen, scratch->pv);
  }
  meter(r, i, &customer);
  if (needs_export(r, i))
    meter_export(r, i, s->net, NULL);
}

/* Passive residents, or registers, i … i + count - 1: their loads, which at night the sum has already. */
static void run_passive(const residents *r, uint32_t i, uint32_t count) {
  for (uint32_t s = 0; s < r->chunk.n_spans; s++) {
    const pvs_daylight_span *span = &r->chunk.spans[s];
    r->plan->kernels->add_rows(span->dusk - span->dawn, count, r->plan->load->series + i,
                               r->chunk.first + span->dawn, r->chunk.residents_import + span->dawn);
  }
}

/* Whether residents i and i + 1 are both active without a battery, and get their generation in the same
 * way: two of those are faster together. */
static bool may_be_paired(const residents *r, uint32_t i) {
  const pvs_unit_plan *plan = r->plan;
  for (uint32_t k = i; k <= i + 1; k++)
    if (!plan->active[k] || pvs_unit_battery(plan, k))
      return false;
  return may_split(r, i) == may_split(r, i + 1) &&
         (!may_split(r, i) ||
          split_of(plan, r->chunk, i).plain == split_of(plan, r->chunk, i + 1).plain);
}

void pvs_residents_run(const pvs_unit_plan *plan, const pvs_unit_state *state, pvs_scratch *scratch,
                       pvs_chunk chunk, uint32_t from, uint32_t to) {
  assert(plan->n_owners == 0 || (from == 0 && to == plan->n_residents));
  residents r = {.plan = plan,
                 .state = state,
                 .scratch = scratch,
                 .chunk = chunk,
                 .stretch = {.n_spans = chunk.n_spans,
                             .spans = chunk.spans,
                             .network_import = chunk.residents_import,
                             .network_export = chunk.residents_export},
                 .from = from,
                 .to = to,
                 .generation_of = PVS_NONE};
  for (uint32_t i = from, battery = 0; i < to;) {
    uint32_t count = 1;
    if (!plan->active[i]) {
      while (i + count < to && !plan->active[i + count])
        count++;
      run_passive(&r, i, count);
    } else if (battery < plan->n_owners && plan->owners[battery] == i) {
      run_battery(&r, i, battery++);
    } else {
      if (i + 1 < to && may_be_paired(&r, i))
        count = 2;
      run_static(&r, i, count);
    }
    i += count;
  }
  if (to == plan->n_residents)
    run_passive(&r, to, plan->folder->n_registers);
}
