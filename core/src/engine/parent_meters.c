/* The parent meters in a chunk: what the residents leave, with central generation and central
 * batteries. The residents' batteries are done: their slots are free again. */
#include "engine/unit.h"
#include "model/dispatch.h"
#include <assert.h>
#include <string.h>

/* Sets net and log of slot k for parent meter k. */
static void dispatch(const pvs_unit_plan *plan, const pvs_unit_state *state, pvs_scratch *scratch,
                     pvs_chunk c, const double *offered) {
  if (!plan->meters[0].battery) { /* then there are no variants */
    plan->kernels->difference(c.n, offered, c.residents_import, scratch->slots[0].net);
    memset(scratch->slots[0].log, 0, c.n * sizeof(double));
    return;
  }
  uint32_t owners[PVS_PARENT_METERS];
  for (uint32_t k = 0; k < plan->n_meters; k++) {
    pvs_battery_series *s = &scratch->slots[k];
    owners[k] = plan->n_residents + k;
    s->flags = plan->study->strategies.items[plan->meters[k].battery->strategy].flags + c.first;
    s->gen = offered;
    s->load = c.residents_import;
    s->level = plan->shown ? scratch->central_level : NULL;
  }
  pvs_dispatch_slots(plan->kernels, c.n, plan->n_meters, owners, plan->batteries, state->batteries,
                     scratch->slots);
}

void pvs_parent_meters_run(const pvs_unit_plan *plan, const pvs_unit_state *state,
                           pvs_scratch *scratch, pvs_chunk c) {
  assert(plan->n_meters == 1 || plan->n_owners == 0);
  const pvs_kernels *kernels = plan->kernels;
  const uint32_t network = plan->n_residents;
  const double *gen = pvs_unit_generation(plan, c, network, scratch->central_generation);
  const double *offered = c.residents_export;
  if (gen) {
    memcpy(scratch->offered, gen, c.n * sizeof(double));
    kernels->add(c.n, c.residents_export, scratch->offered);
    kernels->sum(c.n, gen, state->central_generation);
    if (plan->shown)
      kernels->add(c.n, gen, scratch->pv);
    offered = scratch->offered;
  }
  dispatch(plan, state, scratch, c, offered);
  for (uint32_t k = 0; k < plan->n_meters; k++) {
    pvs_meter_sums *sums = &state->meters[k];
    const double *discharge = scratch->slots[k].log;
    if (plan->n_owners > 0) {
      kernels->add(c.n, discharge, scratch->discharge);
      discharge = scratch->discharge;
    }
    kernels->split_net(c.n, scratch->slots[k].net, scratch->network_import, scratch->network_export,
                       sums->import, sums->export);
    if (plan->pv && plan->arrangement->central_by_load)
      kernels->self_consumed(c.n, plan->load->total + c.first, gen, discharge, sums->self_consumed);
    if (plan->needs[network])
      pvs_determinants_add(&state->determinants[network + k], plan->metering, plan->needs[network],
                           kernels, c.first, c.n, scratch->network_import, NULL, c.n_rows, c.rows);
    if (plan->needs[network] & PVS_NEED_EXPORTS)
      pvs_determinants_add_export(&state->determinants[network + k], plan->metering,
                                  plan->needs[network], kernels, c.n, scratch->network_export,
                                  c.n_rows, c.rows, scratch->paid_export);
  }
}
