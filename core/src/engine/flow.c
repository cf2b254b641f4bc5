/* The loops over units, steps and residents. They are, from the outside in:
 *
 *   tile         eight chunks of steps
 *     residents  sixteen at a time
 *       unit     up to four of one load file
 *         chunk  some 480 steps
 *           resident
 *     unit
 *       chunk
 *         parent meter
 *
 * A chunk's series of one resident stay in the first-level cache. The billing determinants of sixteen
 * residents and their loads over a tile stay in the second-level cache, so that four units fetch a
 * load from memory once. A unit with individual batteries has tiles of one chunk and all residents
 * at a time, because its batteries are dispatched side by side; so has a unit whose listener wants
 * series chunk by chunk. */
#include "engine/flow.h"
#include <assert.h>

enum { RESIDENTS_AT_ONCE = 16 }; /* even: see pvs_residents_run's pairs */

/* ---- one tile ---- */

static void run_residents(pvs_unit *units, uint32_t n_units, pvs_scratch *scratch) {
  const uint32_t residents = units->plan.n_residents;
  const uint32_t at_once = units->tile.n_chunks > 1 ? RESIDENTS_AT_ONCE : residents;
  for (uint32_t from = 0; from < residents; from += at_once) {
    const uint32_t to = residents - from < at_once ? residents : from + at_once;
    for (pvs_unit *u = units; u < units + n_units; u++)
      for (uint32_t c = 0; c < u->tile.n_chunks && u->plan.any_active; c++)
        pvs_residents_run(&u->plan, &u->state, scratch, u->tile.chunks[c], from, to);
  }
}

/* Steps [first, end). The units have the same load file. */
static void run_tile(pvs_unit *units, uint32_t n_units, pvs_scratch *scratch, uint32_t first,
                     uint32_t end) {
  for (pvs_unit *u = units; u < units + n_units; u++)
    pvs_tile_begin(&u->tile, &u->plan, scratch, first, end);
  run_residents(units, n_units, scratch);
  for (pvs_unit *u = units; u < units + n_units; u++)
    for (uint32_t c = 0; c < u->tile.n_chunks; c++)
      pvs_parent_meters_run(&u->plan, &u->state, scratch, u->tile.chunks[c]);
}

/* ---- all tiles ---- */

static pvs_flow_chunk describe(const pvs_unit_plan *plan, const pvs_scratch *scratch) {
  const pvs_installed_battery *central = plan->meters[0].battery;
  pvs_flow_chunk shown = {.pv = scratch->pv,
                          .network_import = scratch->network_import,
                          .network_export = scratch->network_export,
                          .discharge = scratch->discharge,
                          .central_level = scratch->central_level,
                          .individual_level = scratch->individual_levels,
                          .has_central = central != NULL,
                          .has_individual = plan->n_owners > 0};
  if (central)
    shown.central_cap_kwh = central->terms.cap_kwh;
  for (uint32_t b = 0; b < plan->n_owners; b++)
    shown.individual_cap_kwh += pvs_unit_battery(plan, plan->owners[b])->terms.cap_kwh;
  return shown;
}

static pvs_code show(const pvs_unit *unit, pvs_flow_chunk *shown, pvs_flow_listener listener,
                     void *ctx, pvs_error *error) {
  const pvs_chunk *c = &unit->tile.chunks[0];
  const uint32_t steps = unit->plan.metering->calendar.steps;
  shown->first = c->first;
  shown->n = c->first + c->n < steps ? c->n : steps - c->first;
  shown->load = unit->plan.load->total + c->first;
  shown->residents_import = c->residents_import;
  shown->residents_export = c->residents_export;
  return listener(ctx, shown, error);
}

static uint32_t tile_steps(const pvs_unit *units, uint32_t n_units, bool shown) {
  bool by_chunk = true;
  for (const pvs_unit *u = units; u < units + n_units; u++)
    by_chunk &= u->plan.n_owners > 0 || !u->plan.any_active;
  return units->plan.study->chunk * (shown || by_chunk ? 1 : PVS_TILE_CHUNKS);
}

/* n_units units, each with n_variants parent meters, the first of which is unit `number`. With a
 * listener: one unit. */
static pvs_code run(const struct pvs_plan *plan, uint32_t number, uint32_t n_units,
                    uint32_t n_variants, struct pvs_workspace *ws, void *results,
                    pvs_flow_listener listener, void *ctx, pvs_error *error) {
  pvs_unit *units = ws->units;
  const uint64_t started = pvs_now_ns();
  uint64_t written_ns = 0; /* by the listener */
  for (uint32_t k = 0; k < n_units; k++)
    pvs_unit_begin(&units[k], plan, number + k, n_variants, listener != NULL, ws, results);
  pvs_flow_chunk shown = listener ? describe(&units->plan, &ws->scratch) : (pvs_flow_chunk){0};
  const uint32_t stride = plan->study->stride, steps = tile_steps(units, n_units, listener != NULL);
  for (uint32_t first = 0; first < stride; first += steps) {
    run_tile(units, n_units, &ws->scratch, first, stride - first < steps ? stride : first + steps);
    if (!listener)
      continue;
    const uint64_t tile_done = pvs_now_ns();
    pvs_code code = show(units, &shown, listener, ctx, error);
    if (code)
      return code;
    written_ns += pvs_now_ns() - tile_done;
  }
  const uint64_t computed = pvs_now_ns();
  for (uint32_t k = 0; k < n_units; k++)
    pvs_unit_finish(&units[k].plan, &units[k].state, &ws->stats);
  ws->stats.flow_ns += computed - started - written_ns;
  ws->stats.write_ns += written_ns;
  ws->stats.bill_ns += pvs_now_ns() - computed;
  return PVS_OK;
}

pvs_code pvs_flow_run(const struct pvs_plan *plan, uint32_t unit, struct pvs_workspace *ws,
                      void *results, pvs_flow_listener listener, void *ctx, pvs_error *error) {
  return run(plan, unit, 1, 1, ws, results, listener, ctx, error);
}

/* Units unit … unit + count - 1, which are variants of one another (pvs_plan_variants), at most
 * PVS_PARENT_METERS: their batteries are dispatched side by side. */
static void run_variants(const struct pvs_plan *plan, uint32_t unit, uint32_t count,
                         struct pvs_workspace *ws, void *results) {
  assert(count <= PVS_PARENT_METERS && count <= pvs_plan_variants(plan, unit));
  run(plan, unit, 1, count, ws, results, NULL, NULL, NULL);
}

/* Units unit … unit + count - 1 of one load file (pvs_plan_same_load), at most the plan's `together`,
 * or any one unit. */
static void run_together(const struct pvs_plan *plan, uint32_t unit, uint32_t count,
                         struct pvs_workspace *ws, void *results) {
  assert(count <= plan->together && count <= pvs_plan_same_load(plan, unit));
  run(plan, unit, count, 1, ws, results, NULL, NULL, NULL);
}

/* ---- how many units at a time ---- */

static uint32_t least(uint32_t a, uint32_t b) {
  return a < b ? a : b;
}

static pvs_code run_logged(const struct pvs_plan *plan, uint32_t unit, struct pvs_workspace *ws,
                           void *results, const pvs_flow_log *log, pvs_error *error) {
  const uint32_t group = plan->group_of_unit[unit];
  pvs_code code = log->begin(log->ctx, ws->log_state, unit, ws, error);
  if (!code)
    code = pvs_flow_run(plan, unit, ws, results, log->chunk, ws->log_state, error);
  return log->end(ws->log_state, code,
                  pvs_plan_result(plan, results, group, unit - plan->groups[group].first_unit),
                  error);
}

pvs_code pvs_flow_run_units(const struct pvs_plan *plan, uint32_t first, uint32_t *count,
                            struct pvs_workspace *ws, void *results, const pvs_flow_log *log,
                            pvs_error *error) {
  for (uint32_t done = 0, n; done < *count; done += n) {
    const uint32_t unit = first + done, most = *count - done;
    const uint32_t variants = least(least(pvs_plan_variants(plan, unit), PVS_PARENT_METERS), most);
    n = 1;
    if (pvs_plan_logs(plan, plan->group_of_unit[unit])) {
      pvs_code code = run_logged(plan, unit, ws, results, log, error);
      if (code) {
        *count = done;
        return code;
      }
    } else if (variants >= plan->kernels->lanes_from) {
      n = variants;
      run_variants(plan, unit, n, ws, results);
    } else {
      n = least(least(pvs_plan_same_load(plan, unit), plan->together), most);
      run_together(plan, unit, n, ws, results);
    }
  }
  return PVS_OK;
}
