/* The chunks of a tile before the residents are worked through: which of their steps are, and the
 * series that the residents share. */
#include "engine/unit.h"
#include <string.h>

static void begin_split(const pvs_unit_plan *plan, pvs_chunk *c, double *scaled) {
  const double pv_scale = plan->scenario->pv_scale;
  c->split.pv = plan->pv->total + c->first;
  if (pv_scale != 1) {
    plan->kernels->scale(c->n, c->split.pv, pv_scale, 1, scaled);
    c->split.pv = scaled;
  }
  c->split.plain = plan->kernels->split_begin(c->n, c->split.pv, plan->shared_load + c->first,
                                              plan->n_sharers, &c->split);
}

/* Sets which of the chunk's steps are worked through: spans and rows of the day tables. */
static void find_steps(pvs_tile *tile, uint32_t number, pvs_chunk *c, const pvs_unit_plan *plan) {
  const pvs_days *days = &plan->metering->days;
  const uint32_t room = pvs_chunk_rows(plan->study);
  pvs_daylight_span *spans = tile->spans + (size_t)number * PVS_CHUNK_SPANS;
  pvs_day_rows *rows = tile->rows + (size_t)number * room,
               *kept = tile->daylight_rows + (size_t)number * room;
  c->spans = spans;
  c->rows = c->daylight_rows = rows;
  c->n_rows = (uint32_t)pvs_days_cut(days, &tile->day_span, c->first, c->n, rows);
  if (plan->any_active && plan->daylight) {
    c->n_spans =
        (uint32_t)pvs_daylight_cut(plan->daylight, &tile->daylight_span, c->first, c->n, spans);
    c->daylight_rows = kept;
    c->n_daylight_rows = (uint32_t)pvs_daylight_rows(plan->daylight, days, c->n_rows, rows, kept);
  } else if (plan->any_active) {
    spans[0] = (pvs_daylight_span){0, 0, c->n, c->n};
    c->n_spans = 1;
    c->n_daylight_rows = c->n_rows;
  }
}

/* At night the residents' sum of imports is the building's load; in daylight they add to it. */
static void begin_series(const pvs_unit_plan *plan, const pvs_scratch *scratch,
                         const pvs_chunk *c) {
  size_t bytes = c->n * sizeof(double);
  memset(c->residents_export, 0, bytes);
  memcpy(c->residents_import, plan->load->total + c->first, bytes);
  for (uint32_t s = 0; s < c->n_spans; s++)
    memset(c->residents_import + c->spans[s].dawn, 0,
           (c->spans[s].dusk - c->spans[s].dawn) * sizeof(double));
  if (plan->n_owners > 0)
    memset(scratch->discharge, 0, bytes);
  if (plan->shown) {
    memset(scratch->pv, 0, bytes);
    memset(scratch->individual_levels, 0, bytes);
  }
}

void pvs_tile_begin(pvs_tile *tile, const pvs_unit_plan *plan, const pvs_scratch *scratch,
                    uint32_t first, uint32_t end) {
  tile->n_chunks = 0;
  for (uint32_t at = 0; first + at < end; at += plan->study->chunk) {
    uint32_t left = end - first - at;
    pvs_chunk *c = &tile->chunks[tile->n_chunks];
    *c = (pvs_chunk){.first = first + at,
                     .n = left < plan->study->chunk ? left : plan->study->chunk,
                     .residents_import = tile->residents_import + at,
                     .residents_export = tile->residents_export + at,
                     .split = {.total = tile->split_total + at,
                               .reciprocal = tile->split_reciprocal + at,
                               .equal = tile->split_equal + at,
                               .surplus = tile->split_surplus + at / PVS_LANES}};
    find_steps(tile, tile->n_chunks++, c, plan);
    begin_series(plan, scratch, c);
    if (plan->n_sharers > 0)
      begin_split(plan, c, tile->split_pv + at);
  }
}
