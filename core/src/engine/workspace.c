#include "engine/workspace.h"
#include "base/error.h"
#include "base/number.h"
#include "engine/scenario.h"
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
  SCRATCH_SERIES = 16,
  TILE_SERIES = 6,
  /* Eight steps more than needed: series do not meet in the same cache sets. */
  SCRATCH_STEPS = PVS_CHUNK + PVS_LANES,
  TILE_STEPS = PVS_TILE_CHUNKS * PVS_CHUNK + PVS_LANES,
  SMALLEST_TEXT = 1 << 18,
  ROW_TEXT = 2048,
  TARIFF_TEXT = 96
};

uint64_t pvs_now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static size_t columns_of(uint32_t n_residents) {
  return PVS_FIXED_COLUMNS + 3 * (size_t)n_residents;
}

static size_t longest_name(const struct pvs_study *study) {
  size_t longest = strlen(study->name);
  for (uint32_t i = 0; i < study->n_folders; i++)
    if (strlen(study->folders[i].name) > longest)
      longest = strlen(study->folders[i].name);
  for (uint32_t i = 0; i < study->n_loads; i++)
    if (strlen(study->loads[i].file_name) > longest)
      longest = strlen(study->loads[i].file_name);
  return longest;
}

static uint32_t most_loads(const struct pvs_study *study) {
  uint32_t most = 1;
  for (uint32_t i = 0; i < study->n_folders; i++)
    if (study->folders[i].n_loads > most)
      most = study->folders[i].n_loads;
  return most;
}

size_t pvs_plan_rows_bytes(const struct pvs_plan *plan) {
  const struct pvs_study *study = plan->study;
  size_t numbers = 2 * columns_of(0) + 64 + 6 * (size_t)study->max_residents +
                   6 * pvs_study_single_customers(study);
  size_t bytes =
      sizeof(pvs_rows) + numbers * (PVS_NUMBER_MAX + 1) + 4 * longest_name(study) + ROW_TEXT;
  return (bytes + PVS_ALIGN - 1) / PVS_ALIGN * PVS_ALIGN;
}

static size_t text_bytes(const struct pvs_plan *plan) {
  const struct pvs_study *study = plan->study;
  size_t row =
      2 * longest_name(study) + 8 + columns_of(study->max_residents) * (PVS_NUMBER_MAX + 1);
  size_t file = row * most_loads(study);
  size_t tariffs =
      study->n_tariffs * TARIFF_TEXT; /* saved_tariffs: a cached cell and its place in a row */
  size_t most = file > tariffs ? file : tariffs;
  return SMALLEST_TEXT + most;
}

static size_t unit_bytes(const struct pvs_study *study, uint32_t n_meters) {
  size_t by_owner = sizeof(pvs_battery) + sizeof(pvs_battery_state) + sizeof(pvs_determinants) +
                    pvs_determinants_bytes(&study->metering, study->needs);
  size_t by_resident = sizeof(pvs_share) + sizeof(bool) + 2 * sizeof(uint32_t) + sizeof(unsigned) +
                       sizeof(pvs_flow_lanes);
  size_t by_meter = sizeof(pvs_parent_meter) + sizeof(pvs_meter_sums);
  size_t by_chunk = PVS_CHUNK_SPANS * sizeof(pvs_daylight_span) +
                    2 * pvs_chunk_rows(study) * sizeof(pvs_day_rows);
  return (study->max_residents + n_meters) * by_owner + (study->max_residents + 1) * by_resident +
         n_meters * by_meter + PVS_LANES * sizeof(double) +
         TILE_SERIES * TILE_STEPS * sizeof(double) + TILE_STEPS / PVS_LANES +
         PVS_TILE_CHUNKS * by_chunk;
}

size_t pvs_workspace_bytes(const struct pvs_plan *plan) {
  const struct pvs_study *study = plan->study;
  size_t n = study->max_residents;
  size_t units = unit_bytes(study, PVS_PARENT_METERS) + (plan->together - 1) * unit_bytes(study, 1);
  size_t scratch = SCRATCH_SERIES * SCRATCH_STEPS + 4 * PVS_DISPATCH_LANES * PVS_CHUNK;
  size_t numbers =
      scratch + study->strategies.count + 2 * n + most_loads(study) * columns_of((uint32_t)n);
  return sizeof(struct pvs_workspace) + units + numbers * sizeof(double) +
         study->payer_sets.count * 2 * sizeof(uint32_t) + study->n_tariffs * sizeof(uint32_t) +
         (n + 2) * sizeof(pvs_payment) + n * sizeof(pvs_customer_results) + text_bytes(plan) +
         PVS_NUMBER_CACHE * sizeof(pvs_number_text) + PVS_LOG_STATE_BYTES;
}

/* A block of so many numbers at each of the places. */
static bool allocate(pvs_arena *arena, size_t count, double **const *places, size_t numbers) {
  bool ok = true;
  for (size_t i = 0; i < count; i++)
    ok = (*places[i] = pvs_arena_alloc(arena, numbers, sizeof(double))) && ok;
  return ok;
}

static bool allocate_scratch(pvs_scratch *s, pvs_arena *arena) {
  double **const series[] = {
      &s->generation[0],  &s->generation[1],  &s->import[0], &s->import[1],
      &s->consumption[0], &s->consumption[1], &s->offered,   &s->central_generation,
      &s->network_import, &s->network_export, &s->export,    &s->paid_export,
      &s->central_level,  &s->discharge,      &s->pv,        &s->individual_levels};
  _Static_assert(sizeof series / sizeof *series == SCRATCH_SERIES, "all of them");
  bool ok = allocate(arena, SCRATCH_SERIES, series, SCRATCH_STEPS);
  for (int i = 0; i < PVS_DISPATCH_LANES; i++) {
    pvs_battery_series *slot = &s->slots[i];
    double **const of_slot[] = {&s->slot_generation[i], &slot->net, &slot->log, &s->slot_level[i]};
    ok = allocate(arena, sizeof of_slot / sizeof *of_slot, of_slot, PVS_CHUNK) && ok;
  }
  return ok;
}

static bool allocate_tile(pvs_tile *t, const struct pvs_study *study, pvs_arena *arena) {
  double **const series[] = {&t->residents_import, &t->residents_export, &t->split_pv,
                             &t->split_total,      &t->split_reciprocal, &t->split_equal};
  _Static_assert(sizeof series / sizeof *series == TILE_SERIES, "all of them");
  size_t rows = PVS_TILE_CHUNKS * (size_t)pvs_chunk_rows(study);
  bool ok = allocate(arena, TILE_SERIES, series, TILE_STEPS);
  ok = (t->split_surplus = pvs_arena_alloc(arena, TILE_STEPS / PVS_LANES, 1)) && ok;
  ok = (t->spans = pvs_arena_alloc(arena, PVS_TILE_CHUNKS * PVS_CHUNK_SPANS, sizeof *t->spans)) &&
       ok;
  ok = (t->rows = pvs_arena_alloc(arena, rows, sizeof *t->rows)) && ok;
  ok = (t->daylight_rows = pvs_arena_alloc(arena, rows, sizeof *t->daylight_rows)) && ok;
  return ok;
}

static bool allocate_unit(pvs_unit *u, const struct pvs_study *study, uint32_t n_meters,
                          pvs_arena *arena) {
  uint32_t n = study->max_residents, owners = n + n_meters;
  pvs_unit_state *s = &u->state;
  bool ok = allocate_tile(&u->tile, study, arena);
  ok = (u->shares = pvs_arena_alloc(arena, n + 1, sizeof *u->shares)) && ok;
  ok = (u->active = pvs_arena_alloc(arena, n, sizeof *u->active)) && ok;
  ok = (u->same_generation_as = pvs_arena_alloc(arena, n, sizeof *u->same_generation_as)) && ok;
  ok = (u->owners = pvs_arena_alloc(arena, n, sizeof *u->owners)) && ok;
  ok = (u->needs = pvs_arena_alloc(arena, n + 1, sizeof *u->needs)) && ok;
  ok = (u->batteries = pvs_arena_alloc(arena, owners, sizeof *u->batteries)) && ok;
  ok = (u->meters = pvs_arena_alloc(arena, n_meters, sizeof *u->meters)) && ok;
  ok = (s->sums = pvs_arena_alloc(arena, n, sizeof *s->sums)) && ok;
  ok = (s->batteries = pvs_arena_alloc(arena, owners, sizeof *s->batteries)) && ok;
  ok = (s->meters = pvs_arena_alloc(arena, n_meters, sizeof *s->meters)) && ok;
  ok = (s->central_generation = pvs_arena_alloc(arena, PVS_LANES, sizeof(double))) && ok;
  ok = (s->determinants = pvs_arena_alloc(arena, owners, sizeof *s->determinants)) && ok;
  for (uint32_t i = 0; i < owners && ok; i++)
    ok = pvs_determinants_init(&s->determinants[i], &study->metering, study->needs, arena);
  return ok;
}

static bool allocate_units(struct pvs_workspace *ws, const struct pvs_study *study) {
  bool ok = true;
  for (uint32_t k = 0; k < ws->plan->together && ok; k++)
    ok = allocate_unit(&ws->units[k], study, k == 0 ? PVS_PARENT_METERS : 1, &ws->arena);
  return ok;
}

static bool allocate_results(struct pvs_workspace *ws, const struct pvs_study *study) {
  uint32_t n = study->max_residents;
  size_t columns = columns_of(n);
  pvs_arena *arena = &ws->arena;
  double **const numbers[] = {&ws->costs_battery, &ws->pv_share};
  bool ok = allocate(arena, sizeof numbers / sizeof *numbers, numbers, n);
  ok = (ws->thresholds = pvs_arena_alloc(arena, study->strategies.count, sizeof(double))) && ok;
  ok = (ws->payments = pvs_arena_alloc(arena, n + 2, sizeof *ws->payments)) && ok;
  ok = (ws->customers = pvs_arena_alloc(arena, n, sizeof *ws->customers)) && ok;
  ok = (ws->columns = pvs_arena_alloc(arena, most_loads(study) * columns, sizeof(double))) && ok;
  ok = (ws->cell_at = pvs_arena_alloc(arena, columns + 1, sizeof *ws->cell_at)) && ok;
  ok = (ws->text = pvs_arena_alloc(arena, ws->text_bytes, 1)) && ok;
  ok = (ws->numbers = pvs_arena_alloc(arena, PVS_NUMBER_CACHE, sizeof *ws->numbers)) && ok;
  ok = (ws->log_state = pvs_arena_alloc(arena, PVS_LOG_STATE_BYTES, 1)) && ok;
  return ok;
}

pvs_code pvs_workspace_create(const pvs_plan *plan, pvs_workspace **out, pvs_error *error) {
  *out = NULL;
  struct pvs_workspace *ws = calloc(1, sizeof *ws);
  if (!ws)
    return pvs_fail_memory(error);
  const struct pvs_study *study = plan->study;
  pvs_arena *arena = &ws->arena;
  pvs_arena_init(arena);
  ws->plan = plan;
  ws->text_bytes = text_bytes(plan);
  bool ok = allocate_scratch(&ws->scratch, arena) && allocate_units(ws, study) &&
            allocate_results(ws, study);
  pvs_code code =
      ok ? pvs_bill_finder_init(&ws->finder, study, arena, error) : pvs_fail_memory(error);
  if (code)
    pvs_workspace_destroy(ws);
  else
    *out = ws;
  return code;
}

void pvs_workspace_destroy(pvs_workspace *ws) {
  if (!ws)
    return;
  pvs_arena_deinit(&ws->arena);
  free(ws);
}

void pvs_workspace_stats(const pvs_workspace *ws, pvs_work_stats *stats) {
  *stats = ws->stats;
}
