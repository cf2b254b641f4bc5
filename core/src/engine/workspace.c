#include "engine/workspace.h"
#include "base/error.h"
#include "base/number.h"
#include "engine/scenario.h"
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
  WINDOW_SERIES = 4,
  SERIES_COUNT = sizeof(pvs_chunk_series) / sizeof(double *),
  /* Eight steps more than needed: series do not meet in the same cache sets. */
  SERIES_ROOM = PVS_CHUNK + PVS_LANES,
  WINDOW_ROOM = PVS_WINDOW * PVS_CHUNK + PVS_LANES,
  LIT_ROOM = PVS_CHUNK / PVS_LANES + 1,
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
  size_t numbers = 2 * columns_of(0) + 64 + 6 * (size_t)study->max_residents;
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

size_t pvs_workspace_bytes(const struct pvs_plan *plan) {
  const struct pvs_study *study = plan->study;
  size_t n = study->max_residents, flows = plan->abreast;
  size_t by_customer = sizeof(pvs_share) + sizeof(pvs_flow_lanes) + sizeof(pvs_battery) +
                       sizeof(pvs_battery_state) + sizeof(bool) + 2 * sizeof(uint32_t) +
                       sizeof(pvs_usage) + pvs_usage_bytes(&study->metering, study->needs) +
                       sizeof(unsigned);
  return sizeof(struct pvs_workspace) +
         ((SERIES_COUNT - WINDOW_SERIES) * SERIES_ROOM + flows * WINDOW_SERIES * WINDOW_ROOM +
          4 * PVS_LANE_SLOTS * PVS_CHUNK) *
             sizeof(double) +
         LIT_ROOM * sizeof(pvs_light) + study->payer_sets.count * 2 * sizeof(uint32_t) +
         study->n_tariffs * sizeof(uint32_t) + study->strategies.count * sizeof(double) +
         (flows * (n + 1) + PVS_NETS) * by_customer + n * 2 * sizeof(double) +
         (n + 2) * sizeof(pvs_payment) + n * sizeof(pvs_customer_results) +
         most_loads(study) * columns_of((uint32_t)n) * sizeof(double) + text_bytes(plan);
}

/* Those of a window get their places in the chunk when one is entered. */
static bool allocate_series(struct pvs_workspace *ws) {
  pvs_chunk_series *c = &ws->chunk;
  double **chunk[] = {
      &c->generation[0],
      &c->generation[1],
      &c->import[0],
      &c->import[1],
      &c->consumption[0],
      &c->consumption[1],
      &c->offered,
      &c->central_generation,
      &c->network_import,
      &c->network_export,
      &c->central_level,
      &c->discharge,
      &c->pv,
      &c->individual_level,
  };
  const size_t n_chunk = SERIES_COUNT - WINDOW_SERIES;
  _Static_assert(sizeof chunk + WINDOW_SERIES * sizeof(double *) == sizeof(pvs_chunk_series),
                 "every series of a chunk is allocated");
  bool ok = true;
  for (size_t i = 0; i < n_chunk; i++)
    ok = (*chunk[i] = pvs_arena_alloc(&ws->arena, SERIES_ROOM, sizeof(double))) && ok;
  return ok;
}

static bool allocate_slots(struct pvs_workspace *ws) {
  bool ok = true;
  for (int i = 0; i < PVS_LANE_SLOTS; i++) {
    pvs_battery_series *slot = &ws->slots[i];
    ok = (ws->slot_generation[i] = pvs_arena_alloc(&ws->arena, PVS_CHUNK, sizeof(double))) && ok;
    ok = (slot->net = pvs_arena_alloc(&ws->arena, PVS_CHUNK, sizeof(double))) && ok;
    ok = (slot->log = pvs_arena_alloc(&ws->arena, PVS_CHUNK, sizeof(double))) && ok;
    ok = (ws->slot_level[i] = pvs_arena_alloc(&ws->arena, PVS_CHUNK, sizeof(double))) && ok;
  }
  return ok;
}

static bool allocate_flow(pvs_flow_memory *own, const struct pvs_study *study, uint32_t networks,
                          pvs_arena *arena) {
  uint32_t n = study->max_residents;
  pvs_window_series *w = &own->window;
  double **window[] = {&w->split_by_load, &w->split_equal, &w->residents_import,
                       &w->residents_export};
  _Static_assert(sizeof window / sizeof *window == WINDOW_SERIES, "all of them");
  bool ok = true;
  for (size_t i = 0; i < WINDOW_SERIES; i++)
    ok = (*window[i] = pvs_arena_alloc(arena, WINDOW_ROOM, sizeof(double))) && ok;
  ok = (own->shares = pvs_arena_alloc(arena, n + 1, sizeof *own->shares)) && ok;
  ok = (own->lanes = pvs_arena_alloc(arena, n, sizeof *own->lanes)) && ok;
  ok = (own->batteries = pvs_arena_alloc(arena, n + networks, sizeof *own->batteries)) && ok;
  ok = (own->states = pvs_arena_alloc(arena, n + networks, sizeof *own->states)) && ok;
  ok = (own->active = pvs_arena_alloc(arena, n, sizeof *own->active)) && ok;
  ok = (own->source = pvs_arena_alloc(arena, n, sizeof *own->source)) && ok;
  ok = (own->owners = pvs_arena_alloc(arena, n, sizeof *own->owners)) && ok;
  ok = (own->usage = pvs_arena_alloc(arena, n + networks, sizeof *own->usage)) && ok;
  ok = (own->needs = pvs_arena_alloc(arena, n + 1, sizeof *own->needs)) && ok;
  for (uint32_t i = 0; i < n + networks && ok; i++)
    ok = pvs_usage_init(&own->usage[i], &study->metering, study->needs, arena);
  return ok;
}

static bool allocate_customers(struct pvs_workspace *ws, const struct pvs_study *study) {
  uint32_t n = study->max_residents;
  pvs_arena *arena = &ws->arena;
  bool ok = true;
  for (uint32_t k = 0; k < ws->plan->abreast && ok; k++)
    ok = allocate_flow(&ws->flows[k], study, k == 0 ? PVS_NETS : 1, arena);
  ok = (ws->thresholds = pvs_arena_alloc(arena, study->strategies.count, sizeof(double))) && ok;
  ok = (ws->costs_battery = pvs_arena_alloc(arena, n, sizeof(double))) && ok;
  ok = (ws->pv_share = pvs_arena_alloc(arena, n, sizeof(double))) && ok;
  ok = (ws->payments = pvs_arena_alloc(arena, n + 2, sizeof *ws->payments)) && ok;
  ok = (ws->customers = pvs_arena_alloc(arena, n, sizeof *ws->customers)) && ok;
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
  bool ok = allocate_series(ws) && allocate_slots(ws) && allocate_customers(ws, study);
  ok = (ws->lights = pvs_arena_alloc(arena, LIT_ROOM, sizeof *ws->lights)) && ok;
  size_t columns = most_loads(study) * columns_of(study->max_residents);
  ok = (ws->columns = pvs_arena_alloc(arena, columns, sizeof(double))) && ok;
  size_t cells = columns_of(study->max_residents) + 1;
  ok = (ws->cell_at = pvs_arena_alloc(arena, cells, sizeof *ws->cell_at)) && ok;
  ok = (ws->text = pvs_arena_alloc(arena, ws->text_bytes, 1)) && ok;
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
